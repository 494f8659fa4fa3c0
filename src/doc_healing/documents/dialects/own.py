"""Our own markers: `<!-- doc-healing:timeout=5 needs="rich>=13" -->`; see docs/markers.md.

A marker is words after `doc-healing:`; several may stand in one comment. Free text may follow
`ignore` and its siblings, where it is the reason.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from doc_healing.documents.dialects.attributes import compare, version
from doc_healing.documents.dialects.rules import NOTHING, Effect, Scope, merge, skip
from doc_healing.model import Condition, FailKind, Instructions, Mode, MustFail, Role

DIALECT = "doc-healing"

IGNORES = {
    "ignore": Scope.NEXT,
    "ignore-start": Scope.START,
    "ignore-end": Scope.END,
    "ignore-file": Scope.FILE,
}
_LONGEST_PATTERN = 500
_HEAD = re.compile(r"doc-healing:\s*", re.IGNORECASE)
_WORD = re.compile(
    r"""(?P<key>[A-Za-z][\w-]*)(?:\s*=\s*(?P<value>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[^\s,;]*))?"""
)
_CONDITION = re.compile(
    r"\s*(?P<not>!|not\s+)?(?P<subject>version|module|os|env)\s*(?::\s*(?P<name>[\w.-]+)\s*)?"
    r"(?:(?P<operator>>=|<=|==|!=|<>|=|>|<)\s*(?P<value>[^\s]+)\s*)?"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A word of a marker that nobody understands, at its offset in the comment's text."""

    offset: int
    word: str
    message: str
    near: str = ""  # the valid spelling, where the word itself does not name it
    unknown: bool = False
    stops: bool = False  # what it stands over cannot be run as its author means it


@dataclass(frozen=True, slots=True)
class Own:
    """What one comment of ours says."""

    effect: Effect = NOTHING
    scope: Scope = Scope.NEXT
    problems: tuple[Problem, ...] = ()


def read(text: str) -> Own | None:
    """The instructions of one comment, or None where it is no marker of ours."""
    start = len(text) - len(text.lstrip(" \t\n-;"))
    head = _HEAD.match(text, start)
    if not head:
        return None
    first = re.compile(r"[\w-]+").match(text, head.end())
    if first and first[0].lower() in IGNORES and text[first.end() : first.end() + 1] != "=":
        reason = text[first.end() :].strip().strip("-").strip(" :-—–").strip("\"'")
        scope = IGNORES[first[0].lower()]
        return Own(Effect() if scope is Scope.END else skip(reason), scope)
    return _words(text, head.end())


def _words(text: str, position: int) -> Own:
    change, skips, scope = Instructions(), False, Scope.NEXT
    problems: list[Problem] = []
    while found := _next(text, position):
        position = found.end()
        key, value = found["key"].lower(), found["value"]
        value = None if value is None else _unquote(value)
        if key == "needs" and value:
            value, strange = _packages(value, found.start())
            problems += strange
        if key == "ignore" and value is None:
            skips = True
        elif key == "expect" and (value or "").lower() == "output":
            scope = Scope.OUTPUT
        elif key != "needs" or value or not problems:
            effect = _instruction(key, value, found["key"], found.start())
            if isinstance(effect, Problem):
                problems.append(effect)
            else:
                change, skips = merge(change, effect.change), skips or effect.skip
    if not problems and change == Instructions() and not skips and scope is Scope.NEXT:
        problems.append(Problem(position, "", "the marker says nothing"))
    stops = next((problem.message for problem in problems if problem.stops), "")
    return Own(Effect(change, skips or bool(stops), stops), scope, tuple(problems))


def _next(text: str, position: int) -> re.Match[str] | None:
    """The next word; what is no word is passed over, a second `doc-healing:` too."""
    while position < len(text):
        if found := _HEAD.match(text, position):
            position = found.end()
        elif found := _WORD.match(text, position):
            return found
        else:
            position += 1
    return None


def _unquote(value: str) -> str:
    if value[:1] in {'"', "'"}:
        body = value[1:-1] if len(value) > 1 and value[-1] == value[0] else value[1:]
        return re.sub(r"\\([\"'\\])", r"\1", body)
    return value


def _instruction(key: str, value: str | None, word: str, offset: int) -> Effect | Problem:
    if key in _FLAGS:
        if value is None:
            return Effect(_FLAGS[key])
        return Problem(offset, word, f"`{key}` takes no value", key)
    if key in _VALUES:
        read, example = _VALUES[key]
        effect = read(value) if value else None
        if effect is None:
            said = f"`{word}={value}`" if value else f"`{word}`"
            stops = key not in _HARMLESS
            return Problem(offset, word, f"{said} is not understood", example, stops=stops)
        return effect
    return Problem(offset, word, f"`{word}` is no instruction of doc-healing", unknown=True)


def _mode(value: str) -> Effect | None:
    if value.lower() == "skip":
        return skip()
    if value.lower() == "fail":
        return _expect("error")
    if value.lower() not in set(Mode):
        return None
    return Effect(Instructions(mode=Mode(value.lower())))


def _expect(value: str) -> Effect | None:
    """`error`, `build-error`, an exception's class, `Class: pattern`, or a pattern."""
    if value.lower() in {"error", "failure"}:
        return _fail(MustFail())
    if value.lower() in {"build-error", "compile-error", "syntax-error"}:
        return _fail(MustFail(FailKind.BUILD))
    found = re.fullmatch(r"([A-Z][\w.]*|[a-z_][\w.]*\.[A-Z]\w*)(?::\s*(.*))?", value, re.DOTALL)
    code, pattern = (found[1], found[2] or "") if found else ("", value)
    if not _is_regular(pattern):
        return None
    return _fail(MustFail(FailKind.RUN, pattern, code))


