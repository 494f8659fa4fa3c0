import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from doc_healing.model import Run
from doc_healing.report import Options
from doc_healing.report.summary import check_summary
from tests.report.fixtures import RUNS
from tests.report.strategies import runs

RENDERER = MarkdownIt("commonmark").enable("table")
OWN = re.compile(r"</?(details|summary|h2|h3|p|pre|code|table|thead|tbody|tr|th|td|ul|li)\b")


@settings(max_examples=120, deadline=None)
@given(runs())
def test_nothing_of_a_strangers_is_markup(of: Run) -> None:
    page = RENDERER.render(check_summary(of, Options()))
    for tag in re.findall(r"<[^>]*>?", page):
        assert OWN.match(tag), tag


def test_what_is_broken_comes_first_with_its_frame() -> None:
    text = check_summary(RUNS["attribute"], Options())
    assert text.startswith("## doc-healing: 1 broken\n\n4 snippets: 1 broken · 1 passed")
    assert "| docs\\/quickstart\\.md\\:5 | BROKEN DH205 unknown-attribute |" in text
    assert "client = widgets.Client.connect(url)" in text
    assert "<details><summary>docs/quickstart.md:5</summary>" in text


@pytest.mark.parametrize("room", [0, 199, 1000, 5000, 900_000])
def test_it_never_takes_more_than_its_room(room: int) -> None:
    one = RUNS["attribute"].findings[0]
    many = replace(RUNS["attribute"], findings=(one,) * 2000)
    text = check_summary(many, Options(), room)
    assert len(text.encode()) <= room
    assert not text or "the summary ends here" in text


def test_a_frame_that_holds_a_fence_does_not_end_its_own() -> None:
    text = check_summary(RUNS["hostile"], Options())
    for opening in re.findall(r"^(`{3,})text$", text, re.MULTILINE):
        assert text.count(f"\n{opening}\n") >= 1
