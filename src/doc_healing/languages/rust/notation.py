"""Blocks that are labelled Rust and are no program: recognised, with the reason in words."""

import re

from doc_healing.languages.rust.tree import Facts, facts, plain
from doc_healing.languages.trees import nodes

_SHELL = re.compile(
    r"\s*(\$ |#!/bin/|(cargo|rustup|rustc|git|cd|mkdir|cat|curl|npm|docker|sudo|brew|apt|apt-get)"
    r"\s+[\w@./+-]+)"
)
_COMMANDS = re.compile(r"\s*(\$|cargo|rustup|rustc|git|cd|mkdir|cat|curl|#)(\s|$)")
_OUTPUT = re.compile(
    r"^\s*(error(\[E\d+\])?:|warning:|-->|thread '.*' panicked at|stack backtrace:|"
    r"test result:|running \d+ tests?|\s*(Compiling|Finished|Running|Downloaded) \S)",
    re.MULTILINE,
)
_TOML = re.compile(r"^\s*\[\[?(package|(dev-|build-)?dependencies|workspace|features|lib|bin|"
                   r"profile|target|patch)[\w.'\"-]*\]\]?\s*(#.*)?$", re.MULTILINE)  # fmt: skip
_ASSIGNED = re.compile(r"[\w-]+ = (\"[^\"]*\"|\{ ?(version|path|git|features|workspace)\b.*\})")
_TEMPLATE = re.compile(r"\{\{\s*[#\w].*\}\}|\{%|<%|^\s*--8<--", re.MULTILINE)
_ELLIPSIS = re.compile(
    r"(?:(?<![.\w)\]'\"])\.\.\.(?![.=])|…|\.\.\.(?=\s*(?:[)\]};,]|$)))", re.MULTILINE
)
_ANGLED = re.compile(r"[=(,\[]\s*<[a-z][a-z _-]*>\s*(?=[,;)\]}]|$)", re.MULTILINE)
_MIDDLE = re.compile(r"\s*(\}|\)|\]|\.\s*[a-z_]\w*\s*[(:;]|,|&&\s|\|\|\s|else\b|=>|=\s|\?\s*;)")
_FIELD = re.compile(r"\s*(pub(\([\w: ]+\))?\s+)?\w+\s*:\s*[^;=]+,?\s*")
_ARM = re.compile(r"\s*[^;{}]*?=>")
_VARIANT = re.compile(r"\s*[A-Z]\w*(\s*[({].*)?,\s*")
_PROSE = re.compile(r"^[A-Z][\w'’-]*[,:]?( [A-Za-z'’][\w'’-]*[,.:]?){2,}[.:!?]?$")
_FOR_CODE = re.compile(r"(?:[=(,:|]|=>)\s*/\*[^*]*\*/\s*([;,)}\]]|\n|$)")
_HEADS = [[f"{kind}_item"] for kind in ("impl", "trait", "struct", "enum", "union", "function")]
_DIFF = re.compile(r"[+-](?![+-=>])\s*[\w#/{}(.\"&*]")
_ARROW = re.compile(r"^\s*[\w:.<>]+\([^()]*\)\s*(->|=>|→)\s*\S+\s*$", re.MULTILINE)


def reason(code: str) -> str:
    """Why a block is no program, in words; empty where it may be one."""
    found = facts(code)
    if found.parses:
        return _of_parsed(code, found)
    return _of_broken(code)


def _of_parsed(code: str, found: Facts) -> str:
    if not found.top:
        return "it holds only comments" if code.strip() else "it is empty"
    if all(node.type == "function_signature_item" for node in found.top):
        return "notation: it shows a signature, not a call"
    if _ELLIPSIS.search(_without_variadics(code, found)):
        return "a placeholder (`...`) stands for code"
    if _is_elided(found):
        return "a placeholder (`..`) stands for code"
    return ""


