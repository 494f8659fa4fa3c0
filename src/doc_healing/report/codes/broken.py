"""DH2xx: the snippet does not do what the document says. These are red."""

from doc_healing.model import SymptomKind
from doc_healing.report.codes.entry import Code, Example, Severity, fenced

MARK_EXPECTED = (
    "Correct the block. If it is meant to fail, say so in the line above it: "
    "`<!-- doc-healing:expect=error -->`."
)
NARROW_LIMIT = (
    "Correct the block. If it is not meant to be run, say so in the line above it: "
    "`<!-- doc-healing:ignore -->`."
)


def _broken(
    number: int, slug: str, title: str, explanation: str, advice: str, example: Example
) -> Code:
    return Code(f"DH{number}", slug, title, Severity.ERROR, explanation, advice, example)


def _python(kind: SymptomKind, failing: str, mended: str, *, before: str = "") -> Example:
    return Example(
        "python",
        fenced("python", failing, before=before),
        fenced("python", mended, before=before),
        kind=kind,
    )


BROKEN: tuple[Code, ...] = (
    _broken(
        201,
        "invalid-syntax",
        "the code is not valid in its language",
        "The language's own parser refuses the block, and the block is no notation, template or "
        "fragment that could be completed. A reader who copies it gets a syntax error.",
        "Correct the syntax. If the block is no code of this language, give it another label, "
        "such as `text`.",
        _python(SymptomKind.SYNTAX, 'print("hello"', 'print("hello")'),
    ),
    _broken(
        202,
        "does-not-compile",
        "the code does not compile",
        "The block is well-formed, but the compiler or the type checker refuses it.",
        MARK_EXPECTED,
        Example(
            "rust",
            fenced(
                "rust",
                'let word = String::from("kept");\ndrop(word);\nassert_eq!(word, "kept");',
            ),
            fenced(
                "rust",
                'let word = String::from("kept");\nassert_eq!(word, "kept");\ndrop(word);',
            ),
            kind=SymptomKind.COMPILE,
        ),
    ),
    _broken(
        203,
        "failed-import",
        "an imported module or name does not exist",
        "The block imports something that the project, the standard library or an installed "
        "package does not have: it was renamed, moved or removed. A package that is merely not "
        "installed is DH302 and not red.",
        "Import it from where it lives now.",
        _python(
            SymptomKind.IMPORT,
            'from json import parse\n\nprint(parse("[1]"))',
            'from json import loads\n\nprint(loads("[1]"))',
        ),
    ),
    _broken(
        204,
        "unknown-name",
        "a name is misspelt or used before it has a value",
        "The block uses a name that it binds only later, or one that is a slip of a name it does "
        "bind. A name that the block nowhere mentions otherwise is DH304 and not red: the "
        "document may have introduced it in its text.",
        "Correct the name.",
        _python(
            SymptomKind.NAME,
            "total = 1 + 2\nprint(totla)",
            "total = 1 + 2\nprint(total)",
        ),
    ),
    _broken(
        205,
        "unknown-attribute",
        "a module, class or object has no such attribute",
        "The block uses an attribute, method or function that the object does not have: it was "
        "renamed, moved or removed, or never existed.",
        "Use the name that exists now.",
        _python(
            SymptomKind.ATTRIBUTE,
            "import math\n\nprint(math.square_root(9))",
            "import math\n\nprint(math.sqrt(9))",
        ),
    ),
    _broken(
        206,
        "wrong-argument",
        "a call does not fit the signature",
        "An argument is missing, is one too many, or has a name that the function does not know.",
        "Call it as its signature is now.",
        _python(
            SymptomKind.ARGUMENT,
            "print(sorted([3, 1, 2], reversed=True))",
            "print(sorted([3, 1, 2], reverse=True))",
        ),
    ),
    _broken(
        207,
        "wrong-type",
        "an operation does not fit the type of its values",
        "The block calls, adds, indexes or converts a value whose type does not allow it.",
        MARK_EXPECTED,
        _python(SymptomKind.TYPE, 'print("total: " + 3)', 'print("total: " + str(3))'),
    ),
    _broken(
        208,
        "failed-assertion",
        "an assertion of the block does not hold",
        "The block asserts something that is not true.",
        "Correct the assertion, or the code that it is about.",
        _python(SymptomKind.ASSERTION, "assert 1 + 1 == 3", "assert 1 + 1 == 2"),
    ),
    _broken(
        209,
        "uncaught-exception",
        "the block ends with an error that it does not handle",
        "The block was run and raised an exception that is none of the more exact kinds.",
        MARK_EXPECTED,
        _python(SymptomKind.EXCEPTION, 'print(int("three"))', 'print(int("3"))'),
    ),
    _broken(
        210,
        "different-output",
        "the block prints something else than the document says",
        "The document shows the output of the block, and the block prints something else. What "
        "changes from run to run (addresses, times) can be written as `...` in a transcript.",
        "Correct the documented output, or the code.",
        _python(SymptomKind.OUTPUT, "print(1 + 1)\n#> 3", "print(1 + 1)\n#> 2"),
    ),
    _broken(
        211,
        "nonzero-exit",
        "the block ends itself with an exit code that means failure",
        "The block was run and left with an exit code other than 0, without any exception.",
        MARK_EXPECTED,
        _python(SymptomKind.EXIT, "import sys\n\nsys.exit(3)", "import sys\n\nsys.exit(0)"),
    ),
    _broken(
        212,
        "killed-by-signal",
        "the block crashes",
        "The process was killed by a signal: a crash in native code, or an abort.",
        MARK_EXPECTED,
        _python(
            SymptomKind.SIGNAL,
            "import os\n\nos.abort()",
            "import os\n\nprint(os.getpid() > 0)",
        ),
    ),
    _broken(
        213,
        "too-slow",
        "the block does not end within its time",
        "The block ran longer than its limit and was not waiting for connections. A block that "
        "starts a server is DH306 and not red.",
        "Make the block end, give it more time (`<!-- doc-healing:timeout=60 -->`), or say that "
        "it is not to be run: `<!-- doc-healing:mode=build -->`.",
        _python(
            SymptomKind.TIMEOUT,
            "import time\n\ntime.sleep(600)",
            "import time\n\ntime.sleep(0.01)",
            before="<!-- doc-healing:timeout=2 -->",
        ),
    ),
    _broken(
        214,
        "out-of-memory",
        "the block takes more memory than it may",
        "The kernel stopped the block at its memory limit.",
        NARROW_LIMIT,
        _python(
            SymptomKind.MEMORY,
            'kept = []\nwhile True:\n    kept.append(b"x" * 50_000_000)',
            'kept = []\nwhile len(kept) < 3:\n    kept.append(b"x" * 50_000)',
        ),
    ),
    _broken(
        215,
        "too-much-output",
        "the block prints more than it may",
        "The block printed more than the output limit, on stdout or on stderr.",
        NARROW_LIMIT,
        _python(
            SymptomKind.OUTPUT_LIMIT,
            'while True:\n    print("again" * 1000)',
            'for _ in range(3):\n    print("again")',
        ),
    ),
    _broken(
        216,
        "too-many-processes",
        "the block starts more processes or threads than it may",
        "The kernel refused the block a new process or thread at its limit.",
        NARROW_LIMIT,
        _python(
            SymptomKind.PROCESS_LIMIT,
            "import threading\nimport time\n\n"
            "for _ in range(5000):\n"
            "    threading.Thread(target=time.sleep, args=(5,), daemon=True).start()",
            "import threading\nimport time\n\n"
            "for _ in range(5):\n"
            "    threading.Thread(target=time.sleep, args=(0.01,), daemon=True).start()",
        ),
    ),
    _broken(
        217,
        "too-much-disk",
        "the block writes more than it may",
        "The block filled all the space that it may write to, or made too many files.",
        NARROW_LIMIT,
        _python(
            SymptomKind.DISK_LIMIT,
            'with open("big", "wb") as file:\n'
            "    for _ in range(2000):\n"
            '        file.write(b"x" * 1_000_000)',
            'with open("small", "wb") as file:\n    file.write(b"x" * 1_000)',
        ),
    ),
    _broken(
        218,
        "promised-failure",
        "the document promises a failure that does not happen",
        "A marker or the document's own output says that the block fails, and it does not, or it "
        "fails in another way.",
        "Correct the block, or the marker that promises the failure.",
        Example(
            "python",
            fenced("python", "print(1 / 1)", before="<!-- doc-healing:expect=error -->"),
            fenced("python", "print(1 / 0)", before="<!-- doc-healing:expect=error -->"),
        ),
    ),
)

BY_KIND: dict[SymptomKind, Code] = dict(
    zip(
        (
            SymptomKind.SYNTAX,
            SymptomKind.COMPILE,
            SymptomKind.IMPORT,
            SymptomKind.NAME,
            SymptomKind.ATTRIBUTE,
            SymptomKind.ARGUMENT,
            SymptomKind.TYPE,
            SymptomKind.ASSERTION,
            SymptomKind.EXCEPTION,
            SymptomKind.OUTPUT,
            SymptomKind.EXIT,
            SymptomKind.SIGNAL,
            SymptomKind.TIMEOUT,
            SymptomKind.MEMORY,
            SymptomKind.OUTPUT_LIMIT,
            SymptomKind.PROCESS_LIMIT,
            SymptomKind.DISK_LIMIT,
        ),
        BROKEN,
        strict=False,
    )
)

PROMISED_FAILURE = BROKEN[-1]
