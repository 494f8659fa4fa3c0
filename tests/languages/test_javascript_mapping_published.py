"""What the code map says that a reader can import from JavaScript and TypeScript packages."""

import json
from collections.abc import Mapping

import pytest

from doc_healing.languages.javascript import mapping as javascript
from doc_healing.languages.typescript import mapping as typescript
from doc_healing.model import Surface
from doc_healing.protocols import Mapper


def surface(files: Mapping[str, object]) -> Surface:
    """The surface of a tree of texts; a manifest is given as a value."""
    manifests = {
        path: json.dumps(content).encode() if not isinstance(content, str) else content.encode()
        for path, content in files.items()
        if path.endswith(".json")
    }
    mapper: Mapper = (
        typescript
        if any(path.endswith(tuple(typescript.suffixes)) for path in files)
        else javascript
    )
    outlines = {
        path: mapper.outline(path, str(content).encode())
        for path, content in files.items()
        if path.endswith(tuple(mapper.suffixes))
    }
    return mapper.publish(outlines, manifests.get)


def told(found: Surface, *, hidden: bool = False) -> dict[str, str]:
    """Module -> its names with what they stand for, in short."""
    return {
        module: " ".join(
            f"{name}={target.symbol or '@' + target.module}"
            for name, target in sorted(names.items())
            if target.hidden == hidden
        )
        for module, names in found.items()
    }


