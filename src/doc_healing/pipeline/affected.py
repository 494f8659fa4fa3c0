"""Which snippets a change may touch, and so which of them a comparison has to run.

Nothing is left out that may behave otherwise: what the map cannot follow counts as affected, and a
change of anything but source, prose and tests affects everything.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase as fnmatch
from functools import cached_property
from pathlib import PurePosixPath

from doc_healing.model import (
    CALL,
    ELEMENT,
    Document,
    Instructions,
    Role,
    Snippet,
    State,
    Use,
)
from doc_healing.pipeline.naming import NamedPage
from doc_healing.pipeline.unloadable import unloadable
from doc_healing.pipeline.whole import stopping
from doc_healing.protocols import Source
from doc_healing.symbols.affected import Difference, Sides, Touched, difference, touched
from doc_healing.symbols.lookup import Lookup
from doc_healing.symbols.reach import Reach, Walk
from doc_healing.symbols.references import Resolved, resolve
from doc_healing.symbols.words import Words

Key = tuple[str, int]

_FAMILIES = {"typescript": "javascript"}
_PROSE = (".md", ".mdx", ".markdown", ".rst", ".adoc", ".txt", ".ipynb", ".png", ".svg", ".gif",
          ".jpg", ".jpeg", ".webp", ".ico", ".css", ".po", ".pot", ".cff", ".bib")  # fmt: skip
# Text that installers and tools read.
_READ = re.compile(
    r"(?i)(requirements|constraints|cmakelists|manifest|runtime|sources|packages|dev-?deps|version)[\w.-]*$"
)
_FOR_PEOPLE = re.compile(
    r"(?i)(licen[sc]e|copying|notice|authors|contributors|codeowners|funding|security|support"
    r"|citation|\.gitignore|\.gitattributes|\.editorconfig|\.mailmap|\.pre-commit-config\.yaml"
    r"|\.readthedocs\.ya?ml|mkdocs\.ya?ml|\.codespellrc|\.markdownlint.*|\.prettierrc.*"
    r"|\.prettierignore|\.eslintrc.*|\.eslintignore|codecov\.ya?ml|\.codecov\.ya?ml"
    r"|\.git-blame-ignore-revs|renovate\.json5?|dependabot\.ya?ml)(\.\w+)?$"
)
_ASIDE = frozenset({"tests", "test", "__tests__", ".github", ".circleci", ".gitlab", ".vscode",
                    ".idea", "benchmarks", "benchmark", "bench", "benches", "docs", "doc", "site",
                    "website", "examples", "example"})  # fmt: skip
_BUILDING = re.compile(
    r"(?:setup|build|conf|conftest|noxfile|hatch_build|gulpfile|gruntfile)\.(?:py|rs|[cm]?[jt]s)$"
    r"|[\w.-]+\.config\.[cm]?[jt]s$"
)
# A program that runs others, or code that it makes up, may use anything.
_OPAQUE = re.compile(
    r"\b(?:subprocess|os\.system|os\.exec\w+|os\.p?spawn\w*|popen|Popen|runpy|importlib|__import__"
    r"|eval|exec|execfile|create_subprocess_\w+|pickle|marshal|dill|pytester|testdir|dictConfig"
    r"|fileConfig|worker_threads|new\s+Function|require\.resolve|ServiceLoader|loadClass|pkgutil"
    r"|child_process|execSync|spawnSync|vm\.run|Class\.forName|ProcessBuilder|exec\.Command"
    r"|Command::new|plugin\.Open|entry_points|pkg_resources)\b"
)


@dataclass(frozen=True)
class Side:
    """One of the two trees of a comparison."""

    source: Source
    known: Lookup
    reach: Reach
    faults: frozenset[str] = frozenset()  # files of which not all could be read


@dataclass(frozen=True, slots=True)
class Why:
    """Why a snippet is run: in words, and by which changes of the code."""

    reason: str
    touched: tuple[Touched, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a change may touch. `everything` says why nothing may be left out; "" where it may."""

    chosen: Mapping[Key, Why]
    spared: frozenset[Key] = frozenset()
    everything: str = ""
    changed: tuple[str, ...] = ()  # paths of source files
    symbols: frozenset[str] = frozenset()  # whose code differs, by id


