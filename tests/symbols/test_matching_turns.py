"""Names that went round: what each of them stands for now is told by its body."""

from textwrap import indent

import pytest

from doc_healing.languages.maps import MAPPERS
from doc_healing.symbols.matching import compare

BODIES = {
    "total": """    total = 0
    for item in items:
        if item.price > limit:
            total += item.price * rate
    return round(total, 2)
""",
    "greet": """    words = [title, name.strip().capitalize()]
    return " ".join(word for word in words if word) + "!"
""",
    "halves": """    left, _, right = text.partition(":")
    if not right:
        raise ValueError(f"no colon in {text!r}")
    return left.strip(), right.strip()
""",
    "spread": """    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[-1] - ordered[0], ordered[middle]
""",
}
NEW = """    rows = [line.split(",") for line in source]
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]
"""


def _module(names: dict[str, str], **more: str) -> bytes:
    """Each of these bodies under the name that it has now."""
    given = {new: BODIES[old] for old, new in names.items()} | more
    return "\n\n".join(f"def {name}(*args):\n{body}" for name, body in given.items()).encode()


def _told(before: bytes, after: bytes) -> set[tuple[str, str, str]]:
    changes = compare({"a.py": before}, {"a.py": after}, MAPPERS)
    return {
        (one.kind.value, one.old.name if one.old else "", one.new.name if one.new else "")
        for one in changes
        if one.kind.value != "body_changed"
    }


ROUNDS = {
    "three rotate": {"total": "greet", "greet": "halves", "halves": "total"},
    "four rotate": {"total": "greet", "greet": "halves", "halves": "spread", "spread": "total"},
    "two pairs": {"total": "greet", "greet": "total", "halves": "spread", "spread": "halves"},
    "a row of three": {"total": "sum_up", "greet": "total", "halves": "greet"},
}


@pytest.mark.parametrize("names", ROUNDS.values(), ids=ROUNDS)
def test_each_name_goes_with_its_body(names: dict[str, str]) -> None:
    kept = {name: name for name in BODIES if name not in names and name not in names.values()}
    before = _module({name: name for name in BODIES if name in names or name in kept})
    told = _told(before, _module({**names, **kept}))
    assert told == {("renamed", old, new) for old, new in names.items()}


def test_bodies_that_are_all_new_keep_their_names() -> None:
    before = _module({name: name for name in BODIES})
    assert _told(before, _module({}, **dict.fromkeys(BODIES, NEW))) == set()


def test_a_method_takes_the_name_of_a_property_that_is_gone() -> None:
    text = indent(BODIES["halves"], "    ")
    links = indent(BODIES["greet"], "    ")
    before = (
        f"class Box:\n    @property\n    def links(self):\n{links}\n    def rows(self):\n{text}"
    )
    after = f"class Box:\n    def links(self):\n{text}"
    assert _told(before.encode(), after.encode()) == {
        ("renamed", "Box.rows", "Box.links"),
        ("removed", "Box.links", ""),
    }


def test_what_a_deleted_function_called_among_other_things_may_take_its_name() -> None:
    calls = BODIES["spread"].replace("sorted(values)", "sorted(halves(values))")
    more = BODIES["total"].replace("return", "wide, _ =") + calls
    before = f"def halves(text):\n{BODIES['halves']}\n\ndef report(values):\n{more}"
    told = _told(before.encode(), f"def report(text):\n{BODIES['halves']}".encode())
    assert told == {("renamed", "halves", "report"), ("removed", "report", "")}


def test_what_was_called_by_its_only_wrapper_may_be_put_into_it() -> None:
    wrapper = "def parse(text):\n    return halves(text)\n"
    told = _told(
        f"def halves(text):\n{BODIES['halves']}\n\n{wrapper}".encode(),
        f"def parse(text):\n{BODIES['halves']}".encode(),
    )
    assert told == {("removed", "halves", "")}


def test_empty_types_of_one_name_stay_what_they_are() -> None:
    """Of two scopes: the second ones have no members, and bodies alike to the token."""
    text = "class A:\n    size = 1\n\n\nclass B:\n    size = 2\n\n\nif True:\n{}"
    pair = "    class {}(Plain):\n        pass\n\n    class {}(Plain):\n        pass\n"
    before = "class Plain:\n    def old_name(self):\n        return 1\n\n\n" + text.format(
        pair.format("A", "B")
    )
    after = before.replace("old_name", "new_name")
    assert _told(before.encode(), after.encode()) == {
        ("renamed", "Plain.old_name", "Plain.new_name")
    }


