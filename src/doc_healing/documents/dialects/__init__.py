"""Marker dialects: every tool's way to say skip, must fail, joins the one before ...

`interpret` maps them all on `model.Instructions`. The tables are `attributes.ATTRIBUTES`,
`comments.COMMENTS` and `code.RULES`; our own grammar is `own`. To add a tool, add its rows.
"""

from doc_healing.documents.dialects import comments, invisible, labels, marks, outputs
from doc_healing.documents.dialects.blocks import Setting, annotate, kernel
from doc_healing.documents.dialects.interpretation import Annotated, Interpretation
from doc_healing.documents.dialects.notices import notices
from doc_healing.documents.dialects.rules import Scope
from doc_healing.documents.page import Page

__all__ = ["Annotated", "Interpretation", "comments", "interpret", "labels"]


def interpret(page: Page) -> Interpretation:
    """Every block of the page with its state and instructions; never raises for any text.

    One `Annotated` per `Block` in the order of the page, one per comment that holds code, and
    the near-misses, in the order of the page.
    """
    page = invisible.joined(page)
    found = marks.marks(page)
    hidden = invisible.blocks(page, found)
    coverage = marks.cover(page, found)
    setting = _setting(page, found, shares=any(mark.scope is Scope.CODE for mark in found))
    annotated = [annotate(over, setting) for over in coverage.overs]
    linked = outputs.link(page, coverage.overs, annotated, setting)
    unseen = tuple(annotate(over, setting) for over in hidden)
    return Interpretation(tuple(linked), unseen, notices(page, found, coverage))


def _setting(page: Page, found: list[marks.Mark], *, shares: bool) -> Setting:
    dialects = frozenset(mark.hit.rule.dialect for mark in found)
    clears = any(mark.hit.rule.spelling == "clear-namespace" for mark in found)
    return Setting(dialects, shares or clears, kernel(page.front_matter))