def choose(
    head: Side,
    base: Side,
    pages: Sequence[NamedPage],
    before: Sequence[Document],
) -> Choice:
    """Which runnable snippets of the head's pages a change from the base may touch."""
    runnable = [one for page in pages for one in _runnable(page.document)]
    paths = changed_paths(head.source, base.source)
    code = sorted(path for path in paths if _mapped(path, head, base))
    ways = _Ways(
        head,
        base,
        _differing(code, head, base),
        _differing(code, base, head),
        tuple(code),
        tuple(sorted(path for path in paths if not _mapped(path, head, base) and _aside(path))),
        stopping(head.reach, base.reach, head.source, code),
    )
    chosen: dict[Key, Why] = {}
    old = {document.path: document for document in before}
    for page in pages:
        rewritten = _rewritten(page.document, old.get(page.document.path))
        for snippet in _runnable(page.document):
            why = rewritten.get(snippet.index) or _touched(ways, page, snippet)
            if why is not None:
                chosen[snippet.path, snippet.index] = why
    spared = frozenset((one.path, one.index) for one in runnable) - chosen.keys()
    everything = _overall(paths, head, base, pages, before)
    symbols = frozenset(
        f"{path}#{name}" for path, name in (*ways.now.nodes, *ways.then.nodes) if name
    )
    return Choice(chosen, spared, everything, tuple(code), symbols)


def _differing(code: Sequence[str], own: Side, other: Side) -> Difference:
    found = difference(code, own.reach, other.reach)
    failing = unloadable(own.reach, other.reach, own.source, code)
    return replace(found, nodes=found.nodes | failing)


def changed_paths(head: Source, base: Source) -> set[str]:
    """The files that are not the same in both trees."""
    names = head.files.keys() | base.files.keys()
    return {name for name in names if head.files.get(name) != base.files.get(name)}


def reader_of(
    source: Source, read: Callable[[str, bytes], Mapping[str, Words]]
) -> Callable[[str], Mapping[str, Words]]:
    """What reads the words of a file of a tree; of one that has gone, nothing."""

    def words(path: str) -> Mapping[str, Words]:
        if path not in source.files:
            return {}
        return next((read(path, data) for path, data in source.read([path])), {})

    return words


def _runnable(document: Document) -> Iterator[Snippet]:
    return (one for one in document.snippets if one.state is State.RUNNABLE)


def _mapped(path: str, head: Side, base: Side) -> bool:
    return path in head.known.outlines or path in base.known.outlines


# --- what affects everything --------------------------------------------------------------------


def _overall(
    paths: Iterable[str],
    head: Side,
    base: Side,
    pages: Sequence[NamedPage],
    before: Sequence[Document],
) -> str:
    """Why a change may affect everything; empty where it may not."""
    documents = {page.document.path for page in pages} | {one.path for one in before}
    folders = _code_folders(head.known) | _code_folders(base.known)
    read = _Mentions(head, base)
    for path in sorted(paths):
        if not _mapped(path, head, base) and read.hold(path):
            return f"{path} changed, which the code reads"
        if path in documents:
            continue
        if not _mapped(path, head, base):
            if not _harmless(path, folders):
                return f"{path} changed, which may affect everything"
        elif _BUILDING.match(PurePosixPath(path).name) and not _aside(path):
            return f"{path} changed, which may build the project"
    return ""


_READMES = re.compile(r"(?i)(readme|change|history|news|contributing|todo|code_of)[\w.-]*$")
_EMBEDDED = re.compile(rb"go:embed[ \t]+([^\n]+)")


