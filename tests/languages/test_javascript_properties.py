"""JavaScript: what must hold for any text, without running it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.javascript import running as javascript
from doc_healing.languages.javascript.places import spot_of
from doc_healing.model import Job, Unrunnable
from tests.languages.javascript_stage import snippet

TOKENS = (
    "const x = 1;|x|import a from 'b';|export default|{|}|(|)|[|]|...|=>|// => 1|// throws|\n|\t|"
    "await f();|return|yield|class A {}|function f() {}|`${|`|'|\"|/|<b>|</b>|é|😀|\u2028|\r|\0|"
    "> 1|require('a')|x.y|1;|,|:|;|=|/*|*/|#|@|\\"
).split("|")
TEXTS = st.lists(st.sampled_from(TOKENS), max_size=30).map(" ".join) | st.text(max_size=60)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_text_has_an_answer_and_keeps_its_lines(code: str) -> None:
    made = snippet(code)
    javascript.lint(made)
    (answer,) = javascript.jobs([made], javascript.toolchain(""), None)
    assert isinstance(answer, Job | Unrunnable)
    if isinstance(answer, Job) and "\r" not in code and "\u2028" not in code:
        first = int(answer.facts["first"])
        assert answer.map[first : first + len(made.lines)] == made.lines
        main = f"/work/{answer.facts['main']}"
        spot = spot_of(answer, f"Error\n    at {main}:{first + 1}:1", "")
        assert spot is not None
        assert spot.line == made.lines[0]


def test_deep_nesting_is_no_danger() -> None:
    for code in ("(" * 50_000, "[" * 20_000 + "]" * 20_000, "a." * 50_000 + "b", "{" * 30_000):
        (answer,) = javascript.jobs([snippet(code)], javascript.toolchain(""), None)
        assert answer is not None
