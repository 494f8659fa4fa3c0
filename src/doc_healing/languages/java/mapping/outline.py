"""What a Java file defines: its package, its imports and the symbols of its types.

The trees are walked through the bodies of types alone; what a method holds is never entered.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType

from tree_sitter import Node

from doc_healing.languages.bodies import altered
from doc_healing.languages.flaws import flaws, unreadable
from doc_healing.languages.java.mapping import leaves
from doc_healing.languages.java.mapping.declared import File, Place, constant, members
from doc_healing.model import Import, Outline, Symbol

_IMPORT = re.compile(r"import\s+(static\s+)?([\w.$]+?)(\.\*)?;?")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_TYPE_WORDS = frozenset({"class", "interface", "enum", "record", "@interface"})
_INNER = frozenset({"enum_body_declarations", "ERROR"})
_DEPTH = 30  # of types within types
_SYMBOLS = 60_000  # of one file: more than any that was written by hand


def outline(path: str, data: bytes) -> Outline:
    """What one file defines and imports; what does not parse is left out and said."""
    fault = unreadable(data, leaves.MAX_BYTES)
    if fault:
        return Outline(path, "java", faults=(fault,))
    root = leaves.parse(data).root_node
    file = File(path, data, tuple(leaves.comments(root, data)))
    top = list(root.children)
    headers = [
        node for node in top if node.type.endswith(("import_declaration", "age_declaration"))
    ]
    facts = [_module(file, node) for node in top if node.type == "module_declaration"]
    named = (one for one in _symbols(file, root) if one.last)
    symbols = tuple(_told_apart(islice(named, _SYMBOLS)))
    return Outline(
        path,
        "java",
        symbols=symbols,
        imports=tuple(_imports(file, headers)),
        package=_package(file, headers),
        facts=MappingProxyType(facts[0] if facts else {}),
        faults=tuple(flaws(root, data, len(symbols), _SYMBOLS)),
    )


def split(name: str) -> tuple[str, str]:
    """The package and the type (with what is in it) of a qualified name, by their capitals.

    https://docs.oracle.com/javase/specs/jls/se21/html/jls-6.html#jls-6.1
    """
    parts = name.split(".")
    for at, part in enumerate(parts):
        if part[:1].isupper():
            return ".".join(parts[:at]), ".".join(parts[at:])
    return ".".join(parts[:-1]), parts[-1]


def imported(text: str, line: int) -> Import | None:
    """What an import clause binds; None where it is not one."""
    bare = re.sub(r"\s*([.;])\s*", r"\1", _COMMENT.sub(" ", text)).strip()
    match = _IMPORT.fullmatch(bare)
    if match is None:
        return None
    _, name, star = match.groups()
    if star:
        return Import("", name, "*", line)
    package, member = split(name)
    return Import(name.rpartition(".")[2], package, member, line)


@dataclass(slots=True)
class _Walk:
    """Where a walk stands: what is still to be seen, each with the type that it is in."""

    stack: list[tuple[Node, Place]]


def _symbols(file: File, root: Node) -> Iterator[Symbol]:
    walk = _Walk([(node, Place("")) for node in reversed(root.children)])
    while walk.stack:
        node, place = walk.stack.pop()
        if node.type in _INNER:
            walk.stack.extend(reversed(_within(file, node, place)))
        elif node.type == "enum_constant":
            yield from constant(file, node, place)
            _enter(walk, node, Place(_joined(place, file.name(node)), "constant"))
        else:
            found = members(file, node, place)
            yield from found.symbols
            if found.place is not None:
                _enter(walk, node, found.place)


def _told_apart(symbols: Iterable[Symbol]) -> Iterator[Symbol]:
    """No two have one id: a field may be named like a type, and two packages have a `Date`."""
    seen: Counter[tuple[str, str]] = Counter()
    for symbol in symbols:
        key = symbol.name, symbol.discriminator
        seen[key] += 1
        again = f"{symbol.discriminator}~{seen[key]}"
        yield symbol if seen[key] == 1 else altered(symbol, discriminator=again)


def _enter(walk: _Walk, node: Node, place: Place) -> None:
    body = node.child_by_field_name("body")
    named = place.name and not place.name.endswith(".") and place.name.count(".") < _DEPTH
    if body is not None and named:
        walk.stack.extend((child, place) for child in reversed(body.children) if child.is_named)


def _within(file: File, node: Node, place: Place) -> list[tuple[Node, Place]]:
    """The parts of a list, or of a place that does not parse: there a header names the type."""
    found: list[tuple[Node, Place]] = []
    word = ""
    for child in node.children:
        if child.type in _TYPE_WORDS:
            word = child.type
        elif word and child.type == "identifier":
            kind = {"class": "class_declaration", "@interface": "annotation_type_declaration"}
            place = Place(_joined(place, file.text(child)), kind.get(word, f"{word}_declaration"))
            word = ""
        elif child.is_named:
            found.append((child, place))
    return found


def _joined(place: Place, name: str) -> str:
    return f"{place.name}.{name}" if place.name else name


def _imports(file: File, headers: Sequence[Node]) -> Iterator[Import]:
    for node in headers:
        if node.type == "import_declaration":
            found = imported(file.text(node), node.start_point[0] + 1)
            if found is not None:
                yield found


def _package(file: File, headers: Sequence[Node]) -> str:
    for node in headers:
        if node.type == "package_declaration":
            names = [
                one for one in node.children if one.type in ("scoped_identifier", "identifier")
            ]
            return "".join(_COMMENT.sub("", file.text(names[-1])).split()) if names else ""
    return ""


def _module(file: File, node: Node) -> dict[str, str]:
    """The name of a module and the packages that it exports to everybody."""
    text = _COMMENT.sub(" ", file.text(node))
    name = re.search(r"\bmodule\s+([\w.]+)", text)
    exported = re.findall(r"\bexports\s+([\w.]+)\s*;", text)
    opened = " ".join(exported)
    return {"module": name.group(1) if name else "", "exports": opened}