class _Mentions:
    """Which files the code names that are no source: in a text of its own, or to embed them."""

    def __init__(self, head: Side, base: Side) -> None:
        self._sides = (head, base)

    @cached_property
    def _code(self) -> bytes:
        found: list[bytes] = []
        for side in self._sides:
            wanted = [
                path
                for path in side.known.outlines
                if not _aside(path) and not _BUILDING.match(PurePosixPath(path).name)
            ]
            found += [data for _, data in side.source.read(wanted)]
        return b"\n".join(found)

    @cached_property
    def _patterns(self) -> list[str]:
        told = _EMBEDDED.findall(self._code)
        return [one.decode("utf-8", "replace").strip('"`') for each in told for one in each.split()]

    def hold(self, path: str) -> bool:
        """Whether the code may read a file. What is for people is not asked for."""
        name = PurePosixPath(path).name
        if _aside(path) or _READMES.match(name) or _FOR_PEOPLE.match(name):
            return False
        if any(self._embeds(one, path) for one in self._patterns):
            return True
        parents = PurePosixPath(path).parts[:-1]
        words = [rb"[/\"'`]" + re.escape(name.encode("utf-8", "replace")) + rb"[\"'`]"]
        words += [
            rb"[\"'`/]" + re.escape(one.encode("utf-8", "replace")) + rb"/?[\"'`/]"
            for one in parents
        ]
        return any(re.search(one, self._code) for one in words)

    def _embeds(self, pattern: str, path: str) -> bool:
        pattern = pattern.removeprefix("all:")
        ends = ["/".join(path.split("/")[at:]) for at in range(path.count("/") + 1)]
        return any(fnmatch(end, pattern) or end.startswith(f"{pattern}/") for end in ends)


def _code_folders(known: Lookup) -> set[str]:
    """The folders that hold source and lie in none for tests or documentation."""
    return {path.rpartition("/")[0] for path in known.outlines if not _aside(path)} - {""}


def _aside(path: str) -> bool:
    return not _ASIDE.isdisjoint(PurePosixPath(path).parts[:-1])


def _harmless(path: str, folders: set[str]) -> bool:
    """Whether a file that is no source is read by people, tests and services only."""
    name = PurePosixPath(path).name
    inside = any(str(one) in folders for one in PurePosixPath(path).parents)
    if _READ.match(name) or (inside and not _aside(path)):
        return False
    return _aside(path) or bool(_FOR_PEOPLE.match(name)) or name.lower().endswith(_PROSE)


# --- what its document does ---------------------------------------------------------------------


def _rewritten(new: Document, old: Document | None) -> Mapping[int, Why]:
    """The snippets that are not what they were, or that may run after such a one."""
    if old is None:
        return {one.index: Why("its document is new") for one in _runnable(new)}
    if [_identity(one) for one in new.snippets] == [_identity(one) for one in old.snippets]:
        return {}
    shared = [one for one in (*new.snippets, *old.snippets) if _lends(one)]
    if {_identity(one) for one in shared if one in new.snippets} != {
        _identity(one) for one in shared if one in old.snippets
    }:
        return {one.index: Why("what its document sets up changed") for one in _runnable(new)}
    found: dict[int, Why] = {}
    for language in {one.language for one in new.snippets}:
        mine = [one for one in new.snippets if one.language == language]
        theirs = [one for one in old.snippets if one.language == language]
        first = next(
            (
                at
                for at, one in enumerate(mine)
                if at >= len(theirs) or _identity(one) != _identity(theirs[at])
            ),
            len(mine),
        )
        texts = {_identity(one) for one in theirs}
        for one in mine[first:]:
            words = "changed itself" if _identity(one) not in texts else "follows a changed block"
            found[one.index] = Why(words)
    return found


def _lends(one: Snippet) -> bool:
    said = one.instructions
    return bool(said.role is not Role.EXAMPLE or one.invisible or said.shown_as or said.file_name)


