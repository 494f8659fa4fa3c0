"""Labels and info strings: what is understood, and what only renders."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.documents.dialects import labels
from doc_healing.documents.dialects.info import parse
from doc_healing.documents.dialects.known_labels import KNOWN

LABELS = [
    *((label, "python") for label in "python py Python PYTHON python3 py3 python3.12 pycon "
      "python-repl ipython ipython3 language-python lang-py pyi .python".split()),
    *((label, "javascript") for label in "javascript js JS mjs cjs jsx node ecmascript".split()),
    *((label, "typescript") for label in "typescript ts tsx mts cts TypeScript".split()),
    *((label, "java") for label in "java Java jshell jshelllanguage".split()),
    *((label, "go") for label in "go golang Go".split()),
    *((label, "rust") for label in "rust rs Rust".split()),
    *((label, None) for label in "python2 py2 bash json javadoc text diff pythonish c++ kotlin "
      "pytb mermaid html javascript+erb go.mod".split()),
]  # fmt: skip


@pytest.mark.parametrize(("label", "name"), LABELS)
def test_labels(label: str, name: str | None) -> None:
    found = labels.language(label)
    assert (found.name if found else None) == name


def test_flags_of_labels() -> None:
    flags = {name: found.flags for name in ("pycon", "jsx", "tsx", "mjs", "cjs", "pyi", "py")
             if (found := labels.language(name))}  # fmt: skip
    assert flags == {
        "pycon": ("repl",), "jsx": ("jsx",), "tsx": ("jsx",), "mjs": ("esm",),
        "cjs": ("commonjs",), "pyi": ("stub",), "py": (),
    }  # fmt: skip


def test_no_alias_is_among_the_other_labels() -> None:
    assert not KNOWN & set(labels.ALIASES)


INFOS = [
    ("python", "python", []),
    ("  python  ", "python", []),
    ("python,ignore", "python", ["ignore"]),
    ("rust,should_panic,edition2021", "rust", ["should_panic", "edition2021"]),
    ("rust ignore (needs a server, skip it)", "rust", ["ignore"]),
    ('python title="how to skip"', "python", ["title=how to skip"]),
    ("python title='a \\' b' notest", "python", ["title=a ' b", "notest"]),
    ('python title = "x"', "python", ["title=x"]),
    ('python title="never closed skip', "python", ["title=never closed skip"]),
    ("js {1,4-5}", "js", []),
    ("js{1,3}", "js", []),
    ("js{1,3}:no-line-numbers", "js", [":no-line-numbers"]),
    ("ts:line-numbers {1}", "ts", ["line-numbers"]),
    ("js:title=src/a.js", "js", ["title=src/a.js"]),
    ("js [skip.js]", "js", []),
    ("js /skip/ showLineNumbers{10}", "js", ["showLineNumbers"]),
    ('js "skip" ins={2}', "js", ["ins=2"]),
    ("{.python}", "python", []),
    ("{ .python .annotate title='x' }", "python", [".annotate", "title=x"]),
    ('{.python linenums="1" hl_lines="2 3"}', "python", ["linenums=1", "hl_lines=2 3"]),
    ("{#name .haskell .numberLines}", "haskell", ["#name", ".numberLines"]),
    ("{.python continuation}", "python", ["continuation"]),
    ("{python}", "python", []),
    ("{python, echo=FALSE}", "python", ["echo=FALSE"]),
    ('python {linenums="1"}', "python", ["linenums=1"]),
    ('sh {"name":"x","ignore":"true"}', "sh", ["name=x", "ignore=true"]),
    ("sh { name=x interactive=false }", "sh", ["name=x", "interactive=false"]),
    ("{code-block} python", "python", []),
    ("{code-cell} ipython3", "ipython3", []),
    ("python group={'x'}", "python", ["group=x"]),
    ("ocaml file=f,part=p,version>=4.06", "ocaml", ["file=f", "part=p", "version>=4.06"]),
    ("python hl_lines=1,2 notest", "python", ["hl_lines=1,2", "notest"]),
    ('title="x"', "", ["title=x"]),
    ("{1,3}", "", []),
    ("", "", []),
    ("{", "", []),
    ("c++", "c++", []),
    ("mdx-code-block", "mdx-code-block", []),
]


@pytest.mark.parametrize(("info", "label", "attributes"), INFOS)
def test_info_strings(info: str, label: str, attributes: list[str]) -> None:
    found = parse(info)
    assert (found.label, [attribute.text for attribute in found.attributes]) == (label, attributes)


@pytest.mark.parametrize(("info", "label", "attributes"), INFOS)
def test_offsets_lead_to_the_words(info: str, label: str, attributes: list[str]) -> None:
    found = parse(info)
    assert info[found.offset :].startswith(label)
    for attribute in found.attributes:
        assert info[attribute.offset :].lstrip('"').startswith(attribute.name)


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from("python js{}[]()\"'=,;:./\\#|-<> \t{1}é\0"), max_size=80))
def test_any_info_string_is_taken_apart(info: str) -> None:
    found = parse(info)
    assert all(0 <= attribute.offset < len(info) for attribute in found.attributes)


def test_a_long_info_string_takes_no_square_of_time() -> None:
    for bad in ("(" * 200_000, "{" * 200_000, "/a" * 200_000, '"' * 200_000, "a=" * 200_000):
        parse(bad)
