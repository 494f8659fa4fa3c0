"""Imports that a block may take from earlier blocks of its document.

A page imports once and shows ten blocks. Nothing but the import is offered, and only what an
earlier block really says; whether the block lacks the name, its own interpreter decides.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from doc_healing.languages.python.driver import scopes, shape
from doc_healing.languages.python.driver import transcript as transcripts
from doc_healing.model import Mode, Snippet, State

_WORD = re.compile(r"\w+")
_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Offer:
    """An import statement of one name, where it stands, and whether the document also binds it
    in another way (`import datetime`, `from datetime import datetime`)."""

    name: str
    text: str
    line: int
    ambiguous: bool = False


def offers(
    snippet: Snippet, snippets: Sequence[Snippet], played: Sequence[Snippet] = ()
) -> list[Offer]:
    """What earlier blocks import and this one mentions; of two imports the nearer one counts.

    So do those that are `played` with it. What no block imports, the text above may say
    (`Instructions.mentioned`). Blocks of alternative tabs offer each other nothing.
    """
    words = frozenset(_WORD.findall("\n".join(one.code for one in (snippet, *played))))
    found: dict[str, list[Offer]] = {}
    for other in snippets:
        if other.index < snippet.index and _lends(other) and not _alternatives(other, snippet):
            for name, text, at in _imports(other.code):
                if name in words and f"name '{name}' is not defined" not in snippet.code:
                    line = other.lines[at].line if at < len(other.lines) else other.line
                    found[name] = _with(found.get(name, []), Offer(name, text, line))
    if snippet.instructions.mentioned:
        bound = _bound_above(snippet, snippets)
        for said, line in snippet.instructions.mentioned:
            for name, text, _ in _imports(said):
                if name in words and name not in bound:
                    found[name] = [Offer(name, text, line)]
    return [offer for several in found.values() for offer in several]


def _bound_above(snippet: Snippet, snippets: Sequence[Snippet]) -> set[str]:
    """What earlier blocks bind in any way: their word counts for more than the text's."""
    earlier = (one.code for one in snippets if one.index < snippet.index and len(one.code) < _MAX)
    return {name for code in earlier for name in scopes.bound(bodies(code))}


def configured(snippet: Snippet, snippets: Sequence[Snippet]) -> str:
    """In words, which earlier block sets up a module that this one uses; else empty."""
    words = frozenset(_WORD.findall(snippet.code))
    before = [
        other
        for other in snippets
        if other.index < snippet.index and _lends(other) and not _alternatives(other, snippet)
    ]
    modules = {name for other in (*before, snippet) for name, _, _ in _imports(other.code)}
    for other in before:
        for name, at in _set_up(other.code):
            if name in words & modules and at < len(other.lines):
                return f"the block at line {other.lines[at].line} sets up `{name}`"
    return ""


_SETS_UP = re.compile(
    r"(?:basic_?)?config(?:ure)?|set(?:_?up|_\w+|[A-Z]\w*)?|enable\w*|disable\w*|register\w*|init\w*"
    r"|install|use\w*|add\w*|load\w*|patch\w*|seed|update|bind\w*",
    re.IGNORECASE,
)


@lru_cache(maxsize=512)
def _set_up(code: str) -> tuple[tuple[str, int], ...]:
    """What a block sets up or assigns to at its top level, and the lines (0-based)."""
    found = []
    for start, body in _read(code):
        for node in body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            value = node.value if isinstance(node, ast.Expr) else None
            called = value.func if isinstance(value, ast.Call) else None
            if isinstance(called, ast.Attribute) and not _SETS_UP.fullmatch(called.attr):
                called = None
            for one in (called, *targets):
                root = _root(one) if isinstance(one, ast.Attribute) else ""
                if root:
                    found.append((root, start + node.lineno - 1))
    return tuple(found)


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _with(known: list[Offer], offer: Offer) -> list[Offer]:
    """Imports of several submodules add up; any other takes the place of the one before."""
    rest = [one for one in known if one.text != offer.text]
    if all(_submodule(one.text) for one in (*rest, offer)):
        return [*rest, offer]
    return [Offer(offer.name, offer.text, offer.line, ambiguous=bool(rest))]


def _submodule(text: str) -> bool:
    return text.startswith("import ") and " as " not in text


def _lends(other: Snippet) -> bool:
    modes = (Mode.RUN, Mode.BUILD, Mode.LINT)
    return (
        other.state is State.RUNNABLE
        and other.instructions.mode in modes
        and not other.instructions.file_name
        and len(other.code) < _MAX
    )


def _alternatives(other: Snippet, snippet: Snippet) -> bool:
    """Whether they stand in different tabs of one set."""
    if not other.containers or not snippet.containers:
        return False
    tabs = dict(one.split("/", 1) for one in other.containers if _is_tab(one))
    own = dict(one.split("/", 1) for one in snippet.containers if _is_tab(one))
    return any(own.get(group, tab) != tab for group, tab in tabs.items())


def _is_tab(container: str) -> bool:
    return container.startswith("tabs#") and "/" in container


@lru_cache(maxsize=512)
def _imports(code: str) -> tuple[tuple[str, str, int], ...]:
    """Name, statement and line (0-based) of each import at the top level of a block."""
    found = []
    for start, body in _read(code):
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name, statement in _parts(node):
                    found.append((name, statement, start + node.lineno - 1))
    return tuple(found)


@lru_cache(maxsize=64)  # what is asked of a block is asked at nearly the same time
def _read(code: str) -> tuple[tuple[int, tuple[ast.stmt, ...]], ...]:
    """The line of each text of a block, and its statements: nobody may change them."""
    return tuple((start, tuple(_body(text))) for start, text in _statements(code))


def _statements(code: str) -> Iterator[tuple[int, str]]:
    """The texts of a block that may be parsed, and the line of each."""
    form = shape.shape(code)
    if form.kind == "script":
        yield 0, form.text
    elif form.kind == "transcript":
        for example in transcripts.examples(code):
            yield example.line, example.source
    elif form.kind in ("illustrative", "newer"):
        yield from _lines(code)


def _lines(code: str) -> Iterator[tuple[int, str]]:
    """Import lines of a block that holds more than a parser takes: `...`, a signature."""
    if '"""' in code or "'''" in code:
        return
    for at, line in enumerate(code.split("\n")):
        if line.startswith(("import ", "from ")) and "..." not in line:
            yield at, line


def _body(text: str) -> list[ast.stmt]:
    try:
        return shape.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _parts(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, and the statement that binds it alone."""
    head = ""
    if isinstance(node, ast.ImportFrom):
        if node.level or node.module == "__future__":
            return
        head = f"from {node.module} "
    for one in node.names:
        if one.name != "*":
            renamed = f" as {one.asname}" if one.asname else ""
            yield (one.asname or one.name).split(".")[0], f"{head}import {one.name}{renamed}"


def bodies(code: str) -> list[ast.stmt]:
    """The statements of a block, or of the inputs of a transcript; none of what does not parse.

    They are shared: nobody may change them.
    """
    return [node for _, body in _read(code) for node in body]


def told(offers_made: Sequence[Offer], taken: Sequence[int]) -> tuple[str, ...]:
    """In words what a block was completed with."""
    known = [offers_made[at] for at in taken if at < len(offers_made)]
    return tuple(
        f"`{one.text}` from line {one.line}" if one.line else f"`{one.text.splitlines()[0]}`"
        for one in known
    )