def _identity(one: Snippet) -> tuple[object, ...]:
    """What decides how a snippet runs, wherever it stands."""
    said = one.instructions
    told = [
        (name, getattr(said, name))
        for name in Instructions.__dataclass_fields__
        if name not in ("markers", "mentioned", "announced_at", "expected", "env")
    ]
    expected = [(each.text, each.after_line, each.wildcards) for each in said.expected]
    rest = (repr(told), repr(expected), repr(sorted(said.env.items())), bool(said.announced_at))
    imports = tuple(text for text, _ in said.mentioned)
    return (one.language, one.info, one.code, one.state, one.containers, *rest, imports)


# --- what the code does -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ways:
    """Both trees, what of each is not in the other, and the source files that differ."""

    head: Side
    base: Side
    now: Difference
    then: Difference
    changed: tuple[str, ...]
    data: tuple[str, ...] = ()  # files beside tests that differ and are no source
    stopped: Mapping[str, str] = field(default_factory=dict)  # why all of a language may fail


def _opaque(ways: _Ways, code: str, language: str) -> str:
    """What of a snippet may start anything: a program, or one of the project's names in a text."""
    found = _OPAQUE.search(code)
    return found[0] if found else _name_in_text(ways, code, language)


def _name_in_text(ways: _Ways, code: str, language: str) -> str:
    surface = ways.head.known.surface(language)
    tops = {re.split(r"[./:]", module)[0] for module in surface} - {"", "@"}
    found = re.finditer(r"[\"'`]([A-Za-z_]\w*)[.:][A-Za-z_][\w.:]*[\"'`]", code)
    return next((one[0] for one in found if one[1] in tops), "") if language == "python" else ""


def _data_beside(walk: Walk, data: Sequence[str]) -> str:
    """A file that differs and lies in a folder for tests of which a snippet loads something."""
    for path in data:
        parts = PurePosixPath(path).parts[:-1]
        at = next((at for at, one in enumerate(parts) if one in _ASIDE), None)
        folder = "/".join(parts[: at + 1]) + "/" if at is not None else ""
        if folder and any(one.startswith(folder) for one, _ in walk.nodes):
            return path
    return ""


def _touched(ways: _Ways, page: NamedPage, snippet: Snippet) -> Why | None:
    if not ways.changed and not ways.data:
        return None
    language = snippet.language
    if snippet.index not in page.resolved:
        return Why(f"the map does not read {language}")
    if not ways.changed:
        walk = ways.head.reach.of(page.resolved[snippet.index], language)
        beside = _data_beside(walk, ways.data)
        return Why(f"it may read {beside}") if beside else None
    if language == "typescript" and any(path.endswith(".d.ts") for path in ways.changed):
        return Why("declarations changed, which may hold for everything")
    if stopped := ways.stopped.get(language):
        return Why(stopped)
    if other := _other_language(ways, language):
        return Why(f"{other} changed, which is written in another language")
    if opaque := _opaque(ways, snippet.code, language):
        return Why(f"it uses {opaque}, which the map cannot follow")
    answers = [
        answer
        for index in (*page.behind.get(snippet.index, ()), snippet.index)
        for answer in page.resolved.get(index, ())
    ]
    own = page.resolved[snippet.index]
    named = _named(own)
    texts = re.findall(r"[\"'`]([A-Za-z_$][\w$]*)[\"'`]", snippet.code)
    walk = ways.head.reach.of(answers, language, texts)
    now = touched(walk, ways.now, named)
    if lost := [answer.use for answer in answers if answer.missing]:
        return _lost(ways, [answer.use for answer in own], lost, language)
    if blind := walk.blind or _data_beside(walk, ways.data):
        return Why(f"it may use anything through {blind}", tuple(now))
    if walk.files & ways.head.faults:
        return Why("it loads a file that could not be read whole", tuple(now))
    uses = [answer.use for answer in answers]
    earlier = resolve(uses, language, ways.base.known)
    if led := _leads(answers) ^ _leads(earlier):
        name = ".".join(step for step in min(led)[:-1] if step not in (CALL, ELEMENT))
        return Why(f"{name} leads to another definition now", tuple(now))
    back = ways.base.reach.of(earlier, language, texts)
    mine = resolve([answer.use for answer in own], language, ways.base.known)
    then = touched(back, ways.then, _named(mine))
    if back.blind:
        return Why(f"it might use anything through {back.blind}", tuple(then))
    told = Sides(now, then).all
    if told:
        return Why(_told(told), tuple(told))
    if not any(answer.symbols for answer in answers) and (name := _written(ways, snippet.code)):
        return Why(f"{name} changed, which it may mean")
    return _unknown(ways, [use.module for use in uses if use.module], language)


