"""From the definitions of a file to its symbols."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from doc_healing.languages import bodies
from doc_healing.languages.python.mapping import notices, values
from doc_healing.languages.python.mapping.classes import constructor, is_enum
from doc_healing.languages.python.mapping.drafts import Draft
from doc_healing.languages.python.mapping.grammar import (
    dotted,
    one_line,
    string_of,
    text_of,
    without_arguments,
)
from doc_healing.languages.python.mapping.parameters import parameters
from doc_healing.model import Parameter, Span, Symbol, SymbolKind, Visibility

_PROPERTIES = frozenset("property cached_property hybrid_property classproperty".split())
_FLAGS = {
    "staticmethod": "static",
    "classmethod": "classmethod",
    "abstractmethod": "abstract",
    "abstractproperty": "abstract",
    "overload": "overload",
    "dataclass": "dataclass",
    "final": "final",
    "contextmanager": "contextmanager",
    "asynccontextmanager": "contextmanager",
}
_ACCESSORS = ("setter", "deleter")
_LONGEST = 300  # characters of a constant's value in its signature


@dataclass(frozen=True, slots=True)
class Page:
    """A file's bytes, what of them is no code (comments, docstrings), and what may be in it."""

    path: str
    data: bytes
    hidden: Sequence[tuple[int, int]]
    deprecates: bool  # the word is in it somewhere


def symbols(page: Page, found: Sequence[Draft]) -> tuple[Symbol, ...]:
    """A symbol for each definition; a variable that is set again is one all the same."""
    chosen = _chosen(found)
    names = {one.name: one for one, _ in chosen if one.holder is None}
    return tuple(_SYMBOL[one.tag](page, one, mark, names) for one, mark in chosen)


def _chosen(found: Sequence[Draft]) -> list[tuple[Draft, str]]:
    """Each definition that counts, and what tells it from others of its name."""
    several: dict[str, list[Draft]] = {}
    for one in found:
        several.setdefault(one.name, []).append(one)
    marks: dict[int, str] = {}
    for same in several.values():
        if len(same) == 1:
            marks[id(same[0])] = ""
        else:
            marks.update(_marks(same))
    return [(one, marks[id(one)]) for one in found if id(one) in marks]


def _marks(same: list[Draft]) -> Iterator[tuple[int, str]]:
    """The one that its name means bears no mark: of branches the first, else the last."""
    defined = [one for one in same if one.tag in ("class", "function", "type")] or same[:1]
    plain = [one for one in defined if not _accessor(one) and "overload" not in _flags(one)]
    branches = any(one.conditional for one in plain)
    main = (plain or defined)[0 if branches else -1]
    taken = {""}
    for one in defined:
        mark = "" if one is main else _mark(one)
        count = 2
        while one is not main and mark in taken:
            mark = f"{_mark(one)}@{count}"
            count += 1
        taken.add(mark)
        yield id(one), mark


def _mark(draft: Draft) -> str:
    accessor = _accessor(draft)
    if accessor:
        return f"[{accessor}]"
    if draft.tag == "function" and "overload" in _flags(draft):
        taken = parameters(draft.node.child_by_field_name("parameters"), receiver=False)
        return f"({','.join(one.type or one.name for one in taken)})"
    return ""


def _accessor(draft: Draft) -> str:
    names = [
        name for name in map(_decorator, draft.decorators) if name.startswith(f"{draft.last}.")
    ]
    verbs = [name.rpartition(".")[2] for name in names]
    return next((verb for verb in verbs if verb in _ACCESSORS), "")


def _decorator(node: object) -> str:
    """The name of a decorator, without its arguments."""
    children = node.named_children  # type: ignore[attr-defined]
    value = children[0] if children else None
    if value is not None and value.type == "call":
        value = value.child_by_field_name("function")
    return dotted(value)


def _flags(draft: Draft) -> frozenset[str]:
    last = [_decorator(one).rpartition(".")[2] for one in draft.decorators]
    found = {_FLAGS[name] for name in last if name in _FLAGS}
    if any(name in _PROPERTIES or name.endswith("property") for name in last):
        found.add("property")
    if _accessor(draft):
        found.add("property")
    if draft.tag == "function" and draft.node.children[0].type == "async":
        found.add("async")
    if draft.conditional:
        found.add("conditional")
    return frozenset(found)


