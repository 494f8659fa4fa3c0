"""DH0xx: a file or setting that could not be used. DH1xx: something that was nearly understood."""

from doc_healing.model import Verdict
from doc_healing.report.codes.entry import Code, Example, Severity, fenced

HELLO = 'print("hello")'


def _warning(
    number: str, slug: str, title: str, explanation: str, advice: str, example: Example | None
) -> Code:
    return Code(number, slug, title, Severity.WARNING, explanation, advice, example)


def _ours(number: str, slug: str, title: str, explanation: str, advice: str) -> Code:
    return Code(number, slug, title, Severity.ERROR, explanation, advice)


def _seen(failing: str, mended: str, verdict: Verdict = Verdict.PASSED) -> Example:
    return Example("python", failing, mended, verdict)


OURS: tuple[Code, ...] = (
    _ours(
        "DH001",
        "invalid-config",
        "the configuration is not valid",
        "`.doc-healing.yml` has an unknown key, a value of the wrong kind, or is no YAML. Nothing "
        "is run with half a configuration.",
        "Correct it at the file, line and column of the message; the nearest known key is named. "
        "`doc-healing config` shows what is in force.",
    ),
    _ours(
        "DH002",
        "unreadable-document",
        "a document could not be read",
        "The file is no UTF-8 text, is too large, or could not be opened. None of its blocks was "
        "examined.",
        "Save it as UTF-8, or exclude it in `.doc-healing.yml`.",
    ),
    _ours(
        "DH003",
        "usage",
        "the command was called wrongly",
        "A path does not exist, an option has no such value, or two options exclude each other.",
        "`doc-healing COMMAND --help` lists the options.",
    ),
    _ours(
        "DH004",
        "internal-fault",
        "a fault of doc-healing itself",
        "The command could not do its work for a reason that is neither the document's nor "
        "yours. Its exit code is 3.",
        "`doc-healing doctor` shows whether this machine lacks something. Otherwise it is a bug: "
        "please report it with the message.",
    ),
)

NOTICES: tuple[Code, ...] = (
    _warning(
        "DH101",
        "unknown-label",
        "the label of a block is nearly a known one",
        "The fence's label is one slip away from a language's. The block is not run, because no "
        "language claims it.",
        "Correct the label.",
        _seen(fenced("pyhton", HELLO), fenced("python", HELLO), Verdict.ILLUSTRATIVE),
    ),
    _warning(
        "DH102",
        "unknown-fence-attribute",
        "an attribute of a fence is nearly a known one",
        "The block is treated as if the attribute were not there.",
        "Correct its spelling.",
        _seen(
            fenced("python continuatoin", HELLO),
            fenced("python continuation", HELLO),
        ),
    ),
    _warning(
        "DH103",
        "misspelt-marker",
        "a marker is nearly a known one",
        "A comment or attribute looks like an instruction of ours or of a tool that we "
        "understand, but is not spelt like one. It has no effect.",
        "Correct its spelling.",
        _seen(
            fenced("python", HELLO, before="<!-- doc-healing:timout=5 -->"),
            fenced("python", HELLO, before="<!-- doc-healing:timeout=5 -->"),
        ),
    ),
    _warning(
        "DH104",
        "marker-without-block",
        "a marker applies to nothing",
        "No block follows the marker, so it has no effect.",
        "Move it to the line above the block that it is meant for, or remove it.",
        _seen(
            fenced("python", HELLO, after="<!-- doc-healing:ignore -->"),
            fenced("python", HELLO),
        ),
    ),
    _warning(
        "DH105",
        "unbalanced-marker",
        "a range of markers has no end or no start",
        "A marker that begins a range is never closed, or one that ends a range was never opened.",
        "Add the other one.",
        _seen(
            fenced("python", HELLO, after="<!-- doc-healing:ignore-end -->"),
            fenced("python", HELLO),
        ),
    ),
    _warning(
        "DH106",
        "unclosed-fence",
        "a block is never closed",
        "The fence has no closing line, so that the rest of the document is its code.",
        "Close it with as many backticks or tildes as it was opened with.",
        _seen("```python\n" + HELLO + "\n", fenced("python", HELLO)),
    ),
    _warning(
        "DH107",
        "include-problem",
        "a file that the document includes could not be used",
        "The file is missing, includes itself, or lies outside of the repository.",
        "Correct the path.",
        _seen(
            fenced("python", '--8<-- "no-such-file.py"'),
            fenced("python", HELLO),
            Verdict.UNVERIFIED,
        ),
    ),
)

FALLBACK = Code(
    "DH100",
    "notice",
    "something in the document was nearly understood",
    Severity.WARNING,
    "A label, attribute or marker in the document is not understood; the message says which.",
    "Correct its spelling, as the message suggests.",
)

UNREADABLE_DOCUMENT = OURS[1]
