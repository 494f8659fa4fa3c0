"""What a Javadoc comment says: its first paragraph, and what to use instead.

https://docs.oracle.com/en/java/javase/21/docs/specs/javadoc/doc-comment-spec.html
"""

import html
import re
from dataclasses import dataclass

_STARS = re.compile(r"(?m)^[ \t]*\*+(?!/) ?")
_SLASHES = re.compile(r"(?m)^[ \t]*/// ?")
_TAG = re.compile(r"(?m)^[ \t]*@([A-Za-z]+)\b")
_INLINE = re.compile(r"\{@(\w+)\s*([^{}]*)\}")
_LINK = re.compile(r"\{@link(?:plain)?\s+([^\s{}(]+)")
_PARAGRAPH = re.compile(
    r"\n[ \t]*\n|<(?:p|ul|ol|pre|table|h\d|dl|blockquote)\b[^>]*>", re.IGNORECASE
)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
_CODE = r"(?:\{@\w+\s+|<code>\s*|<tt>\s*|`|\[)?"
_NAME = r"(?:new\s+)?((?:[\w.]+|(?=#))(?:#\w+)?)"
_INSTEAD = re.compile(
    r"(?:\b(?:use|using|uses|replaced\s+by|replaced\s+with|superseded\s+by|prefer|favou?r\s+of|"
    r"renamed\s+to|moved\s+to|migrate\s+to|switch\s+to|see|call|replacement\s+is|"
    r"equivalent\s+to|alias\s+(?:for|of|to))\b"
    r"(?:\s+(?-i:the|a|an|method|class|instead|either|now|of|its|new)\b)*\s*:?\s*)" + _CODE + _NAME,
    re.IGNORECASE,
)
_SEE = re.compile(r"(?m)^[ \t]*@see\s+" + _NAME)


@dataclass(frozen=True, slots=True)
class Javadoc:
    """`deprecated` is None where the comment does not say that it is."""

    doc: str = ""
    deprecated: str | None = None
    successor: str = ""
    hidden: bool = False


NOTHING = Javadoc()


def read(comment: str) -> Javadoc:
    """What a comment says; nothing where it is no documentation."""
    if comment.startswith("/**"):
        text = _STARS.sub("", comment[3:].removesuffix("*/"))
    elif comment.startswith("///"):
        text = _SLASHES.sub("", comment)
    else:
        return NOTHING
    first = _TAG.search(text)
    body = text[: first.start()] if first else text
    doc = plain(_PARAGRAPH.split(body.strip(), maxsplit=1)[0])
    if first is None:
        return Javadoc(doc)
    tags = _tags(text)
    if "deprecated" not in tags:
        return Javadoc(doc, hidden="hidden" in tags)
    said = tags["deprecated"]
    return Javadoc(doc, plain(said), successor(said), "hidden" in tags)


def plain(text: str) -> str:
    """A text on one line, without its markup."""
    bare = _INLINE.sub(lambda match: _shown(match.group(1), match.group(2)), text)
    return " ".join(html.unescape(_MARKUP.sub("", bare)).split())


def successor(text: str) -> str:
    """What a deprecation names to be used instead; `Other#name(int)` as `Other.name`.

    A name must look like one: linked, marked as code, called, or dotted; prose does not count.
    """
    for match in _INSTEAD.finditer(text):
        if _is_name(match, text):
            return _dotted(match.group(1))
    links = _LINK.findall(text)
    if len(set(links)) == 1:
        return _dotted(links[0])
    return ""


def _tags(text: str) -> dict[str, str]:
    parts = _TAG.split(text)
    found: dict[str, str] = {}
    for word, said in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(word, said.strip())
    return found


def _shown(tag: str, text: str) -> str:
    if not tag.startswith("link"):
        return text
    target, _, label = text.strip().partition(" ")
    if "(" in target and ")" not in target:
        head, _, tail = text.strip().partition(")")
        target, label = f"{head})", tail
    return label.strip() or target.replace("#", ".").lstrip(".")


def _is_name(match: re.Match[str], text: str) -> bool:
    name = match.group(1)
    if not name.strip("."):
        return False
    before, after = text[: match.start(1)].rstrip(), text[match.end(1) :]
    marked = before.endswith(("<code>", "<tt>", "`", "[")) or re.search(r"\{@\w+(\s+new)?$", before)
    dotted = re.search(r"\w[.#]\w|^#", name) is not None
    camel = re.search(r"[a-z][A-Z]", name) is not None
    return bool(marked) or dotted or camel or after.startswith("(")


def _dotted(name: str) -> str:
    return name.replace("#", ".").strip(".")
