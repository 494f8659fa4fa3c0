"""Edits that may stop all code of a language, whatever a block names of it.

A file that does not compile takes what it is built with along: Go its package, Rust its crate, Java
its compilation. A new module of Python takes the place of another one of its name.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from doc_healing.model import Outline, Symbol, SymbolKind
from doc_healing.protocols import Source
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.reach import Reach

_BUILT = frozenset({"go", "java", "rust"})  # one fault stops all
_ROOTS = frozenset({"", "src", "lib", "python"})  # folders that modules are imported from
_ASIDE = re.compile(r"(?:^|/)(?:tests?|benches|examples?|testdata)/|_test\.go$|(?:^|/)src/test/")
_DEMANDING = re.compile(r"\b(?:interface|trait)\b")
_THROWS = re.compile(r"\bthrows\b.*")
_MOST = 200  # names that are looked for; more say that everything was rewritten


def stopping(now: Reach, then: Reach, source: Source, changed: Sequence[str]) -> Mapping[str, str]:
    """Why all blocks of a language may be affected by these changed files, by language."""
    head, base = now.known, then.known
    found: dict[str, str] = {}
    for path in changed:
        outline = head.outlines.get(path) or base.outlines[path]
        if outline.language in found or _ASIDE.search(path):
            continue
        if outline.language == "python":
            why = _shadowing(path, head, base)
        elif outline.language in _BUILT:
            why = _unbuilt(path, head.outlines.get(path), base.outlines.get(path))
        else:
            why = ""
        if why:
            found[outline.language] = why
    for language in _BUILT - found.keys():
        why = _clashing(language, head, base, changed)
        if why := why or _named_still(language, now, then, source, changed):
            found[language] = why
    return found


def _unbuilt(path: str, new: Outline | None, old: Outline | None) -> str:
    """Why a changed file may not be built, by itself."""
    if PurePosixPath(path).name == "module-info.java":
        return f"{path} changed, which says what is compiled with what"
    if new is not None and new.faults and not (old is not None and old.faults == new.faults):
        return f"{path} cannot be read whole, and may stop what is built with it"
    if new is not None and old is not None and new.package != old.package:
        return f"{path} is of another package now"
    if _modules(new) != _modules(old):
        return f"{path} says that there are other modules"
    return ""


def _modules(outline: Outline | None) -> set[str]:
    if outline is None or outline.language != "rust":
        return set()
    return {one.name for one in outline.symbols if one.kind is SymbolKind.MODULE}


def _shadowing(path: str, head: Lookup, base: Lookup) -> str:
    """Why a new file of Python may be imported instead of another module of its name."""
    if path in base.outlines or path not in head.outlines:
        return ""
    parts = PurePosixPath(path).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    if not parts or "/".join(parts[:-1]) not in _ROOTS:
        return ""
    imported = {
        one.module.partition(".")[0]
        for outline in base.outlines.values()
        if outline.language == "python"
        for one in outline.imports
    }
    if parts[-1] in sys.stdlib_module_names or parts[-1] in imported:
        return f"{path} is new and may be imported instead of another {parts[-1]}"
    return ""


def _named_still(
    language: str, now: Reach, then: Reach, source: Source, changed: Sequence[str]
) -> str:
    """Why code may not compile: it names what is gone, or what is declared in another way now."""
    head, base = now.known, then.known
    gone = {one.last for one in _gone(language, head, base, changed)}
    other = {one.last for one in _other_way(language, head, base, changed)} - gone
    if (not gone and not other) or len(gone) + len(other) > _MOST:
        return ""
    paths = [path for path, one in head.languages.items() if one == language]
    paths = [path for path in paths if not _ASIDE.search(path)]
    for path, data in source.read(sorted(paths)):
        words = set(re.findall(r"[^\W\d]\w*", data.decode("utf-8", "replace")))
        kept = _unchanged(path, now, then) if path in changed else words
        if found := sorted(gone & words) or sorted(other & kept):
            how = "gone" if found[0] in gone else "declared in another way"
            return f"{found[0]} is {how}, and {path} may name it"
    return ""


def _unchanged(path: str, now: Reach, then: Reach) -> set[str]:
    """What the code of a changed file names that is as it was."""
    before = then.words(path)
    found: set[str] = set()
    for name, words in now.words(path).items():
        if name in before and before[name].digest == words.digest:
            found |= words.names | words.members
    return found


def _gone(language: str, head: Lookup, base: Lookup, changed: Sequence[str]) -> Iterator[Symbol]:
    for path in changed:
        outline = base.outlines.get(path)
        if outline is None or outline.language != language or _ASIDE.search(path):
            continue
        for one in outline.symbols:
            there = (
                each
                for each in head.by_last.get(one.last, ())
                if head.languages[each.path] == language
            )
            if next(there, None) is None:
                yield one


def _other_way(
    language: str, head: Lookup, base: Lookup, changed: Sequence[str]
) -> Iterator[Symbol]:
    """What of changed files is declared in another way than before, or is a member no more."""
    for path in changed:
        outline = base.outlines.get(path)
        if outline is None or outline.language != language or _ASIDE.search(path):
            continue
        now = head.tops.get(path, {})
        for one in outline.symbols:
            same = now.get(one.name, ())
            if (same or one.container) and not any(_alike(one, x) for x in same):
                yield one


def _clashing(language: str, head: Lookup, base: Lookup, changed: Sequence[str]) -> str:
    """Why something new does not go with what is there: a second of its name, a demand on others.

    What implements an interface or a trait has to have all of its members.
    """
    for path in changed:
        outline = head.outlines.get(path)
        if outline is None or outline.language != language or _ASIDE.search(path):
            continue
        before = {one.name for one in base.outlines[path].symbols} if path in base.outlines else ()
        for one in outline.symbols:
            if one.name in before:
                continue
            owners = head.tops[path].get(one.container, ()) if one.container in before else ()
            if any(_DEMANDING.search(each.signature) for each in owners):
                return f"{one.container} has a new member, {one.last}"
            if language == "go" and not one.container and _again(one, head):
                return f"{one.name} is defined more than once"
    return ""


def _again(one: Symbol, head: Lookup) -> bool:
    """Whether another file of its folder defines the same; `init` and `_` are nobody's names."""
    folder = one.path.rpartition("/")[0]
    return one.name not in ("init", "_", "main") and any(
        other.path != one.path and other.path.rpartition("/")[0] == folder and not other.container
        for other in head.by_last.get(one.name, ())
    )


def _alike(one: Symbol, other: Symbol) -> bool:
    """Whether two declarations are the same; what a constant or a field holds is none."""
    seen = (one.visibility, one.bases, one.returns, "static" in one.flags)
    if seen != (other.visibility, other.bases, other.returns, "static" in other.flags):
        return False
    if one.parameters is None or other.parameters is None:
        kept = one.kind is not SymbolKind.TYPE or one.signature == other.signature
        return kept and one.parameters == other.parameters
    mine = [(each.kind, each.type) for each in one.parameters]
    throws = _THROWS.findall(one.signature) == _THROWS.findall(other.signature)
    return throws and mine == [(each.kind, each.type) for each in other.parameters]
