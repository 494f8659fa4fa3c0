"""Blocks of Go that go on where an earlier one ended: the names they share, and what they prove."""

import pytest

from doc_healing.languages.go import running as go
from tests.languages.go_stage import findings, snippet


def pages(*codes: str) -> str:
    return "\n".join(f"```go\n{code}\n```\n" for code in codes)


NAMES = {
    "fragment": (
        "client, err := lib.New(lib.Config{Name: name, M: map[string]int{key: 1}})\n"
        "if err != nil { log.Fatal(err) }\nfor i, v := range xs { f(i, v) }",
        "client err",
        "lib name key log xs f",
    ),
    "program": (
        'package main\n\nimport (\n\t"fmt"\n\tg "github.com/a/b"\n)\n\n'
        "type T[K any] struct{ a K }\n\nfunc main() {\n\tapp := g.New()\n\tvar x, y = 1, z\n"
        "\tfmt.Println(app)\n\tif q := x; q > y {\n\t\tp := q\n\t\t_ = p\n\t}\n}",
        "T app g x y",
        "z",
    ),
    "main on one line": ("func main() { x := 1 }", "", ""),
    "branches": (
        "switch v := x.(type) {\ncase int:\n\tuse(v)\n}\nselect {\ncase m := <-ch:\n\t_ = m\n}\n"
        "L:\nfor {\n\tbreak L\n}\nvar q T\nconst c = 1",
        "q c",
        "use x ch T",
    ),
    "functions": (
        "func (s *Server) Run(ctx context.Context) (err error) { return s.go_(ctx, err, other) }\n"
        "func Map[T, U any](xs []T, f func(T) U) []U { return nil }",
        "Map",
        "Server context other",
    ),
    "slips": ("x := = 1", "", ""),
    "placeholders": ("x := <your name>", "", ""),
}


@pytest.mark.parametrize(("code", "bound", "free"), NAMES.values(), ids=NAMES.keys())
def test_names_are_read_off_the_text(code: str, bound: str, free: str) -> None:
    found = go.names(snippet(code))
    assert (found.bound, found.free) == (frozenset(bound.split()), frozenset(free.split()))


