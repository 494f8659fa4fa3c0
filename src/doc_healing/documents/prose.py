"""The prose of a page: its code spans, links, headings and tables, each with line and column.

What a reader sees outside of blocks, one `Spot` for each place that may name code. Spans follow
CommonMark 6.1 (backtick strings of equal length), links 6.3 in their inline and full form; MyST
roles (`{func}`a.b``) and mkdocstrings' `::: a.b` are spots as well. Nothing is resolved here.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from doc_healing.documents.lines import Source, load
from doc_healing.documents.page import Block, Heading, Item, Text
from doc_healing.documents.reader import parse

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ROLE = re.compile(r"\{([\w:.+-]+)\}$")
_HTML_CODE = re.compile(r"<code>([^<]{1,200})</code>", re.IGNORECASE)
_LINK = re.compile(
    r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\]){0,300})\]"
    r"(?:\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?[^()]*\)|\[([^\[\]]{0,200})\])"
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]]{1,200})\]:[ \t]*<?(\S+?)>?(?:[ \t].*)?$", re.MULTILINE)
_AUTO = re.compile(r"<(https?://[^\s<>]{1,500})>|(?<![(<\[\"'\w])(https?://[^\s<>()\]\"'`]{1,500})")
_DIRECTIVE = re.compile(r"^[ \t]*:::[ \t]*([\w.:$/-]+)[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->|\{/\*.*?\*/\}", re.DOTALL)
_WORD = re.compile(
    r"(?<![\w$@/.:#%&=<-])"
    r"(?:[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)+(?:\(\))?"  # dotted
    r"|[A-Za-z_$][\w$]*\(\)"  # called
    r"|[A-Za-z]\w*_\w+"  # snake_case
    r"|[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)"  # CamelCase of two humps and more
    r"(?![\w$/])"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`*_\[])|\n\s*\n")
_MOST = 20_000  # characters of one paragraph that are looked at


class SpotKind(StrEnum):
    """Where in the prose something stands that may name code."""

    CODE = "code"
    ROLE = "role"  # MyST, mkdocstrings: it says itself that it is a name
    LINK = "link"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the prose. `text` is what is between the marks, `target` where a link leads."""

    text: str
    line: int
    column: int
    kind: SpotKind
    target: str = ""
    sentence: str = ""
    headings: tuple[str, ...] = ()
    heading: bool = False
    table: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """What a page says outside of its blocks."""

    path: str
    spots: tuple[Spot, ...]
    headings: tuple[str, ...] = ()
    directives: tuple[
        tuple[str, str, int], ...
    ] = ()  # a block that is a directive: (name, body, line)


