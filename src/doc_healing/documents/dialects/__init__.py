"""Marker dialects: every tool's way to say skip, must fail, joins the one before ...

`interpret` maps them all on `model.Instructions`. The tables are `attributes.ATTRIBUTES`,
`comments.COMMENTS` and `code.RULES`; our own grammar is `own`. To add a tool, add its rows.
"""

from doc_healing.documents.dialects import (
    announcements,
    comments,
    invisible,
    labels,
    marks,
    mentions,
    outputs,
    titles,
)
from doc_healing.documents.dialects.blocks import Setting, annotate, kernel
from doc_healing.documents.dialects.interpretation import Annotated, Interpretation
from doc_healing.documents.dialects.notices import notices
from doc_healing.documents.page import Page

__all__ = ["Annotated", "Interpretation", "comments", "interpret", "labels"]

_SHARING = frozenset({"invisible-code-block: python", "clear-namespace"})
"""Spellings that make sense only where all blocks of a page are one program, as Sybil's are."""


def interpret(page: Page) -> Interpretation:
    """Every block of the page with its state and instructions; never raises for any text.

    One `Annotated` per `Block` in the order of the page, one per comment that holds code, and
    the near-misses, in the order of the page.
    """
    page = invisible.joined(page)
    found = marks.marks(page)
    hidden = invisible.blocks(page, found)
    coverage = marks.cover(page, found)
    setting = _setting(page, found)
    annotated = [annotate(over, setting) for over in coverage.overs]
    linked = outputs.link(page, coverage.overs, annotated, setting)
    told = announcements.announce(page, coverage.overs, linked)
    told = titles.entitle(page, coverage.overs, told)
    told = mentions.mention(page, coverage.overs, told)
    unseen = tuple(annotate(over, setting) for over in hidden)
    return Interpretation(tuple(told), unseen, notices(page, found, coverage))


def _setting(page: Page, found: list[marks.Mark]) -> Setting:
    dialects = frozenset(mark.hit.rule.dialect for mark in found)
    shares = any(mark.hit.rule.spelling in _SHARING for mark in found)
    return Setting(dialects, shares, kernel(page.front_matter))
