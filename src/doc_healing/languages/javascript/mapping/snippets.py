"""A snippet as text that can be read: prompts, placeholders and fragments made into code.

Nothing is moved: what is no code is blanked, so that every line and column stays as it was.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node, Query, QueryCursor

from doc_healing.languages.javascript.mapping import grammar

MAX_CODE = 200_000
_PROMPT = re.compile(r"^(\s*)(> |>$|\.{3} |\.{3}$)")
_SHELL = re.compile(
    r"^\s*(?:\$ |# |%\s|(?:npm|npx|yarn|pnpm|bun|deno|node|git|cd|curl|mkdir|echo|sudo)\s+[\w@./-])"
)
_ELLIPSIS = re.compile(r"(?<![\w.$])\.{3}(?=\s*(?:[)\]},;]|$))|\u2026", re.MULTILINE)
_WRAPS = (("", "", 0), ("({\n", "\n})", 1), ("class _ {\n", "\n}", 1), ("(\n", "\n)", 1))


@dataclass(frozen=True, slots=True)
class Text:
    """A snippet's tree; `added` lines stand before its first."""

    root: Node
    added: int
    data: bytes


def read_text(code: str, language: str) -> Text | None:
    """The tree with the fewest errors among the ways in which the text can be read."""
    from doc_healing.languages.javascript.notation import closers  # a map starts without it

    if len(code) > MAX_CODE:
        return None
    plain = plain_code(code)
    best: tuple[int, Text] | None = None
    unclosed = closers(plain) if plain.count("(") + plain.count("{") < 500 else ""
    for before, after, added in (*_WRAPS, ("", f"\n{unclosed}", 0)):
        data = f"{before}{plain}{after}".encode("utf-8", "replace")
        for name in _grammars(language, plain):
            root = grammar.parse(name, data).root_node
            cost = _errors(name, root)
            if best is None or cost < best[0]:
                best = (cost, Text(root, added, data))
            if cost == 0:
                return best[1]
    return best[1] if best is not None else None


def plain_code(code: str) -> str:
    """The code of a transcript's prompts, without shell commands and bare ellipses."""
    lines = code.split("\n")
    prompted = sum(1 for line in lines if line.lstrip().startswith("> "))
    if prompted and prompted * 4 >= sum(1 for line in lines if line.strip()):
        lines = [_unprompted(line) for line in lines]
    else:
        lines = [_blank(line) if _SHELL.match(line) and _is_shell(line) else line for line in lines]
    return _ELLIPSIS.sub(lambda found: " " * len(found.group()), "\n".join(lines))


def _unprompted(line: str) -> str:
    found = _PROMPT.match(line)
    return _blank(line) if found is None else _blank(found.group()) + line[found.end() :]


def _blank(line: str) -> str:
    return " " * len(line)


def _is_shell(line: str) -> bool:
    """No statement of a program: `node` and `echo` may be names as well."""
    return not re.search(r"[=;({]|=>", line.split("#")[0]) or line.lstrip().startswith("$ ")


def _grammars(language: str, code: str) -> tuple[str, ...]:
    if language == "typescript":
        return ("tsx", "typescript") if re.search(r"</|/>", code) else ("typescript", "tsx")
    return ("javascript", "tsx", "typescript")


@lru_cache(maxsize=3)
def _query(name: str) -> Query:
    return Query(grammar.grammar(name), "(ERROR) @error (MISSING) @error")


def _errors(name: str, root: Node) -> int:
    """How many bytes could not be made sense of."""
    if not root.has_error:
        return 0
    found = QueryCursor(_query(name)).captures(root).get("error", [])
    return sum(1 + node.end_byte - node.start_byte for node in found) or 1