def _visibility(name: str) -> Visibility:
    dunder = name.startswith("__") and name.endswith("__")
    private = name.startswith("_") and not dunder
    return Visibility.PRIVATE if private else Visibility.PUBLIC


def _doc(draft: Draft) -> str:
    return inspect.cleandoc(string_of(draft.doc) or "") if draft.doc is not None else ""


def _first(doc: str) -> str:
    return " ".join(doc.partition("\n\n")[0].split())


def _ended(page: Page, draft: Draft, doc: str, *bodies_of: Draft) -> tuple[str | None, str]:
    """What its author says of its end, and the successor that this names."""
    if not page.deprecates:
        return None, ""
    said = notices.of_decorators(draft.decorators)
    for one in (draft, *bodies_of):
        said = said if said is not None else notices.of_body(one.body)
    told = notices.of_text(doc)
    if said is None and told is None:
        return None, ""
    text = said or told or ""
    found = notices.successor(said or "", draft.last) or notices.successor(told or "", draft.last)
    return text, found


def _function(page: Page, draft: Draft, mark: str, _names: dict[str, Draft]) -> Symbol:
    flags = _flags(draft)
    method = draft.holder is not None
    node = draft.node
    receiver = method and ("static" not in flags or draft.last == "__new__")
    taken = parameters(node.child_by_field_name("parameters"), receiver=receiver)
    doc = _doc(draft)
    deprecated, successor = _ended(page, draft, doc)
    forwards = _forwards(draft)
    if deprecated is not None and not successor and forwards.endswith("()"):
        successor = forwards.removesuffix("()").removeprefix("self.")
    field = "property" in flags
    kind = SymbolKind.METHOD if method else SymbolKind.FUNCTION
    digest, size = _digest(page, draft)
    return Symbol(
        path=page.path,
        name=draft.name,
        kind=SymbolKind.FIELD if field and method else kind,
        line=node.start_point[0] + 1,
        end_line=node.end_point[0] + 1,
        span=Span(node.start_byte, node.end_byte),
        visibility=_visibility(draft.last),
        parameters=None if field else taken,
        returns=one_line(node.child_by_field_name("return_type")),
        gives=_given(draft),
        flags=flags | {"forwards"} if forwards else flags,
        deprecated=deprecated,
        successor=successor,
        doc=_first(doc),
        signature=_signature(page, draft),
        digest=digest,
        size=size,
        discriminator=mark,
    )


def _given(draft: Draft) -> str:
    """What its `return` statements agree on."""
    said = {values.gives(one.named_children[0]) for one in draft.returns if one.named_children}
    said.discard("")
    return said.pop() if len(said) == 1 else ""


def _forwards(draft: Draft) -> str:
    """The call that is all that its body returns; empty where it does more."""
    statements = draft.body.named_children if draft.body is not None else []
    plain = [one for one in statements if one.type not in ("comment", "import_from_statement")]
    if not plain or plain[-1].type != "return_statement" or len(draft.returns) != 1:
        return ""
    if any(not _only_said(one) for one in plain[:-1]):
        return ""
    got = values.gives(draft.returns[0].named_children[0])
    return got if got.endswith("()") else ""


def _only_said(node: object) -> bool:
    """A docstring or a warning."""
    children = node.named_children  # type: ignore[attr-defined]
    if node.type != "expression_statement" or not children:  # type: ignore[attr-defined]
        return False
    value = children[0]
    called = text_of(value.child_by_field_name("function")) if value.type == "call" else ""
    return string_of(value) is not None or "warn" in called or "deprecat" in called.lower()


def _signature(page: Page, draft: Draft) -> str:
    end = draft.body.start_byte if draft.body is not None else draft.node.end_byte
    text = page.data[draft.node.start_byte : end].decode("utf-8", "replace")
    lines = [line.split("  #")[0] for line in text.splitlines()]
    return " ".join(" ".join(lines).split()).removesuffix(":").rstrip()


