"""MyST: which directives hold Markdown, which hold code, and the options at their top."""

import re
from collections.abc import Sequence

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
