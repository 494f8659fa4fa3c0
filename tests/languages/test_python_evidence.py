"""Red verdicts that the document itself, or the driver, takes back; and their red siblings."""

from dataclasses import replace

import pytest

from doc_healing.languages.python.driver import notation
from doc_healing.model import Snippet, Verdict
from tests.languages.stages import examine, snippet, verdict

BROKEN, UNVERIFIED, ILLUSTRATIVE = Verdict.BROKEN, Verdict.UNVERIFIED, Verdict.ILLUSTRATIVE
PASSED = Verdict.PASSED

READ = [
    # The name is rebound from what an unseen block made of it.
    ("log = log.bind(a=1)\nlog.info('x')", UNVERIFIED, "`log` is not defined"),
    ("total = total + 1", UNVERIFIED, "`total`"),
    ("show(rows)\nrows = [1]\ndef show(x): ...", BROKEN, "bound only later"),
    ("from . import settings", UNVERIFIED, "relative import"),
    ("from .models import User\nUser()", UNVERIFIED, "relative import"),
    ("import sys\nprint(sys.argv[1])", UNVERIFIED, "arguments"),
    ("import sys\nname, count = sys.argv[1:]", UNVERIFIED, "arguments"),
    ("items = []\nprint(items[1])", BROKEN, "IndexError"),
    ("from json import MyEncoder", UNVERIFIED, "an example's"),
    ("from json import your_encoder", UNVERIFIED, "an example's"),
    ("from json import Mystery", BROKEN, "Mystery"),
    ("from json import encoder_of_mine", BROKEN, "encoder_of_mine"),
    ("class Thing(colour=None): ...", ILLUSTRATIVE, "stands for"),
    ("class Thing(colour=None):\n    x = 1", BROKEN, "takes no keyword"),
    ("{'port': int('PORT' or 1)}", ILLUSTRATIVE, "value"),
    ("x = {'port': int('PORT' or 1)}", BROKEN, "invalid literal"),
    ("if input.phone is not None:\n    pass", UNVERIFIED, "built-in"),
    ("for one in filter.items:\n    pass", BROKEN, "has no attribute"),
    ("a -> b -> c", ILLUSTRATIVE, "arrows"),
    ("Street -> City.zip", ILLUSTRATIVE, "arrows"),
    ("{\n'id': <class 'app.Integer'>,\n}", ILLUSTRATIVE, "placeholder"),
    ("f(a=1, a=2)  # a SyntaxError: it is repeated", ILLUSTRATIVE, "on purpose"),
    ("f(a=1, a=2)  # twice", BROKEN, "repeated"),
    ("= Query(default=None)", ILLUSTRATIVE, "middle of a statement"),
    ("x = = 3", BROKEN, "invalid syntax"),
    # A command line that got no arguments, whatever code its library ends it with.
    ("import argparse\nargparse.ArgumentParser().exit(1)", UNVERIFIED, "command-line"),
    ("import sys\nsys.exit(1)", BROKEN, "exit code 1"),
    # What a comment right above a statement announces.
    ("x = []\n# Not supported 🚨\nx.where(name='D')", PASSED, ""),
    ("x = []\n# This will raise an error:\nx[3]", PASSED, ""),
    ("x = []\n# Wrong:\nx[3]", PASSED, ""),
    ("x = []\n# Error: there is no third\nx[3]", PASSED, ""),
    ("x = []\n# ::error::forged\nx[3]", BROKEN, "IndexError"),
    ("x = []\n# The third one\nx[3]", BROKEN, "IndexError"),
    ("x = []\n# Not supported\n\nx[3]", BROKEN, "IndexError"),
    ("x = []\n# Raises if there is none\nx[3]", BROKEN, "IndexError"),
    ("x = []\n# invalid entries come last\nx[3]", BROKEN, "IndexError"),
    (
        "class Q:\n    # your fields here\n    pass\n\nassert vars(Q()), 'empty'",
        UNVERIFIED,
        "fields",
    ),
    ("class Q:\n    # the fields\n    pass\n\nassert vars(Q()), 'empty'", BROKEN, "empty"),
    ("import time\nassert int(time.time()) == 5", UNVERIFIED, "time"),
    ("assert 4 == 5", BROKEN, "Assertion"),
    # What is printed is shown as if it were the value, which is another.
    ("def f():\n    print('on')\n    return True\n\nf()\n>>> 'on'", PASSED, ""),
    ("def f():\n    print('a')\n    print('b')\n    return 1\n\nf()\n>>> 'a'\n>>> 'b'", PASSED, ""),
    ("def f():\n    return 1\n\nf()\n>>> 2", BROKEN, "output"),
    (">>> x = 1\n>>> print(x)\n# no output here!", PASSED, ""),
    (
        ">>> import time\n>>> print(time.strftime('%Y-%m-%d %H:%M'), 'up')\n2019-01-02 03:04 up",
        PASSED,
        "",
    ),
    (">>> print('2019-01-03 up')\n2019-01-02 up", BROKEN, "output"),
    ("class A: ...\n\n...\n\nassert A().x == 5", ILLUSTRATIVE, "..."),
    ("class A: ...\n\nassert A().x == 5", BROKEN, "no attribute"),
    ("import json\njson.loads('...')", ILLUSTRATIVE, "..."),
    ("import json\njson.loads('..x')", BROKEN, "JSONDecodeError"),
    ("def f(): f()\n\nf()", UNVERIFIED, "recurses"),
    ("import os, subprocess\nsubprocess.run(os.environ['EDITOR'], check=True)", PASSED, ""),
]


