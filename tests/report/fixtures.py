"""Ten runs built by hand, from documents as they stand on disk."""

from collections.abc import Sequence
from dataclasses import replace

from doc_healing.model import (
    Document,
    Finding,
    Instructions,
    Level,
    Line,
    Mode,
    Notice,
    Run,
    Snippet,
    Span,
    State,
    Symptom,
    SymptomKind,
    Verdict,
)

LAYERS = ("user", "pid", "net", "seccomp", "cgroup")


def snippet(path: str, text: str, line: int, language: str = "python") -> Snippet:
    """The fence that opens at a line of a document; found by the next fence, good for fixtures."""
    rows = text.replace("\r\n", "\n").split("\n")
    end = next((n for n, row in enumerate(rows[line:], line + 1) if "```" in row), len(rows))
    body = rows[line : end - 1]
    lines = tuple(Line(row, path, line + 1 + n) for n, row in enumerate(body))
    return Snippet(
        path=path,
        index=0,
        line=line,
        end_line=end,
        language=language,
        info=language,
        code="".join(f"{row}\n" for row in body),
        lines=lines,
        span=Span(0, 0),
        state=State.RUNNABLE,
    )


def document(path: str, text: str, snippets: Sequence[Snippet] = ()) -> Document:
    return Document(path, text.encode("utf-8", errors="replace"), tuple(snippets))


def finding(where: Snippet, verdict: Verdict = Verdict.PASSED, reason: str = "") -> Finding:
    passed = verdict is Verdict.PASSED
    return Finding(
        where,
        verdict,
        reason,
        level=Level.RUNS if passed else Level.NONE,
        seconds=0.25,
        sandbox="bubblewrap",
        layers=LAYERS,
    )


def broken(where: Snippet, symptom: Symptom, reason: str = "") -> Finding:
    return replace(finding(where, Verdict.BROKEN, reason), symptom=symptom)


def run(
    path: str,
    text: str,
    findings: Sequence[Finding],
    *,
    notes: tuple[str, ...] = (),
    warnings: tuple[Notice, ...] = (),
) -> Run:
    read = document(path, text, [each.snippet for each in findings])
    return Run(tuple(findings), (read,), warnings, notes, root="/src/widgets", seconds=1.5)


QUICKSTART = """\
# Quickstart

```python
import widgets
client = widgets.Client.connect(url)
print(client.name)
```

Then:

```python
print(1 + 1)
print("b")
```

```text
3
b
```

```bash
pip install widgets
```
"""


def attribute_run() -> Run:
    """One broken, one passed, two not run."""
    path = "docs/quickstart.md"
    first = snippet(path, QUICKSTART, 3)
    symptom = Symptom(
        SymptomKind.ATTRIBUTE,
        "AttributeError: module 'widgets' has no attribute 'Client'",
        path,
        5,
        column=18,
        end_column=24,
        exception="AttributeError",
        trace='  File "docs/quickstart.md", line 5, in <module>',
    )
    return run(
        path,
        QUICKSTART,
        [
            replace(
                broken(first, symptom),
                added=("`url` was given a value",),
                stdout="hello\n",
                stderr="Traceback\n",
            ),
            finding(snippet(path, QUICKSTART, 11)),
            finding(snippet(path, QUICKSTART, 16, "text"), Verdict.ILLUSTRATIVE, "output"),
            finding(
                snippet(path, QUICKSTART, 21, "bash"),
                Verdict.ILLUSTRATIVE,
                "`bash` is not a language we run",
            ),
        ],
        notes=("installed widgets from this checkout",),
    )


def output_run() -> Run:
    """Documented and printed output differ."""
    path = "docs/quickstart.md"
    second = snippet(path, QUICKSTART, 11)
    symptom = Symptom(
        SymptomKind.OUTPUT,
        "the output is not the documented one",
        path,
        17,
        expected="3\nb",
        actual="2\nb\n",
    )
    return run(path, QUICKSTART, [broken(second, symptom)])


def unverified_run() -> Run:
    """Everything that is not the document's fault, in groups."""
    path = "docs/deploy.md"
    text = "".join(f"```python\nfetch({n})\n```\n\n" for n in range(9))
    places = [snippet(path, text, 1 + 4 * n) for n in range(9)]
    network = Symptom(SymptomKind.NETWORK, "URLError: no route to host", path, 2)
    missing = Symptom(SymptomKind.DEPENDENCY, "`numpy` is not installed", path, 30)
    findings = [
        replace(finding(each, Verdict.UNVERIFIED, "needs the network"), symptom=network)
        for each in places[:7]
    ]
    findings.append(
        replace(finding(places[7], Verdict.UNVERIFIED, "needs `numpy`"), symptom=missing)
    )
    findings.append(finding(places[8], Verdict.UNVERIFIED, "the sandbox could not start: no bwrap"))
    return run(path, text, findings, notes=("cgroups missing: memory is limited per process",))


