"""The files of a tree as a walk asks for them: what their code uses, what loading them loads."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from doc_healing.symbols import receivers
from doc_healing.symbols.lookup import Lookup, Place
from doc_healing.symbols.words import Words

ReadWords = Callable[[str], Mapping[str, Words]]

LOADING = frozenset({"python", "javascript", "typescript", "go"})  # to import a file is to run it
SCRIPTS = ("javascript", "typescript")
_FOLDERS = frozenset({"go"})  # a whole folder is loaded at once


@dataclass(frozen=True)
class Loadable:
    """The code of a tree, read as far as somebody gets.

    `read` gives the words of a file; of one that it cannot read, an empty answer.
    """

    known: Lookup
    read: ReadWords
    _words: dict[str, Mapping[str, Words]] = field(default_factory=dict)
    _meant: dict[tuple[str, str], Sequence[Place]] = field(default_factory=dict)
    _loads: dict[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def clans(self) -> Mapping[str, str]:
        """The relatives of each class, by its id."""
        return receivers.clans(self.known)

    def words(self, path: str) -> Mapping[str, Words]:
        """The words of a file, read once."""
        if path not in self._words:
            self._words[path] = self.read(path)
        return self._words[path]

    def files_of(self, module: str, language: str) -> list[str]:
        """The files that importing a module loads first."""
        found = dict.fromkeys(self.known.files(module, language))
        for target in self.known.surface(language).get(module, {}).values():
            if not target.hidden and target.symbol in self.known.symbols:
                found[self.known.symbols[target.symbol].path] = None
        return list(found)

    def loads(self, path: str) -> Sequence[str]:
        """The files that loading a file loads besides."""
        if path not in self._loads:
            self._loads[path] = list(dict.fromkeys(self._loading(path)))
        return self._loads[path]

    def _loading(self, path: str) -> Iterator[str]:
        outline = self.known.outlines[path]
        if outline.language not in LOADING:
            return
        if outline.language == "python":
            yield from _packages(path, self.known)
        if outline.language in _FOLDERS:
            folder = path.rpartition("/")[0]
            yield from (p for p in self.known.outlines if p.rpartition("/")[0] == folder)
        if outline.language in SCRIPTS:  # `x.mjs` and `x.cjs`: a runtime takes one of them
            yield from self.known.twins.get(re.sub(r"(\.d)?\.\w+$", "", path), ())
        for one in outline.imports:
            if not one.module:
                continue
            yield from self.known.files(one.module, outline.language, path)
            if one.member not in ("", "*") and outline.language == "python":
                dot = "" if one.module.endswith(".") else "."
                inner = f"{one.module}{dot}{one.member}"
                yield from self.known.files(inner, outline.language, path)

    def meant(self, name: str, path: str) -> Sequence[Place]:
        """What a bare name means in a file."""
        at = (name, path)
        if at not in self._meant:
            self._meant[at] = self.known.within(name, path)
        return self._meant[at]


def _packages(path: str, known: Lookup) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        inner = f"{folder}/__init__.py"
        if inner in known.outlines:
            yield inner
        folder = folder.rpartition("/")[0]
