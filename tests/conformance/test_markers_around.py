"""Markers that reach further than one fence: ranges, files, outputs, hidden code, near-misses."""

import pytest

from doc_healing.model import FailKind, Mode, MustFail, State
from tests.documents.dialect_pages import interpret

PY = "```python\nprint(1)\n```\n"
S, R, L = State.SKIPPED, State.RUNNABLE, State.ILLUSTRATIVE

RANGES = [
    (f"<!-- skip: start -->\n{PY}\n{PY}\n<!-- skip: end -->\n{PY}", [S, S, R]),
    (f"<!-- doc-healing:ignore-start why -->\n{PY}\n<!-- doc-healing:ignore-end -->\n{PY}", [S, R]),
    (f"{PY}\n<!-- doc-healing:ignore-file generated -->\n", [S]),
    (f"{PY}\n<!-- doc-healing:ignore -->\n{PY}\n{PY}", [R, S, R]),
    (f"<!-- skip: next -->\n```json\n{{}}\n```\n{PY}{PY}", [L, S, R]),
    (f"<!-- doc-healing:ignore -->\n```json\n{{}}\n```\n{PY}", [S, R]),
    (f"{PY}\n<!--pytest-codeblocks:skipfile-->\n", [S]),
    (f"<!-- skip doccmd[all]: start -->\n{PY}\n<!-- skip doccmd[all]: end -->\n{PY}", [S, R]),
    (f"- one\n\n  <!-- doc-healing:ignore -->\n\n  ```py\n  x\n  ```\n\n{PY}", [S, R]),
]


@pytest.mark.parametrize(("text", "states"), RANGES)
def test_ranges(text: str, states: list[State]) -> None:
    assert [block.state for block in interpret(text).blocks] == states


def test_the_reason_names_the_marker_its_line_and_the_authors_words() -> None:
    found = interpret(f"# A\n\n<!-- doc-healing:ignore needs a GPU -->\n{PY}")
    assert "line 3" in found.blocks[0].reason
    assert found.blocks[0].reason.endswith("needs a GPU")


OUTPUTS = [
    (f"{PY}\n```output\n1\n```\n", "1"),
    (f"{PY}\n```{{.output}}\n1\n```\n", "1"),
    (f'{PY}\n```text title="Output"\n1\n```\n', "1"),
    (f"{PY}\nOutput:\n\n```\n1\n```\n", "1"),
    (f"{PY}\nThis prints:\n\n```text\n1\n```\n", "1"),
    (f"{PY}\n**Output**:\n\n```console\n1\n```\n", "1"),
    (f"{PY}\nWe are done. The output is:\n\n```\n1\n2\n```\n", "1\n2"),
    (f"{PY}\n<!-- doc-healing:expect=output -->\n```json\n1\n```\n", "1"),
    (f"<!-- doc-healing:expect=output -->\n{PY}\n```\n1\n```\n", "1"),
    (f"{PY}\n<!--pytest-codeblocks:expected-output-->\n\n```\n1\n```\n", "1"),
    (f"<!--phmdoctest-label X-->\n{PY}\n```\n1\n```\n", "1"),
    ("```{testcode}\nprint(1)\n```\n\n```{testoutput}\n1\n```\n", "1"),
]


@pytest.mark.parametrize(("text", "output"), OUTPUTS)
def test_outputs_that_belong_to_the_block_above(text: str, output: str) -> None:
    code, shown = interpret(text).blocks
    assert [expected.text for expected in code.instructions.expected] == [output]
    assert shown.state is State.ILLUSTRATIVE
    assert shown.reason == f"output of the block at line {code.line}"
    assert code.instructions.expected[0].line == shown.line + 1


STRANGERS = [
    f"{PY}\n```\n1\n```\n",
    f"{PY}\n```text\n1\n```\n",
    f"{PY}\nThe file looks like this:\n\n```\n1\n```\n",
    f"{PY}\nIt prints something like:\n\n```\n1\n```\n",
    f"{PY}\nThe output format is:\n\n```\n1\n```\n",
    f"{PY}\nOutput:\n\n```\n$ python a.py\n1\n```\n",
    f"{PY}\nOutput:\n\n```json\n1\n```\n",
    f"{PY}\n## Next\n\n```output\n1\n```\n",
    f"{PY}\nWhen called from the command line, it runs b. The output is:\n\n```\n1\n```\n",
    f"{PY}\nIf you change 1 to 2, it prints:\n\n```output\n2\n```\n",
    f"{PY}\nWith an older version:\n\n```output\n2\n```\n",
    f"{PY}\nRun `a --verbose`. Output:\n\n```\n2\n```\n",
    f"{PY}\nOutput:\n\nAnd more.\n\n```\n1\n```\n",
    "```python\nx = f()\n```\n\nOutput:\n\n```\n1\n```\n",
    "```python\n>>> print(1)\n1\n```\n\n```output\n1\n```\n",
    "```bash\necho 1\n```\n\nOutput:\n\n```\n1\n```\n",
]


