"""A package as templates, and the text of it after some of its symbols were changed.

Every name that may change occurs as nothing else in its package, so that renaming is replacing a
word. Lines between `{{def name}}` and `{{end}}` are its definition, which can move or go;
`{{import name}}` and `{{export name}}` become what the language writes where the symbol is now,
`{{ref name}}` its name as it is called from there, `{{where name}}` what stands before it there,
`{{params name}}` and `{{args name a; b}}` its parameters and the arguments of a call in their
present order.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(r"\{\{(\w+)(?: (\w+))?(?: ([^{}]*))?\}\}")
_NUMBER = re.compile(r"(?<![\w.{\"'%-])\d+(?![\w.}])")
_MARKS: dict[str | tuple[str, ...], str] = {
    ".py": "#",
    (".js", ".mjs", ".ts", ".java", ".go", ".rs"): "//",
}
NOISE = ("header", "remarks", "blanks")
_FENCE = re.compile(r"^```", re.MULTILINE)


@dataclass(frozen=True)
class Par:
    """A parameter: its name, its type where the language has one, its default."""

    name: str
    type: str = ""
    default: str = ""
    spare: str = "7"  # what a call gives for it when it is new


@dataclass(frozen=True)
class Spec:
    """A symbol that may change: `kind` is function, class, method or const."""

    kind: str
    home: str
    owner: str = ""  # the class of a method
    params: tuple[Par, ...] = ()
    can_go: bool = True
    along: tuple[str, ...] = ()  # what its definition holds besides, at the top of the file


@dataclass(frozen=True)
class Dialect:
    """How a language writes what a template leaves open. Paths are those of files."""

    imported: Callable[[str, str, str, Spec], str]  # at, name, home, spec -> a line, or ""
    exported: Callable[[str, str, str, Spec], str]
    called: Callable[[str, str, str, Spec], str]
    parameter: Callable[[Par], str]
    container: Callable[[str, Spec], str]  # of a function at the top of a file: its class, or ""
    cased: Callable[[str, tuple[str, ...]], str]  # kind, words -> a name
    spare: Par  # what is added where the language has no defaults
    optional: Par | None = None
    indent: str = ""  # of the members of what a file holds
    file_of: Callable[[str, str], str] | None = None  # folder, class -> path: one class a file


@dataclass(frozen=True)
class Package:
    """The templates of the files of a package, its documents, and the symbols that may change."""

    language: str
    files: Mapping[str, str]
    documents: Mapping[str, str]
    symbols: Mapping[str, Spec]
    dialect: Dialect
    reexports: bool = True

    def places(self) -> list[str]:
        """The files that functions are in, to which others may move."""
        return sorted({spec.home for spec in self.symbols.values() if spec.kind == "function"})


@dataclass(repr=False)
class State:
    """What became of the symbols of a package, by their first names."""

    package: Package
    names: dict[str, str] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    params: dict[str, tuple[Par, ...]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    kept: list[tuple[str, str]] = field(default_factory=list)  # re-exported where it was
    edited: set[str] = field(default_factory=set)  # with other numbers in their bodies
    noise: frozenset[str] = frozenset()  # of NOISE: what means nothing

    def __repr__(self) -> str:
        return (
            f"{self.package.language}: names {self.names}, homes {self.homes}, "
            f"params { {name: [p.name for p in ps] for name, ps in self.params.items()} }, "
            f"gone {sorted(self.gone)}, kept {self.kept}, edited {sorted(self.edited)}, "
            f"noise {sorted(self.noise)}"
        )

    def name(self, symbol: str) -> str:
        """Its present name."""
        return self.names.get(symbol, symbol)

    def home(self, symbol: str) -> str:
        """The file that it is in now."""
        spec = self.package.symbols[symbol]
        owner = spec.owner or symbol
        home = self.homes.get(owner, self.package.symbols[owner].home)
        place = self.package.dialect.file_of
        if place is not None and self.package.symbols[owner].kind == "class":
            return place(home.rpartition("/")[0], self.name(owner))
        return home

    def parameters(self, symbol: str) -> tuple[Par, ...]:
        """Its present parameters."""
        return self.params.get(symbol, self.package.symbols[symbol].params)

    def qualified(self, symbol: str) -> str:
        """Its present name within its file."""
        spec = self.package.symbols[symbol]
        top = self.name(spec.owner) if spec.owner else ""
        if spec.kind in ("function", "const"):
            top = self.package.dialect.container(self.home(symbol), spec)
        return f"{top}.{self.name(symbol)}" if top else self.name(symbol)

    def is_gone(self, symbol: str) -> bool:
        """Whether it, or its class, was deleted."""
        return symbol in self.gone or self.package.symbols[symbol].owner in self.gone


def texts(state: State) -> dict[str, bytes]:
    """The files of a package as they are now; its documents are left as they were."""
    pieces: dict[str, list[str]] = {}
    moved: list[tuple[str, list[str]]] = []
    for path, template in state.package.files.items():
        at = _path(state, path)
        pieces[at] = list(_kept(state, at, template.strip("\n").split("\n"), moved))
    for home, lines in moved:
        _insert(pieces[home], lines, state.package.dialect.indent)
    for symbol, path in state.kept:
        line = _line_of(state, path, "export", symbol, "")
        pieces[path].append(line)
    return {path: _final(state, _noisy(state, path, lines)) for path, lines in pieces.items()}


def named_in(package: Package) -> set[tuple[str, int, str]]:
    """Where the documents name which symbol: (path, line, symbol), in fences and code spans."""
    found = set()
    for path, text in package.documents.items():
        fenced = False
        for number, line in enumerate(text.split("\n"), 1):
            if _FENCE.match(line):
                fenced = not fenced
                continue
            spans = [line] if fenced else re.findall(r"`([^`]+)`", line)
            for symbol in package.symbols:
                if any(re.search(rf"\b{symbol}\b", span) for span in spans):
                    found.add((path, number, symbol))
    return found


def _path(state: State, path: str) -> str:
    for symbol, spec in state.package.symbols.items():
        if spec.kind == "class" and spec.home == path and state.package.dialect.file_of:
            return state.home(symbol)
    return path


def _kept(
    state: State, at: str, lines: list[str], moved: list[tuple[str, list[str]]]
) -> Iterator[str]:
    """The lines of a file that stay in it, expanded; what leaves it is put aside."""
    open_: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _TOKEN.fullmatch(line.strip())
        if found is not None and found[1] == "def":
            open_.append((found[2], []))
        elif found is not None and found[1] == "end":
            symbol, block = open_.pop()
            if symbol in state.gone:
                continue
            block = _reworded(state, symbol, block)
            home = state.home(symbol)
            if open_:
                open_[-1][1].extend(block)
            elif home != at:
                moved.append((home, block))
            else:
                yield from block
        else:
            where = state.home(open_[0][0]) if open_ else at
            out = [_expanded(state, where, line)]
            if found is not None and found[1] in ("import", "export"):
                out = [one for one in out if one.strip()]
            if open_:
                open_[-1][1].extend(out)
            else:
                yield from out


def _reworded(state: State, symbol: str, block: list[str]) -> list[str]:
    """A definition whose body follows its parameters."""
    first = {par.name for par in state.package.symbols[symbol].params}
    now = {_first_name(state, symbol, par): par.name for par in state.parameters(symbol)}
    for name in sorted(first):
        if now.get(name, "unset") != name:
            block = [re.sub(rf"\b{name}\b", now.get(name, "unset"), line) for line in block]
    if symbol in state.edited:
        block = [*block[:1], *(_NUMBER.sub(_next, line) for line in block[1:])]
    return block


def _next(found: re.Match[str]) -> str:
    return str(int(found[0]) + 1)


def _noisy(state: State, path: str, lines: list[str]) -> list[str]:
    """The lines of a source file with a header, remarks and more blanks."""
    mark = next((sign for ends, sign in _MARKS.items() if path.endswith(ends)), "")
    if not mark:
        return lines
    if "remarks" in state.noise:
        lines = [f"{line}  {mark} so" if re.match(r"\s+return\b", line) else line for line in lines]
    if "blanks" in state.noise:
        lines = [one for line in lines for one in ([line] if line.strip() else ["", ""])]
    return [f"{mark} Free to use by all.", "", *lines] if "header" in state.noise else lines


def _expanded(state: State, at: str, line: str) -> str:
    for _ in range(3):
        line = _TOKEN.sub(
            lambda found: (
                found[0]
                if found[1] == "more"
                else _line_of(state, at, found[1], found[2] or "", found[3] or "")
            ),
            line,
        )
    return line


def _line_of(state: State, at: str, token: str, symbol: str, rest: str) -> str:
    dialect = state.package.dialect
    if token == "package":
        return at.rpartition("/")[0].rpartition("java/")[2].replace("/", ".")
    spec = state.package.symbols[symbol]
    if token == "where":
        return dialect.called(at, "", state.home(symbol), spec)
    if token == "params":
        return ", ".join(dialect.parameter(par) for par in state.parameters(symbol))
    if token == "args":
        given = dict(zip((par.name for par in spec.params), rest.split("; "), strict=False))
        listed = [given.get(_first_name(state, symbol, par), _lacking(par))
                  for par in state.parameters(symbol)]  # fmt: skip
        return ", ".join(one for one in listed if one)
    write = {"import": dialect.imported, "export": dialect.exported, "ref": dialect.called}[token]
    return write(at, symbol, state.home(symbol), spec)


def _first_name(state: State, symbol: str, par: Par) -> str:
    """What a parameter was called at first: renamed ones keep their place in `spare`."""
    return par.spare.removeprefix("was ") if par.spare.startswith("was ") else par.name


def _lacking(par: Par) -> str:
    return "" if par.default else par.spare


def _insert(lines: list[str], block: list[str], indent: str) -> None:
    at = next((i for i, line in enumerate(lines) if line.strip() == "{{more}}"), len(lines))
    lines[at:at] = ["", *block] if not indent else [*block, ""]


def _final(state: State, lines: list[str]) -> bytes:
    gone = [name for name in state.package.symbols if name in state.gone]
    dead = re.compile(rf"\b(?:{'|'.join(gone)})\b") if gone else None
    seen: set[str] = set()
    kept = []
    for line in lines:
        told = line.strip()
        again = told.startswith(("import ", "use ", "from ")) and told in seen
        seen.add(told)
        if told == "{{more}}" or again or (dead is not None and dead.search(line)):
            continue
        kept.append(line)
    text = "\n".join(kept) + "\n"
    if state.names:
        word = re.compile(rf"\b(?:{'|'.join(state.names)})\b")
        text = word.sub(lambda found: state.names[found[0]], text)
    return text.encode()
