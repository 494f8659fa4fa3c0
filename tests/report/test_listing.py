import json
from dataclasses import replace

from doc_healing.model import Document, State
from doc_healing.report import LIST_FORMATS, Options, Verbosity
from tests.report.fixtures import HOSTILE, QUICKSTART, RUNS, document, snippet

PATH = "docs/quickstart.md"
PYTHON = snippet(PATH, QUICKSTART, 3)
BASH = replace(
    snippet(PATH, QUICKSTART, 21, "bash"), state=State.ILLUSTRATIVE, reason="`bash` is not run"
)


def test_a_line_per_block_and_a_sum() -> None:
    shown = LIST_FORMATS["text"]([document(PATH, QUICKSTART, [PYTHON, BASH])], Options())
    assert shown == (
        "docs/quickstart.md:3   runnable     python\n"
        "docs/quickstart.md:21   illustrative bash   `bash` is not run\n"
        "2 snippets in 1 document: 1 runnable · 1 illustrative\n"
    )


def test_quiet_is_only_the_blocks() -> None:
    quiet = Options(verbosity=Verbosity.QUIET)
    shown = LIST_FORMATS["text"]([document(PATH, QUICKSTART, [PYTHON])], quiet)
    assert shown == "docs/quickstart.md:3   runnable     python\n"


def test_nothing_is_said_in_words() -> None:
    assert LIST_FORMATS["text"]([], Options()) == "0 snippets in 0 documents.\n"


def test_notices_and_unreadable_files_are_named() -> None:
    documents = [
        Document("old.md", b"\xff", (), unreadable="no UTF-8 at byte 0"),
        replace(document("a.md", ""), warnings=RUNS["notices"].warnings),
    ]
    shown = LIST_FORMATS["text"](documents, Options())
    assert "error DH002 unreadable-document   old.md:1:1   no UTF-8 at byte 0\n" in shown
    assert "(did you mean `python`?)" in shown


def test_strangers_text_is_harmless() -> None:
    evil = replace(PYTHON, path=HOSTILE, language=HOSTILE, reason=HOSTILE)
    shown = LIST_FORMATS["text"]([document("a.md", "", [evil])], Options())
    assert shown.count("\n") == 2
    assert "\x1b" not in shown
    shown.encode("utf-8")


def test_documents_that_are_left_out_are_counted_or_named() -> None:
    left_out = [("CHANGELOG.md", "a changelog"), (HOSTILE, HOSTILE)]
    normal = LIST_FORMATS["text"]([], Options(), left_out)
    assert normal.startswith("note: 2 documents left out; --verbose names them\n")
    verbose = LIST_FORMATS["text"]([], Options(verbosity=Verbosity.VERBOSE), left_out)
    assert "note: CHANGELOG.md left out: a changelog\n" in verbose
    assert "\x1b" not in verbose
    assert verbose.count("left out:") == 2
    assert "left out" not in LIST_FORMATS["text"]([], Options(verbosity=Verbosity.QUIET), left_out)


def test_the_json_names_documents_that_are_left_out() -> None:
    told = json.loads(LIST_FORMATS["json"]([], Options(), [("CHANGELOG.md", "a changelog")]))
    assert told["left_out"] == [{"path": "CHANGELOG.md", "reason": "a changelog"}]
