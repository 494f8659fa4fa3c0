"""The file that a block is shown as, in every way that pages name one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.model import Instructions
from tests.documents.dialect_pages import interpret

CODE = "x = 1"


def titles(page: str) -> list[str]:
    return [one.instructions.shown_as for one in interpret(page).blocks]


def block(info: str = "python", code: str = CODE) -> str:
    return f"```{info}\n{code}\n```\n"


@pytest.mark.parametrize(
    "info",
    [
        'python title="app/main.py"',
        "python title='app/main.py'",
        'python title="./app/main.py"',
        "python title=app/main.py",
        "python title={'app/main.py'}",
        'python {title="app/main.py"}',
        '{.python title="app/main.py"}',
        '{ .py file="app/main.py" }',
        "python filename=app/main.py",
        'python {filename: "app/main.py"}',
        "python:app/main.py",
        "python [app/main.py]",
        'python {1,3} title="app/main.py" linenums="1"',
        'python hl_lines="2 3" title="app/main.py"',
        "{code-block} python\n:caption: app/main.py\n",
        "{code-block} python\n:name: `app/main.py`\n",
    ],
)
def test_a_fence_says_which_file_it_is(info: str) -> None:
    assert titles(block(info)) == ["app/main.py"]


@pytest.mark.parametrize(
    ("language", "line", "name"),
    [
        ("python", "# main.py", "main.py"),
        ("python", "# app/main.py", "app/main.py"),
        ("python", "# File: main.py", "main.py"),
        ("python", "# filename: main.py", "main.py"),
        ("python", "#main.py", "main.py"),
        ("python", '"""main.py"""', "main.py"),
        ("js", "// src/a.js", "src/a.js"),
        ("js", "/* a.mjs */", "a.mjs"),
        ("ts", "// ./a.ts", "a.ts"),
        ("go", "// util/util.go", "util/util.go"),
        ("java", "// Main.java", "Main.java"),
        ("rust", "// src/lib.rs", "src/lib.rs"),
        ("yaml", "# config.yaml", "config.yaml"),
        ("html", "<!-- index.html -->", "index.html"),
    ],
)
def test_a_first_line_that_is_only_a_path_names_the_file(
    language: str, line: str, name: str
) -> None:
    assert titles(block(language, f"{line}\n{CODE}")) == [name]
    assert titles(block(language, f"\n{line}\n{CODE}")) == [name]


@pytest.mark.parametrize(
    "above",
    [
        "`app/main.py`:",
        "`app/main.py`",
        "**app/main.py**",
        "**`app/main.py`**:",
        "*app/main.py*",
        "app/main.py:",
        "File: `app/main.py`",
        "File `app/main.py`:",
        "In `app/main.py`:",
        "1. `app/main.py`:",
        "### `app/main.py`",
        "### app/main.py",
        "Create a file `app/main.py` with:",
        "Create a file called `app/main.py` with the following content:",
        "Create a file **app/main.py** with:",
        "Now we need a model. Put this into `app/main.py`:",
        "The file [`app/main.py`](../app/main.py) looks like this:",
        "First, write `app/main.py`. It is short.\n\n`app/main.py`:",
        "`app/main.py`:\n\n<!-- a comment -->",
    ],
)
def test_the_text_above_names_the_file(above: str) -> None:
    assert titles(f"{above}\n\n{block()}")[-1] == "app/main.py"


def test_a_tab_may_be_the_file() -> None:
    tabs = ("main.py", "    ```python\n    x = 1\n    ```"), ("Output", "    ```\n    1\n    ```")
    page = "".join(f'=== "{name}"\n\n{inside}\n\n' for name, inside in tabs)
    assert titles(page) == ["main.py", ""]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(block(), id="nothing is said"),
        pytest.param(block('python title="Example"'), id="a title that is no path"),
        pytest.param(block('python title="/etc/main.py"'), id="absolute"),
        pytest.param(block('python title="../main.py"'), id="upwards"),
        pytest.param(block('python title="a/../main.py"'), id="upwards within"),
        pytest.param(block('python title="a\\\\main.py"'), id="backslash"),
        pytest.param(block(code="# see main.py\nx = 1"), id="a sentence in a comment"),
        pytest.param(block(code="x = 1\n# main.py"), id="not in the first line"),
        pytest.param(block(code="# a.py\nx = 1\n# b.py\ny = 2"), id="two files in one block"),
        pytest.param(f"Run `main.py` with:\n\n{block()}", id="a command"),
        pytest.param(f"Add this to `main.py`:\n\n{block()}", id="an addition"),
        pytest.param(f"At the end of `main.py`, call it:\n\n{block()}", id="the end of it"),
        pytest.param(f"`a.py` and `b.py`:\n\n{block()}", id="two of them"),
        pytest.param(f"See `main.py`.\n\n{block()}", id="a plain sentence"),
        pytest.param(f"With Node.js:\n\n{block('js')}", id="a name with a dot"),
        pytest.param(f"`main.py`:\n\nSomething else.\n\n{block()}", id="not right above"),
    ],
)
def test_what_names_no_file(page: str) -> None:
    assert titles(page) == [""]


def test_a_marker_of_ours_says_more_than_a_title() -> None:
    page = f"<!-- doc-healing:file=a.py -->\n\n{block('python title=b.py')}"
    [only] = interpret(page).blocks
    assert only.instructions.file_name == "a.py"
    assert only.instructions.shown_as == ""


def test_a_titled_block_stays_a_program_of_its_own() -> None:
    [only] = interpret(block("python title=main.py")).blocks
    assert only.instructions == Instructions(shown_as="main.py")


@settings(max_examples=200, deadline=None)
@given(st.text('`*:. ()[]{}"=/#\nabpy', max_size=40), st.text('`*:. ()[]{}"=/#abpy', max_size=30))
def test_a_title_is_a_path_that_stays_below(above: str, info: str) -> None:
    for title in titles(f"{above}\n\n```python {info}\n{above}\n```\n"):
        assert not title.startswith(("/", "."))
        assert ".." not in title.split("/")
        assert "\n" not in title
