"""Blocks of Go as documents show them, compiled and run in the jail: verdict, kind, exact place."""

import pytest

from doc_healing.languages.go import running as go
from doc_healing.languages.go.dump import readable
from doc_healing.model import Environment, Job, Level, Outcome, Status
from tests.languages.go_stage import page, place, snippet, verdict

pytestmark = pytest.mark.sandbox

PASSED = {
    "import and statement": 'import "os"\n\nfmt.Println(len(os.Args))',
    "alias": 'import f "fmt"\n\nf.Println(1)',
    "both rands": "n := rand.Intn(5)\nfmt.Println(n >= 0)",
    "crypto": "b := make([]byte, 4)\n_, err := rand.Read(b)\nfmt.Println(err)",
    "template": 't := template.Must(template.New("x").Parse("{{.}}"))\nt.Execute(os.Stdout, 1)',
    "unused range": "for i, v := range []string{`a`} {\n\tfmt.Println(`x`)\n}",
    "unused in a switch": "var x any = 1\nswitch v := x.(type) {\ncase int:\n}",
    "unused from a channel": "c := make(chan int, 1)\nc <- 1\nselect {\ncase v := <-c:\n}",
    "three ways": "x := 1\n\nx := `a`\n\nx := 2.5\nfmt.Println(x)",
    "a way that shares a name": "a, b := 1, 2\n\nc := 2\na, b := `x`, c\nfmt.Println(a, b)",
    "another type in another paragraph": "n, e := strconv.Atoi(`1`)\n\n"
    "n, e = strconv.ParseFloat(`a`, 64)\n\nn, e = strconv.Atoi(`2`)\nfmt.Println(n + len(`a`), e)",
    "made of another type": "x := []int{1}\n\nx = []string{`a`}\nfmt.Println(x[0] + `b`)",
    "return": "err := error(nil)\nif err != nil {\n\treturn err\n}\nreturn",
    "return in a literal": "f := func() int { return 1 }\nfmt.Println(f())",
    "variable used by a function": "var n = 2\n\nfunc f() int { return n }\n\nfmt.Println(f())",
    "type with methods": "type T int\n\nfunc (t T) Get() T { return t }\n\nfmt.Println(T(3).Get())",
    "constants": "const (\n\tA = iota\n\tB\n)\n\nfmt.Println(A, B)",
    "goroutine": "done := make(chan bool)\ngo func() { done <- true }()\n<-done",
    "value alone": "[]int{1, 2}",
    "builtin result": "append([]int{1}, 2)",
    "announced panic": "var m map[string]int\nm[`a`] = 1 // panics",
    "announced below": "x := []int{}\n_ = x[len(x)]\n// panic: index out of range",
    "announced above": "// BAD: does not compile\nx := 1\nvar s string = 5\n_, _ = x, s",
    "announced error": "var n int = `a` // does not compile\n_ = n",
    "prose after a print": "fmt.Println(1) // prints the first number",
    "recovered": "defer func() { fmt.Println(recover()) }()\npanic(`x`)",
    "elided": "func main() {\n\tx := 1\n\t// ... more code\n}",
    "setup with init": "func init() { println(`a`) }\n\nfunc main() {}",
}


