"""What a package calls deprecated: read off its sources, and said of the blocks that use it."""

import json

import pytest

from doc_healing.environments.go_runner import notices_in
from doc_healing.languages.go import merger
from doc_healing.languages.go import running as go
from doc_healing.model import Environment, Job
from tests.languages.go_stage import LIMITS, sandbox, snippet, verdict

SOURCE = """// Package x is old.
//
// Deprecated: Use y instead.
package x

import "a"

// F does.
//
// Deprecated: Use [G] instead,
// which is better.
//
// More.
func F() {}

// Deprecated: use H.
func (t *T[K]) M(a int) {
	// Deprecated: no
	Foo = 1
	// Deprecated: no
	Bar()
}

// It is not Deprecated: x
func G() {}

// What stands here.
// Deprecated: and is no paragraph
func H() {}

type T struct {
	// A is.
	//
	// Deprecated: use B
	A int
	B int
}

type (
	// Deprecated: gone
	Q struct {
		X int
	}
	I interface {
	}
)

// Deprecated: all
const (
	C1 = 1
	c2 = 2
	C3
)

// Deprecated: lower
var v, V = 1, 2
"""


def test_notices_are_paragraphs_of_doc_comments() -> None:
    assert notices_in(SOURCE) == {
        "": "Use y instead.",
        "F": "Use [G] instead, which is better.",
        "T.M": "use H.",
        "T.A": "use B",
        "Q": "gone",
        "C1": "all",
        "C3": "all",
    }


OLD = Environment(
    "key",
    "go",
    facts={
        # Packages that are there in any case stand for installed ones.
        "deprecated": json.dumps(
            {
                "strings": {"Title": "use cases.Title", "Builder.Grow": "it grows by itself"},
                "net/http": {"Client.Timeout": "use a context", "Get": "use Client.Get"},
                "container/ring": {"": "write a loop"},
            }
        )
    },
)
USES = {
    "function": (
        "x := 1\n_ = strings.Title(`a`)\n_ = x",
        ["README.md:3: `strings.Title` is", "cases"],
    ),
    "method": (
        "var b strings.Builder\nb.Grow(1)",
        ["README.md:3: `Builder.Grow` is deprecated: it"],
    ),
    "field": ("var c http.Client\nc.Timeout = 5", ["README.md:3: `Client.Timeout` is"]),
    "field of a literal": (
        "c := http.Client{\n\tTimeout: 5,\n}\n_ = c",
        ["README.md:3: `Client.Tim"],
    ),
    "package": ('import "container/ring"\n\nring.New(1)', ["README.md:2: `container/ring` is"]),
    "another of that name": ("f := func() int { return 1 }\nGet := f()\n_ = Get", []),
    "method of another type": ("c := http.Client{}\n_ = c.Get", []),
    "file": (
        'package main\n\nimport "strings"\n\nfunc main() {\n\tstrings.Title("a")\n}',
        ["README.md:7: `strings.Title` is deprecated: use cases.Title"],
    ),
}


@pytest.mark.sandbox
@pytest.mark.parametrize(("code", "words"), USES.values(), ids=USES.keys())
def test_a_block_passes_with_a_warning(code: str, words: list[str]) -> None:
    reading = verdict(code, OLD)
    assert reading.verdict == "PASSED", reading
    assert len(reading.warnings) == min(1, len(words)), reading.warnings
    assert all(word in reading.warnings[0] for word in words)


@pytest.mark.sandbox
def test_a_common_build_says_the_same() -> None:
    items = [snippet(code) for code, _ in USES.values()]
    answers = [go.jobs([item], go.toolchain(""), OLD)[0] for item in items]
    jobs = [job for job in answers if isinstance(job, Job)]
    program = merger.build(jobs)
    assert program is not None
    made = sandbox().run(program, LIMITS)
    for job, part, (_, words) in zip(
        jobs, merger.parts(jobs, made.report), USES.values(), strict=True
    ):
        assert part is not None
        said = go.read(job, sandbox().run(part, LIMITS), OLD).warnings
        assert len(said) == min(1, len(words)), said
