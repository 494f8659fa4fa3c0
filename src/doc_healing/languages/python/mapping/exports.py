"""What a module says of its own public names: `__all__`, and what it loads only when asked."""

import json
import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from doc_healing.languages.python.mapping.drafts import Draft
from doc_healing.languages.python.mapping.grammar import dotted, string_of, text_of
from doc_healing.languages.python.mapping.imports import of_statement
from doc_healing.languages.python.mapping.parameters import arguments
from doc_healing.model import Import

_GROWS = ("extend", "append")
_NODES = 20_000


def stated(root: Node, data: bytes) -> tuple[tuple[str, ...] | None, str]:
    """The names of `__all__`, and as JSON the modules whose own is part of it.

    None where there is none, or where a part of it cannot be told from the text.
    """
    if b"__all__" not in data:
        return None, ""
    names: list[str] | None = None
    others: list[str] = []
    for value, fresh in _values(root):
        listed, taken = _listed(value)
        if listed is None:
            return None, ""
        names = listed if fresh or names is None else names + listed
        others = taken if fresh else others + taken
    if names is None:
        return None, ""
    return tuple(dict.fromkeys(names)), json.dumps(others) if others else ""


def facts(root: Node, data: bytes, others: str) -> dict[str, str]:
    """What `publish` wants to know besides: `all` is what `stated` told, `deleted` are the names
    that the module takes away again, `stub` says that the stub next to it names what it loads."""
    found = {"all": others} if others else {}
    gone = _deleted(root) if b"\ndel " in data else []
    if gone:
        found["deleted"] = json.dumps(gone)
    if b"attach_stub" in data and any(map(_attaches_stub, statements(root))):
        found["stub"] = "loaded"
    return found


def _deleted(root: Node) -> list[str]:
    """The names of `del` at the top of a module that nothing below binds again."""
    found: dict[str, None] = {}
    for node in root.named_children:
        if node.type == "delete_statement":
            inner = node.named_children[0]
            several = inner.named_children if inner.type == "expression_list" else [inner]
            found.update((text_of(one), None) for one in several if one.type == "identifier")
        else:
            for one in _bound(node):
                found.pop(one, None)
    return list(found)


def _bound(node: Node) -> Iterator[str]:
    """The names that a statement at the top binds."""
    if node.type == "decorated_definition":
        node = node.child_by_field_name("definition") or node
    yield text_of(node.child_by_field_name("name"))
    for one in statements(node) if node.type in ("expression_statement", "if_statement") else ():
        yield text_of(one.child_by_field_name("left"))
    yield from (one.name for one in of_statement(node))


def _attaches_stub(node: Node) -> bool:
    value = node.child_by_field_name("right") if node.type == "assignment" else None
    called = value.child_by_field_name("function") if value and value.type == "call" else None
    return dotted(called).rpartition(".")[2] == "attach_stub"


def _values(root: Node) -> Iterator[tuple[Node, bool]]:
    """Each value that `__all__` is given or grows by, and whether it begins anew."""
    for node in statements(root):
        if node.type in ("assignment", "augmented_assignment"):
            value = node.child_by_field_name("right")
            if text_of(node.child_by_field_name("left")) == "__all__" and value is not None:
                yield value, node.type == "assignment"
        elif node.type == "call":
            owner, _, verb = dotted(node.child_by_field_name("function")).rpartition(".")
            given = arguments(node.child_by_field_name("arguments"))[0]
            if owner == "__all__" and verb in _GROWS and len(given) == 1:
                yield given[0], False


def statements(root: Node) -> Iterator[Node]:
    """The expressions and definitions at a module's top, those below `if` and `try` as well."""
    todo = [root]
    for _ in range(_NODES):
        if not todo:
            return
        node = todo.pop()
        if node.type == "expression_statement":
            yield from node.named_children
        elif node.type in _OUTER:
            todo.extend(reversed(node.named_children))
        else:
            yield node


_OUTER = frozenset(
    "module block if_statement elif_clause else_clause try_statement except_clause "
    "finally_clause with_statement".split()
)


def _listed(node: Node) -> tuple[list[str] | None, list[str]]:
    """The names of a list, and the modules whose `__all__` it takes over."""
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    said = string_of(node)
    if said is not None:
        return [said], []
    if node.type == "attribute" and dotted(node).endswith(".__all__"):
        return [], [dotted(node).removesuffix(".__all__")]
    if node.type == "call" and dotted(node.child_by_field_name("function")) in ("list", "sorted"):
        given = arguments(node.child_by_field_name("arguments"))[0]
        return _listed(given[0]) if len(given) == 1 else (None, [])
    if node.type == "binary_operator" and text_of(node.child_by_field_name("operator")) == "+":
        parts = [node.child_by_field_name("left"), node.child_by_field_name("right")]
    elif node.type in ("list", "tuple", "list_splat", "set", "expression_list"):
        parts = [one for one in node.named_children if one.type != "comment"]
    else:
        return None, []
    return _joined([_listed(one) for one in parts if one is not None])


