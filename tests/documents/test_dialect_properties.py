"""What holds for all texts, and that the manual page lists every spelling."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.documents.dialects import code, comments, own, spelling
from doc_healing.documents.dialects.attributes import ATTRIBUTES
from doc_healing.documents.dialects.rules import Rule
from doc_healing.model import State
from tests.documents.dialect_pages import interpret

MANUAL = Path(__file__).parents[2] / "docs" / "markers.md"
RULES = (*ATTRIBUTES, *comments.COMMENTS, *code.RULES)
# Every spelling that skips holds one of these; a text without them never skips.
SKIPPING = ("skip", "ignore", "notest", "no-test", "no_test", "no_doctest", "no-doctest", "dont",
            "eval", "test")  # fmt: skip
WORDS = st.sampled_from(
    "skip: next start end doc-healing: ignore group=a timeout= if( ) , ; : - = \" ' python js "
    "pytest.mark. xfail phmdoctest- $MDX !test in out name: test_x `` \n % {% [ ] é \0".split(" ")
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=12), st.sampled_from([" ", ""]), st.sampled_from(["md", "mdx"]))
def test_no_comment_raises(words: list[str], glue: str, ending: str) -> None:
    text = glue.join(words)
    found = interpret(f"<!-- {text} -->\n\n```python {text}\nx\n```\n", f"a.{ending}")
    assert all(notice.line >= 1 and notice.column >= 1 for notice in found.notices)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_skips_without_a_known_spelling(comment: str, info: str) -> None:
    text = f"<!-- {comment} -->\n\n```python {info}\nx\n```\n"
    if not any(word in text.lower() for word in SKIPPING):
        assert all(block.state is not State.SKIPPED for block in interpret(text).blocks)


@given(st.text(alphabet="abcde", max_size=8), st.text(alphabet="abcde", max_size=8))
@settings(max_examples=300)
def test_distance_is_symmetric_and_bounded(first: str, second: str) -> None:
    there, back = spelling.distance(first, second, 3), spelling.distance(second, first, 3)
    assert there == back
    assert (there == 0) == (first == second)


def test_distance_counts_a_swap_as_one() -> None:
    assert spelling.distance("pyhton", "python", 2) == 1
    assert spelling.nearest("python", ["python"]) == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.dialect}-{rule.spelling}")
def test_the_manual_lists_every_spelling(rule: Rule) -> None:
    text = MANUAL.read_text().replace("\\|", "|")
    assert rule.dialect in text
    assert rule.spelling in text


def test_the_manual_explains_every_word_of_ours() -> None:
    manual = MANUAL.read_text()
    assert all(f"`{word}" in manual or f"doc-healing:{word}" in manual for word in own.WORDS)


def test_many_markers_take_no_square_of_time() -> None:
    text = "<!-- skip: start -->\n\n<!-- doc-healing:ignore -->\n\n" * 1500
    assert len(interpret(text + "```python\nx\n```\n" * 1500).blocks) == 1500


@pytest.mark.parametrize(
    "comment",
    [
        "name: test_x; " + "a" * 300_000,
        "doc-healing:" + "a" * 300_000,
        "doc-healing:" + "group=a " * 30_000,
        'doc-healing:expect="' + "(" * 400 + ")" * 400 + '"',
        'doc-healing:expect="' + "(" * 240 + ")" * 240 + '"',
        'doc-healing:expect="a{99999999999999999999}"',
        'doc-healing:expect="["',
        "skip: next if(" * 50_000,
        "$MDX " + "a," * 100_000,
        "pytest.mark.skipif(" + "reason=" * 50_000,
        "-" * 300_000,
    ],
    ids=lambda text: text[:30],
)
def test_a_strangers_comment_neither_raises_nor_hangs(comment: str) -> None:
    start = time.process_time()
    found = interpret(f"<!-- {comment} -->\n\n```python\nx\n```\n")
    assert len(found.blocks) == 1
    assert time.process_time() - start < 5
