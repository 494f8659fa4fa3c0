import re
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings

from doc_healing.model import Notice, Run, Verdict
from doc_healing.report import FORMATS, Options
from doc_healing.report.screen import printable, visible
from tests.report.fixtures import RUNS
from tests.report.strategies import runs

COMMAND = re.compile(r"::(?P<name>[^\s:]+)(?: (?P<properties>.*?))?::(?P<data>.*)", re.DOTALL)


def github(of: Run) -> str:
    return FORMATS["github"](of, Options())


def commands(text: str) -> list[tuple[str, Mapping[str, str], str]]:
    """As the runner reads a log (actions/runner, ActionCommand.TryParseV2)."""
    found: list[tuple[str, Mapping[str, str], str]] = []
    for line in re.split(r"\r\n|\r|\n", text):
        if not line.lstrip().startswith("::"):
            assert "##[" not in line
            continue
        match = COMMAND.fullmatch(line.lstrip())
        assert match
        pairs = (pair.split("=", 1) for pair in (match["properties"] or "").split(",") if pair)
        properties = {key.strip(): _decoded(value) for key, value in pairs}
        found.append((match["name"], properties, _decoded(match["data"])))
    return found


def _decoded(text: str) -> str:
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


@settings(max_examples=120, deadline=None)
@given(runs())
def test_nothing_in_a_report_can_give_the_runner_a_command(of: Run) -> None:
    text = github(of)
    assert len(text.splitlines()) == text.count("\n")
    found = commands(text)
    assert {name for name, _, _ in found} <= {"error", "warning", "notice", "group", "endgroup"}
    red = [each for each in of.findings if each.verdict is Verdict.BROKEN]
    errors = [each for each in found if each[0] == "error"]
    assert len(errors) == len(red)
    for (_, properties, data), each in zip(errors, red, strict=True):
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert properties["title"].startswith("BROKEN DH")
        place = each.symptom.path if each.symptom else each.snippet.path
        assert properties["file"] == visible(place)
        if each.symptom and each.symptom.message:
            assert data.startswith(printable(each.symptom.message[:3000]))


def test_an_annotation_stands_at_the_symptom() -> None:
    ((name, properties, data),) = commands(github(RUNS["attribute"]))
    assert name == "error"
    assert properties == {
        "file": "docs/quickstart.md",
        "line": "5",
        "endLine": "5",
        "col": "18",
        "endColumn": "24",
        "title": "BROKEN DH205 unknown-attribute",
    }
    assert data.startswith("AttributeError: module 'widgets' has no attribute 'Client'\nhelp: ")


def test_the_summary_comes_first_and_the_rest_is_counted() -> None:
    one = RUNS["attribute"].findings[0]
    notices = tuple(Notice("a.md", n, 1, "DH101", "m") for n in range(1, 15))
    many = replace(RUNS["attribute"], findings=(one,) * 13, warnings=notices)
    text = github(many)
    assert text.startswith("doc-healing: 13 snippets: 13 broken · Checked 13 of 13 runnable")
    names = [name for name, _, _ in commands(text)]
    assert names.count("error") == 10
    assert names.count("warning") == 10
    assert "::group::3 more of level error" in text
    assert "::group::4 more of level warning" in text
    assert text.count("- docs/quickstart.md:5:18 BROKEN DH205") == 3


def test_old_commands_are_disarmed_in_plain_lines() -> None:
    one = RUNS["promised"].findings[0]
    evil = replace(one, snippet=replace(one.snippet, path="##[add-mask]x\n::error::y"))
    text = github(replace(RUNS["promised"], findings=(one,) * 10 + (evil,)))
    assert "- ## [add-mask]x␊::error::y:1:1 BROKEN" in text


def test_a_long_message_is_cut() -> None:
    one = RUNS["attribute"].findings[0]
    assert one.symptom is not None
    long = replace(one, symptom=replace(one.symptom, message="x" * 100_000))
    text = github(replace(RUNS["attribute"], findings=(long,)))
    assert max(map(len, text.split("\n"))) < 5000
