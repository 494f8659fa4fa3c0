"""Reads Gradle scripts, Groovy and Kotlin, without running them: tokens, statements and values.

A script is a program and cannot be known without running it. What is written out is read; every
other value is None, and whoever asked for it says so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Value: TypeAlias = "str | list[Value] | dict[str, Value] | Call | None"
Tokens: TypeAlias = "Sequence[Token]"

_MOST_CHARACTERS = 500_000
_DEPTH = 40
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f]+|\\\n|//[^\n]*|/\*.*?\*/|\A\#![^\n]*)
      | (?P<end>[\n;])
      | (?P<raw>\"\"\".*?\"\"\"|'''.*?''')
      | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<name>[A-Za-z_`][\w`]*)
      | (?P<number>\d[\w.]*)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = "([{", ")]}"
_REFERENCE = re.compile(r"\$\{([^{}]*)\}|\$([A-Za-z_][\w.]*)")


class Token(NamedTuple):
    """One token; `text` of a string is its content. `raw` is a string without references."""

    kind: str  # "text", "name", "number", "mark", "end"
    text: str
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the reader of a value may know: `platform(...)`, `project(":core")`."""

    name: str
    arguments: tuple[Value, ...]
    named: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Statement:
    """`head` is a dotted name, then either `= value` or arguments and perhaps a block."""

    head: str
    rest: tuple[Token, ...]
    block: tuple[Token, ...] | None
    assigns: bool = False


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a script, comments left out; none for one that is far too long."""
    if len(text) > _MOST_CHARACTERS:
        return ()
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        word = match[0]
        if kind == "raw":
            found.append(Token("text", word[3:-3], word.startswith("'")))
        elif kind == "text":
            content = re.sub(r"\\(.)", r"\1", word[1:-1])
            found.append(Token("text", content, word.startswith("'")))
        elif kind != "space":
            found.append(Token(kind, word.strip("`") if kind == "name" else word))
    return tuple(found)


def statements(code: Tokens) -> Iterator[Statement]:
    """The statements of a script or block, one after the other."""
    for line in _lines(code):
        if made := _statement(line):
            yield made


def _lines(code: Tokens) -> Iterator[list[Token]]:
    """Tokens up to the end of a line outside of brackets; a line that goes on is one with it."""
    line: list[Token] = []
    depth = 0
    for number, token in enumerate(code):
        if token.kind == "mark":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if token.kind == "end" and depth <= 0 and not _goes_on(line, code, number):
            yield line
            line = []
        elif token.kind != "end" or token.text == "\n":
            line.append(token)
    yield line


def _goes_on(line: list[Token], code: Tokens, number: int) -> bool:
    if code[number].text == ";":
        return False
    following = next((t for t in code[number + 1 :] if t.kind != "end"), None)
    if following and following.kind == "mark" and following.text in ".?":
        return True
    last = next((t for t in reversed(line) if t.kind != "end"), None)
    return bool(last) and last is not None and last.kind == "mark" and last.text in ",=+.:"


def _statement(line: list[Token]) -> Statement | None:
    code = [token for token in line if token.kind != "end"] if not _has_block(line) else line
    while code and code[0].kind == "end":
        code = code[1:]
    while len(code) > 1 and code[0].text in ("def", "val", "var", "final", "String", "lateinit"):
        code = code[1:]
    if not code:
        return None
    if code[0].kind == "text":  # "implementation"("a:b:1")
        head, at = code[0].text, 1
    else:
        head, at = _path(code, 0)
    if not head:
        return None
    if at < len(code) and code[at] == Token("mark", "=") and not _is(code, at + 1, "="):
        return Statement(head, tuple(code[at + 1 :]), None, assigns=True)
    rest, block = _split(code[at:])
    return Statement(head, tuple(rest), block)


def _has_block(line: list[Token]) -> bool:
    return any(token.kind == "mark" and token.text == "{" for token in line)


def _split(code: Tokens) -> tuple[list[Token], tuple[Token, ...] | None]:
    """What stands before the first block at this level, and the block's content."""
    depth = 0
    for number, token in enumerate(code):
        if token.kind != "mark":
            continue
        if token.text == "{" and depth == 0:
            end = closing(code, number)
            return [t for t in code[:number] if t.kind != "end"], tuple(code[number + 1 : end])
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
    return [t for t in code if t.kind != "end"], None


def closing(code: Tokens, start: int) -> int:
    """The index of the bracket that closes the one at `start`, or the end."""
    depth = 0
    for number in range(start, len(code)):
        if code[number].kind == "mark":
            depth += (code[number].text in _OPEN) - (code[number].text in _CLOSE)
            if depth == 0:
                return number
    return len(code)


def _path(code: Tokens, at: int) -> tuple[str, int]:
    """A dotted name; `extra["x"]` and `ext['x']` count as `extra.x`."""
    parts: list[str] = []
    while at < len(code) and code[at].kind == "name":
        parts.append(code[at].text)
        at += 1
        if _is(code, at, "[") and at + 2 < len(code) and code[at + 1].kind == "text":
            parts.append(code[at + 1].text)
            at = closing(code, at) + 1
        if _is(code, at, "?") and _is(code, at + 1, "."):
            at += 1
        if not _is(code, at, "."):
            break
        at += 1
    return ".".join(parts), at


def _is(code: Tokens, at: int, mark: str) -> bool:
    return at < len(code) and code[at].kind == "mark" and code[at].text == mark


