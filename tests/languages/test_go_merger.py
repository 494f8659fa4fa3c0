"""Many blocks of Go in one build: taken where it can be, and never another verdict by it."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from doc_healing.languages.go import merger
from doc_healing.languages.go import running as go
from doc_healing.model import (
    Environment,
    Finding,
    Job,
    Outcome,
    Program,
    Reading,
    Snippet,
    Status,
    Verdict,
)
from tests.contracts.cases.go import CASES
from tests.languages.go_stage import LIMITS, Recording, findings, sandbox, snippet
from tests.languages.test_go import BROKEN, KEPT, PASSED

pytestmark = pytest.mark.sandbox

MOST = 25


def jobs_of(items: Sequence[Snippet], environment: Environment | None = None) -> list[Job]:
    """The jobs of blocks that stand in documents of their own."""
    answers = [go.jobs([item], go.toolchain(""), environment)[0] for item in items]
    return [answer for answer in answers if isinstance(answer, Job)]


def together(jobs: Sequence[Job]) -> list[tuple[Reading, Outcome] | None]:
    """What each part says that a common build made; None for those that are left to be alone."""
    program = merger.build(jobs)
    if program is None:
        return [None] * len(jobs)
    built = sandbox().run(program, LIMITS)
    assert built.status is Status.PASSED, built
    found: list[tuple[Reading, Outcome] | None] = []
    for job, part in zip(jobs, merger.parts(jobs, built.report), strict=True):
        outcome = sandbox().run(part, LIMITS) if part else None
        found.append((go.read(job, outcome, None), outcome) if outcome else None)
    return found


def alone(job: Job) -> tuple[Reading, Outcome]:
    """What a job says where it is built by itself."""
    outcome = sandbox().run(job.program, LIMITS)
    return go.read(job, outcome, None), outcome


def portions(items: Sequence[Snippet]) -> list[tuple[Job, tuple[Reading, Outcome] | None]]:
    """Each block's job with what its part says, in builds of the usual size."""
    jobs = jobs_of(items)
    found = []
    for start in range(0, len(jobs), MOST):
        part = jobs[start : start + MOST]
        found += list(zip(part, together(part), strict=True))
    return found


def test_healthy_blocks_pass_in_a_common_build() -> None:
    codes = [*PASSED.values(), *KEPT.values()]
    found = portions([snippet(code) for code in codes])
    passed = [job for job, said in found if said and said[0].verdict is Verdict.PASSED]
    # Those that announce a failure are told by failing, which is alone's to say.
    fails = {code for name, code in PASSED.items() if "announced" in name}
    assert {job.snippet.code.strip() for job in passed} == set(codes) - fails
    kept = [
        said[0].level for job, said in found if said and job.snippet.code.strip() in KEPT.values()
    ]
    assert kept == ["P5"] * len(KEPT)


def test_broken_blocks_never_pass_in_a_common_build() -> None:
    found = portions([snippet(code) for code, _, _ in BROKEN.values()])
    assert [job.snippet.code for job, said in found if said and said[0].verdict == "PASSED"] == []


def test_the_contracts_cases_are_read_alike() -> None:
    """What passes in a common build passes alone, with the same level; and most of it does."""
    cases = {case.code: case for case in CASES if case.wall_seconds > 5}
    items = [replace(snippet(code), instructions=one.instructions) for code, one in cases.items()]
    passed = 0
    for job, said in portions(items):
        case = cases[job.snippet.code.removesuffix("\n") + "\n"]
        if said is None or said[0].verdict is not Verdict.PASSED:
            continue
        passed += 1
        assert case.verdict is Verdict.PASSED, (case, said)
        assert case.level in (None, said[0].level), (case, said)
        assert case.added in " ".join(said[0].added), (case, said)
    assert passed >= 12


MIXED = (
    "println(1)",
    "x := 1\nx.Go()",
    "fmt.Println(2) // 2",
    "fmt.Println(2) // 3",
    "panic(`no`)\nprintln(1)",
    "y := = 2",
    "var m map[string]int\n\nm[`a`] = 1",
    "func ExampleA() {\n\tfmt.Println(`a`)\n\t// Output: b\n}",
    "fmt.Println(`to be seen`)",
    'package main\n\nimport "os"\n\nfunc main() {\n\tx := 3\n\tos.Exit(x)\n}',
    "client.Fetch()",
    "package lib\n\nfunc Add(a, b int) int { return a + b }",
    "func TestA(t *testing.T) {\n\tt.Fatal(`no`)\n}",
    "syscall.Kill(os.Getpid(), syscall.SIGKILL)",
    'import "no.such/x"\n\nx.Y()',
    "fmt.Println(`last`)",
)
PASSING = 5


