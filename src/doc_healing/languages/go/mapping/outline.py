"""What a Go file defines: its package, its imports and the symbols at its top."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from types import MappingProxyType

from tree_sitter import Node

from doc_healing.languages.bodies import altered
from doc_healing.languages.flaws import flaws, unreadable
from doc_healing.languages.go.mapping import leaves
from doc_healing.languages.go.mapping.declared import File, declarations, function
from doc_healing.model import Import, Outline, Symbol

_GROUPS = frozenset({"type_declaration", "const_declaration", "var_declaration"})
_FUNCTIONS = frozenset({"function_declaration", "method_declaration"})
_BUILD = re.compile(rb"(?m)^//go:build\s+(.+?)\s*$")
_CANONICAL = re.compile(rb'(?m)^package\s+\w+\s*//\s*import\s+"([^"]+)"')
_SYMBOLS = 60_000  # of one file: more than any that was written by hand
_MAJOR = re.compile(r"v\d+")


def outline(path: str, data: bytes) -> Outline:
    """What one file defines and imports; what does not parse is left out and said."""
    fault = unreadable(data, leaves.MAX_BYTES)
    if fault:
        return Outline(path, "go", faults=(fault,))
    root = leaves.parse(data).root_node
    file = File(path, data, leaves.comments(root, data))
    top = _top(root)
    clauses = [node for node in top if node.type == "package_clause"]
    named = (one for one in _symbols(file, top) if one.last and one.name[0] != ".")
    symbols = tuple(_told_apart(islice(named, _SYMBOLS)))
    return Outline(
        path,
        "go",
        symbols=symbols,
        imports=tuple(_imports(file, top)),
        package=file.text(clauses[0]).removeprefix("package").strip() if clauses else "",
        facts=MappingProxyType(_facts(data)),
        faults=tuple(flaws(root, data, len(symbols), _SYMBOLS)),
    )


def package_names(path: str) -> tuple[str, ...]:
    """The names that a package of this path may have, the likeliest first.

    The clause in its files decides, and nothing but convention ties it to the path:
    https://go.dev/ref/mod#major-version-suffixes
    """
    parts = path.split("/")
    last = parts[-2] if len(parts) > 1 and _MAJOR.fullmatch(parts[-1]) else parts[-1]
    last = re.sub(r"\.v\d+$", "", last)
    short = last.removeprefix("go-").removeprefix("go.").removesuffix("-go").removesuffix(".go")
    found = [short, last, last.replace("-", "_"), last.replace("-", ""), *re.split(r"\W", short)]
    return tuple(dict.fromkeys(name for name in found if name)) or (path,)


def _top(root: Node) -> list[Node]:
    """What stands at the top; a place that does not parse is looked into."""
    found: list[Node] = []
    stack = list(reversed(root.named_children))
    while stack:
        node = stack.pop()
        if node.type == "ERROR":
            stack.extend(reversed(node.named_children))
        else:
            found.append(node)
    return found


def _symbols(file: File, top: list[Node]) -> Iterator[Symbol]:
    for node in top:
        if node.type in _FUNCTIONS:
            yield from function(file, node)
        elif node.type in _GROUPS:
            yield from declarations(file, node)


def _told_apart(symbols: Iterable[Symbol]) -> Iterator[Symbol]:
    """No two have one id, as in a file that does not compile."""
    seen: Counter[str] = Counter()
    for symbol in symbols:
        seen[symbol.name] += 1
        again = seen[symbol.name]
        yield symbol if again == 1 else altered(symbol, discriminator=f"~{again}")


def _imports(file: File, top: list[Node]) -> Iterator[Import]:
    for node in top:
        if node.type == "import_declaration":
            for spec in _specs(node):
                found = imported(file.text(spec), spec.start_point[0] + 1)
                if found is not None:
                    yield found


def imported(text: str, line: int) -> Import | None:
    """What an import spec (`x "path"`) binds; None where it is not one."""
    match = re.fullmatch(r"([\w.]*)\s*[\"`]([^\"`]+)[\"`]", text.strip())
    if match is None:
        return None
    alias, path = match.groups()
    if alias == ".":
        return Import("", path, "*", line)
    return Import("" if alias == "_" else alias or package_names(path)[0], path, "", line)


def _specs(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == "import_spec":
            yield child
        elif child.type == "import_spec_list":
            yield from (one for one in child.named_children if one.type == "import_spec")


def _facts(data: bytes) -> dict[str, str]:
    """The build constraint, and the path that the package says it is to be imported by."""
    found = {}
    for name, pattern in (("build", _BUILD), ("import", _CANONICAL)):
        match = pattern.search(data)
        if match is not None:
            found[name] = match.group(1).decode("utf-8", "replace")
    return found
