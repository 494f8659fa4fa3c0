"""A snippet's text as the best tree that it can be given: whole, completed, or with its errors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node

from doc_healing.languages.java.mapping import leaves

MAX_CHARACTERS = 400_000
ELISION = "___"  # stands for arguments that are not told
WRAPPER = "_"  # the name of a type put around members

_PROMPT = re.compile(r"^\s*(?:jshell>|\.\.\.>) ?")
_LINE = re.compile(r"(?m)^([ \t]*)(?:\.\.\.|…)([ \t]*;?[ \t]*)$")
_ARGUMENT = re.compile(r"(?<=[(,])([ \t]*)(\.\.\.|…)(?=\s*[),])")
_BODY = re.compile(r"(?<=[{;}])([ \t]*)(\.\.\.|…)(?=\s*(?:[}\n]|$))")
_WRAPS = ("", f"class {WRAPPER} {{\n", f"interface {WRAPPER} {{\n", f"enum {WRAPPER} {{\n")
_ENDS = ("", ";", "}", "};", "}}", "}}}", "});", "});}", "});}}")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree and how many of its lines stand before the snippet's own."""

    root: Node
    data: bytes
    above: int = 0

    def line(self, node: Node) -> int:
        """The line of a node in the snippet, from 1."""
        return max(1, node.start_point[0] + 1 - self.above)

    def column(self, node: Node) -> int:
        """Its column in characters, from 1."""
        start = node.start_byte - node.start_point[1]
        return len(self.data[start : node.start_byte].decode("utf-8", "replace")) + 1


@lru_cache(maxsize=256)
def parsed(code: str) -> Parsed | None:
    """The first completion without an error, else that with the least; None of one too large."""
    if len(code) > MAX_CHARACTERS:
        return None
    text = _plain(code)
    best: tuple[int, Parsed] | None = None
    for data, above in _completions(text):
        root = leaves.parse(data).root_node
        found = Parsed(root, data, above)
        if not root.has_error:
            return found
        weight = _errors(root) + above
        if best is None or weight < best[0]:
            best = weight, found
    return best[1] if best else None


def _completions(text: str) -> Iterator[tuple[bytes, int]]:
    bare = text.rstrip()
    whole = text.encode("utf-8", "replace")
    yield whole, 0
    for wrap in _WRAPS:
        for end in _ENDS[:2] if wrap else _ENDS[1:]:
            closing = "\n}\n" if wrap else "\n"
            yield f"{wrap}{bare}{end}{closing}".encode("utf-8", "replace"), 1 if wrap else 0


def _errors(root: Node) -> int:
    """How much of a text does not parse, in bytes."""
    weight, stack = 0, [root]
    while stack:
        node = stack.pop()
        if node.is_missing:
            weight += 2
        elif node.is_error:
            weight += node.end_byte - node.start_byte + 2
        elif node.has_error:
            stack.extend(node.children)
    return weight


def _plain(code: str) -> str:
    """The text without prompts and elisions, every line and column as it was."""
    if "jshell>" in code:
        code = "\n".join(_unprompted(line) for line in code.split("\n"))
    code = _LINE.sub(lambda match: " " * len(match.group()), code)
    code = _ARGUMENT.sub(lambda match: match.group(1) + ELISION[: len(match.group(2))], code)
    return _BODY.sub(lambda match: " " * len(match.group()), code)


def _unprompted(line: str) -> str:
    match = _PROMPT.match(line)
    if match is None or line[match.end() :].startswith("/"):
        return " " * len(line)  # what the tool answered, or was told
    return " " * match.end() + line[match.end() :]
