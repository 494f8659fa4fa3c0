"""The store: built once, safe against kills, never removed while in use."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from doc_healing.environments import jail, store
from doc_healing.environments.desk import Desk, InstallFailed
from doc_healing.environments.locks import Leases
from doc_healing.environments.registries import python_access
from doc_healing.errors import InfraError
from doc_healing.model import Outcome, Status
from doc_healing.settings import Registries
from doc_healing.testing import ScriptedSandbox
from tests import needs


def recipe(name: str = "a") -> store.Recipe:
    return store.Recipe("python", "dependencies", name, {"name": name})


def fill(root: Path) -> Mapping[str, object]:
    (root / "file").write_bytes(b"x" * 1000)
    return {"answer": 42}


def test_an_entry_is_built_once_and_found_again(tmp_path: Path) -> None:
    shop = store.Store(tmp_path / "e", Leases())
    first = store.obtain(shop, recipe(), fill, wait_seconds=40)
    again = store.obtain(shop, recipe(), _never, wait_seconds=40)
    assert first.root == again.root
    assert again.facts["answer"] == 42
    assert [entry.key for entry in store.entries(tmp_path / "e")] == [recipe().key]
    assert store.entries(tmp_path / "e")[0].bytes >= 1000


def _never(root: Path) -> Mapping[str, object]:
    raise AssertionError(root)


def test_a_different_input_is_a_different_key() -> None:
    kinds = {
        store.Recipe(language, kind, "x", inputs).key
        for language in ("python", "javascript")
        for kind in ("dependencies", "project")
        for inputs in ({}, {"a": 1}, {"a": "1"}, {"a": [1]}, {"b": 1})
    }
    assert len(kinds) == 2 * 2 * 5
    assert store.Recipe("python", "x", "one", {}).key == store.Recipe("python", "x", "two", {}).key


def test_many_threads_build_one_entry_once(tmp_path: Path) -> None:
    shop, built, found = store.Store(tmp_path / "e", Leases()), [], []

    def build(root: Path) -> Mapping[str, object]:
        built.append(root)
        time.sleep(0.2)
        return fill(root)

    def ask() -> None:
        found.append(store.obtain(shop, recipe(), build, wait_seconds=40).root)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert len(found) == 12


PROCESS = """
import sys, time
from pathlib import Path
sys.path.insert(0, "src")
from doc_healing.environments import store
from doc_healing.environments.locks import Leases
folder, log, pause = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
def build(root):
    with log.open("a") as stream: stream.write("built\\n")
    (root / "half").write_bytes(b"half")
    print("building", flush=True)
    time.sleep(pause)
    (root / "half").rename(root / "whole")
    return {}
