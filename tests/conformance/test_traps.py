"""Every trap of the experiment with existing tools, and of the containers people use.

One block each writes its own name, as in the experiment. A case lists every block that there is;
text that only looks like a block is listed by its absence.
"""

import pytest

from tests.conformance.extraction import Case, extract, foil

P, JS, TS = "python", "javascript", "typescript"

EXPERIMENT = [
    Case("plain", "# T\n\n```python\na\n```\n", ((3, 5, P, "python", "a\n"),)),
    Case("tilde", "~~~python\na\n~~~\n", ((1, 3, P, "python", "a\n"),)),
    Case("four ticks", "````python\na\n````\n", ((1, 3, P, "python", "a\n"),)),
    Case("title", '```python title="a"\na\n```\n', ((1, 3, P, 'python title="a"', "a\n"),)),
    Case(
        "linenums",
        '```python {linenums="1"}\na\n```\n',
        ((1, 3, P, 'python {linenums="1"}', "a\n"),),
    ),
    Case("highlight", "```python {1,4-5}\na\n```\n", ((1, 3, P, "python {1,4-5}", "a\n"),)),
    Case("braces", "```{.python}\na\n```\n", ((1, 3, P, "{.python}", "a\n"),)),
    Case(
        "braces after a space",
        "``` { .python .annotate }\na\n```\n",
        ((1, 3, P, "{ .python .annotate }", "a\n"),),
    ),
    Case("space before", "``` python\na\n```\n", ((1, 3, P, "python", "a\n"),)),
    Case("capital", "```Python\na\n```\n", ((1, 3, P, "Python", "a\n"),)),
    Case("quote", "> ```python\n> a\n>\n> b\n> ```\n", ((1, 5, P, "python", "a\n\nb\n"),)),
    Case("quote without space", ">```python\n>a\n>```\n", ((1, 3, P, "python", "a\n"),)),
    Case("list marker", "- ```python\n  a\n  ```\n", ((1, 3, P, "python", "a\n"),)),
    Case("ordered marker", "10. ```python\n    a\n    ```\n", ((1, 3, P, "python", "a\n"),)),
    Case(
        "in a list", "- x\n\n  ```python\n  a\n    b\n  ```\n", ((3, 6, P, "python", "a\n  b\n"),)
    ),
    Case(
        "Material tab", '=== "A"\n\n    ```python\n    a\n    ```\n', ((3, 5, P, "python", "a\n"),)
    ),
    Case(
        "Material admonition",
        "!!! note\n\n    ```python\n    a\n    ```\n",
        ((3, 5, P, "python", "a\n"),),
    ),
    Case(
        "ticks in a string",
        '```python\na = "```"\nb\n```\n',
        ((1, 4, P, "python", 'a = "```"\nb\n'),),
    ),
    Case(
        "ticks in a docstring",
        '````python\n"""\n```\nx\n```\n"""\n````\n',
        ((1, 7, P, "python", '"""\n```\nx\n```\n"""\n'),),
    ),
    Case("HTML comment", "<!--\n```python\na\n```\n-->\n", ()),
    Case("HTML comment with blanks", "x\n\n<!-- a\n\n```python\na\n```\n\n-->\n", ()),
    Case("indented code", "x\n\n    ```python\n    a\n    ```\n", ()),
    Case(
        "fence in a longer one",
        "````md\n```python\na\n```\n````\n",
        ((1, 5, "md", "md", "```python\na\n```\n"),),
    ),
    Case(
        "fence in a tilde one",
        "~~~md\n```python\na\n```\n~~~\n",
        ((1, 5, "md", "md", "```python\na\n```\n"),),
    ),
    Case("unclosed", "```python\na\n", ((1, 2, P, "python", "a\n"),)),
    Case("unclosed without line end", "```python\na", ((1, 2, P, "python", "a\n"),)),
    Case("pythonish", "```pythonish\na\n```\n", ((1, 3, "pythonish", "pythonish", "a\n"),)),
    Case("no label", "```\na\n```\n", ((1, 3, "", "", "a\n"),)),
    Case("ticks in the info", "```py`thon\na\n```\n", ((3, 3, "", "", ""),)),
    Case("closing with text", "```python\na\n```x\n```\n", ((1, 4, P, "python", "a\n```x\n"),)),
    Case("shorter closing", "````python\na\n```\n````\n", ((1, 4, P, "python", "a\n```\n"),)),
    Case("longer closing", "```python\na\n`````\n", ((1, 3, P, "python", "a\n"),)),
    Case(
        "MyST cell",
        "```{code-cell} python\n:tags: [x]\n\na\n```\n",
        ((1, 5, P, "{code-cell} python", "a\n"),),
    ),
]

