"""What the comment of a Go declaration says: its first paragraph, and what to use instead.

https://go.dev/doc/comment and https://go.dev/wiki/Deprecated
"""

import re
from dataclasses import dataclass

_MARK = re.compile(r"^[ \t]*//[ \t]?|^[ \t]*/\*|\*/[ \t]*$")
_DIRECTIVE = re.compile(r"^//(?:go:|nolint|line |export |[a-z]+:[a-z])")
# `Deprecated defines whether ...` is the sentence of a field of that name, and no notice.
_DEPRECATED = re.compile(
    r"^\s*(?:DEPRECATED\b[:.]?|Deprecated(?:[:.]|(?=\s*$|,|;|\s+[-\u2013\u2014(]|\s+(?:since|in|as|use)\b)))\s*",
    re.MULTILINE,
)
_NAME = r"[\[`*\"']*\b((?:[A-Za-z_][\w-]*(?:/[\w.-]+)*[./])*[A-Za-z_]\w*)"
_INSTEAD = re.compile(
    r"\b(?:use|using|replaced (?:by|with)|superseded by|prefer|favou?r of|renamed to|moved to|"
    r"migrate to|switch to|see|call|replacement is|alias (?:for|of|to)|equivalent to)\b"
    r"(?:\s+(?-i:the|a|an|method|function|type|instead|either|now|of|its|new|package|constant)\b)*"
    r"\s*:?\s*" + _NAME,
    re.IGNORECASE,
)
_LINKED = re.compile(r"\[\*?([A-Za-z_][\w./]*)\](?![(:])")


@dataclass(frozen=True, slots=True)
class Comment:
    """`deprecated` is None where it does not say that it is; `inline` is `//go:fix inline`."""

    doc: str = ""
    deprecated: str | None = None
    successor: str = ""
    inline: bool = False


NOTHING = Comment()


def read(text: str) -> Comment:
    """What the lines of a comment say."""
    lines = text.split("\n")
    inline = any(line.strip().startswith("//go:fix inline") for line in lines)
    kept = [_MARK.sub("", line).rstrip() for line in lines if not _DIRECTIVE.match(line.strip())]
    paragraphs = [part for part in re.split(r"\n\s*\n", "\n".join(kept).strip()) if part.strip()]
    for part in paragraphs:
        match = _DEPRECATED.search(part)
        if match is not None:
            said = " ".join(part[match.end() :].split())
            before = "" if part is not paragraphs[0] else part[: match.start()]
            doc = " ".join((before or paragraphs[0]).split())
            doc = "" if part is paragraphs[0] and not before.strip() else doc
            return Comment(doc, said, successor(said), inline)
    return Comment(" ".join(paragraphs[0].split()) if paragraphs else "", None, "", inline)


def successor(text: str) -> str:
    """What a deprecation names to be used instead.

    A name must look like one: a link, code, a call, with a dot, or with a capital inside a
    sentence.
    """
    for match in _INSTEAD.finditer(text):
        if _is_name(match, text):
            return match.group(1)
    links = _LINKED.findall(text)
    return str(links[0]) if len(set(links)) == 1 else ""


def _is_name(match: re.Match[str], text: str) -> bool:
    name, after = match.group(1), text[match.end(1) :]
    marked = text[match.start(1) - 1 : match.start(1)] in ("[", "`", '"', "*")
    exported = name.rpartition(".")[2][:1].isupper()
    return marked or exported or after.startswith("(") or ("." in name and "/" in name)
