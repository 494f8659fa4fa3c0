"""Promises that no document can keep on every machine, and those that it can."""

import pytest

from doc_healing.model import Instructions, Verdict
from tests.languages.stages import examine, snippet, verdict

PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED

MACHINE = [
    ">>> import os\n>>> os.getpid()\n4711",
    ">>> hash('a')\n-42",
    ">>> id([])\n42",
    "import os\nprint(os.getcwd())\n#> /home/me",
    "from os import getcwd as here\nhere()  # => '/home/me'",
    "import os\nassert os.cpu_count() == 987",
    "import os\nos.mkdir('x')\nos.chdir('x')\nprint(os.path.basename(os.getcwd()))\n#> docs",
    "import os\nfrom pathlib import Path\nos.mkdir('x')\nos.chdir('x')\n"
    "print(Path.cwd().name)\n#> docs",
    "import sys\nprint(sys.version_info[:2])\n#> (2, 7)",
    ">>> import sys\n>>> sys.version\n'2.7'",
    ">>> import platform\n>>> platform.system()\n'Windows'",
    ">>> import sys\n>>> sys.executable\n'/usr/bin/mine'",
    ">>> import tempfile\n>>> tempfile.mkdtemp()\n'/tmp/mine'",
    ">>> import random\n>>> random.randint(1, 10**9)\n5",
    ">>> from random import random\n>>> random()\n0.5",
    ">>> import uuid\n>>> str(uuid.uuid4())\n'x'",
    ">>> import socket\n>>> socket.gethostname()\n'mine'",
    "print(__file__)\n#> /home/me/x.py",
    ">>> import sys\n>>> sys.getsizeof([])\n1",
    "from datetime import datetime\nprint(datetime.now().year)\n#> 1999",
    "import datetime as dt\nprint(dt.date.today().year)\n#> 1999",
    "import time\nstart = time.perf_counter()\nprint(time.perf_counter() - start)\n#> 1.5",
    "from pathlib import Path\nprint(Path('x').resolve())\n#> /home/me/x",
    "import locale\nlocale.setlocale(locale.LC_ALL, 'xx_XX.UTF-8')",
    "import subprocess\nsubprocess.run(['false'], check=True)",
    "super().__init__()",
    "def f(self):\n    super().f()\n\nf(1)",
]


@pytest.mark.parametrize("code", MACHINE)
def test_what_depends_on_the_machine_is_not_red(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict is UNVERIFIED, reading


STANDS = [
    ">>> hash(1)\n2",
    ">>> import os\n>>> os.path.join('a', 'b')\n'b'",
    ">>> import random\n>>> random.seed(1)\n>>> random.randint(1, 10**9)\n5",
    "import tempfile\nfolder = tempfile.mkdtemp()\nprint(1 + 1)\n#> 3",
    ">>> import datetime\n>>> datetime.date(2020, 1, 2)\n3",
    ">>> import datetime\n>>> datetime.time(10)\n3",
    ">>> import platform\n>>> 1 + 1\n3",
    "import os\nos.getpid().nothing",
    "class A:\n    @staticmethod\n    def f():\n        super().f()\n\nA.f()",
]


@pytest.mark.parametrize("code", STANDS)
def test_what_every_machine_shows_alike_stays_red(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict is BROKEN, reading


def test_a_value_of_the_machine_may_come_from_the_context() -> None:
    session = Instructions(session="a")
    readings = examine(
        snippet("import os\nme = os.getpid()", session, index=0),
        snippet(">>> me\n4711", session, line=30, index=1),
    )
    assert [one.verdict for one in readings] == [PASSED, UNVERIFIED]


WHOLE = [
    ("print('a', end='')\nprint('é')\n#> aé", PASSED),
    ("print('a', end='')\nprint('é')\n#> é", PASSED),
    ("print('a', end='')\nprint('é')\n#> bé", BROKEN),
    ("print('a')\nprint('b')\n#> a\n#> b", BROKEN),
    ("for x in 'ab':\n    print('-', end='')\n    print(x)\n    #> -a\n    #> -b", PASSED),
]


@pytest.mark.parametrize(("code", "wanted"), WHOLE)
def test_a_printed_line_is_compared_whole(code: str, wanted: Verdict) -> None:
    reading = verdict(code)
    assert reading.verdict is wanted, reading