def test_a_page_of_failures_reads_as_if_each_block_were_alone() -> None:
    """What fails in a common build is tried alone; its neighbours know nothing of it."""
    text = "\n".join(f"```go\n{code}\n```\n" for code in MIXED)
    fast, slow = Recording(), Recording()
    by_itself: Any = SimpleNamespace(**{**vars(go), "merger": None})
    merged, single = findings(text, go, fast), findings(text, by_itself, slow)
    for one, other in zip(merged, single, strict=True):
        assert told(one) == told(other)
    built = {one.files[0].data for one in fast.programs if _is_built_alone(one)}
    assert len(built) == sum(one.verdict is not Verdict.PASSED for one in merged)
    assert sum(one.verdict is Verdict.PASSED for one in merged) == PASSING


def told(one: Finding) -> tuple[object, ...]:
    return (one.verdict, one.symptom, one.level, one.reason, one.stdout, one.stderr, one.added)


def _is_built_alone(program: Program) -> bool:
    """Whether the driver made one program, and not many, or none at all."""
    driven = len(program.steps[0].argv) == 1 and program.steps[0].name == "build"
    return driven and not any(b'"parts"' in file.data for file in program.files)


def main(body: str, *more: str) -> str:
    return "\n".join(["package main", *more, f"func main() {{\n{body}\n}}"])


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
DECODE = (
    'import ("bytes"; "encoding/base64"; "fmt"; "image")',
    f'var text = "{PNG}"',
)
# A block, and what must not pass in it because of its neighbours.
NEEDY = {
    "image": main(
        "\tdata, _ := base64.StdEncoding.DecodeString(text)\n"
        "\t_, kind, err := image.Decode(bytes.NewReader(data))\n"
        "\tfmt.Println(kind, err)\n\tif err != nil { panic(err) }",
        *DECODE,
    ),
    "hash": main("\tcrypto.MD4.New()\n\tcrypto.MD5.New()", 'import "crypto"'),
    "mux": main(
        '\tr, _ := http.NewRequest("GET", "/debug/vars", nil)\n'
        "\t_, pattern := http.DefaultServeMux.Handler(r)\n"
        '\tif pattern == "" { panic("none") }',
        'import "net/http"',
    ),
    "type": main("\tvar x any = T{}\n\t_ = x"),
}
NOISY = (
    main("\tprintln(1)", 'import _ "image/png"', 'import _ "crypto/md5"', 'import _ "expvar"'),
    main("", 'import "os"', 'func init() { os.Stdout.WriteString("noise\\n") }'),
    main("", 'import "os"', "var x = end()", "func end() int { os.Exit(0); return 1 }"),
    main("", "func init() { select {} }"),
    main("", 'var m = map[string]int{"a": 1}', 'func init() { panic(m["a"]) }', "type T struct{}"),
    main("", 'import "flag"', 'var name = flag.Int("name", 5, "")'),
    main("", 'import "flag"', 'var name = flag.Int("name", 5, "")', "var other int"),
    main("", 'import ("os"; "time")', "func init() { os.Remove(`a`); go time.Sleep(time.Hour) }"),
)
PLAIN = {
    "type": main('\tfmt.Printf("%T %v\\n", T{2}, T{1})', 'import "fmt"', "type T struct{ n int }"),
    "arguments": main("\tfmt.Println(len(os.Args), os.Args[0])", 'import ("fmt"; "os")'),
    "order": main("\tprintln(a, b)", "var a = f()", "var b = 2", "func f() int { return b }"),
    "flags": main(
        "\tflag.Parse()\n\tfmt.Println(*name)",
        'import ("flag"; "fmt")',
        'var name = flag.Int("name", 7, "")',
    ),
    "panic": main('\tdefer func() { fmt.Println(recover()) }()\n\tpanic("x")', 'import "fmt"'),
    "goroutines": main(
        "\tvar wg sync.WaitGroup\n\twg.Add(1)\n\tgo wg.Done()\n\twg.Wait()", 'import "sync"'
    ),
    "json": main("\tjson.NewEncoder(os.Stdout).Encode(1)", 'import ("encoding/json"; "os")'),
    "dial": main('\t_, err := net.Dial("tcp", ":1")\n\tfmt.Println(err)', 'import ("fmt"; "net")'),
}