# Blocks of a page, the verdict of the last one, and words that its finding says.
SEQUENCES = {
    "a function in two versions": (
        (
            "func Area(w, h int) int { return w * h }",
            "func Area(r int) int { return r * r }",
            "fmt.Println(Area(2, 3))",
        ),
        "UNVERIFIED",
        "one of several `Area`",
    ),
    "a function that has no such version": (
        ("func Area(w, h int) int { return w * h }", "fmt.Println(Area(2, 3, 4))"),
        "BROKEN",
        "",
    ),
    "methods of blocks of their own": (
        (
            "type T struct{ n int }",
            "func (t *T) Inc() { t.n++ }",
            "func (t *T) Dec() { t.n-- }",
            't := &T{}\nt.Inc()\nt.Inc()\nt.Dec()\nif t.n != 1 {\n\tpanic("x")\n}',
        ),
        "PASSED",
        "",
    ),
    "a method of its own": (
        (
            "type T struct{ n int }\n\nfunc (t *T) Inc() { t.n++ }",
            "func (t *T) Inc() { t.n += 2 }\n\nfunc main() {\n\tt := &T{}\n\tt.Inc()\n}",
        ),
        "PASSED",
        "",
    ),
    "a defer that takes the panic of a later block": (
        (
            "func load() int { return 1 }",
            "defer func() {\n\tif r := recover(); r != nil {\n\t\tfmt.Println(r)\n\t}\n}()\n"
            "z := load()",
            'if z != 2 {\n\tpanic("x")\n}',
        ),
        "UNVERIFIED",
        "",
    ),
    "a goroutine that ends the program": (
        (
            "func load() int { return 1 }",
            "go func() {\n\ttime.Sleep(100 * time.Millisecond)\n\tos.Exit(0)\n}()\nz := load()",
            'time.Sleep(time.Second)\nif z != 2 {\n\tpanic("x")\n}',
        ),
        "UNVERIFIED",
        "",
    ),
    "an end of its own": (
        ("z := len(os.Args)", "if z > 0 {\n\treturn\n}\nfmt.Println(z)"),
        "PASSED",
        "line 1",
    ),
    "an exit of its own": (("z := len(os.Args)", "fmt.Println(z)\nos.Exit(0)"), "PASSED", "line 1"),
    "a variable that a call fills": (
        ("client := bytes.NewBufferString(`abc`)", "fmt.Println(client.Len())\n// 3"),
        "PASSED",
        "line 1",
    ),
    "with an error": (
        ("n, err := strconv.Atoi(`5`)", "if err != nil {\n\tlog.Fatal(err)\n}\nfmt.Println(n)"),
        "PASSED",
        "line 1",
    ),
    "over three blocks": (
        ("a := strings.Split(`a,b`, `,`)", "b := len(a)", "fmt.Println(b) // 2"),
        "PASSED",
        "lines 1, 5",
    ),
    "what stands between": (
        (
            "m := map[string]int{}\nx := len(m)",
            "m[`a`] = 1",
            'if len(m) != 1 {\n\tpanic("no")\n}\n_ = x',
        ),
        "PASSED",
        "lines 1, 6",
    ),
    "the body of main": (
        (
            'package main\n\nimport (\n\t"bytes"\n\t"net/http"\n)\n\ntype T struct{}\n\n'
            "func main() {\n\tb := bytes.NewBufferString(`abc`)\n\thttp.NotFoundHandler()\n"
            '\thttp.ListenAndServe(":80", nil)\n}',
            "fmt.Println(b.Len(), T{}) // 3 {}",
        ),
        "PASSED",
        "line 1",
    ),
    "two programs": (
        (
            "package main\n\nfunc main() {\n\ta := len(`a`)\n\t_ = a\n}",
            "package main\n\nfunc main() {\n\tb := len(`ab`)\n\t_ = b\n}",
            "fmt.Println(a + b) // 3",
        ),
        "PASSED",
        "lines 1, 10",
    ),
    "a name that nobody binds": (
        ("a := len(`a`)", "fmt.Println(b)"),
        "UNVERIFIED",
        "needs context",
    ),
    "another thing of that name": (
        ("client := len(`a`)", "client.Fetch()"),
        "UNVERIFIED",
        "needs context",
    ),
    "what the library does not have": (
        ("client := len(`a`)", "strings.Shout(client)"),
        "BROKEN",
        "Shout",
    ),
    "types alone do nothing": (
        ("type T struct{ n int }\n\nprintln(T{})\nos.Exit(3)", "x := T{n: len(`a`)}\nx.n++"),
        "PASSED",
        "",
    ),
    "a context that fails": (
        ("var m map[string]int\nm[`a`] = len(`a`)\nx := len(m)", "fmt.Println(x)"),
        "UNVERIFIED",
        "",
    ),
}


@pytest.mark.sandbox
@pytest.mark.parametrize(("codes", "verdict", "words"), SEQUENCES.values(), ids=SEQUENCES.keys())
def test_a_block_goes_on_where_another_ended(
    codes: tuple[str, ...], verdict: str, words: str
) -> None:
    last = findings(pages(*codes))[-1]
    assert last.verdict == verdict, last
    assert words in " ".join((last.reason, *last.added)), last


@pytest.mark.sandbox
def test_tabs_are_no_sequence() -> None:
    tab = '=== "{}"\n\n    ```go\n    {}\n    ```\n\n'
    text = tab.format("A", "client := len(`a`)") + tab.format("B", "fmt.Println(client)")
    assert findings(text)[-1].verdict == "UNVERIFIED"


@pytest.mark.sandbox
def test_a_tab_takes_nothing_of_another_label() -> None:
    tab = '=== "{}"\n\n    ```go\n    {}\n    ```\n\n'
    text = (
        tab.format("v1", "func load() int { return 1 }")
        + tab.format("v2", "func load() string { return `a` }")
        + "Their use.\n\n"
        + tab.format("v1", "var n int = load()\n    fmt.Println(n)")
        + tab.format("v2", "var n string = load()\n    fmt.Println(n)")
    )
    found = findings(text)
    assert [one.verdict for one in found] == ["PASSED"] * 4, found
    lent = [words for one in found[2:] for words in one.added if "load" in words]
    assert lent == ["`load` from line 4", "`load` from line 10"]
