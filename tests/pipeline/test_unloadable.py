"""Edits that stop the loading of a file, and so all blocks that load it."""

import pytest

from tests.symbols.trees import chosen

PYTHON = {
    "pyproject.toml": '[project]\nname = "lib"\n',
    "src/lib/__init__.py": "from .core import other, run\n",
    "src/lib/core.py": (
        "import dataclasses\n\n@dataclasses.dataclass\nclass Config:\n    a: int = 1\n"
        "    b: int = 2\n\nclass Plain:\n    unit = 'cm'\n    def area(self):\n        return 1\n\n"
        "def run():\n    return 1\n\ndef other(a, b):\n    return 2\n"
    ),
    "src/lib/alone.py": "def nothing():\n    return 1\n",
    "page.md": "```python\nfrom lib import run\nassert run() == 1\n```\n",
}
SCRIPT = {
    "package.json": '{"name": "lib", "version": "1.0.0", "main": "index.js", "type": "module"}',
    "index.js": "export { run, other } from './core.js'\nexport { shape } from './shape.js'\n",
    "core.js": "export function run() { return 1 }\nexport function other() { return 2 }\n",
    "shape.js": (
        "class Shape {}\nclass Square extends Shape {}\nSquare.late = () => 4\n"
        "export const shape = () => new Square()\n"
    ),
    "alone.js": "export const nothing = 1\n",
    "page.md": "```javascript\nimport { run } from 'lib'\nif (run() !== 1) throw 1\n```\n",
}
_CORE = "src/lib/core.py"
STOPPED = [
    (PYTHON, _CORE, "return 2", "return ("),
    (PYTHON, _CORE, "return 2", "await a"),
    (PYTHON, _CORE, "(a, b)", "(a, a)"),
    (PYTHON, _CORE, "(a, b)", "(a=1, b)"),
    (PYTHON, _CORE, "    return 2", "  return 2\n x = 1"),
    (PYTHON, _CORE, "b: int = 2", "b: int"),
    (PYTHON, _CORE, "unit = 'cm'", "unit = int('cm')"),
    (PYTHON, _CORE, "class Plain:", "class Plain(Config, Config):"),
    (PYTHON, _CORE, "def other(", "def another("),
    (SCRIPT, "core.js", "return 2", "return ("),
    (SCRIPT, "core.js", "export function other", "function other"),
    (SCRIPT, "core.js", "function other", "function another"),
    (SCRIPT, "shape.js", "extends Shape", "extends Shap"),
    (SCRIPT, "shape.js", "Square.late", "Squar.late"),
    (SCRIPT, "index.js", "export { shape }", "throw new Error()\nexport { shape }"),
    (SCRIPT, "index.js", "export { shape }", "import './alone.js'\nexport { shape }"),
]
HARMLESS = [
    (PYTHON, _CORE, "return 2", "return 3"),
    (PYTHON, _CORE, "unit = 'cm'", "unit = 'mm'"),
    (PYTHON, _CORE, "        return 1", "        return 4"),
    (PYTHON, "src/lib/alone.py", "return 1", "return ("),
    (PYTHON, "src/lib/alone.py", "def nothing", "def anything"),
    (SCRIPT, "core.js", "return 2", "return 3"),
    (SCRIPT, "alone.js", "= 1", "= ;"),
    (SCRIPT, "shape.js", "=> 4", "=> 5"),
]


@pytest.mark.parametrize(("files", "path", "old", "new"), STOPPED)
def test_what_stops_the_loading_runs_the_block(
    files: dict[str, str], path: str, old: str, new: str
) -> None:
    assert _runs(files, path, old, new)


@pytest.mark.parametrize(("files", "path", "old", "new"), HARMLESS)
def test_what_stops_nothing_runs_nothing(
    files: dict[str, str], path: str, old: str, new: str
) -> None:
    assert not _runs(files, path, old, new)


def _runs(files: dict[str, str], path: str, old: str, new: str) -> bool:
    assert old in files[path]
    found = chosen(files, {**files, path: files[path].replace(old, new, 1)})
    return bool(found.chosen or found.everything)
