import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings

from doc_healing.model import Finding, Run, Symptom, SymptomKind, Verdict
from doc_healing.report import FORMATS, Options, Verbosity
from doc_healing.report.screen import Strip, cells
from doc_healing.report.tally import total
from tests.report.fixtures import RUNS, broken, finding, run, snippet
from tests.report.strategies import runs

SGR = re.compile(r"\x1b\[[0-9;]*m")


def text(of: Run, **options: object) -> str:
    return FORMATS["text"](of, replace(Options(), **options))  # type: ignore[arg-type]


def frame_of(line: str, column: int, end_column: int | None = None, **options: object) -> str:
    document = f"```python\n{line}\n```\n"
    symptom = Symptom(SymptomKind.NAME, "MESSAGE", "a.md", 2, column, end_column)
    return text(run("a.md", document, [broken(snippet("a.md", document, 1), symptom)]), **options)


@pytest.mark.parametrize(
    ("line", "column", "end_column", "marked"),
    [
        ("client.connect(url)", 8, None, "connect"),
        ("client.connect(url)", 8, 15, "connect"),
        ("\tclient.connect(url)", 9, None, "connect"),
        ("x =\t'日本' + name", 12, None, "name"),
        ("日本.name", 4, None, "name"),
        ("e\u0301 + name", 6, None, "name"),
        ("x\x1b[31m + name", 10, None, "name"),
        ("a\u200b + name", 6, None, "name"),
        ("a == 日本", 6, 8, "日本"),
    ],
)
def test_the_caret_stands_below_its_word(
    line: str, column: int, end_column: int | None, marked: str
) -> None:
    rows = frame_of(line, column, end_column).split("\n")
    carets = next(row for row in rows if "^" in row)
    source = rows[rows.index(carets) - 1]
    assert carets.endswith(f"{'^' * cells(marked)} MESSAGE")
    assert cells(source[: source.index(marked)]) == carets.index("^")


@pytest.mark.parametrize("column", [0, 1, 5, 6, 500])
def test_a_column_outside_of_the_line_still_has_a_caret(column: int) -> None:
    assert "^ MESSAGE" in frame_of("hello", column)


def test_lines_are_verbatim() -> None:
    line = "print('[bold] [/x] {} %s <b>', \"\\x1b\")  # 'quoted' &amp; `ticks`"
    assert f"2 | {line}\n" in frame_of(line, 1)


def test_lines_are_never_clipped_in_a_pipe_and_always_on_a_terminal() -> None:
    line = "x" * 5000 + " HERE"
    assert f"2 | {line}\n" in frame_of(line, 5002)
    shown = frame_of(line, 5002, width=80)
    source = next(row for row in shown.split("\n") if row.startswith("2 |"))
    assert cells(source) <= 80
    assert source.endswith("HERE")
    carets = next(row for row in shown.split("\n") if "^^^^" in row)
    assert carets.index("^") == source.index("HERE")


def test_carriage_returns_end_lines_as_commonmark_says() -> None:
    document = "```python\r\nfirst\r\nsecond\r\n```\r\n"
    symptom = Symptom(SymptomKind.NAME, "m", "a.md", 3, 1)
    shown = text(run("a.md", document, [broken(snippet("a.md", document, 1), symptom)]))
    assert "\n2 | first\n3 | second\n" in shown


def test_other_line_separators_do_not_end_lines() -> None:
    document = "```python\na\u2028b\x0cc\nsecond\n```\n"
    symptom = Symptom(SymptomKind.NAME, "m", "a.md", 3, 1)
    where = replace(snippet("a.md", document, 1), end_line=4)
    shown = text(run("a.md", document, [broken(where, symptom)]))
    assert "\n2 | a<U+2028>b␌c\n3 | second\n" in shown


def test_an_included_file_is_named_and_shown() -> None:
    shown = text(RUNS["included"])
    assert "BROKEN DH205 unknown-attribute   src/example.py:11:13\n" in shown
    assert "11 |     widgets.nope()\n   |             ^^^^ no attribute" in shown
    assert "note: included by docs/guide.md:1\n" in shown


def test_the_difference_of_outputs() -> None:
    shown = text(RUNS["output"])
    assert "     - 3\n     + 2\n       b\n" in shown


