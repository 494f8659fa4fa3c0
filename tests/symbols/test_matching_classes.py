"""Classes of change that no score of two bodies tells: in two languages each, and what is said."""

from textwrap import indent

import pytest

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import SymbolChange
from doc_healing.symbols.matching import compare

TOTAL = """    total = 0
    for item in items:
        if item.price > limit:
            total += item.price * rate
    return round(total, 2)
"""
SPLIT = """    left, _, right = text.partition(":")
    if not right:
        raise ValueError(f"no colon in {text!r}")
    return left.strip(), right.strip()
"""
JAVA_TOTAL = """double total(List<Item> items, double limit) {
    double total = 0;
    for (Item item : items) { if (item.price > limit) { total += item.price * rate; } }
    return Math.round(total);
  }
"""
GO_TOTAL = """(items []Item, limit float64) float64 {
	total := 0.0
	for _, item := range items {
		if item.Price > limit {
			total += item.Price * rate(item)
		}
	}
	return math.Round(total)
}
"""
TS_TOTAL = """(items: Item[], limit: number): number {
  let total = 0;
  for (const item of items) {
    if (item.price > limit) total += item.price * rate(item);
  }
  return Math.round(total);
}
"""
RUST_TOTAL = """(items: &[Item], limit: f64) -> f64 {
    let mut total = 0.0;
    for item in items {
        if item.price > limit { total += item.price * rate(item); }
    }
    total.round()
}
"""
BOX = "type BOX struct {\n\tleft int\n\tright []string\n}\n\nfunc (b *BOX) Total" + GO_TOTAL
CAN = "type CAN struct {\n\tclient *http.Client\n\tbase url.URL\n}\n"
CONSTS = "export const X = 1;\nexport type Y = X;\n"
METHOD = f"    def total(self, items, limit, rate):\n{indent(TOTAL, '    ')}"
PY_UP = f"class Base:\n{METHOD}\n\nclass One(Base):\n    x = 1\n\n\nclass Two(Base):\n    y = 1\n"
PY_DOWN = (
    f"class Base:\n    pass\n\n\nclass One(Base):\n    x = 1\n\n{METHOD}\n\n"
    f"class Two(Base):\n    y = 1\n\n{METHOD}"
)
JAVA_UP = (
    f"class Base {{\n  {JAVA_TOTAL}}}\nclass One extends Base {{\n  int x;\n}}\n"
    "class Two extends Base {\n  int y;\n}\n"
)
JAVA_DOWN = (
    f"class Base {{\n}}\nclass One extends Base {{\n  int x;\n  {JAVA_TOTAL}}}\n"
    f"class Two extends Base {{\n  int y;\n  {JAVA_TOTAL}}}\n"
)


def _said(before: dict[str, str], after: dict[str, str]) -> list[SymbolChange]:
    old = {path: text.encode() for path, text in before.items()}
    new = {path: text.encode() for path, text in after.items()}
    return list(compare(old, new, MAPPERS))


def _told(changes: list[SymbolChange]) -> set[tuple[str, str, str]]:
    return {
        (
            one.kind.value,
            one.old.name if one.old else "",
            one.new.name if one.new else "",
        )
        for one in changes
        if one.kind.value != "body_changed"
    }