CONTAINERS = [
    Case(
        "tabs beside each other",
        '=== "A"\n\n    ```py\n    a\n    ```\n\n=== "B"\n\n    ```js\n    b\n    ```\n',
        ((3, 5, P, "py", "a\n"), (9, 11, JS, "js", "b\n")),
    ),
    Case(
        "admonition in a list",
        '1. x\n\n    ??? tip "T"\n\n        ```py\n        a\n        ```\n',
        ((5, 7, P, "py", "a\n"),),
    ),
    Case(
        "tab in an admonition",
        '!!! note\n    === "A"\n        ```py\n        a\n\n        b\n        ```\n',
        ((3, 7, P, "py", "a\n\nb\n"),),
    ),
    Case(
        "indented code in an admonition",
        "!!! note\n\n    x\n\n        ```py\n        a\n        ```\n",
        (),
    ),
    Case("with tabs", "!!! note\n\n\t```py\n\ta\n\t\tb\n\t```\n", ((3, 6, P, "py", "a\n\tb\n"),)),
    Case(
        "behind an admonition",
        "!!! note\n    x\n\n```py\na\n```\n",
        ((4, 6, P, "py", "a\n"),),
    ),
    Case(
        "Python-Markdown's list item",
        "  1. x:\n\n    ```py\n    a\n    ```\n",
        ((3, 5, P, "py", "a\n"),),
    ),
    Case("pymdownx block", "/// tab | A\n```py\na\n```\n///\n", ((2, 4, P, "py", "a\n"),)),
    Case(
        "Docusaurus admonitions",
        "::::note\n\n:::tip[T]\n\n```py\na\n:::\n```\n\n:::\n\n::::\n",
        ((5, 8, P, "py", "a\n:::\n"),),
    ),
    Case(
        "VitePress code group",
        "::: code-group\n```js [a.js]\na\n```\n```ts [a.ts]\nb\n```\n:::\n",
        ((2, 4, JS, "js [a.js]", "a\n"), (5, 7, TS, "ts [a.ts]", "b\n")),
    ),
    Case(
        "mkdocstrings",
        "::: a.b.c\n    options:\n      x: 1\n\n```py\na\n```\n",
        ((5, 7, P, "py", "a\n"),),
    ),
    Case("GitHub alert", "> [!NOTE]\n> x\n> ```py\n> a\n> ```\n", ((3, 5, P, "py", "a\n"),)),
    Case("lazy line behind a quote", "> ```py\n> a\nb\n", ((1, 2, P, "py", "a\n"),)),
    Case(
        "quote in a list in a quote",
        "> - > ```py\n>   > a\n>   >  b\n>   > ```\n",
        ((1, 4, P, "py", "a\n b\n"),),
    ),
    Case(
        "details with a blank line",
        "<details>\n<summary>x</summary>\n\n```py\na\n```\n\n</details>\n",
        ((4, 6, P, "py", "a\n"),),
    ),
    Case("details without one", "<details>\n```py\na\n```\n</details>\n", ()),
    Case(
        "md_in_html", '<div class="x" markdown>\n```py\na\n```\n</div>\n', ((2, 4, P, "py", "a\n"),)
    ),
    Case("pre", "<pre>\n\n```py\na\n```\n\n</pre>\n", ()),
    Case("script", "<script>\n\n```py\na\n```\n\n</script>\n", ()),
    Case("comment in a div", "<div>\n<!-- x\n\n```py\na\n```\n\n-->\n</div>\n", ()),
    Case("YAML header", "---\na: |\n  ```py\n---\n```py\na\n```\n", ((5, 7, P, "py", "a\n"),)),
    Case(
        "TOML header", "+++\na = '''\n```py\n'''\n+++\n```py\na\n```\n", ((6, 8, P, "py", "a\n"),)
    ),
    Case("breaks and no header", "---\n\n```py\na\n```\n\n---\n", ((3, 5, P, "py", "a\n"),)),
    Case("BOM", "\ufeff```py\na\n```\n", ((1, 3, P, "py", "a\n"),)),
    Case(
        "form feed is no line end",
        "\x0c\x0b\u2028\n```py\na\u2028b\n```\n",
        ((2, 4, P, "py", "a\u2028b\n"),),
    ),
    Case("NUL", "```py\n\0\n```\n", ((1, 3, P, "py", "\ufffd\n"),)),
]

MYST = [
    Case(
        "code-block",
        "```{code-block} python\n---\nlinenos: true\n---\na\n```\n",
        ((1, 6, P, "{code-block} python", "a\n"),),
    ),
    Case(
        "in a note",
        "````{note}\n:class: x\n\n```py\na\n```\n````\n",
        ((4, 6, P, "py", "a\n"),),
    ),
    Case(
        "tab-set",
        "`````{tab-set}\n````{tab-item} A\n```py\na\n```\n````\n````{tab-item} B\n"
        "```js\nb\n```\n````\n`````\n",
        ((3, 5, P, "py", "a\n"), (8, 10, JS, "js", "b\n")),
    ),
    Case(
        "colon fences",
        "::::{tab-set}\n:::{tab-item} A\n```py\na\n```\n:::\n::::\n"
        ":::{code-block} python\nb\n:::\n",
        ((3, 5, P, "py", "a\n"), (8, 10, P, "{code-block} python", "b\n")),
    ),
    Case(
        "options look like code",
        "```{code-block} python\na\n:b: c\n```\n",
        ((1, 4, P, "{code-block} python", "a\n:b: c\n"),),
    ),
]

