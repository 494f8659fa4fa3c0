"""The memory of whole groups: the findings of a document's snippets in one language, by content.

It spares what a memory of single outcomes cannot: to make each snippet's program, and to read its
outcome again. The key holds everything that can change one of the findings (invariant 8).
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from doc_healing.model import (
    Document,
    Environment,
    Finding,
    Limits,
    Mode,
    Mount,
    Toolchain,
    Verdict,
)
from doc_healing.pipeline.attempts import DIVERGED
from doc_healing.pipeline.groups import settled
from doc_healing.pipeline.tools import Archive

SUCCESS_SECONDS = 24 * 3600.0
FAILURE_SECONDS = 3600.0

_FINE = (Verdict.PASSED, Verdict.SKIPPED, Verdict.ILLUSTRATIVE)
# What these say is true of that one run, or of what this machine had then.
_PASSING = ("install", "sandbox", "unstable", "interrupted", "toolchain")


def facts_of(
    language: str,
    sandbox: str,
    limits: Limits,
    toolchain: Toolchain,
    environment: Environment | None,
) -> tuple[str, ...]:
    """Everything but the snippets themselves that decides how they end."""
    stamps = [f"{place} {_changed(place)}" for place in places_of(toolchain)]
    own = (f"{language} {sandbox} {limits}", repr(toolchain), *stamps)
    return (*own, *_installed(environment, toolchain)) if environment else own


def places_of(toolchain: Toolchain) -> list[str]:
    """What stands for a toolchain on this machine: what is mounted of it, and its executable."""
    return [*(mount.source for mount in toolchain.mounts), _on_host(toolchain)]


def seconds_to_keep(findings: Sequence[Finding], left: float = math.inf) -> float:
    """How long these may be kept; 0: not at all.

    `left` is for how long those of them that were themselves remembered may still be told: what
    is kept a second time lives no longer for it.
    """
    if any(one.cause in _PASSING or one.fault or DIVERGED in one.warnings for one in findings):
        return 0.0
    surely = all(one.verdict in _FINE and not _fails(one) for one in findings)
    return max(0.0, min(SUCCESS_SECONDS if surely else FAILURE_SECONDS, left))


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier examination left: its languages, and where its findings are kept."""

    languages: frozenset[str]
    turned_off: frozenset[str]
    keys: Mapping[str, Sequence[str]]  # by the document's path


def recalled(
    archive: Archive, documents: Sequence[Document], known: Known
) -> tuple[Finding, ...] | None:
    """The findings of all these documents, in their order; None where one of them is not known."""
    found: list[Finding] = []
    for document in documents:
        keys = known.keys.get(document.path, ())
        groups = archive.recall(keys, document.snippets) if keys else {}
        if len(groups) < len(set(keys)):
            return None
        kept = {one.snippet.index: one for key in keys for one in groups[key]}
        for snippet in document.snippets:
            finding = settled(snippet, known.languages, known.turned_off)
            if finding is None and snippet.index in kept:
                finding = replace(kept[snippet.index], cached=True)
            if finding is None and not snippet.invisible:
                return None
            if finding is not None and not snippet.invisible:
                found.append(finding)
    return tuple(found)


def covered(documents: Sequence[Document], kept: Collection[tuple[str, int]], known: Known) -> bool:
    """Whether every snippet has its finding without being run, or a kept one."""
    return all(
        (snippet.path, snippet.index) in kept
        or snippet.invisible
        or settled(snippet, known.languages, known.turned_off) is not None
        for document in documents
        for snippet in document.snippets
    )


def _fails(finding: Finding) -> bool:
    """Whether it passed by failing: an outcome that was no success is not kept as one."""
    return finding.snippet.instructions.mode is Mode.FAIL


def _installed(environment: Environment, toolchain: Toolchain) -> tuple[str, ...]:
    # What an environment mounts stands under its key, wherever that is on this machine.
    mounts = [one.target for one in environment.mounts if one not in toolchain.mounts]
    own = (environment.key, environment.interpreter, environment.runtime_version)
    lists = (environment.modules, environment.unbuilt, mounts)
    tables = (environment.variables, environment.packages, environment.facts)
    return repr(own), repr(lists), *(repr(sorted(one.items())) for one in tables)


def _on_host(toolchain: Toolchain) -> str:
    """Where its executable is on this machine, which may not be where a program sees it."""
    path = toolchain.executable
    inner: Callable[[Mount], bool] = lambda one: f"{path}/".startswith(f"{one.target}/")  # noqa: E731
    mount = next((one for one in toolchain.mounts if inner(one)), None)
    return mount.source + path.removeprefix(mount.target) if mount else path


def _changed(place: str) -> str:
    try:
        found = Path(place).stat()
    except (OSError, ValueError):
        return "-"
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"
