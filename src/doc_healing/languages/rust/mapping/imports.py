"""`use` trees and `extern crate`, as what they bind."""

import re

from tree_sitter import Node

from doc_healing.model import STAR, Import

_MAX_LEAVES = 2000


def imports(node: Node, data: bytes, *, exported: bool) -> list[Import]:
    """What a `use` or an `extern crate` binds, in its order."""
    if node.type == "extern_crate_declaration":
        return _crate(node, data, exported)
    argument = node.child_by_field_name("argument")
    stack: list[tuple[Node, str]] = [(argument, "")] if argument is not None else []
    found: list[Import] = []
    while stack and len(found) < _MAX_LEAVES:
        part, prefix = stack.pop()
        if part.type in ("use_list", "scoped_use_list"):
            stack.extend(reversed(_inner(part, prefix, data)))
        else:
            bound = _leaf(part, prefix, data, exported)
            found.extend([bound] if bound is not None else [])
    return found


def _inner(part: Node, prefix: str, data: bytes) -> list[tuple[Node, str]]:
    if part.type == "use_list":
        return [(child, prefix) for child in part.named_children]
    path, inner = part.child_by_field_name("path"), part.child_by_field_name("list")
    before = joined(prefix, _text(path, data)) if path is not None else prefix
    return [(inner, before)] if inner is not None else []


def _leaf(part: Node, prefix: str, data: bytes, exported: bool) -> Import | None:
    line = part.start_point[0] + 1
    if part.type in ("line_comment", "block_comment", "ERROR"):
        return None
    if part.type == "use_wildcard":
        path = joined(prefix, _text(part, data).removesuffix("*").removesuffix("::"))
        return Import("", path, STAR, line, exported)
    if part.type == "use_as_clause":
        path_node, alias = part.child_by_field_name("path"), part.child_by_field_name("alias")
        if path_node is None or alias is None:
            return None
        path, name = joined(prefix, _text(path_node, data)), _text(alias, data)
    else:
        path = joined(prefix, _text(part, data))
        name = ""
    if path.endswith("::self") and prefix:
        path = path.removesuffix("::self")
    module, _, member = path.rpartition("::")
    if not module or part.type == "self":  # a crate or module by itself
        return Import(name or path.rpartition("::")[2], path, "", line, exported)
    return Import("" if name == "_" else name or member, module, member, line, exported)


def _crate(node: Node, data: bytes, exported: bool) -> list[Import]:
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    if name is None:
        return []
    bound = _text(alias, data) if alias is not None else _text(name, data)
    return [Import(bound, _text(name, data), "", node.start_point[0] + 1, exported)]


def joined(prefix: str, path: str) -> str:
    """A path below another; a leading `::` is left out: what follows it is a crate."""
    path = path.removeprefix("::")
    return f"{prefix}::{path}" if prefix and path else prefix or path


def _text(node: Node, data: bytes) -> str:
    text = data[node.start_byte : node.end_byte].decode("utf-8", "replace")
    return re.sub(r"\s+|\br#", "", text)