# --- values ------------------------------------------------------------------------------------


def arguments(
    code: Tokens, known: Mapping[str, Value], depth: int = 0
) -> tuple[list[Value], dict[str, Value]]:
    """Positional and named arguments, in parentheses or without."""
    if _is(code, 0, "(") and closing(code, 0) >= len(code) - 1:
        code = code[1 : len(code) - 1]
    positional: list[Value] = []
    named: dict[str, Value] = {}
    for part in _parts(code):
        name = _named(part)
        if name:
            named[name] = value(part[2:], known, depth + 1)
        elif part:
            positional.append(value(part, known, depth + 1))
    return positional, named


def _named(part: Tokens) -> str:
    """The name of `name: value` (Groovy), `name = value` (Kotlin)."""
    if len(part) > 2 and part[0].kind in ("name", "text") and part[1].kind == "mark":
        single = part[1].text == "=" and not _is(part, 2, "=")
        if part[1].text == ":" or (single and part[0].kind == "name"):
            return part[0].text
    return ""


def _parts(code: Tokens) -> Iterator[list[Token]]:
    part: list[Token] = []
    depth = 0
    for token in code:
        if token.kind == "mark":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if token.text == "," and depth == 0:
                yield part
                part = []
                continue
        if token.kind != "end":
            part.append(token)
    yield part


def value(code: Tokens, known: Mapping[str, Value], depth: int = 0) -> Value:
    """What an expression says; None where that takes running it."""
    code = [token for token in code if token.kind != "end"]
    if not code or depth > _DEPTH:
        return None
    first, at = _first(code, known, depth)
    while at < len(code):
        if not _is(code, at, "+") or not isinstance(first, str):
            return first if code[at].text in ("as", "to") else _later(code, at, first)
        second, step = _first(code[at + 1 :], known, depth)
        if not isinstance(second, str):
            return None
        first, at = first + second, at + 1 + step
    return first


def _later(code: Tokens, at: int, first: Value) -> Value:
    """A value with something behind it that does not change it: a closure, `.get()`."""
    if _is(code, at, "{"):
        return first
    return first if _is(code, at, ".") and isinstance(first, (Call, dict, str)) else None


def _first(code: Tokens, known: Mapping[str, Value], depth: int) -> tuple[Value, int]:
    token = code[0] if code else Token("end", "")
    if token.kind == "text":
        return (token.text if token.raw else interpolated(token.text, known)), 1
    if token.kind == "number":
        return token.text, 1
    if token.kind == "mark" and token.text == "[":
        end = closing(code, 0)
        return _literal(code[1:end], known, depth), end + 1
    if token.kind == "mark" and token.text == "(":
        end = closing(code, 0)
        return value(code[1:end], known, depth + 1), end + 1
    if token.kind == "name":
        return _name(code, known, depth)
    return None, max(1, len(code))


def _literal(code: Tokens, known: Mapping[str, Value], depth: int) -> Value:
    """`[a, b]` or `[k: v]`."""
    positional, named = arguments(code, known, depth)
    return named or positional


def _name(code: Tokens, known: Mapping[str, Value], depth: int) -> tuple[Value, int]:
    path, at = _path(code, 0)
    if _is(code, at, "("):
        end = closing(code, at)
        positional, named = arguments(code[at : end + 1], known, depth)
        return _called(path, positional, named, known), end + 1
    return looked_up(path, known), at


def _called(
    path: str, positional: list[Value], named: dict[str, Value], known: Mapping[str, Value]
) -> Value:
    last = path.rpartition(".")[2]
    asks = last in ("property", "findProperty", "getProperty", "gradleProperty", "get")
    if asks and positional and isinstance(positional[0], str):
        return looked_up(positional[0], known)
    if last in ("mapOf", "mutableMapOf"):
        return named or None
    if last in ("listOf", "setOf", "arrayOf", "mutableListOf"):
        return positional
    if last in ("get", "toString", "trim", "getOrElse", "asProvider") and "." in path:
        return looked_up(path.rpartition(".")[0], known)
    if last in ("extra", "uri", "file") and positional:
        return positional[0]
    return Call(path, tuple(positional), named)


def looked_up(path: str, known: Mapping[str, Value]) -> Value:
    """A variable or property; `rootProject.ext.x` and the like are `x`."""
    path = path.removesuffix(".get").removesuffix("()")
    while True:
        if path in known:
            return known[path]
        head, _, tail = path.partition(".")
        if not tail:
            return None
        if head in ("rootProject", "project", "ext", "extra", "this", "parent", "properties"):
            path = tail
            continue
        inner = known.get(head)
        while isinstance(inner, dict) and tail:
            if tail in inner:
                return inner[tail]
            head, _, tail = tail.partition(".")
            inner = inner.get(head)
        return inner if not tail else None


def interpolated(text: str, known: Mapping[str, Value]) -> Value:
    """A string with its `$name` and `${name}` filled in; None where one is not known."""
    found: list[str] = []
    last = 0
    for match in _REFERENCE.finditer(text):
        if match[1] is not None:
            inner = value(tokens(match[1]), known, 1)
            end = match.end()
        else:
            name = match[2]
            inner = looked_up(name, known)
            while inner is None and "." in name:
                name = name.rpartition(".")[0]
                inner = looked_up(name, known)
            end = match.start() + 1 + len(name)
        if not isinstance(inner, str):
            return None
        found += [text[last : match.start()], inner]
        last = end
    return "".join(found) + text[last:]
