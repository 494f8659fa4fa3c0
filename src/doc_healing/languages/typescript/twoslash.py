"""Twoslash: options, several files and expected errors, in comments of a `twoslash` block.

https://twoslash.netlify.app/refs/notations: `// @errors: 2322`, `// @filename: a.ts`,
`// @strict: false`, `// ---cut---`. Cuts hide lines from the reader, never from the compiler.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from doc_healing.model import Snippet

_DIRECTIVE = re.compile(r"^[ \t]*//[ \t]*@(\w+)[ \t]*(?::[ \t]*(.*?))?[ \t]*$")
_SAFE = re.compile(
    r"(?![./])(?:[\w@-][\w@.-]*/)*[\w@-][\w@.-]*\.(?:[cm]?tsx?|[cm]?jsx?|json)", re.ASCII
)
_WORDS: Mapping[str, object] = {"true": True, "false": False, "": True}


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a block: its name and the rows (0-based, end excluded) that are its own."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Twoslash:
    """What the comments of a block ask. `parts` are empty where it is one file."""

    options: Mapping[str, object]
    parts: tuple[Part, ...] = ()
    errors: tuple[str, ...] = ()
    no_errors: bool = False
    unsafe: str = ""  # a file name that is none of a program's


def is_twoslash(snippet: Snippet) -> bool:
    """Whether the info string asks for it."""
    return "twoslash" in snippet.instructions.flags


def directives(code: str) -> Twoslash:
    """What the comments of a block say."""
    options: dict[str, object] = {}
    errors: list[str] = []
    starts: list[tuple[str, int]] = []
    no_errors = False
    lines = code.removesuffix("\n").split("\n")
    for row, line in enumerate(lines):
        match = _DIRECTIVE.match(line)
        if match is None:
            continue
        name, value = match.group(1), match.group(2) or ""
        if name == "errors":
            errors += re.findall(r"\d+", value)
        elif name == "noErrors":
            no_errors = True
        elif name.lower() == "filename":
            starts.append((value.removeprefix("./"), row))
        else:
            options[name] = _WORDS.get(value.lower(), value)
    parts, unsafe = _parts(starts, len(lines))
    return Twoslash(options, parts, tuple(errors), no_errors, unsafe)


def _parts(starts: list[tuple[str, int]], length: int) -> tuple[tuple[Part, ...], str]:
    if not starts:
        return (), ""
    unsafe = next((name for name, _ in starts if not _SAFE.fullmatch(name)), "")
    # What stands above the first name belongs to no file of its own.
    bounds = [row for _, row in starts[1:]] + [length]
    first = starts[0][1]
    parts = [
        Part(name, 0 if index == 0 and first == 0 else row, end)
        for index, ((name, row), end) in enumerate(zip(starts, bounds, strict=True))
    ]
    return tuple(parts), unsafe
