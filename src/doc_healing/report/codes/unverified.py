"""DH3xx: nothing was found out about the snippet. DH4xx: it was not run, on purpose. Never red."""

import re

from doc_healing.model import Cause, SymptomKind, Verdict
from doc_healing.report.codes.entry import Code, Example, Severity, fenced

IGNORE = "`<!-- doc-healing:ignore -->`"


def _unverified(
    number: int,
    slug: str,
    title: str,
    explanation: str,
    advice: str,
    example: Example | None = None,
) -> Code:
    return Code(f"DH{number}", slug, title, Severity.NOTE, explanation, advice, example)


def _python(kind: SymptomKind | None, failing: str, mended: str) -> Example:
    return Example("python", failing, mended, Verdict.UNVERIFIED, kind)


OTHER = _unverified(
    300,
    "unverified",
    "the block could not be verified",
    "Something that is not the document's fault kept the block from being verified; the reason "
    "says what.",
    "Read the reason. `doc-healing doctor` shows what this machine lacks.",
)
NETWORK = _unverified(
    301,
    "needs-network",
    "the block needs the network",
    "Blocks are run without any network, so that a verdict never depends on somebody's server. "
    "This one tried to reach it.",
    f"Nothing has to be done. To say that it is meant: {IGNORE} or `<!-- doc-healing:network -->`.",
    Example(
        "python",
        fenced(
            "python",
            "import urllib.request\n\n"
            'print(urllib.request.urlopen("http://www.example.org/").status)',
        ),
        fenced(
            "python",
            "import urllib.request\n\n"
            'print(urllib.request.Request("http://www.example.org/").host)',
        ),
        Verdict.UNVERIFIED,
        SymptomKind.NETWORK,
    ),
)
DEPENDENCY = _unverified(
    302,
    "missing-dependency",
    "the block needs a package that is not installed",
    "The block imports a package that neither the project nor its documentation declares. "
    "Nothing is ever installed from the name of an import: the name may belong to somebody else.",
    'Declare it: `<!-- doc-healing:needs="package>=1" -->` above the block, or '
    "`languages.python.packages` in `.doc-healing.yml` (for other languages likewise).",
    Example(
        "python",
        fenced("python", "import dacite\n\nprint(dacite.from_dict.__name__)"),
        fenced(
            "python",
            "import dacite\n\nprint(dacite.from_dict.__name__)",
            before='<!-- doc-healing:needs="dacite" -->',
        ),
        Verdict.UNVERIFIED,
        SymptomKind.DEPENDENCY,
        installs=True,
    ),
)
TOOLCHAIN = _unverified(
    303,
    "missing-toolchain",
    "the language's toolchain is not on this machine",
    "There is no interpreter or compiler for the block's language here, or not in the version "
    "that the project asks for.",
    "Install it, as the reason says; `doc-healing doctor` shows which toolchains are found.",
    Example(
        "rust",
        fenced("rust", "#![feature(never_type)]\n\nlet nothing: Option<!> = None;"),
        fenced("rust", "let nothing: Option<()> = None;\nassert!(nothing.is_none());"),
        Verdict.UNVERIFIED,
        SymptomKind.TOOLCHAIN,
    ),
)
CONTEXT = _unverified(
    304,
    "needs-context",
    "the block needs something that the document does not provide",
    "The block uses a name, file, variable, argument, browser or test runner that no block of "
    "the document provides. That is common in prose, so it is not called broken.",
    "To have it verified, provide what it needs in a setup block "
    "(`<!-- doc-healing:setup -->`), join it to the block before it "
    "(`<!-- doc-healing:continue -->`), or name the block that it needs "
    "(`<!-- doc-healing:name=shop -->`) and pin it after that one "
    "(`<!-- doc-healing:after=shop -->`).",
    _python(
        SymptomKind.CONTEXT,
        fenced("python", "print(account.balance)"),
        fenced("python", 'account = "ours"\nprint(account.upper())'),
    ),
)
INSTALL = _unverified(
    305,
    "failed-install",
    "the dependencies could not be installed",
    "The installer failed or exceeded its limits, so no block that needs these dependencies "
    "could be run. Its own message is the reason.",
    "Read the installer's message. `doc-healing check --verbose` shows all of it.",
)
SERVER = _unverified(
    306,
    "starts-a-server",
    "the block starts a server",
    "At its time limit the block was waiting for connections: it works, but it never ends.",
    "Nothing has to be done. To say that it is meant: `<!-- doc-healing:mode=build -->`.",
    _python(
        None,
        fenced(
            "python",
            "import http.server\n\n"
            'http.server.HTTPServer(("127.0.0.1", 8000), '
            "http.server.SimpleHTTPRequestHandler).serve_forever()",
            before="<!-- doc-healing:timeout=2 -->",
        ),
        fenced(
            "python",
            "import http.server\n\nprint(http.server.HTTPServer.__name__)",
            before="<!-- doc-healing:timeout=2 -->",
        ),
    ),
)
SANDBOX = _unverified(
    307,
    "sandbox-fault",
    "the sandbox could not run the block",
    "A fault of ours or of this machine: a wall of the sandbox is missing or broke down. "
    "Without its required walls nothing is run.",
    "`doc-healing doctor` shows each wall and the command that mends it.",
)
UNREADABLE = _unverified(
    309,
    "unreadable-block",
    "the block's code could not be read",
    "The block takes its code from a file that is missing, includes itself, or lies outside of "
    "the repository, or its bytes are no text.",
    "Correct the include, as the reason says.",
    _python(
        None,
        fenced("python", '--8<-- "no-such-file.py"'),
        fenced("python", 'print("hello")'),
    ),
)
_CLOCK = "import asyncio\n\nclock = asyncio.new_event_loop().time\n"
VOLATILE = _unverified(
    310,
    "unstable",
    "two runs of the block do not agree",
    "The block was run twice from the same clean state and gave two results: its output depends "
    "on time, chance or scheduling.",
    "Write what changes as `...` in the documented output, or fix the seed or the clock.",
    _python(
        None,
        fenced("python", f"{_CLOCK}print(clock())\n#> 12.5"),
        fenced("python", f"{_CLOCK}print(clock() > 0)\n#> True"),
    ),
)
FAULT = _unverified(
    311,
    "our-fault",
    "a fault of doc-healing kept the block from being verified",
    "Something in doc-healing itself failed while it dealt with this block. All other blocks were "
    "examined as usual.",
    "It is a bug: please report it with the trace that `--verbose` shows.",
)
INTERRUPTED = _unverified(
    312,
    "interrupted",
    "the run was interrupted before the block had its verdict",
    "The run was stopped, by Ctrl-C or by the system that started it.",
    "Run it again.",
)
LANGUAGE = _unverified(
    313,
    "language-not-run",
    "this version does not run the block's language",
    "The language is recognised, and the block is listed, but this version has nothing that runs "
    "it.",
    "Nothing has to be done; a later version may run it.",
)
SKIPPED = _unverified(
    401,
    "skipped",
    "a marker or the configuration says that the block is not to be run",
    "A marker near the block, in any of the dialects that we understand, skips it, or its "
    "language is turned off in `.doc-healing.yml`; the reason names the marker and its line, or "
    "the setting. It is recorded, so that nothing disappears.",
    "Remove the marker, or `enabled: false`, to have the block verified.",
    Example(
        "python",
        fenced("python", "print(1 / 0)", before="<!-- doc-healing:ignore -->"),
        fenced("python", "print(1 / 1)"),
        Verdict.SKIPPED,
    ),
)
ILLUSTRATIVE = _unverified(
    402,
    "illustrative",
    "the block is no program that is run here",
    "The block is output, data, a shell transcript, notation, or of a language that is not "
    "supported; the reason says which.",
    "If it is a program, give it its language as the label.",
    Example(
        "python",
        fenced("text", "print(1 + 1)"),
        fenced("python", "print(1 + 1)"),
        Verdict.ILLUSTRATIVE,
    ),
)

