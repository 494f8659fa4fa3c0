"""A session's snippets as one program: its text, and the way back to each document line.

Parts of a snippet move (imports to the top, methods before statements), but never within a line:
what stood before a part becomes spaces, so that columns stay the document's. All that is ours
stands on lines of its own, or behind the snippet's text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from doc_healing.languages.java.renaming import Renamed, renamed
from doc_healing.languages.java.shape import Kind, Shape, is_field, is_value
from doc_healing.languages.java.tree import (
    COMMENTS,
    TYPES,
    modifiers,
    name_of,
    text_of,
    tree,
)
from doc_healing.languages.trees import nodes
from doc_healing.model import Line, Snippet

MARK = "/*imports*/"
WRAPPER = "Snippet"
BEGUN = "dochealing.Watch.begun();"  # where other blocks stand before this one's statements
_TOP_ONLY = frozenset({"public", "abstract", "final", "sealed", "non-sealed", "strictfp"})


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a program's main file, its lines' places, and the class around fragments."""

    text: str
    map: tuple[Line | None, ...]
    wrapper: str = ""
    added: tuple[str, ...] = ()
    renamed: Renamed = field(default_factory=Renamed)


@dataclass(slots=True)
class _Room:
    """The lines of one place of the program, with where they are from."""

    renamed: Renamed
    texts: list[str] = field(default_factory=list)
    lines: list[Line | None] = field(default_factory=list)

    def ours(self, text: str) -> None:
        self.texts.append(text)
        self.lines.append(None)

    def take(self, other: "_Room") -> None:
        self.texts.extend(other.texts)
        self.lines.extend(other.lines)


@dataclass(slots=True)
class _Rooms:
    """Where the parts of all snippets go."""

    package: _Room
    imports: _Room
    types: _Room
    members: _Room
    body: _Room
    inner: set[str]  # what methods and types use
    renamed: Renamed


def assemble(snippet: Snippet, form: Shape, around: Sequence[tuple[Snippet, Shape]]) -> Source:
    """The program of one snippet with the snippets that it runs with, in their order."""
    alone = len(around) == 1
    if not form.certain or form.kind is Kind.MODULE:
        return _raw(snippet, form)
    if alone and form.kind is Kind.UNIT:
        return _unit(snippet, form)
    statements = any(one.kind is Kind.SCRIPT for _, one in around)
    parts = [(item, _children(item, one)) for item, one in around]
    inner = {name for _, nodes_of in parts for name in _inner(nodes_of)}
    again = renamed(parts, inner) if statements else Renamed()
    package, imports, types, members, body = (_Room(again) for _ in range(5))
    rooms = _Rooms(package, imports, types, members, body, inner, again)
    for at, (item, one) in enumerate(around):
        later = {name_of(node) for _, rest in parts[at + 1 :] for node in rest if _is_type(node)}
        if item is snippet and statements and not alone:
            rooms.body.ours(BEGUN)
        _sort(item, one, rooms, statements, later)
    return _joined(rooms, form.owner or _wrapper(parts), form, statements)


def _wrapper(parts: Sequence[tuple[Snippet, Sequence[Node]]]) -> str:
    """A name for the class around fragments that none of them has."""
    own = {name_of(node) for _, nodes_of in parts for node in nodes_of if _is_type(node)}
    return next(name for name in (f"{WRAPPER}{'_' * at}" for at in range(99)) if name not in own)


# --- a unit as it stands --------------------------------------------------------------------


def _unit(snippet: Snippet, form: Shape) -> Source:
    room = _Room(Renamed())
    packages = [node for node in _children(snippet, form) if node.type == "package_declaration"]
    last = packages[-1].end_point[0] if packages else -1
    if last < 0:
        room.ours(MARK)
    for row, line in enumerate(snippet.lines):
        room.texts.append(line.text)
        room.lines.append(line)
        if row == last and not _shares(snippet, packages[-1]):
            room.ours(MARK)
    return _closed(room, form, "")


def _raw(snippet: Snippet, form: Shape) -> Source:
    """What does not parse, in the place where javac says best why."""
    room = _Room(Renamed())
    header = {Kind.SCRIPT: f"class {WRAPPER} {{ void run() throws Throwable {{",
              Kind.MEMBERS: f"class {WRAPPER} {{"}.get(form.kind, "")  # fmt: skip
    imports = [bool(re.match(r"\s*(import|package)\s", line.text)) for line in snippet.lines]
    head = next((at for at, one in enumerate(imports) if not one), len(imports)) if header else 0
    for at, line in enumerate(snippet.lines):
        if at == head and header:
            room.ours(header)
        room.texts.append(line.text)
        room.lines.append(line)
    closed = _closed(room, form, WRAPPER if header else "")
    tail = {Kind.SCRIPT: "}}\n", Kind.MEMBERS: "}\n"}.get(form.kind, "")
    return replace(closed, text=closed.text + tail)


