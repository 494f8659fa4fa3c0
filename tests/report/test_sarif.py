import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator

from doc_healing.model import Run, Verdict
from doc_healing.report import FORMATS, Options
from tests.report.fixtures import RUNS
from tests.report.strategies import runs

SCHEMA = json.loads(
    Path(__file__).with_name("data").joinpath("sarif-schema-2.1.0.json").read_bytes()
)
VALIDATOR = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)
RESULT = Draft7Validator({"definitions": SCHEMA["definitions"], "$ref": "#/definitions/result"})
INVOCATION = Draft7Validator(
    {"definitions": SCHEMA["definitions"], "$ref": "#/definitions/invocation"}
)


def sarif(of: Run) -> Any:
    return json.loads(FORMATS["sarif"](of, Options(version="0.1.0")))


def test_the_schema_itself_bites() -> None:
    log = sarif(RUNS["attribute"])
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not VALIDATOR.is_valid(log)


@pytest.mark.parametrize("name", RUNS)
def test_the_log_is_valid_against_the_standards_schema(name: str) -> None:
    VALIDATOR.validate(sarif(RUNS[name]))


@settings(max_examples=150, deadline=None)
@given(runs())
def test_any_log_is_valid(of: Run) -> None:
    run = sarif(of)["runs"][0]
    INVOCATION.validate(run["invocations"][0])
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        RESULT.validate(result)
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location["uri"].isascii()
        assert not location["uri"].startswith("/")
        assert ":" not in location["uri"]
    red = [each for each in of.findings if each.verdict is Verdict.BROKEN]
    assert len([each for each in run["results"] if each["level"] == "error"]) == len(red)


def test_a_result_says_where_in_all_four_numbers() -> None:
    (result,) = sarif(RUNS["attribute"])["runs"][0]["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {
        "uri": "docs/quickstart.md",
        "uriBaseId": "%SRCROOT%",
    }
    region = physical["region"]
    assert region.pop("snippet") == {"text": "client = widgets.Client.connect(url)"}
    assert region == {"startLine": 5, "startColumn": 18, "endLine": 5, "endColumn": 24}
    assert result["message"]["text"].startswith("AttributeError: module 'widgets'")


def test_a_fingerprint_outlives_a_move_and_tells_equal_ones_apart() -> None:
    one = RUNS["attribute"].findings[0]
    assert one.symptom is not None
    moved = replace(
        one,
        snippet=replace(one.snippet, line=103, end_line=107),
        symptom=replace(one.symptom, line=105),
    )
    prints = [
        result["partialFingerprints"]["primaryLocationLineHash"]
        for of in ((one,), (moved,), (one, moved))
        for result in sarif(replace(RUNS["attribute"], findings=of))["runs"][0]["results"]
    ]
    digest = prints[0].removesuffix(":1")
    assert prints == [f"{digest}:1", f"{digest}:1", f"{digest}:1", f"{digest}:2"]
    other = replace(one, snippet=replace(one.snippet, code="other\n"))
    log = sarif(replace(RUNS["attribute"], findings=(other,)))
    found = log["runs"][0]["results"][0]["partialFingerprints"]["primaryLocationLineHash"]
    assert found != prints[0]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docs/a b.md", "docs/a%20b.md"),
        ("docs/é#?.md", "docs/%C3%A9%23%3F.md"),
        ("c:/x.md", "c%3A/x.md"),
        ("docs/\udcff.md", "docs/%FF.md"),
        ("/etc/passwd", "etc/passwd"),
    ],
)
def test_a_path_becomes_a_relative_reference(path: str, uri: str) -> None:
    one = RUNS["promised"].findings[0]
    moved = replace(one, snippet=replace(one.snippet, path=path))
    result = sarif(replace(RUNS["promised"], findings=(moved,)))["runs"][0]["results"][0]
    found = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert found == uri
    assert unquote(found, errors="surrogateescape").endswith(path.lstrip("/"))


def test_a_stranger_cannot_make_a_link() -> None:
    one = RUNS["attribute"].findings[0]
    assert one.symptom is not None
    evil = replace(one, symptom=replace(one.symptom, message="see [here](http://evil) a[0]"))
    result = sarif(replace(RUNS["attribute"], findings=(evil,)))["runs"][0]["results"][0]
    assert result["message"]["text"].startswith("see \\[here](http://evil) a[0]\n")


def test_what_is_unverified_is_a_notification_and_no_result() -> None:
    run = sarif(RUNS["unverified"])["runs"][0]
    assert run["results"] == []
    said = run["invocations"][0]["toolExecutionNotifications"]
    ids = [each["descriptor"]["id"] for each in said if "descriptor" in each]
    assert ids == ["DH301"] * 7 + ["DH302", "DH307"]
    descriptors = run["tool"]["driver"]["notifications"]
    for each in said:
        if "descriptor" in each:
            assert descriptors[each["descriptor"]["index"]]["id"] == each["descriptor"]["id"]


def test_rules_are_as_github_wants_them() -> None:
    rules = sarif(RUNS["passing"])["runs"][0]["tool"]["driver"]["rules"]
    for rule in rules:
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
        assert "security-severity" not in rule["properties"]
    assert len({rule["name"] for rule in rules}) == len(rules)


def test_more_results_than_github_takes_are_cut_and_said() -> None:
    one = RUNS["attribute"].findings[0]
    run = sarif(replace(RUNS["attribute"], findings=(one,) * 25_003))["runs"][0]
    assert len(run["results"]) == 25_000
    said = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert any(text.startswith("3 more results are left out") for text in said)
