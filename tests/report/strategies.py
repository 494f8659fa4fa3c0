"""Runs with any text in any field."""

from typing import Any

from hypothesis import strategies as st

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

NASTY = (
    "\x1b[31m",
    "\x1b]8;;x\x07",
    "]]>",
    "<!--",
    "<script>alert(1)</script>",
    '" onload="x',
    "' x='",
    "&amp;",
    "&#0;",
    "{{ 1 }}",
    "{% x %}",
    "\x00",
    "\ud800",
    "\ufffe",
    "\u202e",
    "\u200b",
    "\u2028",
    "\u0085",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "::error::x",
    "\n::error file=x::y",
    "##[error]x",
    "%0A::warning::z",
    "[x]",
    "[/x]",
    "[a](http://x)",
    "{0}",
    "日本",
    "e\u0301",
    "👩‍👩‍👧",
    "a" * 300,
    ",",
    ":",
    "%",
)

any_text = st.one_of(
    st.text(st.characters(), max_size=20),
    st.lists(st.sampled_from(NASTY) | st.text(st.characters(), max_size=3), max_size=6).map(
        "".join
    ),
)
lines = st.integers(1, 30)
columns = st.integers(1, 60)
durations = st.floats(allow_nan=True, allow_infinity=True)
texts = st.lists(any_text, max_size=2).map(tuple)


def _snippets(path: str) -> st.SearchStrategy[Snippet]:
    def made(line: int, more: int, info: str, code: str, mode: Mode) -> Snippet:
        body = code.split("\n")
        return Snippet(
            path=path,
            index=line,
            line=line,
            end_line=line + more,
            language=info,
            info=info,
            code=code,
            lines=tuple(Line(text, path, line + 1 + n) for n, text in enumerate(body)),
            span=Span(0, 0),
            state=State.RUNNABLE,
            reason=info,
            instructions=Instructions(mode=mode),
        )

    return st.builds(made, lines, lines, any_text, any_text, st.sampled_from(Mode))


def _findings(path: str) -> st.SearchStrategy[Finding]:
    symptoms = st.builds(
        Symptom,
        st.sampled_from(SymptomKind),
        any_text,
        st.just(path) | any_text,
        lines,
        columns,
        st.none() | columns,
        expected=any_text,
        actual=any_text,
        exception=any_text,
        trace=any_text,
    )
    return st.builds(
        Finding,
        _snippets(path),
        st.sampled_from(Verdict) | st.just(Verdict.BROKEN),
        any_text,
        st.none() | symptoms,
        st.sampled_from(Level),
        durations,
        st.booleans(),
        any_text,
        texts,
        any_text,
        any_text,
        texts,
        texts,
        fault=any_text,
    )


@st.composite
def runs(draw: Any) -> Run:
    path = draw(any_text)
    findings = draw(st.lists(_findings(path), max_size=4))
    notice = st.builds(
        Notice,
        any_text,
        lines,
        columns,
        st.sampled_from(["DH101", "DH107", "DH301", "DH999", ""]) | any_text,
        any_text,
        any_text,
    )
    data = draw(any_text).encode("utf-8", "replace") + draw(st.binary(max_size=10))
    document = Document(
        path,
        data,
        tuple(each.snippet for each in findings),
        tuple(draw(st.lists(notice, max_size=1))),
        draw(st.just("") | any_text),
    )
    return Run(
        tuple(findings),
        draw(st.just((document,)) | st.just(())),
        tuple(draw(st.lists(notice, max_size=2))),
        draw(texts),
        draw(st.lists(st.tuples(any_text, any_text), max_size=1).map(tuple)),
        draw(any_text),
        draw(durations),
        draw(st.booleans()),
    )
