"""What every language must do: each case at its document line, in any container, in the jail.

A module per language takes these tests into its own namespace, so that the languages are spread
over the workers of a run. `conftest.py` gives them the module's `LANGUAGE` and its cases.
"""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doc_healing.documents import read as read_document
from doc_healing.model import (
    Job,
    Limits,
    Outcome,
    Reading,
    Snippet,
    State,
    Verdict,
)
from doc_healing.protocols import Language
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests import needs
from tests.contracts.cases import Case, Traits


def cases(language: Language) -> tuple[Case, ...]:
    """The cases that a language tells of itself, in `tests/contracts/cases`."""
    found: tuple[Case, ...] = importlib.import_module(
        f"tests.contracts.cases.{language.name}"
    ).CASES
    return found


def _traits(language: Language) -> Traits:
    found: Traits = importlib.import_module(f"tests.contracts.cases.{language.name}").TRAITS
    return found


__all__ = [
    "fresh",
    "sandbox",
    "test_a_case_is_read_as_it_is",
    "test_every_kind_that_a_language_can_show_has_a_case",
    "test_identical_snippets_have_identical_verdicts",
    "test_lint_agrees_with_the_run",
    "test_no_two_snippets_share_state",
    "test_the_smoke_snippet_passes",
]

PLACES = (("", ""), ("> ", "> "), ("1. ", "   "), ("> - ", ">   "))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Bubblewrap]:
    needs.program("bwrap")
    one = Bubblewrap()
    yield one
    one.close()


Fresh = dict[str, tuple[Verdict, bytes]]


@pytest.fixture(scope="module", autouse=True)
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """What each look shows before anything of this module has run, in a sandbox of its own."""
    traits = _traits(request.module.LANGUAGE)
    needs.program("bwrap")
    language: Language = request.module.LANGUAGE
    found: Fresh = {}
    for look in traits.look:
        with closing(Bubblewrap()) as one:
            snippet = _snippet(language, _after(look, traits.leave))
            reading, outcome = _examine(language, one, snippet)
        assert outcome is not None, (look, reading)
        found[look] = (reading.verdict, outcome.stdout)
    return found


def _snippet(language: Language, code: str, first: str = "", further: str = "") -> Snippet:
    """The code in a fence of its own, below a paragraph, with these prefixes."""
    lines = [f"```{language.fences[0]}", *code.removesuffix("\n").split("\n"), "```"]
    prefixed = [(first if at == 0 else further) + line for at, line in enumerate(lines)]
    text = "\n".join(["# Title", "", "Some text.", "", *prefixed, ""])
    found = read_document(text.encode(), "docs/page.md", lambda _: None).snippets
    assert [one.state for one in found] == [State.RUNNABLE], found
    return found[0]


def _limits(wall_seconds: float) -> Limits:
    """Time for a case; twice and four times it on the clock, for a machine with other work."""
    return Limits(
        wall_seconds=wall_seconds * (4 if wall_seconds > 5 else 2),
        cpu_seconds=wall_seconds,
        memory_mib=512,
        processes=40,
        disk_mib=32,
        output_kib=128,
    )


def _examine(
    language: Language, sandbox: Bubblewrap, snippet: Snippet, wall_seconds: float = 10.0
) -> tuple[Reading, Outcome | None]:
    (job,) = language.jobs([snippet], needs.toolchain(language.name), None)
    if not isinstance(job, Job):
        return Reading(job.verdict, job.reason, job.symptom), None
    outcome = sandbox.run(job.program, _limits(wall_seconds))
    return language.read(job, outcome, None), outcome


def _with(snippet: Snippet, case: Case) -> Snippet:
    return replace(snippet, instructions=case.instructions)


def test_a_case_is_read_as_it_is(language: Language, case: Case, sandbox: Bubblewrap) -> None:
    place = PLACES[sum(map(ord, case.name)) % len(PLACES)]
    snippet = _with(_snippet(language, case.code, *place), case)
    reading, outcome = _examine(language, sandbox, snippet, case.wall_seconds)
    told = (reading, outcome)
    assert reading.verdict is case.verdict, told
    assert (reading.symptom.kind if reading.symptom else None) is case.kind, told
    assert case.reason in reading.reason, told
    assert case.level is None or reading.level is case.level, told
    if case.line:
        assert reading.symptom is not None
        line = snippet.lines[case.line - 1]
        assert (reading.symptom.path, reading.symptom.line) == (line.path, line.line), told
        if case.column:
            assert reading.symptom.column == line.column - 1 + case.column, told
    if case.added:
        assert case.added in " ".join(reading.added), told


def test_the_smoke_snippet_passes(language: Language, sandbox: Bubblewrap) -> None:
    reading, _ = _examine(language, sandbox, _snippet(language, language.smoke))
    assert reading.verdict is Verdict.PASSED, reading


def test_every_kind_that_a_language_can_show_has_a_case(language: Language) -> None:
    shown = {case.kind for case in cases(language) if case.kind}
    assert _traits(language).kinds_shown <= shown


def test_lint_agrees_with_the_run(language: Language) -> None:
    """What `lint` is certain of is the very symptom that a run shows; it claims nothing else."""
    for case in cases(language):
        symptom = language.lint(_with(_snippet(language, case.code), case))
        if symptom is not None:
            assert case.verdict is Verdict.BROKEN, (case, symptom)
            assert symptom.kind is case.kind, (case, symptom)
            assert symptom.line == 5 + case.line, (case, symptom)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_two_snippets_share_state(
    language: Language, sandbox: Bubblewrap, fresh: Fresh, data: st.DataObject
) -> None:
    """Whatever ran before, a snippet prints what it prints in a fresh machine.

    Each example looks first and then leaves all that it can, in one program: it looks for what
    the examples before it have left.
    """
    traits = _traits(language)
    look = data.draw(st.sampled_from(traits.look))
    place = data.draw(st.sampled_from(PLACES))
    # The same again is an example of its own: others have run in between.
    data.draw(st.integers(0, 10_000), label="time")
    snippet = _snippet(language, _after(look, traits.leave), *place)
    reading, outcome = _examine(language, sandbox, snippet)
    assert outcome is not None
    assert (reading.verdict, outcome.stdout) == fresh[look], (reading, outcome)
    assert reading.verdict is Verdict.PASSED


def _after(look: str, left: Sequence[str]) -> str:
    """One block of several: what one of them imports, the others do not import again."""
    return "".join(dict.fromkeys(line for code in (look, *left) for line in code.splitlines(True)))


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_identical_snippets_have_identical_verdicts(
    language: Language, sandbox: Bubblewrap, data: st.DataObject
) -> None:
    quick = [case for case in cases(language) if case.wall_seconds > 5 and case.kind not in _SLOW]
    case = data.draw(st.sampled_from(quick))
    # There are fewer cases than examples: the same one again is an example of its own.
    data.draw(st.integers(0, 10_000), label="time")
    snippet = _with(_snippet(language, case.code), case)
    reading, _ = _examine(language, sandbox, snippet)
    seen = _SEEN.setdefault((language.name, case.name), reading)
    assert (reading.verdict, reading.reason, _place(reading)) == (
        seen.verdict,
        seen.reason,
        _place(seen),
    )


_SEEN: dict[tuple[str, str], Reading] = {}
_SLOW = {"memory", "output_limit", "process_limit", "disk_limit", "timeout"}


def _place(reading: Reading) -> tuple[object, ...]:
    symptom = reading.symptom
    return (symptom.kind, symptom.message, symptom.line, symptom.column) if symptom else ()
