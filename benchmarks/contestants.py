"""The peers and doc-healing itself, each as a function that runs all blocks of a corpus once.

Every one of them is asked whether it really ran the blocks: what ran nothing is fast, and no peer.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from corpus import Corpus

from doc_healing.languages import LANGUAGES

REQUIREMENTS = Path(__file__).resolve().parents[1] / "requirements"
# What stays in a cache whose outcomes are forgotten: what was installed, and how.
INSTALLED = ("environments", "toolchains", "downloads")
_PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
_SYBIL = """\
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
"""
_EXAMPLES = """\
import pytest
from pytest_examples import CodeExample, EvalExample, find_examples


@pytest.mark.parametrize("example", find_examples({root!r}), ids=str)
def test_documents(example: CodeExample, eval_example: EvalExample) -> None:
    eval_example.run(example)
"""
_MKTESTDOCS = """\
from pathlib import Path

import pytest
from mktestdocs import check_md_file


@pytest.mark.parametrize("path", sorted(Path({root!r}).glob("*.md")), ids=str)
def test_documents(path: Path) -> None:
    check_md_file(fpath=path)
"""
Run = Callable[[], object]


@dataclass(frozen=True)
class Peers:
    """The peers' own environment: its interpreter, and their versions by name."""

    python: Path
    versions: Mapping[str, str]


def installed(*files: str) -> Peers:
    """Install what requirements/peers.txt (and other files there) pins, once per content."""
    return pinned("peers.txt", *files)


def pinned(*files: str) -> Peers:
    """Install what these files of requirements/ pin, once per content.

    The interpreter is the one that doc-healing runs Python blocks with, so that all run the same.
    """
    paths = [REQUIREMENTS / name for name in files]
    interpreter = python()
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths) + interpreter.encode())
    place = Path(platformdirs.user_cache_dir("doc-healing-benchmarks")) / digest.hexdigest()[:16]
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as made:
            _install(Path(made) / "venv", interpreter, paths)
            (Path(made) / "venv").rename(place)
    text = "".join(path.read_text("utf-8") for path in paths)
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    return Peers(place / "bin/python", dict(pins))


def _install(venv: Path, interpreter: str, files: Sequence[Path]) -> None:
    uv = str(Path(sys.executable).with_name("uv"))
    wanted = [word for path in files for word in ("-r", str(path))]
    subprocess.run([uv, "venv", "-q", "--relocatable", "-p", interpreter, str(venv)], check=True)
    command = [uv, "pip", "install", "-q", "--require-hashes", "--compile-bytecode", *wanted]
    subprocess.run([*command, "--python", str(venv / "bin/python")], check=True)


def python() -> str:
    """The interpreter on this machine that runs Python blocks where nothing is asked for."""
    (language,) = [one for one in LANGUAGES if one.name == "python"]
    found = language.toolchain("")
    for mount in found.mounts:
        if found.executable.startswith(f"{mount.target}/"):
            return mount.source + found.executable.removeprefix(mount.target)
    return found.executable


# --- those that isolate nothing ----------------------------------------------------------------


def markdown_docs(peers: Peers, corpus: Corpus) -> Run:
    words = (*_PYTEST, "-p", "pytest_markdown_docs.plugin", "--markdown-docs", str(corpus.root))
    return _pytest(peers, words, corpus.root, corpus.fences)


def sybil(peers: Peers, corpus: Corpus) -> Run:
    root = corpus.root.with_name(f"{corpus.root.name}-sybil")
    shutil.copytree(corpus.root, root)  # its conftest.py has to stand beside the documents
    (root / "conftest.py").write_text(_SYBIL)
    return _pytest(peers, (*_PYTEST, str(root)), root, corpus.fences)


def pytest_examples(peers: Peers, corpus: Corpus) -> Run:
    root = _written(corpus, "examples", _EXAMPLES)
    return _pytest(peers, (*_PYTEST, "-p", "pytest_examples", str(root)), root, corpus.fences)


def mktestdocs(peers: Peers, corpus: Corpus) -> Run:
    root = _written(corpus, "mktestdocs", _MKTESTDOCS)
    pages = len(list(corpus.root.glob("*.md")))
    return _pytest(peers, (*_PYTEST, str(root)), root, pages)  # one test for each document


def doccmd(peers: Peers, corpus: Corpus) -> Run:
    """As it comes: one block after the other, each in a process."""
    command = [str(peers.python.with_name("doccmd")), "--no-write-to-file", "-l", "python"]
    return lambda: _quiet([*command, "-c", str(peers.python), str(corpus.root)], corpus.root)


def processes(peers: Peers, corpus: Corpus, workers: int = 1) -> Run:
    """`python file.py` for each block, so many at the same time; no document is even read."""
    folder = corpus.root.with_name(f"{corpus.root.name}-files")
    folder.mkdir(exist_ok=True)
    files = [folder / f"block{number}.py" for number in range(len(corpus.blocks))]
    for file, code in zip(files, corpus.blocks, strict=True):
        file.write_text(code)

    def run() -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda file: _quiet([str(peers.python), str(file)], folder), files))

    return run


def _written(corpus: Corpus, name: str, text: str) -> Path:
    folder = corpus.root.with_name(f"{corpus.root.name}-{name}")
    folder.mkdir()
    (folder / "test_documents.py").write_text(text.format(root=str(corpus.root)))
    return folder


def _pytest(peers: Peers, words: Sequence[str], root: Path, count: int) -> Run:
    def run() -> None:
        said = _quiet([str(peers.python), *words], root)
        passed = re.search(r"(\d+) passed", said)
        assert passed, said
        assert int(passed[1]) == count, said

    return run


def _quiet(command: Sequence[str], folder: Path) -> str:
    """What a command says. Other plug-ins of its environment slow no peer down."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    env = {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()[-2000:]
    return done.stdout.decode()


# --- doc-healing --------------------------------------------------------------------------------


def ours(corpus: Corpus, cache: Path) -> Run:
    """The whole command, its walls up and its packages installed, with no outcome remembered."""

    def run() -> None:
        forget(cache)
        report = checked(corpus, cache)
        assert report["summary"]["verdicts"]["PASSED"] == corpus.fences, report["summary"]
        assert len(executed(report)) == corpus.fences

    return run


def checked(corpus: Corpus, cache: Path) -> Mapping[str, Any]:
    """The report of `doc-healing check`, with a cache of its own."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOC_HEALING_")}
    done = subprocess.run(
        [sys.executable, "-m", "doc_healing", "check", "--format", "json", "--quiet", "."],
        cwd=corpus.root,
        env={**env, "DOC_HEALING_CACHE_DIR": str(cache)},
        capture_output=True,
        check=False,
    )
    assert done.stdout, done.stderr.decode()
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report


def executed(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The findings of blocks that were run now, not remembered."""
    return [one for one in report["findings"] if one["sandbox"]["name"] and not one["cached"]]


def forget(cache: Path) -> None:
    """Everything but what was installed."""
    for entry in cache.iterdir() if cache.is_dir() else ():
        if entry.name not in INSTALLED:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def wanting(corpus: Corpus, packages: Sequence[str]) -> None:
    """Say in the repository's config what its documents import."""
    listed = ", ".join(f'"{one}"' for one in packages)
    config = f"languages:\n  python:\n    packages: [{listed}]\n"
    (corpus.root / ".doc-healing.yml").write_text(config)