@pytest.mark.parametrize("code", PASSED.values(), ids=PASSED.keys())
def test_healthy_blocks_pass(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict == "PASSED", reading


KEPT = {
    "number": "x := 1 + 2\n// 3",
    "same line": 'x := strings.Repeat(`a`, 2) // "aa"',
    "ways by assignment": 'x := strings.ToUpper(`a`)\n// "A"\n// as number\n'
    "x = strings.Count(`aa`, `a`)\n// 2",
    "list": 'parts := strings.Split("a,b", ",")\n// []string{"a", "b"}',
    "two values": 'n, err := strconv.Atoi("5")\n// 5, nil',
    "several lines": 'm := map[string]int{"a": 1}\n// map[string]int{\n//   "a": 1,\n// }',
    "all at the end": "fmt.Println(1)\nfmt.Println(2)\n// Output:\n// 1\n// 2",
    "call": 'strings.ToUpper(`a`) // => "A"',
    "call with two": 'strings.Cut(`a=b`, `=`)\n// "a", "b", true',
    "print": "fmt.Println([]int{1, 2}) // [1 2]",
    "printf": "fmt.Printf(`%d-%s`, 1, `a`) // Output: 1-a",
    "float": "x := math.Sqrt(2)\n// 1.41",
    "other integer": "var x int64 = 5\ny := x\n// 5",
    "empty": "var x []int\ny := x\n// []int{}",
    "pointer": 's := `a`\np := &s\n// "a"',
}


@pytest.mark.parametrize("code", KEPT.values(), ids=KEPT.keys())
def test_kept_promises_prove_the_output(code: str) -> None:
    reading = verdict(code)
    assert (reading.verdict, reading.level) == ("PASSED", Level.OUTPUT), reading


# A block, the kind of its fault, and the text at whose first occurrence it is.
BROKEN: dict[str, tuple[str, str, str]] = {
    "value": ("x := 1 + 2\n// 4", "output", "4"),
    "value after a way": ("x := 1\n// 1\n\nx := 2\n// 3", "output", "3"),
    "way by assignment": (
        "x := strings.ToUpper(`a`)\n\nx = strings.Count(`aa`, `a`)\n// 3",
        "output",
        "3",
    ),
    "literal of another type": ("x := 1\n\nx = `two`\nfmt.Println(x)", "type", "`two`"),
    "another type in one paragraph": (
        "x := strings.ToUpper(`a`)\nx = strings.Count(`aa`, `a`)\nfmt.Println(x)",
        "type",
        "strings.Count",
    ),
    "another type in a program": (
        'package main\n\nimport "strings"\n\nfunc main() {\n\tx := strings.ToUpper("a")\n\n'
        '\tx = strings.Count("aa", "a") // ...\n\tprintln(x)\n}',
        "type",
        "strings.Count",
    ),
    "another type than declared": (
        "var x string\n\nx = strings.Count(`aa`, `a`)\nfmt.Println(x)",
        "type",
        "strings.Count",
    ),
    "list": ('p := strings.Split("a", ",")\n// []string{"b"}', "output", "[]string{"),
    "print": ("fmt.Println(1 + 1) // 3", "output", "3"),
    "declared twice": ("x := 1\nx := 2", "compile", ":= 2"),
    "wrong type of a way": ("x := 1\ny := 2\nx := `a`\nfmt.Println(x, y)", "type", "`a`"),
    "method": ("var b strings.Builder\nb.Writestring(`a`)", "attribute", "Writestring"),
    "field": ("c := http.Client{Timout: 5}\n_ = c", "attribute", "Timout"),
    "slip for what is unused": ("value := 1\nfmt.Println(vlaue)", "name", "vlaue"),
    "slip in a long name": ("result := 1\nfmt.Println(result, reuslt)", "name", "reuslt"),
    "forgotten import": (
        'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println(errors.New("x")) }',
        "name",
        "errors.New",
    ),
    "failing test": (
        'package x\n\nimport "testing"\n\nfunc TestSum(t *testing.T) {\n\tt.Error("x")\n}',
        "assertion",
        't.Error("x")',
    ),
    "a function without its result": (
        "c := &http.Server{\n\tConnState: func(c net.Conn) {},\n}\nc.Close()",
        "type",
        "func(c net.Conn)",
    ),
    "too few": ("strings.Split(`a`)", "argument", ")"),
    "assignment": ("x := strconv.Atoi(`5`)\n_ = x", "type", "strconv"),
    "after undefined": ("x := load()\nstrings.Shout(x)", "attribute", "Shout"),
    "unused import": ('package main\n\nimport "os"\n\nfunc main() {}', "compile", '"os"'),
    "missing return": ("package p\n\nfunc f() int {\n}", "compile", "}"),
    "nil map": ("var m map[string]int\n\nm[`a`] = 1", "exception", "m[`a`]"),
    "in a function": ("func f(x []int) int {\n\treturn x[3]\n}\n\nf(nil)", "exception", "return"),
    "in a goroutine": ("go func() {\n\tpanic(`x`)\n}()\ntime.Sleep(1e9)", "exception", "panic"),
    "exit": ("fmt.Println(1)\nos.Exit(3)", "exit", "Exit"),
    "fatal": ('package main\nimport "log"\nfunc main() {\n\tlog.Fatal("no")\n}', "exit", "Fatal"),
    "all at the end": ("fmt.Println(1)\n// Output:\n// 2", "output", "// Output"),
    "conversion": ("type T struct{}\n\nx := int(T{})\n_ = x", "type", "T{}"),
    "no such method in a program": (
        "type P struct{ X int }\n\nfunc main() {\n\tp := P{1}\n\tp.Go()\n}",
        "attribute",
        "Go()",
    ),
    "no return in a function": (
        "func f(a int) int {\n\tg(a)\n}\n\nfunc g(a int) {}",
        "compile",
        "}",
    ),
    "no such package of Go": (
        'package main\n\nimport "stringz"\n\nfunc main() { stringz.X() }',
        "import",
        '"str',
    ),
    "announced in another paragraph": (
        "// BAD: does not compile\nx := 1\n\nvar s string = 5\n_, _ = x, s",
        "type",
        "5",
    ),
    "internal": ('import "net/http/internal"\n\n_ = internal.ErrLineTooLong', "import", '"net'),
}  # fmt: skip


@pytest.mark.parametrize(("code", "kind", "text"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_blocks_are_red_at_their_place(code: str, kind: str, text: str) -> None:
    reading = verdict(code)
    assert reading.symptom is not None, reading
    found = reading.symptom
    assert (reading.verdict, found.kind) == ("BROKEN", kind), reading
    assert (found.line, found.column) == place(code, text), reading


NOT_RED = {
    "shuffled": "x := []int{1, 2}\ny := []int{x[1], x[0]}\n// []int{1, 2}",
    "random": "x := rand.Int()\n// 5",
    "time": "x := time.Now().Year()\n// 1999",
    "own handling": "_, err := strconv.Atoi(`x`)\nif err != nil {\n\tpanic(err)\n}",
    "type without its methods": "type T struct{}\n\nT{}.Run()",
    "local interface": "type I interface{ M() }\ntype T struct{}\n\nvar i I = T{}\n_ = i",
    "label": "key: value",
    "placeholder import": 'package main\n\nimport "{app}/cmd"\n\nfunc main() { cmd.Run() }',
    "declared, filled elsewhere": "var b *strings.Builder\n\nb.WriteString(`a`)",
    "signatures": "cmd.SetHelp(cmd *Command)\ncmd.SetUsage(f func(*Command) error)",
    "header": "func main() {\n\tx := 1\n",
    "value left out": "var n int = // ...\nf(`a`)\n\nfunc f(s string) int { return 0 }",
    "templates": "template.Must(template.ParseGlob(`views/*`))",
    "server": "http.ListenAndServe(`:8080`, nil)",
    "plural": "user := 1\nfmt.Println(users)",
    "a word like another": "from := 1\nfmt.Println(from, form)",
    "another word": "ports := []int{1}\nfmt.Println(ports, posts)",
    "steps": "fmt.Println(`a`) // 1\nfmt.Println(`b`) // 2",
    "counted steps": "fmt.Println(7) // 1\nfmt.Println(8) // 2",
    "a remark in brackets": "fmt.Println(5) // [optional]",
    "no error where there is a network": '_, err := net.Dial("tcp", "a.example:80")\n'
    "fmt.Println(err) // <nil>",
    "nothing where there is a network": 'r, _ := http.Get("https://a.example")\n'
    "defer r.Body.Close()",
    "paths": 'name.last   "Anderson"\nfriends.#.age   [44, 68]\nfav\\.movie   <none>',
    "types of another language": "boolean >> bool\nnumber >> float64",
    "code above paths": 'fmt.Println(1)\n"a.b"   ["x"]\n"c.#"   1',
    "a test that shows failing": 'package x\n\nimport "testing"\n\n'
    "func TestFails(t *testing.T) { t.Error(`x`) }",
    "a log of the package's own": 'package main\n\nimport "os"\n\n'
    "func main() { log.Println(os.Args) }",
    "a method by what is embedded": "type P struct{ Base }\n\nfunc main() { P{}.Go() }",
    "a program that leaves code out": "type P int\n\nfunc main() {\n\tP(1).Go() // ...\n}",
    "a function to be written": "func f(a int) int {\n\t// to be written\n\ta++\n}",
    "a package beside it": 'package main\n\nimport "models"\n\nfunc main() { models.X() }',
    "a name of its own": 'package main\n\nimport "errorx"\n\nfunc main() { errorx.X() }',
    "a panic alone": "panic(`unreachable`)",
    "an exit alone": 'import "log"\n\nlog.Fatal("cannot start")',
    "waiting alone": "select {}",
    "a loop alone": "for {\n}",
    "braces that stay open": "if 1 > 0 {\n\tprintln(1)\n",
    "a call that stays open": "fmt.Println(1,\n\t2,",
    "the end of something": "x := 1\n}",
    "logger of another kind": "log.WithField(`a`, 1).Info(`x`)",
}


@pytest.mark.parametrize("code", NOT_RED.values(), ids=NOT_RED.keys())
def test_what_is_not_certain_is_not_red(code: str) -> None:
    reading = verdict(code)
    assert reading.verdict != "BROKEN", reading


def test_a_page_lends_its_types_and_functions() -> None:
    readings = page(
        "# A\n\n```go\ntype T struct{ n int }\n\nfunc (t T) Get() int { return t.n }\n\n"
        "func add(a, b int) int { return a + b }\n```\n\n"
        "```go\nfmt.Println(T{3}.Get(), add(1, 2)) // 3 3\n```\n"
    )
    assert [reading.level for reading in readings] == [Level.BUILDS, Level.OUTPUT], readings
    assert "`T` from line 4" in readings[1].added


def test_a_page_lends_its_plain_values_and_proves_nothing_by_them() -> None:
    readings = page(
        "```go\nvar c = &http.Client{Timeout: 5}\n```\n\n"
        "```go\nc.Timeout = 3\nfmt.Println(c.Timeout)\n```\n\n```go\nc.Send(1)\n```\n\n"
        "```go\nhttp.Fetch(c)\n```\n\n```go\nimport `net/http`\n```\n"
    )
    verdicts = [reading.verdict for reading in readings]
    assert verdicts == ["PASSED", "PASSED", "UNVERIFIED", "BROKEN", "PASSED"], readings


def test_a_type_parameter_is_borrowed_from_nowhere() -> None:
    declares = "```go\ntype T struct{ A int }\n\nfmt.Println(T{1})\n```\n\n"
    first = "package main\n\nfunc f[T any](x T) T { return x }\n\nfunc main() { f(1) }"
    second = "type S[E any] []E\n\nfunc (s *S[T]) Push(x T) { *s = append(*s, x) }\n\nnew(S[int])"
    wrong = "package main\n\nfunc f[T any](x T) T { return 1 }\n\nfunc main() { f(1) }"
    blocks = "\n\n".join(f"```go\n{code}\n```" for code in (first, second, wrong))
    readings = page(f"{declares}{blocks}\n")[1:]
    assert [one.verdict for one in readings] == ["PASSED", "PASSED", "BROKEN"], readings
    assert not any("`T`" in words for one in readings for words in one.added), readings


def test_a_whole_file_borrows_too() -> None:
    readings = page(
        "```go\nimport `net/http`\n\nvar c = http.Client{Timeout: 5}\n```\n\n"
        "```go\npackage main\n\nfunc main() { println(c.Timeout) }\n```\n"
    )
    assert [reading.verdict for reading in readings] == ["PASSED", "PASSED"], readings


def test_a_session_runs_in_order_and_keeps_outputs_apart() -> None:
    readings = page(
        "```go\nx := 1\nfmt.Println(`first`)\n```\n\n<!-- doc-healing:continue -->\n"
        "```go\nx = x + 1\nfmt.Println(x)\n```\n\nOutput:\n\n```text\n2\n```\n"
    )
    assert [reading.level for reading in readings] == [Level.RUNS, Level.OUTPUT], readings


def test_a_page_lends_the_methods_of_a_program() -> None:
    readings = page(
        "```go\ntype P int\n\nfunc main() { P(1).Go() }\n```\n\n```go\nfunc (p P) Go() {}\n```\n"
    )
    assert "BROKEN" not in [reading.verdict for reading in readings], readings


def test_a_context_that_fails_is_no_fault_of_the_block() -> None:
    readings = page(
        "```go\nx := 1\npanic(x)\n```\n\n<!-- doc-healing:continue -->\n```go\nprintln(1)\n```\n"
    )
    assert [reading.verdict for reading in readings] == ["BROKEN", "UNVERIFIED"], readings
    assert "line 3" in readings[1].reason


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("// Output: a", "BROKEN"),
        ("// Output: b a", "BROKEN"),
        ("// Unordered output:\n\t// a\n\t// b", "PASSED"),
        ("// Output:\n\t// b\n\t// a\n\t//", "PASSED"),
        ("// output: b\n\t// a", "PASSED"),
    ],
)
def test_examples_are_compared_as_go_test_does(comment: str, expected: str) -> None:
    code = f'func ExampleX() {{\n\tfmt.Println("b ")\n\tfmt.Println("a")\n\t{comment}\n}}'
    code = code.replace('"b "', '"b"')
    reading = verdict(f"package x_test\n\nimport `fmt`\n\n{code}\n")
    assert reading.verdict == expected, reading


@pytest.mark.parametrize(
    ("code", "printed", "expected"),
    [
        ("println(`a`)", "a", "PASSED"),
        ("println(`a`)", "b", "BROKEN"),
        ("log.Println(`a b`)", "2009/11/10 23:00:00 a b", "PASSED"),
        ("log.Println(`a`)\nfmt.Println(`c`)", "2009/11/10 23:00:00 a\nc", "PASSED"),
        ("_, err := os.Open(`/a`)\nfmt.Println(err)", "<nil>", "UNVERIFIED"),
    ],
)
def test_what_a_terminal_shows_is_both_streams(code: str, printed: str, expected: str) -> None:
    (reading,) = page(f"```go\n{code}\n```\n\nOutput:\n\n```\n{printed}\n```\n")
    assert reading.verdict == expected, reading


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [("x := 5\ny := (x +", 3, 10), ("package main\n\nfunc main() {\n\tx := (1 +\n\n", 5, 11)],
)
def test_a_text_that_ends_too_early_is_red_at_its_end(code: str, line: int, column: int) -> None:
    found = verdict(code).symptom
    assert found is not None
    assert "unexpected end of the block" in found.message
    assert (found.kind, found.line, found.column) == ("syntax", line, column), found


