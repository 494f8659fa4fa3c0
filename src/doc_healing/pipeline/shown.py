"""The files that a document shows (`main.py`:), put beside the blocks that import or read them.

A block that is shown as a file stays an example of its own. Only where another block fails alone,
and what it imports or opens has the name of such a file, that file stands beside it, with what it
imports itself. Of several versions of one file, the nearest above the block is meant.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from doc_healing.model import (
    Environment,
    File,
    Job,
    Mode,
    Names,
    Reading,
    Snippet,
    State,
    SymptomKind,
    Verdict,
)

_MOST = 30  # files of one program
# Failures that a file beside the block may cure.
_CURABLE = (
    SymptomKind.IMPORT,
    SymptomKind.DEPENDENCY,
    SymptomKind.CONTEXT,
    SymptomKind.NAME,
    SymptomKind.COMPILE,
)
NamesOf = Callable[[Snippet], Names]


@dataclass(frozen=True, slots=True)
class Shown:
    """A block that the document shows as a file, and the name that it is given."""

    name: str
    snippet: Snippet


def lacks_file(reading: Reading) -> bool:
    """Whether a block failed alone for want of something that a file beside it may give."""
    if reading.verdict is not Verdict.UNVERIFIED:
        return False
    found = reading.symptom
    return reading.cause in ("context", "dependency") or (
        found is not None and found.kind in _CURABLE
    )


def beside(
    blocks: Sequence[Snippet], shown: Sequence[Snippet], names: NamesOf, installed: frozenset[str]
) -> tuple[Shown, ...]:
    """The files that these blocks ask for, the last of which is the one that is to be run.

    What is `installed` needs no file: a name of its own would hide it.
    """
    main = blocks[-1]
    usable = [one for one in shown if _may_stand_beside(one, main)]
    found: dict[str, Snippet] = {}
    waiting = [(one, "") for one in blocks]
    while waiting and usable and len(found) < _MOST:
        asking, folder = waiting.pop()
        for name, one in _asked(asking, folder, main, usable, names, installed):
            if name not in found and one is not asking:
                found[name] = one
                waiting.append((one, posixpath.dirname(name)))
    return tuple(Shown(name, found[name]) for name in sorted(found))


def placed(job: Job, shown: Sequence[Shown]) -> Job:
    """The job with these files beside its program; what the program has itself, stays."""
    own = {file.name for file in job.program.files}
    more = [
        File(one.name, one.snippet.code.encode("utf-8", "surrogateescape"))
        for one in shown
        if one.name not in own and not any(_clash(one.name, name) for name in own)
    ]
    return replace(job, program=replace(job.program, files=(*job.program.files, *more)))


def told(shown: Sequence[Shown]) -> tuple[str, ...]:
    """In words, which files stood beside a block."""
    return tuple(f"`{one.name}` as the block at line {one.snippet.line} shows it" for one in shown)


def installed(environment: Environment | None) -> frozenset[str]:
    """The names that an environment already gives to an import."""
    if environment is None:
        return frozenset()
    packages = (name.lower().replace("-", "_") for name in environment.packages)
    return frozenset((*environment.modules, *packages))


def _may_stand_beside(one: Snippet, main: Snippet) -> bool:
    said = one.instructions
    program = one.state is State.RUNNABLE and said.mode in (Mode.RUN, Mode.BUILD, Mode.LINT)
    near = one.index < main.index or one.headings == main.headings
    usable = program or one.state is State.ILLUSTRATIVE
    return usable and bool(said.shown_as) and near and not _other_tab(one, main)


def _other_tab(one: Snippet, main: Snippet) -> bool:
    """Whether they stand in different tabs of one set, unless the tabs are the files themselves."""
    tabs = dict(name.split("/tab:", 1) for name in one.containers if "/tab:" in name)
    own = dict(name.split("/tab:", 1) for name in main.containers if "/tab:" in name)
    named = one.instructions.shown_as.rpartition("/")[2]
    return any(own.get(group, tab) != tab and named not in tab for group, tab in tabs.items())


def _asked(
    asking: Snippet,
    folder: str,
    main: Snippet,
    usable: Sequence[Snippet],
    names: NamesOf,
    hidden: frozenset[str],
) -> Iterator[tuple[str, Snippet]]:
    """The files that one block imports or reads: the name to place each by, and the block."""
    own = posixpath.dirname(asking.instructions.shown_as)
    for path in sorted(names(asking).files) if asking.language == main.language else ():
        relative = path.startswith(".")
        wanted = posixpath.normpath(posixpath.join(own, path)) if relative else path
        name = posixpath.normpath(posixpath.join(folder, path)) if relative else path
        top = name.partition("/")[0].partition(".")[0]
        one = _nearest(wanted, main, usable)
        if one and not name.startswith("..") and (relative or top not in hidden):
            yield name, one
    for one in _read(asking, main, usable):
        yield one.instructions.shown_as, one


def _read(asking: Snippet, main: Snippet, usable: Sequence[Snippet]) -> Iterator[Snippet]:
    """The files that the code names between quotes: `open("config.json")`."""
    for name in dict.fromkeys(one.instructions.shown_as for one in usable):
        quoted = rf"([\"'`])(?:\./)?{re.escape(name)}\1"
        if name in asking.code and re.search(quoted, asking.code):
            one = _nearest(name, main, usable)
            if one:
                yield one


def _nearest(wanted: str, main: Snippet, usable: Sequence[Snippet]) -> Snippet | None:
    """The nearest version above the block that is run, else the first below it.

    Where only one file of that name is shown in some folder (`src/main.py`), it is meant too.
    """
    exact = [one for one in usable if one.instructions.shown_as == wanted]
    inner = [one for one in usable if one.instructions.shown_as.endswith(f"/{wanted}")]
    if len({one.instructions.shown_as for one in inner}) > 1:
        inner = []
    several = [one for one in exact or inner if one.index != main.index]
    above = [one for one in several if one.index < main.index]
    return above[-1] if above else next(iter(several), None)


def _clash(one: str, other: str) -> bool:
    """Whether one of two paths would have to be a folder for the other."""
    return one.startswith(f"{other}/") or other.startswith(f"{one}/")
