"""Where it may be started: a chroot, a container made by hand, without control groups or /proc."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import doc_healing
from tests import needs
from tests.security.conftest import FORKED, mounts, need

pytestmark = pytest.mark.sandbox

# $D is a copy of the whole tree of mounts, in a mount namespace that ends with the shell.
_COPY = "set -e; D=$1; shift; mount --rbind --make-rprivate / $D; "
_NO_GROUPS = "umount -R $D/sys; "
_NO_PROC = "while mountpoint -q $D/proc; do umount -R $D/proc; done; "  # one over another
_READ_ONLY_GROUPS = "for m in $D/sys/fs/cgroup $D/sys/fs/cgroup/*; do" \
    " mountpoint -q $m && mount -o remount,bind,ro $m; done; "  # fmt: skip
_CHROOT = 'exec chroot $D "$@"'
_PIVOT = 'cd $D; pivot_root . .; umount -l .; cd /; exec "$@"'
PLACES = {
    "chroot": _COPY + _CHROOT,
    "chroot without cgroups": _COPY + _NO_GROUPS + _CHROOT,
    "container": _COPY + _PIVOT,
    "container without cgroups": _COPY + _NO_GROUPS + _PIVOT,
    "container with read-only cgroups": _COPY + _READ_ONLY_GROUPS + _PIVOT,
    "process namespace": 'shift; exec unshare --pid --fork --mount-proc "$@"',
    "chroot in a process namespace": _COPY + "mount -t proc proc $D/proc; "
    'exec unshare --pid --fork --mount-proc=$D/proc chroot $D "$@"',
}
_DRIVER = """
import json, sys
from dataclasses import replace
from doc_healing.model import *
from doc_healing.sandboxes import SANDBOXES
def program(code):
    return Program((File("main.py", code.encode()),), (Step(("/usr/bin/python3", "main.py")),))
sandbox = SANDBOXES[0]()
layers = {l.name: (l.active, l.required, l.detail, l.fix) for l in sandbox.probe()}
codes = json.loads(sys.argv[1])
limits = Limits(wall_seconds=32, cpu_seconds=4, memory_mib=96, processes=24, disk_mib=16)
outcomes = [sandbox.run(program(code), limits) for code in codes]
resident = Resident(("/usr/bin/python3", "run.py"), (File("run.py", sys.argv[2].encode()),))
fast = sandbox.run(replace(program("print('ran')"), resident=resident), limits)
sandbox.close()
ends = [(o.status, o.stdout.decode(), o.detail, o.stderr.decode()[-300:]) for o in outcomes]
print(json.dumps({"layers": layers, "ends": ends, "fast": (fast.fast, fast.status)}))
"""
_CODES = {
    "print('ran')": "passed",
    # not a bomb, for where it would go off
    "import os, time\nfor i in range(150):\n  if os.fork() == 0: time.sleep(5); os._exit(0)\n"
    "time.sleep(1)": "process_limit",
    "x = []\nwhile True: x.append(b'x' * 10**6)": "memory",
    "import os\nassert not os.path.exists('/root') and os.listdir('/home') == ['doc']": "passed",
}


def _ask(place: str, directory: Path) -> Mapping[str, Any]:
    needs.root("making such places")
    package = str(Path(doc_healing.__file__).parents[1])
    words = ["env", "-i", f"PYTHONPATH={package}", "PATH=/usr/sbin:/usr/bin:/bin", sys.executable]
    command = [need("unshare"), "--mount", "sh", "-c", place, "sh", str(directory), *words]
    done = subprocess.run(
        [*command, "-c", _DRIVER, json.dumps(list(_CODES)), FORKED],
        capture_output=True, text=True, check=False, timeout=480,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize("place", PLACES)
def test_it_works_with_every_wall(place: str, tmp_path: Path) -> None:
    before = mounts()
    answer = _ask(PLACES[place], tmp_path)
    missing = [n for n, facts in answer["layers"].items() if not facts[0]]
    assert missing == []
    assert [end[0] for end in answer["ends"]] == list(_CODES.values()), answer["ends"]
    assert answer["fast"] == [True, "passed"]
    assert mounts() == before


def test_without_proc_it_says_how_to_mount_it(tmp_path: Path) -> None:
    answer = _ask(_COPY + _NO_PROC + _CHROOT, tmp_path)
    assert answer["layers"]["bubblewrap"][3] == "mount -t proc proc /proc"
    assert {end[0] for end in answer["ends"]} == {"sandbox_error"}
