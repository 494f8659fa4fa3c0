"""What the documents of a tree name: their snippets' uses and their prose, resolved.

A snippet runs after what it lacks, so that the uses of the blocks that may give it that are told
with it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doc_healing.documents.prose import Prose, prose
from doc_healing.model import CALL, ELEMENT, Document, Origin, Reference, Role, Snippet, State, Use
from doc_healing.protocols import Mapper
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.prose import Page, mentions
from doc_healing.symbols.references import Resolved, Unresolved, references, resolve

_MOST = 400_000  # characters of earlier blocks that are read with one


@dataclass(frozen=True, slots=True)
class NamedPage:
    """What one document names. `resolved` is by the index of a snippet that a mapper can read.

    `behind` are the indices of the blocks that a snippet may run after, and of those that clean up
    after it.
    """

    document: Document
    prose: Prose
    resolved: Mapping[int, Sequence[Resolved]]
    behind: Mapping[int, Sequence[int]]
    references: tuple[Reference, ...]
    unresolved: tuple[Unresolved, ...]
    mentions: tuple[Reference, ...] = field(default=())


def named(
    documents: Iterable[Document],
    known: Lookup,
    mappers: Sequence[Mapper],
    repository: str = "",
) -> list[NamedPage]:
    """What each of some documents names in the project."""
    by_name = {mapper.name: mapper for mapper in mappers}
    return [_page(one, known, by_name, repository) for one in documents]


def _page(
    document: Document, known: Lookup, mappers: Mapping[str, Mapper], repository: str
) -> NamedPage:
    resolved: dict[int, Sequence[Resolved]] = {}
    behind: dict[int, Sequence[int]] = {}
    found: list[Reference] = []
    missing: list[Unresolved] = []
    mapped = [one for one in document.snippets if one.language in mappers]
    alone: dict[int, frozenset[str]] = {}
    for snippet in mapped:
        mapper = mappers[snippet.language]
        uses = mapper.uses(snippet.code)
        alone[snippet.index] = _lacking(uses)
        before = _before(snippet, mapped, alone)
        between = _between(snippet, before, mapped, alone)
        behind[snippet.index] = [one.index for one in (*between, *_after(snippet, mapped))]
        told = [text for text, _ in snippet.instructions.mentioned]
        if before or told:
            uses = mapper.uses(snippet.code, [*told, *_codes(before)])
        answers = resolve(uses, snippet.language, known)
        resolved[snippet.index] = answers
        own, gaps = references(snippet, answers)
        found += own
        missing += gaps
    said = prose(document.data, document.path)
    page = _context(document, mapped, resolved, repository)
    return NamedPage(
        document,
        said,
        resolved,
        behind,
        tuple(found),
        tuple(missing),
        tuple(mentions(said.spots, page, known)),
    )


def _codes(before: Sequence[Snippet]) -> list[str]:
    taken: list[str] = []
    size = 0
    for one in reversed(before):
        size += len(one.code)
        if size > _MOST:
            break
        taken.append(one.code)
    return taken[::-1]


def _before(
    snippet: Snippet, mapped: Sequence[Snippet], alone: Mapping[int, frozenset[str]]
) -> list[Snippet]:
    """The earlier blocks that a snippet may run after, as far as a name or its author says so.

    More of them than it runs after do no harm: what they use counts as used. `alone` are the names
    that each block lacks by itself: what it lacks it does not give.
    """
    said = snippet.instructions
    earlier = [
        one for one in mapped if one.language == snippet.language and one.index < snippet.index
    ]
    chosen = {one.index for one in earlier if _joined(one, snippet)}
    if said.continues and earlier:
        chosen.add(earlier[-1].index)
        chosen |= {one.index for one in _run_of(earlier)}
    chosen = _giving(earlier, chosen, alone[snippet.index], alone)
    return [one for one in earlier if one.index in chosen]


def _between(
    snippet: Snippet,
    before: Sequence[Snippet],
    mapped: Sequence[Snippet],
    alone: Mapping[int, frozenset[str]],
) -> list[Snippet]:
    """The blocks before, and those between that use what these bind: they add to a list, a route.

    They bind nothing, so that no name is told by them; what they run is run all the same.
    """
    if not before:
        return []
    shared = {name for one in before for name in _words(one.code) - alone[one.index]}
    earlier = [
        one for one in mapped if one.language == snippet.language and one.index < snippet.index
    ]
    first = min(one.index for one in before)
    using = {one.index for one in earlier if one.index > first and alone[one.index] & shared}
    chosen = _giving(earlier, using | {one.index for one in before}, frozenset(), alone)
    return [one for one in earlier if one.index in chosen]


def _giving(
    earlier: Sequence[Snippet],
    chosen: set[int],
    lacking: frozenset[str],
    alone: Mapping[int, frozenset[str]],
) -> set[int]:
    """The chosen blocks, and those that may give what these and a last one lack."""
    found, wanted = set(chosen), set(lacking)
    for one in reversed(earlier):
        gives = wanted & (_words(one.code) - alone[one.index]) if wanted else ()
        if one.index in found or gives:
            found.add(one.index)
            wanted |= alone[one.index]
    return found


def _after(snippet: Snippet, mapped: Sequence[Snippet]) -> Iterator[Snippet]:
    for one in mapped:
        cleans = one.instructions.role is Role.TEARDOWN and one.index > snippet.index
        if cleans and one.language == snippet.language:
            yield one


def _run_of(earlier: Sequence[Snippet]) -> list[Snippet]:
    """The blocks before, back to the first one that continues none."""
    taken = [earlier[-1]]
    for one in reversed(earlier[:-1]):
        if not taken[-1].instructions.continues:
            break
        taken.append(one)
    return taken


def _joined(one: Snippet, snippet: Snippet) -> bool:
    own, other = snippet.instructions, one.instructions
    if other.role is not Role.EXAMPLE or one.invisible or other.shown_as or other.file_name:
        return True
    same = bool(own.session) and own.session == other.session
    return same or bool(other.name and other.name in own.after)


def _lacking(uses: Sequence[Use]) -> frozenset[str]:
    return frozenset(use.names[0] for use in uses if use.origin is Origin.BARE and use.names)


def _words(code: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_$][\w$]*", code))


def _context(
    document: Document,
    mapped: Sequence[Snippet],
    resolved: Mapping[int, Sequence[Resolved]],
    repository: str,
) -> Page:
    counted = Counter(one.language for one in mapped if one.state is State.RUNNABLE)
    counted = counted or Counter(one.language for one in mapped)
    bound: dict[str, str] = {}
    ids: set[str] = set()
    modules: set[str] = set()
    for answers in resolved.values():
        for answer in answers:
            modules.update(answer.modules)
            ids.update(one.id for one, sure, _ in answer.symbols if sure > 0.5)
            _bind(answer.use, bound)
    languages = tuple(name for name, _ in counted.most_common())
    return Page(document.path, languages, bound, frozenset(ids), repository, frozenset(modules))


def _bind(use: Use, bound: dict[str, str]) -> None:
    """The names by which the page knows modules and what it imports from them."""
    if use.origin is not Origin.IMPORTED or not use.module:
        return
    plain = [step for step in use.names if step not in (CALL, ELEMENT)]
    bound.setdefault(re.split(r"[./:]", use.module)[-1], f"{use.module}\0")
    if plain:
        bound.setdefault(plain[0], f"{use.module}\0{plain[0]}")
