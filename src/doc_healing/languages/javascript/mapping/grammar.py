"""The grammars of the two languages, and trees of their files."""

import re
from functools import cache

from tree_sitter import Language, Parser, Tree

VERSION = "2"  # of what reads the trees; every outline that is kept depends on it
MAX_BYTES = 3_000_000
_LONG_LINE = 20_000
_GENERATED = re.compile(
    rb"@generated\b|\b(?:auto(?:matically)?[- ]?generated|generated automatically|"
    rb"this file (?:is|was) generated|generated (?:by|from|code)\b[^\0]{0,120}?"
    rb"do not (?:edit|modify|change))",
    re.IGNORECASE,
)
# `export type * from`; `in`, `out` and `const` before a type's parameter.
_NEWER = re.compile(
    rb"(?m)(^\s*export\s+)(type)(?=\s*\*)|([<,]\s*)((?:(?:const|in|out)\s+)+)(?=[A-Z]\w*[\s,>=])"
)
# A member that is only called, after one that no semicolon ends: the grammar reads on.
_CALLED = re.compile(
    rb"(?<=[\w\])>}'\"])(?>(?:\s++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)++)(?<=[ \t])"
    rb"(?=<(?:const |in |out )*[A-Z_$]|\((?:(?:\.\.\.)?[\w$]+\??\s*:|\)\s*:))"
)
# A comment before what goes on with a type.
_BETWEEN = re.compile(rb"//[^\n]*(?=\n\s*[?:|&])")
_COMMENTS = re.compile(rb"(?:\s|#![^\n]*|//[^\n]*(?:\n|\Z)|/\*.*?(?:\*/|\Z))*", re.DOTALL)
_HEAD = 1500


@cache
def grammar(name: str) -> Language:
    """One of `javascript`, `typescript` and `tsx`; a grammar is loaded when it is first asked."""
    if name == "javascript":
        import tree_sitter_javascript

        return Language(tree_sitter_javascript.language())
    import tree_sitter_typescript

    if name == "tsx":
        return Language(tree_sitter_typescript.language_tsx())
    return Language(tree_sitter_typescript.language_typescript())


def dialect(path: str, data: bytes) -> str:
    """The grammar that a file is read with: by its name, and Flow's types as TypeScript's."""
    if path.endswith((".ts", ".mts", ".cts")):
        return "typescript"
    if path.endswith(".tsx") or is_flow(data):
        return "tsx"
    return "javascript"


def is_flow(data: bytes) -> bool:
    """Whether its first comments ask for Flow."""
    return b"@flow" in data[:_HEAD] and b"@flow" in _first_comments(data)


def refused(data: bytes) -> str:
    """Why a file is not read at all; empty for one that a person wrote."""
    if b"\0" in data[:8000]:
        return "a binary file"
    if len(data) > MAX_BYTES:
        return f"larger than {MAX_BYTES // 1_000_000} MB"
    if len(data) > _LONG_LINE and max(map(len, data.split(b"\n"))) > _LONG_LINE:
        return "minified: a line of more than 20 kB"
    return ""


def is_generated(data: bytes) -> bool:
    """Whether the comments that it starts with say that a tool wrote it."""
    return _GENERATED.search(_first_comments(data)) is not None


def _first_comments(data: bytes) -> bytes:
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    found = _COMMENTS.match(head)
    return found.group() if found is not None else b""


def parse(name: str, data: bytes) -> Tree:
    """The tree of a text: errors are nodes of it."""
    # A parser is not made for two threads at once; a new one costs microseconds.
    tree = Parser(grammar(name)).parse(data)
    if name != "javascript" and tree.root_node.has_error:
        known = _NEWER.sub(_blank, data)
        for text in dict.fromkeys((known, _parted(known))):
            other = Parser(grammar(name)).parse(text) if text != data else tree
            if _lost(other) < _lost(tree):
                tree = other
    return tree


def _blank(found: re.Match[bytes]) -> bytes:
    """Words that the grammar does not know yet; blanks keep every place where it is."""
    return b"".join((found[1] or found[3] or b"", b" " * len(found[2] or found[4])))


def _parted(data: bytes) -> bytes:
    """A text with semicolons for blanks where TypeScript itself ends a member."""
    ended = _CALLED.sub(_ended, data)
    return _BETWEEN.sub(lambda found: b" " * len(found.group()), ended)


def _ended(found: re.Match[bytes]) -> bytes:
    gap = found.group()
    return gap[:-1] + b";" if b"\n" in gap else gap


def _lost(tree: Tree) -> int:
    """How many bytes of a text are within errors, and how many errors there are."""
    lost, waiting = 0, [tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR" or node.is_missing:
            lost += node.end_byte - node.start_byte + 1
        elif node.has_error:
            waiting.extend(node.children)
    return lost