@pytest.mark.parametrize(("code", "wanted", "reason"), READ)
def test_a_class_of_real_failures_is_read_right(code: str, wanted: Verdict, reason: str) -> None:
    reading = verdict(code)
    assert reading.verdict is wanted, reading
    said = reading.reason + (reading.symptom.message if reading.symptom else "")
    assert reason in said, reading


def below(code: str, *headings: str) -> Snippet:
    return replace(snippet(code), headings=headings)


OWN = "class MissingThingError(Exception): ...\n\nraise MissingThingError('no thing')"


def test_a_section_about_an_error_may_show_it() -> None:
    for headings in (("Missing Thing Error",), ("Guide", "`MissingThingError`"), ("Pitfalls",)):
        (reading,) = examine(below(OWN, *headings))
        assert reading.verdict is UNVERIFIED, headings
        assert "on purpose" in reading.reason
    (reading,) = examine(below(OWN, "Things"))
    assert reading.verdict is BROKEN
    (reading,) = examine(below("import json\njson.dumpz(1)", "Common errors"))
    assert reading.verdict is BROKEN
    (reading,) = examine(below("x = = 1", "Errors"))
    assert reading.verdict is BROKEN


def test_a_module_that_an_earlier_block_sets_up_excuses_its_output() -> None:
    first = snippet("import decimal\ndecimal.setcontext(decimal.Context(prec=3))", index=0)
    second = snippet(">>> decimal.Decimal(1) / 3\nDecimal('0.333')", line=30, index=1)
    reading = examine(first, second)[1]
    assert reading.verdict is UNVERIFIED
    assert "the block at line 12 sets up `decimal`" in reading.reason
    plain = snippet("import decimal", index=0)
    assert examine(plain, second)[1].verdict is BROKEN
    other = snippet("import json\nbox = {}\nbox.update(decimal=1)", index=0)
    third = snippet(">>> import json\n>>> json.dumps(1)\n'2'", line=30, index=1)
    assert examine(other, third)[1].verdict is BROKEN


def test_a_library_that_refuses_a_part_of_a_page_is_not_held_against_it() -> None:
    first = snippet("import json", index=0)
    part = snippet("json.loads('{')", line=30, index=1)
    reading = examine(first, part)[1]
    assert reading.verdict is UNVERIFIED
    assert "a part of what its page builds up" in reading.reason
    whole = snippet("import json\njson.loads('{')", line=30, index=1)
    assert examine(first, whole)[1].verdict is BROKEN
    own = snippet("json.dumps(1)\nraise ValueError(3)", line=30, index=1)
    assert examine(first, own)[1].verdict is BROKEN


