"""What loading a file does, in its order, and which names it asks for and does not have."""

import builtins
from collections.abc import Collection, Sequence

from doc_healing.model import Outline, SymbolKind, Token

Placed = Sequence[tuple[Token, tuple[str, ...], str]]

_BUILT_IN = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__path__", "__spec__",
                                        "self", "cls", "_"}  # fmt: skip


def order(outline: Outline, placed: Placed, imported: Collection[int]) -> tuple[str, ...]:
    """The definitions, the imports and the other statements of a file, line by line."""
    found = [
        (one.line, 0, f"import {one.module} {one.member} {one.name}") for one in outline.imports
    ]
    tops = {one.name for one in outline.symbols if not one.container}
    lines: dict[int, list[str]] = {}
    for at, (token, chain, fresh) in enumerate(placed):
        if fresh in tops:
            found.append((token.line, 2, fresh))
        if chain == ("",) and at not in imported:
            lines.setdefault(token.line, []).append(token.text)
    found += [(line, 1, "\0".join(texts)) for line, texts in lines.items()]
    return tuple(text for _, _, text in sorted(found))


def unbound(outline: Outline, placed: Placed, imported: Collection[int]) -> frozenset[str]:
    """The names that loading Python asks for and that the file neither defines nor imports.

    They stand in decorators, defaults, annotations, bases and the bodies of classes.
    """
    if outline.language != "python" or any(one.member == "*" for one in outline.imports):
        return frozenset()
    known = {part for one in outline.symbols for part in one.name.split(".")}
    known |= {one.name.partition(".")[0] for one in outline.imports} | _BUILT_IN
    kinds = {f"{one.name}{one.discriminator}": one.kind for one in outline.symbols}
    found: set[str] = set()
    depth: dict[str, int] = {}
    done: set[str] = set()  # functions whose headers are over
    for at, (token, chain, _) in enumerate(placed):
        own = chain[0]
        if chain == ("",):
            if token.kind == "name":
                known.add(token.text)
            continue
        if at in imported:
            continue
        if kinds.get(own) in (SymbolKind.FUNCTION, SymbolKind.METHOD):
            if own in done or any(own.startswith(f"{one}.") for one in done):
                continue
            if token.kind == "other":
                level = depth.get(own, 0) + (token.text in "([{") - (token.text in ")]}")
                depth[own] = level
                if token.text == ":" and level == 0:
                    done.add(own)
        if token.kind == "name" and not _given(placed, at, kinds.get(own)):
            found.add(token.text)
    return frozenset(found - known)


def _given(placed: Placed, at: int, kind: SymbolKind | None) -> bool:
    """Whether a name is no use: a member, a keyword argument, a parameter, what a loop binds."""
    before = placed[at - 1][0].text if at else ""
    after = placed[at + 1][0].text if at + 1 < len(placed) else ""
    if before in (".", "for", "def", "class", "as", "lambda", "async", "import"):
        return True
    if kind is SymbolKind.TYPE:
        return after == "=" or any(
            placed[near][0].text in ("for", "lambda")
            for near in range(max(0, at - 12), min(len(placed), at + 12))
        )
    if before == ":":
        return False  # an annotation
    return after == "=" or (before in ("(", ",", "*", "**") and after in (":", ",", ")"))
