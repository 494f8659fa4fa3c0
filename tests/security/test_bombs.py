"""What takes more than its share, from every language: while it runs, and while it is compiled."""

# ruff: noqa: E501 - what a bomb writes in one line stands in one line

from collections.abc import Callable
from pathlib import Path

import pytest

from doc_healing.languages import LANGUAGES
from doc_healing.model import Limits, Status, Verdict
from doc_healing.protocols import Sandbox
from tests.security.conftest import canary
from tests.security.test_attackers import examine, job_of

pytestmark = pytest.mark.sandbox
_SMALL = Limits(wall_seconds=5, cpu_seconds=5, memory_mib=768, processes=48, disk_mib=24,
                inodes=600, output_kib=128)  # fmt: skip
_SPAWN = "for (;;) spawn('sleep', ['99']).on('error', () => process.exit(1));\n"

# (what is taken, language, code); each ends by its limit, or by its own error at the limit.
_RUNNING = (
    ("processes", "javascript", f"const {{ spawn }} = require('child_process');\n{_SPAWN}"),
    ("processes", "java", 'while (true) new ProcessBuilder("sleep", "99").start();\n'),
    ("processes", "go", 'package main\n\nimport "os/exec"\n\nfunc main() {\n\tfor {\n'
     '\t\tif err := exec.Command("sleep", "99").Start(); err != nil {\n\t\t\tpanic(err)\n\t\t}\n'
     "\t}\n}\n"),
    ("processes", "rust", 'loop { std::process::Command::new("sleep").arg("99").spawn().unwrap(); }\n'),
    ("threads", "java", "while (true) new Thread(() -> { try { Thread.sleep(99000); }"
     " catch (InterruptedException e) { } }).start();\n"),
    ("threads", "rust", "loop { std::thread::Builder::new()"
     ".spawn(|| std::thread::sleep(std::time::Duration::from_secs(99))).unwrap(); }\n"),
    ("disk", "javascript", "const fs = require('fs');\nconst f = fs.openSync('/tmp/x', 'w');\n"
     "for (;;) fs.writeSync(f, Buffer.alloc(1 << 20));\n"),
    ("disk", "java", "var out = new java.io.FileOutputStream(\"/tmp/x\");\n"
     "while (true) out.write(new byte[1 << 20]);\n"),
    ("disk", "go", 'package main\n\nimport "os"\n\nfunc main() {\n\tf, _ := os.Create("/dev/shm/x")\n'
     "\tfor {\n\t\tif _, err := f.Write(make([]byte, 1<<20)); err != nil {\n\t\t\tpanic(err)\n"
     "\t\t}\n\t}\n}\n"),
    ("disk", "rust", "use std::io::Write;\nlet mut f = std::fs::File::create(\"/tmp/x\").unwrap();\n"
     "loop { f.write_all(&[0; 1 << 16]).unwrap(); }\n"),
    ("inodes", "go", 'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() {\n'
     '\tfor i := 0; ; i++ {\n\t\tif err := os.Mkdir(fmt.Sprint("/tmp/", i), 0o700); err != nil {\n'
     "\t\t\tpanic(err)\n\t\t}\n\t}\n}\n"),
    ("inodes", "rust", 'for i in 0.. { std::fs::write(format!("/tmp/{i}"), "").unwrap(); }\n'),
    ("memory", "go", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tvar kept [][]byte\n\tfor {\n"
     "\t\tone := make([]byte, 1<<24)\n\t\tfor i := range one {\n\t\t\tone[i] = 1\n\t\t}\n"
     "\t\tkept = append(kept, one)\n\t\tif len(kept) > 999 {\n\t\t\tfmt.Println(len(kept))\n"
     "\t\t}\n\t}\n}\n"),
    ("descriptors", "rust", 'let mut all = vec![];\n'
     'loop { all.push(std::fs::File::open("/etc/passwd").unwrap()); }\n'),
)  # fmt: skip
_ENDS = {
    "processes": {Status.PROCESS_LIMIT, Status.TIMEOUT},
    "threads": {Status.PROCESS_LIMIT, Status.MEMORY, Status.TIMEOUT, Status.FAILED, Status.SIGNAL},
    "disk": {Status.DISK_LIMIT},
    "inodes": {Status.DISK_LIMIT},
    "memory": {Status.MEMORY},
    "descriptors": {Status.FAILED},
}


@pytest.mark.parametrize(
    ("taken", "name", "code"), _RUNNING, ids=[f"{one[0]}-{one[1]}" for one in _RUNNING]
)
def test_a_program_that_takes_too_much(
    taken: str, name: str, code: str, sandbox: Sandbox, host: Callable[[], None]
) -> None:
    (language,) = [one for one in LANGUAGES if one.name == name]
    reading, outcome = examine(language, sandbox, job_of(language, code), _SMALL)
    assert outcome.step == "run", (reading, outcome)
    assert outcome.status in _ENDS[taken], (reading, outcome)
    assert reading.verdict in (Verdict.BROKEN, Verdict.UNVERIFIED), reading
    host()
    assert canary(sandbox).stdout == b"pristine\n"


_DOUBLED = "".join(
    f"    static final String S{at} = S{at - 1} + S{at - 1} + S{at - 1} + S{at - 1};\n"
    for at in range(1, 16)
)
_COMPILING = {
    "rust: a macro without end": "macro_rules! b { ($($t:tt)*) => { b!($($t)* $($t)* x) } }\nb!(x);\n",
    "rust: a constant without end": "const X: u64 = { let mut i = 0; while i < u64::MAX { i += 1 } i };\n"
    'println!("{X}");\n',
    "rust: a type without end": "struct A<T>(T);\nfn f<T>(n: u64, t: T) { if n > 0 { f(n - 1, A(t)) } }\n"
    "f(1, 1);\n",
    "rust: a file of the host": 'println!("{}", include_str!("/etc/shadow"));\n',
    "rust: bytes without end": 'let all = include_bytes!("/dev/zero");\nprintln!("{}", all.len());\n',
    "rust: a module of the host": '#[path = "/etc/shadow"]\nmod shadow;\n\nfn main() {}\n',
    "rust: a variable of the compiler": 'println!("{}", env!("GITHUB_TOKEN"));\n',
    "rust: a linker of its own": '#![feature(link_args)]\n#[link(name = "evil", kind = "static")]\n'
    'extern "C" { fn f(); }\n\nfn main() { unsafe { f() } }\n',
    "java: strings without end": "public class Big {\n"
    '    static final String S0 = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";\n'
    f"{_DOUBLED}    public static void main(String[] a) {{ System.out.println(S15.length()); }}\n}}\n",
    "java: an inference without end": "import java.util.function.*;\nclass Deep {\n"
    "    static <T> T f(Supplier<T> s) { return s.get(); }\n    Object o = "
    + "f(() -> " * 28
    + "g()"
    + ")" * 28
    + ";\n}\n",
    "java: a tower of parentheses": f"int x = {'(' * 20_000}1{')' * 20_000};\n",
    "go: a shift without end": "package main\n\nconst X = 1 << (1 << 30)\n\nfunc main() { println(X) }\n",
    "go: an array without end": "package main\n\nvar a [1 << 50]byte\n\nfunc main() { println(len(a)); a[1] = 1 }\n",
    "go: a type without end": "package main\n\ntype T[P any] struct{ f *T[T[P]] }\n\nfunc main() { var t T[int]; _ = t }\n",
    "go: a C compiler": 'package main\n\n// #include "/etc/shadow"\nimport "C"\n\nfunc main() {}\n',
    "go: an embedded file of the host": 'package main\n\nimport _ "embed"\n\n//go:embed /etc/shadow\n'
    "var text string\n\nfunc main() { println(text) }\n",
    "go: a library of its own": 'package main\n\n//go:cgo_import_dynamic x y "/work/evil.so"\n'
    '//go:cgo_ldflag "-fplugin=/work/evil.so"\n\nfunc main() {}\n',
    "go: a tower of parentheses": f"package main\n\nvar x = {'(' * 20_000}1{')' * 20_000}\n\n"
    "func main() { println(x) }\n",
    "typescript: a type without end": "type A<N extends unknown[]> = A<[...N, ...N, 0]>;\n"
    "const a: A<[0]> = 1;\nconsole.log(a);\n",
    "typescript: a union without end": "type D = 0|1|2|3|4|5|6|7|8|9;\n"
    "type N = `${D}${D}${D}${D}${D}${D}${D}`;\nconst n: N = '1';\nconsole.log(n);\n",
    "typescript: a reference to the host": '/// <reference path="/etc/shadow" />\nconsole.log(1);\n',
}


# A compiler may get to the end of these in time, or refuse them.
_HARMLESS = ("go: a tower of parentheses", "typescript: a union without end")


@pytest.mark.parametrize("name", _COMPILING)
def test_a_program_that_attacks_its_compiler(
    name: str, sandbox: Sandbox, host: Callable[[], None]
) -> None:
    (language,) = [one for one in LANGUAGES if one.name == name.partition(":")[0]]
    reading, outcome = examine(language, sandbox, job_of(language, _COMPILING[name]), _SMALL)
    passes = reading.verdict is Verdict.PASSED
    assert name in _HARMLESS if passes else reading.verdict is not Verdict.ILLUSTRATIVE, reading
    assert outcome.status is not Status.SANDBOX_ERROR, outcome
    assert outcome.seconds < _SMALL.wall_seconds + 1
    assert b"root:" not in outcome.stdout + outcome.stderr + outcome.report
    host()
    assert canary(sandbox).stdout == b"pristine\n"


def test_the_manual_lists_every_bomb() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "isolation.md").read_text(encoding="utf-8")
    told = [f"| takes all {taken} | {name} |" for taken, name, _ in _RUNNING]
    told += [f"| {name.partition(': ')[2]} | {name.partition(':')[0]} |" for name in _COMPILING]
    assert [row for row in told if row not in manual] == []