def _joined(parts: list[tuple[list[str] | None, list[str]]]) -> tuple[list[str] | None, list[str]]:
    names: list[str] = []
    others: list[str] = []
    for listed, taken in parts:
        if listed is None:
            return None, []
        names += listed
        others += taken
    return names, others


def lazy(root: Node, data: bytes, drafts: Mapping[str, Draft]) -> list[Import]:
    """What a module's `__getattr__` loads: by a table, by a list of modules, or by an `if`."""
    if b"__getattr__" not in data and b"_LazyModule" not in data and b"lazy" not in data:
        return []
    found = list(_attached(root))
    getter = drafts.get("__getattr__")
    if getter is not None or b"_LazyModule" in data:
        for node in statements(root):
            value = node.child_by_field_name("right") if node.type == "assignment" else None
            if value is not None and value.type == "dictionary":
                found += _table(value)
    if getter is not None and getter.body is not None:
        found += _branches(getter.body)
    return found


def _pairs(node: Node) -> Iterator[tuple[str, Node]]:
    for pair in node.named_children:
        key = string_of(pair.child_by_field_name("key")) if pair.type == "pair" else None
        value = pair.child_by_field_name("value") if pair.type == "pair" else None
        if key is not None and value is not None:
            yield key, value


def _strings(node: Node) -> list[str]:
    said = [string_of(one) for one in node.named_children]
    return [one for one in said if one is not None]


def _table(node: Node) -> Iterator[Import]:
    """`{"Name": ".module"}`, `{"Name": ("module", "Other")}`, `{"module": ["Name"]}`."""
    for key, value in _pairs(node):
        line = value.start_point[0] + 1
        said = string_of(value)
        if value.type == "list":
            yield from (
                Import(one, _near(key), one, line, exported=True) for one in _strings(value)
            )
        elif value.type == "tuple":
            yield from _entry(key, _strings(value), line, bare=len(value.named_children) == 1)
        elif said is not None:
            yield from _entry(key, [said], line, bare=True)
        elif value.type in ("identifier", "attribute") and dotted(value):
            yield Import(key, "", dotted(value), line, exported=True)


def _entry(key: str, said: list[str], line: int, *, bare: bool) -> Iterator[Import]:
    if not key.isidentifier() or not said:
        return
    module, _, member = said[0].partition(":")
    if len(said) > 1 and said[1].isidentifier():
        yield Import(key, said[0], said[1], line, exported=True)
    elif member:
        yield Import(key, module, member, line, exported=True)
    elif re.fullmatch(r"\.*[\w.]+", module) and (bare or module.startswith(".")):
        if "." in module:
            yield Import(key, module, key, line, exported=True)
        else:  # of this module, or a module next to it: `publish` knows
            yield Import(key, "", module, line, exported=True)


def _near(module: str) -> str:
    return module if module.startswith(".") else f".{module}"


def _attached(root: Node) -> Iterator[Import]:
    """`lazy_loader.attach(__name__, submodules=[...], submod_attrs={"module": ["Name"]})`."""
    for node in statements(root):
        value = node.child_by_field_name("right") if node.type == "assignment" else None
        if value is None or value.type != "call":
            continue
        if dotted(value.child_by_field_name("function")).rpartition(".")[2] != "attach":
            continue
        positional, keywords = arguments(value.child_by_field_name("arguments"))
        given = dict(zip(("name", "submodules", "submod_attrs"), positional, strict=False))
        given.update(keywords)
        line = value.start_point[0] + 1
        if "submodules" in given:
            for one in _strings(given["submodules"]):
                yield Import(one, ".", one, line, exported=True)
        if "submod_attrs" in given:
            yield from _table(given["submod_attrs"])


def _branches(body: Node) -> Iterator[Import]:
    """`if name == "Old": from .new import New; return New`."""
    for node in body.named_children:
        if node.type != "if_statement":
            continue
        for branch in (node, *node.named_children):
            condition = branch.child_by_field_name("condition")
            inner = branch.child_by_field_name("consequence")
            if condition is None or inner is None or branch.type == "else_clause":
                continue
            keys = [one for one in map(string_of, _leaves(condition)) if one]
            yield from _returned(keys, inner)


def _leaves(node: Node) -> Iterator[Node]:
    todo = [node]
    while todo:
        one = todo.pop()
        if one.type == "string":
            yield one
        else:
            todo.extend(reversed(one.named_children))


def _returned(keys: list[str], body: Node) -> Iterator[Import]:
    bound = {one.name: one for node in body.named_children for one in of_statement(node)}
    for node in body.named_children:
        name = dotted(node.named_children[0]) if node.type == "return_statement" else ""
        for key in keys if name else ():
            line = node.start_point[0] + 1
            first, _, rest = name.partition(".")
            if first not in bound:
                yield Import(key, "", name, line, exported=True)
            elif rest:
                whole = f"{bound[first].module}.{bound[first].member}".rstrip(".")
                yield Import(key, whole, rest, line, exported=True)
            else:
                yield Import(key, bound[first].module, bound[first].member, line, exported=True)
