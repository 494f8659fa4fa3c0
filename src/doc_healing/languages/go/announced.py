"""Comments that announce a failure: `// panics`, `// does not compile`."""

import re
from collections.abc import Sequence
from itertools import takewhile

from doc_healing.languages.go.places import Spot
from doc_healing.model import Job

_ANNOUNCES = re.compile(
    r"//\W*(?:(?:this|it|that|will|would|also|now|can|should)\s+)*"
    r"(?:panics?\b|compil(?:e|er|ation)[- ](?:time )?error|(?:does|do|will|would)(?:n't| not) "
    r"(?:compile|build|work)|won't compile|cannot compile|runtime error|(?:error|panic)s?\s*[:!]|"
    r"fails?\b|illegal\b|invalid\b|not allowed|type error|undefined\b)",
    re.IGNORECASE,
)


_MARKED = r"(?:bad|wrong|incorrect|don't|do not)\b\s*(?:[:!.]|[-\u2013\u2014]\s|$)"
_ABOVE = re.compile(  # what says so of all statements below it, up to an empty line
    rf"//\W*(?:{_MARKED}|(?:{_MARKED}\s*)?(?:(?:this|it|that|these|will|would|also|now|can|should|"
    r"following|the|code|lines?|all|of)\s+)*(?:panics\b|will panic|compil(?:e|er|ation)[- ]"
    r"(?:time )?error|(?:does|do|will|would)(?:n't| not) (?:compile|build)|won't compile|"
    r"cannot compile|runtime error\b|type error\b|(?:error|panic)s?\s*[:!]|"
    r"(?:illegal|invalid|not allowed|fails)\s*(?:[:!.]|$)))",
    re.IGNORECASE,
)


def announced(job: Job, spot: Spot) -> bool:
    """Whether a comment says that a line fails: on it, right below it, or above its paragraph."""
    lines = job.snippet.lines
    if spot.line not in lines:
        return False
    row = lines.index(spot.line)
    if _ANNOUNCES.search(lines[row].text):
        return True
    beside = [lines[at].text.strip() for at in (row - 1, row + 1) if 0 <= at < len(lines)]
    if any(text.startswith("//") and _ANNOUNCES.match(text) for text in beside):
        return True
    return any(_ABOVE.match(text) for text in _heading([line.text for line in lines[:row]]))


def _heading(above: Sequence[str]) -> list[str]:
    """The comment lines that a line's paragraph begins with, by the lines above it."""
    start = len(above)
    while start > 0 and above[start - 1].strip():
        start -= 1
    paragraph = [text.strip() for text in above[start:]]
    return list(takewhile(lambda text: text.startswith("//"), paragraph))
