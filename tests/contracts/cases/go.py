from doc_healing.model import (
    Condition,
    FailKind,
    Instructions,
    Level,
    Mode,
    MustFail,
    SymptomKind,
    Verdict,
)
from tests.contracts.cases import Case, Traits, expecting

BROKEN, UNVERIFIED = Verdict.BROKEN, Verdict.UNVERIFIED
ILLUSTRATIVE, SKIPPED = Verdict.ILLUSTRATIVE, Verdict.SKIPPED
K = SymptomKind


def out(text: str) -> Instructions:
    return Instructions(expected=expecting(text))


def fails(code: str = "", pattern: str = "", kind: FailKind = FailKind.ANY) -> Instructions:
    return Instructions(mode=Mode.FAIL, must_fail=MustFail(kind, pattern, code))


def program(body: str, *imports: str) -> str:
    """A whole file, whose body begins at line 4 where it imports anything, else at line 3."""
    line = "import (" + "; ".join(f'"{name}"' for name in imports) + ")\n" if imports else ""
    return f"package main\n{line}func main() {{\n{body}}}\n"


EXAMPLE = 'package lib_test\n\nimport "fmt"\n\nfunc ExampleAdd() {\n'

CASES: tuple[Case, ...] = (
    # --- it runs
    Case("passing", program("\tprintln(len([]int{1}))\n"), level=Level.RUNS),
    Case("statements", 'x := strings.ToUpper("a")\nfmt.Println(x)\n', added='import "strings"'),
    Case("declarations", "type T struct{ n int }\n\nfunc (t T) Get() int { return t.n }\n"),
    Case("a function of its own", 'func main() {\n\tfmt.Println("a")\n}\n', added='import "fmt"'),
    Case(
        "a package", "package lib\n\nfunc Add(a, b int) int { return a + b }\n", level=Level.BUILDS
    ),
    Case("unused in a fragment", 'import "os"\n\nx := 1\nfor i, v := range []int{1} {\n}\n'),
    Case("unused values", "a, b := 1, 2\nif c := a; a > 0 {\n}\nb\n[]int{1}\n"),
    Case("two ways", 'x := 1\n\n// or\nx := "a"\nfmt.Println(x)\n', added="declared again"),
    Case(
        "mixed",
        'import "fmt"\n\nvar n = twice(2)\nfmt.Println(n)\n\n'
        "func twice(a int) int { return 2 * a }\n",
    ),
    Case("generics", "func Id[T any](x T) T { return x }\n\nfmt.Println(Id(3), Id[string](``))\n"),
    Case("a function value", "func(a int) int {\n\treturn a\n}\n", added="not called"),
    Case("exit 0", program("\tos.Exit(0)\n", "os")),
    Case("output compared", 'fmt.Println("a  b")\n', level=Level.OUTPUT, instructions=out("a  b")),
    Case("output differs", 'fmt.Println("a")\n', BROKEN, K.OUTPUT, instructions=out("b")),
    Case(
        "example",
        EXAMPLE + "\tfmt.Println(1 + 2)\n\t// Output: 3\n}\n",
        level=Level.OUTPUT,
    ),
    Case(
        "example differs",
        EXAMPLE + "\tfmt.Println(1 + 2)\n\t// Output: 4\n}\n",
        BROKEN,
        K.OUTPUT,
        7,
        2,
    ),
    Case(
        "example in any order",
        EXAMPLE + '\tfmt.Print("b\\na")\n\t// Unordered output:\n\t// a\n\t// b\n}\n',
        level=Level.OUTPUT,
    ),
    Case("test", 'func TestX(t *testing.T) {\n\tif 1 > 2 {\n\t\tt.Fatal("x")\n\t}\n}\n'),
    # --- it fails, and how
    Case("syntax", program("\tx := 1 +\n\tfor {\n\t}\n"), BROKEN, K.SYNTAX, 4, 2),
    Case("syntax in statements", "x := 1\ny = = 2\n", BROKEN, K.SYNTAX, 2, 5),
    Case("name misspelt", "value := 3\nfmt.Println(vlaue)\n", BROKEN, K.NAME, 2, 13),
    Case("attribute", 'word := "a"\nword.Shout()\n', BROKEN, K.ATTRIBUTE, 2, 6),
    Case("no such function", 'import "strings"\n\nstrings.Shout("a")\n', BROKEN, K.ATTRIBUTE, 3, 9),
    Case("argument", 'strings.ToUpper("a", "b")\n', BROKEN, K.ARGUMENT, 1, 22),
    Case("type", 'x := 1\nx = "a"\n', BROKEN, K.TYPE, 2, 5),
    Case("unused in a file", program("\tx := 1\n"), BROKEN, K.COMPILE, 3, 2),
    Case("assertion", 'func TestX(t *testing.T) {\n\tt.Fatal("x")\n}\n', BROKEN, K.ASSERTION, 2),
    Case("exception", 'for range 2 {\n\tpanic("x")\n}\n', BROKEN, K.EXCEPTION, 2, 2),
    Case("index", "x := []int{1}\nn := 5\nfmt.Println(x[n])\n", BROKEN, K.EXCEPTION, 3, 1),
    Case("after umlauts", 's := "äöü😀"; s.x()\n', BROKEN, K.ATTRIBUTE, 1, 16),
    Case("in a library", 'x := 1\nregexp.MustCompile("(")\n_ = x\n', BROKEN, K.EXCEPTION, 2, 1),
    Case("deadlock", "c := make(chan int)\n<-c\n", BROKEN, K.EXCEPTION, 2, 1),
    Case("exit 3", program("\tx := 1\n\tif x > 0 { os.Exit(3) }\n", "os"), BROKEN, K.EXIT, 5, 16),
    Case("signal", "syscall.Kill(os.Getpid(), syscall.SIGKILL)\n", BROKEN, K.SIGNAL, 1),
    Case("hanging", "x := 1\nfor {\n\tx++\n}\n", BROKEN, K.TIMEOUT, 2, 1, wall_seconds=3),
    Case("sleeping", "time.Sleep(time.Hour)\n", BROKEN, K.TIMEOUT, wall_seconds=3),
    Case(
        "out of memory",
        "var x [][]byte\nfor {\n\tx = append(x, bytes.Repeat([]byte{1}, 1<<24))\n}\n",
        BROKEN,
        K.MEMORY,
    ),
    Case("flooding", 'for {\n\tfmt.Println(strings.Repeat("x", 999))\n}\n', BROKEN, K.OUTPUT_LIMIT),
    Case(
        "forking",
        'for i := 0; i < 200; i++ {\n\tif err := exec.Command("sleep", "9").Start(); err != nil {\n'
        "\t\tpanic(err)\n\t}\n}\n",
        BROKEN,
        K.PROCESS_LIMIT,
    ),
    Case(
        "filling the disk",
        'f, _ := os.Create("x")\nfor {\n\tif _, err := f.Write(make([]byte, 1<<16)); err != nil {\n'
        "\t\tpanic(err)\n\t}\n}\n",
        BROKEN,
        K.DISK_LIMIT,
    ),
    # --- it lacks something that is not its own
    Case("undefined", 'r := client.Get("/")\n', UNVERIFIED, K.CONTEXT, 1, 6, "`client`"),
    Case(
        "not installed", 'import "no.such/x"\n\nx.Y()\n', UNVERIFIED, K.DEPENDENCY, 1, 8, "no.such"
    ),
    Case(
        "no such part", 'import "app/models"\n\nmodels.Y()\n', UNVERIFIED, K.CONTEXT, 1, 8, "app/"
    ),
    Case("internal", 'import "internal/abi"\n\nvar _ abi.Kind\n', BROKEN, K.IMPORT, 1, 8),
    Case(
        "cgo", '// #include <stdio.h>\nimport "C"\n', UNVERIFIED, K.TOOLCHAIN, reason="cgo is off"
    ),
    Case(
        "network",
        'r, err := http.Get("https://example.org")\nif err != nil {\n\tlog.Fatal(err)\n}\n_ = r\n',
        UNVERIFIED,
        K.NETWORK,
        3,
        6,
    ),
    Case(
        "data",
        'b, err := os.ReadFile("a.csv")\nif err != nil {\n\tpanic(err)\n}\n_ = b\n',
        UNVERIFIED,
        K.CONTEXT,
        3,
        2,
        "a.csv",
    ),
    Case("arguments", "fmt.Println(os.Args[1])\n", UNVERIFIED, K.CONTEXT, 1, 1, "arguments"),
    Case(
        "embedded",
        'package main\n\nimport _ "embed"\n\n//go:embed a.txt\nvar a string\n\n'
        "func main() { println(a) }\n",
        UNVERIFIED,
        K.CONTEXT,
        5,
        reason="embeds",
    ),
    Case(
        "server",
        'http.ListenAndServe("127.0.0.1:8000", nil)\n',
        UNVERIFIED,
        reason="server",
        wall_seconds=3,
    ),
    # --- fragments
    Case("return", 'if 1 > 2 {\n\treturn nil, errors.New("x")\n}\nx := 1\n'),
    Case(
        "method alone", "func (s *Server) Run() error {\n\treturn nil\n}\n", UNVERIFIED, K.CONTEXT
    ),
    Case("fields", 'Name string `json:"name"`\nAge  int\n', level=Level.PARSES, added="struct"),
    Case("methods", "Get(id int) error\nPut(id int)\n", level=Level.PARSES, added="interface"),
    Case("entries", '"a": 1,\n"b": 2,\n', level=Level.PARSES, added="literal"),
    Case("cases", "case 1:\n\tprintln(1)\ndefault:\n", level=Level.PARSES, added="switch"),
    Case("stays open", "func main() {\n\tx := 1\n\tif x > 0 {\n", level=Level.PARSES, added="open"),
    Case("a break alone", "if 1 > 0 {\n\tbreak\n}\n", UNVERIFIED, K.CONTEXT, 2, 2),
    Case("only imports", 'import (\n\t"fmt"\n\t"os"\n)\n'),
    # --- no program
    Case("signature", "func Map[T any](list []T, f func(T) T) []T\n", ILLUSTRATIVE),
    Case("left out", "func main() {\n\t...\n}\n", ILLUSTRATIVE),
    Case("left out in a call", "f(a, ...)\n", ILLUSTRATIVE),
    Case("placeholder", "x := <your key>\n", ILLUSTRATIVE),
    Case("shell", "go get github.com/samber/lo@v1\n", ILLUSTRATIVE),
    Case(
        "module file",
        "module example.org/x\n\ngo 1.22\n\nrequire example.org/y v1.2.3\n",
        ILLUSTRATIVE,
    ),
    Case("difference", "-old(1)\n+new(1)\n", ILLUSTRATIVE),
    Case("prose", "This is what we will talk about\n", ILLUSTRATIVE),
    Case("only comments", "// nothing\n", ILLUSTRATIVE),
    # --- what markers ask for
    Case("fails as promised", 'panic("no luck")\n', instructions=fails(pattern="no luck")),
    Case(
        "fails otherwise",
        "x := []int{}\n_ = x[len(x)]\n",
        BROKEN,
        K.EXCEPTION,
        1,
        1,
        instructions=fails(pattern="no luck"),
    ),
    Case("does not fail", "x := 1\n", BROKEN, K.EXCEPTION, instructions=fails()),
    Case("must not build", 'var x int = "a"\n', instructions=fails(kind=FailKind.BUILD)),
    Case(
        "build only",
        'panic("x")\n',
        level=Level.BUILDS,
        instructions=Instructions(mode=Mode.BUILD),
    ),
    Case("read only", "a.B(c)\n", level=Level.PARSES, instructions=Instructions(mode=Mode.LINT)),
    Case(
        "condition",
        'panic("x")\n',
        SKIPPED,
        instructions=Instructions(conditions=(Condition("version", ">=", "9.0"),)),
    ),
)

TRAITS = Traits(
    leave=(
        'os.WriteFile("left.txt", []byte("x"), 0o644)\n',
        'os.WriteFile("/tmp/left.txt", []byte("x"), 0o644)\n',
        'os.Setenv("LEFT", "1")\n',
        'os.WriteFile("/opt/gostd/left.txt", []byte("x"), 0o644)\n',
        'exec.Command("setsid", "sleep", "20").Start()\n',
    ),
    look=(
        'a, _ := os.ReadDir(".")\nb, _ := os.ReadDir("/tmp")\nfmt.Println(a, b)\n',
        'fmt.Println(os.LookupEnv("LEFT"))\n_, err := os.Stat("/opt/gostd/left.txt")\n'
        "fmt.Println(err)\n",
        'a, _ := filepath.Glob("/proc/[0-9]*")\nfmt.Println(len(a))\n',
    ),
    kinds_shown=frozenset(K) - {K.COMPILE},
)
