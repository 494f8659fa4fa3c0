"""The earlier snippets of a document that a snippet needs, found by the names that each binds.

Documents are written for readers: a block goes on where one above it ended. A block is tried alone
first; only where a name is missing are the blocks looked for that bind it. The smallest set wins:
of each missing name the nearest block above that binds it, and what that block itself needs.
Alternatives (tabs) are no sequence: the blocks of a sibling tab never serve.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from doc_healing.model import (
    Job,
    Mode,
    Names,
    Outcome,
    Reading,
    Role,
    Snippet,
    State,
    SymptomKind,
    Verdict,
)

NamesOf = Callable[[Snippet], Names]
_MOST = 30  # blocks of one context: beyond it is a book, and no block's prerequisite
INFERRED = "inferred-context"
# How the languages say which name a block lacks.
_LACKS = re.compile(
    r"`([\w$]+)` is not defined in this block"
    r"|cannot find [\w ,]+ `([\w$]+)` in (?:this scope|the crate root)"
)
_CALLED = re.compile(r"(?:\w+: )?([A-Za-z_]\w*)(?:\.\w+)*\(\) ")  # "TypeError: Query.user() takes"
# Failures that a name from above may cure.
CURABLE = (SymptomKind.NAME, SymptomKind.CONTEXT)


def lacks_context(reading: Reading) -> bool:
    """Whether a snippet failed alone for want of something that another block may give."""
    if reading.verdict not in (Verdict.BROKEN, Verdict.UNVERIFIED):
        return False
    return reading.cause == "context" or (
        reading.symptom is not None and reading.symptom.kind in CURABLE
    )


_Closest = Callable[[Snippet, Sequence[Snippet]], Snippet]
_MOST_LABELS = 6


def contexts_of(
    snippet: Snippet, siblings: Sequence[Snippet], names: NamesOf
) -> list[tuple[Snippet, ...]]:
    """The contexts that are worth a try, the smallest first; each in document order.

    First the blocks that bind what is missing: of several, one of the block's own section or of a
    section around it before one of another section, and then the nearest. Then the nearest alone;
    of blocks in tabs, those of each label. Then also those between that use what these bound: a
    block that adds a route to `app` binds nothing, and what follows needs it.
    """
    lenders = [
        one
        for one in siblings
        if lends(one, snippet) and not _of_another_label(one, snippet, siblings)
    ]
    found: list[dict[int, Snippet]] = []
    for closest in (_own_section, _nearest, *_by_label(lenders)):
        binding = _closed({}, [snippet], _Stock(snippet, lenders, names, closest))
        if binding and binding not in found:
            found.append(binding)
    if not found:
        return []
    binding = next(one for one in found if one)
    shared = {name for one in binding.values() for name in names(one).bound}
    first = min(binding)
    using = [one for one in lenders if one.index > first and names(one).free & shared]
    touching = _closed(binding, using, _Stock(snippet, lenders, names, _nearest))
    if touching not in found:
        found.append(touching)
    return [tuple(one[at] for at in sorted(one)) for one in found if len(one) <= _MOST]


@dataclass(frozen=True, slots=True)
class _Stock:
    """The blocks that a snippet may take from, and which of several is meant."""

    snippet: Snippet
    lenders: Sequence[Snippet]
    names: NamesOf
    closest: _Closest

    def binder(self, name: str, below: Snippet) -> Snippet | None:
        """The block above that is meant by a name."""
        above = [
            one for one in self.lenders if one.index < below.index and name in self.names(one).bound
        ]
        return self.closest(below, above) if above else None

    def with_its_own(self, binder: Snippet) -> Iterator[Snippet]:
        """A block, and those that it goes on from by its author's word: they count as one."""
        yield binder
        said = binder.instructions
        earlier = [one for one in self.lenders if one.index < binder.index]
        if said.session:
            yield from (one for one in earlier if one.instructions.session == said.session)
        elif said.continues:
            for one in reversed(earlier):
                yield one
                if not one.instructions.continues:
                    return


def _own_section(below: Snippet, above: Sequence[Snippet]) -> Snippet:
    """One whose section holds the block before one of another section, and then the nearest."""
    return max(above, key=lambda one: (_around(one, below), one.index))


def _around(one: Snippet, below: Snippet) -> bool:
    return one.headings == below.headings[: len(one.headings)]


def _nearest(below: Snippet, above: Sequence[Snippet]) -> Snippet:  # noqa: ARG001 - one of two
    return above[-1]


def _by_label(lenders: Sequence[Snippet]) -> Iterator[_Closest]:
    """For each label of a tab, the choice of what stands in no tab of another label."""
    labels = dict.fromkeys(label for one in lenders for label in _tabs(one).values())
    for label in list(labels)[:_MOST_LABELS]:
        yield partial(_of_label, label)


def _of_label(label: str, below: Snippet, above: Sequence[Snippet]) -> Snippet:  # noqa: ARG001
    return max(above, key=lambda one: (set(_tabs(one).values()) <= {label}, one.index))


def _of_another_label(one: Snippet, other: Snippet, siblings: Sequence[Snippet]) -> bool:
    """Whether a block stands in a tab "v1" of a set that has a "v2", and the other in a "v2"."""
    tabs, own = _tabs(one), set(_tabs(other).values())
    for group, label in tabs.items():
        if group in _tabs(other) or label in own or not own:
            continue
        if any(_tabs(sibling).get(group) in own for sibling in siblings):
            return True
    return False


