"""Edits of code that no block names: what they can do to every block of their language."""

import pytest

from tests.symbols.trees import chosen

RUST = {
    "Cargo.toml": '[package]\nname = "lib"\nversion = "1.0.0"\n',
    "src/lib.rs": "pub mod other;\npub fn go() -> u8 { 1 }\n",
    "src/other.rs": "pub fn unused() -> u8 { helper() }\nfn helper() -> u8 { 2 }\n",
}
GO = {
    "go.mod": "module example.com/lib\n\ngo 1.21\n",
    "lib.go": "package lib\n\nfunc Go() int { return 1 }\n",
    "other.go": (
        "package lib\n\nfunc Unused() int { return helper() }\n\nfunc helper() int { return 2 }\n"
    ),
}
_JAVA = "src/main/java/lib"
JAVA = {
    "pom.xml": "<project/>",
    "src/main/java/module-info.java": "module lib {\n    exports lib;\n}\n",
    f"{_JAVA}/Lib.java": (
        "package lib;\npublic class Lib {\n    public static int go() { return 1; }\n}\n"
    ),
    f"{_JAVA}/Other.java": (
        "package lib;\npublic class Other {\n    int unused() { return Helper.help(); }\n}\n"
    ),
    f"{_JAVA}/Helper.java": (
        "package lib;\npublic class Helper {\n    static int help() { return 2; }\n}\n"
    ),
}
PYTHON = {
    "pyproject.toml": '[project]\nname = "lib"\n',
    "src/lib/__init__.py": "import json\nimport requests\n\ndef go():\n    return 1\n",
}
BLOCKS = {
    "rust": "use lib::go;\nfn main() { go(); }\n",
    "go": 'package main\n\nimport "example.com/lib"\n\nfunc main() { lib.Go() }\n',
    "java": "import lib.Lib;\nclass M { public static void main(String[] a) { Lib.go(); } }\n",
    "python": "from lib import go\ngo()\n",
}
SHAPES = {
    "rust": (
        "pub trait Shape { fn area(&self) -> u8; }\n",
        "use crate::shape::Shape;\npub struct Dot;\n"
        "impl Shape for Dot { fn area(&self) -> u8 { 0 } }\n",
    ),
    "go": (
        "package lib\n\ntype Shape interface { Area() int }\n",
        "package lib\n\ntype Dot struct{}\n\n"
        "func (d Dot) Area() int { return 0 }\n\nvar _ Shape = Dot{}\n",
    ),
    "java": (
        "package lib;\npublic interface Shape {\n    int area();\n}\n",
        "package lib;\npublic class Dot implements Shape {\n"
        "    public int area() { return 0; }\n}\n",
    ),
}
RUST_SHAPE = {
    **RUST,
    "src/lib.rs": "pub mod shape;\npub mod dot;\npub fn go() -> u8 { 1 }\n",
    "src/shape.rs": SHAPES["rust"][0],
    "src/dot.rs": SHAPES["rust"][1],
}
GO_SHAPE = {**GO, "shape.go": SHAPES["go"][0], "dot.go": SHAPES["go"][1]}
JAVA_SHAPE = {
    **JAVA,
    f"{_JAVA}/Shape.java": SHAPES["java"][0],
    f"{_JAVA}/Dot.java": SHAPES["java"][1],
}
BROKEN = [
    ("rust", RUST_SHAPE, "src/shape.rs", "u8; }", "u8; fn name(&self); }"),
    ("go", GO_SHAPE, "shape.go", "Area() int }", "Area() int; Name() string }"),
    ("go", GO_SHAPE, "dot.go", ") Area()", ") Size()"),
    ("go", GO, "other.go", "func Unused", "func Go"),
    ("java", JAVA_SHAPE, f"{_JAVA}/Shape.java", "area();", "area();\n    int name();"),
    ("java", JAVA, f"{_JAVA}/Helper.java", "static int help", "int help"),
    ("java", JAVA, f"{_JAVA}/Helper.java", "static int help", "private static int help"),
    ("java", JAVA, f"{_JAVA}/Helper.java", "int help()", "int help() throws Exception"),
    ("rust", RUST, "src/other.rs", "helper() }\n", "helper( }\n"),
    ("rust", RUST, "src/other.rs", "fn helper()", "fn assist()"),
    ("rust", RUST, "src/lib.rs", "pub mod other", "pub mod another"),
    ("go", GO, "other.go", "helper() }\n", "helper( }\n"),
    ("go", GO, "other.go", "func helper()", "func assist()"),
    ("go", GO, "other.go", "package lib", "package lab"),
    ("rust", RUST, "src/other.rs", "fn helper()", "fn helper(n: u8)"),
    ("java", JAVA, f"{_JAVA}/Other.java", "help();", "help(;"),
    ("java", JAVA, f"{_JAVA}/Helper.java", "int help()", "int help(int n)"),
    ("java", JAVA, f"{_JAVA}/Helper.java", "int help()", "int aid()"),
    ("java", JAVA, "src/main/java/module-info.java", "    exports lib;\n", ""),
    ("python", PYTHON, "src/json.py", "", "def dumps(x):\n    return x\n"),
    ("python", PYTHON, "src/requests/__init__.py", "", "x = 1\n"),
]
HARMLESS = [
    ("rust", RUST_SHAPE, "src/dot.rs", "{ 0 }", "{ 4 }"),
    ("go", GO_SHAPE, "dot.go", "return 0", "return 4"),
    ("java", JAVA_SHAPE, f"{_JAVA}/Dot.java", "return 0", "return 4"),
    ("rust", RUST, "src/other.rs", "{ 2 }", "{ 3 }"),
    ("go", GO, "other.go", "return 2", "return 3"),
    ("java", JAVA, f"{_JAVA}/Helper.java", "return 2", "return 3"),
    ("python", PYTHON, "src/lib/other.py", "", "def dumps(x):\n    return x\n"),
]


