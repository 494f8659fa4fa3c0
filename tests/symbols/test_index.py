"""The index of a tree: what is read, what is read again, and what becomes of what cannot be."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doc_healing.languages import crew
from doc_healing.model import Outline, Span, Symbol, SymbolKind, Visibility
from doc_healing.store import Outlines
from doc_healing.store.outlines import packed
from doc_healing.symbols.difference import difference, renames
from doc_healing.symbols.drawing import Desk, index
from doc_healing.symbols.index import Index, PublicName
from tests.symbols.lines import Lines, Memory


def reading(
    files: crew.Files, *, jobs: int = 1, seconds: float = crew.MOST_SECONDS
) -> Iterator[tuple[str, bytes]]:
    tasks = (crew.Task(mapper, path, data) for mapper, path, data in files)
    return crew.outlined(tasks, packed, jobs, seconds)


def desk(folder: Path, mapper: Lines, jobs: int = 1, seconds: float = 20.0) -> Desk:
    return Desk([mapper], Outlines(folder), partial(reading, jobs=jobs, seconds=seconds))


def test_a_file_is_read_once_whatever_trees_it_is_part_of(tmp_path: Path) -> None:
    asked: list[str] = []
    mapper = Lines(asked=asked.append)
    old = Memory({"a.lines": b"def f()", "b.lines": b"def g(x)"}, asked.append)
    assert index(old, desk(tmp_path, mapper)).symbol("b.lines#g")
    assert asked.count("a.lines") == 2  # its bytes, its outline
    asked.clear()
    new = Memory({**old.texts, "b.lines": b"def h(x)"}, asked.append)
    found = index(new, desk(tmp_path, mapper))
    assert found.symbol("b.lines#h")
    assert found.symbol("b.lines#g") is None
    assert found.symbol("a.lines#f")
    assert asked == ["b.lines", "b.lines"]


def test_another_version_of_a_mapper_reads_everything_again(tmp_path: Path) -> None:
    asked: list[str] = []
    tree = Memory({"a.lines": b"def f()"})
    for version in ("1", "2", "2"):
        index(tree, desk(tmp_path, Lines(version=version, asked=asked.append)))
    assert asked == ["a.lines", "a.lines"]


def test_the_same_content_under_another_path_is_told_under_that_path(tmp_path: Path) -> None:
    tree = Memory({"a.lines": b"def f()", "x/a.lines": b"def f()"})
    found = index(tree, desk(tmp_path, Lines()))
    assert [one.id for one in found.named("f")] == ["a.lines#f", "x/a.lines#f"]


def test_public_names_are_all_names_and_those_of_members_follow_their_type(
    tmp_path: Path,
) -> None:
    tree = Memory({"a.lines": b"type Client\ndef Client.get(url)", "names.txt": b"pkg/"})
    found = index(tree, desk(tmp_path, Lines()))
    get = found.symbol("a.lines#Client.get")
    assert get
    assert found.public_names(get) == (PublicName("pkg/a", "Client.get"),)
    client = found.symbol("a.lines#Client")
    assert client
    assert found.members(client) == [get]
    assert found.owner(get) == client
    assert found.top("a.lines") == [client]
    assert found.surface("lines")["pkg/a"]["Client"].symbol == client.id


def symbol(path: str, name: str, kind: SymbolKind = SymbolKind.METHOD) -> Symbol:
    return Symbol(path, name, kind, 1, 1, Span(0, 1))


def test_a_method_of_another_file_belongs_to_the_type_of_its_folder() -> None:
    types = [symbol(f"{at}/t.go", "Client", SymbolKind.TYPE) for at in ("a", "b")]
    method = symbol("b/m.go", "Client.Get")
    stray = symbol("c/m.go", "Client.Get")
    outlines = {one.path: Outline(one.path, "go", (one,)) for one in (*types, method, stray)}
    found = Index(outlines)
    assert found.owner(method) == types[1]
    assert found.members(types[1]) == [method]
    assert found.owner(stray) is None  # there are two


def test_a_private_member_has_no_public_name(tmp_path: Path) -> None:
    tree = Memory({"a.lines": b"type Client"})
    found = index(tree, desk(tmp_path, Lines()))
    hidden = replace(symbol("a.lines", "Client.x"), visibility=Visibility.PRIVATE)
    assert not found.public_names(hidden)


def test_faults_are_told_and_cost_their_file_alone(tmp_path: Path) -> None:
    texts = {"a.lines": b"raise", "b.lines": b"def f()\nbad", "c.lines": b"def g()"}
    gone = ("d.lines", "a link that leaves the repository"), ("e.png", "no regular file")
    found = index(Memory(texts, left_out=gone), desk(tmp_path, Lines()))
    assert found.faults == (
        ("a.lines", "a fault of doc-healing: KeyError: 'lines'"),
        ("b.lines", "it holds a bad line"),
        ("d.lines", "a link that leaves the repository"),
    )
    assert [len(found.named(name)) for name in "fg"] == [1, 1]


LARGE = b"\n" * 100_000


def test_a_file_that_kills_its_reader_or_takes_too_long_is_a_fault(tmp_path: Path) -> None:
    texts = {f"{n}.lines": b"def f%d()" % n for n in range(20)}
    texts |= {"x.lines": b"die" + LARGE, "y.lines": b"hang" + LARGE, "z.lines": b"die"}
    found = index(Memory(texts), desk(tmp_path, Lines(), jobs=2, seconds=1.0))
    assert found.faults == (
        ("x.lines", "reading it ended the reader"),
        ("y.lines", "reading it took over 1 s"),
        ("z.lines", "reading it ended the reader"),
    )
    assert len(found.outlines) == 23
    assert all(found.symbol(f"{n}.lines#f{n}") for n in range(20))


def test_files_stand_in_the_order_of_their_tree_whoever_is_read_first(tmp_path: Path) -> None:
    def backwards(files: crew.Files) -> Iterator[tuple[str, bytes]]:
        yield from reversed(list(reading(files)))

    early = Memory({"b.lines": b"def f()", "d.lines": b"def g()"})
    whole = Memory({f"{name}.lines": early.texts.get(f"{name}.lines", b"") for name in "abcde"})
    both = Desk([Lines()], Outlines(tmp_path), backwards)
    for tree in (early, whole, whole):
        assert list(index(tree, both).outlines) == list(tree.texts)


def test_the_longest_suffix_says_who_reads_a_file(tmp_path: Path) -> None:
    wide, narrow = Lines(suffixes=(".lines",)), Lines("narrow", suffixes=(".d.lines",))
    tree = Memory(dict.fromkeys(("a.lines", "a.d.lines", ".lines", "x.b.lines"), b"def f()"))
    both = Desk([wide, narrow], Outlines(tmp_path), reading)
    found = {path: one.language for path, one in index(tree, both).outlines.items()}
    assert found == {"a.lines": "lines", "a.d.lines": "narrow", "x.b.lines": "lines"}


def test_only_text_that_differs_is_read() -> None:
    asked: list[str] = []
    old = Memory({"a": b"1", "b": b"2", "c": b"\0", "d": b"same\nlines\nhere"}, asked.append)
    new = Memory({"a": b"1", "b": b"3", "e/d": b"same\nlines\nhere"}, asked.append)
    found = difference(old, new)
    assert asked == ["b", "c", "d", "b", "e/d"]
    assert found.paths == ["b", "d", "e/d"]
    assert found.unread == ["c"]
    assert found.renamed == {"d": "e/d"}


def test_nothing_is_removed_where_the_other_side_cannot_be_read() -> None:
    text, binary = Memory({"a.py": b"def f(): ..."}), Memory({"a.py": b"\0"})
    for old, new in ((text, binary), (binary, text)):
        found = difference(old, new)
        assert (found.paths, found.unread) == ([], ["a.py"])


RENAMES = [
    ({"a.py": b"x\ny\nz"}, {"b.py": b"x\ny\nw"}, {"a.py": "b.py"}),
    ({"a.py": b"x\ny\nz"}, {"b.py": b"x\nv\nw"}, {}),
    ({"a.py": b"x\ny"}, {"b.js": b"x\ny\nz"}, {}),
    ({"a.py": b""}, {"b.py": b""}, {}),
    ({"m/a.py": b"x"}, {"n/b.py": b"x", "n/a.py": b"x"}, {"m/a.py": "n/a.py"}),
    ({"a.py": b"x", "b.py": b"x"}, {"c.py": b"x"}, {"a.py": "c.py"}),
    ({"a.py": b"x\ny\nz"}, {"b.py": b"x\ny\nw", "c.py": b"x\ny\nz\nw"}, {"a.py": "c.py"}),
]


def test_a_file_that_is_gone_has_one_successor_at_most() -> None:
    for lost, found, expected in RENAMES:
        assert renames(lost, found) == expected


TREES = st.dictionaries(
    st.sampled_from(["a.lines", "b.lines", "x/a.lines", "c.md"]),
    st.lists(st.sampled_from(["def f()", "def g(a, b)", "type C", "def C.m()", "bad", "\0"])),
)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tree=TREES)
def test_what_is_kept_is_what_was_read(tmp_path: Path, tree: dict[str, list[str]]) -> None:
    source = Memory({path: "\n".join(lines).encode() for path, lines in tree.items()})
    table = desk(tmp_path, Lines())
    cold, warm = index(source, table), index(source, table)
    table.kept.close()
    for one, other in ((cold.outlines, warm.outlines), (cold.surfaces, warm.surfaces)):
        assert dict(one) == dict(other)
    assert cold.faults == warm.faults
    assert set(cold.outlines) == {path for path in tree if path.endswith(".lines")}
