"""Documents for the tests of the dialects, read by the real parser."""

from dataclasses import dataclass

from doc_healing.documents.reader import read
from doc_healing.model import Notice, Snippet

CODES = frozenset({"DH101", "DH102", "DH103", "DH104", "DH105"})


@dataclass(frozen=True)
class Seen:
    """What a document comes to: its fences, the blocks in its comments, and the near-misses."""

    blocks: tuple[Snippet, ...]
    invisible: tuple[Snippet, ...]
    notices: tuple[Notice, ...]


def interpret(text: str, path: str = "doc.md") -> Seen:
    """The text as the parser and the dialects read it."""
    document = read(text.encode("utf-8", "surrogatepass"), path, lambda _: None)
    return Seen(
        tuple(snippet for snippet in document.snippets if not snippet.invisible),
        tuple(snippet for snippet in document.snippets if snippet.invisible),
        tuple(notice for notice in document.warnings if notice.code in CODES),
    )
