"""How each tool spells that a file is to be included, as one request.

Sources of the rules: pymdownx.snippets, markdown-include, mdx_include and its variants, mdBook
("mdBook-specific features"), VitePress ("Import Code Snippets").
"""

import re
from dataclasses import dataclass

Ranges = tuple[tuple[int, int | None], ...]  # 1-based, both included; None: to the end


@dataclass(frozen=True, slots=True)
class Request:
    """A file and the part of it that is wanted.

    `style` says whose rules hold: "snippet", "markdown", "mdbook", "myst", "vitepress".
    `others_hidden`: the rest of the file belongs to the program but is not shown.
    """

    path: str
    style: str
    ranges: Ranges = ()
    section: str = ""
    others_hidden: bool = False
    indent: str = ""
    whole_block: bool = False  # it makes a block of its own, outside of any fence
    info: str = ""


_LONGEST = 1000  # characters of a line that includes
_SNIPPET = re.compile(
    r"(?P<space>[ \t]*)(?P<escape>;*)-+8<-+[ \t]+(?:\"((?:\\\"|[^\"])+)\"|'((?:\\'|[^'])+)')[ \t]*$"
)
_FENCE_OF_SNIPPETS = re.compile(r"([ \t]*)(;*)-+8<-+[ \t]*$")
_LINES = re.compile(r"(.*?)((?::-?\d*){1,2}(?:,-?\d*(?::-?\d*)?)*)$")
_SECTION = re.compile(r"(.*?):([A-Za-z_][\w.-]*)$")
_MARKDOWN = re.compile(
    r"([ \t]*)(\\?)\{!(>?)[ \t]*([^\s!{}|][^!{}]*?)[ \t]*!(?:lines=([\d \t-]+))?\}[ \t]*$"
)
_VARIANT = re.compile(r"([ \t]*)()\{\*[ \t]*([^\s*{}]+)((?:[ \t]+\w+\[[^\]]*\])*)[ \t]*\*\}[ \t]*$")
_OPTION = re.compile(r"\bln\[([^\]]*)\]|\[ln:([^\]]*)\]")
_MDBOOK = re.compile(
    r"([ \t]*)(\\?)\{\{[ \t]*#"
    r"(include|rustdoc_include|playground|playpen)[ \t]+([^\s}]+)[^}]*\}\}[ \t]*$"
)
_VITEPRESS = re.compile(
    r"([ \t]*)()<<<[ \t]+(\S[^{\[]*?)(?:#([\w-]+))?[ \t]*(\{[^}]*\})?[ \t]*(\[.*\])?[ \t]*$"
)
_VITEPRESS_LANGUAGE = re.compile(r"\{[\d,\- ]*([A-Za-z][\w+#-]*)(?::[^}]*)?\}$")
HINTS = ("8<-", "{!", "{{", "{*", "<<<")


def request(text: str) -> Request | None:
    """What a line asks to include, or None."""
    if len(text) > _LONGEST:
        return None
    for pattern, make in _SPELLINGS:
        found = pattern.match(text)
        if found:
            return None if found[2] else make(found)
    return None


def unescaped(text: str) -> str | None:
    """The text that an escaped include stands for, or None where nothing is escaped."""
    if len(text) > _LONGEST:
        return None
    for pattern in (*(pattern for pattern, _ in _SPELLINGS), _FENCE_OF_SNIPPETS):
        found = pattern.match(text)
        if found and found[2]:
            return found[1] + text[len(found[1]) + 1 :]
    return None


def snippet_fence(text: str) -> bool:
    """Whether a line opens or closes pymdownx' list of files (`--8<--` alone)."""
    found = _FENCE_OF_SNIPPETS.match(text)
    return found is not None and not found[2]


def snippet(spec: str, indent: str = "") -> Request | None:
    """`file`, `file:2:10`, `file::3`, `file:1:3,5:6`, `file:section`; None for `; file`."""
    spec = spec.strip()
    if not spec or spec.startswith(";"):
        return None
    if "://" in spec:
        return Request(spec, "snippet", indent=indent)
    if found := _LINES.match(spec):
        name, numbered = found.groups()
        ranges = tuple(_colons(part) for part in numbered.removeprefix(":").split(","))
        return Request(name, "snippet", ranges, indent=indent)
    if found := _SECTION.match(spec):
        return Request(found[1], "snippet", section=found[2], indent=indent)
    return Request(spec, "snippet", indent=indent)


def numbers(text: str) -> Ranges:
    """`1,3,5-10,20-` and `1:3 5:` as ranges; what is no number is left out."""
    found = []
    for part in re.split(r"[,\s]+", text.strip()):
        ends = re.match(r"(\d*)(?:\.\d+)?([-:]?)(\d*)(?:\.\d+)?$", part)
        if ends and part.strip("-:"):
            first = int(ends[1] or 1)
            last = int(ends[3]) if ends[3] else (None if ends[2] else first)
            found.append((first, last))
    return tuple(found)


def _colons(part: str) -> tuple[int, int | None]:
    first, _, last = part.partition(":")
    return int(first) if first not in ("", "-") else 1, int(last) if last not in ("", "-") else None


def _from_snippet(found: re.Match[str]) -> Request | None:
    return snippet(found[3] or found[4], found["space"])


def _from_markdown(found: re.Match[str]) -> Request | None:
    path = found[4]
    option = _OPTION.search(path)
    path = _OPTION.sub("", path).strip()
    if not re.search(r"[./]", path) or re.search(r"[\s&|()=;]", path):
        return None  # JSX and templates write `{!flag && ...}`
    ranges = numbers(found[5] or (option and (option[1] or option[2])) or "")
    return Request(path, "markdown", ranges, indent=found[1])


def _from_variant(found: re.Match[str]) -> Request | None:
    option = _OPTION.search(found[4])
    if not re.search(r"\w\.\w+$", found[3]):
        return None
    ranges = numbers(option[1] or "") if option else ()
    return Request(found[3], "markdown", ranges, whole_block=True, info=_extension(found[3]))


def _from_mdbook(found: re.Match[str]) -> Request | None:
    path, _, spec = found[4].partition(":")
    hidden = found[3] == "rustdoc_include"
    if not spec:
        return Request(path, "mdbook", indent=found[1])
    first, colon, last = spec.partition(":")
    if not (first + last).isdigit() and spec != ":":
        return Request(path, "mdbook", section=spec, others_hidden=hidden, indent=found[1])
    start = int(first) if first else 1
    end = int(last) if last else (None if colon else start)
    return Request(path, "mdbook", ((start, end),), others_hidden=hidden, indent=found[1])


def _from_vitepress(found: re.Match[str]) -> Request | None:
    path = found[3].strip()
    said = _VITEPRESS_LANGUAGE.match(found[5] or "")
    label = said[1] if said else _extension(path)
    info = " ".join(part for part in (label, found[5], found[6]) if part)
    return Request(path, "vitepress", section=found[4] or "", whole_block=True, info=info)


def _extension(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1] if "." in name else ""


_SPELLINGS = (
    (_SNIPPET, _from_snippet),
    (_MARKDOWN, _from_markdown),
    (_VARIANT, _from_variant),
    (_MDBOOK, _from_mdbook),
    (_VITEPRESS, _from_vitepress),
)
