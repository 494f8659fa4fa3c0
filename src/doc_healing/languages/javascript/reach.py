"""Whether a program could try to reach a network at all: watching for it loads what does that.

Sure only of a program whose every module is named in its text and is one that cannot: anything that
might load, find or make something else is watched.
"""

import re
from collections.abc import Iterable

from doc_healing.languages.javascript.tree import facts

# https://nodejs.org/api: none of these opens a connection, looks up a name or starts a program.
_QUIET = frozenset(
    "assert assert/strict buffer console constants crypto diagnostics_channel events fs "
    "fs/promises os path path/posix path/win32 perf_hooks punycode querystring readline "
    "readline/promises stream stream/promises stream/web stream/consumers string_decoder timers "
    "timers/promises tty url util util/types zlib".split()
)
_LOADS = re.compile(r"(?<![\w$.#])(?:from|import|require)(?![\w$])")
_NAMED = re.compile(
    r"(?<![\w$.#])(?:from|import|require)\s*\(?\s*([\"'])(?:node:)?([\w/.-]+)\1"
    r"|(?<![\w$.#])import(?=\s*[\w$*{])(?!\s*(?:type\s+)?[\w$]+\s*=)"  # its `from` names it
    r"|(?<![\w$.#])import(?=\.meta)"
)
_ELSE = re.compile(
    r"(?<![\w$])(?:fetch|WebSocket|EventSource|XMLHttpRequest|eval|Function|constructor|globalThis"
    r"|global|binding|_linkedBinding|getBuiltinModule|dlopen|mainModule|createRequire|Worker"
    r"|with|Reflect|__proto__)(?![\w$])"
    r"|\\u|process\s*(?:\?\.\s*)?\["
)


def may_reach_out(texts: Iterable[str]) -> bool:
    """Whether any of the texts of a program may reach for a network, as far as they tell."""
    return any(_may(_without_comments(text)) for text in texts)


def _without_comments(text: str) -> str:
    """The text as it is where it is no JavaScript."""
    found = facts(text)
    if not found.parses:
        return text
    data = found.data
    for node in reversed(found.comments):
        data = data[: node.start_byte] + b" " + data[node.end_byte :]
    return data.decode("utf-8", "replace")


def _may(text: str) -> bool:
    if _ELSE.search(text):
        return True
    named = {match.start(): match[2] for match in _NAMED.finditer(text)}
    for match in _LOADS.finditer(text):
        if match.start() not in named:
            return True
        module = named[match.start()]
        if module is not None and module not in _QUIET:
            return True
    return False
