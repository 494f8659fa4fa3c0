"""How Go source is read for the code map: definitions, public names, and what snippets use."""

import sys
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.go import mapping
from doc_healing.languages.go.mapping import comments
from doc_healing.languages.go.mapping.outline import package_names
from doc_healing.model import Outline, ParameterKind, Symbol, SymbolKind, Use, Visibility

SOURCE = b"""\
// Package net talks.
package net

import (
	"fmt"
	chi "github.com/go-chi/chi/v5"
	. "example.com/dot"
	_ "example.com/blank"
)

// Get asks for it.
//
// It may take long.
//
// Deprecated: use [Client.Fetch] instead.
func Get(a, b int, more ...string) (int, error) { return 1, nil }

// Fetch asks a client.
func (c *Client[T]) Fetch(ctx fmt.Context) []T { return c.all }

// Client holds
// a connection.
type Client[T any] struct {
	Base
	*chi.Mux
	// Name is told.
	Name, Alias string `json:"name"`
	all         []T // hidden
	Nested struct{ Deep int }
}

type (
	Doer interface {
		Do(x int) error
		fmt.Stringer
	}
	Kind int
	Old = New
)

const (
	Red Kind = iota // like blood
	Green
)

var Default, other = NewClient(), &Client[int]{}
var Literal = &Client[int]{}

func Forward(a int, b string) error { return Other(a, b) }
func init() {}
func _() {}
"""


def _outline(text: str | bytes, path: str = "net.go") -> Outline:
    return mapping.outline(path, text.encode() if isinstance(text, str) else text)


def _named(outline: Outline) -> dict[str, Symbol]:
    return {symbol.name: symbol for symbol in outline.symbols}


def test_a_file_tells_what_stands_at_its_top() -> None:
    outline = _outline(SOURCE)
    assert (outline.package, outline.faults) == ("net", ())
    assert list(_named(outline)) == [
        "Get", "Client.Fetch", "Client", "Client.Base", "Client.Mux", "Client.Name",
        "Client.Alias", "Client.all", "Client.Nested", "Client.Nested.Deep", "Doer", "Doer.Do",
        "Kind", "Old", "Red", "Green", "Default", "other", "Literal", "Forward",
    ]  # fmt: skip
    assert [(one.name, one.module, one.member) for one in outline.imports] == [
        ("fmt", "fmt", ""),
        ("chi", "github.com/go-chi/chi/v5", ""),
        ("", "example.com/dot", "*"),
        ("", "example.com/blank", ""),
    ]


def test_a_symbol_tells_its_signature_and_its_words() -> None:
    found = _named(_outline(SOURCE))
    get, fetch, client = found["Get"], found["Client.Fetch"], found["Client"]
    assert get.doc == "Get asks for it."
    assert (get.deprecated, get.successor) == ("use [Client.Fetch] instead.", "Client.Fetch")
    assert get.returns == "(int, error)"
    assert get.parameters is not None
    assert [(one.name, one.type) for one in get.parameters] == [
        ("a", "int"),
        ("b", "int"),
        ("more", "string"),
    ]
    assert get.parameters[2].kind is ParameterKind.VARIADIC
    assert fetch.parameters is not None
    assert fetch.parameters[0].kind is ParameterKind.RECEIVER
    assert (fetch.kind, fetch.returns) == (SymbolKind.METHOD, "[]T")
    assert client.bases == ("Base", "chi.Mux")
    assert client.doc == "Client holds a connection."
    assert client.signature == "type Client[T any] struct"
    assert found["Client.Name"].doc == "Name is told."
    assert found["Client.all"].visibility is Visibility.INTERNAL
    assert found["Doer"].bases == ("fmt.Stringer",)
    assert (found["Red"].doc, found["Red"].returns) == ("like blood", "Kind")
    assert (found["Old"].successor, "alias" in found["Old"].flags) == ("New", True)
    assert found["Default"].gives == "NewClient()"
    assert found["Literal"].returns == "*Client[int]"
    assert (found["Forward"].successor, found["Forward"].deprecated) == ("Other", None)


