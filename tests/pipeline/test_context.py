"""The context of a snippet: the nearest blocks above that bind what it lacks, and no others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.model import (
    Document,
    Environment,
    File,
    Finding,
    Instructions,
    Job,
    Level,
    Limits,
    Mode,
    Names,
    Outcome,
    Program,
    Reading,
    Role,
    Snippet,
    State,
    Status,
    Step,
    Symptom,
    SymptomKind,
    Toolchain,
    Unrunnable,
    Verdict,
)
from doc_healing.pipeline import Tools, examine
from doc_healing.pipeline.context import certain, contexts_of, pinned, unmet
from doc_healing.testing import MemoryPreparer, RecordingWatcher, ScriptedSandbox
from tests.pipeline.test_examine import Toy, snippet


def names(one: Snippet) -> Names:
    """`a b = c` binds a and b and needs c."""
    left, _, right = one.code.partition("=")
    return Names(frozenset(left.split()), frozenset(right.split()))


def page(*codes: str, **more: Instructions) -> list[Snippet]:
    made = [snippet(code, at) for at, code in enumerate(codes)]
    return [
        replace(one, instructions=more.get(f"at{at}", one.instructions))
        for at, one in enumerate(made)
    ]


def lines(*codes: str, **more: Instructions) -> list[int]:
    """The places of the blocks that the last one is run after."""
    snippets = page(*codes, **more)
    found = contexts_of(snippets[-1], snippets, names)
    return [one.index for one in found[0]] if found else []


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param(["a =", "x ="], [], id="nothing is missing"),
        pytest.param(["a =", "= a"], [0], id="the block above"),
        pytest.param(["a =", "a =", "= a"], [1], id="the nearest"),
        pytest.param(["a =", "b =", "= a"], [0], id="only what is needed"),
        pytest.param(["a =", "b = a", "= b"], [0, 1], id="what that needs itself"),
        pytest.param(["a =", "b = a", "a =", "= b a"], [0, 1, 2], id="each from its own above"),
        pytest.param(["= a", "a ="], [], id="never from below"),
        pytest.param(["a = a", "= a"], [0], id="itself is no context"),
        pytest.param(["a = b", "b = a", "= b"], [0, 1], id="no circle"),
        pytest.param(["= invented"], [], id="nobody binds it"),
    ],
)
def test_the_smallest_context(codes: list[str], expected: list[int]) -> None:
    assert lines(*codes) == expected


@pytest.mark.parametrize(
    "said",
    [
        Instructions(mode=Mode.FAIL),
        Instructions(mode=Mode.BUILD),
        Instructions(role=Role.SETUP),
        Instructions(network=True),
        Instructions(file_name="a.py"),
    ],
)
def test_what_is_no_program_of_its_own_lends_nothing(said: Instructions) -> None:
    assert lines("a =", "= a", at0=said) == []


def test_a_skipped_block_lends_nothing() -> None:
    first, second = page("a =", "= a")
    assert contexts_of(second, [replace(first, state=State.SKIPPED), second], names) == []


def test_tabs_are_alternatives_and_share_what_stands_above_them() -> None:
    above, left, right = page("a =", "b = a", "= a b")
    left = replace(left, containers=("tabs#1/tab:one",))
    right = replace(right, containers=("tabs#1/tab:two",))
    assert contexts_of(right, [above, left, right], names) == [(above,)]
    later = replace(right, containers=("tabs#2/tab:two",))
    assert contexts_of(later, [above, left, later], names) == [(above, left)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.text("abc", max_size=2), st.text("abc", max_size=2)), max_size=8))
def test_a_context_is_above_in_order_and_closed(parts: list[tuple[str, str]]) -> None:
    codes = [f"{' '.join(left)} = {' '.join(right)}" for left, right in parts]
    snippets = page(*codes, "= a")
    found = next(iter(contexts_of(snippets[-1], snippets, names)), ())
    places = [one.index for one in found]
    assert places == sorted(set(places))
    assert all(at < len(codes) for at in places)
    for one in (*found, snippets[-1]):
        for name in names(one).free:
            above = [other.index for other in snippets[: one.index] if name in names(other).bound]
            assert not above or above[-1] in places


# --- in an examination --------------------------------------------------------------------------


@dataclass
class Linked(Toy):
    """A block runs after those that it continues; what nobody of them binds, is missing."""

    def names(self, snippet: Snippet) -> Names:
        return names(snippet)

    def jobs(
        self, snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
    ) -> list[Job | Unrunnable]:
        made: list[Job | Unrunnable] = []
        before: list[Snippet] = []
        for one in snippets:
            before = before if one.instructions.continues else []
            text = "\n".join(other.code for other in (*before, one))
            program = Program((File("main", text.encode()),), (Step(("/bin/true",)),))
            made.append(Job(one, program, tuple(before)))
            before = [*before, one]
        return made

    def read(self, job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
        if outcome.status is Status.PASSED:
            return Reading(Verdict.PASSED, level=Level.RUNS)
        word, at = outcome.stdout.decode().split()
        kind = SymptomKind(word)
        failed = (*job.context, job.snippet)[int(at)]
        symptom = Symptom(kind, "no", failed.path, failed.lines[0].line)
        if kind is SymptomKind.NAME:
            return Reading(Verdict.UNVERIFIED, "needs context", symptom, cause="context")
        return Reading(Verdict.BROKEN, "no", symptom)


def run_lines(program: Program, limits: Limits) -> Outcome:
    """A missing name fails; so does `boom` by what state may cause, and `call` by its own fault."""
    bound: set[str] = set()
    for at, line in enumerate(program.files[0].data.decode().split("\n")):
        left, _, right = line.partition("=")
        words = set(right.split())
        for kind, fails in (
            ("name", words - bound - {"boom", "call"}),
            ("exception", "boom" in words),
            ("argument", "call" in words),
        ):
            if fails:
                return Outcome(Status.FAILED, 1, f"{kind} {at}".encode(), b"")
        bound |= set(left.split())
    return Outcome(Status.PASSED, 0, b"", b"")


def found(*codes: str) -> tuple[list[Finding], list[str]]:
    return look(page(*codes))


def look(snippets: Sequence[Snippet]) -> tuple[list[Finding], list[str]]:
    sandbox = ScriptedSandbox(run_lines)
    document = Document("a.md", b"", tuple(snippets))
    tools = Tools({"toy": Linked()}, sandbox, Limits(), MemoryPreparer(), jobs=1)
    findings = list(examine(tools, [document], RecordingWatcher()).findings)
    return findings, [program.files[0].data.decode() for program in sandbox.programs]


def test_a_block_runs_after_those_whose_names_it_uses_and_says_so() -> None:
    findings, ran = found("a =", "z =", "b = a")
    assert [finding.verdict for finding in findings] == [Verdict.PASSED] * 3
    assert [finding.added for finding in findings] == [
        (),
        (),
        (
            "run after the block at line 1, whose names it uses "
            "(`name=` there and `after=` here pin it)",
        ),
    ]
    assert ran == ["a =", "z =", "b = a", "a =\nb = a"]
    assert findings[2].snippet.instructions == Instructions()


def test_what_the_document_never_binds_stays_a_lack_of_context() -> None:
    findings, ran = found("a =", "= client")
    assert [(one.verdict, one.cause) for one in findings][1] == (Verdict.UNVERIFIED, "context")
    assert ran == ["a =", "= client"]


def test_a_failure_of_its_own_that_no_state_excuses_is_red() -> None:
    findings, _ = found("a =", "= a call")
    assert findings[1].verdict is Verdict.BROKEN


def test_a_failure_that_missing_state_may_cause_is_not() -> None:
    findings, _ = found("a =", "= a boom")
    assert (findings[1].verdict, findings[1].cause) == (Verdict.UNVERIFIED, "context")


def test_blocks_between_that_use_the_same_names_are_the_second_try() -> None:
    snippets = page("app =", "= app", "z =", "y = app", "= app")
    found_contexts = contexts_of(snippets[-1], snippets, names)
    assert [[one.index for one in found] for found in found_contexts] == [[0], [0, 1, 3]]


def test_a_context_that_fails_itself_proves_nothing() -> None:
    findings, _ = found("a = boom", "= a")
    assert [finding.verdict for finding in findings] == [Verdict.BROKEN, Verdict.UNVERIFIED]


# --- sections, sessions, and what is nowhere ----------------------------------------------------


def sections(*blocks: tuple[str, str]) -> list[Snippet]:
    """Blocks of (headings between slashes, code)."""
    return [
        replace(snippet(code, at), headings=tuple(path.split("/")))
        for at, (path, code) in enumerate(blocks)
    ]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        pytest.param(
            [("G", "a ="), ("G/One", "a ="), ("G/Two", "= a")], [[0], [1]], id="a sibling's is last"
        ),
        pytest.param(
            [("G/Two", "a ="), ("G/One", "a ="), ("G/One", "= a")], [[1]], id="its own section"
        ),
        pytest.param(
            [("G/One", "a ="), ("G/Two", "a ="), ("G/Three", "= a")],
            [[1]],
            id="no section of its own",
        ),
        pytest.param(
            [("G", "a ="), ("G/One", "a ="), ("G/One/Deep", "= a")], [[1]], id="the nearest around"
        ),
    ],
)
def test_the_blocks_of_the_own_section_are_preferred(
    blocks: list[tuple[str, str]], expected: list[list[int]]
) -> None:
    snippets = sections(*blocks)
    contexts = contexts_of(snippets[-1], snippets, names)
    assert [[one.index for one in context] for context in contexts] == expected


def test_the_blocks_of_a_session_count_as_one() -> None:
    named = Instructions(session="db")
    assert lines("a =", "b =", "c =", "= c", at0=named, at2=named) == [0, 2]
    goes_on = Instructions(continues=True)
    assert lines("a =", "b =", "c =", "d =", "= d", at2=goes_on, at3=goes_on) == [1, 2, 3]


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        (["b =", "= client"], "needs context: `client` is defined nowhere in this document"),
        (
            ["= client", "client ="],
            "needs context: `client` is defined only below, in the block at line 5",
        ),
        (["client = boom", "= client"], ""),
        (["?client", "= client"], ""),
    ],
)
def test_what_a_document_never_defines_is_said(codes: list[str], reason: str) -> None:
    snippets = page(*codes)
    lacking = next(one for one in snippets if one.code == "= client")
    said = "needs context: `client` is not defined in this block"
    reading = Reading(Verdict.UNVERIFIED, said, cause="context")

    def read(one: Snippet) -> Names:
        return Names() if "?" in one.code else names(one)

    assert unmet(reading, lacking, snippets, read) == reason
    assert unmet(replace(reading, reason="needs a browser"), lacking, snippets, read) == ""


# --- pinned --------------------------------------------------------------------------------------


def pin(*, name: str = "", after: tuple[str, ...] = ()) -> Instructions:
    return Instructions(name=name, after=after)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (pin(after=("one",)), (0,)),
        (pin(after=("two",)), (0, 1)),
        (pin(after=("three", "two")), (0, 1, 2)),
        (pin(after=("nothing",)), ()),
    ],
)
def test_a_block_runs_after_what_its_author_names(
    said: Instructions, expected: tuple[int, ...]
) -> None:
    named = {
        "at0": pin(name="one"),
        "at1": pin(name="two", after=("one",)),
        "at2": pin(name="three"),
    }
    snippets = page("a =", "b =", "c =", "=", at3=said, **named)
    chosen = pinned(snippets[-1], snippets)
    assert not isinstance(chosen, str)
    assert tuple(one.index for one in chosen) == expected


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (pin(name="other"), "no block of this language has that name"),
        (replace(pin(name="one"), mode=Mode.FAIL), "the block at line 1 is not run before it"),
    ],
)
def test_a_pin_that_leads_nowhere_says_so(first: Instructions, said: str) -> None:
    snippets = page("a =", "= a", at0=first, at1=pin(after=("one",)))
    assert pinned(snippets[1], snippets) == f"`after=one`: {said}"
    below = page("= a", "a =", at0=pin(after=("one",)), at1=pin(name="one"))
    assert isinstance(pinned(below[0], below), str)


def test_what_is_pinned_is_neither_tried_alone_nor_guessed() -> None:
    snippets = page("a = boom", "a =", "= a boom", at1=pin(name="good"), at2=pin(after=("good",)))
    findings, ran = look(snippets)
    assert ran[3:] == ["a =\n= a boom", "a =\n= a boom"]  # it fails, and once more to be sure
    assert findings[2].verdict is Verdict.BROKEN
    assert findings[2].added == ("run after the block at line 5, as it is pinned",)
    assert findings[2].snippet == snippets[2]
    alone, ran = look(page("a =", "= a", at1=pin(after=("nothing",))))
    assert ran == ["a =", "= a"]
    assert alone[1].verdict is Verdict.UNVERIFIED
    lost, _ = look(page("a =", "= a", at1=pin(after=("gone",))))
    assert lost[1].reason.startswith("needs context: `after=gone`")


@pytest.mark.parametrize(
    ("message", "sure"),
    [
        ("TypeError: Query.user() missing 1 required positional argument: 'self'", False),
        ("TypeError: make() got an unexpected keyword argument 'a'", False),
        ("TypeError: Session.get() got an unexpected keyword argument 'a'", True),
        ("ValueError: no", True),
    ],
)
def test_what_the_document_itself_defines_is_never_surely_called_wrong(
    message: str, sure: bool
) -> None:
    earlier, last = snippet("class Query: ..."), snippet("Query.user()", 1)
    bound = {earlier.index: Names(frozenset({"Query", "make"}))}
    symptom = Symptom(SymptomKind.ARGUMENT, message, "a.md", last.lines[0].line)
    job = Job(last, Program((), ()), (earlier,))
    outcome = Outcome(Status.FAILED, 1, b"", b"")
    reading = Reading(Verdict.BROKEN, message, symptom)
    found = certain(job, outcome, reading, lambda one: bound.get(one.index, Names()))
    assert found is sure


def _tabbed(code: str, index: int, *tabs: str) -> Snippet:
    return snippet(code, index, containers=tabs)


def test_tabs_of_two_sets_are_paired_by_their_labels() -> None:
    page = [
        _tabbed("a", 0, "tabs#1/v1"),
        _tabbed("b", 1, "tabs#1/v2"),
        _tabbed("c", 2, "tabs#2/v1"),
        _tabbed("d", 3, "tabs#2/v2"),
    ]
    known = {0: Names(frozenset("x")), 1: Names(frozenset("x"))}
    known |= {at: Names(free=frozenset("x")) for at in (2, 3)}
    for at, wanted in ((2, [[0]]), (3, [[1]])):
        found = contexts_of(page[at], page, lambda one: known[one.index])
        assert [[one.index for one in context] for context in found] == wanted


def test_after_a_set_of_tabs_each_of_them_is_tried() -> None:
    page = [_tabbed("a", 0, "tabs#1/A"), _tabbed("b", 1, "tabs#1/B"), snippet("c", 2)]
    known = {at: Names(frozenset("x")) for at in (0, 1)} | {2: Names(free=frozenset("x"))}
    found = contexts_of(page[2], page, lambda one: known[one.index])
    assert [[one.index for one in context] for context in found] == [[1], [0]]


def test_nothing_is_sure_where_two_blocks_bind_a_name() -> None:
    page = [snippet("x", 0), snippet("x", 1), snippet("y", 2)]
    known = {at: Names(frozenset("x")) for at in (0, 1)} | {2: Names(free=frozenset("x"))}
    symptom = Symptom(SymptomKind.TYPE, "no", "a.md", page[2].lines[0].line)
    job = Job(page[2], Program((), ()), (page[1],))
    outcome = Outcome(Status.FAILED, 1, b"", b"", step="build")
    reading = Reading(Verdict.BROKEN, "no", symptom)

    def sure(siblings: Sequence[Snippet]) -> bool:
        return certain(job, outcome, reading, lambda one: known[one.index], siblings)

    assert (sure(page), sure(page[1:])) == (False, True)