def _of_broken(code: str) -> str:
    lines = [line for line in code.split("\n") if line.strip()]
    bare = plain(code)
    if not lines:
        return "it is empty"
    if _COMMANDS.match(lines[0]) and _SHELL.match(lines[0]):
        return "a shell session"
    if _OUTPUT.search(code) and not re.search(r"\bfn\s+\w", code):
        return "output, not a program"
    if _TOML.search(bare) or all(_ASSIGNED.match(line) or line[0] in "#[" for line in lines):
        return "a part of a Cargo.toml, not Rust"
    if _TEMPLATE.search(bare):
        return "a template, not a program: its parts are filled in by a tool"
    if _is_diff(lines):
        return "the difference of two versions"
    if _ELLIPSIS.search(bare):
        return "a placeholder (`...`) stands for code"
    if _FOR_CODE.search(code):
        return "a comment stands for code"
    if _ANGLED.search(bare):
        return "a placeholder (`<...>`) stands for a value"
    return _of_fragment(bare)


def _of_fragment(bare: str) -> str:
    lines = [line for line in bare.split("\n") if line.strip()]
    if lines and (_is_head(bare) or all(_is_type(line) or _is_head(line) for line in lines)):
        return "notation: it shows a type or a header, not a program"
    if re.search(r"\$\w+\s*:\s*[a-z]|\$\(", bare) and "macro" not in bare:
        return "a part of a macro, without the rest"
    if _is_end(bare):
        return "the end of code that begins elsewhere"
    if _MIDDLE.match(bare):
        return "it starts in the middle of a statement"
    if lines and all(_FIELD.fullmatch(line) or line.strip().startswith("#[") for line in lines):
        return "fields of a type or a value, without the rest"
    if lines and _ARM.match(lines[0]) and "match" not in lines[0]:
        return "arms of a `match`, without the rest"
    if lines and all(_VARIANT.fullmatch(line) for line in lines):
        return "variants of an `enum`, without the rest"
    if _ARROW.search(bare) and "fn " not in bare:
        return "notation: it shows what a call gives"
    if any(_PROSE.match(line.strip()) for line in lines):
        return "prose or pseudo-code"
    if all(line.strip().startswith("#") for line in lines):
        return "attributes, without what they belong to"
    return ""


def _is_type(text: str) -> bool:
    """Whether it is a type alone: `Option<T>`, `dyn Fn(i32) -> i32`."""
    return not re.search(r"[;={}]", text) and facts(f"type A = {text.strip()};").parses


def _is_head(text: str) -> bool:
    """Whether it is an item up to its body: `impl<T> Foo<T> where T: Bar`."""
    if re.search(r"[;{}]", text):
        return False
    found = facts(f"{text.rstrip().removesuffix(',')} {{}}")
    return found.parses and [node.type for node in found.top] in _HEADS


def _is_end(bare: str) -> bool:
    """Whether it begins deeper than the first bracket that closes nothing: inside of what is shown
    in an earlier block.
    """
    lines = [line.expandtabs(4) for line in bare.split("\n") if line.strip()]
    first, depth = _indent(lines[0]), 0
    for line in lines:
        for character in line:
            depth += (character in "{([") - (character in "})]")
            if depth < 0:
                return _indent(line) < first and line.lstrip()[0] in "})]"
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_variadics(code: str, found: Facts) -> str:
    """The text without strings, comments and the `...` of C's functions and of old ranges."""
    data = bytearray(plain(code).encode("utf-8", "replace"))
    for node in nodes(found.root) if found.root is not None else ():
        if node.type in ("variadic_parameter", "range_pattern", "range_expression"):
            start, end = found.start(node), found.end(node)
            data[start:end] = re.sub(rb"[^\n]", b"_", bytes(data[start:end]))
    return data.decode("utf-8", "replace")


def _is_elided(found: Facts) -> bool:
    """A body of nothing but `..`: it parses as a range, and is none."""
    for node in nodes(found.root) if found.root is not None else ():
        inner = node.named_children if node.type == "block" else []
        if len(inner) == 1 and found.text(inner[0]).strip() == "..":
            return True
    return False


def _is_diff(lines: list[str]) -> bool:
    marked = [line for line in lines if _DIFF.match(line)]
    return bool(marked) and all(
        line[0] in "+- @" or line.startswith(("diff ", "index ")) for line in lines
    )