recipe = store.Recipe("python", "dependencies", "p", {"name": "p"})
entry = store.obtain(store.Store(folder, Leases()), recipe, build, wait_seconds=120)
print(sorted(path.name for path in entry.root.iterdir()), flush=True)
"""


def _process(folder: Path, log: Path, pause: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROCESS, str(folder), str(log), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_many_processes_build_one_entry_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    processes = [_process(tmp_path / "e", log, 0.3) for _ in range(3)]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert log.read_text() == "built\n"
    assert all("['whole']" in output for output in outputs)


def test_a_kill_in_the_middle_leaves_nothing_and_the_next_one_builds(tmp_path: Path) -> None:
    log = tmp_path / "log"
    killed = _process(tmp_path / "e", log, 30)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "building\n"
    assert store.entries(tmp_path / "e") == []
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert list((tmp_path / "e").glob(".new-*"))
    output, _ = _process(tmp_path / "e", log, 0).communicate(timeout=120)
    assert "['whole']" in output
    assert not list((tmp_path / "e").glob(".new-*"))


def test_pruning_reaps_what_a_killed_build_left(tmp_path: Path) -> None:
    killed = _process(tmp_path / "e", tmp_path / "log", 30)
    assert killed.stdout is not None
    killed.stdout.readline()
    store.prune(tmp_path / "e", max_bytes=0)
    assert list((tmp_path / "e").glob(".new-*"))  # its owner lives: hands off
    killed.kill()
    killed.wait()
    store.prune(tmp_path / "e", max_bytes=0)
    assert not list((tmp_path / "e").glob(".new-*"))


def test_an_entry_in_use_is_never_pruned(tmp_path: Path) -> None:
    leases = Leases()
    shop = store.Store(tmp_path / "e", leases)
    entry = store.obtain(shop, recipe(), fill, wait_seconds=40)
    assert store.clear(tmp_path / "e") == []
    assert (entry.root / "file").exists()
    leases.close()
    assert [found.key for found in store.clear(tmp_path / "e")] == [entry.key]
    assert store.entries(tmp_path / "e") == []


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    leases = Leases()
    shop = store.Store(tmp_path / "e", leases)
    for name in "abc":
        found = store.obtain(shop, recipe(name), fill, wait_seconds=40)
        os.utime(found.root.parent, (1000 + ord(name),) * 2)
    store.obtain(shop, recipe("a"), _never, wait_seconds=40)
    leases.close()
    store.prune(tmp_path / "e", max_bytes=store.entries(tmp_path / "e")[0].bytes * 2 + 10)
    assert {entry.what for entry in store.entries(tmp_path / "e")} == {"a", "c"}
    store.prune(tmp_path / "e", max_age_seconds=60)
    assert {entry.what for entry in store.entries(tmp_path / "e")} == {"a"}


def test_a_failure_is_remembered_and_forgotten(tmp_path: Path) -> None:
    shop, tries = store.Store(tmp_path / "e", Leases()), []

    def fail(root: Path) -> Mapping[str, object]:
        tries.append(root)
        raise InstallFailed("no such package")

    for _ in range(3):
        with pytest.raises(InstallFailed, match="no such package"):
            store.obtain(shop, recipe(), fail, wait_seconds=40)
    assert len(tries) == 1
    store.clear(tmp_path / "e")
    with pytest.raises(InstallFailed):
        store.obtain(shop, recipe(), fail, wait_seconds=40)
    assert len(tries) == 2
    assert not list((tmp_path / "e").glob(".new-*"))


def test_an_entry_that_is_too_old_is_built_again(tmp_path: Path) -> None:
    shop, tries = store.Store(tmp_path / "e", Leases()), []

    def build(root: Path) -> Mapping[str, object]:
        tries.append(root)
        return {}

    for age in (100.0, 100.0, 0.0):
        store.obtain(shop, recipe(), build, wait_seconds=40, max_age_seconds=age)
        time.sleep(0.01)
    assert len(tries) == 2


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    needs.root("mounting a small file system")
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if subprocess.run(mount, check=False).returncode != 0:
        needs.missing("no mount is allowed here")
    try:

        def flood(root: Path) -> Mapping[str, object]:
            (root / "big").write_bytes(b"x" * (2 << 20))
            return {}

        shop = store.Store(small / "e", Leases())
        with pytest.raises(InfraError, match="No space left"):
            store.obtain(shop, recipe(), flood, wait_seconds=40)
        assert store.entries(small / "e") == []
        assert not list((small / "e").glob(".new-*"))
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


@pytest.mark.parametrize("manifest", ["{}", "[]", '{"format": 1, "facts": {}}', "not JSON"])
def test_what_another_version_left_is_listed_or_passed_over_and_pruned(
    tmp_path: Path, manifest: str
) -> None:
    old = tmp_path / ("0" * 32)
    (old / "root").mkdir(parents=True)
    (tmp_path / ".locks").mkdir()
    (old / "manifest.json").write_text(manifest)
    assert all(entry.bytes == 0 for entry in store.entries(tmp_path))
    store.clear(tmp_path)
    assert not old.exists()


@pytest.mark.parametrize("phase", ["install", "run_offline"])
def test_an_interrupted_installation_is_no_failure_to_remember(tmp_path: Path, phase: str) -> None:
    cancelled = Outcome(Status.CANCELLED, None, b"", b"", detail="the sandbox was closed")
    desk = Desk(ScriptedSandbox(lambda *_: cancelled), tmp_path, Registries())
    shop, work = store.Store(tmp_path / "e", Leases()), jail.Work(("/bin/true",))

    def interrupted(root: Path) -> Mapping[str, object]:
        if phase == "install":
            jail.install(desk, python_access(Registries(), (), 1), work, "cannot install")
        jail.run_offline(desk, work, "cannot build")
        return fill(root)

    with pytest.raises(InfraError, match="interrupted"):
        store.obtain(shop, recipe(), interrupted, wait_seconds=40)
    assert store.obtain(shop, recipe(), fill, wait_seconds=40).facts["answer"] == 42


def test_a_damaged_record_of_a_failure_is_none(tmp_path: Path) -> None:
    shop = store.Store(tmp_path / "e", Leases())
    failed = tmp_path / "e" / ".failed" / f"{recipe().key}.json"
    failed.parent.mkdir(parents=True)
    for text in ("[]", "{}", "3", '{"connection": true, "time": "now"}'):
        failed.write_text(text)
        assert store.obtain(shop, recipe(), fill, wait_seconds=40).facts["answer"] == 42
        store.clear(tmp_path / "e")
        failed.parent.mkdir(parents=True, exist_ok=True)
