"""What an author says of the end of a name, and of what comes after it."""

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from doc_healing.languages.python.mapping.grammar import dotted, string_of, text_of
from doc_healing.languages.python.mapping.parameters import arguments

_NAME = r"(?:[:~!.]|\b(?:py|class|func|meth|attr|mod|obj|data):)*[`'\"]*~?([A-Za-z_](?:[\w.]*\w)?)"
_AFTER = re.compile(
    r"(?i)\b(?:use|prefer|try|call|to|by|with|favou?r of|into|is now|see|switch to|import)\s+"
    r"(?:the\s+)?(?:new\s+)?(?:function\s+|method\s+|class\s+|attribute\s+|property\s+)?"
    rf"(?::[\w:]+:)?{_NAME}(?:\(\))?[`'\"]*(\s+(?:instead|rather))?"
)
_BEFORE = re.compile(
    rf"(?i)(?::[\w:]+:)?{_NAME}(?:\(\))?[`'\"]*\s+(?:should be used|must be used|instead|replaces)"
)
_DIRECTIVE = re.compile(
    r"(?m)^([ \t]*)\.\. deprecated::[ \t]*(\S*)[ \t]*(.*(?:\n(?:\1[ \t]+.*|[ \t]*$))*)"
)
_PLAIN = re.compile(
    r"(?im)^\s*(?:\*\*)?(?:@deprecated\b|deprecated(?:\b|:))[ :.*-]*(.*(?:\n\s*\S.*)*)"
)
_WORDS = frozenset(
    "the a an of this that your it its new other any in for to be being use using and or one "
    "release version future removed python instead".split()
)


def of_text(text: str) -> str | None:
    """What a documentation says of its deprecation; None where it says nothing of it."""
    if "eprecat" not in text:
        return None
    found = _DIRECTIVE.search(text)
    if found is not None:
        return " ".join(found[3].split())
    plain = _PLAIN.search(text)
    return " ".join(plain[1].split()) if plain is not None else None


def of_decorators(decorators: Sequence[Node]) -> str | None:
    """What `@deprecated("...")` says, whoever defines it."""
    for one in decorators:
        value = one.named_children[0] if one.named_children else None
        called = value is not None and value.type == "call"
        name = dotted(value.child_by_field_name("function") if value and called else value)
        if not name.rpartition(".")[2].lower().startswith("deprecat"):
            continue
        return _said(value.child_by_field_name("arguments")) if value and called else ""
    return None


def _said(node: Node | None) -> str:
    positional, keywords = arguments(node)
    said = [string_of(one) for one in positional]
    named = [f"use {string_of(keywords[one])}" for one in _REPLACED if one in keywords]
    named += [string_of(keywords[one]) or "" for one in _REASONS if one in keywords]
    return " ".join(one for one in [*named, *said] if one)


_REPLACED = ("alternative", "replacement", "instead", "use", "new_name")
_REASONS = ("reason", "message", "msg", "details", "addendum", "category_message")


def of_body(body: Node | None) -> str | None:
    """What a body warns of every time that it is reached; None where it does not."""
    for call in _calls(body):
        positional, keywords = arguments(call.child_by_field_name("arguments"))
        name = dotted(call.child_by_field_name("function")).rpartition(".")[2]
        words = [text_of(one) for one in (*positional[1:], *keywords.values())]
        if ("warn" in name and any("Deprecat" in one for one in words)) or (
            "deprecat" in name.lower() and not name.startswith(("is_", "_is_", "has_"))
        ):
            first = positional[0] if positional else keywords.get("message")
            return string_of(first) or (_said(call.child_by_field_name("arguments")))
    return None


def _calls(body: Node | None) -> Iterator[Node]:
    for statement in body.named_children if body is not None else ():
        if statement.type == "expression_statement" and statement.named_child_count == 1:
            value = statement.named_children[0]
            if value.type == "call":
                yield value


def successor(text: str, own: str) -> str:
    """The name that a notice tells to use instead; empty where it names none."""
    found = [(one[1], bool(one[2]), one[0]) for one in _AFTER.finditer(text)]
    found += [(one[1], True, one[0]) for one in _BEFORE.finditer(text)]
    for name, sure, whole in found:
        if name.lower() in _WORDS or name == own or re.fullmatch(r"[\d.]+", name):
            continue
        if sure or re.search(r"[`_]|\w\.\w|\(\)|[a-z][A-Z]", whole) or name[0].isupper():
            return name
    return ""
