"""Every format of every fixture, as it was approved. `pytest --snapshot-update` approves anew."""

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from doc_healing.report import FORMATS, LIST_FORMATS, Options, Verbosity
from tests.report.fixtures import RUNS

OPTIONS = Options(version="0.0.0")

# A line of a hundred thousand characters is for the properties, not for a person's approval.
SHOWN = {name: run for name, run in RUNS.items() if name != "hostile"}
TRIMMED = replace(
    RUNS["hostile"],
    findings=tuple(each for each in RUNS["hostile"].findings if each.snippet.line == 1)[:1],
)


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("format_", FORMATS)
def test_a_format(name: str, format_: str, snapshot: SnapshotAssertion) -> None:
    text = FORMATS[format_](SHOWN[name], OPTIONS)
    if format_ == "html":  # the style sheet has its own tests
        text = text.split("</style>")[1]
    if format_ == "sarif":  # so has the list of rules
        text = text[text.index('"automationDetails"') :]
    assert text == snapshot


@pytest.mark.parametrize("name", SHOWN)
def test_the_text_with_everything(name: str, snapshot: SnapshotAssertion) -> None:
    options = replace(OPTIONS, verbosity=Verbosity.VERBOSE, colour=True, hints=True)
    assert FORMATS["text"](SHOWN[name], options) == snapshot


@pytest.mark.parametrize("format_", ["text", "github"])
def test_strangers_text(format_: str, snapshot: SnapshotAssertion) -> None:
    assert FORMATS[format_](TRIMMED, replace(OPTIONS, width=100)) == snapshot


@pytest.mark.parametrize("format_", LIST_FORMATS)
def test_a_list(format_: str, snapshot: SnapshotAssertion) -> None:
    assert LIST_FORMATS[format_](RUNS["attribute"].documents, OPTIONS) == snapshot