def _written(ways: _Ways, code: str) -> str:
    """A name in a block that leads nowhere by its grammar, as a bare signature: of what changed."""
    words = set(re.findall(r"[A-Za-z_$][\w$]{3,}", code))
    nodes = (*ways.now.nodes, *ways.then.nodes)
    names = {name.rpartition(".")[2] for path, name in nodes if not _aside(path)}
    return min(words & names, default="")


def _named(answers: Sequence[Resolved]) -> dict[str, tuple[float, str]]:
    """The symbols that a snippet names, by id: how sure that is, and why."""
    found: dict[str, tuple[float, str]] = {}
    for answer in answers:
        for symbol, sure, reason in answer.symbols:
            if symbol.id not in found or found[symbol.id][0] < sure:
                found[symbol.id] = sure, reason
    return found


def _lost(ways: _Ways, uses: Sequence[Use], lost: Sequence[Use], language: str) -> Why:
    """Of names that lead nowhere: what they led to at the base, if that is known."""
    earlier = resolve(lost, language, ways.base.known)
    gone = [symbol.name for one in earlier for symbol, sure, _ in one.symbols if sure > 0.5]
    mine = resolve(uses, language, ways.base.known)
    then = touched(ways.base.reach.of(mine, language), ways.then, _named(mine))
    reason = f"{gone[0]} is gone" if gone else "it names what the map cannot find"
    return Why(reason, tuple(then))


def _leads(answers: Sequence[Resolved]) -> set[tuple[str, ...]]:
    """What the names of a snippet lead to, where that is no guess."""
    return {
        (*answer.use.names, symbol.id)
        for answer in answers
        for symbol, sure, _ in answer.symbols
        if sure > 0.5
    }


def _told(found: Sequence[Touched]) -> str:
    first = found[0]
    path, _, name = first.symbol.partition("#")
    others = len(found) - 1
    more = f" ({others} more change{'s' * (others > 1)})" if others else ""
    passed = [one.rpartition("#")[2] for one in first.via if "#" in one]
    through = f", through {passed[0]}" if passed else ""
    what = f"{name} changed" if name else f"importing {path} runs other code"
    return f"{what}{through}{more}"


def _unknown(ways: _Ways, modules: Sequence[str], language: str) -> Why | None:
    """An import that may be the project's own and that the map cannot find."""
    known = ways.head.known
    tops = {
        module.partition(".")[0].partition("/")[0] for module in known.surfaces.get(language, {})
    }
    for module in modules:
        top = re.split(r"[./:]", module.lstrip("."))[0]
        if known.owns(module, language) and not ways.head.reach.files_of(module, language):
            return Why(f"{module} cannot be found")
        near = [one for one in tops if len(one) > 3 and one in top and top not in tops]
        if near:
            return Why(f"{module} may be made of {near[0]}")
    return None


def _other_language(ways: _Ways, language: str) -> str:
    """A changed file that a snippet may reach through another language; empty for none."""
    own = _FAMILIES.get(language, language)
    for path in ways.changed:
        spoken = ways.head.known.languages.get(path) or ways.base.known.languages.get(path, "")
        if _FAMILIES.get(spoken, spoken) != own and not _aside(path):
            return path
    return ""