def _moves(before: dict[str, str], after: dict[str, str]) -> set[tuple[str, str, str]]:
    old = {path: text.encode() for path, text in before.items()}
    new = {path: text.encode() for path, text in after.items()}
    return {
        (one.kind.value, one.old.name if one.old else "", one.new.path if one.new else "")
        for one in compare(old, new, MAPPERS)
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"a.ts": "export const pipe = compose as Pipe;\nexport const other = 1;\n"},
            {
                "a.ts": 'export { pipe } from "./b";\nexport const other = 1;\n',
                "b.ts": "export const pipe = compose as Pipe;\n",
            },
        ),
        (
            {"a.py": "LIMIT = 3\n\n\ndef f():\n    return LIMIT\n"},
            {
                "a.py": "from .b import LIMIT\n\n\ndef f():\n    return LIMIT\n",
                "b.py": "LIMIT = 3\n",
            },
        ),
        (
            {"a.py": "RETRY_LIMIT = 3\n\n\ndef f():\n    return 1\n", "b.py": "OTHER = 1\n"},
            {"a.py": "def f():\n    return 1\n", "b.py": "OTHER = 1\nRETRY_LIMIT = 3\n"},
        ),
    ],
    ids=["offered on", "taken back", "telling name and value"],
)
def test_a_constant_is_moved(before: dict[str, str], after: dict[str, str]) -> None:
    told = _moves(before, after)
    path = next(one for one in reversed(after))
    assert {(kind, at) for kind, _, at in told} == {("moved", path)}


def test_a_constant_of_a_common_name_and_value_is_no_other_one() -> None:
    told = _moves(
        {"a.py": "size = 3\n\n\ndef f():\n    return 1\n", "b.py": "OTHER = 1\n"},
        {"a.py": "def f():\n    return 1\n", "b.py": "OTHER = 1\nsize = 3\n"},
    )
    assert {kind for kind, *_ in told} == {"removed", "added"}


FILL = """        Iterator<Item> items = collectionOf(template.app(), template);
        Source source = new Source(Origin.LOCAL, "write" + at);
        Registry registry = deployment.cluster().server(at).registry();
        for (int i = 0; i < count; i++) {
            registry.register(items.next(), source).subscribe(new Silent());
        }
"""
FILLED = """        Registry registry = deployment.cluster().server(at).registry();
        for (int i = 0; i < count; i++) {
            assertTrue(registry.knows(template));
        }
"""
ASKED = """        final String query = "a=1&b=2";
        startServer(new Answering(query, target, PROXIED));
        startProxy("http://localhost:" + connector.port() + proxied);
        Response answer = client.newRequest("localhost", port()).path(prefix + query).send();
        assertEquals(200, answer.status());
        assertTrue(answer.headers().containsKey(PROXIED));
"""
PASSED_ON = {
    "into one that it calls now, and there is one like it": (
        f"    public void fill(int count, Item template) throws Exception {{\n{FILL}    }}\n",
        "    public void fillServer(int at, int count, Item template) throws Exception {\n"
        f"{FILL}    }}\n"
        "    public void fill(int count, Item template) throws Exception {\n"
        "        fillServer(0, count, template);\n    }\n"
        f"    public void isFilled(int at, int count, Item template) {{\n{FILLED}    }}\n",
        {("added", "", "Box.fillServer"), ("added", "", "Box.isFilled")},
    ),
    "into another one of its name, and there is a copy": (
        '    @Test\n    public void asks() throws Exception {\n        String proxied = "/x", '
        f'prefix = "/proxy", target = "/test";\n{ASKED}    }}\n',
        "    @Test\n    public void asks() throws Exception {\n"
        '        asks("/foo", "/proxy", "/test", Duration.ofSeconds(5), Mode.PLAIN);\n    }\n'
        "    private void asks(String proxied, String prefix, String target, Duration most, "
        f"Mode mode) throws Exception {{\n{ASKED}    }}\n"
        "    @Test\n    public void asksWithSpaces() throws Exception {\n"
        '        String proxied = "/x", prefix = "/proxy", target = "/test";\n'
        f"{ASKED.replace('b=2', 'b=2&c=1%205')}    }}\n",
        {("added", "", "Box.asks"), ("added", "", "Box.asksWithSpaces")},
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), PASSED_ON.values(), ids=PASSED_ON)
def test_a_body_that_was_passed_on_leaves_its_name(
    before: str, after: str, expected: set[tuple[str, str, str]]
) -> None:
    files = [{"Box.java": f"class Box {{\n{members}}}\n".encode()} for members in (before, after)]
    told = {
        (one.kind.value, one.old.name if one.old else "", one.new.name if one.new else "")
        for one in compare(files[0], files[1], MAPPERS)
        if one.kind.value != "body_changed"
    }
    assert told == expected
