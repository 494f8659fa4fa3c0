"""Comments that announce a failure: `// panics`, `// does not compile`."""

import re

from doc_healing.languages.go.places import Spot
from doc_healing.model import Job

_ANNOUNCES = re.compile(
    r"//\W*(?:(?:this|it|that|will|would|also|now|can|should)\s+)*"
    r"(?:panics?\b|compil(?:e|er|ation)[- ](?:time )?error|(?:does|do|will|would)(?:n't| not) "
    r"(?:compile|build|work)|won't compile|cannot compile|runtime error|(?:error|panic)s?\s*[:!]|"
    r"fails?\b|illegal\b|invalid\b|not allowed|type error|undefined\b)",
    re.IGNORECASE,
)


def announced(job: Job, spot: Spot) -> bool:
    """Whether the comment on a line, on the one below it or right above it says that it fails."""
    lines = job.snippet.lines
    if spot.line not in lines:
        return False
    row = lines.index(spot.line)
    if _ANNOUNCES.search(lines[row].text):
        return True
    beside = [lines[at].text.strip() for at in (row - 1, row + 1) if 0 <= at < len(lines)]
    return any(text.startswith("//") and _ANNOUNCES.match(text) for text in beside)
