"""Many snippets in one run of the compiler, each emitted as it would be alone.

In build mode one process compiles several projects, which share what was parsed of the libraries
and nothing else: https://www.typescriptlang.org/docs/handbook/project-references.html. Snippets
stand in one project where none can see another: all are modules, none declares anything global,
and all import the same packages under the same options. Others get a project of their own.
"""

import io
import json
import re
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from doc_healing.languages.javascript import program as scripts
from doc_healing.languages.typescript import deprecations
from doc_healing.languages.typescript.erasure import erased
from doc_healing.languages.typescript.program import CHECKED, LINK
from doc_healing.languages.typescript.toolchain import compiler
from doc_healing.languages.typescript.twoslash import is_twoslash
from doc_healing.model import File, Job, Mode, Outcome, Program, Step

_LOG = "checked.txt"
_CONFIG = "tsconfig.json"
# Exit codes above 2 are the compiler's own trouble, as in a run for one snippet.
_BUILD = f"""
{LINK}
GOMAXPROCS=2 {compiler()} --build --pretty false {{projects}} > {_LOG} 2>&1
code=$?
{{asking}}
[ $code -le 2 ] || {{{{ cat {_LOG}; exit $code; }}}}
for name in {{canaries}}; do
  grep -q "^$name(1,7): error TS2322: " {_LOG} || {{{{ cat {_LOG}; exit 1; }}}}
done
tar -cf - {_LOG} {{folders}} >&3
"""
# Where one file of a project cannot be parsed, the compiler checks no types in any of them, and
# does not say so. So each project has a file of ours with an error of types, which must be told.
_CANARY = b"const told: string = 1;\nexport { told };\n"
_ASKED = re.compile(r"\b(from|import|require)\b\s*\(?\s*([\"'`])(.*?)\2")
# What reaches beyond its file, or asks for a module in a way that `_ASKED` does not see.
_FAR = re.compile(
    r"\bglobal\s*(?:\{|/[/*])|\bmodule\s*(?:[\"'`]|/[/*])|///|@jsx|resolution-mode|\\u"
    r"|\b(?:from|import|require)\b\s*\(?\s*(?:/[/*]|\\)"
)
_CRASHED = re.compile(r"^(?:panic:|fatal error:|goroutine \d)", re.MULTILINE)
_MOST = 200_000  # characters of the compiler's words that are reported, as by the driver
_SOURCE = re.compile(r"\.[cm]?tsx?$")


@dataclass(frozen=True, slots=True)
class _Unit:
    """One job's place in a build: its folder, what stands there, and with whom it is compiled."""

    folder: str
    files: tuple[File, ...]
    options: Mapping[str, object]
    roots: tuple[str, ...]
    project: str


@dataclass(frozen=True, slots=True)
class _Project:
    """Units that one program holds; one that is alone speaks for itself and has no `canary`."""

    config: str
    canary: str
    members: tuple[_Unit, ...]

    def files(self) -> list[File]:
        """Its configuration, and the file that has to be told of, which is its last."""
        roots = [root for unit in self.members for root in unit.roots]
        roots += [self.canary] if self.canary else []
        stated = {"compilerOptions": self.members[0].options, "files": roots}
        canary = [File(self.canary, _CANARY)] if self.canary else []
        return [File(self.config, json.dumps(stated).encode()), *canary]


def build(jobs: Sequence[Job]) -> Program | None:
    """One run of the compiler for all that can share it; its files come back as an archive."""
    units = _units(jobs)
    if len(units) < 2:
        return None
    projects = _projects(units)
    files = [
        File(f"{unit.folder}/{file.name}", file.data)
        for unit in units.values()
        for file in unit.files
    ]
    for one in projects:
        files += one.files()
    asking = _asking(jobs, units)
    files += [deprecations.client(""), *_configs(jobs, units)] if asking else []
    script = _BUILD.format(
        asking=asking,
        projects=" ".join(one.config for one in projects),
        canaries=" ".join(one.canary for one in projects if one.canary),
        folders=" ".join(unit.folder for unit in units.values()),
    )
    first = jobs[next(iter(units))]
    alone = first.program
    size = sum(len(file.data) for file in files)
    return Program(
        files=tuple(files),
        steps=(Step(("/bin/sh", "-c", script, *alone.steps[0].argv[3:]), "build"),),
        mounts=alone.mounts,
        variables=alone.variables,
        report_kib=1024 + 64 * len(units) + size // 100,
    )


