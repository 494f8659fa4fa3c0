"""Whether a failure is the one that the document promises.

The pattern and the message both come from strangers: a regular expression that backtracks for
hours must not hold up the examination, so it is matched by a process that can be ended.
"""

import re
import subprocess
import sys

from doc_healing.model import FailKind, MustFail

_SECONDS = 3.0
_LONGEST = 10_000
_MATCH = (
    "import re, sys\n"
    "pattern, message = sys.stdin.buffer.read().split(b'\\0')\n"
    "def text(one): return one.decode('utf-8', 'surrogateescape')\n"
    "sys.exit(re.search(text(pattern), text(message)) is None)\n"
)


class Undecided(Exception):  # noqa: N818  # not an error: nobody can tell in reasonable time
    """The pattern takes too long."""


def fits(must_fail: MustFail, message: str, name: str, how: str) -> bool:
    """Whether a failure with this message is the promised one.

    `name` is the exception's class or the exit code, `how` is build, run or what limited it.
    Raises `Undecided` where its pattern takes too long to match.
    """
    builds = must_fail.kind is FailKind.BUILD
    if must_fail.kind is not FailKind.ANY and builds != (how == "build"):
        return False
    if must_fail.code and must_fail.code.rpartition(".")[2] not in (name, name.rpartition(".")[2]):
        return False
    return not must_fail.pattern or _matches(must_fail.pattern, message)


def told(must_fail: MustFail, message: str, how: str) -> str:
    """In words, what was promised and what happened instead."""
    promised = {FailKind.BUILD: "not compile", FailKind.RUN: "compile, and fail when it runs"}
    parts = [f"it must {promised.get(must_fail.kind, 'fail')}"]
    if must_fail.code:
        name = f"exit code {must_fail.code}" if must_fail.code.isdigit() else f"`{must_fail.code}`"
        parts.append(f"with {name}")
    if must_fail.pattern:
        parts.append(f"with a message that matches `{must_fail.pattern[:200]}`")
    happened = {"build": "it does not compile", "run": "it fails when it runs"}
    return f"{' '.join(parts)}, but {happened.get(how, 'it does not end')}: {message}"


def _matches(pattern: str, message: str) -> bool:
    pattern, message = pattern.replace("\0", ""), message.replace("\0", "")[:_LONGEST]
    if pattern in message:
        return True
    if len(pattern) > _LONGEST or re.escape(pattern) == pattern:
        return False
    data = f"{pattern}\0{message}".encode("utf-8", "surrogateescape")
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _MATCH],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Undecided from None
    return done.returncode == 0
