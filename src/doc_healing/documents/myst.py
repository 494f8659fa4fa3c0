"""MyST: which directives hold Markdown, which hold code, and the options at their top."""

import re
from collections.abc import Iterable, Sequence

DIRECTIVE = re.compile(r"\{([A-Za-z][\w:.+-]*)\}(?=\s|$)")
_OPTION = re.compile(r":([\w-]+):(?:[ \t]+(.*))?$")
_PAIR = re.compile(r"([\w-]+):(?:[ \t]+(.*))?$")

# Admonitions, sphinx-design, sphinx-inline-tabs and the directives of docutils whose body is
# markup. A fence inside one of these is a block of its own; the directive itself is none.
NESTING = frozenset(
    "note warning tip hint important caution danger attention error seealso admonition todo "
    "versionadded versionchanged versionremoved deprecated dropdown details tab-set tab-item tab "
    "tabs group-tab tab-set-code grid grid-item grid-item-card card card-carousel margin sidebar "
    "aside topic epigraph pull-quote highlights compound container div blockquote figure table "
    "list-table exercise exercise-start solution solution-start proof prf:proof prf:theorem "
    "prf:definition prf:example prf:remark prf:lemma theorem definition example rubric only "
    "toggle hlist glossary collapse".split()
)
# `{python}` is how Quarto, R Markdown and Pandoc write the language of a cell.
_LANGUAGES = frozenset(
    "python python3 py r julia bash sh shell zsh sql javascript js jsx typescript ts tsx ojs rust "
    "go java kotlin scala ruby perl php c cpp c++ csharp html css json yaml toml xml text console "
    "pycon ipython ipython3 mermaidjs dot".split()
)


# Directives whose body is data, a picture's source or another markup, whatever it looks like.
_OPAQUE = frozenset(
    "code code-block code-cell sourcecode literalinclude doctest testcode testoutput testsetup "
    "testcleanup jupyter-execute ipython parsed-literal prompt highlight code-example include "
    "literal raw eval-rst math amsmath mermaid graphviz digraph graph plantuml uml csv-table "
    "toctree image productionlist code-block-ext myst myst-example sphinx-build".split()
)
_FENCE = re.compile(r"(?:`{3,}[^`]*|~{3,}.*|:{3,}\{.*)$")


def holds_markup(name: str, body: Iterable[str]) -> bool:
    """Whether a directive is a container: a known one, or one that nobody knows and has fences.

    Extensions define directives of any name. Code that shows a fence of its own stands in one of
    the directives for code; where a fence stands in any other, it is a block to its reader.
    """
    if name in NESTING:
        return True
    if not is_directive(name) or name.lower() in _OPAQUE or ":" in name:
        return False
    return any(_FENCE.match(row) for row in body)


def is_directive(name: str) -> bool:
    """Whether `{name}` is a directive, and not a language in braces."""
    return name.lower() not in _LANGUAGES


def is_myst(text: str) -> bool:
    """Whether a page holds a MyST directive or a MyST comment line."""
    return any(is_directive(found[1]) for found in _SIGNS.finditer(text))


def option_lines(lines: Sequence[str]) -> tuple[int, dict[str, str]]:
    """How many lines a directive's options take (with the blank one behind), and the options.

    MyST, "Directives": `:key: value` lines, or a YAML block between two `---`.
    """
    count, options = _yaml_options(lines) if _is_rule(lines) else _colon_options(lines)
    if count < len(lines) and not lines[count].strip():
        count += 1
    return count, options


_SIGNS = re.compile(r"^[ \t>]*(?:`{3,}|~{3,}|:{3,})\{([A-Za-z][\w:.+-]*)\}(?=\s|$)", re.MULTILINE)


def _plain(value: str | None) -> str:
    """A YAML scalar without its quotes."""
    text = (value or "").strip()
    quoted = len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]
    return text[1:-1] if quoted else text


def _is_rule(lines: Sequence[str]) -> bool:
    return bool(lines) and lines[0].rstrip() == "---"


def _yaml_options(lines: Sequence[str]) -> tuple[int, dict[str, str]]:
    options: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return number + 1, options
        if found := _PAIR.match(line):
            options[found[1]] = _plain(found[2])
    return 0, {}  # never closed: the dashes are code


def _colon_options(lines: Sequence[str]) -> tuple[int, dict[str, str]]:
    options: dict[str, str] = {}
    for number, line in enumerate(lines):
        found = _OPTION.match(line.strip())
        if found is None:
            return number, options
        options[found[1]] = _plain(found[2])
    return len(lines), options
