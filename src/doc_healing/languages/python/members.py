"""Which member of a session an event belongs to: each is judged on its own run alone."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from doc_healing.languages.python.reports import Fault, Report


def own(report: Report, starts: Sequence[int], main: int) -> Report:
    """The report without what belongs to other members: their outputs, and what runs later."""
    thread = report.thread
    if thread is not None:  # nobody knows which member's turn it was: its own lines tell
        thread = replace(thread, chunk=chunk_of(thread.line, starts) if thread.line else main)
    return replace(
        report,
        compared=tuple(one for one in report.compared if chunk_of(one.line, starts) == main),
        fault=_until(report.fault, main),
        thread=_until(thread, main),
        leave=_until(report.leave, main),
    )


def later(report: Report, main: int) -> Fault | None:
    """What failed in a member that runs after this one: a teardown."""
    return report.fault if report.fault and report.fault.chunk > main else None


def stopped(report: Report, starts: Sequence[int]) -> int | None:
    """The member that was running when the program ended; None after the last one's end."""
    running = max(report.done, default=-1) + 1
    return running if running < len(starts) else None


def chunk_of(line: int, starts: Sequence[int]) -> int:
    """The member that line `line` (1-based) of the snippet's file belongs to."""
    return max(0, bisect_left(starts, line) - 1)


def _until(fault: Fault | None, main: int) -> Fault | None:
    return fault if fault is not None and fault.chunk <= main else None
