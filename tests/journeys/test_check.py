"""`check` as a person meets it: verdicts, exit codes, the JSON contract, streams."""

import json
import signal
import time
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from doc_healing.report import FORMATS
from doc_healing.store.results import Results
from tests.journeys.desk import PATIENCE, begun, call, fence, named, repository, until

SCHEMAS = Path(__file__).parents[2] / "src/doc_healing/schemas"
GOOD = fence("python", "print('fine')\n")
BAD = "# A\n\ntext\n\n" + fence("python", "import json\njson.dump_all([])\n")


def test_a_passing_document_is_success(tmp_path: Path) -> None:
    root = repository(tmp_path, README_dot_md=GOOD)
    result = call("check", cwd=root)
    assert result.code == 0, result.err
    assert "1 passed" in result.out


def test_a_broken_block_is_named_at_its_line_and_column(tmp_path: Path) -> None:
    root = repository(tmp_path, docs__a_dot_md=BAD, README_dot_md=GOOD)
    result = call("check", "--format", "json", cwd=root)
    assert result.code == 1
    (broken,) = [one for one in result.json["findings"] if one["verdict"] == "BROKEN"]
    assert (broken["path"], broken["line"], broken["end_line"]) == ("docs/a.md", 5, 8)
    symptom = broken["symptom"]
    assert (symptom["kind"], symptom["line"], symptom["column"]) == ("attribute", 7, 1)
    assert "dump_all" in symptom["message"]
    assert broken["cached"] is False
    assert broken["sandbox"]["name"] == "bubblewrap"
    assert "seccomp" in " ".join(broken["sandbox"]["layers"])
    schema = json.loads((SCHEMAS / "report.v1.json").read_text())
    jsonschema.validate(result.json, schema)


def test_list_is_a_contract(tmp_path: Path) -> None:
    text = "".join(
        fence(label, "x\n") for label in ("python", "js", "ts", "java", "go", "rs", "bash")
    )
    root = repository(tmp_path, a_dot_md=text)
    result = call("list", "--format", "json", "a.md", cwd=root)
    assert result.code == 0
    found = [(one["language"], one["line"], one["state"]) for one in result.json["snippets"]]
    assert found == [
        ("python", 1, "runnable"),
        ("javascript", 4, "runnable"),
        ("typescript", 7, "runnable"),
        ("java", 10, "runnable"),
        ("go", 13, "runnable"),
        ("rust", 16, "runnable"),
        ("bash", 19, "illustrative"),
    ]
    assert result.json["snippets"][0]["code"] == "x\n"
    jsonschema.validate(result.json, json.loads((SCHEMAS / "list.v1.json").read_text()))


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_reports_the_same_break(tmp_path: Path, name: str) -> None:
    root = repository(tmp_path, docs__a_dot_md=BAD)
    result = call("check", "--format", name, cwd=root)
    assert result.code == 1
    assert "dump_all" in result.out
    assert "docs/a.md" in result.out
    assert "\x1b" not in result.out  # a pipe is no terminal


def test_output_goes_to_the_file_whole(tmp_path: Path) -> None:
    root = repository(tmp_path, docs__a_dot_md=BAD)
    target = tmp_path / "report.xml"
    result = call("check", "--format", "junit", "--output", str(target), cwd=root)
    assert (result.code, result.out) == (1, "")
    assert target.read_text().rstrip().endswith("</testsuites>")
    assert call("check", "-o", str(tmp_path / "none/there"), cwd=root).code == 2


def test_nothing_to_check_is_said_in_words(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md="# No code\n")
    result = call("check", cwd=root)
    assert result.code == 0
    assert "nothing was checked" in result.out
    assert call("check", "--fail-on-empty", cwd=root).code == 1


def test_colour_only_where_it_is_asked_for(tmp_path: Path) -> None:
    root = repository(tmp_path, a_dot_md=BAD)
    assert "\x1b[" in call("check", "--color", "always", cwd=root).out
    assert "\x1b[" in call("check", cwd=root, variables={"FORCE_COLOR": "1"}).out
    plain = call("check", cwd=root, variables={"FORCE_COLOR": "1", "NO_COLOR": "1"})
    assert "\x1b[" not in plain.out


def test_identical_snippets_get_identical_verdicts(tmp_path: Path) -> None:
    code = "import os\nopen('left', 'x').write('1')\nassert os.listdir('.') \n"
    root = repository(tmp_path, a_dot_md=fence("python", code) * 6)
    found = call("check", "--format", "json", "-j", "4", cwd=root).json["findings"]
    assert {one["verdict"] for one in found} == {"PASSED"}


def test_the_language_option_and_the_timeout(tmp_path: Path) -> None:
    text = fence("python", "while True:\n    pass\n") + fence("js", "let a = 1\n")
    root = repository(tmp_path, a_dot_md=text)
    started = time.monotonic()
    found = call("check", "-l", "python", "--timeout", "1", "--format", "json", cwd=root).json[
        "findings"
    ]
    assert time.monotonic() - started < PATIENCE
    assert [(one["verdict"], one["symptom"]["kind"]) for one in found] == [("BROKEN", "timeout")]


def test_ctrl_c_leaves_nothing_and_tells_what_was_done(tmp_path: Path) -> None:
    text = GOOD + fence("python", "import time\ntime.sleep(777.125)\n")
    root = repository(tmp_path, a_dot_md=text)
    process = begun("check", "--timeout", "600", "-j", "1", cwd=root)
    with closing(Results(root.parent / "cache" / "results.sqlite3")) as kept:
        assert until(lambda: kept.tally().outcomes == 1)  # the first block is through
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"1 passed" in out
    assert b"interrupted" in out
    assert until(lambda: not named(str(root).encode()))