ONLY_READ = _unverified(
    403,
    "only-read",
    "the block was read, and not run",
    "`doc-healing lint` runs nothing. It found no mistake in this block, which is no proof that "
    "the block works.",
    "`doc-healing check` runs it.",
)
PLACEHOLDER = _unverified(
    404,
    "placeholder",
    "the block leaves something out",
    "The block holds a placeholder (`...`) where a value would have to stand, and cannot work "
    "without it. It shows a shape, and is no program.",
    "Nothing has to be done. To have it verified, replace the placeholder by a value.",
    Example(
        "python",
        fenced("python", "print(len(...))"),
        fenced("python", "print(len([1, 2]))"),
        Verdict.ILLUSTRATIVE,
    ),
)
UNAFFECTED = _unverified(
    405,
    "not-affected",
    "the change cannot have touched the block",
    "With `--base`, only those blocks are run that the change may affect: those that it changed, "
    "and those that name, or reach through other code, something whose code it changed. What was "
    "not run has proven nothing.",
    "Nothing has to be done. `--all` runs every block.",
)

UNVERIFIED: tuple[Code, ...] = (
    OTHER,
    NETWORK,
    DEPENDENCY,
    TOOLCHAIN,
    CONTEXT,
    INSTALL,
    SERVER,
    SANDBOX,
    UNREADABLE,
    VOLATILE,
    FAULT,
    INTERRUPTED,
    LANGUAGE,
)
NOT_RUN: tuple[Code, ...] = (SKIPPED, ILLUSTRATIVE, ONLY_READ, PLACEHOLDER, UNAFFECTED)

