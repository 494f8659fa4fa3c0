import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from doc_healing.errors import UserError
from doc_healing.model import (
    Cause,
    Instructions,
    Mode,
    Notice,
    State,
    Symptom,
    SymptomKind,
    Verdict,
)
from doc_healing.report.codes import CODES, code_of, explain, notice_code, page
from doc_healing.report.codes.unverified import BY_CAUSE, SANDBOX
from tests.report.fixtures import finding, snippet

WHERE = snippet("a.md", "```python\nx\n```\n", 1)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        (SymptomKind.SYNTAX, "DH201 invalid-syntax"),
        (SymptomKind.COMPILE, "DH202 does-not-compile"),
        (SymptomKind.IMPORT, "DH203 failed-import"),
        (SymptomKind.NAME, "DH204 unknown-name"),
        (SymptomKind.ATTRIBUTE, "DH205 unknown-attribute"),
        (SymptomKind.ARGUMENT, "DH206 wrong-argument"),
        (SymptomKind.TYPE, "DH207 wrong-type"),
        (SymptomKind.ASSERTION, "DH208 failed-assertion"),
        (SymptomKind.EXCEPTION, "DH209 uncaught-exception"),
        (SymptomKind.OUTPUT, "DH210 different-output"),
        (SymptomKind.EXIT, "DH211 nonzero-exit"),
        (SymptomKind.SIGNAL, "DH212 killed-by-signal"),
        (SymptomKind.TIMEOUT, "DH213 too-slow"),
        (SymptomKind.MEMORY, "DH214 out-of-memory"),
        (SymptomKind.OUTPUT_LIMIT, "DH215 too-much-output"),
        (SymptomKind.PROCESS_LIMIT, "DH216 too-many-processes"),
        (SymptomKind.DISK_LIMIT, "DH217 too-much-disk"),
        (SymptomKind.NETWORK, "DH301 needs-network"),
        (SymptomKind.DEPENDENCY, "DH302 missing-dependency"),
        (SymptomKind.TOOLCHAIN, "DH303 missing-toolchain"),
        (SymptomKind.CONTEXT, "DH304 needs-context"),
    ],
)
def test_every_kind_has_its_code_for_ever(kind: SymptomKind, slug: str) -> None:
    symptom = Symptom(kind, "m", "a.md", 2)
    red = kind.value not in {"network", "dependency", "toolchain", "context"}
    verdict = Verdict.BROKEN if red else Verdict.UNVERIFIED
    code = code_of(replace(finding(WHERE, verdict, "r"), symptom=symptom))
    assert code is not None
    assert f"{code.id} {code.slug}" == slug


@pytest.mark.parametrize(
    ("reason", "slug"),
    [
        ("the sandbox failed", "sandbox-fault"),
        ("bwrap is missing", "sandbox-fault"),
        ("starts a server: it was listening at its time limit", "starts-a-server"),
        ("flaky: it failed once and passed the second time", "unstable"),
        ("its output differs from run to run, so it cannot be compared", "unstable"),
        ("not run: it was interrupted", "interrupted"),
        ("not run to its end: it was interrupted", "interrupted"),
        ("needs context: `client` is not defined in this block", "needs-context"),
        ("its setup at line 4 failed", "needs-context"),
        ("something else", "unverified"),
        ("", "unverified"),
    ],
)
def test_a_reason_has_its_code(reason: str, slug: str) -> None:
    code = code_of(finding(WHERE, Verdict.UNVERIFIED, reason))
    assert code is not None
    assert code.slug == slug


@pytest.mark.parametrize(
    ("reason", "slug"),
    [
        ("this version does not run go", "language-not-run"),
        ("not run: `lint` only reads", "only-read"),
        ("no Python >=3.15 on this machine (uv python install 3.15)", "missing-toolchain"),
        ("Node.js is not installed (install Node.js 18 or newer)", "missing-toolchain"),
        ("needs context: `client` is not defined in this block", "needs-context"),
        ("needs a dependency: `numpy` is not installed", "missing-dependency"),
        ("cannot build widgets: its backend gave no wheel", "failed-install"),
        ("No solution found when resolving dependencies: no network", "failed-install"),
        ("npm error notarget No matching version found for x@9", "failed-install"),
        ("timed out after 120 s", "failed-install"),
    ],
)
def test_a_reason_without_a_run_is_ours_or_the_installers(reason: str, slug: str) -> None:
    nothing_ran = replace(finding(WHERE, Verdict.UNVERIFIED, reason), sandbox="", layers=())
    code = code_of(nothing_ran)
    assert code is not None
    assert code.slug == slug