def _configs(jobs: Sequence[Job], units: Mapping[int, _Unit]) -> list[File]:
    """The configuration of each that is asked for: without it an editor's compiler has its own."""
    return [
        replace(file, name=f"{unit.folder}/{_CONFIG}")
        for at, unit in units.items()
        for file in jobs[at].program.files
        if file.name == _CONFIG and json.loads(jobs[at].facts["imported"])
    ]


def _asking(jobs: Sequence[Job], units: Mapping[int, _Unit]) -> str:
    """What asks for deprecated names: each file under its own configuration, as alone."""
    imported = {
        f"{unit.folder}/{jobs[at].facts['checked']}": json.loads(jobs[at].facts["imported"])
        for at, unit in units.items()
    }
    node = jobs[next(iter(units))].program.steps[1].argv[0]
    return deprecations.asking(node, compiler(), "", imported, _LOG)


def parts(jobs: Sequence[Job], made: bytes) -> Sequence[Program | None]:
    """Each snippet's program as it is after its own compilation, without the compiler."""
    emitted = _unpacked(made)
    log = emitted.get(_LOG, b"").decode("utf-8", "replace")
    units = {} if _CRASHED.search(log) else _units(jobs)
    said = _by_folder(log)
    return [
        _part(job, units[at], emitted, said.get(units[at].folder, "")) if at in units else None
        for at, job in enumerate(jobs)
    ]


def culprits(jobs: Sequence[Job], outcome: Outcome) -> Sequence[int]:
    """Those that cannot be parsed, so that nobody else of their project was checked."""
    log = outcome.stdout.decode("utf-8", "replace")
    said = _by_folder(log)
    units = _units(jobs)
    silent = [
        one for one in _projects(units) if one.canary and f"\n{one.canary}(1,7): " not in f"\n{log}"
    ]
    blamed = {unit.folder for one in silent for unit in one.members if unit.folder in said}
    return [at for at, unit in units.items() if unit.folder in blamed]


# --- Who can share a build -----------------------------------------------------------------


def _units(jobs: Sequence[Job]) -> dict[int, _Unit]:
    """The jobs that can share a build, by their places."""
    found: dict[int, _Unit] = {}
    for at, job in enumerate(jobs):
        if _is_plain(job) and (not found or _is_alike(job, jobs[next(iter(found))])):
            unit = _unit(job, f"s{at}")
            if unit is not None:
                found[at] = unit
    return found


def _is_plain(job: Job) -> bool:
    """Whether it only has to compile and run: what is special keeps its own way."""
    said = job.snippet.instructions
    promised = said.mode in (Mode.FAIL, Mode.LINT) or is_twoslash(job.snippet)
    return not promised and not said.env and len(job.program.steps) == 2


def _is_alike(job: Job, other: Job) -> bool:
    mine, others = job.program, other.program
    same_place = mine.steps[0].argv[3:] == others.steps[0].argv[3:]
    return same_place and mine.mounts == others.mounts and mine.variables == others.variables


def _unit(job: Job, folder: str) -> _Unit | None:
    """None for one that names files outside of its folder, or that has a project's own files."""
    ours = f"{scripts.FOLDER}/"
    config = next(file for file in job.program.files if file.name == _CONFIG)
    files = tuple(
        file for file in job.program.files if file is not config and not file.name.startswith(ours)
    )
    names = [file.name for file in files]
    sources = [file for file in files if _SOURCE.search(file.name)]
    texts = "\n".join(file.data.decode("utf-8", "replace") for file in sources)
    asked = {(word == "require", name) for word, _, name in _ASKED.findall(texts)}
    if len(set(names)) != len(names) or names.count("package.json") != 1:
        return None
    if any("node_modules" in name or _is_config(name) for name in names if name != _CONFIG):
        return None
    if any(".." in name or name.startswith(("/", "#")) for _, name in asked):
        return None
    stated = json.loads(config.data)
    alone = _FAR.search(texts) is not None or any(".d." in name for name in names)
    alone = alone or not all(_parses(file) for file in sources)
    endings = sorted({name.rpartition(".")[2] for name in names})
    key = [folder if alone else "", stated["compilerOptions"], endings, sorted(asked)]
    roots = tuple(f"{folder}/{name}" for name in stated["files"])
    project = json.dumps(key, sort_keys=True)
    return _Unit(folder, files, stated["compilerOptions"], roots, project)


