"""The two texts of a program: one that is checked as the document has it, one that is run.

The rules of JavaScript plan on the erased text. Their edits are bytes and places, which are the
same in the document's own text: so the compiler gets the types back before it emits.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from doc_healing.languages.javascript.edits import Columns, rewrite
from doc_healing.languages.javascript.source import Source, below, map_of
from doc_healing.model import Line, Snippet

_HEADER = "// @ts-nocheck\n"  # what is run is emitted as it stands; the other text is checked
Lines = Mapping[tuple[str, int], Line]


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the line of the document for each of its own."""

    text: str
    map: tuple[Line | None, ...]
    columns: Columns


def lines_of(snippets: Sequence[Snippet]) -> Lines:
    """The document's lines by their places."""
    return {(line.path, line.line): line for item in snippets for line in item.lines}


def typed(source: Source, lines: Lines) -> Source:
    """The source with its types: what the compiler emits and Node.js runs."""
    base = _with_types(source, lines)
    body, _ = rewrite(base.encode("utf-8", "replace"), source.edits)
    body = re.sub(r"\A#!", "//", body)  # it is one only on the first line of a file
    with_types = replace(
        source,
        text=f"{_HEADER}{source.opening}{body}{source.closing}",
        map=tuple(_real(line, lines) for line in source.map),
    )
    return below(with_types, _HEADER)


def checked(source: Source, lines: Lines, hook: str, own: Sequence[str], package: str) -> Text:
    """The document's text as it stands, with `own` names of a package where it lacks them.

    The last row is ours: `hook` is what the driver puts in, and what the own package is asked for.
    """
    base = _with_types(source, lines).encode("utf-8", "replace")
    # An object that stands alone needs its parentheses here too; nothing else is put in.
    text, columns = rewrite(base, [edit for edit in source.edits if edit.text in ("(", ")")])
    rows = source.map[source.opening.count("\n") :]
    imports = f"declare const {hook}: any; "
    imports += f"import {{ {', '.join(own)} }} from '{package}';\n" if own else "\n"
    real = [_real(line, lines) for line in rows]
    return Text(text + imports, map_of(text, real[: text.count("\n")]), columns)


def _with_types(source: Source, lines: Lines) -> str:
    rows = source.map[source.opening.count("\n") :]
    texts = source.base.split("\n")
    if len(rows) != len(texts):  # a line holds what V8 takes for the end of one
        return source.base
    return "\n".join(_text(text, line, lines) for text, line in zip(texts, rows, strict=True))


def _text(text: str, line: Line | None, lines: Lines) -> str:
    if line is None:
        return text
    written = _real_text(line, lines)
    return re.sub(r"\A#!", "//", written) if text.startswith("//") else written


def _real_text(line: Line, lines: Lines) -> str:
    found = lines.get((line.path, line.line))
    return found.text if found is not None else line.text


def _real(line: Line | None, lines: Lines) -> Line | None:
    return lines.get((line.path, line.line), line) if line is not None else None
