"""The same walls for an ordinary user: no cgroup rights, so rlimits and a poller keep the limits.

As root, a user is made for the test; it runs a copy of the package, since it may not be allowed
to read this checkout.
"""

import json
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

import doc_healing
from doc_healing.model import Status
from tests import needs
from tests.security.attacks import ATTACKS, Attack
from tests.security.conftest import FORKED, need

pytestmark = pytest.mark.sandbox
NAME = f"doc-healing-{os.getpid()}"  # of this process: test workers run side by side
UNCOUNTED = {Status.FAILED}  # no counter tells of a fork that RLIMIT_NPROC refused
CHOSEN = (
    "fork bomb in Python", "thread bomb", "memory bomb in the heap", "leak across children",
    "memory bomb in shared memory", "memory bomb in a memfd",
    "memory bomb in an anonymous shared map", "disk fill by bytes", "disk fill by inodes",
    "endless lines",
    "busy loop", "busy children", "ignored signals", "everything stopped", "daemon",
    "orphan holding the pipes", "a device node", "setuid on a file of its own",
    "other processes", "leaked descriptors", "facts of the kernel", "keyring (keyctl)", "mount",
    "a namespace of its own (unshare)", "a namespace of its own (clone3)", "io_uring",
    "umount of the covers of /proc", "write to /proc/sys", "the host's device nodes (chmod)",
    "raw socket", "vsock", "metadata service", "32-bit system calls", "its own loopback works",
)  # fmt: skip

_DRIVER = (
    f"""
FORKED = {FORKED!r}
"""
    + """
import json, sys
from dataclasses import replace
from pathlib import Path
from doc_healing.model import *
from doc_healing.sandboxes import SANDBOXES
answers = []
for make in SANDBOXES:
    made = make()
    layers = [(l.name, l.active, l.required, l.detail, l.fix) for l in made.probe()]
    runs = []
    for language, code, limits in json.load(sys.stdin):
        argv = {"python": ("/usr/bin/python3", "-I"), "sh": ("/bin/sh",)}[language]
        p = Program((File("main.py", code.encode()),), (Step((*argv, "main.py")),))
        fork = Resident((*argv, "run.py"), (File("run.py", FORKED.encode()),))
        ways = [p, replace(p, resident=fork)] if language == "python" else [p]
        tried = [made.run(one, Limits(**limits)) for one in ways]
        runs.append([(o.status, o.stdout.decode(errors="replace"), o.detail, o.seconds, o.fast)
                     for o in tried])
    made.close()
    answers.append((layers, runs))
print(json.dumps(answers))
"""
)


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[str]]:
    """The words that start a command as an ordinary user, with the package in PYTHONPATH."""
    need("bwrap")
    needs.file("/usr/bin/python3", "a Python that every user can run (apt-get install python3)")
    package = str(Path(doc_healing.__file__).parent)
    if os.geteuid() != 0:
        yield ["env", f"PYTHONPATH={Path(package).parent}", "/usr/bin/python3"]
        return
    made = _add_user()
    copy = Path("/tmp", NAME)
    shutil.copytree(package, copy / "doc_healing")
    copy.chmod(0o755)
    try:
        drop = [need("setpriv"), f"--reuid={NAME}", f"--regid={NAME}", "--clear-groups"]
        yield [*drop, "env", "-i", f"PYTHONPATH={copy}", "PATH=/usr/bin:/bin", "/usr/bin/python3"]
    finally:
        shutil.rmtree(copy)
        if made:
            subprocess.run([need("userdel"), NAME], check=False, capture_output=True)


def _add_user() -> bool:
    try:
        pwd.getpwnam(NAME)
    except KeyError:
        subprocess.run([need("useradd"), "--system", "--user-group", NAME], check=True)
        return True
    return False


@pytest.fixture(scope="module")
def answers(user: Sequence[str]) -> list[list[list[object]]]:
    chosen = [attack for attack in ATTACKS if attack.name in CHOSEN]
    assert len(chosen) == len(CHOSEN)
    asked = json.dumps([(a.language, a.code, asdict(a.limits)) for a in chosen])
    done = subprocess.run(
        [*user, "-c", _DRIVER], input=asked, capture_output=True, text=True, cwd="/", check=False
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, list)
    return answer


def test_all_required_layers_are_active_and_what_is_missing_is_said(
    answers: list[list[list[list[object]]]],
) -> None:
    for layers, _ in answers:
        assert len(layers) > 15
        for name, active, required, detail, fix in layers:
            assert active or not required, (name, detail, fix)
            assert active or ("degraded" in str(detail) and fix), name


@pytest.mark.parametrize("index", range(len(CHOSEN)), ids=lambda i: sorted(CHOSEN)[i])
def test_the_wall_holds_for_an_ordinary_user(
    index: int, answers: list[list[list[list[tuple[str, str, str, float, bool]]]]]
) -> None:
    chosen: list[Attack] = [attack for attack in ATTACKS if attack.name in CHOSEN]
    position = [attack.name for attack in chosen].index(sorted(CHOSEN)[index])
    attack = chosen[position]
    for _, runs in answers:
        for status, stdout, detail, seconds, _fast in runs[position]:
            ends = attack.ends | (UNCOUNTED if Status.PROCESS_LIMIT in attack.ends else set())
            ends = ends | (UNCOUNTED if attack.needs_cgroup else set())  # refused instead
            assert Status(status) in ends, (attack.name, status, detail, stdout)
            assert attack.prints in stdout
            assert seconds < attack.limits.wall_seconds + 1


def test_programs_are_forked_for_an_ordinary_user(
    answers: list[list[list[list[tuple[str, str, str, float, bool]]]]],
) -> None:
    for _, runs in answers:
        forked = [tries[1][4] for tries in runs if len(tries) > 1]
        assert sum(forked) > 0.8 * len(forked), forked


def test_nothing_is_left_running(user: Sequence[str], answers: object) -> None:
    left = subprocess.run(
        ["ps", "-o", "stat,args", "--no-headers", "-u", NAME], capture_output=True, text=True
    )
    if os.geteuid() == 0:  # a zombie is dead: it waits for the machine's process 1
        assert [line for line in left.stdout.splitlines() if not line.startswith("Z")] == []
