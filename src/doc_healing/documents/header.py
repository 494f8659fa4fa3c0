"""Front matter: the YAML (`---`) or TOML (`+++`) header of a file."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from doc_healing.documents.lines import Source

_LONGEST = 64 << 10  # characters of a header that are parsed; a longer one is only skipped
_KEY = re.compile(r"[\"']?[\w$.-]+[\"']?[ \t]*[:=]")
_FENCE = re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE)
# What ruamel raises on text that is no YAML, from its scanner to its constructors.
_REFUSALS = (YAMLError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)


def front_matter(source: Source) -> tuple[int, Mapping[str, Any] | None]:
    """The number of lines that the header takes, and its keys; (0, None) where there is none.

    A header that does not parse is still a header, with no keys, if it looks like one: renderers
    drop it from the page. A thematic break at the top of a document is none.
    """
    ends = {"---": ("---", "..."), "+++": ("+++",)}
    opening = source.row(0).rstrip() if source.count else ""
    if opening not in ends:
        return 0, None
    for index in range(1, source.count):
        if source.row(index).rstrip() in ends[opening]:
            text = source.text[source.chars[1] : source.chars[index]]
            keys = _keys(text, opening)
            return (0, None) if keys is None else (index + 1, keys)
    return 0, None


def _keys(text: str, opening: str) -> Mapping[str, Any] | None:
    if len(text) > _LONGEST:
        return {} if _KEY.match(text.lstrip()) else None
    try:
        value = tomllib.loads(text) if opening == "+++" else YAML(typ="safe", pure=True).load(text)
    except _REFUSALS:
        looks = _KEY.match(_first_line(text)) and not _FENCE.search(text)
        return {} if looks else None
    if value is None:
        return None if text.strip() and not _first_line(text).startswith("#") else {}
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else None


def _first_line(text: str) -> str:
    stripped = text.lstrip()
    return stripped.split("\n", 1)[0]