@pytest.mark.parametrize("text", STRANGERS)
def test_fences_that_are_no_output_of_the_block_above(text: str) -> None:
    assert not interpret(text).blocks[0].instructions.expected


TRACE = "Traceback (most recent call last):\n  File 'x', line 1\nValueError: bad ...\n"
FAILURES = [
    (f"```py\nf()\n```\n\nThis raises:\n\n```\n{TRACE}```\n", "ValueError", ()),
    (f"```py\nf()\n```\n\n```text\n{TRACE}```\n", "ValueError", ("may-pass",)),
    ("```py\nprint(f())\n```\n\n```output\nKeyError: 'x'\n```\n", "KeyError", ()),
    ("```js\nf()\n```\n\nIt throws:\n\n```\nTypeError: x\n    at f (a.js)\n```\n", "TypeError", ()),
]


@pytest.mark.parametrize(("text", "code", "flags"), FAILURES)
def test_a_shown_failure_is_a_promise_to_fail(text: str, code: str, flags: tuple[str]) -> None:
    found = interpret(text).blocks[0].instructions
    assert found.mode is Mode.FAIL
    assert found.must_fail
    assert (found.must_fail.kind, found.must_fail.code) == (FailKind.RUN, code)
    assert found.flags == flags
    assert not found.expected


def test_an_error_that_the_block_itself_prints_is_output() -> None:
    code = "try:\n    f()\nexcept ValueError as e:\n    print(e)"
    found = interpret(f"```py\n{code}\n```\n\n```output\nValueError: x\n```\n").blocks[0]
    assert found.instructions.mode is Mode.RUN
    assert found.instructions.expected


