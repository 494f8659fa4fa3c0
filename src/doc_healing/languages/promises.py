"""What blocks that are marked to fail promise, whatever their language."""

import json
import re
import subprocess
import sys

from doc_healing.model import SymptomKind

FREE = "may-pass"  # a flag: it need not fail
LIMITS = frozenset(  # what ends a run from outside is no failure of the block's own
    {
        SymptomKind.TIMEOUT,
        SymptomKind.MEMORY,
        SymptomKind.OUTPUT_LIMIT,
        SymptomKind.PROCESS_LIMIT,
        SymptomKind.DISK_LIMIT,
    }
)
_MOST = 20_000
_SECONDS = 3
_SEARCH = """
import json, re, sys
pattern, message = json.load(sys.stdin)
sys.exit(0 if re.search(pattern, message) else 1)
"""


def found(pattern: str, message: str) -> bool | None:
    """Whether a stranger's pattern is found; None where the search does not end in time.

    In a process of its own: `re` can take ages over a short pattern and cannot be interrupted.
    """
    if pattern in message:
        return True
    if re.fullmatch(r"[\w\s'\"`,:;/<>=-]*", pattern):
        return False
    command = [sys.executable, "-I", "-S", "-c", _SEARCH]
    given = json.dumps([pattern[:_MOST], message[:_MOST]]).encode()
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=_SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        return None
    return done.returncode == 0