BY_KIND: dict[SymptomKind, Code] = {
    SymptomKind.NETWORK: NETWORK,
    SymptomKind.DEPENDENCY: DEPENDENCY,
    SymptomKind.TOOLCHAIN: TOOLCHAIN,
    SymptomKind.CONTEXT: CONTEXT,
}

BY_CAUSE: dict[Cause, Code] = {
    "unaffected": UNAFFECTED,
    "language": LANGUAGE,
    "toolchain": TOOLCHAIN,
    "install": INSTALL,
    "sandbox": SANDBOX,
    "unstable": VOLATILE,
    "interrupted": INTERRUPTED,
    "network": NETWORK,
    "dependency": DEPENDENCY,
    "context": CONTEXT,
    "server": SERVER,
    "only-read": ONLY_READ,
}


def _table(*rows: tuple[str, Code]) -> tuple[tuple[re.Pattern[str], Code], ...]:
    return tuple((re.compile(words, re.IGNORECASE), code) for words, code in rows)


# A finding without a symptom has its cause in the words of its reason only.
_ALWAYS = _table(
    (r"\bonly reads?\b", ONLY_READ),
    (r"\bfault of doc-healing\b", FAULT),
    (r"^not run\b.*\binterrupted\b", INTERRUPTED),
    (r"^this version does not run \w+", LANGUAGE),
    (r"\bflaky\b|\bfrom run to run\b", VOLATILE),
    (r"\bsandbox\b|\bbwrap\b|\bbubblewrap\b", SANDBOX),
    (r"^no (python|node|java|go|rust)\b|^node\.js\b|\btoolchain\b|^there is no npm", TOOLCHAIN),
    (r"^starts a server\b", SERVER),
    (r"^needs the network\b", NETWORK),
    (r"^needs a dependency\b", DEPENDENCY),
    (r"^needs\b|^its (setup|context)\b", CONTEXT),
)
# Only for what a program of the block's did: an installer's message may hold any of these.
_AFTER_A_RUN = _table(
    (r"\binterpreter\b", SANDBOX),
    (r"\bserver\b|\blistening\b", SERVER),
    (r"\bnetwork\b", NETWORK),
    (r"\bdependenc|\bnot installed\b", DEPENDENCY),
    (r"\bcontext\b|\bsetup\b|\bneeds\b|\bnot defined\b", CONTEXT),
)


def by_words(reason: str, *, ran: bool, isolated: bool) -> Code:
    """The code of an unverified finding that has nothing but a reason.

    `ran` says that a sandbox was asked to run it, `isolated` that its layers were up. Where
    nothing was run and none of our own sentences says why, the reason is the installer's message.
    """
    table = (*_ALWAYS, *_AFTER_A_RUN) if ran else _ALWAYS
    for words, code in table:
        if words.search(reason):
            return code
    if not ran:
        return INSTALL if reason else OTHER
    return OTHER if isolated else SANDBOX