def _closed(room: _Room, form: Shape, wrapper: str) -> Source:
    text = "\n".join(room.texts) + form.after + "\n"
    return Source(text, tuple(room.lines), wrapper, form.added)


def _shares(snippet: Snippet, node: Node) -> bool:
    """Whether something follows a node on its line, apart from a comment."""
    text = snippet.lines[node.end_point[0]].text.encode("utf-8", "replace")
    behind = text[node.end_point[1] :].strip()
    return bool(behind) and not behind.startswith((b"//", b"/*"))


# --- sorting parts --------------------------------------------------------------------------


def _children(snippet: Snippet, form: Shape) -> list[Node]:
    code = snippet.code.rstrip("\n") if form.after else snippet.code
    root = tree(code.rstrip() + form.after + "\n" if form.after else code)
    return list(root.children) if root is not None else []


def _is_type(node: Node) -> bool:
    return node.type in TYPES


def _sort(snippet: Snippet, form: Shape, rooms: _Rooms, statements: bool, later: set[str]) -> None:
    """`later`: the types that snippets after it declare; the last one holds, as in `jshell`."""
    if form.kind is Kind.MEMBERS and (form.owner or not _plain(snippet, form)):
        _sort_whole(snippet, form, rooms)
        return
    parts = [node for node in _children(snippet, form) if node.type not in COMMENTS]
    lent = _fields_of(parts, rooms.inner)
    for node in parts:
        if node.type == "package_declaration":
            if not rooms.package.texts:
                _put(rooms.package, snippet, node)
        elif node.type == "import_declaration":
            _put(rooms.imports, snippet, node)
        elif _is_type(node) and name_of(node) in later:
            continue
        elif _is_type(node):
            _put_type(rooms, snippet, node, statements)
        elif node.type == "method_declaration" or is_field(node):
            _put_member(rooms, snippet, node, form, statements)
        elif node.type == "local_variable_declaration" and not statements:
            _put(rooms.members, snippet, node)
        elif node.start_byte in lent:
            _put_lent(rooms, snippet, node)
        else:
            _put_statement(rooms.body, snippet, node)


def _plain(snippet: Snippet, form: Shape) -> bool:
    root = tree(snippet.code.rstrip() + form.after + "\n" if form.after else snippet.code)
    return root is not None and not root.has_error


def _sort_whole(snippet: Snippet, form: Shape, rooms: _Rooms) -> None:
    """Members that only parse inside of a class: all lines but the imports, as they stand."""
    room = rooms.members
    for line in snippet.lines:
        header = re.match(r"\s*(import|package)\s[^;]*;\s*$", line.text)
        place = rooms.imports if header else room
        place.texts.append(line.text)
        place.lines.append(line)
    if form.after:
        room.ours(form.after.strip("\n"))


def _put(room: _Room, snippet: Snippet, node: Node) -> None:
    """A part on lines of its own: spaces stand for what it shared its first line with."""
    (first, start), (last, end) = node.start_point, node.end_point
    for row in range(first, min(last, len(snippet.lines) - 1) + 1):
        line = snippet.lines[row]
        data = line.text.encode("utf-8", "replace")
        stop = end if row == last else len(data)
        begin = start if row == first else 0
        blank = re.sub(r"[^\t]", " ", data[:begin].decode("utf-8", "replace"))
        text = blank + data[begin:stop].decode("utf-8", "replace")
        room.texts.append(room.renamed.applied(text, snippet, row))
        room.lines.append(line)
    own = len(snippet.code.rstrip().encode("utf-8", "replace"))
    if node.end_byte > own:  # what completes the block's last part
        behind = (node.text or b"")[max(own - node.start_byte, 0) :]
        room.ours(behind.decode("utf-8", "replace").strip())


def _put_type(rooms: _Rooms, snippet: Snippet, node: Node, statements: bool) -> None:
    words = modifiers(node)
    nested = bool({word for word in words if not word.startswith("@")} - _TOP_ONLY)
    root = node.parent
    methods = root is not None and any(
        one.type == "method_declaration" or is_field(one) for one in root.children
    )
    if not nested and not methods:
        _put(rooms.types, snippet, node)
        return
    if node.type == "class_declaration" and "static" not in words and statements:
        rooms.members.ours("static")
    _put(rooms.members, snippet, node)


