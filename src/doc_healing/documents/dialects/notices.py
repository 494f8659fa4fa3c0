"""Near-misses: what stands where an instruction could stand, and that nobody understands."""

from collections.abc import Iterator

from doc_healing.documents.dialects.marks import Coverage, Mark
from doc_healing.documents.page import Page
from doc_healing.model import Notice


def notices(page: Page, coverage: Coverage) -> tuple[Notice, ...]:
    """All near-misses of a page, in its order."""
    found = _unbalanced(page, coverage)
    return tuple(sorted(found, key=lambda notice: (notice.line, notice.column)))


def _unbalanced(page: Page, coverage: Coverage) -> Iterator[Notice]:
    for mark in coverage.unclosed:
        yield _notice(page, mark, "DH105", "is never ended")
    for mark in coverage.unopened:
        yield _notice(page, mark, "DH105", "ends what was never started")
    for mark in coverage.idle:
        yield _notice(page, mark, "DH104", "stands over no code block")


def _notice(page: Page, mark: Mark, code: str, what: str) -> Notice:
    hit = mark.hit
    return Notice(page.path, hit.line, hit.column, code, f"`{hit.spelling}` {what}")