def test_the_difference_shows_what_is_invisible_and_stays_short() -> None:
    symptom = Symptom(
        SymptomKind.OUTPUT,
        "differs",
        "a.md",
        2,
        expected="a \n" + "x\n" * 5000,
        actual="a\x1b\n" + "y\n" * 5000,
    )
    document = "```python\nf()\n```\n"
    shown = text(run("a.md", document, [broken(snippet("a.md", document, 1), symptom)]))
    assert "+ a␛" in shown
    assert "more lines" in shown
    assert shown.count("\n") < 70


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("verbosity", Verbosity)
def test_every_red_finding_is_named_with_its_place_and_code(
    name: str, verbosity: Verbosity
) -> None:
    shown = text(RUNS[name], verbosity=verbosity)
    reds = [each for each in RUNS[name].findings if each.verdict is Verdict.BROKEN]
    assert len(re.findall(r"BROKEN DH2\d\d ", shown)) == len(reds)


def test_quiet_is_one_line_per_broken_snippet_and_silent_when_all_is_well() -> None:
    assert text(RUNS["attribute"], verbosity=Verbosity.QUIET) == (
        "docs/quickstart.md:5:18: BROKEN DH205 unknown-attribute: "
        "AttributeError: module 'widgets' has no attribute 'Client'\n"
    )
    assert text(RUNS["passing"], verbosity=Verbosity.QUIET) == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("empty", "No documents were found: nothing was checked."),
        ("nothing_runnable", "0 runnable snippets among 2 in 1 document: nothing was checked."),
        ("unverified", "None of 9 runnable snippets in 1 document could be verified"),
    ],
)
@pytest.mark.parametrize("verbosity", Verbosity)
def test_nothing_checked_is_said_in_words(name: str, words: str, verbosity: Verbosity) -> None:
    assert words in text(RUNS[name], verbosity=verbosity)


def test_verbose_shows_each_snippet_trace_and_output() -> None:
    shown = text(RUNS["attribute"], verbosity=Verbosity.VERBOSE)
    assert "docs/quickstart.md:11: PASSED P3 python  0.25 s\n" in shown
    assert "docs/quickstart.md:21: ILLUSTRATIVE bash  `bash` is not a language we run\n" in shown
    assert "  = stdout:\n  | hello\n" in shown
    assert '  = trace:\n  |   File "docs/quickstart.md", line 5' in shown


def test_unverified_is_grouped_with_its_places() -> None:
    shown = text(RUNS["unverified"])
    assert shown.count("UNVERIFIED DH301") == 1
    assert "and 2 more" in shown
    assert "and 2 more" not in text(RUNS["unverified"], verbosity=Verbosity.VERBOSE)


def test_what_was_left_out_and_an_interruption_are_said() -> None:
    cut = replace(RUNS["passing"], left_out=(("CHANGELOG.md", "a changelog"),), interrupted=True)
    assert "note: 1 document left out" in text(cut)
    assert "note: CHANGELOG.md left out: a changelog\n" in text(cut, verbosity=Verbosity.VERBOSE)
    assert "\nInterrupted. Checked 1 of 1 runnable snippet" in text(cut)


def test_a_fault_of_ours_shows_its_trace_only_when_asked() -> None:
    document = "```python\nf()\n```\n"
    fault = replace(
        finding(snippet("a.md", document, 1), Verdict.UNVERIFIED, "a fault of doc-healing: X"),
        fault="Traceback\nValueError: X",
    )
    assert "UNVERIFIED DH311 our-fault" in text(run("a.md", document, [fault]))
    assert "Traceback" not in text(run("a.md", document, [fault]))
    shown = text(run("a.md", document, [fault]), verbosity=Verbosity.VERBOSE)
    assert "    | Traceback\n    | ValueError: X\n" in shown


def test_lint_does_not_call_what_it_read_unverified() -> None:
    document = "```python\nf()\n```\n"
    where = snippet("a.md", document, 1)
    read = Finding(where, Verdict.UNVERIFIED, "not run: `lint` only reads")
    assert text(run("a.md", document, [read])) == (
        "1 snippet: 1 read, not run\n"
        "Read 1 of 1 runnable snippet in 1 document in 1.5 s; ran none.\n"
    )


