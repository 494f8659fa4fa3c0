"""What is said before anything runs: what was found, and what will keep it in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from doc_healing.model import Document, Limits, State
from doc_healing.report import tally
from doc_healing.report.screen import visible

MOST_LANGUAGES = 6


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms on which blocks are run: the sandbox's name, their limits, how many at a time."""

    sandbox: str
    limits: Limits
    jobs: int
    languages: tuple[str, ...]  # that can be run


def opening(documents: Sequence[Document], terms: Terms, version: str) -> str:
    """Two lines for a person: what was found, and the sandbox with its network and limits."""
    limits = terms.limits
    walls = [
        f"sandbox {terms.sandbox}",
        "no network",
        f"{limits.wall_seconds:g} s, {limits.memory_mib} MiB per block",
        f"{terms.jobs} at a time",
    ]
    found = f"doc-healing {version} · {_found(documents, terms.languages)}"
    return f"{found}\n{' · '.join(walls)}\n"


def _found(documents: Sequence[Document], languages: Iterable[str]) -> str:
    shown = [one for document in documents for one in document.snippets if not one.invisible]
    known = set(languages)
    runnable = [one.language for one in shown if one.state is State.RUNNABLE]
    counted = Counter(name for name in runnable if name in known).most_common()
    parts = [f"{number} {visible(name)}" for name, number in counted[:MOST_LANGUAGES]]
    rest = len(shown) - sum(number for _, number in counted[:MOST_LANGUAGES])
    parts += [f"{rest} not to be run"] if rest else []
    head = f"{tally.plural(len(documents), 'document')}, {tally.plural(len(shown), 'snippet')}"
    return f"{head} ({', '.join(parts)})" if parts else head
