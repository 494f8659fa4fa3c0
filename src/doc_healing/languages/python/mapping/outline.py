"""What one Python file defines, imports and states as public."""

from collections.abc import Sequence

from doc_healing.languages.python.mapping import exports
from doc_healing.languages.python.mapping.definitions import Page, symbols
from doc_healing.languages.python.mapping.drafts import Draft, drafts
from doc_healing.languages.python.mapping.grammar import captures, parse
from doc_healing.languages.python.mapping.imports import imports
from doc_healing.languages.python.mapping.values import aliased
from doc_healing.model import Import, Outline

MOST = 2_000_000
_BOM = b"\xef\xbb\xbf"


def outline(path: str, data: bytes) -> Outline:
    """All that the map knows of a file; what cannot be read is a fault of it."""
    fault = _unreadable(data)
    if fault:
        return Outline(path, "python", faults=(fault,))
    text = b"   " + data[3:] if data.startswith(_BOM) else data
    root = parse(text).root_node
    captured = captures(root)
    made = drafts(captured)
    hidden = [(node.start_byte, node.end_byte) for node in captured.get("comment", ())]
    hidden += [(one.doc.start_byte, one.doc.end_byte) for one in made.found if one.doc]
    page = Page(path, text, sorted(hidden), b"eprecat" in text)
    top = {one.name: one for one in made.found if one.holder is None}
    bound = imports(made.imports)
    lazily = exports.lazy(root, text, top)
    aliases = _aliases(made.found)
    names, others = exports.stated(root, text)
    return Outline(
        path,
        "python",
        symbols=symbols(page, made.found),
        imports=(*bound, *lazily, *aliases),
        exports=names,
        facts=exports.facts(root, text, others),
        faults=("it does not parse everywhere",) if root.has_error else (),
    )


def _unreadable(data: bytes) -> str:
    if len(data) > MOST:
        return f"it is larger than {MOST // 1_000_000} MB, and was not read"
    if b"\0" in data:
        return "it is no text"
    return ""


def _aliases(found: Sequence[Draft]) -> list[Import]:
    """`old = new` at the top of a module: one thing with two names."""
    return [
        Import(one.name, "", target, one.node.start_point[0] + 1)
        for one in found
        if one.holder is None and one.tag == "assign"
        for target in [aliased(one)]
        if target
    ]