def _closed(
    chosen: Mapping[int, Snippet], more: Sequence[Snippet], stock: _Stock
) -> dict[int, Snippet]:
    """The chosen blocks, `more` as far as they lend, and the binders of what they lack."""
    found = {**chosen, **{one.index: one for one in more if one in stock.lenders}}
    waiting = [(name, one) for one in more for name in sorted(stock.names(one).free)]
    while waiting and len(found) <= _MOST:
        name, below = waiting.pop()
        binder = stock.binder(name, below)
        if binder is None or binder.index in found:
            continue
        for one in stock.with_its_own(binder):
            if one.index not in found:
                found[one.index] = one
                waiting.extend((other, one) for other in sorted(stock.names(one).free))
    return found


NOTHING = "nothing"


def pinned(snippet: Snippet, siblings: Sequence[Snippet]) -> tuple[Snippet, ...] | str:
    """The blocks that its author says it runs after, with what these are pinned after themselves.

    In words, why not, where a name is no block's above it.
    """
    found: dict[int, Snippet] = {}
    waiting = [(name, snippet) for name in snippet.instructions.after if name != NOTHING]
    while waiting:
        name, below = waiting.pop()
        named = [one for one in siblings if one.instructions.name == name]
        above = [one for one in named if lends(one, below)]
        if not above:
            where = f"the block at line {named[0].line} is not run before it" if named else ""
            return f"`after={name}`: {where or 'no block of this language has that name'}"
        one = above[-1]
        if one.index not in found:
            found[one.index] = one
            waiting.extend((other, one) for other in one.instructions.after if other != NOTHING)
    return tuple(found[at] for at in sorted(found))


def lends(other: Snippet, snippet: Snippet) -> bool:
    """Whether a block may be the context of another, by what the document says of both."""
    said = other.instructions
    return (
        other.index < snippet.index
        and other.state is State.RUNNABLE
        and said.mode is Mode.RUN
        and said.role is Role.EXAMPLE
        and not said.network
        and not said.file_name
        and not alternatives(other, snippet)
    )


def alternatives(one: Snippet, other: Snippet) -> bool:
    """Whether two blocks stand in different tabs of one set."""
    own = _tabs(other)
    return any(own.get(group, tab) != tab for group, tab in _tabs(one).items())


def _tabs(one: Snippet) -> Mapping[str, str]:
    """The sets of tabs that a block stands in, with the label of its tab in each."""
    return dict(_tab(name) for name in one.containers if _is_tab(name))


def chained(context: Sequence[Snippet], snippet: Snippet, *marks: str) -> list[Snippet]:
    """The context and the snippet as one session, as if the author had said so.

    With `INFERRED`, the snippet's flags say that nobody did: a language may doubt what follows.
    """
    flags = (*snippet.instructions.flags, *marks)
    last = replace(snippet, instructions=replace(snippet.instructions, flags=flags))
    first, *rest = (*context, last)
    joined = [
        replace(one, instructions=replace(one.instructions, continues=True, session=""))
        for one in rest
    ]
    return [replace(first, instructions=replace(first.instructions, session="")), *joined]


def certain(
    job: Job, outcome: Outcome, reading: Reading, names: NamesOf, siblings: Sequence[Snippet] = ()
) -> bool:
    """Whether a failure after inferred blocks is the snippet's own, whatever they left behind.

    State that another block set up can be missing in many ways; a call that does not fit a
    function of the library, a name that its module does not have, and what a compiler refuses,
    cannot. Which version of a function that the document itself defines was meant, is a guess; and
    so is everything where several blocks bind a name that it uses.
    """
    symptom = reading.symptom
    if reading.verdict is not Verdict.BROKEN or symptom is None or symptom.kind in CURABLE:
        return False
    own = {(line.path, line.line) for line in job.snippet.lines}
    called = _CALLED.match(symptom.message)
    blocks = (*job.context, job.snippet)
    if called and any(called[1] in names(one).bound for one in blocks):
        return False
    lent = {name for one in job.context for name in names(one).bound}
    binders = [names(one).bound for one in siblings if one.index < job.snippet.index]
    for name in names(job.snippet).free & lent:
        if sum(name in bound for bound in binders) > 1:
            return False
    sure = symptom.kind in (SymptomKind.IMPORT, SymptomKind.ARGUMENT) or outcome.step == "build"
    return sure and (symptom.path, symptom.line) in own


def unmet(reading: Reading, snippet: Snippet, siblings: Sequence[Snippet], names: NamesOf) -> str:
    """Why a block has no context, where its document says nothing of what it lacks; else empty."""
    found = _LACKS.search(reading.reason) if lacks_context(reading) else None
    name = next(filter(None, found.groups()), "") if found else ""
    if not name or not siblings or reading.verdict is not Verdict.UNVERIFIED:
        return ""
    others = [one for one in siblings if one.index != snippet.index]
    binders = [one for one in others if name in names(one).bound]
    below = next((one for one in binders if one.index > snippet.index), None)
    if below is not None and len(binders) == sum(one.index > snippet.index for one in binders):
        return f"needs context: `{name}` is defined only below, in the block at line {below.line}"
    # A block whose names cannot be read may bind it all the same.
    unread = [one.code for one in others if names(one) == Names()]
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    if binders or any(word.search(code) for code in unread):
        return ""
    return f"needs context: `{name}` is defined nowhere in this document"


_HOW_TO_PIN = "`name=` there and `after=` here pin it"


def told(context: Sequence[Snippet], why: str = f"whose names it uses ({_HOW_TO_PIN})") -> str:
    """In words, what a snippet was run after, and why."""
    return f"run {after(context)}, {why}"


def after(context: Sequence[Snippet]) -> str:
    """In words, what a snippet was run after."""
    lines = ", ".join(str(one.line) for one in context)
    several = "blocks at lines" if len(context) > 1 else "block at line"
    return f"after the {several} {lines}"


def _is_tab(container: str) -> bool:
    return container.startswith("tabs#") and "/" in container


def _tab(container: str) -> tuple[str, str]:
    group, _, tab = container.partition("/")
    return group, tab
