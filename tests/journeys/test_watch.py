"""`check --watch` as a person uses it: a real process, an editor that saves, Ctrl-C."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.desk import COMMAND, PATIENCE, environment, fence, repository

GOOD = fence("python", "assert 1 + 1 == 2\n")
BAD = fence("python", "import json\njson.lost()\n")


class Watch:
    """A watching process and everything that it has said so far."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said = ""
        self._seen = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line

    def until(self, word: str) -> str:
        """Everything said since the last call, once `word` is among it."""
        deadline = time.monotonic() + PATIENCE
        while word not in self.said[self._seen :]:
            assert time.monotonic() < deadline, f"no {word!r} in {self.said!r}"
            assert self.process.poll() is None or self._reader.is_alive(), self.said
            time.sleep(0.02)
        found = self.said[self._seen :]
        self._seen = len(self.said)
        return found

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=PATIENCE)
        self._reader.join(PATIENCE)
        return code


@contextmanager
def watching(root: Path, *arguments: str) -> Iterator[Watch]:
    process = subprocess.Popen(
        [*COMMAND, "check", "--watch", *arguments],
        cwd=root,
        env=environment(root, {"PYTHONUNBUFFERED": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield Watch(process)
    finally:
        process.kill()
        process.wait()


def test_a_saved_document_is_checked_again_and_no_other(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD, b_dot_md=GOOD + GOOD)
    with watching(root) as watch:
        first = watch.until("waiting for a change of 2 documents")
        assert "2 documents, 3 snippets" in first
        (root / "a.md").write_text(BAD)
        again = watch.until("waiting")
        assert "a.md changed" in again
        assert "1 document, 1 snippet" in again
        assert "json.lost" in again or "lost" in again
        temporary = root / ".a.md.swp"  # as editors save: beside it, then over it
        temporary.write_text(GOOD)
        temporary.replace(root / "a.md")
        assert "1 document, 1 snippet" in watch.until("waiting")
        (root / "c.md").write_text(GOOD)
        assert "c.md changed" in watch.until("waiting for a change of 3")
        (root / "c.md").rename(root / "d.md")
        assert "c.md and 1 more changed" in watch.until("waiting for a change of 3")
        (root / "d.md").unlink()
        assert "d.md changed" in watch.until("waiting for a change of 2")
        assert watch.end() == 0
        assert all(len(line) <= 80 for line in watch.said.splitlines() if "watch " in line)


def test_saved_code_is_what_the_documents_run_against(tmp_path: Path) -> None:
    page = fence("js", 'const { old } = require("thing");\nif (old(2) !== 2) throw 1;\n')
    manifest = '{"name": "thing", "version": "1.0.0", "main": "index.js"}'
    code = "exports.old = (n) => n;\n"
    root = repository(tmp_path, package_dot_json=manifest, index_dot_js=code, a_dot_md=page)
    with watching(root, "-v") as watch:
        assert "PASSED" in watch.until("waiting")
        (root / "index.js").write_text("exports.renamed = (n) => n;\n")
        assert "BROKEN" in watch.until("waiting")
        assert watch.end(signal.SIGTERM) == 1


def test_a_config_that_is_wrong_is_said_and_watched_on(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD)
    with watching(root, "-q") as watch:
        watch.until("waiting")
        (root / ".doc-healing.yml").write_text("exclud: [x]\n")
        assert "did you mean `exclude`" in watch.until("waiting")
        (root / ".doc-healing.yml").write_text("exclude: [x]\n")
        assert "error" not in watch.until("waiting")
        assert watch.end() == 0


def test_ctrl_c_in_a_run_leaves_nothing_running(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=fence("python", "import time\ntime.sleep(60)\n"))
    with watching(root) as watch:
        watch.until("at a time")
        started = time.monotonic()
        assert watch.end() == 130
        assert time.monotonic() - started < 30


@pytest.mark.parametrize("name", ["report.json", "link.json"])
def test_what_a_round_writes_starts_no_other(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path, a_dot_md=GOOD)
    (root / "link.json").symlink_to("target.json")
    with watching(root, "-o", name, "-f", "json") as watch:
        watch.until("waiting")
        (root / "ignored").mkdir()
        time.sleep(1.5)
        assert watch.said.count("waiting") == 1
        assert watch.end() == 0


def test_its_own_output_is_no_change(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=GOOD, b_dot_md=BAD)
    with (root / "out.txt").open("w") as out, (root / "err.txt").open("w") as err:
        process = subprocess.Popen(
            [*COMMAND, "check", "--watch", "."],
            cwd=root,
            env=environment(root, {"PYTHONUNBUFFERED": "1"}),
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while "waiting" not in (root / "err.txt").read_text():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            time.sleep(1.5)
            assert (root / "err.txt").read_text().count("waiting") == 1
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 1
        finally:
            process.kill()
            process.wait()


def test_the_exit_code_is_that_of_all_documents(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=BAD, b_dot_md=BAD)
    with watching(root) as watch:
        watch.until("waiting")
        (root / "a.md").write_text(GOOD)
        assert "1 document, 1 snippet" in watch.until("waiting")
        assert watch.end() == 1
    with watching(root) as watch:
        watch.until("waiting")
        (root / "b.md").unlink()
        assert "b.md changed" in watch.until("waiting")
        assert watch.end() == 0
