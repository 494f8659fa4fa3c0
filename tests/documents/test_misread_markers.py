"""What a marker or an info string says nearly: never run as if nothing had been said."""

import os
from pathlib import Path

import pytest

from doc_healing import documents
from doc_healing.config import RepoConfig
from doc_healing.documents.discovery import checkout, discover
from doc_healing.errors import UserError
from doc_healing.model import Document, State
from tests import needs

LABELS = {  # info string -> language, state
    "python=": ("python", State.RUNNABLE),
    "python=12": ("python", State.RUNNABLE),
    "python=+": ("python", State.RUNNABLE),
    "js=!": ("javascript", State.RUNNABLE),
    'py=3 title="x"': ("python", State.RUNNABLE),
    "json=": ("json", State.ILLUSTRATIVE),
    "thing=7": ("thing", State.ILLUSTRATIVE),
    "foo=bar": ("foo", State.ILLUSTRATIVE),
    'title="a.py"': ("", State.ILLUSTRATIVE),
    'filename=run.py title="x"': ("", State.ILLUSTRATIVE),
}


def read(data: bytes, path: str) -> Document:
    return documents.read(data, path, lambda _: None)


@pytest.mark.parametrize("info", LABELS)
def test_a_label_ends_where_its_equals_sign_begins(info: str) -> None:
    snippet = read(f"```{info}\nx\n```\n".encode(), "a.md").snippets[0]
    assert (snippet.language, snippet.state) == LABELS[info]
    assert (snippet.reason == "no label") == (snippet.language == "")


STOPPED = {  # a marker -> what the reason and the warning name
    'if="garbage"': "if=garbage",
    "mode=rnu": "mode=rnu",
    'expect="["': "expect=[",
    "file=/etc/passwd": "file=/etc/passwd",
    "needs=network": "needs=network",
    'needs="rich, setup"': "needs=setup",
}


@pytest.mark.parametrize("marker", STOPPED)
def test_an_instruction_that_is_not_understood_stops_its_block(marker: str) -> None:
    text = f"<!-- doc-healing:{marker} -->\n\n```python\n1/0\n```\n"
    document = read(text.encode(), "a.md")
    snippet, notice = document.snippets[0], document.warnings[0]
    assert snippet.state is State.SKIPPED
    assert STOPPED[marker] in snippet.reason
    assert "line 1" in snippet.reason
    assert (notice.code, notice.line) == ("DH103", 1)
    assert notice.suggestion


@pytest.mark.parametrize("marker", ["timeout=soon", "retries=many", 'needs="python, rich"'])
def test_an_instruction_of_no_weight_warns_and_stops_nothing(marker: str) -> None:
    document = read(f"<!-- doc-healing:{marker} -->\n```python\n1\n```\n".encode(), "a.md")
    snippet = document.snippets[0]
    assert snippet.state is State.RUNNABLE
    assert [notice.code for notice in document.warnings] == ["DH103"]
    assert snippet.instructions.needs == (("rich",) if "needs" in marker else ())


def test_packages_that_are_called_like_instructions_with_values_are_packages() -> None:
    text = '<!-- doc-healing:needs="ignore, env" -->\n```js\n1\n```\n'
    document = read(text.encode(), "a.md")
    assert document.snippets[0].instructions.needs == ("ignore", "env")
    assert not document.warnings


@pytest.mark.parametrize("text", ["doc-healing", "Doc Healing", "dochealing"])
def test_a_marker_without_a_word_warns(text: str) -> None:
    document = read(f"<!-- {text} -->\n```python\n1\n```\n".encode(), "a.md")
    assert [(n.code, n.suggestion) for n in document.warnings] == [("DH103", "doc-healing:ignore")]


ESM = {  # a statement of MDX that holds what looks like a block
    "template": "export const a = `\n\n```js\nthrow 1\n```\n\ntext\n`",
    "argument": "export const a = tag(`one\n\n```js\nthrow 1\n```\n\n`, 1)",
    "nested": "export const a = `${b(`\n\n```js\nthrow 1\n```\n`)}\n\n`",
}


@pytest.mark.parametrize("name", ESM)
def test_a_fence_in_a_template_of_a_statement_is_text(name: str) -> None:
    page = f"{ESM[name]}\n\n```js\nmine\n```\n"
    assert [s.code for s in read(page.encode(), "a.mdx").snippets] == ["mine\n"]


@pytest.mark.parametrize("value", ['"it\'s { a"', "'a ` b'", "1 // ` {", "1 /* ` */"])
def test_a_string_or_comment_of_a_statement_opens_nothing(value: str) -> None:
    page = f"export const a = {value}\n\n```js\nmine\n```\n\n`}}\n"
    assert [s.code for s in read(page.encode(), "a.mdx").snippets] == ["mine\n"]


def test_a_link_that_leaves_the_repository_is_said_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("x")
    root = tmp_path / "repo"
    (root / "docs").mkdir(parents=True)
    (root / "p.md").symlink_to(outside)
    (root / "out").symlink_to(tmp_path)
    for name in ("p.md", "out", "out/outside.md"):
        with pytest.raises(UserError, match="leaves the repository"):
            discover(checkout(root), RepoConfig(), [name])
    with pytest.raises(UserError, match="does not exist"):
        discover(checkout(root), RepoConfig(), ["missing.md"])


def test_a_directory_that_the_kernel_refuses_is_empty() -> None:
    """/proc/PID/net answers EINVAL where the process has ended."""
    needs.file("/proc/self/net", "the kernel's own file system")
    child = os.fork()
    if not child:
        os._exit(0)
    try:
        assert checkout(Path(f"/proc/{child}")).files is not None
    finally:
        os.waitpid(child, 0)
