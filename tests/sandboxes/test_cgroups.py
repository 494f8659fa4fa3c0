"""Groups on a fake tree on disk: version 2, and who may write where. (Version 1 runs for real.)"""

import os
from pathlib import Path

import pytest

from doc_healing.model import Limits
from doc_healing.sandboxes import cgroups


def tree(root: Path, *parts: str, enabled: str = "") -> Path:
    """A version 2 group and its ancestors, with the files that a kernel would show."""
    root.mkdir(exist_ok=True)
    for depth in range(len(parts) + 1):
        path = root.joinpath(*parts[:depth])
        path.mkdir(exist_ok=True)
        (path / "cgroup.controllers").write_text("cpu io memory pids\n")
        (path / "cgroup.subtree_control").write_text(enabled)
        (path / "cgroup.procs").write_text("")
    return root.joinpath(*parts)


def mounts(point: Path) -> str:
    return f"30 23 0:26 / {point} rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"


def prepared(home: Path) -> None:
    """What the kernel does when our parent group is made."""
    home.mkdir()
    (home / "cgroup.procs").write_text("")
    (home / "cgroup.subtree_control").write_text("")


def test_version_2_enables_its_controllers_and_sets_every_limit(tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    tree(root, "user.slice", "app.scope")
    prepared(root / "doc-healing")
    hierarchy = cgroups.find(mounts(root), "0::/user.slice/app.scope\n")
    assert isinstance(hierarchy, cgroups.Hierarchy)
    assert hierarchy.version == 2
    assert (root / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (root / "doc-healing" / "cgroup.subtree_control").read_text() == "+memory +pids"
    group = cgroups.create(hierarchy, Limits(memory_mib=100, processes=7))
    path = group.directories["memory"]
    assert path.parent == root / "doc-healing"
    assert (path / "memory.max").read_text() == str(100 * 2**20)
    assert int((path / "pids.max").read_text()) >= 7
    assert group.entrances == (str(path / "cgroup.procs"),)
    (path / "memory.events").write_text("low 0\nhigh 0\nmax 4\noom 1\noom_kill 2\n")
    (path / "pids.events").write_text("max 3\n")
    (path / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
    (path / "memory.peak").write_text(str(5 * 2**20))
    assert cgroups.oom_kills(group) == 2
    assert cgroups.denied_forks(group) == 3
    assert cgroups.cpu_seconds(group) == 1.5
    assert cgroups.peak_memory_mib(group) == 5
    (path / "cgroup.kill").write_text("")
    cgroups.kill(group)
    assert (path / "cgroup.kill").read_text() == "1"


def test_counters_that_a_kernel_does_not_have_are_nothing(tmp_path: Path) -> None:
    group = cgroups.Group(2, {"memory": tmp_path, "pids": tmp_path})
    assert cgroups.oom_kills(group) == cgroups.denied_forks(group) == 0
    assert cgroups.peak_memory_mib(group) == cgroups.cpu_seconds(group) == 0


def test_a_user_gets_the_subtree_that_is_theirs(tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    tree(root, "user.slice", "user@1000.service", enabled="memory pids")
    own = root / "user.slice" / "user@1000.service"
    prepared(own / "doc-healing")
    for path in (root, root / "user.slice"):
        (path / "cgroup.procs").unlink()  # which even root may not write, unlike mode 444
    hierarchy = cgroups.find(mounts(root), "0::/user.slice/user@1000.service/x.scope\n")
    assert isinstance(hierarchy, cgroups.Hierarchy)
    assert hierarchy.parents["memory"] == own / "doc-healing"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("", ""),
        ("30 23 0:26 / /nowhere rw - cgroup2 cgroup2 rw\n", "0::/\n"),
        ("31 23 0:27 / /nowhere rw - cgroup cgroup rw,memory\n", "4:memory:/\n"),
        ("garbage - x\n - \n", "garbage"),
    ],
)
def test_without_controllers_it_says_why_and_what_to_do(text: str, own: str) -> None:
    found = cgroups.find(text, own)
    assert isinstance(found, cgroups.Unusable)
    assert found.reason
    assert found.fix


def test_a_hybrid_tree_falls_back_to_version_1(tmp_path: Path) -> None:
    lines = [f"1 1 0:1 / {tmp_path}/unified rw - cgroup2 cgroup2 rw\n"]
    for name in ("memory", "pids", "cpuacct"):
        (tmp_path / name / "doc-healing").mkdir(parents=True)
        (tmp_path / name / "doc-healing" / "cgroup.procs").write_text("")
        lines.append(f"1 1 0:1 / {tmp_path}/{name} rw - cgroup cgroup rw,{name}\n")
    found = cgroups.find("".join(lines), "0::/\n")
    assert isinstance(found, cgroups.Hierarchy)
    assert found.version == 1
    entrances = cgroups.create(found, Limits()).entrances
    assert [Path(entrance).name for entrance in entrances] == ["tasks"] * 3


def test_reaping_takes_the_dead_and_leaves_the_living(tmp_path: Path) -> None:
    namespace = str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    start = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    living = f"{namespace}-{os.getpid()}-{start}-0"
    reused = f"{namespace}-{os.getpid()}-1-0"
    dead = f"{namespace}-4194303-77-0"
    foreign = "1-4194303-77-0"  # another container's pid namespace: not ours to judge
    for name in (living, reused, dead, foreign, "other"):
        (tmp_path / name).mkdir()
    hierarchy = cgroups.Hierarchy(2, {"memory": tmp_path, "pids": tmp_path})
    assert cgroups.reap(hierarchy) == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([living, foreign, "other"])
