"""Blocks that stand in comments: code that a runner reads and no reader sees."""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from doc_healing.documents.dialects import comments
from doc_healing.documents.dialects.marks import Mark, Over
from doc_healing.documents.dialects.rules import Effect, Hit, Rule, Scope
from doc_healing.documents.page import Block, Comment, Item, Page
from doc_healing.model import Instructions, Line, Role, Span

_OPENING = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([^\n`]*)$")
_CODE = re.compile(r"\s*;?\s*invisible-code", re.IGNORECASE)
_RUNNERS = frozenset({"phmdoctest", "pytest-codeblocks", "pytest-markdown-docs", "doc-healing"})


def blocks(page: Page, found: Sequence[Mark]) -> list[Over]:
    """The blocks that comments hold, in order, each with the marks over it."""
    overs: list[Over] = []
    eras = 0
    by_place = {mark.at: mark for mark in found}
    for at, item in enumerate(page.items):
        mark = by_place.get(at)
        eras += bool(mark and mark.scope is Scope.RESET)
        if not isinstance(item, Comment):
            continue
        if mark and mark.scope is Scope.CODE:
            overs.append(_coded(item, mark, -1 - len(overs), eras))
        elif over := _fenced(item, at, by_place, -1 - len(overs), eras):
            overs.append(over)
    return overs


def joined(page: Page) -> Page:
    """The page with line comments (`% ...`) made one where they hold a block line by line."""
    items: list[Item] = []
    run: list[Comment] = []
    for item in page.items:
        comment = item if isinstance(item, Comment) and item.kind == "myst" else None
        if comment and run and comment.line == run[-1].end_line + 1:
            run.append(comment)
            continue
        items += _joined(run)
        run = [comment] if comment and _CODE.match(comment.text) else []
        items += [] if run else [item]
    return dataclasses.replace(page, items=(*items, *_joined(run)))


def _joined(run: Sequence[Comment]) -> list[Comment]:
    if not run:
        return []
    text = "\n".join(comment.text for comment in run)
    lines = tuple(line for comment in run for line in comment.lines)
    return [dataclasses.replace(run[0], text=text, lines=lines, end_line=run[-1].end_line)]


def _coded(comment: Comment, mark: Mark, index: int, era: int) -> Over:
    """Sybil's `invisible-code-block: python` and Knit's `INCLUDE`: the lines below the first."""
    groups = mark.match.groupdict() if mark.match else {}
    label = groups.get("label") or "kotlin"
    skipped = len(comment.text) - len(comment.text.lstrip())
    first = comment.text.count("\n", 0, skipped) + 1
    block = _block(comment, label, comment.lines[first:], index)
    return Over(block, mark.at, (mark,), era=era)


def _fenced(
    comment: Comment, at: int, by_place: dict[int, Mark], index: int, era: int
) -> Over | None:
    """A fence in a comment that a runner's marker stands in, right before, or right after.

    A fence that is only commented out is dead text, and no runner of this list reads it.
    """
    texts = comment.text.split("\n")
    opening = next((n for n, text in enumerate(texts) if _OPENING.match(text)), None)
    if opening is None:
        return None
    marks = list(_around(texts, opening, at, comment, by_place))
    found = _OPENING.match(texts[opening])
    if not marks or found is None:
        return None
    closing = next(
        (n for n in range(opening + 1, len(texts)) if texts[n].strip().startswith(found[1])),
        len(texts),
    )
    block = _block(comment, found[2].strip(), comment.lines[opening + 1 : closing], index)
    return Over(block, at, tuple(mark for mark in marks if mark.scope is Scope.NEXT), era=era)


def _around(
    texts: list[str],
    opening: int,
    at: int,
    comment: Comment,
    by_place: dict[int, Mark],
) -> Iterator[Mark]:
    head = "\n".join(texts[:opening])
    found = comments.match(comments.bare(head)) if head.strip() else None
    if found and found[0].dialect in _RUNNERS:
        rule, match = found
        hit = Hit(rule, rule.read(match), match[0].strip(), comment.line)
        yield Mark(hit, rule.scope, at, rule.key, match)
    before = by_place.get(at - 1)
    if before and before.hit.rule.dialect in _RUNNERS:
        yield before
    after = by_place.get(at + 1)
    if after and after.hit.rule.spelling == "pytest-codeblocks:cont":
        effect = Effect(Instructions(role=Role.EXAMPLE))
        rule = Rule("pytest-codeblocks", "commented fence", re.compile(""), "", effect)
        yield Mark(Hit(rule, effect, "commented fence", comment.line), Scope.NEXT, at, "")


def _block(comment: Comment, info: str, lines: Sequence[Line], index: int) -> Block:
    kept = list(lines)
    while kept and not kept[-1].text.strip():
        kept.pop()
    spans = [line.span for line in kept if line.span]
    span = Span(spans[0].start, spans[-1].end) if spans else Span(0, 0)
    code = "".join(f"{line.text}\n" for line in kept)
    return Block(
        index=index,
        line=comment.line,
        end_line=comment.end_line,
        info=info,
        code=code,
        lines=tuple(kept),
        span=span,
        containers=comment.containers,
        headings=comment.headings,
    )
