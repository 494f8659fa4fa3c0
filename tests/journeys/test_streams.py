"""Standard streams that are closed, full or read by nobody, and odd surroundings."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.journeys.desk import COMMAND, PATIENCE, begun, call, fence, named, repository, until

GOOD = fence("python", "print('fine')\n")
BAD = fence("python", "import json\njson.dump_all([])\n")


def shell(line: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DOC_HEALING_CACHE_DIR": str(cwd.parent / "cache"), **variables}
    script = f'set -o pipefail\nD() {{ {" ".join(COMMAND)} "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", script],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("D check >&-", 1),
        ("D check 2>&-", 1),
        ("D check <&-", 1),
        ("D check <&- >&- 2>&-", 1),
        ("D check 2>/dev/full", 1),
        ("D check >/dev/full", 2),
        ("D explain >/dev/full", 3),
        ("D --version >&-", 0),
        ("D list >&-", 0),
    ],
)
def test_a_closed_or_full_stream_changes_no_verdict(tmp_path: Path, line: str, code: int) -> None:
    done = shell(line, repository(tmp_path, a_dot_md=BAD))
    assert done.returncode == code, done.stderr
    assert "bug" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_who_has_seen_enough_does_not_make_it_green(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=BAD * 3)
    done = shell("D check --format json --verbose | head -c 1", root)
    assert (done.returncode, done.stdout) == (1, "{")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"COLUMNS": "-7"},
        {"COLUMNS": "many", "TERM": ""},
        {"HOME": "/nonexistent/home"},
    ],
)
def test_odd_surroundings(tmp_path: Path, variables: dict[str, str]) -> None:
    root = repository(tmp_path, ünï__日本_dot_md=GOOD)
    result = call("check", "--verbose", cwd=root, variables=variables)
    assert result.code == 0, result.err
    assert "ünï/日本.md:1: PASSED" in result.out
    assert "1 snippet: 1 passed · " not in result.out


def test_what_was_found_and_the_sandbox_are_said_before_anything_runs(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD + fence("js", "let a = 1\n") + fence("sh", "ls\n"))
    result = call("check", "--timeout", "7", "-j", "1", cwd=root)
    first, second = result.err.splitlines()[:2]
    assert "1 document, 3 snippets (1 python, 1 javascript, 1 not to be run)" in first
    assert second == "sandbox bubblewrap · no network · " + (
        "7 s, 1024 MiB per block · 1 at a time"
    )
    assert call("check", "--quiet", cwd=root).err == ""


def test_in_actions_it_annotates_and_writes_the_job_summary(tmp_path: Path) -> None:
    evil = "import json\n# ::error::forged ##[error]forged\njson.dump_all([])\n"
    root = repository(tmp_path, a_dot_md=fence("python", evil))
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    result = call("check", cwd=root, variables=variables)
    assert result.code == 1
    lines = result.out.splitlines()
    assert lines[0] == "::group::a.md: 1 broken"
    assert [line for line in lines if line.startswith("::error file=a.md,line=4")]
    assert not [line for line in lines if "##[" in line]
    assert summary.read_text().startswith("before\n## doc-healing: 1 broken")
    variables["GITHUB_STEP_SUMMARY"] = str(tmp_path / "no/such/place")
    assert call("check", cwd=root, variables=variables).code == 1


def test_an_unwritable_cache_is_named_with_its_setting(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD)
    variables = {"DOC_HEALING_CACHE_DIR": "/proc/nowhere"}
    result = call("check", "--no-cache", cwd=root, variables=variables)
    assert result.code == 2
    assert "DOC_HEALING_CACHE_DIR" in result.err


@pytest.mark.parametrize("seconds", [0.2, 0.6, 1.5])
def test_ctrl_c_at_any_moment_twice(tmp_path: Path, seconds: float) -> None:
    root = repository(tmp_path, a_dot_md=fence("python", "import time\ntime.sleep(505.5)\n") * 3)
    process = subprocess.Popen(
        [*COMMAND, "check", "--timeout", "600"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode in {130, -signal.SIGINT}, (out, err)
    if process.returncode == 130:
        assert b"Traceback" not in err


def test_a_forge_gets_paths_from_the_root_of_the_repository(tmp_path: Path) -> None:
    root = repository(tmp_path, inner__docs__a_dot_md=BAD)
    (root / "inner/.doc-healing.yml").write_text("include: []\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for name in ("github", "sarif", "junit"):
        assert "inner/docs/a.md" in call("check", "inner", "--format", name, cwd=root).out
    actions = call("check", "inner", cwd=root, variables={"GITHUB_ACTIONS": "true"})
    assert "::error file=inner/docs/a.md,line=3" in actions.out
    plain = call("check", "inner", "--format", "json", cwd=root)
    assert plain.json["findings"][0]["path"] == "docs/a.md"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_being_told_to_stop_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    seconds = f"5{number}.{os.getpid()}"  # by which this very run is known among others
    code = f"import subprocess\nsubprocess.run(['sleep', '{seconds}'])\n"
    root = repository(tmp_path, a_dot_md=fence("python", code))
    process = begun("check", "--timeout", "600", "--no-cache", cwd=root)
    assert until(lambda: named(seconds.encode()))
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, err
    assert b"Interrupted. None of 1 runnable snippet" in out
    assert until(lambda: not named(seconds.encode()))
    assert list((tmp_path / "cache").glob("fresh-*")) == []


def test_the_output_replaces_nothing_but_a_regular_file(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD, real_dot_txt="before\n" * 9999)
    (root / "link").symlink_to("real.txt")
    (root / "dangling").symlink_to("made.txt")
    (root / "loop").symlink_to("loop")
    (root / "link.part").write_text("somebody else's\n")
    (root / "real.txt").chmod(0o600)
    os.mkfifo(root / "fifo")
    os.mknod(root / "socket", 0o140644)
    for name, code in (("link", 0), ("dangling", 0), ("loop", 2), (".", 2), ("socket", 2)):
        done = call("check", "-o", name, cwd=root)
        assert (done.code, done.out) == (code, ""), (name, done.err)
        assert "bug" not in done.err
    assert [(root / name).is_symlink() for name in ("link", "dangling", "loop")] == [True] * 3
    assert "1 passed" in (root / "real.txt").read_text()
    assert "before" not in (root / "real.txt").read_text()
    assert (root / "real.txt").stat().st_mode & 0o777 == 0o600
    assert "1 passed" in (root / "made.txt").read_text()
    assert (root / "link.part").read_text() == "somebody else's\n"
    assert call("check", "-o", "/dev/null", cwd=root).code == 0
    assert Path("/dev/null").is_char_device()
    read = shell("cat fifo & D check -o fifo; wait", root)
    assert "1 passed" in read.stdout
    assert (root / "fifo").is_fifo()
    assert sorted(path.name for path in root.glob(".doc-healing*")) == []


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-"])
def test_a_stream_that_is_open_already_is_added_to(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path, a_dot_md=GOOD)
    done = shell(f"echo first > log; D check -o {name} >> log; D check -o {name} | cat", root)
    assert "1 passed" in done.stdout, done.stderr
    log = (root / "log").read_text()
    assert log.startswith("first\n")
    assert "1 passed" in log