@pytest.mark.parametrize(
    ("said", "successor"),
    [
        ("use [New] instead.", "New"),
        ("Use New instead", "New"),
        ("replaced by Client.Do", "Client.Do"),
        ("use the net/http.Client type", "net/http.Client"),
        ("please use other packages", ""),
        ("it is no longer needed", ""),
        ("call `shut` instead", "shut"),
    ],
)
def test_a_successor_is_what_its_author_names(said: str, successor: str) -> None:
    assert comments.successor(said) == successor


def test_inlined_functions_name_their_successor() -> None:
    text = "package a\n//go:fix inline\nfunc Old(x int) { New(x) }\n"
    symbol = _named(_outline(text))["Old"]
    assert (symbol.successor, symbol.doc) == ("New", "")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("github.com/go-chi/chi/v5", "chi"),
        ("gopkg.in/yaml.v3", "yaml"),
        ("github.com/mattn/go-sqlite3", "sqlite3"),
        ("github.com/x/foo-go", "foo"),
        ("fmt", "fmt"),
    ],
)
def test_a_path_tells_the_likeliest_name(path: str, name: str) -> None:
    assert package_names(path)[0] == name


def test_what_does_not_parse_is_said_and_the_rest_is_told() -> None:
    outline = _outline("package a\nfunc F() {}\nfunc ( {{ \nfunc G() {}\n")
    assert "F" in _named(outline)
    assert outline.faults
    assert _outline(b"package a\0").faults == ("it is no text: it holds NUL bytes",)


@pytest.mark.parametrize(
    ("written", "bases"),
    [
        ("type A B", ("B",)),
        ("type A pkg.B[int]", ("pkg.B",)),
        ("type A = B", ()),
        ("type A []B", ()),
        ("type A func(B)", ()),
    ],
)
def test_a_type_has_the_fields_of_the_one_that_defines_it(
    written: str, bases: tuple[str, ...]
) -> None:
    (found,) = mapping.outline("a.go", f"package a\n\n{written}\n".encode()).symbols
    assert found.bases == bases


def test_exported_names_are_published_by_their_import_path() -> None:
    files = {
        "a.go": "package root\nfunc Top() {}\nfunc low() {}\ntype T struct{}\nfunc (T) M() {}",
        "a_test.go": "package root\nfunc TestTop() {}",
        "sub/b.go": "package other\nvar V = 1",
        "internal/c.go": "package c\nfunc C() {}",
        "cmd/x/main.go": "package main\nfunc Run() {}",
        "v3/d.go": "package d\ntype D int",
        "testdata/e.go": "package e\nfunc E() {}",
        "gen.go": "//go:build ignore\n\npackage root\nfunc Gen() {}",
    }
    manifests = {
        "go.mod": b"module example.com/m\n",
        "v3/go.mod": b"module example.com/m/v3 // x\n",
    }
    outlines = {path: _outline(text, path) for path, text in files.items()}
    surface = mapping.publish(MappingProxyType(outlines), manifests.get)
    found = {
        (module, name): target.hidden
        for module, names in surface.items()
        for name, target in names.items()
    }
    assert found == {
        ("example.com/m", "Top"): False,
        ("example.com/m", "T"): False,
        ("example.com/m/sub", "V"): False,
        ("example.com/m/internal", "C"): True,
        ("example.com/m/v3", "D"): False,
    }


def test_without_a_manifest_the_tree_tells_its_own_path() -> None:
    files = {
        "a.go": 'package root\nimport "github.com/o/r/sub"\nfunc Top() { sub.X() }',
        "sub/b.go": "package sub\nfunc X() {}",
    }
    outlines = {path: _outline(text, path) for path, text in files.items()}
    surface = mapping.publish(outlines, lambda _: None)
    assert sorted(surface) == ["github.com/o/r", "github.com/o/r/sub"]


def _shown(use: Use) -> str:
    arity = "" if use.arity is None else f"/{use.arity}"
    keys = "".join(f" {key}" for key in use.keywords)
    return f"{use.kind.value} {use.origin.value} {use.module}:{'.'.join(use.names)}{arity}{keys}"


