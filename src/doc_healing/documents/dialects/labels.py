"""Labels of fences: the six languages under all the names people give them, and the others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_NAMES: Mapping[str, str] = {
    "python": "python py python3 py3 pyodide python-script",
    "python repl": "pycon python-repl python-console pycon3 py-repl pyrepl python-session doctest",
    "python ipython": "ipython ipython3 ipy",
    "python ipython repl": "ipythonconsole ipython-console",
    "python stub": "pyi python-stub",
    "javascript": "javascript js mjs es es6 es2015 es2020 esm ecmascript node nodejs node.js "
    "node-js javascript-node",
    "javascript commonjs": "cjs",
    "javascript jsx": "jsx javascriptreact",
    "typescript": "typescript ts mts",
    "typescript commonjs": "cts",
    "typescript jsx": "tsx typescriptreact",
    "java": "java",
    "java repl": "jshell jshelllanguage java-repl",
    "go": "go golang",
    "rust": "rust rs",
}
_ALIASES: Mapping[str, tuple[str, ...]] = {
    alias: tuple(target.split()) for target, aliases in _NAMES.items() for alias in aliases.split()
}
_MODULE = {"mjs": ("esm",), "mts": ("esm",), "esm": ("esm",)}
LANGUAGES = ("python", "javascript", "typescript", "java", "go", "rust")
ALIASES = tuple(_ALIASES)

SHELLS = frozenset(
    "bash sh shell zsh fish console shell-session shellsession sh-session bash-session terminal "
    "term powershell ps1 pwsh posh cmd bat batch dos nu nushell ksh csh tcsh cram scrut trycmd "
    "shellscript sh-interactive npm yarn".split()
)
OUTPUTS = frozenset("output stdout out stderr console-output program-output py-output".split())
PLAIN_TEXT = frozenset(
    "text txt plain plaintext plain-text raw none nohighlight no-highlight".split()
)


@dataclass(frozen=True, slots=True)
class Language:
    """A canonical name with what the label adds: "repl", "jsx", "stub", "esm", "commonjs"."""

    name: str
    flags: tuple[str, ...] = ()


def language(label: str) -> Language | None:
    """The language that a label names, or None where it is none of the six.

    `python3.12` and `language-python` are Python; `python2` is not, since nothing here runs it.
    """
    name = plain(label)
    if re.fullmatch(r"(?:python|py)-?3(?:\.\d+)*", name):
        name = "python"
    target = _ALIASES.get(name)
    if target is None:
        return None
    return Language(target[0], target[1:] + _MODULE.get(name, ()))


def plain(label: str) -> str:
    """A label in the form that tables hold: lower case, without a highlighter's prefix."""
    name = label.strip().lower().lstrip(".")
    for prefix in ("language-", "lang-", "highlight-source-", "text/x-", "application/", "text/"):
        if name.startswith(prefix) and len(name) > len(prefix):
            return name[len(prefix) :]
    return name
