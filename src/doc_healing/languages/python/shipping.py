"""The driver's files as they go into the jail: compiled once per interpreter, else as they are.

Compiling two thousand lines costs several times what most snippets take to run.
"""

import subprocess
from collections.abc import Sequence
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
    found += [(f"{'/'.join(parts)}/{name}.py", data) for name, data in _sources()]
    return (*found, ("run.py", _FROM_FILES.encode()))


def plain(toolchain: Toolchain) -> tuple[tuple[str, bytes], ...]:
    """The same from source, for an interpreter that is not the toolchain's own."""
    return files(Toolchain(toolchain.language, "", ""))


@cache
def _compiled(executable: str) -> bytes:
    """The driver's modules as this interpreter compiles them; empty where that fails."""
    import marshal  # what goes to our own process, never from a stranger

    if not executable:
        return b""
    sources = {name: data.decode() for name, data in _sources()}
    try:
        done = subprocess.run(  # an interpreter of the operator's own machine
            [executable, "-I", "-S", "-c", _COMPILE],
            input=marshal.dumps(sources, 2),
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