# Files -> what can be imported from where.
SURFACES: dict[str, tuple[dict[str, object], dict[str, str]]] = {
    "exports with conditions": (
        {
            "package.json": {
                "name": "p",
                "exports": {
                    ".": {"types": "./dist/index.d.ts", "import": "./dist/index.mjs"},
                    "./sub": {"default": "./dist/sub/index.js"},
                    "./package.json": "./package.json",
                },
            },
            "src/index.ts": "export { a as b } from './a.js';\nexport const own = 1;",
            "src/a.ts": "export function a() {}\nexport function unseen() {}",
            "src/sub/index.ts": "export default class Sub {}",
        },
        {"p": "b=src/a.ts#a own=src/index.ts#own", "p/sub": "default=src/sub/index.ts#Sub"},
    ),
    "patterns and null": (
        {
            "package.json": {
                "name": "@s/p",
                "exports": {"./*": "./lib/*.js", "./private/*": None, "./x/*.js": "./lib/x/*.js"},
            },
            "lib/a.js": "export const a = 1;",
            "lib/private/b.js": "export const b = 1;",
            "lib/x/c.js": "export const c = 1;",
        },
        {
            "@s/p/a": "a=lib/a.js#a",
            "@s/p/x/c": "c=lib/x/c.js#c",
            "@s/p/x/c.js": "c=lib/x/c.js#c",
        },
    ),
    "main of CommonJS": (
        {
            "package.json": {"name": "p", "main": "lib", "exports": "./lib/index.js"},
            "lib/index.js": "const x = require('./x');\nmodule.exports = { x, run() {}, "
            "deep: require('./y').deep, ...require('./z') };",
            "lib/x.js": "module.exports = class X {};",
            "lib/y.js": "exports.deep = function () {};",
            "lib/z.js": "exports.z = 1;",
        },
        {
            "p": "deep=lib/y.js#deep run=lib/index.js#run x=lib/x.js#X z=lib/z.js#z",
        },
    ),
    "a whole function with members": (
        {
            "package.json": {"name": "p", "exports": "./p.js"},
            "p.js": "function p() {}\np.sub = function () {};\nmodule.exports = p;\n"
            "module.exports.p = p;\nmodule.exports.default = p;",
        },
        {"p": "default=p.js#p p=p.js#p sub=p.js#p.sub"},
    ),
    "what a factory gives is not the module's": (
        {
            "package.json": {"name": "p", "exports": {".": "./p.js", "./made": "./made.js"}},
            "p.js": "function p() { return { get() {} }; }\np.sub = () => 1;\nmodule.exports = p;",
            "made.js": "function make() { function one() {} const api = {}; api.one = one;\n"
            "  return api; }\nvar made = make();\n(freeModule.exports = made)._ = made;",
        },
        {
            "p": "default=p.js#p sub=p.js#p.sub",
            "p/made": "default=made.js#made one=made.js#make.one",
        },
    ),
    "stars, namespaces and circles": (
        {
            "package.json": {"name": "p", "exports": "./index.js"},
            "index.js": "export * from './a.js';\nexport * as ns from './b.js';\n"
            "import * as z from './b.js';\nexport { z };\nexport default z;",
            "a.js": "export * from './index.js';\nexport const a = 1;\nexport default 1;",
            "b.js": "export const b = 1;",
        },
        {"p": "a=a.js#a default=@p.ns ns=@p.ns z=@p.ns", "p.ns": "b=b.js#b"},
    ),
    "imported, then exported": (
        {
            "package.json": {"name": "p", "exports": "./index.js"},
            "index.js": "import C from './c.js';\nimport api from './api.js';\n"
            "const { Client, other } = api;\nexport { C, Client, other };",
            "c.js": "export default class Core {}",
            "api.js": "import Real from './c.js';\nconst api = { other() {} };\n"
            "api.Client = Real;\nexport default api;",
        },
        {"p": "C=c.js#Core Client=c.js#Core other=api.js#api.other"},
    ),
    "workspaces": (
        {
            "package.json": {"name": "root", "private": True, "workspaces": ["packages/*"]},
            "packages/core/package.json": {"name": "@s/core", "exports": "./src/index.ts"},
            "packages/core/src/index.ts": "export class Core {}",
            "packages/app/package.json": {"name": "@s/app", "exports": "./dist/main.js"},
            "packages/app/src/main.ts": "export * from '@s/core';\n"
            "export { Core as C } from '@s/core';",
            "examples/x/package.json": {"name": "x", "exports": "./x.ts"},
            "examples/x/x.ts": "export const no = 1;",
        },
        {
            "@s/core": "Core=packages/core/src/index.ts#Core",
            "@s/app": "C=packages/core/src/index.ts#Core Core=packages/core/src/index.ts#Core",
        },
    ),
    "tsconfig's folders and paths": (
        {
            "package.json": {"name": "p", "exports": "./out/main.js"},
            "tsconfig.json": '{ // where\n"compilerOptions": {"rootDir": "code", "outDir": "out", '
            '"paths": {"@/*": ["./code/*"],}}}',
            "code/main.ts": "export * from '@/inner/a';",
            "code/inner/a.ts": "export const a = 1;",
        },
        {"p": "a=code/inner/a.ts#a"},
    ),
    "internal imports": (
        {
            "package.json": {"name": "p", "exports": "./i.js", "imports": {"#in/*": "./in/*.js"}},
            "i.js": "export * from '#in/a';",
            "in/a.js": "export const a = 1;",
        },
        {"p": "a=in/a.js#a"},
    ),
    "publishConfig": (
        {
            "package.json": {
                "name": "p",
                "main": "src/index.ts",
                "publishConfig": {"exports": {".": "./dist/index.js", "./x": "./dist/x.js"}},
            },
            "src/index.ts": "export const a = 1;",
            "src/x.ts": "export const x = 1;",
        },
        {"p": "a=src/index.ts#a", "p/x": "x=src/x.ts#x"},
    ),
    "export =": (
        {
            "package.json": {"name": "p", "types": "p.d.ts", "exports": {"types": "./p.d.ts"}},
            "p.d.ts": "declare function p(): p.Made;\ndeclare namespace p {\n"
            "  export interface Made {}\n  function sub(): void;\n}\nexport = p;",
        },
        {"p": "Made=p.d.ts#p.Made default=p.d.ts#p sub=p.d.ts#p.sub"},
    ),
    "an ambient module": (
        {"types/x.d.ts": "declare module 'x' { export function f(): void; }"},
        {
            "./types/x.d.ts": "f=types/x.d.ts#f",
            "./types/x": "f=types/x.d.ts#f",
            "x": "f=types/x.d.ts#f",
        },
    ),
    "what a declaration file offers without saying so": (
        {
            "package.json": {"name": "p", "exports": {"types": "./p.d.ts"}},
            "p.d.ts": "export * from './q';\nexport * from './r';\n"
            "interface Mine {}\ndeclare const mine: Mine;",
            "q.d.ts": "import 'x';\ninterface Q {}\ndeclare function q(): Q;\n"
            "export as namespace q;\nexport interface R {}",
            "r.d.ts": "import 'x';\ninterface Closed {}\nexport {};",
        },
        {"p": "Q=q.d.ts#Q R=q.d.ts#R q=q.d.ts#q"},
    ),
    "a namespace that lists what it exports": (
        {
            "package.json": {"name": "p", "exports": {"types": "./p.d.ts"}},
            "p.d.ts": "import { Far } from './far';\ntype Near = 1;\ndeclare function p(): void;\n"
            "declare namespace p {\n  type Closed = 1;\n  type Own = 1;\n"
            "  export { Own, Near, Far };\n}\nexport = p;",
            "far.d.ts": "export type Far = 1;",
        },
        {"p": "Far=far.d.ts#Far Near=p.d.ts#Near Own=p.d.ts#p.Own default=p.d.ts#p"},
    ),
    "an ambient module in several files": (
        {
            "package.json": {"name": "p", "exports": {"types": "./a.d.ts"}},
            "a.d.ts": "declare module 'p' { export interface A {} }",
            "b.d.ts": "declare module 'p' { interface B {}\n const b: B; }",
        },
        {
            "p": "A=a.d.ts#A B=b.d.ts#B b=b.d.ts#b",
        },
    ),
    "members taken of a module as a whole": (
        {
            "package.json": {"name": "p", "exports": {".": "./p.cjs", "./esm": "./p.mjs"}},
            "p.cjs": "class A {}\nexports.A = A;",
            "p.mjs": "import p from './p.cjs';\nexport const { A } = p;\n"
            "export { A as 'module.exports' };",
        },
        {"p": "A=p.cjs#A", "p/esm": "A=p.cjs#A"},
    ),
    "what adds to another module declares none": (
        {
            "package.json": {"name": "p", "exports": {"types": "./p.d.ts"}},
            "p.d.ts": "import 'x';\ndeclare module 'x' { interface A {} }\n"
            "export declare const p: number;",
        },
        {"p": "p=p.d.ts#p"},
    ),
    "build folders within build folders": (
        {
            "package.json": {"name": "p", "exports": {".": "./dist/node/i.js", "./t/*": "./t/*"}},
            "src/node/i.ts": "export const a = 1;",
            "src/other.ts": "export const b = 1;",
        },
        {"p": "a=src/node/i.ts#a"},
    ),
    "no manifest": (
        {"lib/a.js": "export const a = 1;", "test/b.js": "export const b = 1;"},
        {"./lib/a.js": "a=lib/a.js#a", "./lib/a": "a=lib/a.js#a"},
    ),
    "deno": (
        {
            "deno.json": {"name": "@s/d", "exports": {".": "./mod.ts", "./x": "./x.ts"}},
            "mod.ts": "export const a = 1;",
            "x.ts": "export const x = 1;",
        },
        {"@s/d": "a=mod.ts#a", "@s/d/x": "x=x.ts#x"},
    ),
}


