"""What of the project's own code a run met, and what that comes to in another state of the code.

Of most files only their names count until a program opens them: the names of all are in `rest`,
with whatever may be read without the interpreter's hearing it. What was opened is in the record.
"""

import os
import re
import stat
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from doc_healing.languages.python import bodies, hearing
from doc_healing.model import Environment, Job, Outcome, Own

_MOST_FILES = 20_000
# Python's own opening of these is heard; of anything else native code may be the reader.
_HEARD = (".py",)
_NOTES = ("RECORD", "METADATA", "uv_cache.json", "direct_url.json", "INSTALLER", "REQUESTED")
# They run, or lead elsewhere, before anything is heard.
_BEFORE = ("sitecustomize.py", "usercustomize.py", "sitecustomize", "usercustomize")
# A version that is taken from the history is another one at each commit. Who asks for it opens a
# file in that folder, and who lists folders leaves no record.
_VERSION = re.compile(r"^([^/]*?)-[^/]*\.dist-info(?=/|$)")
_WHOLE, _PARTED, _NUMBERED = "*-#"
_ASKS_FOR_CODE = re.compile(r"\b(?:__code__|co_\w+|[fgac][ir]?_code|ag_code)\b")
_ASKS_FOR_LINES = re.compile(
    r"\b(?:[ft][b]?_lineno|lineno|__firstlineno__|faulthandler|get_freeze_count|gc\.freeze)\b"
    r"|\b(?:_getframe|currentframe|_current_frames|_current_exceptions|(?:tb|gi|cr|ag)_frame)\b"
)
# What a frame shows of itself has its line; these do not show it.
_OF_A_FRAME = re.compile(
    r"\b(?:(?:_getframe|currentframe)\([^()\n]*\)|tb_frame)(?:\.f_back)*"
    r"\.f_(?:globals|locals|builtins|code\.co_(?:name|filename|qualname))\b"
)
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
    """The own files that a run met, and the functions of them; None where it does not say all."""
    own = environment.own
    tree = _tree(own) if own else None
    heard = hearing.read(outcome.report, str(job.facts["nonce"]))
    if own is None or tree is None or heard is None:
        return None
    named = (*heard.met, *heard.ran)
    # What it looked for in vain is not there in any tree of the same names.
    names = sorted(tree.files.intersection(named))
    if not tree.folders.isdisjoint(name.rstrip("/") for name in named):
        return None
    if any(".dist-info/" in name for name in set(named).difference(names)):
        return None
    if any(name.endswith(".pyc") for name in names):  # whether it counts, the source's size says
        return None
    blocks = "\n".join(line.text for one in (*job.context, job.snippet) for line in one.lines)
    asked = [_Asked.of(blocks), *(_asked_by(own, name, heard) for name in names)]
    if any(one.unheard for one in asked) or _UNHEARD_IN_A_BLOCK.search(blocks):
        return None
    codes = any(one.codes for one in asked) or hearing.shows_code(outcome)
    whole = codes or not _judges(environment)
    numbered = heard.numbered or any(one.lines for one in asked)
    kind = _NUMBERED if numbered else _PARTED
    words = [_word(own, name, heard, _WHOLE if whole else kind) for name in names]
    return (own.source, *words)


def stands(touched: Sequence[str], environment: Environment) -> bool:
    """Whether everything that was met is the same there."""
    own = environment.own
    tree = _tree(own) if own else None
    if own is None or tree is None or not touched:
        return False
    before = replace(own, source=touched[0])
    return all(_stands(word, before, own, environment) for word in touched[1:])


# --- words -----------------------------------------------------------------------------------
# The first is where the code lay then, the others are its files: kind, name, digest and, of a file
# that was only imported, which functions: "entered" or "idle", and their lines.


def _word(own: Own, name: str, heard: hearing.Heard, kind: str) -> str:
    lines = heard.ran.get(name)
    if kind == _WHOLE or lines is None or name in heard.met:
        return f"{_WHOLE}{name}\0{_sha(own, name)}"
    numbers = ",".join(map(str, sorted(lines)))
    return f"{kind}{name}\0{_sha(own, name)}\0{heard.how}\0{numbers}"


def _stands(word: str, before: Own, own: Own, environment: Environment) -> bool:
    """Whether what a word stands for is the same now, in `own`, as it was in `before`."""
    name, then, *ran = word[1:].split("\0")
    if then and _sha(own, name) == then:
        return True
    if word[0] == _WHOLE or len(ran) != 2 or not _judges(environment) or _sha(before, name) != then:
        return False
    old, new = _read(before, name) or b"", _read(own, name) or b""
    lines = {int(one) for one in ran[1].split(",") if one}
    kept = _kept(old, ran[0], lines)
    left = bodies.without(old, kept, numbered=word[0] == _NUMBERED)
    return left is not None and left == bodies.without(new, kept, numbered=word[0] == _NUMBERED)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a text asks for that no hearing tells of."""

    unheard: bool
    codes: bool
    lines: bool

    @classmethod
    def of(cls, text: str) -> "_Asked":
        """What a text asks for."""
        return cls(
            bool(_UNHEARD.search(_OF_AN_OPEN_FILE.sub("", text))),
            bool(_ASKS_FOR_CODE.search(text)),
            bool(_ASKS_FOR_LINES.search(_OF_A_FRAME.sub("", text))),
        )


def _asked_by(own: Own, name: str, heard: hearing.Heard) -> _Asked:
    """What a file asks for in what of it may have run; all of it where others read its text."""
    asked, lines = _asked(own, name), heard.ran.get(name)
    if lines is None or name in heard.met or not (asked.unheard or asked.codes or asked.lines):
        return asked
    data = _spoken(own, name)
    ran = bodies.without(data, _kept(data, heard.how, lines), numbered=False)
    return asked if ran is None else _Asked.of(ran.decode("utf-8", "replace"))


def _kept(data: bytes, how: str, lines: Collection[int]) -> frozenset[str]:
    """The functions that may have run, as far as the lines of those that did, or did not, say."""
    found = bodies.bodies(data) or ()
    return frozenset(one.name for one in found if (one.line in lines) == (how == "entered"))


@lru_cache(maxsize=1024)
def _spoken(own: Own, name: str) -> bytes:
    """What a file says to the interpreter: who reads the rest of it has to open it."""
    return bodies.silent(_read(own, name) or b"")


@lru_cache(maxsize=16384)
def _asked(own: Own, name: str) -> _Asked:
    data = _read(own, name) if name.endswith(".py") else b""
    return _Asked.of((data or b"").decode("utf-8", "replace"))


def _judges(environment: Environment) -> bool:
    """Whether our own interpreter reads a text as the program's does."""
    return environment.runtime_version.split(".")[:2] == [str(one) for one in sys.version_info[:2]]


@lru_cache(maxsize=16384)
def _sha(own: Own, name: str) -> str:
    """What a file holds; empty where it cannot be read."""
    data = _read(own, name)
    return "" if data is None else sha256(data).hexdigest()[:40]


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
        common = _VERSION.sub(r"\1-*.dist-info", name)
        total.update(f"{common}\0{mode:o}\0".encode("utf-8", "surrogateescape"))
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


def _read(own: Own, name: str) -> bytes | None:
    try:
        descriptor = os.open(Path(own.source, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()