def test_hints_come_only_when_asked() -> None:
    assert "next:" not in text(RUNS["passing"])
    assert "next: `doc-healing init`" in text(RUNS["passing"], hints=True)


@pytest.mark.parametrize("name", RUNS)
def test_colour_changes_nothing_but_colour(name: str) -> None:
    assert SGR.sub("", text(RUNS[name], colour=True)) == text(RUNS[name])
    assert "\x1b" not in text(RUNS[name])


@settings(max_examples=120, deadline=None)
@given(runs())
def test_no_control_character_reaches_the_terminal(of: Run) -> None:
    for verbosity in Verbosity:
        shown = text(of, verbosity=verbosity, width=60)
        assert SGR.sub("", text(of, verbosity=verbosity, width=60, colour=True)) == shown
        for char in shown:
            assert char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Zl", "Zp"}


@settings(max_examples=100, deadline=None)
@given(runs())
def test_no_line_begins_with_a_strangers_command(of: Run) -> None:
    """GitHub's runner obeys a line of the log that begins with `::`."""
    for verbosity in Verbosity:
        for line in text(of, verbosity=verbosity).split("\n"):
            assert not line.lstrip().startswith("::")


def test_a_frame_is_as_wide_as_its_gutter_says() -> None:
    document = "\n" * 997 + "```python\na\nb\nc\n```\n"
    symptom = Symptom(SymptomKind.NAME, "m", "a.md", 1000, 1)
    shown = text(run("a.md", document, [broken(snippet("a.md", document, 998), symptom)]))
    assert " 999 | a\n1000 | b\n     | ^ m\n1001 | c\n" in shown
    assert Strip.of("b").text == "b"


@settings(max_examples=100, deadline=None)
@given(runs())
def test_every_snippet_is_in_the_line_of_counts(of: Run) -> None:
    numbers = [int(word) for word in re.findall(r"\d+", total(of))]
    assert sum(numbers[:1]) == sum(numbers[1:]) == len(of.findings)


@settings(max_examples=120, deadline=None)
@given(runs())
def test_in_actions_only_our_own_lines_are_commands(of: Run) -> None:
    """As actions/runner reads a log: `::x::` at a line's start, `##[x]` anywhere."""
    for verbosity in Verbosity:
        opened = 0
        for line in text(of, verbosity=verbosity, github=True).split("\n"):
            if not line.lstrip().startswith("::"):
                assert "##[" not in line
            else:
                name = re.split(r"[ :]", line[2:])[0]
                assert name in {"error", "warning", "notice", "group", "endgroup"}
                opened += (name == "group") - (name == "endgroup")
                assert opened in {0, 1}
        assert opened == 0


def test_in_actions_there_is_a_fold_per_document_and_an_annotation_per_break() -> None:
    shown = text(RUNS["attribute"], github=True)
    assert shown.startswith("::group::docs/quickstart.md: 1 broken\nBROKEN DH205")
    assert shown.endswith("\n" + FORMATS["github"](RUNS["attribute"], Options()).split("\n", 1)[1])


def test_what_became_of_each_language_is_one_line_where_there_are_several() -> None:
    rows = [
        ("python", Verdict.PASSED),
        ("go", Verdict.BROKEN),
        ("python", Verdict.SKIPPED),
        ("go", Verdict.BROKEN),
        ("text", Verdict.ILLUSTRATIVE),
    ]
    found = [
        finding(snippet("a.md", f"```{name}\nx\n```\n", 1, name), verdict, "r")
        for name, verdict in rows
    ]
    shown = text(run("a.md", "x\n", found))
    assert "  python  1 passed · 1 skipped\n  go      2 broken\n5 snippets: 2 broken" in shown
    alone = text(run("a.md", "x\n", [one for one in found if one.verdict is not Verdict.BROKEN]))
    assert "  python  " not in alone


def test_what_passes_and_is_warned_of_is_said_with_its_place() -> None:
    said = "a.md:3: DeprecationWarning: old() is deprecated, use new()"
    [finding] = RUNS["passing"].findings[:1]
    warned = replace(RUNS["passing"], findings=(replace(finding, warnings=(said, said)),))
    assert text(warned).count(f"WARNING   {said}\n") == 1
    assert f"note: {said}" in text(warned, verbosity=Verbosity.VERBOSE)
    assert said not in text(warned, verbosity=Verbosity.QUIET)