def _put_member(rooms: _Rooms, snippet: Snippet, node: Node, form: Shape, statements: bool) -> None:
    words = modifiers(node)
    method = node.type == "method_declaration"
    bodiless = method and node.child_by_field_name("body") is None
    if bodiless and not form.interface and not words & {"abstract", "native"}:
        rooms.members.ours("native")  # a body that is elsewhere
    bound = any(part.type in ("this", "super") for part in nodes(node))
    free = statements and not words & {"static", "abstract", "default", "@Override"}
    if free and not (method and bound):
        rooms.members.ours("static")
    _put(rooms.members, snippet, node)


def _inner(parts: Sequence[Node]) -> set[str]:
    """The names that methods and types of a block use."""
    return {
        text_of(node)
        for part in parts
        if part.type == "method_declaration" or part.type in TYPES
        for node in nodes(part)
        if node.type == "identifier"
    }


def _fields_of(parts: Sequence[Node], inner: set[str]) -> set[int]:
    """The variables that a method or a type beside them uses, as `jshell` lets them."""
    return {
        part.start_byte
        for part in parts
        if part.type == "local_variable_declaration"
        and text_of(part.child_by_field_name("type")) != "var"
        and inner & {name_of(one) for one in part.children_by_field_name("declarator")}
        and len(part.children_by_field_name("declarator")) == 1
    }


def _put_lent(rooms: _Rooms, snippet: Snippet, node: Node) -> None:
    """A variable as a static field, and its value where it stood."""
    declarator = node.child_by_field_name("declarator")
    kind, value = text_of(node.child_by_field_name("type")), None
    if declarator is not None:
        value = declarator.child_by_field_name("value")
        dimensions = text_of(declarator.child_by_field_name("dimensions"))
        name = rooms.renamed.name(snippet, declarator)
        rooms.members.ours(f"static {kind}{dimensions} {name};".replace("\n", " "))
        if value is not None:
            rooms.body.ours(f"{name} =")
            if value.type == "array_initializer":
                rooms.body.ours(f"new {kind}{dimensions}".replace("\n", " "))
            _put(rooms.body, snippet, value)
            rooms.body.ours(";")


def _put_statement(room: _Room, snippet: Snippet, node: Node) -> None:
    if not is_value(node):
        _put(room, snippet, node)
        return
    room.ours("dochealing.Watch.value(-1,")
    _put(room, snippet, node.named_children[0])
    room.ours(");")


# --- putting them together ------------------------------------------------------------------


def _joined(rooms: _Rooms, wrapper: str, form: Shape, statements: bool) -> Source:
    whole = _Room(Renamed())
    whole.take(rooms.package)
    whole.ours(MARK)
    whole.take(rooms.imports)
    whole.take(rooms.types)
    added = list(form.added)
    if statements or rooms.members.texts:
        kind = "interface" if form.interface and not statements else "class"
        whole.ours(f"{kind} {wrapper} {{")
        whole.take(rooms.members)
        if statements:
            _body(whole, rooms.body)
            added.append("a method around statements")
            added.extend(
                f"`{name}` is declared more than once: the last one holds"
                for name in dict.fromkeys(rooms.renamed.names.values())
            )
        whole.ours("}")
    text = "\n".join(whole.texts) + "\n"
    said = tuple(dict.fromkeys(added))
    return Source(text, tuple(whole.lines), wrapper, said, rooms.renamed)


def _body(whole: _Room, body: _Room) -> None:
    code = "\n".join(body.texts)
    root = tree(code)
    returns = _own(root, "return_statement")
    valued = any(node.named_children for node in returns)
    names = {name_of(node) for node in _own(root, "variable_declarator")}
    parameter = "" if "args" in names else "String[] args"
    argument = "" if "args" in names else "args"
    result = "Object" if valued else "void"
    whole.ours(f"static {result} run({parameter}) throws Throwable {{ if (true) {{")
    whole.take(body)
    whole.ours(f"}} {'return null; ' if valued else ''}}}")
    whole.ours(f"public static void main(String[] args) throws Throwable {{ run({argument}); }}")


def _own(root: Node | None, kind: str) -> list[Node]:
    """The nodes of a kind that are not within a lambda, a method or a type."""
    found, stack = [], [root] if root is not None else []
    while stack:
        node = stack.pop()
        if node.type == kind:
            found.append(node)
        if node.type not in TYPES | {"lambda_expression", "method_declaration", "class_body"}:
            stack.extend(node.children)
    return found