@pytest.mark.parametrize(
    ("printed", "line", "words"),
    [
        ("a\nb", 10, "expected b, got c"),
        ("b\nc", 9, "expected b, got a"),
        ("a\nc\nd", 11, "expected d, got the end of the output"),
        ("a", 9, "expected a, got a c"),
        ("a\n<...>\nd", 9, "expected a <...> d, got a c"),
    ],
)
def test_a_wrong_output_is_shown_at_its_first_wrong_line(
    printed: str, line: int, words: str
) -> None:
    code = "fmt.Println(`a`)\nfmt.Println(`c`)"
    (reading,) = page(f"```go\n{code}\n```\n\nOutput:\n\n```\n{printed}\n```\n")
    found = reading.symptom
    assert found is not None, reading
    assert (found.line, found.message, found.expected) == (line, words, printed)


def test_a_package_that_no_reader_can_import_is_warned_of() -> None:
    path = "example.com/own/internal/x"
    facts = {"module": "example.com/own"}
    environment = Environment("key", "go", facts=facts)
    job = go.jobs((snippet(f'import "{path}"\n\nx.Y()'),), go.toolchain(""), environment)[0]
    assert isinstance(job, Job)
    told = go.read(job, Outcome(Status.PASSED, 0, b"", b""), environment).warnings
    assert told == (f"`{path}`: internal packages cannot be imported from outside of the module",)


ABORTED = b"""before
SIGABRT: abort
PC=0x494700 m=0 sigcode=0

goroutine 0 gp=0x1 m=0 mp=0x2 [idle]:
runtime.futex(0x1)
\truntime/sys.s:557 +0x21 fp=0x1 sp=0x2 pc=0x3

goroutine 1 gp=0x210b0ba481e0 m=nil [sleep]:
runtime.asyncPreempt()
\truntime/preempt.s:124 +0x28b fp=0x1 sp=0x2 pc=0x3
main.main()
\t.doc-healing/snippet.go:3 +0x1c fp=0x1 sp=0x2 pc=0x3

rax    0xca
rip    0x494700
rflags 0x246
cs     0x33
"""


def test_a_dump_shows_where_the_snippet_was_and_no_registers() -> None:
    shown = "before\ngoroutine 1 [sleep]:\nmain.main()\n\t.doc-healing/snippet.go:3\n\n"
    assert readable(ABORTED) == shown
    assert readable(b"rax    0xca\n") is None