def notices_run() -> Run:
    """Near misses, and a file that is no text."""
    path = "README.md"
    text = "<!-- doc-healing:ignroe -->\n\n```pyhton\nprint(1)\n```\n"
    made = run(
        path,
        text,
        [
            finding(
                snippet(path, text, 3, "pyhton"),
                Verdict.ILLUSTRATIVE,
                "`pyhton` is not a language we run",
            )
        ],
        warnings=(
            Notice(path, 3, 4, "DH101", "`pyhton` is not a language we know", "python"),
            Notice(path, 1, 18, "DH103", "`doc-healing:ignroe` is no marker", "doc-healing:ignore"),
        ),
    )
    unreadable = Document("docs/old.md", b"\xff\xfe", (), unreadable="no UTF-8 at byte 0, line 1")
    return replace(made, documents=(*made.documents, unreadable))


def empty_run() -> Run:
    """No document at all."""
    return Run((), (), root="/src/widgets")


def nothing_runnable_run() -> Run:
    """Documents, but nothing to run in them."""
    path, text = "README.md", "```bash\nls\n```\n\n```python\nx\n```\n"
    reason = "skipped by `<!-- doc-healing:ignore -->` at line 4"
    return run(
        path,
        text,
        [
            finding(snippet(path, text, 1, "bash"), Verdict.ILLUSTRATIVE, "no label"),
            finding(snippet(path, text, 5), Verdict.SKIPPED, reason),
        ],
    )


def passing_run() -> Run:
    """All is well."""
    path, text = "README.md", "```python\nprint(1)\n```\n"
    passed = replace(finding(snippet(path, text, 1)), cached=True, warnings=("`x` goes away",))
    return run(path, text, [passed])


def included_run() -> Run:
    """The symptom stands in a file that the document includes."""
    path, text = "docs/guide.md", "```python\n--8<-- 'src/example.py'\n```\n"
    lines = (
        Line("import widgets", "src/example.py", 10),
        Line("widgets.nope()", "src/example.py", 11, column=5),
        Line("# end", "src/example.py", 12),
    )
    where = replace(snippet(path, text, 1), lines=lines)
    symptom = Symptom(SymptomKind.ATTRIBUTE, "no attribute 'nope'", "src/example.py", 11, 13)
    return run(path, text, [broken(where, symptom)])


def promised_run() -> Run:
    """A failure was promised and did not happen; a program died of a signal with last words."""
    path = "docs/errors.md"
    text = "```python\nprint(1)\n```\n\n```python\nimport os\nos.abort()\n```\n"
    must_fail = replace(snippet(path, text, 1), instructions=Instructions(mode=Mode.FAIL))
    died = Symptom(SymptomKind.SIGNAL, "killed by SIGABRT\nwhile it ran", path, 7, 1)
    words = "".join(f"last words {n}\n" for n in range(9))
    return run(
        path,
        text,
        [
            finding(must_fail, Verdict.BROKEN, "it is marked as failing, but it passed"),
            replace(broken(snippet(path, text, 5), died), stderr=words),
        ],
    )


HOSTILE = (
    "\x1b[31mred\x1b[0m [x] [/x] ]]> <script>alert(1)</script> \x00\x07 \ud800 \u202edlrow\u202c "
    "a\u200bb e\u0301 日本語 👩‍👩‍👧 \x9b31m \u2028 ::error::x %0A "
    "##[error]y ${{ secrets.X }} &amp; ' \""
)


def hostile_run() -> Run:
    """Strangers' text everywhere, tabs, CRLF, and one line of a hundred thousand characters."""
    path = f"docs/{HOSTILE}.md"
    text = f"```python\r\n\tx =\t'日本' + {HOSTILE!s}\r\n{'x' * 100_000}\r\n```\r\n"
    where = replace(snippet(path, text, 1), info=HOSTILE)
    first = Symptom(SymptomKind.TYPE, f"{HOSTILE}\n{HOSTILE}", path, 2, 6, 10, trace=HOSTILE)
    second = Symptom(SymptomKind.NAME, HOSTILE, path, 3, 50_000, 50_003)
    return run(
        path,
        text,
        [
            replace(broken(where, first, HOSTILE), stdout=HOSTILE, stderr=HOSTILE),
            broken(where, second),
            finding(where, Verdict.UNVERIFIED, HOSTILE),
            finding(where, Verdict.SKIPPED, HOSTILE),
        ],
        notes=(HOSTILE,),
        warnings=(Notice(path, 1, 1, "DH103", HOSTILE, HOSTILE),),
    )


RUNS = {
    "attribute": attribute_run(),
    "output": output_run(),
    "unverified": unverified_run(),
    "notices": notices_run(),
    "empty": empty_run(),
    "nothing_runnable": nothing_runnable_run(),
    "passing": passing_run(),
    "included": included_run(),
    "promised": promised_run(),
    "hostile": hostile_run(),
}