@pytest.mark.parametrize(("language", "files", "path", "old", "new"), BROKEN)
def test_what_breaks_the_whole_runs_all_of_it(
    language: str, files: dict[str, str], path: str, old: str, new: str
) -> None:
    assert _runs(language, files, path, old, new)


@pytest.mark.parametrize(("language", "files", "path", "old", "new"), HARMLESS)
def test_what_nothing_reaches_runs_nothing(
    language: str, files: dict[str, str], path: str, old: str, new: str
) -> None:
    assert not _runs(language, files, path, old, new)


def _runs(language: str, files: dict[str, str], path: str, old: str, new: str) -> bool:
    before = {**files, "page.md": f"```{language}\n{BLOCKS[language]}```\n"}
    text = before.get(path, "")
    assert old in text
    found = chosen(before, {**before, path: text.replace(old, new, 1) if old else new})
    return bool(found.chosen or found.everything)


def test_a_block_between_that_uses_what_another_binds_is_run_before() -> None:
    blocks = ("from lib import make\nd = make()\n", "from lib import add\nadd(d)\n", "print(d)\n")
    before = {
        "pyproject.toml": '[project]\nname = "lib"\n',
        "src/lib/__init__.py": "def make():\n    return []\n\ndef add(d):\n    d.append(1)\n",
        "page.md": "".join(f"```python\n{one}```\n\n" for one in blocks),
    }
    code = before["src/lib/__init__.py"].replace("append(1)", "append(2)")
    found = chosen(before, {**before, "src/lib/__init__.py": code})
    assert {index for _, index in found.chosen} == {1, 2}


GONE = [
    ("python", PYTHON, "src/lib/__init__.py", "go", "walk"),
    ("go", GO, "lib.go", "Go", "Walk"),
    ("rust", RUST, "src/lib.rs", "go", "walk"),
]


@pytest.mark.parametrize(("language", "files", "path", "old", "new"), GONE)
def test_what_a_block_names_and_is_gone_is_told_for_sure(
    language: str, files: dict[str, str], path: str, old: str, new: str
) -> None:
    page = f"```{language}\n{BLOCKS[language]}```\n"
    before = {**files, "page.md": page}
    found = chosen(before, {**before, path: files[path].replace(f"{old}()", f"{new}()")})
    first = found.chosen["page.md", 0].touched[0]
    assert (first.symbol, first.confidence >= 0.9) == (f"{path}#{old}", True)
