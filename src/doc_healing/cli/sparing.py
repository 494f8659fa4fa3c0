"""What `check --base` need not run: blocks that the change between two trees cannot touch."""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from doc_healing.cli.again import Question
from doc_healing.cli.comparing import chosen, side, summary, with_unread
from doc_healing.cli.map_tree import Place, desk_of, source_of
from doc_healing.cli.streams import say
from doc_healing.documents.revisions import base_of
from doc_healing.errors import UserError
from doc_healing.model import Document, Run, State


@dataclass(frozen=True, slots=True)
class Spared:
    """The blocks that are left out, why each of the others is run, and all that in one line."""

    spared: frozenset[tuple[str, int]]
    reasons: Mapping[tuple[str, int], str]
    summary: str


def spared(question: Question, base: str, before: Sequence[Document]) -> Spared:
    """What the change since a base leaves out: nothing, where a fault of ours ends the map.

    Raises `UserError` where there is no such revision.
    """
    try:
        return _spared(question, base, before)
    except UserError:
        raise
    except Exception as error:  # noqa: BLE001 - the edge of a job: our bug costs time, no verdict
        if question.settings.debug:
            say("".join(traceback.format_exception(error)))
        return _nothing(question.selection.documents, error)


def _nothing(documents: Sequence[Document], error: Exception) -> Spared:
    """Everything is run, because the map failed."""
    told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    why = "the map of the code failed, so that nothing is left out"
    keys = [
        (one.path, one.index)
        for page in documents
        for one in page.snippets
        if one.state is State.RUNNABLE
    ]
    note = f"{why}: {told} (a bug in doc-healing; DOC_HEALING_DEBUG=1 shows where)"
    return Spared(frozenset(), dict.fromkeys(keys, why), note)


def _spared(question: Question, base: str, before: Sequence[Document]) -> Spared:
    selection = question.selection
    place = Place(selection.root)
    begun = base_of(selection.root, base)
    with desk_of(question.settings) as desk:
        head, _ = side(source_of(place, None, desk.kept), desk)
        then, _ = side(source_of(place, begun, desk.kept), desk, head)
        choice, _ = chosen(head, then, selection.documents, before, desk, selection.root)
    choice = with_unread(choice, begun, None)
    if choice.everything:
        reasons = dict.fromkeys(choice.chosen.keys() | choice.spared, choice.everything)
        return Spared(frozenset(), reasons, summary(choice))
    reasons = {key: why.reason for key, why in choice.chosen.items()}
    return Spared(choice.spared, reasons, summary(choice))


def marked(run: Run, choice: Spared) -> Run:
    """The run, each finding with the reason why its block was run."""
    findings = tuple(
        replace(one, chosen=choice.reasons.get((one.snippet.path, one.snippet.index), ""))
        for one in run.findings
    )
    return replace(run, findings=findings, notes=(*run.notes, choice.summary))
