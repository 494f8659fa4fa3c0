"""The info string of a fence, taken apart: label and attributes, in every renderer's spelling.

Sources: CommonMark 0.31.2 section 4.5 (the first word is the label), Pandoc and Python-Markdown
attribute lists (`{.python title="x"}`), rustdoc (commas), Docusaurus, VitePress (`{1,3}`,
`[file.js]`), Gatsby (`js:title=x`), knitr and Quarto (`{python, echo=FALSE}`), MyST directives.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from doc_healing.documents.dialects import labels
from doc_healing.documents.dialects.attributes import ATTRIBUTES, RENDERING

DIRECTIVES = frozenset(
    "code code-block code-cell sourcecode literalinclude doctest testcode testoutput testsetup "
    "testcleanup jupyter-execute ipython parsed-literal prompt highlight code-example".split()
)
"""MyST directives whose body is code (or its output); their argument is the label or a group."""

_LONGEST = 4_000  # characters of an info string that are read: nobody writes more by hand
_LABEL = re.compile(r"""[^\s{},;\[\]("'=|]+""")
_DIRECTIVE = re.compile(r"\{([A-Za-z][\w:.-]*)\}")
_HACKMD = re.compile(r"(?:\d+|[+!])?(?=\s|$)")
_LINES = re.compile(r"\{[\d\s,:-]*\}")
_QUOTED = r'"(?:\\.|[^"\\])*"?|\'(?:\\.|[^\'\\])*\'?'
_TOKEN = re.compile(
    rf"""
    (?P<lines>\{{[\d\s,:-]*\}}) |                      # {{1,4-5}}: highlighted lines
    (?P<json>"[\w-]+")\s*:\s*(?P<jsonvalue>{_QUOTED}|[\w.-]+) |
    (?P<text>{_QUOTED}) |                              # a bare string: a title or a search
    (?P<search>/(?:\\.|[^/\\\s])+/\w*(?=[\s{{,]|$)) |      # /word/: highlighted words
    (?P<title>\[[^\]]*\]?) | (?P<note>\([^)]*\)?) |    # [file.js], (a remark)
    (?P<key>[^\s,;={{}}()\[\]"']+)
    (?: (?:\s*=\s*(?=["'])|=) (?P<value>{_QUOTED}|\{{[^{{}}]*\}}?|\[[^\]]*\]?|
        [^\s,;{{}}]*(?:,(?![A-Za-z])[^\s,;{{}}]+)*) )?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`notest`, `title="x"`, `.class`, `fixture:tmp`; `offset` counts from the info's start."""

    name: str
    value: str | None
    offset: int

    @property
    def text(self) -> str:
        """As rules see it: without quotes."""
        return self.name if self.value is None else f"{self.name}={self.value}"


@dataclass(frozen=True, slots=True)
class Info:
    """An info string. `cell` says that its label stood in braces without a dot (`{python}`)."""

    label: str
    offset: int = 0  # of the label
    attributes: tuple[Attribute, ...] = ()
    directive: str = ""
    cell: bool = False


def parse(info: str) -> Info:
    """Take an info string apart; never raises, whatever it holds."""
    info = info[:_LONGEST]
    start = len(info) - len(info.lstrip())
    if found := _DIRECTIVE.match(info, start):
        if found[1].lower() in DIRECTIVES:
            return _directive(info, found)
        rest = tuple(_scan(info, found.end(), len(info)))
        return Info(found[1], found.start(1), rest, cell=True)
    if info.startswith("{", start):
        return _braces(info, start)
    return _plain(info, start)


def _directive(info: str, found: re.Match[str]) -> Info:
    inner = _plain(info, found.end() + len(info[found.end() :]) - len(info[found.end() :].lstrip()))
    return Info(inner.label, inner.offset, inner.attributes, directive=found[1].lower())


def _plain(info: str, start: int) -> Info:
    found = _LABEL.match(info, start)
    if not found or _is_attribute(info, found):
        return Info("", start, tuple(_scan(info, start, len(info))))
    label, end = found[0], found.end()
    if ":" in label.strip(":"):  # js:title=a.js, ts:line-numbers
        label = label.strip(":").split(":", 1)[0]
        end = info.index(label, start) + len(label) + 1
    label = label.rstrip(":")
    offset = start + len(found[0]) - len(found[0].lstrip(".:"))
    return Info(label.lstrip(".:"), offset, tuple(_scan(info, end, len(info))))


def _is_attribute(info: str, found: re.Match[str]) -> bool:
    """Whether the first word is the name of an attribute: `title=a.py`, with no label before it.

    HackMD numbers lines by `python=`, `python=12`, `python=+` and wraps them by `python=!`.
    """
    if not info.startswith("=", found.end()) or ":" in found[0].strip(":"):
        return False
    rest = info[found.end() + 1 :]
    if labels.language(found[0]) or _HACKMD.match(rest):
        return False
    first = next(_scan(info, found.start(), len(info)), None)
    rendering = labels.plain(found[0]) in RENDERING
    return rendering or (
        first is not None and any(r.pattern.fullmatch(first.text) for r in ATTRIBUTES)
    )


def _braces(info: str, start: int) -> Info:
    if _LINES.match(info, start):
        return Info("", start, tuple(_scan(info, start, len(info))))
    end = _closing(info, start)
    inner = list(_scan(info, start + 1, end))
    rest = list(_scan(info, min(end + 1, len(info)), len(info)))
    for position, attribute in enumerate(inner):
        if attribute.name.startswith(".") and attribute.value is None:
            others = inner[:position] + inner[position + 1 :] + rest
            return Info(attribute.name[1:], attribute.offset + 1, tuple(others))
    if inner and inner[0].value is None and re.match(r"[A-Za-z]", inner[0].name):
        name = inner[0].name
        return Info(name, inner[0].offset, tuple(inner[1:] + rest), cell=True)
    return Info("", start, tuple(inner + rest))


def _closing(info: str, start: int) -> int:
    """Where the brace at `start` closes, quotes aside; the end where it never does."""
    depth, quote = 0, ""
    for position in range(start, len(info)):
        character = info[position]
        if quote:
            quote = "" if character == quote and info[position - 1] != "\\" else quote
        elif character in "\"'":
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return position
    return len(info)


def _scan(info: str, start: int, end: int) -> Iterator[Attribute]:
    position = start
    while position < end:
        found = _TOKEN.match(info, position, end)
        if not found or found.end() == position:
            position += 1
            continue
        if found["json"]:
            yield Attribute(found["json"].strip('"'), _unquote(found["jsonvalue"]), position)
        elif found["key"]:
            value = found["value"]
            yield Attribute(found["key"], None if value is None else _unquote(value), position)
        position = found.end()


def _unquote(value: str) -> str:
    if value[:1] in {'"', "'"}:
        body = value[1:-1] if len(value) > 1 and value[-1] == value[0] else value[1:]
        return re.sub(r"\\(.)", r"\1", body)
    if value[:1] == "{" and value[-1:] == "}":  # JSX: group={"x"}
        return _unquote(value[1:-1].strip()) if len(value) > 2 else ""
    return value
