"""Inline script metadata: the packages that a script itself declares (PEP 723)."""

import re
import tomllib

from doc_healing.model import Snippet

# The reference implementation's expression, from the specification.
_BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def needs(snippet: Snippet) -> tuple[str, ...]:
    """The requirements of the `script` block; none where it is missing or cannot be read."""
    found = [one for one in _BLOCK.finditer(snippet.code) if one["type"] == "script"]
    if len(found) != 1:
        return ()
    lines = found[0]["content"].splitlines()
    text = "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)
    try:
        declared = tomllib.loads(text).get("dependencies", [])
    except tomllib.TOMLDecodeError:
        return ()
    return tuple(one for one in declared if isinstance(one, str))