CLASSES = {
    "equal methods go up, python": (
        {"a.py": PY_DOWN},
        {"a.py": PY_UP},
        {("moved", "One.total", "Base.total"), ("moved", "Two.total", "Base.total")},
    ),
    "equal methods go up, java": (
        {"A.java": JAVA_DOWN},
        {"A.java": JAVA_UP},
        {("moved", "One.total", "Base.total"), ("moved", "Two.total", "Base.total")},
    ),
    "a declaration without a body goes up": (
        {"A.java": "interface A {}\ninterface B extends A { String name(int at); }\n"},
        {"A.java": "interface A { String name(int at); }\ninterface B extends A {}\n"},
        {("moved", "B.name", "A.name")},
    ),
    "types of go change names": (
        {"a.go": "package a\n\n" + BOX.replace("BOX", "One") + CAN.replace("CAN", "Two")},
        {"a.go": "package a\n\n" + BOX.replace("BOX", "Two") + CAN.replace("CAN", "One")},
        {("renamed", "One", "Two"), ("renamed", "Two", "One")},
    ),
    "a method of go goes with its type": (
        {"a.go": "package a\n\n" + BOX.replace("BOX", "One") + CAN.replace("CAN", "Two")},
        {
            "a.go": "package a\n\n" + CAN.replace("CAN", "Two"),
            "sub/b.go": "package sub\n\n" + BOX.replace("BOX", "One"),
        },
        {("moved", "One", "One"), ("moved", "One.Total", "One.Total")},
    ),
    "a path is handed on, python": (
        {"a.py": f"def f(items, limit, rate):\n{TOTAL}", "b.py": f"def g(text):\n{SPLIT}X = 1\n"},
        {"b.py": f"def f(items, limit, rate):\n{TOTAL}", "c.py": f"def g(text):\n{SPLIT}X = 1\n"},
        {("moved", "f", "f"), ("moved", "g", "g"), ("moved", "X", "X")},
    ),
    "two files change paths, typescript": (
        {"a.ts": f"export function f{TS_TOTAL}", "b.ts": CONSTS},
        {"b.ts": f"export function f{TS_TOTAL}", "a.ts": CONSTS},
        {("moved", "f", "f"), ("moved", "X", "X"), ("moved", "Y", "Y")},
    ),
    "a type keeps its name where a part of it was taken out": (
        {"A.java": f"class A {{\n  int x = 3;\n  {JAVA_TOTAL}}}\n"},
        {
            "A.java": "class A {\n  B b = new B();\n"
            "  double total(List<Item> items, double limit) { return b.total(items, limit); }\n}\n",
            "B.java": f"class B {{\n  int x = 3;\n  {JAVA_TOTAL}}}\n",
        },
        {("added", "", "A.b"), ("added", "", "B"), ("added", "", "B.total"),
         ("added", "", "B.x"), ("removed", "A.x", "")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
def test_classes_of_change(name: str) -> None:
    before, after, expected = CLASSES[name]

    assert _told(_said(before, after)) == expected


@pytest.mark.parametrize(
    ("path", "before", "after"), [("a.py", PY_UP, PY_DOWN), ("A.java", JAVA_UP, JAVA_DOWN)]
)
def test_what_went_down_to_several_is_a_tie(path: str, before: str, after: str) -> None:
    moved = [one for one in _said({path: before}, {path: after}) if one.kind.value == "moved"]

    found = {(one.old.name, one.new.name) for one in moved if one.old and one.new}
    assert found == {("Base.total", "One.total"), ("Base.total", "Two.total")}
    assert all(one.confidence <= 0.5 and len(one.candidates) == 1 for one in moved)


def test_what_went_up_from_several_is_sure() -> None:
    moved = _said({"a.py": PY_DOWN}, {"a.py": PY_UP})

    assert all(one.confidence > 0.9 for one in moved if one.kind.value == "moved")


# An old name that only says, calls or extends the new one.
STAYS = {
    "python": (
        "a.py",
        f"def old(items, limit, rate):\n{TOTAL}",
        "import warnings\n\n\ndef old(items, limit, rate):\n"
        '    warnings.warn("old is deprecated", DeprecationWarning)\n'
        f"    return fresh(items, limit, rate)\n\n\ndef fresh(items, limit, rate):\n{TOTAL}",
    ),
    "python class": (
        "a.py",
        f"class old:\n{METHOD}",
        f"class fresh:\n{METHOD}\n\nclass old(fresh):\n    def __init__(self, *args):\n"
        "        warnings.warn('old is deprecated, use fresh', DeprecationWarning)\n",
    ),
    "java": (
        "A.java",
        "class A {\n  " + JAVA_TOTAL.replace("double total", "double old") + "}\n",
        "class A {\n  @Deprecated\n  double old(List<Item> items, double limit) "
        "{ return fresh(items, limit); }\n  "
        + JAVA_TOTAL.replace("double total", "double fresh")
        + "}\n",
    ),
    "go": (
        "a.go",
        "package a\n\nfunc Old" + GO_TOTAL,
        "package a\n\nfunc Fresh" + GO_TOTAL + "\n// Old is old.\n//\n// Deprecated: use Fresh.\n"
        "func Old(items []Item, limit float64) float64 { return Fresh(items, limit) }\n",
    ),
    "go type": (
        "a.go",
        "package a\n\n" + BOX.replace("BOX", "Old"),
        "package a\n\n" + BOX.replace("BOX", "Fresh") + "\n// Deprecated: use Fresh.\n"
        "type Old = Fresh\n",
    ),
    "rust": (
        "src/lib.rs",
        "pub fn old" + RUST_TOTAL,
        "pub fn fresh" + RUST_TOTAL + '\n#[deprecated(note = "renamed")]\n'
        "pub fn old(items: &[Item], limit: f64) -> f64 {\n    fresh(items, limit)\n}\n",
    ),
    "typescript": (
        "a.ts",
        "export function old" + TS_TOTAL,
        "export function fresh" + TS_TOTAL + "\n/** @deprecated use fresh */\n"
        "export function old(items: Item[], limit: number): number "
        "{ return fresh(items, limit); }\n",
    ),
    "javascript": (
        "a.js",
        "export function old" + TS_TOTAL.replace(": Item[]", "").replace(": number", ""),
        "export function fresh"
        + TS_TOTAL.replace(": Item[]", "").replace(": number", "")
        + "\n/** @deprecated */\nexport const old = fresh;\n",
    ),
}


@pytest.mark.parametrize("name", STAYS)
def test_a_deprecated_name_tells_its_successor(name: str) -> None:
    path, before, after = STAYS[name]

    changes = _said({path: before}, {path: after})
    (change,) = [one for one in changes if one.kind.value != "body_changed"]

    assert change.kind.value == "deprecated"
    assert change.old is not None
    assert change.old.last.lower() == "old"
    assert change.new is not None
    assert change.new.name == change.old.name
    assert [one.last.lower() for one in change.candidates] == ["fresh"]


ALIASES = {
    "python": ("a.py", "def NAME(text):\n" + SPLIT, "\nold = fresh\n"),
    "typescript": ("a.ts", "export function NAME" + TS_TOTAL,
                   "export { fresh as old };\n"),
    "rust": ("src/lib.rs", "pub fn NAME" + RUST_TOTAL,
             "pub use fresh as old;\n"),
    "go": ("a.go", "package a\n\ntype NAME struct {\n\tname string\n\tage int\n}\n",
           "\ntype old = fresh\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIASES)
def test_an_alias_alone_is_told_with_the_rename(name: str) -> None:
    path, text, alias = ALIASES[name]

    changes = _said(
        {path: text.replace("NAME", "old")}, {path: text.replace("NAME", "fresh") + alias}
    )

    assert _told(changes) == {("renamed", "old", "fresh")}
    assert "declared successor" in changes[0].evidence


def test_what_was_added_says_where_its_code_is_from() -> None:
    halves = f"def cut(text):\n{SPLIT}"
    out = f"def cut(text):\n    return _halves(text)\n\n\ndef _halves(text):\n{SPLIT}"

    (extracted,) = [one for one in _said({"a.py": halves}, {"a.py": out}) if not one.old]
    (inlined,) = [one for one in _said({"a.py": out}, {"a.py": halves}) if not one.new]
    (copied,) = _said({"a.py": halves}, {"a.py": f"{halves}\n\ndef cut_legacy(text):\n{SPLIT}"})

    assert "extracted from cut" in extracted.evidence
    assert "inlined into cut" in inlined.evidence
    assert (copied.kind.value, copied.evidence) == ("added", ("copied from cut",))


IMPL = (
    "impl Iterator for TYPE {\n    type Item = OUT;\n"
    "    fn next(&mut self) -> Option<OUT> {\n        BODY\n    }\n}\n"
)


def test_the_type_that_an_impl_gives_a_trait_is_never_told_as_moved() -> None:
    def impl(name: str, out: str, body: str) -> str:
        return IMPL.replace("TYPE", name).replace("OUT", out).replace("BODY", body)

    one = impl("Drain", "Entry", "self.inner.pop().map(|found| found.key)")
    other = impl("Keys", "Entry", "let at = self.at; self.at += 1; self.list.get(at).cloned()")
    types = "pub struct Drain;\npub struct Keys;\n"

    changes = _said({"src/lib.rs": types + one}, {"src/lib.rs": types + other})

    assert not [one for one in changes if one.kind.value in ("moved", "renamed")]


def test_callers_that_went_to_a_third_one_make_a_tie() -> None:
    uses = "def use(m):\n    m.{0}(1)\n    m.{0}(2)\n    return m.{0}(3)\n"
    third = "def third(items):\n    return sum(item.price for item in items)\n"
    before = {"a.py": f"def old(items, limit, rate):\n{TOTAL}", "u.py": uses.format("old")}
    after = {
        "a.py": f"def other(items, limit, rate):\n{TOTAL}\n\n{third}",
        "u.py": uses.format("third"),
    }

    (change,) = [one for one in _said(before, after) if one.kind.value == "renamed"]

    assert change.confidence <= 0.5
    assert [one.name for one in change.candidates] == ["third"]


def test_callers_tell_what_went_elsewhere_under_another_name() -> None:
    use = "import {0}\n\ndef g(x):\n    return {0}.{1}(x)\n\ndef h(x):\n    return 2 * {0}.{1}(x)\n"
    cut = (
        "def cut_at(text, sep):\n    left, found, right = text.partition(sep)\n"
        "    if not found:\n        raise KeyError(text)\n    return left, right\n"
    )
    before = {"a.py": f"def halves(text):\n{SPLIT}", "b.py": "", "u.py": use.format("a", "halves")}
    after = {"a.py": "", "b.py": cut, "u.py": use.format("b", "cut_at")}

    assert ("renamed", "halves", "cut_at") in _told(_said(before, after))


def test_a_type_follows_most_of_its_members() -> None:
    before = {"t/BoxTest.java": f"package t;\nclass BoxTest {{\n  {JAVA_TOTAL}}}\n"}
    tests = (f"  void more{at}() {{ check(box, {at}); verify(box, {at}); }}\n" for at in range(9))
    text = f"class BoxTest {{\n  {JAVA_TOTAL}{''.join(tests)}}}\n"
    after = {"t/deep/BoxTest.java": f"package t.deep;\n{text}"}

    moved = {one for one in _told(_said(before, after)) if one[0] != "added"}

    assert moved == {("moved", "BoxTest", "BoxTest")}


REUSED = {
    "a function takes the name of a constant, go": (
        {"a.go": "package a\n\nconst Error = 7\n", "b.go": "package a\n\nfunc Err" + GO_TOTAL,
         "u.go": "package a\n\nvar x = f(Error)\nvar y = g(Error)\n"},
        {"a.go": "package a\n\nconst ErrorLevel = 7\n",
         "b.go": "package a\n\nfunc Error" + GO_TOTAL,
         "u.go": "package a\n\nvar x = f(ErrorLevel)\nvar y = g(ErrorLevel)\n"},
        {("renamed", "Error", "ErrorLevel"), ("renamed", "Err", "Error")},
    ),
    "a constant keeps its name though another has its value, typescript": (
        {"a.ts": "const store = createStore(reducer, {\n"
         "  b: { c: 'c', d: 'd', e: 'e', f: 'f' }\n})\n"},
        {"a.ts": "const store = createStore(reducer, {\n  a: 'a',\n  n: [1, 2, 3, 4, 5, 6, 7]\n})\n"
         "const bad = createStore(reducer, {\n  b: { c: 'c', d: 'd', e: 'e', f: 'f' }\n})\n"},
        {("added", "", "bad")},
    ),
    "overloads have one new name, java": (
        {"A.java": "class A {\n  void put(Node a) { check(a); list.add(a); a.owner = this; }\n"
         "  void put(Element a) { check(a); list.add(a); a.owner = this; }\n}\n"},
        {"A.java": "class A {\n  void add(Node a) { check(a); list.add(a); a.owner = this; }\n"
         "  void add(Element a) { check(a); list.add(a); a.owner = this; }\n}\n"},
        {("renamed", "A.put", "A.add")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REUSED)
def test_names_that_are_used_again(name: str) -> None:
    before, after, expected = REUSED[name]

    changes = _said(before, after)

    assert _told(changes) == expected
    assert all("tie" not in one.evidence for one in changes)
