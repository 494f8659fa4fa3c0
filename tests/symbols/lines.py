"""A language of one line per definition, for what the map does whatever the language is.

`def Client.get(url)` defines, `from module import name` imports; `die`, `hang` and `raise` at the
start of a file do to its reader what they say.
"""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1

from doc_healing.model import Outline, Parameter, Span, Surface, Symbol, SymbolKind, Target, Token
from doc_healing.model import Use as Used

_DEFINITION = re.compile(r"(def|type) ([\w.]+)(?:\((.*)\))?$")


@dataclass(frozen=True)
class Lines:
    """The mapper; `asked` is told the path of every file that is read."""

    name: str = "lines"
    version: str = "1"
    suffixes: Sequence[str] = (".lines", ".d.lines")
    manifests: Sequence[str] = ("names.txt",)
    asked: Callable[[str], object] = field(default=lambda path: path)

    def outline(self, path: str, data: bytes) -> Outline:
        self.asked(path)
        if data.startswith(b"die"):
            os._exit(7)
        if data.startswith(b"hang"):
            time.sleep(60)
        if data.startswith(b"raise"):
            raise KeyError("lines")
        text = data.decode("utf-8", "replace")
        found = (_symbol(path, number, line) for number, line in enumerate(text.split("\n"), 1))
        faults = ("it holds a bad line",) if "bad" in text else ()
        return Outline(path, self.name, tuple(one for one in found if one), faults=faults)

    def tokens(self, path: str, data: bytes) -> Sequence[Token]:
        del path, data
        return ()

    def publish(
        self, outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]
    ) -> Surface:
        prefix = (read("names.txt") or b"").decode().strip()
        return {
            f"{prefix}{path.partition('.')[0]}": {
                one.name: Target(one.id) for one in outline.symbols if not one.container
            }
            for path, outline in outlines.items()
        }

    def uses(self, code: str, before: Sequence[str] = ()) -> Sequence[Used]:
        del code, before
        return ()


def _symbol(path: str, number: int, line: str) -> Symbol | None:
    found = _DEFINITION.match(line)
    if not found:
        return None
    word, name, inner = found.groups()
    kind = SymbolKind.TYPE if word == "type" else SymbolKind.FUNCTION
    names = [part.strip() for part in (inner or "").split(",")]
    parameters = None if inner is None else tuple(Parameter(one) for one in names if one)
    return Symbol(path, name, kind, number, number, Span(0, len(line)), parameters=parameters)


@dataclass(frozen=True)
class Memory:
    """A tree in memory; `asked` is told the path of every file that is read."""

    texts: Mapping[str, bytes]
    asked: Callable[[str], object] = field(default=lambda path: path)
    left_out: Sequence[tuple[str, str]] = ()

    @property
    def files(self) -> Mapping[str, str]:
        return {path: sha1(data).hexdigest() for path, data in self.texts.items()}

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            self.asked(path)
            yield path, self.texts[path]
