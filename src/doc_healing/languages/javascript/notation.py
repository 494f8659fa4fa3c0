"""Blocks that are labelled JavaScript and are no program: recognised, with the reason in words."""

import re

from doc_healing.languages.javascript.tree import Facts
from doc_healing.languages.trees import nodes

_SHELL = re.compile(
    r"\s*(\$ |#!/bin/|(npm|npx|yarn|pnpm|bun|node|deno|curl|git|cd|export \w+=|cat|mkdir|docker)\s+"
    r"[\w@./-])"
)
_STRINGS = re.compile(
    r"//[^\n]*|/\*[\s\S]*?\*/|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\[\s\S]|[^`\\])*`"
)
_PLACEHOLDER = re.compile(r"(?:\.\.\.|…)(?=[ \t]*(?:[)\]},;:.]|$|//|/\*))", re.MULTILINE)
_TYPES = re.compile(
    r"^\s*(export\s+)?(declare\s+)?(interface|enum|namespace|abstract\s+class)\s+\w+[\w\s<>,]*\{"
    r"|^\s*(export\s+)?(declare\s+|opaque\s+)?type\s+\w+\s*(<[^=]*>)?\s*="
    r"|^\s*import\s+(type|typeof)\b|\bimport\s*\{[^}]*\btype\s+\w"
    r"|\b(const|let|var)\s+[\w$]+\s*:\s*[\w{(\[<'\"|?]"
    r"|[(,]\s*(\.\.\.)?[\w$]+\??\s*:\s*[\w$]+(<[^>]*>|\[\])?\s*[,)=|&]"
    r"|\)\s*:\s*[\w$<>\[\]|{} .?,]+\s*(=>|\{)"
    r"|\bas\s+(const|any|unknown|string|number|[A-Z]\w*)\b|\b(private|public|protected|readonly)\s+\w"
    r"|[\w$]\s*<[\w$\s,.\[\]|]+>\s*\(|\w!\.|\w!;|^\s*@flow|\bimplements\s+\w|\bsatisfies\s+\w"
    r"|^\s*[\w$]+\??\s*:\s*[\w$<>\[\]|&]+;\s*$|\?:\s*\w",
    re.MULTILINE,
)
_TEMPLATE = re.compile(
    r"\{\{[^{}]*\}\}|\{%|<%|^\s*--8<--|^\s*\{\{#include|^\s*@\w+\(.*\)\s*$", re.MULTILINE
)
_OUTPUT = re.compile(
    r"^\s*(Uncaught\s+)?[A-Z]\w*(Error|Exception|Warning)\b.*$|^\s+at .+:\d+:\d+\)?\s*$|^Usage: ",
    re.MULTILINE,
)
_SIGNATURE = re.compile(
    r"^\s*(new\s+|async\s+|static\s+)?[\w$.#]+\s*\([^\n]*\)\s*(:|->|→|⇒|=>)\s*[\w$<\[{(*|]"
    r"|\[\s*,|\(\s*\[|,?\s*\w+\s*\]\s*\)|\?\s*[,)]|^\s*[\w$.]+\s*\([^()\n]*\)\s*\{\s*\}?\s*->",
    re.MULTILINE,
)
_PROSE = re.compile(r"^[A-Za-z][\w'’-]*[,:]?( [A-Za-z'’][\w'’-]*[,.:]?){2,}[.:!?]?$")
_KEYWORDS = frozenset(
    "const let var function class import export if for while return throw new await async try "
    "switch case do delete typeof void yield else catch finally with default extends static".split()
)
_MIDDLE = re.compile(
    r"\s*(//[^\n]*\n\s*)*(\}|\)|\]|\.(?!\.\.)\s*[\w$]|\?\.|,|&&|\|\||else\b|catch\b|finally\b|case\b)"
)
# Two lines of a bare word and a comment, without a comma: a list of what goes where.
_NOTED = re.compile(r"^\s*(\.\.\.)?[\w$]+\s*//[^\n]*\n\s*(\.\.\.)?[\w$]+\s*//", re.MULTILINE)
COMMENT_FOR_CODE = re.compile(r"[=(:?]\s*/\*[^*]*\*/\s*([;,)}\]]|\n|$)")
_ANGLED = re.compile(r"[:=(,\[]\s*<[A-Za-z][\w .'-]*>\s*(?=[,;)\]}]|$)", re.MULTILINE)
_COMMAND = re.compile(r"\s*[a-z][\w-]*( [\w./-]+)* [\w./-]+\.(js|mjs|cjs|ts|json|md|txt|sh)\s*$")
_SHAPE = re.compile(r"\s*([\w$]+ ?[=:] [^;]*|[}\])]*,?)\s*")
_TAGGED = re.compile(r"<[a-z][\w -]*>")


def is_transcript(code: str) -> bool:
    """Whether the block is a session with Node's prompt, or a browser console's (`> 1 + 1`)."""
    lines = [line for line in code.split("\n") if line.strip()]
    if not lines or not re.match(r"\s*>( |$)", lines[0]):
        return False
    prompts = [line.strip()[2:] for line in lines if re.match(r"\s*> ", line)]
    return bool(prompts) and not all(_SHELL.match(line) for line in prompts)


def without_strings(code: str) -> str:
    """The text with strings, templates and comments blanked; regular expressions stay."""
    return _STRINGS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code)


