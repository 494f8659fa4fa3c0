import json
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from doc_healing.model import Document, Run
from doc_healing.report import FORMATS, LIST_FORMATS, Options
from tests.report.fixtures import HOSTILE, QUICKSTART, RUNS, document, snippet
from tests.report.strategies import runs

OPTIONS = Options(version="0.0.0")


def schema(name: str) -> dict[str, Any]:
    found = resources.files("doc_healing").joinpath("schemas", name).read_text("utf-8")
    loaded: dict[str, Any] = json.loads(found)
    Draft202012Validator.check_schema(loaded)
    return loaded


REPORT, LIST = schema("report.v1.json"), schema("list.v1.json")


def report(of: Run) -> Any:
    return json.loads(FORMATS["json"](of, OPTIONS))


@pytest.mark.parametrize("name", RUNS)
def test_the_report_is_valid(name: str) -> None:
    Draft202012Validator(REPORT).validate(report(RUNS[name]))


@settings(max_examples=150, deadline=None)
@given(runs())
def test_any_report_is_valid_and_pure_ascii(of: Run) -> None:
    text = FORMATS["json"](of, OPTIONS)
    assert text.isascii()
    assert text.endswith("}\n")
    Draft202012Validator(REPORT).validate(json.loads(text))
    # The escapes of lone surrogates are no valid JSON for a strict reader.
    json.loads(text)["findings"].__repr__().encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(runs())
def test_any_list_is_valid(of: Run) -> None:
    text = LIST_FORMATS["json"](of.documents, OPTIONS)
    Draft202012Validator(LIST).validate(json.loads(text))


def test_the_contract_of_a_finding() -> None:
    found = report(RUNS["attribute"])["findings"][0]
    assert list(found)[:11] == [
        "path",
        "line",
        "end_line",
        "language",
        "verdict",
        "reason",
        "symptom",
        "level",
        "seconds",
        "cached",
        "sandbox",
    ]
    assert found["symptom"]["kind"] == "attribute"
    assert list(found["symptom"])[:4] == ["kind", "message", "line", "column"]
    assert (found["line"], found["end_line"]) == (3, 7)
    assert (found["symptom"]["line"], found["symptom"]["column"]) == (5, 18)
    assert found["verdict"] == "BROKEN"
    assert found["code"] == "DH205"
    assert found["sandbox"]["name"] == "bubblewrap"
    assert "seccomp" in found["sandbox"]["layers"]


def test_a_sandbox_is_always_an_object() -> None:
    nothing_ran = replace(RUNS["passing"].findings[0], sandbox="", layers=())
    found = report(replace(RUNS["passing"], findings=(nothing_ran,)))["findings"][0]
    assert found["sandbox"] == {"name": "", "layers": []}


def test_what_did_not_pass_has_a_reason() -> None:
    for of in RUNS.values():
        for found in report(of)["findings"]:
            assert found["reason"] or found["verdict"] == "PASSED"


def test_the_summary_counts() -> None:
    summary = report(RUNS["attribute"])["summary"]
    assert summary["verdicts"]["BROKEN"] == 1
    assert summary["verdicts"]["HEALED"] == 0
    assert (summary["documents"], summary["snippets"]) == (1, 4)
    assert (summary["runnable"], summary["checked"]) == (2, 2)
    assert summary["seconds"] == 1.5
    assert summary["notes"] == ["installed widgets from this checkout"]


def test_an_unreadable_document_is_a_notice() -> None:
    notices = report(RUNS["notices"])["notices"]
    assert [notice["code"] for notice in notices] == ["DH103", "DH101", "DH002"]
    assert notices[1]["suggestion"] == "python"


@pytest.mark.parametrize("made", [REPORT, LIST], ids=["report", "list"])
def test_every_object_of_the_schema_requires_what_it_describes(made: dict[str, Any]) -> None:
    """A field that is described is always there, so that nobody has to ask."""
    for each in [made, *made["$defs"].values()]:
        if "required" in each:
            assert each["required"] == list(each["properties"])


def test_the_schema_describes_every_field_that_is_written() -> None:
    whole = report(RUNS["attribute"])
    assert list(whole) == list(REPORT["properties"])
    for name, value in (
        ("finding", whole["findings"][0]),
        ("symptom", whole["findings"][0]["symptom"]),
        ("summary", whole["summary"]),
        ("notice", report(RUNS["notices"])["notices"][0]),
        ("tool", whole["tool"]),
    ):
        assert list(value) == list(REPORT["$defs"][name]["properties"])


def test_the_list_is_the_contract_and_leaves_out_what_only_runners_see() -> None:
    path = "docs/quickstart.md"
    shown = snippet(path, QUICKSTART, 11)
    hidden = replace(snippet(path, QUICKSTART, 3), invisible=True)
    listed = json.loads(
        LIST_FORMATS["json"]([document(path, QUICKSTART, [hidden, shown])], OPTIONS)
    )
    assert listed["schema"] == 1
    assert listed["snippets"] == [
        {
            "path": path,
            "line": 11,
            "end_line": 14,
            "language": "python",
            "info": "python",
            "code": 'print(1 + 1)\nprint("b")\n',
            "state": "runnable",
            "reason": "",
        }
    ]
    assert list(listed["snippets"][0]) == list(LIST["$defs"]["snippet"]["properties"])


def test_strangers_text_comes_through_unchanged() -> None:
    found = report(RUNS["hostile"])["findings"][0]
    assert found["stdout"] == HOSTILE.replace("\ud800", "\ufffd")
    code = json.loads(
        LIST_FORMATS["json"](
            [Document("a.md", b"", (replace(snippet("a.md", "```\n```", 1), code=HOSTILE),))],
            OPTIONS,
        )
    )["snippets"][0]["code"]
    assert code == HOSTILE.replace("\ud800", "\ufffd")


def test_a_clock_gone_wrong_is_still_json() -> None:
    assert report(replace(RUNS["passing"], seconds=float("nan")))["summary"]["seconds"] == 0.0
