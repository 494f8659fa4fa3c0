from doc_healing.model import (
    Condition,
    FailKind,
    Instructions,
    Level,
    Mode,
    MustFail,
    SymptomKind,
    Verdict,
)
from tests.contracts.cases import Case, Traits, expecting

BROKEN, UNVERIFIED = Verdict.BROKEN, Verdict.UNVERIFIED
ILLUSTRATIVE, SKIPPED = Verdict.ILLUSTRATIVE, Verdict.SKIPPED
K = SymptomKind


def out(text: str) -> Instructions:
    return Instructions(expected=expecting(text))


def fails(code: str = "", pattern: str = "", kind: FailKind = FailKind.ANY) -> Instructions:
    return Instructions(mode=Mode.FAIL, must_fail=MustFail(kind, pattern, code))


CASES: tuple[Case, ...] = (
    # --- it runs
    Case("passing", "total = sum(range(4))\nassert total == 6\n", level=Level.RUNS),
    Case("exit 0", "import sys\nsys.exit(0)\n"),
    Case("sudden exit 0", "import os\nos._exit(0)\n"),
    Case("top-level await", "import asyncio\n\nawait asyncio.sleep(0)\n"),
    Case("main guard runs", 'if __name__ == "__main__":\n    1 / 0\n', BROKEN, K.EXCEPTION, 2, 5),
    Case("output compared", "print('a  b')\n", level=Level.OUTPUT, instructions=out("a  b")),
    Case(
        "output differs", "print('a')\n", BROKEN, K.OUTPUT, instructions=out("b"), reason="differs"
    ),
    Case("transcript", ">>> 1 + 1\n2\n>>> x = 5\n>>> x\n5\n", level=Level.OUTPUT),
    Case("transcript differs", ">>> x = 5\n>>> x\n6\n", BROKEN, K.OUTPUT, 3, 1),
    Case("transcript fails", ">>> x = 5\n>>> x.foo\n6\n", BROKEN, K.ATTRIBUTE, 2, 5),
    Case("printed comment", "print('a')\n#> a\n", level=Level.OUTPUT),
    Case("printed comment differs", "print('a')\n#> b\n", BROKEN, K.OUTPUT, 2, 1),
    Case("value comment", "x = [1, 2]\nx + [3]  # => [1, 2, 3]\n", level=Level.OUTPUT),
    Case("value comment differs", "x = [1]\nx + [3]  # => [1, 4]\n", BROKEN, K.OUTPUT, 2, 10),
    Case("prose is no promise", "x = [1]\nx + [3]  # => a longer list\n", level=Level.RUNS),
    Case("announced error", "int('x')  # raises ValueError\nprint('on')\n", instructions=out("on")),
    # --- it fails, and how
    Case("syntax", "x = 1\nif x = 1:\n    pass\n", BROKEN, K.SYNTAX, 2, 4),
    Case("python 2 print", "print 'x'\n", BROKEN, K.SYNTAX, 1, 1),
    Case("unbalanced", "x = (1,\ny = 2\n", BROKEN, K.SYNTAX, 1, 5),
    Case("name misspelt", "value = 3\nprnit(value)\n", BROKEN, K.NAME, 2, 1),
    Case("name bound later", "show(1)\n\n\ndef show(x): ...\n", BROKEN, K.NAME, 1, 1),
    Case("stdlib name", "from os import nothing_here\n", BROKEN, K.IMPORT, 1, 1),
    Case("attribute", "word = 'a'\nprint(word.shout())\n", BROKEN, K.ATTRIBUTE, 2, 7),
    Case("argument", "def f(a): ...\n\n\nf(b=1)\n", BROKEN, K.ARGUMENT, 4, 1),
    Case("type", "x = 1\ny = x + 'a'\n", BROKEN, K.TYPE, 2, 5),
    Case("assertion", "x = 1\nassert x == 2, 'no'\n", BROKEN, K.ASSERTION, 2),
    Case("exception", "for x in (1, 0):\n    print(1 / x)\n", BROKEN, K.EXCEPTION, 2, 11),
    Case("after umlauts", "s = 'äöü'; 1 / 0\n", BROKEN, K.EXCEPTION, 1, 12),
    Case("in a library", "import json\njson.loads('{')\n", BROKEN, K.EXCEPTION, 2, 1),
    Case("exit 3", "import sys\nsys.exit(3)\n", BROKEN, K.EXIT, 2),
    Case(
        "thread",
        "import threading\nt = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()\n",
        BROKEN,
        K.EXCEPTION,
        2,
        37,
    ),
    Case("signal", "import os\nos.kill(os.getpid(), 11)\n", BROKEN, K.SIGNAL, 2),
    Case("hanging", "x = 1\nwhile True:\n    x += 1\n", BROKEN, K.TIMEOUT, wall_seconds=3),
    Case("sleeping", "import time\ntime.sleep(99)\n", BROKEN, K.TIMEOUT, 2, wall_seconds=3),
    Case("out of memory", "x = ['']\nwhile True:\n    x += x\n", BROKEN, K.MEMORY),
    Case("flooding", "while True:\n    print('x' * 999)\n", BROKEN, K.OUTPUT_LIMIT),
    Case("forking", "import os\nwhile True:\n    os.fork()\n", BROKEN, K.PROCESS_LIMIT),
    Case(
        "filling the disk",
        "with open('x', 'wb') as f:\n    while True:\n        f.write(b'x' * 65536)\n",
        BROKEN,
        K.DISK_LIMIT,
    ),
    # --- it lacks something that is not its own
    Case("undefined", "result = client.get('/')\n", UNVERIFIED, K.CONTEXT, 1, 10, "`client`"),
    Case("near a built-in", "point(3)\n", UNVERIFIED, K.CONTEXT, 1, 1, "`point`"),
    Case(
        "not installed", "import no_such_thing\n", UNVERIFIED, K.DEPENDENCY, 1, 1, "no_such_thing"
    ),
    Case(
        "network",
        "from urllib.request import urlopen\nurlopen('https://example.org')\n",
        UNVERIFIED,
        K.NETWORK,
        2,
    ),
    Case("missing file", "open('data.csv')\n", UNVERIFIED, K.CONTEXT, 1, 1, "data.csv"),
    Case("environment", "import os\nos.environ['TOKEN']\n", UNVERIFIED, K.CONTEXT, 2, 1, "TOKEN"),
    Case("input", "input('? ')\n", UNVERIFIED, K.CONTEXT, 1, 1, "input"),
    Case(
        "arguments",
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('x')\np.parse_args()\n",
        UNVERIFIED,
        reason="arguments",
    ),
    Case(
        "server",
        "from http.server import HTTPServer\n"
        "HTTPServer(('127.0.0.1', 8000), None).serve_forever()\n",
        UNVERIFIED,
        reason="server",
        wall_seconds=3,
    ),
    # --- fragments
    Case("indented", "    x = 1\n    x.y\n", BROKEN, K.ATTRIBUTE, 2, 5, added="moved"),
    Case("return", "x = 1\nreturn x\n", added="function"),
    Case("return fails", "x = 1\nreturn x.y\n", BROKEN, K.ATTRIBUTE, 2, 8, added="function"),
    Case("yield", "x = 1\nyield x\n", added="function"),
    Case("break", "x = 1\nif x:\n    break\n", added="loop"),
    Case(
        "no body", "class A:\n    def f(self):\n        # later\n\n    def g(self):\n", added="body"
    ),
    Case("decorator", "import functools\n\n@functools.lru_cache\n", added="decorator"),
    Case("try alone", "try:\n    x = 1\n", added="finally"),
    # --- no program
    Case("signature", "fetch(url: str, *, timeout=5) -> bytes\n", ILLUSTRATIVE),
    Case("def without body", "def fetch(url: str) -> bytes\n", ILLUSTRATIVE),
    Case("prose", "This is what we will talk about\n", ILLUSTRATIVE),
    Case("shell", "$ pip install this\n", ILLUSTRATIVE),
    Case("ellipsis", "f(a, ..., b=...)(...)\n", ILLUSTRATIVE),
    Case("ellipsis between", "x = [1, 2, ... 9]\n", ILLUSTRATIVE),
    Case("entries", "'a': 1,\n'b': 2,\n", ILLUSTRATIVE),
    Case("template", "{% if x %}\nx = 1\n{% endif %}\n", ILLUSTRATIVE),
    Case("only comments", "# nothing\n", ILLUSTRATIVE),
    # --- what markers ask for
    Case("fails as promised", "int('x')\n", instructions=fails("ValueError", "invalid literal")),
    Case("fails otherwise", "1 / 0\n", BROKEN, K.EXCEPTION, 1, 1, instructions=fails("ValueError")),
    Case("does not fail", "x = 1\n", BROKEN, K.EXCEPTION, instructions=fails()),
    Case("must not build", "x = (\n", instructions=fails(kind=FailKind.BUILD)),
    Case("build only", "1 / 0\n", level=Level.BUILDS, instructions=Instructions(mode=Mode.BUILD)),
    Case(
        "condition",
        "1 / 0\n",
        SKIPPED,
        instructions=Instructions(conditions=(Condition("version", ">=", "9.0"),)),
    ),
)

TRAITS = Traits(
    leave=(
        "import builtins\nbuiltins.left = 1\n",
        "open('left.txt', 'w').write('x')\n",
        "import os\nos.environ['LEFT'] = '1'\n",
        "import sys, types\nsys.modules['left'] = types.ModuleType('left')\n",
        "open('/tmp/left.txt', 'w').write('x')\n",
        "import json\njson.loads = None\n",
        "import os\nif os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(20)\n",
    ),
    look=(
        "import builtins\nprint(hasattr(builtins, 'left'))\n",
        "import os\nprint(os.listdir('.'), os.listdir('/tmp'), 'LEFT' in os.environ)\n",
        "import sys\nprint('left' in sys.modules, sorted(globals()))\n",
        "import json\nprint(json.loads('1'))\n",
        "import os\nprint(sorted(name for name in os.listdir('/proc') if name.isdigit()))\n",
    ),
    kinds_shown=frozenset(K) - {K.COMPILE, K.TOOLCHAIN},
)
