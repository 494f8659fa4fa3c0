"""What is said of TypeScript blocks that use the repository's own package, and others'."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doc_healing.languages.typescript.options import safe
from doc_healing.model import Environment, Level, SymptomKind, Verdict
from tests.languages.typescript_stage import environment, examine, sandbox, snippet, verdict

pytestmark = pytest.mark.sandbox
K = SymptomKind

_TYPES = """
export interface Size { width: number; height?: number }
export class Widget { constructor(name: string); resize(size: Size): this; readonly name: string }
export function create(name: string, size: Size): Widget;
"""
_CODE = """
export class Widget {
  constructor(name) { this.name = name; }
  resize() { return this; }
}
export const create = (name) => new Widget(name);
"""
_PACKAGE = {"index.d.ts": _TYPES, "index.js": _CODE}


@pytest.fixture(scope="module", autouse=True)
def jail() -> Iterator[None]:
    with sandbox():
        yield


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return environment(tmp_path_factory.mktemp("packages"), _PACKAGE, _PACKAGE)


BROKEN = (
    ("an export that is gone", "import { make } from 'widgets';", K.IMPORT, (1, 10)),
    ("a type that is gone", "import type { Shape } from 'widgets';", K.IMPORT, (1, 15)),
    ("a file that is gone", "import { x } from 'widgets/extra';", K.IMPORT, (1, 19)),
    (
        "a method that is gone",
        "import { create } from 'widgets';\ncreate('a', { width: 1 }).scale(2);",
        K.ATTRIBUTE,
        (2, 27),
    ),
    (
        "a renamed option",
        "import { create } from 'widgets';\ncreate('a', { length: 1 });",
        K.TYPE,
        (2, 15),
    ),
    (
        "an argument too few",
        "import { create } from 'widgets';\ncreate('a');",
        K.ARGUMENT,
        (2, 1),
    ),
    (
        "an argument of another type",
        "import { create } from 'widgets';\nconst w = create(1, { width: 1 });",
        K.TYPE,
        (2, 18),
    ),
    (
        "beside a name that the block does not show",
        "import { create } from 'widgets';\nshow(create('a', { width: 1 }).scale(2));",
        K.ATTRIBUTE,
        (2, 32),
    ),
    (
        "of a value that is made of it",
        "import { create } from 'widgets';\nimport o from 'other';\n"
        "const w = create('a', { width: 1 });\nw.scale(2);",
        K.ATTRIBUTE,
        (4, 3),
    ),
)


@pytest.mark.parametrize(("name", "code", "kind", "place"), BROKEN, ids=[one[0] for one in BROKEN])
def test_a_call_of_what_the_own_package_has_not_is_red(
    name: str, code: str, kind: SymptomKind, place: tuple[int, int], packages: Environment
) -> None:
    reading = verdict(code, packages)
    assert reading.verdict is Verdict.BROKEN, (name, reading)
    assert reading.symptom is not None
    assert reading.symptom.kind is kind, reading
    assert (reading.symptom.line - 10, reading.symptom.column) == place, reading


NOT_RED = (
    ("another package's export", "import { make } from 'other';", "may be another version"),
    (
        "another package's method",
        "import { create } from 'other';\ncreate('a', { width: 1 }).scale(2);",
        "another version",
    ),
    ("announced on its line", "import { create } from 'widgets';\ncreate(1); // ❌ too few", ""),
    ("announced above", "import { create } from 'widgets';\n// Error: no such\ncreate(1);", ""),
    (
        "announced within",
        "import { create } from 'widgets';\ncreate('a', {\n  length: 1, // unknown: Error\n});",
        "",
    ),
    ("expected", "import { create } from 'widgets';\n// @ts-expect-error\ncreate(1);", ""),
    ("not installed", "import { a } from 'gizmos';\na(1);", "`gizmos` is not installed"),
    ("a name from nowhere", "const a: number = shape();", "`shape`"),
    ("its own missing piece", "const a = {};\na.b = 1;", ""),
    ("a global of a page", "window.widgets = 1;", "browser"),
)


@pytest.mark.parametrize(("name", "code", "reason"), NOT_RED, ids=[one[0] for one in NOT_RED])
def test_what_is_not_surely_wrong_is_not_red(
    name: str, code: str, reason: str, packages: Environment
) -> None:
    reading = verdict(code, packages)
    assert reading.verdict in (Verdict.PASSED, Verdict.UNVERIFIED), (name, reading)
    assert reason in reading.reason, reading


def test_the_own_package_runs(packages: Environment) -> None:
    code = "import { create, type Size } from 'widgets';\n"
    code += "const size: Size = { width: 1 };\ncreate('a', size).name; // => 'a'\n"
    reading = verdict(code, packages)
    assert (reading.verdict, reading.level) == (Verdict.PASSED, Level.OUTPUT), reading


def test_names_and_types_of_the_own_package_are_lent(packages: Environment) -> None:
    reading = verdict(
        "const size: Size = { width: 1 };\ncreate('a', size).name; // => 'a'", packages
    )
    assert (reading.verdict, reading.level) == (Verdict.PASSED, Level.OUTPUT), reading
    missing = verdict("const size: Sise = { width: 1 };\ncreate('a', size);", packages)
    assert missing.verdict is Verdict.UNVERIFIED, missing


def test_an_import_of_the_page_is_lent_and_what_it_lacks_is_red(packages: Environment) -> None:
    first = snippet("import { create } from 'widgets';\ncreate('a', { width: 1 });")
    second = snippet("create('a', { width: 1 }).scale(2);", index=1, line=30)
    reading = examine(first, second, environment=packages)[1]
    assert reading.verdict is Verdict.BROKEN, reading
    assert reading.symptom is not None
    assert (reading.symptom.line, reading.symptom.column) == (31, 27)


def test_of_tabs_the_own_one_lends(packages: Environment) -> None:
    one = ("tabs#1/tab:One",)
    two = ("tabs#1/tab:Two",)
    blocks = [
        snippet("import { create as go } from 'widgets';", containers=one),
        snippet("import { Widget as go } from 'widgets';", index=1, line=20, containers=two),
        snippet("go('a', { width: 1 }).name;", index=2, line=30, containers=one),
        snippet("new go('a').name;", index=3, line=40, containers=two),
    ]
    assert [one.verdict for one in examine(*blocks, environment=packages)[2:]] == [
        Verdict.PASSED,
        Verdict.PASSED,
    ]


def test_what_is_not_built_is_checked_against_its_sources(tmp_path: Path) -> None:
    source = "export const create = (name: string): { name: string } => ({ name });\n"
    found = environment(
        tmp_path,
        {"src/index.ts": source},
        {},
        unbuilt=("widgets/index.js",),
        facts={"sources": '{"widgets": "/opt/node/node_modules/widgets/src/index.ts"}'},
    )
    good = verdict("import { create } from 'widgets';\ncreate('a').name;", found)
    assert (good.verdict, good.level) == (Verdict.PASSED, Level.BUILDS), good
    bad = verdict("import { create } from 'widgets';\ncreate('a').size;", found)
    assert bad.verdict is Verdict.BROKEN, bad


def test_a_promise_of_what_is_not_built_is_not_counted_as_kept(tmp_path: Path) -> None:
    found = environment(
        tmp_path,
        {"src/index.ts": "export const four = (): number => 4;\n"},
        {},
        unbuilt=("widgets/index.js",),
        facts={"sources": '{"widgets": "/opt/node/node_modules/widgets/src/index.ts"}'},
    )
    reading = verdict("import { four } from 'widgets';\nfour(); // => 5", found)
    assert reading.verdict is Verdict.UNVERIFIED, reading
    assert "`widgets` is not built" in reading.reason
    assert reading.cause == "dependency"


def test_a_program_told_in_two_blocks_is_not_called_unclosed() -> None:
    first = snippet("class A {\n  x = 1;")
    second = snippet("  y = 2;\n}", index=1, line=30)
    assert examine(first, second)[0].verdict is Verdict.UNVERIFIED
    other = snippet("const a = 1;", index=1, line=30)
    assert examine(first, other)[0].verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("strict", "wanted"), [("true", Verdict.BROKEN), ("false", Verdict.PASSED)]
)
def test_an_error_expected_in_vain_is_red_unless_an_option_hides_it(
    strict: str, wanted: Verdict, tmp_path: Path
) -> None:
    told = {"tsconfig": f'{{"strictNullChecks": {strict}}}'}
    found = environment(tmp_path, _PACKAGE, {}, facts=told)
    reading = verdict("let x = 1;\n// @ts-expect-error\nx = 2;", found)
    assert reading.verdict is wanted, reading
    told_more = "const x = [1];\n// @ts-expect-error\nx[0].toFixed();"
    assert verdict(told_more, found).verdict is Verdict.PASSED


def test_names_of_the_own_package_are_lent_where_another_one_is_not_built(tmp_path: Path) -> None:
    code = "create('a', { width: 1 }).name; // => 'a'"
    found = environment(tmp_path, _PACKAGE, {}, unbuilt=("site/index.js",))
    reading = verdict(code, found)
    assert (reading.verdict, reading.level) == (Verdict.PASSED, Level.OUTPUT), reading


def test_the_repository_s_options_count_and_its_plugins_do_not(tmp_path: Path) -> None:
    told = '{"noImplicitAny": true, "jsx": "react-jsx", "experimentalDecorators": true}'
    found = environment(tmp_path, _PACKAGE, {}, facts={"tsconfig": told})
    code = "function d(t: object, k: string) {}\nclass A { @d b = 1; }\nnew A().b; // => 1"
    reading = verdict(code, found)
    assert (reading.verdict, reading.level) == (Verdict.PASSED, Level.OUTPUT), reading
    assert safe({"plugins": [{"name": "./evil.js"}], "outDir": "/", "strict": False}) == {
        "strict": False
    }


def test_a_type_bomb_is_not_the_document_s_fault() -> None:
    deep = "type T<N, A extends 0[] = []> = A['length'] extends N ? A : T<N, [...A, 0]>;"
    reading = verdict(f"{deep}\ntype X = T<99999>;")
    assert reading.verdict is not Verdict.BROKEN, reading


def test_a_name_that_the_page_gave_its_own_meaning_is_not_judged_by_the_world_s() -> None:
    first = snippet("declare const lib: any;\nconst FormData = lib.object({ name: 1 });")
    second = snippet("FormData.safeParse({ name: null });", index=1, line=30)
    alone = snippet("FormData.safeParse({ name: null });", line=50)
    assert examine(first, second)[1].verdict is Verdict.UNVERIFIED
    assert examine(alone)[0].verdict is Verdict.BROKEN


def test_a_default_import_of_commonjs_is_not_judged_by_the_module_s_format(tmp_path: Path) -> None:
    old = {
        "package.json": '{"name": "widgets", "version": "1.2.0", "main": "index.js"}',
        "index.js": "exports.__esModule = true;\nexports.default = class Widget {};\n",
        "index.d.ts": "export default class Widget {}\n",
    }
    found = environment(tmp_path, old, {})
    reading = verdict("import Widget from 'widgets';\nnew Widget();", found)
    assert reading.verdict is Verdict.UNVERIFIED, reading


def test_an_address_without_a_host_is_a_browser_s() -> None:
    reading = verdict("const answer = await fetch('/api/file');\nanswer.status;")
    assert reading.verdict is Verdict.UNVERIFIED, reading
    assert "browser" in reading.reason


def test_an_error_code_behind_a_call_announces_it() -> None:
    code = "function go(x: number) { throw new Error('code: too_small') }\ngo(1); // %s: too short"
    assert verdict(code % "too_small").verdict is Verdict.PASSED
    assert verdict(code % "too_large").verdict is Verdict.BROKEN


def test_what_earlier_blocks_hold_in_a_module_is_not_missed() -> None:
    first = snippet("import * as path from 'node:path';\npath.posix.sep;")
    second = snippet("Object.keys(path.posix).length; // => 1", index=1, line=30)
    assert examine(first, second)[1].verdict is Verdict.UNVERIFIED


def test_a_comment_for_an_argument_is_no_missing_one(packages: Environment) -> None:
    code = "import { create } from 'widgets';\ncreate(/* anything */);"
    assert verdict(code, packages).verdict is Verdict.UNVERIFIED


def test_a_program_may_say_what_runs_it() -> None:
    code = "#!/usr/bin/env node\nconst a: number = 1;\nif (a !== 1) throw new Error();"
    assert verdict(code).verdict is Verdict.PASSED
