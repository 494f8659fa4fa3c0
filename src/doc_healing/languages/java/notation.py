"""Blocks that are labelled Java and are no program: recognised, with the reason in words."""

import re
from collections.abc import Sequence

from tree_sitter import Node

from doc_healing.languages.java.tree import COMMENTS, TYPES, text_of, tree
from doc_healing.languages.trees import nodes

_STRINGS = re.compile(
    r"//[^\n]*|/\*[\s\S]*?\*/|\"\"\"[\s\S]*?\"\"\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n]){1,8}'"
)
_SHELL = re.compile(
    r"\s*(\$ |#!/bin/|(mvn|\./mvnw|gradle|\./gradlew|java|javac|jar|jbang|git|cd|export|curl|docker"
    r"|npm|sdk|brew|apt(-get)?|sudo)\s+[\w@./:-])"
)
# `String... args` is Java; an ellipsis anywhere else stands for code.
_PLACEHOLDER = re.compile(
    r"(?<![\w>\]\)] )(?<![\w>\]])\.\.\.|…|\.\.\.(?=\s*(?:[;)}\]]|$))", re.MULTILINE
)
_MIDDLE = re.compile(
    r"\s*(//[^\n]*\n\s*)*(\}|\)|\]|\.\s*[\w$<]|,|&&|\|\||\?|:|else\b|catch\b|finally\b|"
    r"case\b[^;]*(:|->)|default\s*(:|->))"
)
_TEMPLATE = re.compile(
    r"\{\{[^{}]*\}\}|\{%|<%|\$\{\w[\w.]*\}|^\s*#(?:if|foreach|end)\b", re.MULTILINE
)
_ANGLED = re.compile(r"(?<![\w.>])<(?!\?)[a-z][\w]*([ -][\w]+)*>(?!\s*\w+\s*\()|<\w+( \w+)+>")
_KOTLIN = re.compile(
    r"^\s*(?:(?:private|internal|override|suspend|inline|open)\s+)*(?:fun\s+[\w<.]+|val\s+\w+|"
    r"data class|object\s+\w+|companion object)|\bwhen\s*\(.*\)\s*\{|^\s*(?:implementation|api|"
    r"compile(?:Only)?|testImplementation|classpath|apply plugin|plugins|dependencies|repositories)"
    r"\b\s*[('\"{:]|^\s*def\s+\w+|^\s*var\s+\w+\s*:\s*\w|->\s*\{\s*$\n?^\s*\w+\s*->",
    re.MULTILINE,
)
_TRACE = re.compile(
    r"^\s*(?:Exception in thread .*|Caused by: .*|at [\w.$/]+(?:<init>|<clinit>)?\([\w.]*(?::\d+|"
    r"Native Method|Unknown Source)?\)|[\w.]+(?:Exception|Error)(?::.*)?)\s*$",
    re.MULTILINE,
)
_PROSE = re.compile(r"^[A-Z][\w'’-]*[,:]?( [A-Za-z'’][\w'’-]*[,.:]?){2,}[.:!?]?$")
_PROPERTIES = re.compile(r"^\s*[\w.-]+\s*[=:]\s*[^;{}()]*$")
_KEYWORDS = frozenset(
    "new return throw public private protected static final class interface enum record abstract "
    "import package if else for while do switch try".split()
)
_ELLIPSIS = re.compile(r"\.\.\.|…")
_MARKUP = re.compile(r"\s*<(!|\?|/?[a-zA-Z][\w:.-]*(\s+[\w:.-]+\s*=|\s*/?>))")


def without_strings(code: str) -> str:
    """The text with strings, text blocks, characters and comments blanked."""
    return _STRINGS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code)


def is_transcript(code: str) -> bool:
    """Whether the block is a session with `jshell`."""
    return re.search(r"(?m)^\s*jshell> ?", code) is not None


def of_parsed(parts: Sequence[Node]) -> str:
    """Why a block that parses is no program, else an empty text."""
    if all(node.type == "expression_statement" for node in parts):
        inner = [node.named_children[0] for node in parts if node.named_children]
        if inner and all(one.type in ("lambda_expression", "method_reference") for one in inner):
            return "a function whose type its surroundings give"
    if any(_breaks(node) for node in parts):
        return "part of a loop: `break` or `continue` stands outside of one"
    return ""


