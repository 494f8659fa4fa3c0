"""The second `check` of a tree in which nothing has changed: its findings, and no language loaded.

A receipt says of what an examination was made. Its name holds everything that was given (the tree
with its history, the config, the operator's settings and registries, the machine, our own code); it
notes where the findings are kept and which places of the machine decided on the toolchains. Where
one of them differs, or a finding has expired, everything goes its usual way.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from doc_healing import settings as environment
from doc_healing.cli.selection import Selection
from doc_healing.documents.tree import checkout, reader
from doc_healing.model import Checkout, Limits, Run, Verdict
from doc_healing.pipeline import Known, Tools, covered, recalled
from doc_healing.report.opening import Terms
from doc_healing.settings import Settings, registries
from doc_healing.store import Archive, codec, stamps

_TREE_SECONDS = 7 * 24 * 3600.0
_QUIET = (Verdict.PASSED, Verdict.SKIPPED, Verdict.ILLUSTRATIVE)
# What of the settings changes how a report looks, or how fast it is there, and no finding.
_LOOKS = ("cache_dir", "jobs", "no_color", "force_color", "dumb_terminal", "ci", "debug",
          "github_actions", "step_summary")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an examination: the documents of a tree, under the operator's terms."""

    archive: Archive
    selection: Selection
    settings: Settings
    choices: Mapping[str, Any]  # of the command line

    def name(self, tree: Checkout) -> str:
        """The receipt's name, as the tree stands now."""
        selection, asked = self.selection, self.choices
        given = [getattr(self.settings, f.name) for f in fields(Settings) if f.name not in _LOOKS]
        registry = registries()
        parts: list[object] = [
            selection.identities,
            selection.languages,
            selection.located.config.model_dump_json(),
            sorted((key, asked[key]) for key in asked if key != "jobs"),
            given,
            sorted(registry.variables.items()),
            registry.files,
            environment.search_path(),
            str(Path.cwd()),
            tree.root,
            tree.left_out,
            stamps.machine(),
            stamps.history(tree.root),
            _contents(self.archive, tree),
        ]
        return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def answer(question: Question, name: str, *, compared: bool) -> tuple[Run, Terms] | None:
    """What is remembered of an examination, and its terms; None where it has to be done.

    `compared`: a failure is to be held against a base, which takes more than is remembered.
    """
    started = time.monotonic()
    known = _receipt(question.archive, name)
    if known is None:
        return None
    selection = question.selection
    findings = recalled(question.archive, selection.documents, known.known)
    if findings is None or (compared and any(one.verdict not in _QUIET for one in findings)):
        return None
    run = Run(
        findings=findings,
        documents=selection.documents,
        warnings=tuple(notice for document in selection.documents for notice in document.warnings),
        notes=known.notes,
        root=str(selection.root),
        seconds=time.monotonic() - started,
        left_out=selection.left_out,
    )
    jobs = question.choices.get("jobs") or question.settings.jobs
    return run, Terms(known.sandbox, known.limits, jobs, known.languages)


def note(question: Question, name: str, tools: Tools, run: Run) -> None:
    """Keep the receipt of an examination that is remembered whole, of a tree that stood still."""
    names = tuple(tools.languages)
    known = Known(frozenset(names), tools.turned_off, tools.trail.keys)
    if run.interrupted or not covered(run.documents, tools.trail.kept, known):
        return
    tree = checkout(Path(question.selection.checkout.root))
    if question.name(tree) != name:
        return
    places = sorted({*tools.trail.places, *_places()})
    facts = {
        "places": stamps.stamped(places),
        "languages": names,
        "turned_off": sorted(tools.turned_off),
        "keys": tools.trail.keys,
        "notes": run.notes,
        "sandbox": tools.sandbox.name,
        "limits": codec.written(tools.limits, Limits),
    }
    question.archive.note(name, facts)


@dataclass(frozen=True, slots=True)
class _Receipt:
    known: Known
    notes: tuple[str, ...]
    sandbox: str
    limits: Limits
    languages: tuple[str, ...]


def _receipt(archive: Archive, name: str) -> _Receipt | None:
    facts = archive.receipt(name)
    try:
        if facts is None or facts["places"] != stamps.stamped(sorted(facts["places"])):
            return None
        if not {*_places()} <= facts["places"].keys():
            return None
        limits = codec.read(facts["limits"], Limits)
        languages = tuple(facts["languages"])
        known = Known(frozenset(languages), frozenset(facts["turned_off"]), facts["keys"])
        return _Receipt(known, tuple(facts["notes"]), facts["sandbox"], limits, languages)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _places() -> list[str]:
    return stamps.places_of_toolchains(environment.search_path())


def _contents(archive: Archive, tree: Checkout) -> str:
    """One digest of all files of the tree; what it looked at the last time, it does not read."""
    place = f"tree {tree.root}"
    known = archive.receipt(place)
    known = known if isinstance(known, dict) else {}
    found = stamps.contents(tree.root, tree.files, reader(tree), known)
    if found != known:
        archive.note(place, found, _TREE_SECONDS)
    return stamps.digest_of(found)
