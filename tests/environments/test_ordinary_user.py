"""An installation by a user without any rights: a project, its build, and a package of an index."""

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

import packaging
import pytest

import doc_healing
from tests import needs
from tests.environments.places import index, need, sample, serving, wheel

pytestmark = pytest.mark.sandbox
NAME = f"dh-install-{os.getpid()}"  # of this process: test workers run side by side
_DRIVER = """
import json, sys
from pathlib import Path
from doc_healing import environments
import platform
from doc_healing.model import Checkout, File, Limits, Program, Step, Toolchain, Wants
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.settings import InstallLimits, Registries
root, files, cache, url = json.load(sys.stdin)
desk = environments.Desk(sandbox=Bubblewrap(), cache=Path(cache),
    registries=Registries({"UV_DEFAULT_INDEX": url}), limits=InstallLimits(wall_seconds=400))
found = environments.prepare(
    Checkout(root, tuple(files)), "python", Wants(),
    Toolchain("python", str(Path(sys.executable).resolve()), platform.python_version()), desk)
program = Program((File("a.py", b"import sample, left; print(sample.answer, left.side)"),),
    (Step((found.interpreter, "a.py")),), mounts=found.mounts)
outcome = Bubblewrap().run(program, Limits(wall_seconds=120))
print(json.dumps([dict(found.packages), outcome.stdout.decode(), outcome.stderr.decode()]))
"""


@pytest.fixture
def user(tmp_path: Path) -> Iterator[Sequence[str]]:
    """The words that start Python as an ordinary user, with all that an installation imports."""
    need("bwrap")
    need("setpriv")
    needs.file("/usr/bin/python3", "a Python that every user can run (apt-get install python3)")
    needs.root("becoming another user; as an ordinary one every other test of this room runs")
    subprocess.run(["useradd", "--system", "--user-group", NAME], check=True)
    copy = Path("/tmp", NAME)
    for module in (doc_healing, packaging):
        source = Path(str(module.__file__)).parent
        shutil.copytree(source, copy / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    site = Path(sysconfig.get_path("purelib"))
    shutil.copytree(site / "uv", copy / "uv")
    (copy / "bin").mkdir()
    shutil.copy2(Path(sysconfig.get_path("scripts")) / "uv", copy / "bin/uv")
    shutil.chown(copy, NAME, NAME)
    try:
        drop = ["setpriv", f"--reuid={NAME}", f"--regid={NAME}", "--clear-groups"]
        clean = ["env", "-i", f"PYTHONPATH={copy}", f"HOME={copy}", "PATH=/usr/bin:/bin"]
        yield [*drop, *clean, "/usr/bin/python3"]
    finally:
        shutil.rmtree(copy)
        subprocess.run(["userdel", NAME], check=False, capture_output=True)


def test_an_installation_needs_no_rights(user: Sequence[str]) -> None:
    copy = Path("/tmp", NAME)
    checkout = sample(copy / "repo", "left")
    with serving(index(wheel("left", "1.0", {"left/__init__.py": "side = 'left'\n"}))) as url:
        asked = json.dumps([checkout.root, checkout.files, str(copy / "cache"), f"{url}/simple"])
        done = subprocess.run(
            [*user, "-c", _DRIVER],
            input=asked,
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )
    assert done.returncode == 0, done.stderr
    packages, stdout, stderr = json.loads(done.stdout)
    assert packages == {"left": "1.0", "sample": "1.0"}
    assert stdout == "42 left\n", stderr
