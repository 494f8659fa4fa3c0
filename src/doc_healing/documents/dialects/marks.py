"""The markers of a page's comments, and which of them stand over which block."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from doc_healing.documents.dialects import comments, labels, own
from doc_healing.documents.dialects.info import parse
from doc_healing.documents.dialects.rules import Effect, Hit, Rule, Scope
from doc_healing.documents.page import Block, Comment, Page

_ANYTHING = re.compile("")
_LENIENT = frozenset({"sybil", "doccmd"})
"""Tools that pass over what they do not evaluate: their `next` is the next program."""

_LONGEST = 8_000  # characters of a marker; what is longer is a comment, or holds code
_HIDDEN = re.compile(r"[\s;-]*(?:invisible-code|INCLUDE)")
_MOST = 32  # marks of a kind over one block: a document of markers alone must not take a square


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker in a comment. `at` is the comment's position among the page's items."""

    hit: Hit
    scope: Scope
    at: int
    key: str
    match: re.Match[str] | None = None
    problems: tuple[own.Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Over:
    """A block, at its position among the page's items, and the marks that stand over it."""

    block: Block
    at: int
    marks: tuple[Mark, ...] = ()  # outermost first: file, ranges, then the ones right before it
    outputs: tuple[Mark, ...] = ()  # these say that it is, or has, an output block
    era: int = 0  # how many resets stand above it


@dataclass(frozen=True, slots=True)
class Coverage:
    """All blocks with their marks, and the marks that stand over nothing."""

    overs: tuple[Over, ...]
    idle: tuple[Mark, ...]
    unopened: tuple[Mark, ...]
    unclosed: tuple[Mark, ...]


def marks(page: Page) -> list[Mark]:
    """Every marker of the page's comments, in order."""
    return [
        mark
        for at, item in enumerate(page.items)
        if isinstance(item, Comment)
        for mark in _comment(item, at)
    ]


def cover(page: Page, found: Sequence[Mark]) -> Coverage:
    """Which marks stand over which blocks."""
    walk = _Walk([mark for mark in found if mark.scope is Scope.FILE])
    by_place: dict[int, list[Mark]] = {}
    for mark in found:
        by_place.setdefault(mark.at, []).append(mark)
    for at, item in enumerate(page.items):
        for mark in by_place.get(at, ()):
            walk.meet(mark)
        if isinstance(item, Block):
            walk.cover(item, at)
    idle = tuple(mark for mark in walk.pending if mark.scope in {Scope.NEXT, Scope.OUTPUT})
    return Coverage(tuple(walk.overs), idle, tuple(walk.unopened), tuple(walk.open))


@dataclass(slots=True)
class _Walk:
    """Where a walk through the page stands."""

    file: list[Mark]
    overs: list[Over] = field(default_factory=list)
    pending: list[Mark] = field(default_factory=list)
    open: list[Mark] = field(default_factory=list)
    unopened: list[Mark] = field(default_factory=list)
    era: int = 0

    def meet(self, mark: Mark) -> None:
        """Go past a marker."""
        match mark.scope:
            case Scope.NEXT | Scope.OUTPUT | Scope.NOTE:
                self.pending.append(mark)
            case Scope.START:
                self.open.append(mark)
            case Scope.RESET:
                self.era += 1
            case Scope.END:
                self._close(mark)

    def _close(self, mark: Mark) -> None:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index].key == mark.key:
                del self.open[index]
                return
        self.unopened.append(mark)

    def cover(self, block: Block, at: int) -> None:
        """Go past a block, which takes what waits for it."""
        waits = [mark for mark in self.pending if _passes_over(mark, block)]
        taken = [mark for mark in self.pending if not _passes_over(mark, block)]
        self.pending = waits[-_MOST:]
        outputs = tuple(mark for mark in taken if mark.scope is Scope.OUTPUT)
        others = [mark for mark in taken if mark.scope is not Scope.OUTPUT]
        self.overs.append(
            Over(block, at, (*self.file[:_MOST], *self.open[-_MOST:], *others), outputs, self.era)
        )


def _passes_over(mark: Mark, block: Block) -> bool:
    if mark.hit.rule.dialect not in _LENIENT or mark.scope is not Scope.NEXT:
        return False
    label = parse(block.info).label
    return labels.language(label) is None and labels.plain(label) not in labels.SHELLS


def _comment(comment: Comment, at: int) -> Iterator[Mark]:
    """The comment as one marker, or each of its lines as one, or none."""
    if whole := _mark(comment.text, comment, at, 0):
        yield whole
    elif "\n" in comment.text:
        for number, line in enumerate(comment.text.split("\n")):
            single = _mark(line, comment, at, number)
            if single and single.scope is not Scope.NOTE:
                yield single


def _mark(text: str, comment: Comment, at: int, number: int) -> Mark | None:
    if len(text) > _LONGEST and not _HIDDEN.match(text):
        return None
    line, column = place(comment, number, len(text) - len(text.lstrip()))
    if ours := own.read(text):
        spelling = " ".join(text.split()).strip("- ;")
        rule = Rule(own.DIALECT, spelling, _ANYTHING, "", ours.effect, ours.scope)
        hit = Hit(rule, ours.effect, spelling, line, column)
        return Mark(hit, ours.scope, at, own.DIALECT, problems=ours.problems)
    found = comments.match(comments.bare(text))
    if not found:
        return None
    rule, match = found
    effect = rule.read(match) if rule.scope is not Scope.CODE else Effect()
    spelling = match[0].split("\n", 1)[0].strip()
    return Mark(Hit(rule, effect, spelling, line, column), rule.scope, at, rule.key, match)


def place(comment: Comment, number: int, offset: int) -> tuple[int, int]:
    """Line and column, in the document, of an offset in a line of a comment's text."""
    if number < len(comment.lines):
        line = comment.lines[number]
        return line.line, line.column + offset
    return comment.line + number, offset + 1