def before_fragments(code: str) -> str:
    """Why a block that does not parse is notation, asked before it is completed."""
    plain = without_strings(code)
    lines = [line for line in code.split("\n") if line.strip()]
    if lines and _SHELL.match(lines[0]) and not lines[0].rstrip().endswith((";", "{")):
        return "a shell session"
    if _MARKUP.match(code):
        return "markup, not Java"
    if _is_diff(lines):
        return "the difference of two versions"
    if _PLACEHOLDER.search(plain):
        return "a placeholder (`...`) stands for code"
    if _TEMPLATE.search(plain):
        return "a template, not a program: its parts are filled in by a tool"
    if re.search(r"[=(:,>]\s*/\*[^*]*\*/\s*([;,)}\]]|\n|$)", code):
        return "a comment stands for code"
    return ""


def after_fragments(code: str) -> str:
    """Why a block that does not parse, and could not be completed, is no program."""
    plain = without_strings(code)
    lines = [line for line in plain.split("\n") if line.strip()]
    if _MIDDLE.match(code):
        return "it starts in the middle of a statement"
    if _KOTLIN.search(plain):
        return "Kotlin, Groovy or a build script in a block labelled Java"
    if _ANGLED.search(plain):
        return "a placeholder (`<...>`) stands for a value"
    if len(_TRACE.findall(code)) >= max(1, len(lines) // 2):
        return "output, not a program"
    if re.match(r"\s*[\[{]", code) and not re.search(r";", plain):
        return "data, not a program"
    if any(_is_prose(line.strip()) for line in lines):
        return "prose or pseudo-code"
    if lines and not any(line.rstrip().endswith((";", "{", "}", ",", "(")) for line in lines):
        return "notation: it holds no statement"
    if lines and all(_PROPERTIES.match(line) for line in lines):
        return "settings, not a program"
    return ""


def _is_prose(line: str) -> bool:
    return line.split(" ", 1)[0] not in _KEYWORDS and _PROSE.match(line) is not None


def _is_diff(lines: Sequence[str]) -> bool:
    marked = [line for line in lines if re.match(r"[+-](?![+-=])\s*[\w$'\"{}.(/@]", line)]
    return bool(marked) and all(re.match(r"[+\- @]|diff |index |\S", line) for line in lines)


def _breaks(part: Node) -> bool:
    """Whether a `break` or a `continue` of the fragment belongs to a loop that is not shown."""
    for node in nodes(part):
        if node.type not in ("break_statement", "continue_statement") or node.named_children:
            continue
        above = node.parent
        while above is not None and not _holds_break(above):
            above = above.parent
        if above is None:
            return True
    return False


def _holds_break(node: Node) -> bool:
    kinds = ("switch_expression", "lambda_expression", "method_declaration")
    loops = ("while_statement", "for_statement", "enhanced_for_statement", "do_statement")
    return node.type in kinds + loops or node.type in TYPES


def elided(code: str) -> bool:
    """Whether a comment says that code was left out."""
    return _ELIDED.search(code) is not None or _only_explained(code)


def shortened(code: str) -> bool:
    """Whether an ellipsis stands for the contents of a string: `"..."`, `"{ ... }"`, `"eyJh..."`.

    Where words stand before it, it is an ellipsis of the text itself: `"Loading the rest ..."`.
    """
    root = tree(code)
    for node in nodes(root) if root is not None else ():
        text = text_of(node).strip('"').strip() if node.type == "string_literal" else ""
        if _ELLIPSIS.search(text) and (not re.search(r"\s", text) or not re.match(r"\w", text)):
            return True
    return False


def _only_explained(code: str) -> bool:
    """Whether a comment is all that a body holds: `{ // find it and return it }`."""
    root = tree(code)
    for node in nodes(root) if root is not None else ():
        inner = node.named_children if node.type in _BODIES else []
        if inner and all(one.type in COMMENTS for one in inner):
            return True
    return False


_BODIES = frozenset({"block", "class_body", "interface_body", "enum_body", "constructor_body"})


_ELIDED = re.compile(
    r"(?://|/\*)\s*(?:\.\.|…)|(?://|/\*)[^\n]*(?:\.\.\.|…)|(?://|/\*)\s*(?:TODO\b|your\b|rest of|"
    r"(?:standard |plus |and |the |all |no-arg )*(?:getters?|setters?|constructors?|accessors?|"
    r"fields|methods|properties|equals|hash ?code|imports|implementation|code|logic)\b|"
    r"other\b|more\b|omitted|(?:do|add|put|insert|implement|some|etc|snip|same as|see above)\b)"
    r"|/\*\s*\*/",
    re.IGNORECASE,
)