def _parses(file: File) -> bool:
    return erased(file.data.decode("utf-8", "replace")).parses


def _is_config(name: str) -> bool:
    return re.search(r"(?:^|/)(?:[tj]sconfig[^/]*|[^/]*\.tsbuildinfo)$", name) is not None


def _projects(units: Mapping[int, _Unit]) -> list[_Project]:
    """The projects of a build, in order."""
    grouped: dict[str, list[_Unit]] = {}
    for unit in units.values():
        grouped.setdefault(unit.project, []).append(unit)
    return [
        _Project(f"project{number}.json", f"canary{number}.ts" if members[1:] else "", (*members,))
        for number, members in enumerate(grouped.values())
    ]


# --- What came of it -----------------------------------------------------------------------


def _unpacked(made: bytes) -> dict[str, bytes]:
    """The regular files of an archive; nothing of one that cannot be read."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(made)) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is not None:
                    found[member.name] = content.read()
    except (tarfile.TarError, EOFError, ValueError):
        return {}
    return found


def _by_folder(log: str) -> dict[str, str]:
    """What was said of each folder's files, as if it had been said within that folder."""
    found: dict[str, list[str]] = {}
    folder = ""
    for line in log.split("\n"):
        if not line.startswith(" "):
            head = re.match(r"(s\d+)/(?=[^\n(]+\(\d+,\d+\): )", line)
            folder = head.group(1) if head else ""
            line = line.removeprefix(f"{folder}/") if folder else line
        if folder:
            found.setdefault(folder, []).append(line.replace(f"/work/{folder}/", "/work/"))
    return {folder: "\n".join([*lines, ""]) for folder, lines in found.items()}


def _part(job: Job, unit: _Unit, emitted: Mapping[str, bytes], said: str) -> Program | None:
    """None where the compiler did not emit what it was given: nothing is known of that."""
    made = {
        name.removeprefix(f"{unit.folder}/"): data
        for name, data in emitted.items()
        if name.startswith(f"{unit.folder}/")
    }
    plan = _plan(job)
    compiled = [name for name in made if name.startswith(f"{CHECKED}.js")]
    if plan is None or not compiled or (plan["run"] and "snippet.js" not in made):
        return None
    if not plan["run"]:
        return _told(job, said)
    own = {file.name for file in job.program.files}
    client = f"{scripts.FOLDER}/{deprecations.CLIENT}"
    gone = {_CONFIG, client, *(name for name in own if name.startswith(f"{CHECKED}.")), *compiled}
    kept = tuple(file for file in job.program.files if file.name not in gone)
    new = tuple(File(name, data) for name, data in made.items() if name not in own | gone)
    log = File(f"{scripts.FOLDER}/{_LOG}", said.encode("utf-8", "replace"))
    return replace(job.program, files=(*kept, *new, log), steps=job.program.steps[1:])


def _plan(job: Job) -> Mapping[str, object] | None:
    named = f"{scripts.FOLDER}/plan.json"
    text = next((file.data for file in job.program.files if file.name == named), b"{}")
    checked = json.loads(text).get("checked")
    return checked if isinstance(checked, dict) else None


def _told(job: Job, said: str) -> Program:
    """A program that reports what was said of a snippet that is not to be run: the driver's words.

    Nothing of the snippet's own is in it, so that no Node.js has to start for it.
    """
    event = {"nonce": job.facts["nonce"], "type": "checked", "output": said[:_MOST], "runs": False}
    report = File("report.json", f"{json.dumps(event)}\n".encode())
    return Program((report,), (Step(("/bin/sh", "-c", "cat report.json >&3")),))
