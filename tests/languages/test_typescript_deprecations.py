"""What a library marks as `@deprecated` is said, with its line and the successor; no verdict."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doc_healing.languages.typescript import running as typescript
from doc_healing.languages.typescript.deprecations import warnings
from doc_healing.model import Environment, Job, Limits, Line, Reading, Verdict
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from tests import needs
from tests.languages.typescript_stage import environment, snippet

pytestmark = pytest.mark.sandbox
LIMITS = Limits(wall_seconds=90, cpu_seconds=60)

DECLARED = """\
/**
 * Makes one.
 * @deprecated since 2.0: use {@link build} instead,
 *   which is faster
 * @returns a number
 */
export declare function make(n: number): number;
export declare function build(n: number): number;
export interface Box {
  /** @deprecated Use `size`. */
  width: number;
  size: number;
}
export declare const box: Box;
/** @deprecated - Use Box */
export type Old = Box;
/** @deprecated */
export declare function over(text: string): number;
export declare function over(n: number): number;
"""
MADE = """\
export const make = (n) => n, build = make, over = () => 1, box = { width: 1, size: 2 };
"""


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    needs.toolchain("typescript")
    folder: Path = tmp_path_factory.mktemp("packages")
    own = {"index.js": MADE, "index.d.ts": DECLARED}
    return environment(folder, own, {"index.js": "", "index.d.ts": "export declare const a: 1;\n"})


@pytest.fixture(scope="module")
def box() -> Iterator[Bubblewrap]:
    needs.program("bwrap")
    one = Bubblewrap()
    yield one
    one.close()


def job_of(code: str, around: Environment, at: int = 0) -> Job:
    (job,) = typescript.jobs([snippet(code, at)], needs.toolchain("typescript"), around)
    assert isinstance(job, Job), job
    return job


# The code, and what is said of it.
CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "import { make } from 'widgets';\nconsole.log(make(1));\n",
        ("README.md:11: `make` is deprecated: since 2.0: use `build` instead, which is faster",),
    ),
    (
        "import { box } from 'widgets';\n\nconst { width } = box;\nconsole.log(width);\n",
        ("README.md:13: `width` is deprecated: Use `size`.",),
    ),
    (
        "import * as w from 'widgets';\nw.over(1);\nw.over('a');\n",
        ("README.md:13: `w.over` is deprecated",),
    ),
    ("import { build, box } from 'widgets';\nbuild(box.size);\n", ()),
    # The page says so itself; the block's own mark; a name that only is the same.
    ("import * as w from 'widgets';\nw.make(1); // deprecated: use build\n", ()),
    ("import 'widgets';\n/** @deprecated */\nfunction f() {}\nf();\nconst make = 1;\n", ()),
    # The language's library and Node.js's own are no package of anybody's.
    ("import 'widgets';\nimport url from 'node:url';\n'abc'.substr(1);\nurl.parse('a:b');\n", ()),
    # Checked and not run.
    (
        "import type { Old } from 'widgets';\nexport type W = { old: Old };\n",
        ("README.md:11: `Old` is deprecated: Use Box",),
    ),
)


def test_each_use_is_said_alone_and_together(around: Environment, box: Bubblewrap) -> None:
    jobs = [job_of(code, around, at) for at, (code, _) in enumerate(CASES)]
    program = typescript.merger.build(jobs)
    assert program is not None
    parts = typescript.merger.parts(jobs, box.run(program, LIMITS).report)
    for (code, said), job, part in zip(CASES, jobs, parts, strict=True):
        alone = typescript.read(job, box.run(job.program, LIMITS), around)
        assert (alone.verdict, alone.warnings) == (Verdict.PASSED, said), (code, alone)
        assert part is not None
        assert typescript.read(job, box.run(part, LIMITS), around) == alone, code


def test_what_is_found_by_its_sources_is_asked_for_together_as_well(
    tmp_path: Path, box: Bubblewrap
) -> None:
    source = "/** @deprecated Use `b`. */\nexport function a(n: number): number {\n  return n;\n}\n"
    found = environment(
        tmp_path,
        {"src/index.ts": source},
        {},
        unbuilt=("widgets/index.js",),
        facts={"sources": '{"widgets": "/opt/node/node_modules/widgets/src/index.ts"}'},
    )
    code = "import { a } from 'widgets';\na(1);\n"
    jobs = [job_of(code, found), job_of(f"{code}a(2);\n", found, 1)]
    program = typescript.merger.build(jobs)
    assert program is not None
    parts = typescript.merger.parts(jobs, box.run(program, LIMITS).report)
    for job, part in zip(jobs, parts, strict=True):
        assert part is not None
        reading = typescript.read(job, box.run(part, LIMITS), found)
        assert reading.warnings == ("README.md:11: `a` is deprecated: Use `b`.",), reading


def test_the_compiler_is_asked_for_nobody_whose_packages_mark_nothing(
    around: Environment, box: Bubblewrap
) -> None:
    """What is added to the program of a block without packages: nothing at all."""
    plain, other = job_of("const n: number = 1;\n", around), job_of("import 'other';\n", around)
    assert "deprecated" not in plain.program.steps[0].argv[2]
    assert "grep" in other.program.steps[0].argv[2]
    for job in (plain, other):
        reading: Reading = typescript.read(job, box.run(job.program, LIMITS), around)
        assert (reading.verdict, reading.warnings) == (Verdict.PASSED, ())


def test_words_of_anybody_are_read_as_they_are() -> None:
    line = Line("make()", "a.md", 7)
    for output in (
        "m.ts(1,1): deprecated {",
        "m.ts(1,1): deprecated {}",
        'm.ts(1,1): deprecated {"message": 3, "file": "/opt/node/a.d.ts"}',
        'm.ts(1,1): deprecated {"message": "\'a\' is deprecated."}',
        'm.ts(9,1): deprecated {"message": "\'a\' is deprecated.", "file": "/opt/a.d.ts"}',
        'o.ts(1,1): deprecated {"message": "\'a\' is deprecated.", "file": "/opt/a.d.ts"}',
    ):
        assert warnings(output, "m.ts", {0: line}) == []
    text = "@deprecated " + "very " * 200
    told = f'{{"message": "\'a\' is deprecated.", "file": "/opt/a.d.ts", "text": "{text}"}}'
    (said,) = warnings(f"m.ts(1,1): deprecated {told}", "m.ts", {0: line})
    assert said.startswith("a.md:7: `a` is deprecated: very very")
    assert len(said) < 400
