"""Which snippets belong together, and which have their verdict without being tried."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from doc_healing.model import (
    Cause,
    Document,
    Finding,
    Mode,
    Role,
    Snippet,
    State,
    Verdict,
    Wants,
)
from doc_healing.pipeline.tools import Tools
from doc_healing.protocols import Language


@dataclass(frozen=True, slots=True)
class Group:
    """Snippets of one document and language that share an environment."""

    language: Language
    snippets: tuple[Snippet, ...]
    wants: Wants | None
    shown: tuple[Snippet, ...] = ()  # the blocks of its document that are shown as files


def groups(tools: Tools, documents: Sequence[Document]) -> Iterator[Group]:
    """The groups of what is to be run."""
    for document in documents:
        shown = tuple(one for one in document.snippets if one.instructions.shown_as)
        for name, language in tools.languages.items():
            runnable = [
                snippet
                for snippet in document.snippets
                if snippet.language == name and snippet.state is State.RUNNABLE
            ]
            if any(wanted(tools, one) and not needs_network(one) for one in runnable):
                for group in _by_needs(tools, language, runnable):
                    yield replace(group, shown=shown)


def settled(
    snippet: Snippet, languages: Container[str], turned_off: Container[str]
) -> Finding | None:
    """The finding of a snippet that is not run; None for one that is.

    `languages` are those that can be run, `turned_off` those that the configuration leaves out.
    """
    match snippet.state:
        case State.SKIPPED:
            return Finding(snippet, Verdict.SKIPPED, snippet.reason)
        case State.ILLUSTRATIVE:
            return Finding(snippet, Verdict.ILLUSTRATIVE, snippet.reason)
        case State.UNREADABLE:
            return Finding(snippet, Verdict.UNVERIFIED, snippet.reason)
        case State.RUNNABLE if snippet.language in turned_off:
            reason = f"`languages.{snippet.language}.enabled` is false in the configuration"
            return Finding(snippet, Verdict.SKIPPED, reason)
        case State.RUNNABLE if snippet.language not in languages:
            reason = f"this version does not run {snippet.language}"
            return unverified(snippet, reason, "language")
        case State.RUNNABLE if needs_network(snippet):
            return unverified(snippet, _says_network(snippet), "network")
    return None


def wanted(tools: Tools, snippet: Snippet) -> bool:
    """Whether a snippet is to be run at all, where not all are."""
    key = (snippet.path, snippet.index)
    return key not in tools.spared and (tools.only is None or key in tools.only)


def needs_network(snippet: Snippet) -> bool:
    """No program has a network, so one that is said to need it is not tried."""
    asked = snippet.instructions
    return asked.network and asked.mode in (Mode.RUN, Mode.FAIL)


def _says_network(snippet: Snippet) -> str:
    marks = snippet.instructions.markers
    said = [mark for mark in marks if re.search(r"network|--allow-net", mark.spelling)]
    where = f", says the marker at line {said[-1].line}" if said else ""
    return f"needs the network{where}"


def unaffected(snippet: Snippet) -> Finding:
    """A finding of what a comparison does not run."""
    reason = "not affected by the change"
    return Finding(snippet, Verdict.SKIPPED, reason, cause="unaffected")


def unverified(snippet: Snippet, reason: str, cause: Cause) -> Finding:
    """A finding that says why nothing is known."""
    return Finding(snippet, Verdict.UNVERIFIED, reason, cause=cause)


def _by_needs(tools: Tools, language: Language, snippets: Sequence[Snippet]) -> Iterator[Group]:
    """Snippets with needs of their own and no session get an environment of their own.

    All others of the document share one, so that a session is never torn apart.
    """
    wants = tools.preparer.wants(language.name, snippets[0].path)
    alone: dict[tuple[str, ...], list[Snippet]] = {}
    together: list[Snippet] = []
    needs: dict[str, None] = {}
    for position, snippet in enumerate(snippets):
        own = tuple(dict.fromkeys((*snippet.instructions.needs, *language.needs(snippet))))
        following = snippets[position + 1] if position + 1 < len(snippets) else None
        if own and _stands_alone(snippet, following):
            alone.setdefault(own, []).append(snippet)
        else:
            together.append(snippet)
            needs.update(dict.fromkeys(own))
    if together:
        yield Group(language, tuple(together), _adding(wants, tuple(needs)))
    shared = [snippet for snippet in together if snippet.instructions.role is Role.SETUP]
    for own, members in alone.items():
        ordered = sorted((*shared, *members), key=snippets.index)
        yield Group(language, tuple(ordered), _adding(wants, (*needs, *own)))


def _stands_alone(snippet: Snippet, following: Snippet | None) -> bool:
    instructions = snippet.instructions
    joined = following is not None and following.instructions.continues
    return not (
        joined
        or instructions.session
        or instructions.continues
        or instructions.role is not Role.EXAMPLE
    )


def _adding(wants: Wants | None, needs: tuple[str, ...]) -> Wants | None:
    if not needs:
        return wants
    base = wants or Wants(install_project=False)
    return replace(base, packages=tuple(dict.fromkeys((*base.packages, *needs))))


def buckets(found: Iterator[Group]) -> list[list[Group]]:
    """Groups that share an environment; those that need no installation first."""
    together: dict[tuple[str, Wants | None], list[Group]] = {}
    for group in found:
        together.setdefault((group.language.name, group.wants), []).append(group)
    return sorted(together.values(), key=lambda bucket: bucket[0].wants is not None)
