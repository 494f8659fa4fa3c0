"""The driver's files as they go into the jail: compiled once per interpreter, else as they are.

Compiling two thousand lines costs several times what most snippets take to run.
"""

import ast
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from doc_healing.model import Toolchain

FOLDER = ".doc-healing"
_PACKAGE = "doc_healing.languages.python.driver"
_SECONDS = 60
_COMPILE = """\
import importlib.util, marshal, sys
sources = marshal.loads(sys.stdin.buffer.read())
codes = {
    name: marshal.dumps(compile(text, '<doc-healing>/%s.py' % name, 'exec', optimize=2))
    for name, text in sources.items()
}
sys.stdout.buffer.write(importlib.util.MAGIC_NUMBER + marshal.dumps(codes))
"""
_FROM_CODES = f"""\
import marshal, sys
from _frozen_importlib import ModuleSpec
with open(__file__[:-6] + "driver.bin", "rb") as file:
    codes = file.read()
codes = marshal.loads(memoryview(codes)[4:])
PACKAGE = "{_PACKAGE}"
class Driver:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if PACKAGE.startswith(name):
            return ModuleSpec(name, Driver, is_package=True)
        if name.startswith(PACKAGE):
            return ModuleSpec(name, Driver)
    @staticmethod
    def create_module(spec):
        return None
    @staticmethod
    def exec_module(module):
        last = module.__name__.rpartition(".")[2]
        if not hasattr(module, "__path__"):
            exec(marshal.loads(codes[last]), module.__dict__)
sys.meta_path.insert(0, Driver)
from {_PACKAGE}.main import main
main(__file__[:-7])
"""
_FROM_FILES = f"from {_PACKAGE}.main import main\nmain(__file__[:-7])\n"


@cache
def files(toolchain: Toolchain) -> tuple[tuple[str, bytes], ...]:
    """Names and bytes of what runs a program's payload; `run.py` is its entrance."""
    codes = _compiled(toolchain.executable)
    if codes:
        return ("driver.bin", codes), ("run.py", _FROM_CODES.encode())
    parts = _PACKAGE.split(".")
    packages = ["/".join(parts[: n + 1]) + "/__init__.py" for n in range(len(parts))]
    found = [(name, b"") for name in packages]
    found += [(f"{'/'.join(parts)}/{name}.py", data.encode()) for name, data in _bare_sources()]
    return (*found, ("run.py", _FROM_FILES.encode()))


def plain(toolchain: Toolchain) -> tuple[tuple[str, bytes], ...]:
    """The same from source, for an interpreter that is not the toolchain's own."""
    return files(Toolchain(toolchain.language, "", ""))


@cache
def _compiled(executable: str) -> bytes:
    """The driver's modules as this interpreter compiles them; empty where that fails."""
    if not executable:
        return b""
    sources = {name: data.decode() for name, data in _sources()}
    return _asked(executable, sources) or _asked(executable, dict(_bare_sources()))


def _asked(executable: str, sources: Mapping[str, str]) -> bytes:
    import marshal  # what goes to our own process, never from a stranger

    try:
        done = subprocess.run(  # an interpreter of the operator's own machine
            [executable, "-I", "-S", "-c", _COMPILE],
            input=marshal.dumps(dict(sources), 2),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout


@cache
def _sources() -> Sequence[tuple[str, bytes]]:
    entries = resources.files(_PACKAGE).iterdir()
    names = [one for one in entries if one.name.endswith(".py") and one.name != "__init__.py"]
    found = [(one.name.removesuffix(".py"), one.read_bytes()) for one in names]
    return sorted(found)


@cache
def _bare_sources() -> Sequence[tuple[str, str]]:
    """The sources without what Python 3.6 cannot read: annotations and their future."""
    return [(name, ast.unparse(_Bare().visit(ast.parse(data)))) for name, data in _sources()]


class _Bare(ast.NodeTransformer):
    """Takes annotations away; of a class, its own names have to stay."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module == "__future__" else node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        node.annotation = ast.Constant("")
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.returns = None
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node