@lru_cache(maxsize=256)  # two trees of a comparison are asked about the same pages
def prose(data: bytes, path: str) -> Prose:
    """The prose of a document; of one that cannot be read, nothing. Never raises."""
    source = load(data, path)
    if isinstance(source, str):
        return Prose(path, ())
    definitions = {m[1].casefold(): m[2] for m in _DEFINITION.finditer(source.text)}
    spots: list[Spot] = []
    above: list[Heading] = []
    titles: list[str] = []
    directives: list[tuple[str, str, int]] = []
    for item in parse(source):
        if isinstance(item, Heading):
            while above and above[-1].level >= item.level:
                above.pop()
            titles.append(item.text)
            spots += _spots(source, item, above, definitions)
            above.append(item)
        elif isinstance(item, Text):
            spots += _spots(source, item, above, definitions)
        elif isinstance(item, Block) and item.directive:
            directives.append((item.directive, item.code, item.line))
    spots.sort(key=lambda spot: (spot.line, spot.column))
    return Prose(path, tuple(spots), tuple(titles), tuple(directives))


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of a paragraph as one text, and where each begins."""

    text: str
    first: int  # line
    begins: Sequence[int]
    ends: Sequence[int]  # of sentences
    headings: tuple[str, ...]
    heading: bool

    def spot(self, at: int, text: str, kind: SpotKind, target: str = "") -> Spot:
        row = bisect_right(self.begins, at) - 1
        start = self.begins[row]
        line = self.text[start : self.begins[row + 1] if row + 1 < len(self.begins) else None]
        return Spot(
            text=text,
            line=self.first + row,
            column=at - start + 1,
            kind=kind,
            target=target,
            sentence=self._sentence(at),
            headings=self.headings,
            heading=self.heading,
            table=line.lstrip().startswith("|") and line.count("|") > 1,
        )

    def _sentence(self, at: int) -> str:
        place = bisect_right(self.ends, at)
        start = self.ends[place - 1] if place else 0
        end = self.ends[place] if place < len(self.ends) else len(self.text)
        return self.text[start:end].strip()[:500]


def _spots(
    source: Source, item: Item, above: Sequence[Heading], definitions: dict[str, str]
) -> Iterator[Spot]:
    first, last = item.line, item.end_line if isinstance(item, Text) else item.line
    rows = [source.row(n) for n in range(first - 1, min(last, source.count))]
    text = "\n".join(rows)[:_MOST]
    begins = [0, *(found.end() for found in re.finditer("\n", text))]
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    titles = tuple(one.text for one in above)
    part = _Part(text, first, begins, ends, titles, isinstance(item, Heading))
    rest = _blanked(text, [found.span() for found in _COMMENT.finditer(text)])
    coded = list(_coded(part, rest))
    yield from (spot for _, spot in coded)
    bare = _blanked(rest, [span for span, _ in coded])
    linked = list(_linked(part, rest, definitions))
    yield from (spot for _, spot in linked)
    yield from _words(part, _blanked(bare, [span for span, _ in linked]))


def _coded(part: _Part, text: str) -> Iterator[tuple[tuple[int, int], Spot]]:
    for found in _CODE.finditer(text):
        inside = found[2].replace("\n", " ")
        shift = len(inside) - len(inside.lstrip(" "))
        at = found.start(2) + shift
        role = _ROLE.search(text, 0, found.start())
        kind = SpotKind.ROLE if role else SpotKind.CODE
        yield found.span(), part.spot(at, inside.strip(), kind, role[1] if role else "")
    for found in _HTML_CODE.finditer(text):
        yield found.span(), part.spot(found.start(1), found[1].strip(), SpotKind.CODE)
    for found in _DIRECTIVE.finditer(text):
        yield found.span(), part.spot(found.start(1), found[1], SpotKind.ROLE, ":::")


def _linked(
    part: _Part, text: str, definitions: dict[str, str]
) -> Iterator[tuple[tuple[int, int], Spot]]:
    for found in _LINK.finditer(text):
        label, target = found[1], found[2]
        if target is None:
            reference = found[3] or label
            target = definitions.get(reference.casefold(), "")
            if not target and re.fullmatch(r"[`\w.:]+", reference):  # mkdocstrings: [a][pkg.Name]
                name = reference.strip("`")
                yield found.span(), part.spot(found.start(1), name, SpotKind.ROLE, "[]")
                continue
        bare = label.strip("`* ")
        shift = label.find(bare) if bare else 0
        yield found.span(), part.spot(found.start(1) + shift, bare, SpotKind.LINK, target)
    for found in _AUTO.finditer(text):
        group = 1 if found[1] else 2
        address = found[group].rstrip(".,;:!?")
        yield found.span(), part.spot(found.start(group), "", SpotKind.LINK, address)
    for found in _DEFINITION.finditer(text):
        yield found.span(), part.spot(found.start(2), found[1], SpotKind.LINK, found[2])


def _words(part: _Part, text: str) -> Iterator[Spot]:
    for found in _WORD.finditer(text):
        yield part.spot(found.start(), found[0], SpotKind.WORD)


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with some parts made blank; every place stays where it was."""
    for start, end in spans:
        inside = re.sub(r"[^\n]", " ", text[start:end])
        text = text[:start] + inside + text[end:]
    return text
