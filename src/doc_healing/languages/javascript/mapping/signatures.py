"""What a definition's head says: parameters, results, types, flags."""

import re

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.jsdoc import Doc
from doc_healing.model import Parameter, ParameterKind

MAX_SIGNATURE = 400
MODIFIERS = frozenset(
    {"static", "async", "readonly", "abstract", "override", "declare", "accessor"}
)
_PATTERNS = frozenset({"object_pattern", "array_pattern"})


def text(node: Node | None) -> str:
    """The text of a node, on one line."""
    if node is None:
        return ""
    plain = (node.text or b"").decode("utf-8", "replace")
    return plain if plain.isidentifier() else " ".join(plain.split())


def type_of(node: Node | None) -> str:
    """A type annotation as written, without its colon."""
    return text(node).removeprefix(":").removeprefix("?:").strip()


def parameters(function: Node, said: Doc) -> tuple[Parameter, ...]:
    """The parameters of anything that is called; those of `this` are no parameters."""
    single = function.child_by_field_name("parameter")
    if single is not None:
        return (Parameter(text(single), type=said.types.get(text(single), "")),)
    listed = function.child_by_field_name("parameters")
    if listed is None:
        return ()
    found = [_parameter(child, said) for child in listed.named_children if child.type != "comment"]
    return tuple(item for item in found if item is not None)


def _parameter(node: Node, said: Doc) -> Parameter | None:
    kind, written, default, pattern = ParameterKind.POSITIONAL, "", None, node
    if node.type in ("required_parameter", "optional_parameter"):
        inner = node.child_by_field_name("pattern")
        if inner is None or inner.type == "this":
            return None
        pattern = inner
        written = type_of(node.child_by_field_name("type"))
        value = node.child_by_field_name("value")
        optional = "undefined" if node.type == "optional_parameter" else None
        default = text(value) if value is not None else optional
    elif node.type == "assignment_pattern":
        pattern = node.child_by_field_name("left") or node
        default = text(node.child_by_field_name("right"))
    if pattern.type == "rest_pattern":
        kind, pattern = ParameterKind.VARIADIC, pattern.named_children[-1]
    name = _pattern(pattern) if pattern.type in _PATTERNS else text(pattern)
    return Parameter(name, kind, written or said.types.get(name, ""), default)


def _pattern(node: Node) -> str:
    """A destructured parameter by the keys that it takes: `{a,b,...rest}`."""
    if node.type == "array_pattern":
        return "".join(text(node).split())
    keys = []
    for child in node.named_children:
        if child.type == "pair_pattern":
            keys.append(text(child.child_by_field_name("key")))
        elif child.type == "object_assignment_pattern":
            keys.append(text(child.child_by_field_name("left")))
        elif child.type != "comment":
            keys.append("".join(text(child).split()))
    return "{" + ",".join(keys) + "}"


def returns(function: Node, said: Doc) -> str:
    """Its result's type, as written or as its comment says."""
    return type_of(function.child_by_field_name("return_type")) or said.returns


def gives(function: Node) -> str:
    """What its code says that it returns: `Client()` for `new Client()`, `this`, a name."""
    body = function.child_by_field_name("body")
    if body is None:
        return ""
    if body.type != "statement_block":
        return made(body)
    last = next((c for c in reversed(body.named_children) if c.type != "comment"), None)
    if last is None or last.type != "return_statement" or not last.named_children:
        return ""
    return made(last.named_children[0])


def made(value: Node | None) -> str:
    """What a value is by its code: `C()` of `new C()` and of `c()`, a plain name."""
    while value is not None and value.type in ("await_expression", "parenthesized_expression"):
        value = value.named_children[0] if value.named_children else None
    if value is None:
        return ""
    if value.type in ("this", "identifier"):
        return text(value) if text(value) != "undefined" else ""
    if value.type in ("new_expression", "call_expression"):
        callee = value.child_by_field_name("constructor") or value.child_by_field_name("function")
        name = (
            text(callee) if callee is not None and callee.end_byte - callee.start_byte < 80 else ""
        )
        return f"{name}()" if re.fullmatch(r"[\w$]+(?:\.[\w$]+)*", name) else ""
    return ""


def flags(node: Node) -> set[str]:
    """The words before its name: static, async, a generator's star, an optional one's mark."""
    found = set()
    for child in node.children:
        kind = child.type
        if kind in MODIFIERS:
            found.add(kind)
        elif kind in ("get", "set"):
            found |= {"property", "setter"} if kind == "set" else {"property"}
        elif kind == "*":
            found.add("generator")
        elif kind == "?":
            found.add("optional")
        elif kind == "decorator":
            found.add("decorated")
        elif kind == "override_modifier":
            found.add("override")
        elif kind in ("statement_block", "class_body"):
            break
    return found


def access(node: Node) -> str:
    """`private`, `protected` or `public` as written, else empty."""
    found = next((child for child in node.children if child.type == "accessibility_modifier"), None)
    return text(found)


def signature(data: bytes, start: int, end: int) -> str:
    """A declaration on one line, up to where its body starts."""
    line = " ".join(data[start : min(end, start + 4000)].decode("utf-8", "replace").split())
    return line.removesuffix("=>").removesuffix("=").strip()[:MAX_SIGNATURE]
