"""A session's snippets as one program: its text, and the way back to each document line.

The lines of a fragment are dealt out: imports first, then declarations, then the statements, in a
function. Each stays a line of its own, so that lines and columns lead back. Statements of an
earlier snippet surround those of a later one, whose names may be the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from doc_healing.languages.go.shape import Kind, Shape, shape
from doc_healing.languages.go.tree import Facts, facts, main_body, names_of
from doc_healing.model import Line, Snippet


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a program's main file, and the document's line of each of its lines."""

    text: str
    map: tuple[Line | None, ...]
    wrapper: str = ""  # the function of ours that holds the statements
    mark: bool = False  # statements of an earlier snippet come first


@dataclass(slots=True)
class _Sheet:
    """Lines of the program that is being written."""

    texts: list[str]
    lines: list[Line | None]

    def write(self, text: str, line: Line | None = None) -> None:
        self.texts.append(text)
        self.lines.append(line)

    def take(self, rows: Sequence[Line]) -> None:
        for line in rows:
            self.write(line.text, line)

    def source(self, wrapper: str, mark: bool) -> Source:
        return Source("\n".join(self.texts) + "\n", tuple(self.lines), wrapper, mark)


@dataclass(frozen=True, slots=True)
class Parts:
    """The lines of one snippet by where they go."""

    imports: tuple[Line, ...] = ()
    declarations: tuple[Line, ...] = ()
    statements: tuple[Line, ...] = ()
    has_main: bool = False


def whole(snippet: Snippet, form: Shape) -> Source:
    """A snippet as it is, between the lines that complete it."""
    sheet = _Sheet([], [])
    if form.kind is Kind.PART:
        sheet.write(f"package main; {form.before}".rstrip("; "))
    sheet.take(snippet.lines)
    if form.after:
        for text in form.after.split("\n"):
            sheet.write(text)
    return sheet.source("", False)


def assemble(
    snippet: Snippet,
    before: Sequence[Snippet],
    hook: str,
    head: str = "package main",
    wrapper: str = "main",
) -> Source:
    """The program of a fragment with the snippets that it runs after."""
    sheet = _Sheet([], [])
    sheet.write(head)
    earlier = [_lent(item) for item in before]
    own = parts(snippet)
    for one in (*earlier, own):
        sheet.take(one.imports)
    for one in (*earlier, own):
        sheet.take(one.declarations)
    blocks = [one.statements for one in earlier if one.statements]
    if not blocks and not own.statements:
        return sheet.source("", False)
    wrapper = "init" if own.has_main else wrapper
    sheet.write(f"func {wrapper}() {{")
    for statements in blocks:
        sheet.take(statements)
        sheet.write("{")
    if blocks and hook:
        sheet.write(hook)
    sheet.take(own.statements)
    sheet.write("}" * (len(blocks) + 1))
    return sheet.source(wrapper, bool(blocks))


def parts(snippet: Snippet) -> Parts:
    """Which lines of a snippet go where."""
    found = facts(snippet.code)
    form = shape(snippet.code)
    lines = snippet.lines
    if not found.parses or form.kind is Kind.PART:
        return _by_first_word(snippet)
    places = _places(found, len(lines))
    dealt = {
        place: tuple(line for line, its in zip(lines, places, strict=False) if its == place)
        for place in ("import", "declaration", "statement")
    }
    has_main = any(names_of(found, node) == ["main"] for node in found.top)
    statements = dealt["statement"] if found.statements or _loose(found) else ()
    return Parts(dealt["import"], dealt["declaration"], statements, has_main)


def _lent(snippet: Snippet) -> Parts:
    """The lines of a snippet that others run after: what its `main` does is done, `main` is not."""
    dealt, found = parts(snippet), facts(snippet.code)
    main = found.declared.get("main")
    if not dealt.has_main or main is None:
        return dealt
    whole = snippet.lines[main.start_point[0] : main.end_point[0] + 1]
    declarations = tuple(line for line in dealt.declarations if line not in whole)
    done = whole[1:-1] if main_body(found) else ()
    return Parts(dealt.imports, declarations, (*dealt.statements, *done))


def _by_first_word(snippet: Snippet) -> Parts:
    """The lines of a text that does not parse: as statements, unless it begins otherwise."""
    first = next((line.text for line in snippet.lines if line.text.strip()), "")
    word = first.split()[0] if first.split() else ""
    if word.partition("(")[0] in ("func", "type", "import", "const", "var", "package"):
        return Parts(declarations=snippet.lines)
    return Parts(statements=snippet.lines)


def _loose(found: Facts) -> bool:
    return any(_place(found, node) == "statement" for node in found.top)


def _places(found: Facts, count: int) -> list[str]:
    """Where each line goes; a comment right below code goes with it, others with what follows."""
    places = [""] * count
    for node in found.top:
        where = _place(found, node)
        for row in range(node.start_point[0], min(node.end_point[0] + 1, count)):
            places[row] = places[row] or where
    if found.root is not None:
        for node in found.root.children:
            if node.type == "package_clause":
                places[node.start_point[0]] = places[node.start_point[0]] or "package"
    texts = found.data.decode("utf-8", "replace").split("\n")
    for row in range(1, count):
        if not places[row] and texts[row].strip() and places[row - 1] not in ("", "package"):
            places[row] = places[row - 1]
    following = next((one for one in reversed(places) if one), "statement")
    for row in reversed(range(count)):
        following = places[row] or following
        places[row] = following if following != "package" or places[row] else "declaration"
    return places


def _place(found: Facts, node: Node) -> str:
    """Variables stand where they are used: in the function, if statements come before them."""
    if node.type == "import_declaration":
        return "import"
    if node.type in ("function_declaration", "method_declaration", "type_declaration"):
        return "declaration"
    if node.type == "const_declaration":
        return "declaration"
    if node.type != "var_declaration":
        return "statement"
    before = [one for one in found.statements if one.start_byte < node.start_byte]
    if not before or _used_by_functions(found, names_of(found, node)):
        return "declaration"
    return "statement"


def _used_by_functions(found: Facts, names: list[str]) -> bool:
    functions = [
        found.text(one)
        for one in found.top
        if one.type in ("function_declaration", "method_declaration")
    ]
    return any(name in facts(f"package p\n{text}").used for name in names for text in functions)