def _digest(page: Page, draft: Draft) -> tuple[str, int]:
    if draft.body is None:
        return "", 0
    body = draft.body
    return bodies.body(page.data, body.start_byte, body.end_byte, page.hidden, draft.last)


def _class(page: Page, draft: Draft, mark: str, names: dict[str, Draft]) -> Symbol:
    node = draft.node
    doc = _doc(draft)
    inits = [one for one in draft.members if one.last in ("__init__", "__new__")]
    deprecated, successor = _ended(page, draft, doc, *inits)
    bases = _bases(draft)
    if deprecated is not None and not successor and len(bases) == 1 and bases[0] in names:
        successor = bases[0]
    digest, size = _digest(page, draft)
    flags = _flags(draft) | ({"enum"} if is_enum(bases) else frozenset())
    return Symbol(
        path=page.path,
        name=draft.name,
        kind=SymbolKind.TYPE,
        line=node.start_point[0] + 1,
        end_line=node.end_point[0] + 1,
        span=Span(node.start_byte, node.end_byte),
        visibility=_visibility(draft.last),
        parameters=constructor(draft, bases, [_decorator(one) for one in draft.decorators]),
        bases=bases,
        flags=flags,
        deprecated=deprecated,
        successor=successor,
        doc=_first(doc),
        signature=_signature(page, draft),
        digest=digest,
        size=size,
        discriminator=mark,
    )


def _bases(draft: Draft) -> tuple[str, ...]:
    given = draft.node.child_by_field_name("superclasses")
    nodes = given.named_children if given is not None else []
    plain = [one for one in nodes if one.type not in ("keyword_argument", "comment")]
    return tuple(name for name in map(without_arguments, plain) if name)


def _variable(page: Page, draft: Draft, mark: str, names: dict[str, Draft]) -> Symbol:
    got = values.value(draft)
    target = values.aliased(draft) if draft.tag == "assign" and draft.holder is None else ""
    meant = names.get(target)
    alias = meant is not None and meant.tag != "assign"
    doc, deprecated, successor = "", None, target if alias else ""
    if "deprecat" in got.callee.lower():
        deprecated, successor = "", target
    start, end = draft.node.start_byte, draft.node.end_byte
    digest, size = _value_digest(page, got, draft.last)
    flags = frozenset({"alias"} if alias else ()) | _flags(draft)
    flags |= {"hidden"} if values.is_internal(got) else set()
    return Symbol(
        path=page.path,
        name=draft.name,
        kind=_kind(draft, got, meant if alias else None),
        line=draft.node.start_point[0] + 1,
        end_line=draft.node.end_point[0] + 1,
        span=Span(start, end),
        visibility=_visibility(draft.last),
        parameters=values.called(got),
        returns=got.type,
        gives=values.gives(got.node),
        flags=flags,
        deprecated=deprecated,
        successor=successor,
        doc=doc,
        signature=one_line(draft.node)[:_LONGEST],
        digest=digest,
        size=size,
        discriminator=mark,
    )


def _value_digest(page: Page, got: values.Value, name: str) -> tuple[str, int]:
    if got.node is None:
        return "", 0
    return bodies.body(page.data, got.node.start_byte, got.node.end_byte, page.hidden, name)


def _kind(draft: Draft, got: values.Value, meant: Draft | None) -> SymbolKind:
    if draft.holder is not None:
        enum = draft.tag == "assign" and is_enum(_bases(draft.holder)) and not got.type
        return SymbolKind.ENUM_MEMBER if enum and draft.last[:1] != "_" else SymbolKind.FIELD
    if meant is not None:
        return SymbolKind.FUNCTION if meant.tag == "function" else SymbolKind.TYPE
    if values.is_type(got) or draft.tag == "type":
        return SymbolKind.TYPE
    lambda_ = got.node is not None and got.node.type == "lambda"
    return SymbolKind.FUNCTION if lambda_ else SymbolKind.CONST


_SYMBOL = {
    "function": _function,
    "class": _class,
    "assign": _variable,
    "field": _variable,
    "type": _variable,
}

__all__ = ["Page", "Parameter", "symbols"]