def test_a_cause_decides_whatever_the_words() -> None:
    for cause in get_args(Cause):
        read = replace(finding(WHERE, Verdict.UNVERIFIED, "the sandbox failed"), cause=cause)
        code = code_of(read)
        assert code is not None
        assert code is (BY_CAUSE[cause] if cause else SANDBOX)


def test_a_run_without_any_wall_is_the_sandboxs_fault() -> None:
    bare = replace(finding(WHERE, Verdict.UNVERIFIED, "clone: EPERM"), layers=())
    code = code_of(bare)
    assert code is not None
    assert code.slug == "sandbox-fault"


def test_a_block_whose_code_is_missing_is_unreadable_whatever_the_words() -> None:
    missing = replace(WHERE, state=State.UNREADABLE)
    code = code_of(finding(missing, Verdict.UNVERIFIED, "the included file `x` is missing"))
    assert code is not None
    assert code.slug == "unreadable-block"


def test_verdicts_without_a_symptom() -> None:
    promised = replace(WHERE, instructions=Instructions(mode=Mode.FAIL))
    for where, verdict, expected in (
        (WHERE, Verdict.PASSED, None),
        (WHERE, Verdict.HEALED, None),
        (WHERE, Verdict.SKIPPED, "DH401"),
        (WHERE, Verdict.ILLUSTRATIVE, "DH402"),
        (WHERE, Verdict.BROKEN, "DH209"),
        (promised, Verdict.BROKEN, "DH218"),
        (promised, Verdict.PASSED, None),
    ):
        code = code_of(finding(where, verdict, "r"))
        assert (code.id if code else None) == expected


def test_ids_and_slugs_are_unique_and_well_formed() -> None:
    slugs = [code.slug for code in CODES.values()]
    assert len(slugs) == len(set(slugs))
    for id_, code in CODES.items():
        assert code.id == id_
        assert re.fullmatch(r"DH[0-4]\d\d", code.id)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code.slug)
        assert code.title[0].islower()
        assert not code.title.endswith(".")
        assert code.explanation.endswith(".")
        assert code.advice.endswith(".")


def test_every_red_code_has_an_example() -> None:
    for code in CODES.values():
        if code.id.startswith("DH2"):
            assert code.example is not None
            assert code.example.failing != code.example.mended
            assert code.example.verdict is Verdict.BROKEN


@pytest.mark.parametrize("name", ["DH205", "dh205", "unknown-attribute", " Unknown-Attribute "])
def test_explain_takes_code_or_slug(name: str) -> None:
    text = explain(name)
    assert text.startswith("DH205 unknown-attribute\n\n")
    assert "math.square_root" in text
    assert "math.sqrt" in text


@pytest.mark.parametrize(
    ("name", "near"),
    [("DH2055", "DH205"), ("unknown-atribute", "DH205"), ("timeout", "docs/findings.md")],
)
def test_explain_suggests_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UserError) as caught:
        explain(name)
    assert name in caught.value.message
    assert near in caught.value.help


@pytest.mark.parametrize(
    ("written", "id_"), [("DH101", "DH101"), ("DH999", "DH100"), ("DH301", "DH100"), ("", "DH100")]
)
def test_a_notice_never_takes_the_code_of_a_finding(written: str, id_: str) -> None:
    assert notice_code(Notice("a.md", 1, 1, written, "m")).id == id_


def test_the_manual_page_is_the_registry() -> None:
    written = (ROOT / "docs" / "findings.md").read_text("utf-8")
    assert written == page(), (
        "python -c 'from doc_healing.report import codes; print(codes.page())'"
    )
    for code in CODES.values():
        assert f"### {code.id} {code.slug}\n" in written
