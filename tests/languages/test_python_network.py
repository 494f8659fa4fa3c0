"""What follows a failed attempt to reach a network says nothing of the document."""

import pytest

from doc_healing.model import Instructions, Mode, SymptomKind, Verdict
from tests.languages.stages import examine, snippet, verdict

PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED
ASK = (
    "from urllib.request import urlopen\n"
    "try:\n    r = urlopen('http://no-such-host.invalid/', timeout=2)\n"
    "except OSError:\n    r = None\n"
)
CAUGHT = [
    ASK + "assert r is not None",
    ASK + "raise SystemExit(1)",
    ASK + "print(r.status)",
    ASK + "print(r)\n#> 200",
    ASK + "{'ok': bool(r)}  # => {'ok': True}",
    "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
    "print(s.connect_ex(('203.0.113.1', 9)))\nassert False",
    "import socket\nhere = socket.socket().connect_ex(('127.0.0.1', 6399))\nassert here == 0",
    "import os, socket\npid = os.fork()\nif pid == 0:\n    try:\n"
    "        socket.getaddrinfo('no-such-host.invalid', 80)\n    finally:\n        os._exit(1)\n"
    "assert os.wait()[1] == 0",
    "import subprocess, sys\n"
    "done = subprocess.run([sys.executable, '-m', 'pip', 'nonsense'], capture_output=True)\n"
    "assert done.returncode == 0",
    "import os\nassert os.system('cd /tmp && curl -s no-such-host.invalid') == 0",
    "import os\nassert os.system('git clone -q ssh:nowhere 2>/dev/null') == 0",
]


@pytest.mark.parametrize("code", CAUGHT)
def test_a_caught_failure_of_the_network_voids_what_follows(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict is UNVERIFIED, reading
    assert "needs the network" in reading.reason
    assert reading.symptom is not None
    assert reading.symptom.kind is SymptomKind.NETWORK


STANDS = [
    ASK + "import json\njson.dumpz(1)",
    ASK + "from json import nothing",
    ASK + "def f(a): ...\n\nf(b=1)",
    "import socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
    "socket.create_connection(server.getsockname())\n"
    "assert 1 == 2",
    "import socket\nsocket.getaddrinfo('127.0.0.1', 80)\nassert 1 == 2",
    "import os\nassert os.system('true') == 1",
    "import subprocess\nsubprocess.run(['echo', 'curl'], check=True)\nassert 1 == 2",
    ">>> 1 + 1\n3\n" + "".join(f">>> {one}\n" for one in ("import socket", "x = 1")),
]


@pytest.mark.parametrize("code", STANDS)
def test_what_no_server_could_have_mended_stays_broken(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict is BROKEN, reading


def test_a_promise_broken_before_the_attempt_stays_broken() -> None:
    code = (
        ">>> 1 + 1\n3\n>>> import socket\n>>> socket.socket().connect_ex(('127.0.0.1', 6399))\n0\n"
    )
    assert verdict(code).verdict is BROKEN
    assert verdict(code.replace("3", "2", 1)).verdict is UNVERIFIED


def test_the_network_of_a_session_and_of_a_promised_failure() -> None:
    session = Instructions(session="a")
    first, second = examine(
        snippet(ASK, session, index=0), snippet("assert r", session, line=30, index=1)
    )
    assert (first.verdict, second.verdict) == (PASSED, UNVERIFIED)
    promised = verdict(ASK + "r", Instructions(mode=Mode.FAIL))
    assert promised.verdict is UNVERIFIED


def test_a_hook_of_the_snippet_s_own_and_a_deep_recursion_are_as_ever() -> None:
    code = (
        "import sys\nseen = []\nsys.addaudithook(lambda event, args: seen.append(event))\n"
        "open('snippet.py').close()\nassert 'open' in seen\n"
        "def deep(n):\n    try:\n        return deep(n + 1)\n    except RecursionError:\n"
        "        return n\n"
        "assert sys.getrecursionlimit() - deep(0) < 30\n"
    )
    assert verdict(code).verdict is PASSED
