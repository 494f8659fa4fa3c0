"""What of the project's own code a run met, and what that comes to in another state of the code.

Of most files only their names count until a program opens them: the names of all are in `rest`,
with whatever may be read without the interpreter's hearing it. What was opened is in the record.
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from doc_healing.model import Environment, Job, Outcome, Own

_MOST_FILES = 20_000
# Python's own opening of these is heard; of anything else native code may be the reader.
_HEARD = (".py",)
_NOTES = ("RECORD", "METADATA", "uv_cache.json", "direct_url.json", "INSTALLER", "REQUESTED")
# They run, or lead elsewhere, before anything is heard.
_BEFORE = ("sitecustomize.py", "usercustomize.py", "sitecustomize", "usercustomize")
_WHOLE = "whole "
# The size of a file that is not opened, and a process of which no audit event tells: who asks for
# them says so in one of these words, as long as he does not hide it.
_UNHEARD = re.compile(
    r"\b(?:getsize|st_size|st_blocks|ST_SIZE|fork_exec|spawnv_passfds|_posixsubprocess)\b"
    r"|\b[lf]?stat\b[^\n]*\)\s*\["
)
_OF_AN_OPEN_FILE = re.compile(r"\bfstat\([^()\n]*\)\.st_size\b")  # that it was opened was heard
_UNHEARD_IN_A_BLOCK = re.compile(r"\b(?:[lf]?stat|stat_result)\b|" + _UNHEARD.pattern)


@dataclass(frozen=True, slots=True)
class _Tree:
    """The own code as it stands in one environment: what is below its folder, by relative path."""

    files: frozenset[str]
    folders: frozenset[str]
    rest: str


def rest(environment: Environment) -> str:
    """Everything of an environment but the contents of what is only met when it is opened."""
    tree = _tree(environment.own) if environment.own else None
    return tree.rest if tree else ""


def touched(job: Job, outcome: Outcome, environment: Environment) -> tuple[str, ...] | None:
    """The own files that a run met; None where it says so, or does not say all."""
    tree = _tree(environment.own) if environment.own else None
    if tree is None or environment.own is None:
        return None
    events = list(_events(outcome.report, str(job.facts["nonce"])))
    ends = [one for one in events if one.get("event") in ("heard", "unheard")]
    files = [name for one in events if one.get("event") == "met" for name in _names(one)]
    if len(ends) != 1 or ends[0].get("files") != len(files):
        return None
    # What it looked for in vain is not there in any tree of the same names.
    names = sorted(tree.files.intersection(files))
    if not tree.folders.isdisjoint(name.rstrip("/") for name in files):
        return None
    if any(name.endswith(".pyc") for name in names):  # whether it counts, the source's size says
        return None
    texts = [_text(environment.own, name) for name in names if name.endswith(".py")]
    blocks = [line.text for one in (*job.context, job.snippet) for line in one.lines]
    if any(_UNHEARD.search(_OF_AN_OPEN_FILE.sub("", text)) for text in texts) or any(
        map(_UNHEARD_IN_A_BLOCK.search, blocks)
    ):
        return None
    return tuple(_WHOLE + name for name in names)


def digest(touched: Sequence[str], environment: Environment) -> str:
    """What these files hold there; empty where one cannot be read."""
    tree = _tree(environment.own) if environment.own else None
    if tree is None or environment.own is None:
        return ""
    total = sha256(tree.rest.encode())
    for one in touched:
        name = one.removeprefix(_WHOLE)
        data = _read(environment.own, name) if name in tree.files else None
        if data is None:
            return ""
        total.update(sha256(os.fsencode(one)).digest() + sha256(data).digest())
    return total.hexdigest()


def _events(report: bytes, nonce: str) -> Iterator[Mapping[str, object]]:
    for line in report.decode("utf-8", "replace").splitlines():
        if line.startswith(nonce + " ") and ('"met"' in line or 'heard"' in line):
            try:
                event = json.loads(line[len(nonce) + 1 :])
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict):
                yield event


def _names(event: Mapping[str, object]) -> list[str]:
    found = event.get("files")
    return [str(name) for name in found] if isinstance(found, list) else []


# --- the own code on this machine ------------------------------------------------------------


@lru_cache(maxsize=64)
def _tree(own: Own) -> _Tree | None:
    """What is there; None where something runs unheard, or where it is no plain tree of files."""
    total = sha256(f"{own.target} {own.rest}".encode())
    files: set[str] = set()
    folders = {""}
    for name, mode in _listing(own.source):
        if len(files) >= _MOST_FILES or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            return None
        total.update(f"{name}\0{mode:o}\0".encode("utf-8", "surrogateescape"))
        if stat.S_ISDIR(mode):
            if name in _BEFORE:
                return None
            folders.add(name)
            continue
        files.add(name)
        if not _is_heard(name):
            data = _read(own, name)
            if data is None or _runs_before(name, data):
                return None
            total.update(sha256(data).digest())
    if not files.isdisjoint(_BEFORE):
        return None
    return _Tree(frozenset(files), frozenset(folders), total.hexdigest())


def _listing(root: str) -> Iterator[tuple[str, int]]:
    for parent, folders, names in os.walk(root):
        folders.sort()
        for name in sorted((*folders, *names)):
            path = f"{parent}/{name}"
            yield path[len(root) + 1 :], os.lstat(path).st_mode


def _is_heard(name: str) -> bool:
    folder, _, last = name.rpartition("/")
    return last.endswith(_HEARD) or (folder.endswith(".dist-info") and last in _NOTES)


def _runs_before(name: str, data: bytes) -> bool:
    """Whether it is a path file that does more than to name folders."""
    lines = data.splitlines() if name.endswith(".pth") and "/" not in name else []
    return any(line.lstrip().startswith((b"import ", b"import\t")) for line in lines)


def _text(own: Own, name: str) -> str:
    return (_read(own, name) or b"").decode("utf-8", "replace")


def _read(own: Own, name: str) -> bytes | None:
    try:
        descriptor = os.open(Path(own.source, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()
