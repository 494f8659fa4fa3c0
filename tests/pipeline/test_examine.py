"""The pipeline with a scripted sandbox and a language of three lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.errors import InfraError
from doc_healing.model import (
    Document,
    Environment,
    File,
    Finding,
    Instructions,
    Job,
    Level,
    Limits,
    Line,
    Marker,
    Mode,
    Names,
    Outcome,
    Program,
    Reading,
    Role,
    Snippet,
    Span,
    State,
    Status,
    Step,
    Symptom,
    SymptomKind,
    Toolchain,
    Unrunnable,
    Verdict,
    Wants,
)
from doc_healing.pipeline import INSTALLERS, Tools, examine
from doc_healing.protocols import Merger, Tracer
from doc_healing.testing import (
    MemoryPreparer,
    RecordingWatcher,
    ScriptedSandbox,
)


@dataclass
class Toy:
    """A language whose programs are their own text: what the sandbox prints is the verdict."""

    name: str = "toy"
    fences: Sequence[str] = ("toy",)
    smoke: str = "pass"
    installer: str = "pip"
    merger: Merger | None = None
    tracer: Tracer | None = None
    missing: str = ""
    seen: list[list[str]] = field(default_factory=list)
    broken_reader: bool = False

    def needs(self, snippet: Snippet) -> Sequence[str]:
        return ()

    def names(self, snippet: Snippet) -> Names:
        return Names()

    def lint(self, snippet: Snippet) -> Symptom | None:
        return None

    def toolchain(self, wanted: str) -> Toolchain:
        if self.missing:
            raise InfraError(self.missing, help="install it")
        return Toolchain(self.name, "/bin/true", "1")

    def jobs(
        self, snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
    ) -> list[Job | Unrunnable]:
        self.seen.append([snippet.code for snippet in snippets])
        answers: list[Job | Unrunnable] = []
        for snippet in snippets:
            if snippet.code == "prose":
                answers.append(Unrunnable(snippet, Verdict.ILLUSTRATIVE, "prose"))
            else:
                program = Program((File("main", snippet.code.encode()),), (Step(("/bin/true",)),))
                answers.append(Job(snippet, program))
        return answers

    def read(self, job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
        if self.broken_reader:
            raise ValueError("a bug of ours")
        if outcome.status is Status.PASSED:
            return Reading(Verdict.PASSED, level=Level.RUNS)
        actual = outcome.stdout.decode()
        symptom = Symptom(SymptomKind.OUTPUT, "no", job.snippet.path, 1, actual=actual)
        return Reading(Verdict.BROKEN, symptom=symptom)


class Continuing(Toy):
    """Every snippet runs after all those before it."""

    def jobs(
        self, snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
    ) -> list[Job | Unrunnable]:
        made = super().jobs(snippets, toolchain, environment)
        return [
            replace(job, context=tuple(snippets[:at])) if isinstance(job, Job) else job
            for at, job in enumerate(made)
        ]


def snippet(code: str, index: int = 0, language: str = "toy", **more: object) -> Snippet:
    lines = (Line(code, "a.md", index * 4 + 2),)
    made = Snippet(
        path="a.md",
        index=index,
        line=index * 4 + 1,
        end_line=index * 4 + 3,
        language=language,
        info=language,
        code=code,
        lines=lines,
        span=Span(0, 0),
        state=State.RUNNABLE,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def run(
    *snippets: Snippet,
    toy: Toy | None = None,
    sandbox: ScriptedSandbox | None = None,
    preparer: object = None,
) -> list[tuple[Verdict, str]]:
    document = Document("a.md", b"", snippets)
    tools = Tools(
        languages={"toy": toy or Toy()},
        sandbox=sandbox or ScriptedSandbox(),
        limits=Limits(),
        preparer=preparer or MemoryPreparer(),  # type: ignore[arg-type]
    )
    result = examine(tools, [document], RecordingWatcher())
    return [(finding.verdict, finding.reason) for finding in result.findings]


def answers(*outcomes: Outcome) -> ScriptedSandbox:
    waiting = list(outcomes)
    return ScriptedSandbox(lambda program, limits: waiting.pop(0))


PASSED = Outcome(Status.PASSED, 0, b"", b"")
FAILED = Outcome(Status.FAILED, 1, b"1", b"")
FAILED_OTHERWISE = Outcome(Status.FAILED, 1, b"2", b"")
OURS = Outcome(Status.SANDBOX_ERROR, None, b"", b"", detail="no namespaces")


def test_every_state_becomes_a_verdict() -> None:
    found = run(
        snippet("pass", 0),
        snippet("x", 1, state=State.SKIPPED, reason="skipped by line 3"),
        snippet("x", 2, state=State.ILLUSTRATIVE, reason="output"),
        snippet("x", 3, state=State.UNREADABLE, reason="cyclic include"),
        snippet("x", 4, language="cobol"),
        snippet("prose", 5),
    )
    assert found == [
        (Verdict.PASSED, ""),
        (Verdict.SKIPPED, "skipped by line 3"),
        (Verdict.ILLUSTRATIVE, "output"),
        (Verdict.UNVERIFIED, "cyclic include"),
        (Verdict.UNVERIFIED, "this version does not run cobol"),
        (Verdict.ILLUSTRATIVE, "prose"),
    ]


NETWORK = Instructions(network=True, markers=(Marker("doc-healing", "doc-healing:network", 3),))


def test_what_is_said_to_need_the_network_is_not_run() -> None:
    sandbox = ScriptedSandbox()
    build = replace(NETWORK, mode=Mode.BUILD)
    found = run(
        snippet("1/0", instructions=NETWORK),
        snippet("x", 1),
        snippet("x", 2, instructions=build),
        sandbox=sandbox,
    )
    reason = "needs the network, says the marker at line 3"
    assert found == [(Verdict.UNVERIFIED, reason), (Verdict.PASSED, ""), (Verdict.PASSED, "")]
    assert len(sandbox.programs) == 2


def test_nothing_is_prepared_where_every_snippet_needs_the_network() -> None:
    toy = Toy()
    assert run(snippet("x", instructions=NETWORK), toy=toy)[0][0] is Verdict.UNVERIFIED
    assert toy.seen == []


def test_what_runs_after_a_snippet_that_needs_the_network_is_not_run_either() -> None:
    """`answer` exists only where the request was made: without it a NameError would be red."""
    later = Instructions(continues=True)
    sandbox = answers()
    found = run(
        snippet("get", instructions=NETWORK),
        snippet("use", 1, instructions=later),
        toy=Continuing(),
        sandbox=sandbox,
    )
    assert found[1] == (
        Verdict.UNVERIFIED,
        "runs after the snippet of line 1, which needs the network",
    )


def test_invisible_snippets_reach_the_language_and_not_the_report() -> None:
    toy = Toy()
    assert run(snippet("hidden", -1, invisible=True), snippet("x", 0), toy=toy) == [
        (Verdict.PASSED, "")
    ]
    assert toy.seen == [["hidden", "x"]]


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([PASSED], Verdict.PASSED),
        ([FAILED, FAILED], Verdict.BROKEN),
        ([FAILED, PASSED], Verdict.UNVERIFIED),  # flaky
        ([FAILED, FAILED_OTHERWISE], Verdict.UNVERIFIED),  # its output differs from run to run
        ([OURS, PASSED], Verdict.PASSED),  # a fault of ours is tried once more
        ([OURS, OURS], Verdict.UNVERIFIED),
        ([FAILED, OURS, OURS], Verdict.UNVERIFIED),
    ],
)
def test_a_failure_is_confirmed_before_it_is_red(outcomes: list[Outcome], verdict: Verdict) -> None:
    sandbox = answers(*outcomes)
    assert run(snippet("x"), sandbox=sandbox)[0][0] is verdict
    assert len(sandbox.programs) == len(outcomes)


def test_retries_are_taken_before_a_failure_counts() -> None:
    flaky = snippet("x", instructions=Instructions(retries=2))
    assert run(flaky, sandbox=answers(FAILED, FAILED, PASSED))[0][0] is Verdict.PASSED


def test_a_bug_of_ours_costs_one_verdict_and_keeps_its_traceback() -> None:
    toy = Toy(broken_reader=True)
    document = Document("a.md", b"", (snippet("x"),))
    tools = Tools({"toy": toy}, ScriptedSandbox(), Limits(), MemoryPreparer())
    finding = examine(tools, [document], RecordingWatcher()).findings[0]
    assert finding.verdict is Verdict.UNVERIFIED
    assert "a bug of ours" in finding.reason
    assert "ValueError" in finding.fault


def test_a_missing_toolchain_is_unverified_with_the_fix() -> None:
    found = run(snippet("x"), toy=Toy(missing="no toy here"))
    assert found == [(Verdict.UNVERIFIED, "no toy here (install it)")]


def test_a_failed_install_is_unverified_with_the_installers_message() -> None:
    preparer = MemoryPreparer(Wants(), {"toy": InfraError("no matching version")})
    assert run(snippet("x"), preparer=preparer) == [(Verdict.UNVERIFIED, "no matching version")]


def test_a_document_may_shorten_its_time_and_never_lengthen_it() -> None:
    asked: list[float] = []

    def script(program: Program, limits: Limits) -> Outcome:
        asked.append(limits.wall_seconds)
        return PASSED

    short = snippet("x", 0, instructions=Instructions(wall_seconds=2.0))
    long = snippet("y", 1, instructions=Instructions(wall_seconds=500.0))
    run(short, long, sandbox=ScriptedSandbox(script))
    assert sorted(asked) == [2.0, 30.0]


def test_needs_of_a_lone_snippet_do_not_touch_its_neighbours() -> None:
    toy = Toy()
    wanted: list[tuple[str, ...]] = []

    class Preparer(MemoryPreparer):
        def prepare(self, language: str, wants: Wants, toolchain: Toolchain) -> Environment:
            wanted.append(wants.packages)
            return super().prepare(language, wants, toolchain)

    run(
        snippet("setup", 0, instructions=Instructions(role=Role.SETUP)),
        snippet("plain", 1),
        snippet("lone", 2, instructions=Instructions(needs=("numpy",))),
        snippet("first", 3, instructions=Instructions(session="s", needs=("attrs",))),
        snippet("second", 4, instructions=Instructions(session="s")),
        toy=toy,
        preparer=Preparer(Wants()),
    )
    assert sorted(wanted) == [("attrs",), ("attrs", "numpy")]
    assert sorted(toy.seen) == [["setup", "lone"], ["setup", "plain", "first", "second"]]


@settings(max_examples=100, deadline=None)
@given(fates=st.lists(st.sampled_from(["fine", "failed", "hangs"]), min_size=1, max_size=12))
def test_a_hanging_install_never_blocks_the_rest(fates: list[str]) -> None:
    quick = sum(fate != "hangs" for fate in fates)
    hangs = fates.count("hangs")
    if hangs >= INSTALLERS:  # more than are prepared at one time: the others would wait
        return
    release, order = Event(), list[str]()

    class Preparer(MemoryPreparer):
        def wants(self, language: str, document: str) -> Wants | None:
            return Wants(project=document)

        def prepare(self, language: str, wants: Wants, toolchain: Toolchain) -> Environment:
            fate = fates[int(wants.project)]
            if fate == "hangs":
                assert release.wait(20)
                raise InfraError("took longer than 120 s")
            if fate == "failed":
                raise InfraError("no matching version")
            return super().prepare(language, wants, toolchain)

    class Watcher(RecordingWatcher):
        def found(self, finding: Finding) -> None:
            order.append(fates[int(finding.snippet.path)])
            if len(order) == quick:
                release.set()  # only when all that do not hang have their verdicts

    if not quick:
        release.set()
    documents = [Document(str(n), b"", (snippet("x", path=str(n)),)) for n in range(len(fates))]
    tools = Tools({"toy": Toy()}, ScriptedSandbox(), Limits(), Preparer())
    result = examine(tools, documents, Watcher())
    assert "hangs" not in order[:quick]
    verdicts = [finding.verdict for finding in result.findings]
    expected = {"fine": Verdict.PASSED, "failed": Verdict.UNVERIFIED, "hangs": Verdict.UNVERIFIED}
    assert verdicts == [expected[fate] for fate in fates]


def test_an_interrupt_kills_what_runs_and_tells_what_did_not() -> None:
    tools = Tools({"toy": Toy()}, ScriptedSandbox(), Limits(), MemoryPreparer(), jobs=1)

    class Watcher(RecordingWatcher):
        def found(self, finding: Finding) -> None:
            tools.stop.set()  # as the handler of Ctrl-C does, after the first verdict

    documents = [Document("a.md", b"", tuple(snippet("x", n) for n in range(5)))]
    result = examine(tools, documents, Watcher())
    assert result.interrupted
    verdicts = [finding.verdict for finding in result.findings]
    assert verdicts.count(Verdict.PASSED) == 1
    assert verdicts.count(Verdict.UNVERIFIED) == 4
    assert "interrupted" in result.findings[-1].reason


def test_a_bug_of_ours_in_an_installer_costs_no_other_language_its_verdict() -> None:
    preparer = MemoryPreparer(wanted=Wants(), failures={"toy": KeyError("note")})
    (verdict, reason), settled = run(
        snippet("plain"), snippet("x", 1, state=State.SKIPPED, reason="r"), preparer=preparer
    )
    assert verdict is Verdict.UNVERIFIED
    assert reason.startswith("a fault of doc-healing, please report it: KeyError")
    assert settled == (Verdict.SKIPPED, "r")
