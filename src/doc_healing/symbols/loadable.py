"""The files of a tree as a walk asks for them: what their code uses, what loading them loads."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from doc_healing.model import Symbol
from doc_healing.symbols import receivers
from doc_healing.symbols.lookup import Lookup, Place
from doc_healing.symbols.words import Words

ReadWords = Callable[[str], Mapping[str, Words]]

LOADING = frozenset({"python", "javascript", "typescript", "go"})  # to import a file is to run it
SCRIPTS = ("javascript", "typescript")
_FIRST = re.compile(r"(?:^|/)(?:index|main|mod)\.[cm]?[jt]sx?$")
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|__tests__|docs?|examples?|bench\w*|scripts?)/|\.(?:test|spec)\.\w+$"
)
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
    _kin: dict[str, Sequence[tuple[Symbol, Sequence[str]]]] = field(default_factory=dict)
    _wholes: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def clans(self) -> Mapping[str, str]:
        """The relatives of each class, by its id."""
        return receivers.clans(self.known)

    def kin(self, name: str) -> Sequence[tuple[Symbol, Sequence[str]]]:
        """The members of a name, each with the ids of those of its owners that have relatives."""
        if name not in self._kin:
            told = [(one, self.known.owners(one)) for one in self.known.by_last.get(name, ())]
            self._kin[name] = [
                (one, [x.id for x in own if x.id in self.clans]) for one, own in told
            ]
        return self._kin[name]

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
        if language in SCRIPTS:
            found.update(dict.fromkeys(self._entries(frozenset(found))))
        return list(found)

    def _entries(self, files: frozenset[str]) -> list[str]:
        """The files that may be what a package is imported by, where they only pass these on."""
        wholes = [(path, self._whole(path)) for path in self._passing] if files else []
        return [path for path, whole in wholes if files <= whole] or [
            path for path, whole in wholes if files & whole
        ]

    @cached_property
    def _passing(self) -> list[str]:
        """The files that pass on what others define, or are named as a package's first file."""
        return [
            path
            for path, outline in self.known.outlines.items()
            if outline.language in SCRIPTS
            and not _ASIDE.search(path)
            and (_FIRST.search(path) or any(one.exported and one.module for one in outline.imports))
        ]

    def _whole(self, path: str) -> frozenset[str]:
        """All files that loading a file loads."""
        if path not in self._wholes:
            found, waiting = {path}, [path]
            while waiting:
                more = [one for one in self.loads(waiting.pop()) if one not in found]
                found.update(more)
                waiting += [one for one in more if one in self.known.outlines]
            self._wholes[path] = frozenset(found)
        return self._wholes[path]

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
            yield from self._folders[folder]
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

    @cached_property
    def _folders(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.known.outlines:
            found.setdefault(path.rpartition("/")[0], []).append(path)
        return found

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
