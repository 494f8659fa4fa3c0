"""Files that may not load any more, whatever a block uses of them.

Python, JavaScript and TypeScript read a file whole before any of it is used: one that does not
parse, a class statement that fails, or a name that is imported and gone stops all that loads it.
"""

import warnings
from collections.abc import Iterator, Sequence

from doc_healing.model import Outline, Symbol, SymbolKind
from doc_healing.protocols import Source
from doc_healing.symbols.loadable import SCRIPTS
from doc_healing.symbols.reach import Reach
from doc_healing.symbols.told import Node
from doc_healing.symbols.words import key


def unloadable(own: Reach, other: Reach, source: Source, changed: Sequence[str]) -> frozenset[Node]:
    """The loading of files of one tree that may fail there and not in the other."""
    read = ("python", *SCRIPTS)
    mine = [path for path in changed if own.known.languages.get(path) in read]
    found = {path for path in mine if _faulty(own, other, path) or _stated(own, other, path)}
    rest = [one for one in mine if own.known.languages[one] == "python" and one not in found]
    found |= {path for path, data in source.read(rest) if not _compiles(data)}
    return frozenset((path, "") for path in found | set(_asking(own, other, changed)))


def _faulty(own: Reach, other: Reach, path: str) -> bool:
    """Whether a file does not parse, as it did; or adds to what it does not define."""
    new, old = own.known.outlines[path], other.known.outlines.get(path)
    if new.language == "python":
        return False  # its own compiler knows better
    if new.faults and not (old is not None and old.faults):
        return True
    bound = {"module", "exports", "this", *(one.name for one in new.symbols)}
    bound |= {one.name for one in new.imports}
    before = {one.name for one in old.symbols} if old is not None else set()
    return any(
        one.container and one.name not in before and one.name.partition(".")[0] not in bound
        for one in new.symbols
    )


def _compiles(data: bytes) -> bool:
    """Whether the compiler of Python takes a file; of what ours is too old for, no."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "file", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _stated(own: Reach, other: Reach, path: str) -> bool:
    """Whether a class statement does something else: a base, a decorator or a value may fail."""
    before = {key(one): one for one in _types(other.known.outlines.get(path))}
    for one in _types(own.known.outlines[path]):
        old = before.get(key(one))
        if old is not None and (old.bases != one.bases or _runs(own, other, one)):
            return True
    return False


def _types(outline: Outline | None) -> Iterator[Symbol]:
    return (one for one in outline.symbols if one.kind is SymbolKind.TYPE) if outline else iter(())


def _runs(own: Reach, other: Reach, one: Symbol) -> bool:
    """Whether what a class of Python states differs, and runs other code."""
    if own.known.languages[one.path] != "python":
        return False
    new, old = own.words(one.path).get(key(one)), other.words(one.path).get(key(one))
    if new is None or old is None or new.digest == old.digest:
        return False
    return new.decorated or bool(new.names - {one.last}) or bool(new.chains)


def _asking(own: Reach, other: Reach, changed: Sequence[str]) -> Iterator[str]:
    """The files that import by its name what a changed file offers no more."""
    gone = {name for path in changed for name in _offered(other, path) - _offered(own, path)}
    if not gone:
        return
    for path, outline in own.known.outlines.items():
        if outline.language != "python" and outline.language not in SCRIPTS:
            continue
        for one in outline.imports:
            if one.member in gone and one.module and _own(own, one.module, outline):
                yield path
                break


def _own(reach: Reach, module: str, outline: Outline) -> bool:
    return bool(reach.known.files(module, outline.language, outline.path))


def _offered(reach: Reach, path: str) -> set[str]:
    outline = reach.known.outlines.get(path)
    if outline is None:
        return set()
    if outline.language in SCRIPTS:
        return set(outline.exports or ())
    tops = {one.name for one in outline.symbols if not one.container}
    return tops | {one.name for one in outline.imports}
