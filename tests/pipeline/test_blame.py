"""Whose fault: the four-way control with a language whose code is a table of what passes."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from doc_healing.model import (
    Cause,
    Document,
    Environment,
    Finding,
    Job,
    Limits,
    Line,
    Names,
    Outcome,
    Program,
    Reading,
    Snippet,
    State,
    Status,
    Symptom,
    SymptomKind,
    Verdict,
)
from doc_healing.pipeline import Base, Tools, blamed, examine
from doc_healing.testing import MemoryPreparer, RecordingWatcher, ScriptedSandbox
from tests.pipeline.test_examine import Toy, snippet

P, B, A, U = Verdict.PASSED, Verdict.BROKEN, Verdict.ALREADY_BROKEN, Verdict.UNVERIFIED


@dataclass
class Unsure(Toy):
    """What prints `?` is a failure that may be for want of context."""

    asked: list[str] = field(default_factory=list)

    def read(self, job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
        found = super().read(job, outcome, environment)
        if outcome.stdout == b"?":
            return replace(found, verdict=U, cause="context", reason="a name of another page")
        return found


def tree(passing: str, unsure: str = "") -> tuple[Tools, ScriptedSandbox]:
    """Code on which the snippets `passing` (letters) pass, and all others fail."""

    def script(program: Program, limits: Limits) -> Outcome:
        code = program.files[0].data.decode()
        if code[0] in passing:
            return Outcome(Status.PASSED, 0, b"", b"")
        return Outcome(Status.FAILED, 1, b"?" if code[0] in unsure else b"!", b"")

    sandbox = ScriptedSandbox(script)
    return Tools({"toy": Unsure()}, sandbox, Limits(), MemoryPreparer(), jobs=1), sandbox


def page(*codes: str, path: str = "a.md", **more: Any) -> Document:
    made = [
        replace(snippet(f"{code}\n{code}\nend", at, **more), path=path)
        for at, code in enumerate(codes)
    ]
    return Document(path, b"", tuple(made))


def judged(
    head: Document, base: Document, on_head: str, on_base: str, unsure: str = ""
) -> tuple[list[Verdict], list[str]]:
    """The verdicts, and the codes that were run on the base."""
    tools, _ = tree(on_head, unsure)
    old, sandbox = tree(on_base)
    run = examine(tools, [head], RecordingWatcher())
    found = blamed(run, tools, Base("main", old, (base,)), RecordingWatcher())
    ran = [program.files[0].data.decode()[0] for program in sandbox.programs]
    return [finding.verdict for finding in found.findings], sorted(set(ran))


@pytest.mark.parametrize(
    ("head", "base", "on_head", "on_base", "verdicts", "ran"),
    [
        pytest.param("a", "a", "a", "", [P], [], id="nothing fails: nothing is run"),
        pytest.param("a", "a", "", "a", [B], ["a"], id="broken by the code"),
        pytest.param("a", "a", "", "", [A], ["a"], id="broken before"),
        pytest.param("ab", "ab", "b", "a", [B, P], ["a"], id="only what fails is run"),
        pytest.param("xab", "ab", "xb", "ab", [P, B, P], ["a"], id="moved down"),
        pytest.param("a", "", "", "", [B], [], id="new, and it fails"),
    ],
)
def test_untouched_and_new_blocks(
    head: str, base: str, on_head: str, on_base: str, verdicts: list[Verdict], ran: list[str]
) -> None:
    assert judged(page(*head), page(*base), on_head, on_base) == (verdicts, ran)


@pytest.mark.parametrize(
    ("on_head", "on_base", "verdict"),
    [
        pytest.param("", "a", B, id="old passed: the edit or the code broke it"),
        pytest.param("", "b", B, id="new would pass on the base: the code broke it"),
        pytest.param("", "", A, id="never passed"),
        pytest.param("b", "", P, id="mended"),
    ],
)
def test_edited_blocks(on_head: str, on_base: str, verdict: Verdict) -> None:
    old = Document("a.md", b"", (snippet("a\nsame\nsame\nsame"),))
    new = Document("a.md", b"", (snippet("b\nsame\nsame\nsame"),))
    assert judged(new, old, on_head, on_base)[0] == [verdict]


def test_a_new_block_is_no_edit_of_one_that_still_stands() -> None:
    old = Document("a.md", b"", (snippet("a\nsame\nsame\nsame"),))
    new = Document("a.md", b"", (*old.snippets, snippet("b\nsame\nsame\nsame", 1)))
    assert judged(new, old, "", "")[0] == [A, B]


def test_a_page_that_moved_is_found_by_its_blocks() -> None:
    assert judged(page("a", path="new.md"), page("a", path="old.md"), "", "") == ([A], ["a"])
    assert judged(page("a", path="new.md"), page("a", path="old.md"), "", "a") == ([B], ["a"])


def test_what_looked_like_a_lack_of_context_is_red_when_it_passed_before() -> None:
    assert judged(page("a"), page("a"), "", "a", unsure="a")[0] == [B]
    assert judged(page("a"), page("a"), "", "", unsure="a")[0] == [U]
    assert judged(page("a"), page("b"), "", "b", unsure="a")[0] == [U]  # new, nobody knows


def test_where_the_base_cannot_tell_nothing_is_red() -> None:
    tools, _ = tree("")
    old = replace(tree("a")[0], languages={"toy": Unsure(missing="no toy here")})
    run = examine(tools, [page("a")], RecordingWatcher())
    (finding,) = blamed(run, tools, Base("main", old, (page("a"),)), RecordingWatcher()).findings
    assert finding.verdict is U
    assert "whether it did at main is not known: no toy here" in finding.reason
    assert finding.symptom is not None


def test_a_block_that_was_skipped_before_is_this_changes_own_wish() -> None:
    assert judged(page("a"), page("a", state=State.SKIPPED), "", "a") == ([B], [])


def test_our_own_trouble_is_not_held_against_the_base() -> None:
    tools, _ = tree("")
    broken = replace(tools, languages={"toy": Unsure(broken_reader=True)})
    run = examine(broken, [page("a")], RecordingWatcher())
    base, sandbox = tree("a")
    found = blamed(run, broken, Base("main", base, (page("a"),)), RecordingWatcher())
    assert [finding.verdict for finding in found.findings] == [U]
    assert sandbox.programs == []


def test_the_reader_is_told_what_it_was_held_against() -> None:
    tools, _ = tree("")
    run = examine(tools, [page("a")], RecordingWatcher())
    found = blamed(run, tools, Base("main", tree("a")[0], (page("a"),)), RecordingWatcher())
    assert found.findings[0].reason == "broken by this change to the code: it passes at main"
    assert "compared with main" in found.notes


def test_the_base_shows_no_findings_of_its_own() -> None:
    @dataclass
    class Silent(RecordingWatcher):
        def found(self, finding: Finding) -> None:
            raise AssertionError(finding)

    tools, _ = tree("")
    run = examine(tools, [page("a")], RecordingWatcher())
    from doc_healing.cli.comparison import Unseen

    blamed(run, tools, Base("main", tree("a")[0], (page("a"),)), Unseen(Silent()))


# --- one break, one red block -------------------------------------------------------------------


@dataclass
class Lines(Toy):
    """A language in which each line is its own: what the sandbox prints is the line that failed."""

    def names(self, snippet: Snippet) -> Names:
        words = [word for line in snippet.code.splitlines() for word in line.split()]
        return Names(
            bound=frozenset(one[1:] for one in words if one[0] == "+"),
            free=frozenset(one[1:] for one in words if one[0] == "-"),
        )

    def read(self, job: Job, outcome: Outcome, environment: Environment | None) -> Reading:
        if outcome.status is Status.PASSED:
            return Reading(P)
        kind, _, rest = outcome.stdout.decode().partition(" ")
        number, _, verdict = rest.partition(" ")
        message = "no x" if verdict == "gone" else "no"
        symptom = Symptom(SymptomKind(kind), message, job.snippet.path, int(number), names=("x",))
        cause: Cause = "context" if verdict == "context" else ""
        if verdict == "server":
            return Reading(U, "listens", cause="server")
        unsure = verdict in ("context", "unsure")
        return Reading(U if unsure else B, symptom=symptom, cause=cause)


def told(head: dict[str, str], base: dict[str, str], *codes: str) -> list[Verdict]:
    """The verdicts where a block whose code begins with a letter fails in these words."""

    def tools(said: dict[str, str]) -> Tools:
        def script(program: Program, limits: Limits) -> Outcome:
            words = said.get(program.files[0].data.decode()[0])
            if words is None:
                return Outcome(Status.PASSED, 0, b"", b"")
            return Outcome(Status.FAILED, 1, words.encode(), b"")

        return Tools({"toy": Lines()}, ScriptedSandbox(script), Limits(), MemoryPreparer(), jobs=1)

    made = []
    for at, code in enumerate(codes):
        lines = [Line(text, "a.md", at * 10 + n) for n, text in enumerate(code.split("\n"))]
        made.append(replace(snippet(code, at), line=at * 10 - 1, lines=tuple(lines)))
    document = Document("a.md", b"", tuple(made))
    run = examine(tools(head), [document], RecordingWatcher())
    found = blamed(run, tools(head), Base("main", tools(base), (document,)), RecordingWatcher())
    return [finding.verdict for finding in found.findings]


@pytest.mark.parametrize(
    ("head", "codes", "verdicts"),
    [
        pytest.param(
            {"a": "import 1", "b": "context 1 context"},
            ("a\nuse()", "b\nother()"),
            [B, U],
            id="it fails in the block before, which is red",
        ),
        pytest.param(
            {"a": "import 1", "b": "context 1 context"},
            ("a\nuse()", "b\nuse()"),
            [B, B],
            id="it holds the failing line too",
        ),
        pytest.param(
            {"b": "context 1 context"},
            ("a\nuse()", "b\nother()"),
            [P, B],
            id="the block before is not red: somebody has to be",
        ),
        pytest.param(
            {"a": "import 0", "b": "name 10 context"},
            ("a +x", "b -x"),
            [B, U],
            id="it misses what the broken block binds",
        ),
        pytest.param(
            {"a": "import 0", "b": "name 20 context"},
            ("a +x", "z +x", "b -x"),
            [B, P, B],
            id="a sound block binds it later",
        ),
        pytest.param(
            {"a": "import 0", "b": "name 10 context", "c": "name 20 context"},
            ("a +x", "b -x +x", "c -x"),
            [B, U, U],
            id="and so on",
        ),
        pytest.param(
            {"a": "import 0 gone", "b": "name 10 context"},
            ("a +x", "b -x"),
            [B, B],
            id="the very name is gone",
        ),
        pytest.param(
            {"a": "import 0", "b": "attribute 10 context"},
            ("a +x", "b -x"),
            [B, B],
            id="another failure is its own",
        ),
        pytest.param(
            {"a": "import 0", "b": "name 10"}, ("a +x", "b -x"), [B, B], id="certain by itself"
        ),
    ],
)
def test_a_block_that_only_suffers_from_another_is_not_red(
    head: dict[str, str], codes: tuple[str, ...], verdicts: list[Verdict]
) -> None:
    assert told(head, {}, *codes) == verdicts


@pytest.mark.parametrize(
    ("head", "base", "code", "verdict"),
    [
        ("attribute 0", "network 1 unsure", "a\nb", B),
        ("attribute 0", "context 1 context", "a\nb", B),
        ("attribute 0", "context 0 server", "a\nb", B),
        ("attribute 1", "context 0 context", "a\nb", U),  # it comes further now
        ("attribute 1", "context 2 context", "a\n  b\nc", B),
        ("attribute 1", "network 2 unsure", "a\n  b\nc", U),  # of a function that is called later
        ("attribute 1", "network 2 unsure", "a\n  b\n  c", B),
        ("attribute 0", "dependency 1 unsure", "a\nb", U),
        ("attribute 0", "assertion 1", "a\nb", A),
    ],
)
def test_a_block_that_came_further_before_is_broken_now(
    head: str, base: str, code: str, verdict: Verdict
) -> None:
    assert told({"a": head}, {"a": base}, code) == [verdict]
