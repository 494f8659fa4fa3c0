"""What the conformance tables compare: blocks as (line, end line, language, info, code)."""

import re
from typing import NamedTuple

from doc_healing import documents
from doc_healing.model import Document


class Case(NamedTuple):
    """A document and every block in it, in order."""

    name: str
    text: str
    blocks: tuple[tuple[int, int, str, str, str], ...]
    path: str = "page.md"


def extract(case: Case) -> tuple[tuple[int, int, str, str, str], ...]:
    document = read(case.text, case.path)
    return tuple(
        (s.line, s.end_line, s.language, s.info, s.code)
        for s in document.snippets
        if not s.invisible
    )


def read(text: str, path: str = "page.md") -> Document:
    return documents.read(text.encode(), path, lambda _: None)


_FENCE = re.compile(r"^ *```[ \t]*(\w*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_NAMES = {"py": "python", "js": "javascript", "ts": "typescript"}


def foil(case: Case) -> tuple[tuple[int, int, str, str, str], ...]:
    """The extractor that every project writes first: one regular expression.

    It is given what is no matter of extraction: the names of the languages and the info string.
    """
    found = []
    for match in _FENCE.finditer(case.text):
        line = case.text.count("\n", 0, match.start()) + 1
        end = case.text.count("\n", 0, match.end()) + 1
        info = case.text.splitlines()[line - 1].strip(" `")
        language = _NAMES.get(match[1].lower(), match[1].lower())
        found.append((line, end, language, info, match[2]))
    return tuple(found)