HIDDEN = [
    "<!-- invisible-code-block: python\nimport a\nb = 2\n-->\n",
    "<!--- invisible-code-block: python\nimport a\nb = 2\n--->\n",
    "% invisible-code-block: python\n% import a\n% b = 2\n",
    "<!--phmdoctest-setup\n```python\nimport a\nb = 2\n```\n-->\n",
    "<!--\n```python\nimport a\nb = 2\n```\n-->\n<!--pytest-codeblocks:cont-->\n",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_code_in_comments(text: str) -> None:
    found = interpret(f"{text}\n{PY}")
    (hidden,) = found.invisible
    assert [line.text.strip() for line in hidden.lines if line.text.strip("`- ")] == [
        "import a",
        "b = 2",
    ]
    source = text.split("\n")
    assert all(line.text.strip() in source[line.line - 1] for line in hidden.lines)
    assert (hidden.language, hidden.state) == ("python", State.RUNNABLE)


def test_a_fence_that_is_only_commented_out_is_dead() -> None:
    assert interpret(f"<!--\n{PY}-->\n\n{PY}").invisible == ()


def test_clear_namespace_starts_a_new_session() -> None:
    found = interpret(f"{PY}\n<!-- clear-namespace -->\n{PY}\n{PY}").blocks
    first, second, third = (block.instructions.session for block in found)
    assert first
    assert first != second == third


def test_sphinx_groups_and_a_failure_of_its_own() -> None:
    text = f"```{{testcode}}\nf()\n```\n\n```{{testoutput}}\n{TRACE}```\n"
    assert interpret(text).blocks[0].instructions.must_fail == MustFail(
        FailKind.RUN, r"bad.*", "ValueError"
    )


NEAR = [
    ("```pythonish\nx\n```\n", "DH101", 1, "python"),
    ("```pyhton\nx\n```\n", "DH101", 1, "python"),
    ("```javscript\nx\n```\n", "DH101", 1, "javascript"),
    ("```typescirpt\nx\n```\n", "DH101", 1, "typescript"),
    ("```python notst\nx\n```\n", "DH102", 1, "notest"),
    ('```python titel="x"\nx\n```\n', "DH102", 1, "title"),
    ("```rust,no_rum\nx\n```\n", "DH102", 1, "no_run"),
    (f"<!-- doc-healing:ignroe -->\n{PY}", "DH103", 1, "ignore"),
    (f"<!-- doc-heeling:ignore -->\n{PY}", "DH103", 1, "doc-healing:ignore"),
    (f"<!-- doc-healing:timeout=soon -->\n{PY}", "DH103", 1, "timeout=5"),
    (f"<!-- doc-healing:group=a\n  tmeout=5 -->\n{PY}", "DH103", 2, "timeout"),
    (f"<!-- skip: nxt -->\n{PY}", "DH103", 1, "skip: next"),
    (f"<!-- pytest-codeblock:cont -->\n{PY}", "DH103", 1, "pytest-codeblocks:cont"),
    (f"<!-- pytest.mark.xfial -->\n{PY}", "DH103", 1, "pytest.mark.xfail"),
    (f"<!-- phmdoctest-stup -->\n{PY}", "DH103", 1, "phmdoctest-setup"),
    (f"{PY}\n<!-- skip: next -->\n", "DH104", 5, ""),
    (f"{PY}\n<!-- skip: start -->\n", "DH105", 5, "skip: end"),
    (f"{PY}\n<!-- doc-healing:ignore-end -->\n", "DH105", 5, ""),
]


@pytest.mark.parametrize(("text", "code", "line", "near"), NEAR)
def test_near_misses(text: str, code: str, line: int, near: str) -> None:
    (notice,) = interpret(text).notices
    assert (notice.code, notice.line, notice.suggestion) == (code, line, near)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("```pythonish\nx\n```\n", 1, 4),
        ("~~~~   pythonish\nx\n~~~~\n", 1, 8),
        ("> - ``` {.pythonish}\n>   x\n>   ```\n", 1, 11),
        ('\u00e9\n\n=== "A"\n\n\t```pythonish\n\tx\n\t```\n', 5, 5),
        (":::{code-block} pythonish\nx\n:::\n", 1, 17),
        ("```python notst\nx\n```\n", 1, 11),
        ("1. ```python  notst\n   x\n   ```\n", 1, 15),
    ],
)
def test_the_column_of_a_misspelt_label_or_attribute(text: str, line: int, column: int) -> None:
    (notice,) = interpret(text).notices
    assert (notice.line, notice.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("<!-- embedme a/b.py#L1-L9 -->\n\n```py\nx\n```\n", "a/b.py#L1-L9"),
        ("```ts\n// src/a.ts#L1-L9\nx\n```\n", "src/a.ts#L1-L9"),
        ("```py\n# a.py#L3\nx\n```\n", "a.py#L3"),
        ("```js\n// src/a.js\nx\n```\n", ""),
        ("```js\nx\n// src/a.js#L1-L9\n```\n", ""),
    ],
)
def test_what_embedme_writes(text: str, source: str) -> None:
    (block,) = interpret(text).blocks
    assert block.instructions.generated_by == source


def test_the_column_of_a_misspelt_word() -> None:
    (notice,) = interpret(f"> <!-- doc-healing:group=a tmeout=5 -->\n\n{PY}").notices
    assert (notice.line, notice.column) == (1, 28)


ORDINARY = (
    "bash sh console json yaml toml text mermaid diff rest html css kotlin ruby c++ c# go.mod "
    "dockerfile ini sql r julia scala {note} {figure} jsonc jsx tsx javadoc python2 {.yaml} pytb "
    "math plantuml graphql proto http powershell svelte vue hcl"
).split()


@pytest.mark.parametrize("label", ORDINARY)
def test_ordinary_labels_are_no_near_misses(label: str) -> None:
    assert interpret(f"```{label}\nx\n```\n").notices == ()


def test_the_tool_that_is_named_is_the_one_of_the_language() -> None:
    infos = {"rust,ignore": "rustdoc", "ts ignore": "Deno", "python ignore": "common words",
             "ocaml skip": "OCaml mdx"}  # fmt: skip
    for info, tool in infos.items():
        (marker,) = interpret(f"```{info}\nx\n```\n").blocks[0].instructions.markers
        assert (marker.dialect, marker.line) == (tool, 1)
