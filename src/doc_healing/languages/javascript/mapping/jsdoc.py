"""What the comment before a definition says of it: https://jsdoc.app and https://tsdoc.org."""

import re
from dataclasses import dataclass, field

_MARGIN = re.compile(r"(?m)^[ \t]*\*? ?")
_TAG = re.compile(r"(?m)^@(\w+)[ \t]*")
_LINK = re.compile(r"\{@link(?:code|plain)?\s+([^\s|}]+)[^}]*\}|\[`?([\w$.#]+)`?\]\([^)]*\)")
_INSTEAD = re.compile(
    r"(?:\buse|\bprefer|\breplaced (?:by|with)|\brenamed to|\bin favou?r of|\bsee|\bmoved to)\s+"
    r"(?:the\s+)?(?:new\s+)?[`'\"]?([A-Za-z_$][\w$.#/@-]*[\w$])",
    re.IGNORECASE,
)
_TYPE = re.compile(r"\{((?:[^{}]|\{[^{}]*\})*)\}")
_QUOTED = re.compile(r"`([A-Za-z_$][\w$.#]*)(?:\(\))?`")


@dataclass(frozen=True, slots=True)
class Doc:
    """One comment: its first paragraph and the tags that matter here."""

    text: str = ""
    deprecated: str | None = None
    successor: str = ""
    returns: str = ""
    types: dict[str, str] = field(default_factory=dict)  # of the parameters
    tags: frozenset[str] = frozenset()


NOTHING = Doc()


def doc(comment: str) -> Doc:
    """What a `/** ... */` comment says; nothing of any other comment."""
    if not comment.startswith("/**") or len(comment) < 6:
        return NOTHING
    text = _MARGIN.sub("", comment[3:-2]).strip()
    parts = _TAG.split(text)
    first = " ".join(re.split(r"\n\s*\n", parts[0].strip(), maxsplit=1)[0].split())
    tags = list(zip(parts[1::2], parts[2::2], strict=False))
    if not tags:
        return Doc(first)
    named = {name: body.strip() for name, body in reversed(tags)}
    deprecated = named.get("deprecated")
    said = None if deprecated is None else " ".join(re.split(r"\n\s*\n", deprecated)[0].split())
    return Doc(
        text=first or _prose(named.get("description", "")),
        deprecated=said,
        successor=successor(said or ""),
        returns=_typed(named.get("returns") or named.get("return") or named.get("type") or ""),
        types=dict(_parameter(body) for name, body in tags if name in ("param", "arg")),
        tags=frozenset(named),
    )


def successor(text: str) -> str:
    """What a word of deprecation names to be used instead; empty where it names nothing."""
    link = _LINK.search(text)
    if link:
        return (link.group(1) or link.group(2)).removesuffix("()")
    instead = _INSTEAD.search(text)
    if instead and instead.group(1).lower() not in _WORDS:
        return instead.group(1)
    quoted = _QUOTED.findall(text)
    return quoted[0] if len(quoted) == 1 else ""


_WORDS = frozenset("the a an instead of this it these your other another native and is to".split())


def _prose(text: str) -> str:
    return " ".join(re.split(r"\n\s*\n", text, maxsplit=1)[0].split())


def _typed(text: str) -> str:
    found = _TYPE.match(text)
    return found.group(1).strip() if found else ""


def _parameter(text: str) -> tuple[str, str]:
    rest = _TYPE.sub("", text, count=1).split()
    name = rest[0].strip("[]").partition("=")[0] if rest else ""
    return name, _typed(text)
