"""Fragments that end too early, and fragments that show nothing but an end."""

import re

from tree_sitter import Node

from doc_healing.languages.go.notation import elides, without_texts
from doc_healing.languages.go.places import Spot
from doc_healing.languages.go.tree import facts, parses
from doc_healing.model import Job

_ENDED = re.compile(r"^syntax error: unexpected (?:\}|EOF)")
_CLOSERS = {"{": "}", "(": ")", "[": "]"}
_ENDS = re.compile(r"(?:panic|log\.(?:Fatal|Panic)(?:f|ln)?|os\.Exit)\s*\(")
_STOPS = re.compile(r"(?:select|for)\s*\{\s*\}")


def unfinished(job: Job, message: str) -> tuple[Spot, str] | None:
    """Where a text ends within a statement, and the words for it; None where that is no fault.

    The compiler met the end of the program, or the brace that completes a fragment. A block that
    only leaves its brackets open shows the beginning of something.
    """
    code = job.snippet.code
    if job.context or elides(code) or not _ENDED.match(message):
        return None
    closers = _open(code)
    if closers is None or any(parses(f"{code}{mark}\n{closers}\n") for mark in ("", ",")):
        return None
    line = next((one for one in reversed(job.snippet.lines) if one.text.strip()), None)
    if line is None:
        return None
    words = _ENDED.sub("syntax error: unexpected end of the block", message)
    return Spot(line, line.column + len(line.text.rstrip())), words


def only_fails(code: str) -> bool:
    """Whether the only statement is one that fails or blocks: `panic("x")`, `select {}`."""
    found = facts(code)
    shown = [node for node in found.top if node.type != "import_declaration"]
    return found.parses and len(shown) == 1 and _is_end(found.text(shown[0]), shown[0])


def _is_end(text: str, node: Node) -> bool:
    if node.type in ("select_statement", "for_statement"):
        return _STOPS.fullmatch(text) is not None
    return node.type == "expression_statement" and _ENDS.match(text) is not None


def _open(code: str) -> str | None:
    """What closes the brackets that a text leaves open; None where one is closed too often."""
    stack: list[str] = []
    for letter in without_texts(code):
        if letter in _CLOSERS:
            stack.append(_CLOSERS[letter])
        elif letter in "})]" and (not stack or stack.pop() != letter):
            return None
    return "".join(reversed(stack))
