"""What the parser sees in one file, before any marker dialect has given it a meaning.

`parser` writes it, `dialects` read it. Everything stands in the order of the document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doc_healing.model import Line, Span


@dataclass(frozen=True, slots=True)
class Block:
    """A fence: what CommonMark and the containers around it make of it.

    `info` is the whole info string, stripped, backslash escapes and entities resolved as
    CommonMark says. `include` names the file that the whole body was taken from, where it was.
    """

    index: int
    line: int
    end_line: int
    info: str
    code: str
    lines: tuple[Line, ...]
    span: Span
    containers: tuple[
        str, ...
    ] = ()  # outermost first: "list", "quote", "tab:macOS", "jsx:Tabs" ...
    headings: tuple[str, ...] = ()
    directive: str = ""  # MyST: "code-cell", "code-block"; the fence is a directive's body
    options: Mapping[str, str] | None = None  # MyST `:key: value` lines, attribute lists
    closed: bool = True
    unreadable: str = ""  # why its code could not be got at: a cyclic or missing include
    info_column: int = 0  # 1-based column of the info string's first character; 0: not known


@dataclass(frozen=True, slots=True)
class Comment:
    """Text that only tools read: an HTML, MDX, MyST or link-reference comment.

    `text` is its inside, unstripped; `lines` lead each line of `text` to the document, so that
    invisible code in it can be run and reported.
    """

    text: str
    kind: str  # "html", "mdx", "myst" (`% ...`), "rst" (`.. ...`), "reference" (`[//]: # (...)`)
    line: int
    end_line: int
    column: int
    lines: tuple[Line, ...]
    containers: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and its level, 1 to 6."""

    text: str
    level: int
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """Any other leaf: a paragraph, a list item's first line, a table, an HTML block's text."""

    text: str
    line: int
    end_line: int
    containers: tuple[str, ...] = ()


Item = Block | Comment | Heading | Text


@dataclass(frozen=True, slots=True)
class Page:
    """One file as parsed. `front_matter` is its YAML header's top-level keys, where it has one."""

    path: str
    items: tuple[Item, ...]
    front_matter: Mapping[str, Any] | None = None
    kind: str = "markdown"  # "mdx", "myst", by the file's ending and what it holds