def of_parsed(code: str, found: Facts, *, jsx: bool = False) -> str:
    """Why a block that parses is no program, else an empty text; `jsx` says that it may hold it."""
    if not any(child.type not in ("comment", "hash_bang_line") for child in _top(found)):
        return "it holds only comments" if code.strip() else "it is empty"
    if found.jsx and not jsx:
        return _markup(code) or "JSX needs a transform: label the block `tsx`"
    if found.jsx and _markup(code):
        return _markup(code)
    if found.supers:
        return "part of a class: `super` stands outside of one"
    if found.breaks:
        return "part of a loop: `break` or `continue` stands outside of one"
    if _PLACEHOLDER.search(without_strings(code)) and "..." in _empty_spreads(found):
        return "a placeholder (`...`) stands for code"
    return ""


def before_fragments(code: str) -> str:
    """Why a block that does not parse is notation, asked before it is completed."""
    plain = without_strings(code)
    lines = [line for line in code.split("\n") if line.strip()]
    if _shells(lines):
        return "a shell session"
    if _markup(code):
        return _markup(code)
    if code.lstrip().startswith("javascript:"):
        return "a bookmark's address, not a program"
    if _TEMPLATE.search(plain):
        return "a template, not a program: its parts are filled in by a tool"
    if _is_diff(lines):
        return "the difference of two versions"
    if _PLACEHOLDER.search(plain):
        return "a placeholder (`...`) stands for code"
    if COMMENT_FOR_CODE.search(code):
        return "a comment stands for code"
    if _ANGLED.search(plain):
        return "a placeholder (`<...>`) stands for a value"
    return ""


def after_fragments(code: str, found: Facts) -> str:
    """Why a block that does not parse, and could not be completed, is no program."""
    plain = without_strings(code)
    if found.root is None:
        return ""
    line = _error_line(found)
    if _MIDDLE.match(code):
        return "it starts in the middle of a statement"
    if found.jsx:
        return "JSX needs a transform: label the block `tsx`"
    if _TYPES.search(plain):
        return "TypeScript or Flow syntax in a block labelled JavaScript"
    return _no_code(code, plain, line)


def after_typed_fragments(code: str, found: Facts) -> str:
    """As `after_fragments`, where types and JSX are at home."""
    if found.root is None:
        return ""
    if _MIDDLE.match(code):
        return "it starts in the middle of a statement"
    return _no_code(code, without_strings(code), _error_line(found))


def closers(code: str) -> str:
    """The brackets that a text leaves open, closed in their order."""
    stack: list[str] = []
    for character in without_strings(code):
        if character in "{([":
            stack.append(character)
        elif character in "})]" and stack:
            stack.pop()
    return "".join({"{": "}", "(": ")", "[": "]"}[item] for item in reversed(stack))


def _no_code(code: str, plain: str, line: str) -> str:
    if len(_OUTPUT.findall(code)) >= max(1, len(code.strip().split("\n")) // 2):
        return "output, not a program"
    if _TAGGED.search(line) or _SIGNATURE.search(line):
        return "notation: it shows a signature, not a call"
    if _COMMAND.match(line):
        return "a shell command"
    if _is_shape(plain):
        return "notation: it shows the shape of a value"
    if _NOTED.search(code):
        return "notation: its parts are explained, not written out"
    if any(_is_prose(item) for item in plain.split("\n")):
        return "prose or pseudo-code"
    return ""


def _top(found: Facts) -> list:  # type: ignore[type-arg]  # tree-sitter's nodes, any kind
    return list(found.root.children) if found.root is not None else []


def _empty_spreads(found: Facts) -> str:
    if found.root is None:
        return ""
    for node in nodes(found.root):
        if node.type == "spread_element" and len(node.children) < 2:
            return "..."
    return ""


def _markup(code: str) -> str:
    if re.match(r"\s*<(!|script|html|head|body|link|style|template|\?)", code, re.IGNORECASE):
        return "HTML, not JavaScript"
    return ""


def _shells(lines: list[str]) -> bool:
    code = [line for line in lines if not line.lstrip().startswith(("#", "//"))]
    return bool(code) and _SHELL.match(code[0]) is not None


def _is_diff(lines: list[str]) -> bool:
    marked = [line for line in lines if re.match(r"[+-](?![+-=])", line)]
    return (
        len(marked) >= 1
        and all(re.match(r"[+\- @]|diff |index |\S", line) for line in lines)
        and any(re.match(r"[+-]\s*[\w$'\"{}.(/@)]", line) for line in marked)
    )


def _is_shape(plain: str) -> bool:
    """`{ level = Number, ... }`: what stands in a value, by an equals sign."""
    lines = [line for line in plain.strip().split("\n")[1:] if line.strip()]
    return (
        plain.lstrip().startswith("{")
        and any(re.match(r"\s*[\w$]+ = ", line) for line in lines)
        and all(_SHAPE.fullmatch(line) for line in lines)
    )


def _error_line(found: Facts) -> str:
    at = found.error or 0
    start = found.data.rfind(b"\n", 0, at) + 1
    end = found.data.find(b"\n", at)
    return found.data[start : end if end >= 0 else None].decode("utf-8", "replace")


def _is_prose(line: str) -> bool:
    words = line.strip()
    first = words.split(" ", 1)[0].rstrip(",:")
    return first not in _KEYWORDS and _PROSE.match(words) is not None
