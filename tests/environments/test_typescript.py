"""What is read of a repository for TypeScript: its tsconfig, its declarations, its sources."""

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.environments import typescript
from doc_healing.model import Checkout


def _checkout(root: Path, files: dict[str, str]) -> Checkout:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return Checkout(str(root), tuple(sorted(files)))


def test_a_tsconfig_has_comments_trailing_commas_and_what_it_extends(tmp_path: Path) -> None:
    base = '{ /* a */ "compilerOptions": { "strict": false, "target": "es2020", } }'
    own = '{ "extends": "../base", // b\n "compilerOptions": { "target": "ES2022" /* "//" */ } }'
    checkout = _checkout(tmp_path, {"base.json": base, "lib/tsconfig.json": own})
    assert typescript.compiler_options(checkout, "lib") == {"strict": False, "target": "ES2022"}


def test_no_path_plugin_or_foreign_file_comes_out_of_a_tsconfig(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text('{"compilerOptions": {"strict": false}}')
    told = {
        "plugins": [{"name": "./evil.js"}],
        "typeRoots": ["/etc"],
        "paths": {"*": ["../*"]},
        "outDir": "../out",
        "rootDirs": ["/"],
        "jsx": "react-jsx",
    }
    for extends in ("../outside.json", "/etc/tsconfig.json", "some-package/tsconfig.json", ["./a"]):
        config = json.dumps({"extends": extends, "compilerOptions": told})
        checkout = _checkout(tmp_path / "repo", {"tsconfig.json": config})
        assert typescript.compiler_options(checkout, "") == {"jsx": "react-jsx"}


def test_a_tsconfig_that_extends_itself_ends(tmp_path: Path) -> None:
    files = {"tsconfig.json": '{"extends": "./b.json"}', "b.json": '{"extends": "./tsconfig"}'}
    assert typescript.compiler_options(_checkout(tmp_path, files), "") == {}


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet='{}[]",:/*\\ \n.abe1', max_size=60))
def test_no_tsconfig_breaks_the_reading(text: str, tmp_path_factory: object) -> None:
    root = Path(tmp_path_factory.mktemp("config"))  # type: ignore[attr-defined]  # pytest's own
    checkout = _checkout(root, {"tsconfig.json": text})
    assert isinstance(typescript.compiler_options(checkout, ""), dict)


def test_declarations_of_the_developers_count_and_local_ones_do_not(tmp_path: Path) -> None:
    manifest = {
        "devDependencies": {
            "@types/lodash": "^4",
            "@types/own": "workspace:*",
            "@types/far": "github:a/b",
            "vitest": "^1",
        }
    }
    checkout = _checkout(tmp_path, {"package.json": json.dumps(manifest)})
    assert typescript.declarations(checkout, "") == {"@types/lodash": "^4"}


SOURCES: tuple[tuple[dict[str, object], list[str], dict[str, str]], ...] = (
    (
        {"main": "dist/index.js", "types": "dist/index.d.ts"},
        ["src/index.ts"],
        {".": "src/index.ts"},
    ),
    ({"exports": {".": {"import": "./lib/esm/a.mjs"}}}, ["src/a.ts"], {".": "src/a.ts"}),
    (
        {"exports": {".": "./i.js", "./sub": "./sub/i.js", "./*": "./x/*.js"}},
        ["src/i.ts", "src/sub/i.ts"],
        {".": "src/i.ts", "./sub": "src/sub/i.ts"},
    ),
    ({"exports": {".": {"source": "./s/m.ts", "default": "./m.js"}}}, ["s/m.ts"], {".": "s/m.ts"}),
    ({"types": "index.d.ts", "main": "index.js"}, ["src/index.ts", "index.d.ts"], {}),
    ({"main": "../../etc/index.js"}, ["src/index.ts"], {}),
    ({"main": "dist/other.js"}, ["src/index.ts"], {}),
)


def test_the_sources_of_what_was_not_built(tmp_path: Path) -> None:
    for number, (manifest, files, expected) in enumerate(SOURCES):
        folder = tmp_path / str(number)
        texts = {"package.json": json.dumps(manifest), **dict.fromkeys(files, "export {};\n")}
        checkout = _checkout(folder, texts)
        assert typescript.sources(checkout, "", folder) == expected, manifest
