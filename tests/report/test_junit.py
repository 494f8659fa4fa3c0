from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from doc_healing.model import Run, Verdict
from doc_healing.report import FORMATS, Options
from tests.report.fixtures import RUNS
from tests.report.strategies import runs


def junit(of: Run) -> ElementTree.Element:
    text = FORMATS["junit"](of, Options())
    return ElementTree.fromstring(text.encode("utf-8"))


@settings(max_examples=120, deadline=None)
@given(runs())
def test_any_report_parses_strictly_and_its_counts_are_true(of: Run) -> None:
    root = junit(of)
    assert root.tag == "testsuites"
    for suite in [root, *root.findall("testsuite")]:
        cases = list(suite.iter("testcase"))
        assert suite.get("tests") == str(len(cases))
        for tag, key in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert suite.get(key) == str(len(list(suite.iter(tag))))
    broken = [each for each in of.findings if each.verdict is Verdict.BROKEN]
    assert root.get("failures") == str(len(broken))
    for case in root.iter("testcase"):
        assert {child.tag for child in case} <= {
            "failure",
            "error",
            "skipped",
            "system-out",
            "system-err",
        }


def test_the_shape_is_pytests_with_file_and_line() -> None:
    suite = junit(RUNS["attribute"])[0]
    assert suite.get("name") == "docs/quickstart.md"
    case = suite[0]
    assert case.get("name") == "python:L3"
    assert case.get("classname") == "docs/quickstart.md"
    assert (case.get("file"), case.get("line")) == ("docs/quickstart.md", "5")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("type") == "DH205 unknown-attribute"
    assert "has no attribute 'Client'" in str(failure.get("message"))
    assert case.findtext("system-out") == "hello\n"


def test_a_suite_per_document() -> None:
    one = RUNS["passing"].findings[0]
    other = replace(one, snippet=replace(one.snippet, path="docs/b.md"))
    root = junit(replace(RUNS["passing"], findings=(one, other)))
    assert [suite.get("name") for suite in root] == ["README.md", "docs/b.md"]


def test_a_fault_of_ours_is_an_error_and_the_rest_is_skipped_with_its_reason() -> None:
    cases = list(junit(RUNS["unverified"]).iter("testcase"))
    assert [case[0].tag for case in cases] == ["skipped"] * 8 + ["error"]
    assert cases[7][0].get("message") == "UNVERIFIED: `numpy` is not installed"
    assert "no bwrap" in str(cases[8][0].get("message"))


def test_an_unreadable_document_is_an_error() -> None:
    root = junit(RUNS["notices"])
    assert root.get("errors") == "1"
    assert root[1].get("name") == "docs/old.md"


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff", "\x85"])
def test_illegal_characters_are_named_instead(char: str) -> None:
    one = replace(RUNS["attribute"].findings[0], stdout=f"a{char}b\n")
    case = junit(replace(RUNS["attribute"], findings=(one,)))[0][0]
    shown = str(case.findtext("system-out"))
    assert shown.startswith("a")
    assert shown.endswith("b\n")
    assert char not in shown
    assert len(shown) > 3