MDX = [
    Case(
        "tabs",
        '<Tabs>\n<TabItem value="a">\n```js\na\n```\n</TabItem>\n</Tabs>\n',
        ((3, 5, JS, "js", "a\n"),),
        "page.mdx",
    ),
    Case(
        "indented deeply",
        "<Tabs>\n    <TabItem>\n\n        ```js\n        a\n          b\n        ```\n\n"
        "    </TabItem>\n</Tabs>\n",
        ((4, 7, JS, "js", "a\n  b\n"),),
        "page.mdx",
    ),
    Case(
        "attribute",
        "<Foo code={`\n\n```js\nno\n```\n\n`} />\n\n```js\na\n```\n",
        ((9, 11, JS, "js", "a\n"),),
        "page.mdx",
    ),
    Case(
        "comment",
        "{/*\n\n```js\nno\n```\n\n*/}\n```js\na\n```\n",
        ((8, 10, JS, "js", "a\n"),),
        "page.mdx",
    ),
    Case(
        "export",
        "export const a = {\n  b: `\n\n```js\nno\n```\n`\n}\n\n```js\na\n```\n",
        ((10, 12, JS, "js", "a\n"),),
        "page.mdx",
    ),
    Case(
        "a brace in text is text",
        "a { b\n\n```js\na\n```\n\n{ c\n\n```js\nb\n```\n",
        ((3, 5, JS, "js", "a\n"), (9, 11, JS, "js", "b\n")),
        "page.mdx",
    ),
    Case(
        "Docusaurus' own Markdown",
        "import Tabs from '@theme/Tabs';\n\n<Tabs>\n<TabItem>\n```js\na\n```\n"
        "</TabItem>\n</Tabs>\n",
        ((5, 7, JS, "js", "a\n"),),
    ),
    Case("HTML needs a blank line", "<Tabs>\n```js\na\n```\n</Tabs>\n", ()),
]

BEYOND = [
    Case(
        "definition",
        "Term\n:   text\n\n    ```py\n    a\n      b\n    ```\n\n:   ```js\n    c\n    ```\n",
        ((4, 7, P, "py", "a\n  b\n"), (9, 11, JS, "js", "c\n")),
    ),
    Case(
        "definition of a comment",
        "<!-- md:option a -->\n\n:   text:\n\n    ```py\n    a\n    ```\n",
        ((5, 7, P, "py", "a\n"),),
    ),
    Case("no term, no definition", "# T\n\n: text\n\n    ```py\n    a\n    ```\n", ()),
    Case(
        "code in a definition",
        "Term\n:   text\n\n        ```py\n        a\n        ```\n",
        (),
    ),
    Case(
        "footnote",
        "x[^1]\n\n[^1]:\n    text\n\n    ```py\n    a\n    ```\n[^b]: y\n\n```py\nc\n```\n",
        ((6, 8, P, "py", "a\n"), (11, 13, P, "py", "c\n")),
    ),
    Case(
        "list item in Python-Markdown's manner",
        "* a\n\n    b\n\n      ```py\n      a\n      ```\n\n      ```py\n      b\n      ```\n",
        ((5, 7, P, "py", "a\n"), (9, 11, P, "py", "b\n")),
    ),
    Case("code in a list item", "* a\n\n      ```py\n      a\n      ```\n", ()),
    Case(
        "unknown directive",
        "````{someone-s} x\n:opt: 1\n\n```py\na\n```\n````\n:::{bar}\n~~~py\nb\n~~~\n:::\n",
        ((4, 6, P, "py", "a\n"), (9, 11, P, "py", "b\n")),
    ),
    Case(
        "fence in a directive of code",
        "````{code-block} md\n```py\na\n```\n````\n",
        ((1, 5, "md", "{code-block} md", "```py\na\n```\n"),),
    ),
    Case(
        "MDX fence right behind text, deep",
        "1. a\n\t\t```js\n\t\tb\n\t\t```\n",
        ((2, 4, JS, "js", "b\n"),),
        "page.mdx",
    ),
    Case(
        "MDX element with text before the fence",
        "<Box>\n        <details>\n        <summary>x</summary>\n        ```js\n        a\n"
        "        ```\n        </details>\n</Box>\n",
        ((4, 6, JS, "js", "a\n"),),
        "page.mdx",
    ),
    Case(
        "Markdown's text goes on however deep", "1. a\n        ```js\n        b\n        ```\n", ()
    ),
]

CASES = [*EXPERIMENT, *CONTAINERS, *MYST, *MDX, *BEYOND]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert extract(case) == case.blocks


# What a regular expression gets right, and our extractor must not lose.
CONTROLS = frozenset(
    (
        "plain", "title", "linenums", "highlight", "space before", "capital", "ticks in a string",
        "pythonish", "no label", "longer closing", "behind an admonition", "pymdownx block",
        "Docusaurus admonitions", "VitePress code group", "mkdocstrings",
        "details with a blank line", "md_in_html", "breaks and no header", "tabs",
        "a brace in text is text", "Docusaurus' own Markdown",
    )
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_regular_expression_fails_all_but_the_controls(case: Case) -> None:
    assert (foil(case) == case.blocks) == (case.name in CONTROLS)