def test_neighbours_neither_help_nor_harm() -> None:
    codes = [*NOISY[:4], *NEEDY.values(), *PLAIN.values(), *NOISY[4:]]
    jobs = jobs_of([snippet(code) for code in codes])
    assert len(jobs) == len(codes)
    for code, job, said in zip(codes, jobs, together(jobs), strict=True):
        if code in NEEDY.values():
            assert said is None or said[0].verdict is not Verdict.PASSED, (code, said)
        elif code in PLAIN.values():
            reading, outcome = alone(job)
            assert said is not None, code
            assert (said[0], said[1].stdout, said[1].stderr) == (
                reading,
                outcome.stdout,
                outcome.stderr,
            ), code


LOOKING = (
    main("\tprintln(reflect.TypeOf(T{}).PkgPath())", 'import "reflect"', "type T struct{}"),
    main("\t_, file, _, _ := runtime.Caller(0)\n\tprintln(file)", 'import "runtime"'),
    main("\tprintln(runtime.NumGoroutine())", 'import . "runtime"', 'import "runtime"'),
    main("\tdebug.PrintStack()", 'import "runtime/debug"'),
    main("", 'import _ "embed"', "//go:embed a.txt", "var a string"),
)


def test_what_looks_at_its_own_path_is_built_alone() -> None:
    jobs = jobs_of([snippet(code) for code in (*LOOKING, main(""), main("println(1)"))])
    found = together(jobs)
    assert [said is None for said in found] == [True] * len(LOOKING) + [False] * 2


def test_a_part_that_prints_its_path_is_not_believed() -> None:
    """A library that logs the names of functions would print another one."""
    jobs = jobs_of([snippet(main("")), snippet(main("println(1)"))])
    program = merger.build(jobs)
    assert program is not None
    part = merger.parts(jobs, sandbox().run(program, LIMITS).report)[0]
    assert part is not None
    outcome = sandbox().run(part, LIMITS)
    assert go.read(jobs[0], outcome, None).verdict == "PASSED"
    loud = replace(outcome, stdout=f"dh0x{jobs[0].facts['nonce']}.main".encode())
    assert go.read(jobs[0], loud, None).verdict == "UNVERIFIED"
    silent = replace(outcome, report=b"")
    assert go.read(jobs[0], silent, None).verdict == "UNVERIFIED"


def test_twins_share_a_part() -> None:
    jobs = jobs_of([snippet(main("")), snippet(main("")), snippet(main("println(1)"))])
    assert [said[0].verdict for said in together(jobs) if said] == ["PASSED"] * 3


@pytest.mark.parametrize(
    "report", [b"", b"{", b"[]\n", b"{}\n", b'{"size": 5}\nabc', b'{"size": 0}\n']
)
def test_a_report_that_is_none_makes_no_part(report: bytes) -> None:
    jobs = jobs_of([snippet(main("")), snippet(main("println(1)"))])
    assert list(merger.parts(jobs, report)) == [None, None]


def test_twenty_blocks_in_one_build_cost_a_fraction() -> None:
    """Processor time in the jail: what a busy machine does to the clock says nothing of it."""
    codes = [main(f'\tfmt.Println("block", {at})', 'import "fmt"') for at in range(20)]
    jobs = jobs_of([snippet(code) for code in codes])
    program = merger.build(jobs)
    assert program is not None
    built = sandbox().run(program, LIMITS)
    parts = [sandbox().run(one, LIMITS) for one in merger.parts(jobs, built.report) if one]
    assert [one.stdout for one in parts] == [f"block {at}\n".encode() for at in range(20)]
    together_ = built.cpu_seconds + sum(one.cpu_seconds for one in parts)
    singles = sorted(alone(job)[1].cpu_seconds for job in jobs[:5])
    assert together_ < 0.6 * 20 * singles[2], (together_, singles)
