"""What attributes and documentation comments say of an item."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

_DEPRECATED = re.compile(r"\bdeprecated\s*(?:=\s*|\((.*)\)|(?=\W|$))", re.DOTALL)
_STRING = r'r?#*"((?:[^"\\]|\\.)*)"'
_NOTE = re.compile(r"\bnote\s*=\s*" + _STRING, re.DOTALL)
_ONLY = re.compile(r"\bdeprecated\s*=\s*" + _STRING, re.DOTALL)
_PATH = re.compile(r"^\s*#!?\[\s*path\s*=\s*" + _STRING)
_DOC = re.compile(r"^\s*#!?\[\s*doc\s*=\s*" + _STRING, re.DOTALL)
_CFG = re.compile(r"^\s*#!?\[\s*cfg\s*\((.*)\)\s*\]$", re.DOTALL)
_DERIVED = re.compile(r"\bproc_macro_derive\s*\(\s*(\w+)")
_NAME = r"(?:the\s+)?(?:\[?`+([^`]+)`+|((?:\w+::)+\w+|\w+\(\)|\w*[a-z0-9][A-Z_]\w*))"
_INSTEAD = re.compile(
    r"\b(?i:use|using|replaced (?:by|with)|renamed (?:to|as)|(?:in favou?r|instead) of|moved to"
    r"|superseded by|prefer|switch to|see|call|is now|now)\s+" + _NAME
)
_RENAMED = re.compile(
    r"\b(?:renamed (?:to|as)|moved to)\s+(?:\[?`+)?((?:\w+::)*\w+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Said:
    """What stands before an item."""

    flags: frozenset[str] = frozenset()  # hidden exported test derive proc_macro
    deprecated: str | None = None
    successor: str = ""
    doc: str = ""
    cfg: str = ""
    path: str = ""  # of `#[path = ...]`
    derived: str = ""  # the name of a derive macro


NOTHING = Said()


def said(attributes: Sequence[Node], comments: Sequence[Node], data: bytes) -> Said:
    """What the attributes and documentation comments before an item say."""
    if not attributes and not comments:
        return NOTHING
    texts = [_text(node, data) for node in attributes]
    docs = [_comment(node, data) for node in comments]
    docs += [_unescaped(found[1]) for text in texts if (found := _DOC.match(text))]
    note = _deprecation(texts)
    derived = [found[1] for text in texts if (found := _DERIVED.search(text))]
    return Said(
        flags=frozenset(_flags(texts)),
        deprecated=note,
        successor=successor(note or ""),
        doc=paragraph("\n".join(docs)),
        cfg=" ".join(found[1] for text in texts if (found := _CFG.match(text))),
        path=next((found[1] for text in texts if (found := _PATH.match(text))), ""),
        derived=derived[0] if derived else "",
    )


def successor(note: str) -> str:
    """What a note of deprecation tells to use instead, as written; "" where it names nothing."""
    found = _RENAMED.search(note) or _INSTEAD.search(note)
    if found is None:
        return ""
    name = next((part for part in found.groups() if part), "").strip()
    return name.removesuffix("!").split("(")[0].rstrip(".") if re.match(r"[\w:]", name) else ""


def paragraph(text: str) -> str:
    """The first paragraph of a documentation, on one line."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            lines.append(line.strip())
        elif lines:
            break
    return " ".join(lines)


def _flags(texts: Sequence[str]) -> list[str]:
    flags = []
    for text in texts:
        squeezed = re.sub(r"\s+", "", text)
        if squeezed.startswith("#[doc(") and "hidden" in squeezed:
            flags.append("hidden")
        elif squeezed.startswith("#[macro_export"):
            flags.append("exported")
        elif "proc_macro_derive(" in squeezed:
            flags.append("derive")
        elif squeezed.startswith(("#[proc_macro]", "#[proc_macro_attribute]")):
            flags.append("proc_macro")
        elif squeezed in _TESTED or re.fullmatch(r"#\[(?:\w+::)*(?:test|bench)\]", squeezed):
            flags.append("test")
    return flags


_TESTED = ("#[cfg(test)]", "#[cfg(doctest)]")


def _deprecation(texts: Sequence[str]) -> str | None:
    for text in texts:
        if "deprecated" not in text or not re.match(r"\s*#\[\s*(?:cfg_attr|deprecated)\b", text):
            continue
        found = _NOTE.search(text) or _ONLY.search(text)
        if found is not None:
            return _unescaped(found[1])
        if _DEPRECATED.search(text):
            return ""
    return None


def _unescaped(text: str) -> str:
    text = re.sub(r"\\\s*\n\s*", "", text)
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\").strip()


def _comment(node: Node, data: bytes) -> str:
    text = _text(node, data)
    if text.startswith("//"):
        return text[3:].rstrip("\r\n")
    inside = text[3:].removesuffix("*/")
    return "\n".join(re.sub(r"^\s*\*\s?", "", line) for line in inside.split("\n"))


def _text(node: Node, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")