def test_an_optional_part_of_a_package_that_is_none_is_a_missing_dependency() -> None:
    code = "import json\njson.extra = None\n\njson.extra.Renderer()"
    assert verdict(code).verdict is UNVERIFIED
    assert verdict("x = None\nx.y").verdict is BROKEN
    assert verdict("class A:\n    b = None\n\nA().b.c").verdict is BROKEN


@pytest.mark.parametrize(
    "text", ["x -> " * 4000, "# " + "cannot " * 5000, "<a" * 5000, "a.b" * 9000]
)
def test_reading_a_text_takes_no_longer_than_it_is_long(text: str) -> None:
    notation.no_program(text, 1)


# --- What a snippet does with signals, processes and time is as in plain Python --------------

ALIKE = [
    "import signal, time\n\ngot = []\nsignal.signal(signal.SIGALRM, lambda *a: got.append(1))\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.05)\ntime.sleep(0.2)\nassert got == [1]",
    "import signal\n\nassert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL\n"
    "assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)",
    "import signal, os\n\npid = os.fork()\nif pid == 0:\n    signal.alarm(1)\n    signal.pause()\n"
    "_, status = os.wait()\nassert os.WTERMSIG(status) == signal.SIGALRM",
    "import time\n\nstart = time.monotonic()\ntime.sleep(1.2)\n"
    "assert 1.2 <= time.monotonic() - start < 2.5",
    "import subprocess, sys\n\n"
    "assert subprocess.run(['sleep', '1.3'], check=True).returncode == 0\n"
    "out = subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True, text=True)\n"
    "assert out.stdout == '42\\n'",
    "import subprocess\n\np = subprocess.Popen(['cat'], stdin=subprocess.PIPE, "
    "stdout=subprocess.PIPE)\nassert p.communicate(b'x')[0] == b'x'",
    "import os\n\npid = os.fork()\nif pid == 0:\n    os._exit(7)\n"
    "assert os.waitstatus_to_exitcode(os.wait()[1]) == 7",
    "import os\n\nr, w = os.pipe()\nif os.fork() == 0:\n    os.write(w, b'hi')\n"
    "    raise SystemExit"
    "\nos.wait()\nassert os.read(r, 9) == b'hi'",
    *(
        "import multiprocessing as mp\n\n\ndef double(x):\n    return 2 * x\n\n\n"
        f"if __name__ == '__main__':\n    with mp.get_context('{way}').Pool(2) as pool:\n"
        "        assert pool.map(double, [1, 2]) == [2, 4]"
        for way in ("fork", "spawn", "forkserver")
    ),
    "import asyncio\n\n\nasync def main():\n"
    "    p = await asyncio.create_subprocess_exec('echo', 'hi', stdout=asyncio.subprocess.PIPE)\n"
    "    out, _ = await p.communicate()\n    return out\n\n\n"
    "assert asyncio.run(main()) == b'hi\\n'",
    "import threading, time\n\nt = threading.Thread(target=time.sleep, args=(1.2,))\nt.start()\n"
    "t.join()\nassert threading.active_count() == 1",
    "import socket, threading\n\na, b = socket.socketpair()\n"
    "threading.Timer(1.2, lambda: b.send(b'x')).start()\nassert a.recv(1) == b'x'",
    "from concurrent.futures import ProcessPoolExecutor\n\nif __name__ == '__main__':\n"
    "    with ProcessPoolExecutor(1) as pool:\n        assert pool.submit(abs, -3).result() == 3",
    "import signal\n\nassert signal.sigtimedwait([signal.SIGUSR1], 1.2) is None",
    "import os\nassert len(os.listdir('/proc/self/task')) == 1",
    "import faulthandler\nfaulthandler.dump_traceback_later(60)\n"
    "faulthandler.cancel_dump_traceback_later()",
]


@pytest.mark.parametrize("code", ALIKE)
def test_signals_processes_and_time_are_as_in_plain_python(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict is PASSED, reading
