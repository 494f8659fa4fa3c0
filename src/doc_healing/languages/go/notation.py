"""What stands in a Go fence and is no Go: placeholders, signatures, shells, go.mod, prose."""

import re

from tree_sitter import Node

from doc_healing.languages.go.tree import Facts, parses
from doc_healing.languages.trees import nodes

_TEXTS = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|' r"'(?:[^'\\\n]|\\.)+'|//[^\n]*|/\*[\s\S]*?\*/")
_ELIDED = re.compile(
    r"(?m)(?:^|[\s({\[,;:=])(?:\.\.\.|…)(?=\s*(?:$|[)}\],;]))|\(\s*(?:\.\.\.|…)\s*\)|…"
)
_NO_VALUE = re.compile(r"(?m)(?:[^=!<>:]=|:=)\s*(?://|/\*)\s*(?:\.{2,}|…)")
_COMMENTED = re.compile(
    r"(?://|/\*)\s*(?:\.{2,}|…|etc\b|TODO|(?:do|your|some|rest|other|more|implement|handle|omitted|"
    r"snip|code|here goes)\b[^\n]*)|(?://|/\*)[^\n]*(?:\.\.\.|…)\s*(?:\*/)?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_SHELL = re.compile(
    r"\s*(?:[$%#>]\s+\S|(?:go (?:get|run|install|build|test|mod|doc|vet|generate|work)|git|cd|curl|"
    r"export|mkdir|docker|make|brew|cat|echo)\s+[\w./@:-])"
)
_MODULE = re.compile(
    r"(?m)^\s*(?:module\s+\S+\.\S+|require\s*\(?\s*\S*$|require\s+\S+\s+v\d|go 1\.\d+|"
    r"replace\s+\S+.*=>.*)\s*$"
)
_DIFF = re.compile(r"(?m)^(?:[-+]{1}(?![-+])\s*\S|@@ )")
_PLACEHOLDER = re.compile(r"<[A-Za-z][\w -]*>(?!\()|\[\[?[A-Z_]{3,}\]?\]|\{\{[^{}]*\}\}")
_DECLARED = re.compile(  # `cmd.SetHelp(cmd *Command)`: parameters with their types, no arguments
    r"[\w.]+(?:\[[^\]]*\])?\((?:[^()]*[\w,] (?:[*.\[\]\w]+|func\(.*))+\).*|[\w.]+\(\).*"
)
_PROSE = re.compile(r"[A-Z]?[\w']+(?:[ ,;-]+[\w'./-]+){3,}[.!?]?")
_ROW = re.compile(  # `name.first   "Tom"`, `boolean >> bool`: a table of texts and values
    r"\S.*?(?: {2,}|\t+|\s+(?:>>|=>|->|→)\s+)"
    r"(?:\".*\"|-?\d[\d.]*|\[.*\]|\{.*\}|<.*>|true|false|null|nil)|"
    r"\S.*?\s+(?:>>|=>|->|→)\s+[*\[\]{}\w.]+"
)
_PLAYGROUND = re.compile(r"(?m)^-- \S+ --$")


def elides(code: str) -> bool:
    """Whether a comment says that code is left out, or that the reader has to write it."""
    return _COMMENTED.search(code) is not None or without_texts(code).strip().endswith("...")


def without_texts(code: str) -> str:
    """The code with its literals and comments blanked; lengths and lines stay as they are."""
    return _TEXTS.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), code)


def of_parsed(found: Facts) -> str:
    """Why a text that parses is no program all the same, else empty."""
    if not found.top and not found.package:
        return "only comments"
    if any(_bodiless(node_type, has) for node_type, has in _functions(found)):
        return "a signature without a body"
    text = found.data.decode("utf-8", "replace")
    if _NO_VALUE.search(text):
        return "it leaves a value out"
    plain = without_texts(text)
    if len(found.top) == 1 and found.top[0].type == "expression_statement" and _is_word(plain):
        return "a name alone"
    if _DIFF.search(plain) and all(re.match(r"[-+ @]|$", line) for line in text.splitlines()):
        return "a difference of two versions"
    if _SHELL.match(text) and not found.package:
        return "a command line"
    if all(_is_shift(node) for node in found.top) and _tabled(text):
        return "a table of texts and values, not a program"
    return ""


def of_unparsed(code: str) -> str:
    """Why a text that does not parse is no program, else empty."""
    plain = without_texts(code)
    for pattern, words in (
        (_MODULE, "a go.mod file"),
        (_DIFF, "a difference of two versions"),
        (_PLACEHOLDER, "it has placeholders to fill in"),
        (_ELIDED, "it leaves parts out (`...`)"),
    ):
        if pattern.search(plain):
            return words
    if _SHELL.match(code):
        return "a command line"
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    prose = [line for line in lines if _PROSE.fullmatch(line)]
    if lines and len(prose) * 2 >= len(lines):
        return "a text, not a program"
    if _tabled(code):
        return "a table of texts and values, not a program"
    if lines and all(_DECLARED.fullmatch(line) for line in lines):
        return "signatures, not calls"
    if not re.search(r"[(){}=:\[\]]", plain):
        return "a text, not a program"
    return ""


def _tabled(code: str) -> bool:
    """Whether rows of a table are all that there is, or all that does not parse."""
    lines = code.splitlines()
    rows = [line for line in lines if _ROW.fullmatch(line) and not line.startswith("//")]
    left = [line for line in lines if line not in rows]
    if not "".join(left).strip():
        return bool(rows)
    return len(rows) > 1 and parses("\n".join([*left, ""]))


def _is_shift(node: Node) -> bool:
    """Whether a statement is `a >> b` alone, which computes a value for nobody."""
    inner = node.named_children[0] if node.named_children else None
    return (
        node.type == "expression_statement"
        and inner is not None
        and inner.type == "binary_expression"
        and any(part.type in (">>", "<", ">") for part in inner.children)
    )


def is_archive(code: str) -> bool:
    """Whether several files stand in the block, in the notation of the Go playground (txtar)."""
    return _PLAYGROUND.search(code) is not None


def _functions(found: Facts) -> list[tuple[str, bool]]:
    return [
        (node.type, node.child_by_field_name("body") is not None)
        for node in found.top
        if node.type in ("function_declaration", "method_declaration")
    ]


def _bodiless(_: str, has_body: bool) -> bool:
    return not has_body


def _is_word(plain: str) -> bool:
    return re.fullmatch(r"\s*[\w.]+\s*", plain) is not None


def holds_literal_function(found: Facts) -> bool:
    """Whether the text is one function value alone, which is compiled and never called."""
    if len(found.top) != 1 or found.top[0].type != "expression_statement":
        return False
    inner = found.top[0].named_children
    return bool(inner) and next(nodes(inner[0])).type == "func_literal"