def _is_regular(pattern: str) -> bool:
    """Whether a stranger's pattern compiles: brackets nest too deep, counts are too high."""
    if len(pattern) > _LONGEST_PATTERN:
        return False
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _fail(must_fail: MustFail) -> Effect:
    return Effect(Instructions(mode=Mode.FAIL, must_fail=must_fail))


def _timeout(value: str) -> Effect | None:
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)\s*(ms|s|m|)", value.lower())
    if not found or float(found[1]) <= 0:
        return None
    seconds = float(found[1]) * {"ms": 0.001, "m": 60.0}.get(found[2], 1.0)
    return Effect(Instructions(wall_seconds=seconds))


def _packages(value: str, offset: int) -> tuple[str, list[Problem]]:
    """`needs=network` and `needs=python` ask for no package: the rest, and what to write."""
    kept, problems = [], []
    for name in _requirements(value):
        if name.lower() in _FLAGS:
            said = f"`needs={name}` names an instruction, not a package"
            problems.append(Problem(offset, name, said, f"doc-healing:{name.lower()}", stops=True))
        elif name.lower() in _RUNTIMES:
            said = f"`needs={name}` names a language, not a package"
            problems.append(Problem(offset, name, said, 'if="version>=3.12"'))
        else:
            kept.append(name)
    return ", ".join(kept), problems


def _requirements(value: str) -> tuple[str, ...]:
    """Requirements between commas or spaces; one with an environment marker stands alone."""
    separator = r"\s*,\s*(?=[A-Za-z@])" + ("" if ";" in value else r"|\s+(?=[A-Za-z@])")
    return tuple(part.strip() for part in re.split(separator, value.strip()) if part.strip())


def _needs(value: str) -> Effect | None:
    names = _requirements(value)
    return Effect(Instructions(needs=names)) if names else None


def _condition(value: str) -> Effect | None:
    """`version>=3.12`, `module:numpy`, `!module:numpy`, `os==linux`, `env:CI`, joined by commas."""
    conditions: tuple[Condition, ...] = ()
    for part in re.split(r"\s*,\s*|\s+and\s+", value.strip()):
        found = _CONDITION.fullmatch(part)
        condition = _one_condition(found) if found else None
        if condition is None:
            return None
        conditions += (condition,)
    return Effect(Instructions(conditions=conditions)) if conditions else None


def _one_condition(found: re.Match[str]) -> Condition | None:
    subject, name, operator, value = found.group("subject", "name", "operator", "value")
    if subject in {"version", "os"}:
        if name or found["not"] or not operator:
            return None
        single = version(operator + value) if subject == "version" else None
        return single or compare(subject, operator, value).change.conditions[0]
    if not name:
        return None
    if not operator:
        return Condition(subject, "absent" if found["not"] else "present", name)
    sign = {"=": "==", "<>": "!="}.get(operator, operator)
    return Condition(subject, sign, f"{name}{sign}{value}")


def _file(value: str) -> Effect | None:
    parts = value.split("/")
    if value.startswith("/") or ".." in parts or "" in parts or "\\" in value or "\0" in value:
        return None
    return Effect(Instructions(file_name=value))


def _env(value: str) -> Effect | None:
    found = re.fullmatch(r"([A-Za-z_]\w*)=(.*)", value, re.DOTALL)
    return Effect(Instructions(env={found[1]: found[2]})) if found else None


def _retries(value: str) -> Effect | None:
    return Effect(Instructions(retries=int(value))) if re.fullmatch(r"\d{1,2}", value) else None


def _group(value: str) -> Effect | None:
    return Effect(Instructions(session=value))


def _name(value: str) -> Effect | None:
    return Effect(Instructions(name=value)) if _BLOCK_NAME.fullmatch(value) else None


def _after(value: str) -> Effect | None:
    """`after=models`, `after="models, app"`, `after=nothing`: it runs alone."""
    found = tuple(part for part in re.split(r"\s*,\s*|\s+", value.strip()) if part)
    valid = bool(found) and all(_BLOCK_NAME.fullmatch(part) for part in found)
    return Effect(Instructions(after=found)) if valid else None


_BLOCK_NAME = re.compile(r"[\w.:-]{1,80}")
_FLAGS: Mapping[str, Instructions] = {
    "setup": Instructions(role=Role.SETUP),
    "teardown": Instructions(role=Role.TEARDOWN),
    "continue": Instructions(continues=True),
    "network": Instructions(network=True),
}
_VALUES: Mapping[str, tuple[Callable[[str], Effect | None], str]] = {
    "group": (_group, "group=NAME"),
    "name": (_name, "name=NAME"),
    "after": (_after, "after=NAME"),
    "expect": (_expect, 'expect=error, expect="ValueError: .*" or expect=output'),
    "timeout": (_timeout, "timeout=5"),
    "needs": (_needs, 'needs="package>=1"'),
    "file": (_file, "file=main.py"),
    "env": (_env, "env=NAME=VALUE"),
    "mode": (_mode, "mode=run, build, lint, fail, skip or illustrative"),
    "if": (_condition, 'if="version>=3.12"'),
    "retries": (_retries, "retries=2"),
}
_HARMLESS = frozenset({"timeout", "retries"})
"""Without these a block may be slow or flaky, and still means the same."""

_RUNTIMES = frozenset({"python", "python3", "javascript", "nodejs", "node.js"})
WORDS = (*IGNORES, *_FLAGS, *_VALUES)