USES = [
    (
        'package main\nimport "github.com/gin-gonic/gin"\nfunc main() {\n\tr := gin.Default()\n'
        '\tr.GET("/", func(c *gin.Context) { c.JSON(200, gin.H{"a": 1}) })\n\tr.Run()\n}',
        [
            "import imported github.com/gin-gonic/gin:",
            "call imported github.com/gin-gonic/gin:Default/0",
            "call imported github.com/gin-gonic/gin:Default.().GET/2",
            "type imported github.com/gin-gonic/gin:Context",
            "call imported github.com/gin-gonic/gin:Context.().JSON/2",
            "type imported github.com/gin-gonic/gin:H",
            "call imported github.com/gin-gonic/gin:Default.().Run/0",
        ],
    ),
    (
        'import r "x.io/go-redis/v9"\n...\n'
        'c, err := r.New(&r.Options{Addr: "a", In: []r.M{{B: 1}}})\n'
        "for _, one := range c.All() {\n\tone.Do(xs...)\n}\nfmt.Println(err)",
        [
            "import imported x.io/go-redis/v9:",
            "call imported x.io/go-redis/v9:New/1",
            "type imported x.io/go-redis/v9:Options Addr In",
            "attribute imported x.io/go-redis/v9:Options.().Addr",
            "attribute imported x.io/go-redis/v9:Options.().In",
            "type imported x.io/go-redis/v9:M",
            "attribute imported x.io/go-redis/v9:M.().B",
            "call imported x.io/go-redis/v9:New.().All/0",
            "call imported x.io/go-redis/v9:New.().All.().[].Do",
            "call bare :fmt.Println/1",
        ],
    ),
    (
        'import "a.io/lib"\ntype Own struct {\n\t*lib.Base\n\tdb lib.DB\n}\n'
        "func (o *Own) Go() { o.Inherited(); o.db.Query(); o.Go() }",
        [
            "import imported a.io/lib:",
            "subclass imported a.io/lib:Base",
            "type imported a.io/lib:DB",
            "call imported a.io/lib:Base.().Inherited/0",
            "call imported a.io/lib:DB.().Query/0",
        ],
    ),
    (
        "lo.Map[int, string](xs, f)\nclient.Send(...)\nnew(Config).Load()",
        [
            "call bare :lo.Map/2",
            "call receiver :Map/2",
            "call bare :client.Send",
            "call receiver :Send",
            "type bare :Config",
            "call bare :Config.().Load/0",
        ],
    ),
    (
        'import . "a.io/dot"\nx := Make[int](1)\nvar y T = x.Get()\ny.(Other).Run()',
        [
            "import imported a.io/dot:",
            "call star a.io/dot:Make/1",
            "type star a.io/dot:T",
            "call star a.io/dot:Make.().Get/0",
            "type star a.io/dot:Other",
            "call star a.io/dot:Other.().Run/0",
        ],
    ),
    (
        'import "a.io/lib"\nfunc f[T any](x T) *lib.A { return nil }\nc := lib.New()\n'
        "for {\n}\nc.Get(x)\nfor {\n}\nlib.Put(c)\nf[int](1).Go()",
        [
            "import imported a.io/lib:",
            "type imported a.io/lib:A",
            "call imported a.io/lib:New/0",
            "call imported a.io/lib:New.().Get/1",
            "call imported a.io/lib:Put/1",
            "call imported a.io/lib:A.().Go/0",
        ],
    ),
    (
        's := strings.ToUpper("lib.Do()") // lib.Done()\nprintln(len(s))',
        ["call bare :strings.ToUpper/1"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "wanted"), USES)
def test_a_snippet_tells_what_it_uses(code: str, wanted: list[str]) -> None:
    assert [_shown(use) for use in mapping.uses(code)] == wanted


def test_a_snippet_continues_those_before_it() -> None:
    before = ['import "a.io/lib"\n\nfunc setUp() *lib.Client { return nil }', "c := setUp()"]
    found = mapping.uses("c.Get(1)\n\n\tlib.Do()", before)
    assert [(_shown(use), use.line, use.column) for use in found] == [
        ("call imported a.io/lib:Client.().Get/1", 1, 3),
        ("call imported a.io/lib:Do/0", 3, 6),
    ]


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('{}()[]<>;:,.*&"` \nABab1=/é…') | st.characters(), max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    data = text.encode("utf-8", "replace")
    for symbol in mapping.outline("a.go", data).symbols:
        assert 0 <= symbol.span.start <= symbol.span.end <= len(data)
    lines = text.count("\n") + 1
    assert all(1 <= use.line <= lines + 1 for use in mapping.uses(text, [text[:50]]))
    assert all(token.text for token in mapping.tokens("a.go", data))


@pytest.mark.parametrize(
    "code", ["a" + ".B()" * 5000, "type A " + "struct { B " * 3000, "x := " + "[]T{" * 2000]
)
def test_depth_overflows_nothing(code: str) -> None:
    mapping.uses(code)
    mapping.outline("a.go", code.encode())


def test_the_names_of_a_long_list_are_no_types() -> None:
    names = "a, b, c, d, e, f, g, h, i, j"
    for written in (f"{names} int", f"{names} int, rest ...string", f"s string, {names} int"):
        symbol = mapping.outline("a.go", f"package a\nfunc F({written}) {{}}\n".encode()).symbols[0]
        assert symbol.parameters is not None
        told = {one.name: one.type for one in symbol.parameters}
        assert set(names.split(", ")) <= set(told)
        assert {told[name] for name in names.split(", ")} == {"int"}
    unnamed = mapping.outline("a.go", b"package a\nfunc F(int, string)\n").symbols[0]
    assert [one.name for one in unnamed.parameters or ()] == ["", ""]


@pytest.mark.parametrize(
    ("comment", "deprecated"),
    [
        ("Deprecated defines, if this command is deprecated.", None),
        ("Deprecated tells whether it is.", None),
        ("F is old.\n//\n// Deprecated", ""),
        ("DEPRECATED USE G INSTEAD", "USE G INSTEAD"),
        ("Deprecated since 1.2, use G.", "since 1.2, use G."),
        ("Deprecated. Call G.", "Call G."),
    ],
)
def test_a_notice_is_told_from_a_sentence(comment: str, deprecated: str | None) -> None:
    source = f"package a\n// {comment}\nfunc F() {{}}\n"
    assert mapping.outline("a.go", source.encode()).symbols[0].deprecated == deprecated


def test_no_two_symbols_have_one_id() -> None:
    source = b"package a\ntype T struct {\n\tA int\n\tA string\n}\nfunc F() {}\nfunc F(x int) {}\n"
    symbols = mapping.outline("a.go", source).symbols
    assert len({symbol.id for symbol in symbols}) == len(symbols) == 5


def test_the_rest_of_endless_names_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["doc_healing.languages.go.mapping.outline"]
    monkeypatch.setattr(module, "_SYMBOLS", 600)
    outline = mapping.outline("a.go", b"package a\n" + b"const A = 1\n" * 610)
    assert len(outline.symbols) == 600
    assert "the rest is not told" in outline.faults[0]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("lo.Range[float64](1, 5)", ("call", 2)),
        ("lo.Range[*Point](1, 5).Sum()", ("call", 2)),
        ("lo.Range[geo.Point](1, 5)", ("call", 2)),
        ("lo.Range[int, Point](1, 5)", ("call", 2)),
        ("lo.Range[i](1, 5)", ("attribute", None)),
        ('lo.Range["a"](1, 5)', ("attribute", None)),
    ],
)
def test_a_call_with_written_types_is_a_call(code: str, wanted: tuple[str, int | None]) -> None:
    found = mapping.uses(f'import "example.com/lo"\n{code}\n')
    told = [(use.kind.value, use.arity) for use in found if use.names == ("Range",)]
    assert told == [wanted]