@pytest.mark.parametrize("case", SURFACES)
def test_surfaces(case: str) -> None:
    files, wanted = SURFACES[case]
    assert told(surface(files)) == wanted


def test_without_exports_any_file_can_be_imported_and_is_no_public_api() -> None:
    found = surface(
        {
            "package.json": {"name": "p", "main": "./index.js"},
            "index.js": "exports.a = 1;",
            "lib/b.js": "exports.b = 1;",
            "test/c.js": "exports.c = 1;",
        }
    )
    assert told(found)["p"] == "a=index.js#a"
    assert told(found, hidden=True)["p/lib/b"] == "b=lib/b.js#b"
    assert not told(found)["p/lib/b.js"]
    assert not [module for module in found if "test" in module]


def test_what_is_internal_is_hidden() -> None:
    found = surface(
        {
            "package.json": {"name": "p", "exports": "./a.js"},
            "a.js": "/** @internal */\nexport const a = 1;\nexport const b = 2;",
        }
    )
    assert told(found) == {"p": "b=a.js#b"}


@pytest.mark.parametrize(
    "manifest",
    ["", "[1]", '{"name": 3}', '{"name": "p", "exports": {"./a": [{"x": [{}]}, 1]}}', "{" * 5000],
)
def test_manifests_that_say_nothing(manifest: str) -> None:
    surface({"package.json": manifest, "tsconfig.json": manifest, "a.js": "export const a = 1;"})


def test_what_a_browser_is_given_does_not_stand_for_the_package() -> None:
    conditions = {"browser": "./browser.js", "import": "./wrapper.mjs", "require": "./index.js"}
    files = {
        "package.json": {"name": "p", "exports": {".": conditions}},
        "browser.js": "module.exports = function () { throw new Error('no'); };",
        "wrapper.mjs": "export { A } from './lib/a.js';",
        "index.js": "module.exports = require('./lib/a.js');",
        "lib/a.js": "exports.A = class A {};",
    }
    assert told(surface(files))["p"] == "A=lib/a.js#A"


def test_a_pattern_at_the_root_of_a_built_package_means_its_sources() -> None:
    built = {"types": "./*.d.ts", "default": "./*.js"}
    files = {
        "package.json": {"name": "p", "exports": {".": "./index.js", "./*": built}},
        "src/index.ts": "export const a = 1;",
        "src/middleware.ts": "export function b() {}",
        "vitest.config.ts": "export default {};",
    }
    found = told(surface(files))
    assert found["p/middleware"] == "b=src/middleware.ts#b"
    assert "p/src/middleware" not in found


def test_an_object_of_exports_is_the_default_that_es_modules_import() -> None:
    files = {
        "package.json": {"name": "p", "exports": "./wrapper.mjs"},
        "wrapper.mjs": "import extension from './a.js';\nexport { extension };",
        "a.js": "function format() {}\nmodule.exports = { format };",
    }
    found = told(surface(files))
    assert found["p"] == "extension=@p.extension"
    assert found["p.extension"] == "format=a.js#format"
