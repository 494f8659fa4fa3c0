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


PANICS, NEVER = fails(kind=FailKind.RUN), fails(kind=FailKind.BUILD)
BUILD, LINT = Instructions(mode=Mode.BUILD), Instructions(mode=Mode.LINT)

CASES: tuple[Case, ...] = (
    # --- it runs
    Case("passing", "let n = [1, 2].len();\nassert_eq!(n, 2);\n", level=Level.RUNS),
    Case("main", 'fn main() {\n    println!("{}", 1);\n}\n', level=Level.RUNS),
    Case("hidden main", "# fn main() {\nassert!(true);\n# }\n", level=Level.RUNS),
    Case("hidden and escaped", "##[derive(Debug)]\nstruct A;\n# fn main() { dbg!(A); }\n"),
    Case("crate attribute", "#![allow(dead_code)]\nextern crate std as s;\ns::mem::drop(1);\n"),
    Case("a script's first line", "#!/usr/bin/env cargo\nfn main() {}\n", level=Level.RUNS),
    Case("a function's own end", 'return Err("x".into());\n', level=Level.BUILDS),
    Case("error of a fragment", '"1".parse::<u8>()?;\n', added="Result"),
    Case("rustdoc's error", '"1".parse::<u8>()?;\nOk::<(), std::num::ParseIntError>(())\n'),
    Case("option of a fragment", "let x = Some(1)?;\nassert_eq!(x, 1);\n", added="Option"),
    Case("exit 0", "std::process::exit(0);\n"),
    Case("output compared", 'println!("a  b");\n', level=Level.OUTPUT, instructions=out("a  b")),
    Case("output differs", 'println!("a");\n', BROKEN, K.OUTPUT, instructions=out("b")),
    Case("printed comment", 'println!("{}", 1 + 2); // => 3\n', level=Level.OUTPUT),
    Case("printed comment differs", 'println!("a"); // prints: b\n', BROKEN, K.OUTPUT, 1, 27),
    Case("prose is no promise", 'println!("a"); // prints a letter\n', level=Level.RUNS),
    Case("crate name", '#![crate_name = "mine"]\nfn main() {}\n'),
    Case("panic is caught", 'let _ = std::panic::catch_unwind(|| panic!("x"));\n'),
    Case("announced error", 'let x: u8 = "a"; // error: mismatched types\n', level=Level.PARSES),
    Case("announced panic", "let v = vec![1];\nv[5]; // panics\n"),
    # --- it fails, and how
    Case("syntax", "let a = 1;\nlet b = ;\n", BROKEN, K.SYNTAX, 2, 9),
    Case("syntax in main", "fn main() {\n    let b = 2);\n}\n", BROKEN, K.SYNTAX, 2, 14),
    Case("compile", "let s = String::new();\ndrop(s);\ndrop(s);\n", BROKEN, K.COMPILE, 3, 6),
    Case("name misspelt", "let value = 3;\nlet b = vlaue;\n", BROKEN, K.NAME, 2, 9),
    Case("import", "use std::collections::HashMpa;\n", BROKEN, K.IMPORT, 1, 5),
    Case(
        "attribute",
        "fn main() {\n    let word = String::new();\n    word.shout();\n}\n",
        BROKEN,
        K.ATTRIBUTE,
        3,
        10,
    ),
    Case("field", "struct P { x: u8 }\nlet p = P { x: 1 };\np.z;\n", BROKEN, K.ATTRIBUTE, 3, 3),
    Case("argument", "fn go(n: u8) {}\ngo(1, 2);\n", BROKEN, K.ARGUMENT, 2),
    Case("format", 'let x = 1;\nprintln!("{} {}", x);\n', BROKEN, K.ARGUMENT, 2, 11),
    Case("type", 'let x: u32 = "a";\n', BROKEN, K.TYPE, 1, 14),
    Case("after umlauts", 'let s = "äöü😀"; let n: u8 = s;\n', BROKEN, K.TYPE, 1, 29),
    Case("in a hidden line", "# let x = 1;\n#  let n: u8 = ' ';\n", BROKEN, K.TYPE, 2, 16),
    Case("after an escape", 'let s = r"\n## a"; let n: u8 = s;\n', BROKEN, K.TYPE, 2, 20),
    Case("lint", "let a = 1;\nlet x: u8 = 256;\n", BROKEN, K.COMPILE, 2, 13, "overflowing"),
    Case("denied", "#![deny(unused_mut)]\nlet mut x = 1;\n", BROKEN, K.COMPILE, 2, 5),
    Case("denied once", "fn main() {\n#[deny(unused)]\nlet x = 1;\n}\n", BROKEN, K.COMPILE, 3),
    Case("assertion", "let x = 1;\nassert_eq!(x, 2);\n", BROKEN, K.ASSERTION, 2, 1),
    Case("exception", "for x in [1] {\n    panic!(\"{x}\");\n}\n", BROKEN, K.EXCEPTION, 2, 5),
    Case("in a library", 'let s = "abc";\ns.split_at(9);\n', BROKEN, K.EXCEPTION, 2, 3),
    Case("error at its place", 'let a = 1;\n"z".parse::<u8>()?;\n', BROKEN, K.EXCEPTION, 2, 1),
    Case(
        "main returns an error",
        'fn main() -> Result<(), String> {\n    Err("x".into())\n}\n',
        BROKEN,
        K.EXCEPTION,
        2,
    ),
    Case(
        "in a thread",
        "std::thread::spawn(|| {\n    [1][std::hint::black_box(3)];\n}).join().unwrap();\n",
        BROKEN,
        K.EXCEPTION,
    ),
    Case("exit 3", "let x = 1;\nstd::process::exit(3);\n", BROKEN, K.EXIT, 2, 6),
    Case("signal", "std::process::abort();\n", BROKEN, K.SIGNAL, 1),
    Case(
        "stack overflow",
        "fn go(n: u64) -> u64 { go(n + 1) + 1 }\ngo(1);\n",
        BROKEN,
        K.SIGNAL,
        1,
    ),
    Case("hanging", "let mut x = 1;\nloop { x ^= 1; }\n", BROKEN, K.TIMEOUT, 2, wall_seconds=4),
    Case(
        "sleeping",
        "std::thread::sleep(std::time::Duration::from_secs(99));\n",
        BROKEN,
        K.TIMEOUT,
        1,
        wall_seconds=4,
    ),
    Case(
        "out of memory",
        "let mut all = Vec::new();\nloop { all.push(vec![1u8; 1 << 24]); }\n",
        BROKEN,
        K.MEMORY,
        2,
    ),
    Case(
        "a refused allocation",
        "let x = vec![1u8; std::hint::black_box(1 << 46)];\n",
        BROKEN,
        K.MEMORY,
        1,
    ),
    Case("flooding", 'loop { println!("{}", "x".repeat(999)); }\n', BROKEN, K.OUTPUT_LIMIT, 1),
    Case(
        "forking",
        'for _ in 0..200 { std::process::Command::new("sleep").arg("9").spawn().unwrap(); }\n',
        BROKEN,
        K.PROCESS_LIMIT,
    ),
    Case(
        "filling the disk",
        'use std::io::Write;\nlet mut f = std::fs::File::create("x").unwrap();\n'
        "loop { f.write_all(&[1; 1 << 16]).unwrap(); }\n",
        BROKEN,
        K.DISK_LIMIT,
    ),
    # --- lints that are no errors
    Case("allowed", "#![allow(overflowing_literals)]\nlet x: u8 = 256;\n"),
    Case("unused", "use std::fmt;\nlet mut x = 1;\nfn f() {}\n", level=Level.RUNS),
    Case("warnings", "#![deny(warnings)]\nlet mut x = 1;\n", level=Level.RUNS),
    Case("a name", "#![deny(non_snake_case)]\nlet X = 1;\n", level=Level.RUNS),
    Case("clippy's", "#![deny(clippy::all)]\nlet x = 1;\n", level=Level.RUNS),
    Case("documented", "#![deny(missing_docs)]\npub struct A;\n", level=Level.BUILDS),
    Case("used elsewhere", "#![deny(unused_imports)]\nuse std::fmt;\n", UNVERIFIED, K.CONTEXT, 2),
    # --- it lacks something that is not its own
    Case("undefined", 'let r = client.get("/");\n', UNVERIFIED, K.CONTEXT, 1, 9, "`client`"),
    Case("unknown macro", "frob!(1);\n", UNVERIFIED, K.CONTEXT, 1, 1, "`frob`"),
    Case("unknown type", "let x: Config = make();\n", UNVERIFIED, K.CONTEXT, 1, 8, "`Config`"),
    Case("extension", "[1, 2].par_iter();\n", UNVERIFIED, K.CONTEXT, 1, 8, "trait"),
    Case("open type", "let x = Vec::new();\n", UNVERIFIED, K.CONTEXT, 1),
    Case("not installed", "use no_such::Thing;\n", UNVERIFIED, K.DEPENDENCY, 1, 5, "no_such"),
    Case("no module file", "mod garden;\n", UNVERIFIED, K.CONTEXT, 1, 1, "garden"),
    Case("its crate", "use crate::Thing;\n", UNVERIFIED, K.CONTEXT, 1),
    Case("self", "self.go();\n", UNVERIFIED, K.CONTEXT, 1, 1, "impl"),
    Case("left out", "fn f() -> u8 {\n    // ...\n}\n", UNVERIFIED, K.CONTEXT, 1, 0, "leaves"),
    Case("todo", 'fn f() { todo!() }\nf();\n', UNVERIFIED, K.CONTEXT, 1, 0, "todo"),
    Case(
        "network",
        'std::net::TcpStream::connect("93.184.216.34:80").unwrap();\n',
        UNVERIFIED,
        K.NETWORK,
        1,
    ),
    Case("data", 'std::fs::read("a.csv").unwrap();\n', UNVERIFIED, K.CONTEXT, 1, 24, "file"),
    Case("included data", 'let s = include_str!("a");\n', UNVERIFIED, K.CONTEXT, 1, 9, "file"),
    Case("compiled variable", 'let s = env!("NO_SUCH");\n', UNVERIFIED, K.CONTEXT, 1, 9),
    Case(
        "arguments",
        "let name = std::env::args().nth(1).unwrap();\n",
        UNVERIFIED,
        K.CONTEXT,
        1,
        0,
        "arguments",
    ),
    Case("nightly", "#![feature(never_type)]\nlet x = 1;\n", UNVERIFIED, K.TOOLCHAIN, 1, 1),
    Case("newer std", "use std::no_such_part::x;\n", UNVERIFIED, K.TOOLCHAIN, 1),
    Case(
        "server",
        'let s = std::net::TcpListener::bind("127.0.0.1:8000").unwrap();\ns.accept().unwrap();\n',
        UNVERIFIED,
        reason="server",
        wall_seconds=4,
    ),
    # --- whole programs, to which nothing can be missing
    Case("no such call", "fn a() {}\nfn main() {\n    frobble();\n}\n", BROKEN, K.NAME, 3, 5),
    Case("its own type", "struct A;\nfn main() {\n    A.foo();\n}\n", BROKEN, K.ATTRIBUTE, 3, 7),
    Case("a doubled letter", "let mut v = vec![1];\nv.pushh(2);\n", BROKEN, K.ATTRIBUTE, 2, 3),
    Case("main alone", "fn main() {\n    frobnicate();\n}\n", UNVERIFIED, K.CONTEXT, 2, 5),
    Case("told above", "// see above\nfn a() {}\nfn main() { go(); }\n", UNVERIFIED, K.CONTEXT),
    Case("a glob", "use no_such::*;\nfn a() {}\nfn main() { go(); }\n", UNVERIFIED, K.DEPENDENCY),
    Case("a stand-in", "fn a() {}\nfn main() { do_work(); }\n", UNVERIFIED, K.CONTEXT, 2, 13),
    Case("not imported", "fn a() {}\nfn main() { sleep(1); }\n", UNVERIFIED, K.CONTEXT, 2, 13),
    # --- fragments
    Case("items", "use std::fmt;\nstruct A;\nimpl A { fn go(&self) {} }\n", level=Level.BUILDS),
    Case("items of a crate", "mod a { pub fn f() {} }\nuse crate::a::f;\n", level=Level.BUILDS),
    Case("value", "1 + 2\n", added="semicolon"),
    Case("call", "Some(3).map(|n| n + 1)\n", added="semicolon"),
    Case("await", "std::future::ready(1).await;\n", level=Level.BUILDS, added="async"),
    Case("open", "impl Shape for Circle {\n", UNVERIFIED, K.CONTEXT, 1),
    Case("open main", "fn main() {\n", level=Level.BUILDS, added="open"),
    Case("old edition", "trait T { fn f(u8); }\nlet async = 1;\n", added="edition 2015"),
    Case("new edition", "if let Some(x) = Some(1) && x > 0 {}\n"),
    Case("method alone", "fn area(&self) -> u32 { 1 }\n", UNVERIFIED, K.CONTEXT, 1),
    Case("two ways", "fn f() {}\n\nfn f() -> u8 { 1 }\n", UNVERIFIED, K.CONTEXT),
    # --- no program
    Case("signature", "pub fn open(path: &Path) -> Result<File>;\n", ILLUSTRATIVE),
    Case("prose", "This is what we will talk about\n", ILLUSTRATIVE),
    Case("shell", "$ cargo add serde\n", ILLUSTRATIVE),
    Case("manifest", '[dependencies]\nserde = "1"\n', ILLUSTRATIVE),
    Case("placeholder", "let x = go(a, ...);\n", ILLUSTRATIVE),
    Case("output", "error[E0382]: borrow of moved value: `s`\n --> a.rs:1:1\n", ILLUSTRATIVE),
    Case("middle", ".map(|x| x + 1)\n.collect()\n", ILLUSTRATIVE),
    Case("fields", "pub name: String,\npub age: u8,\n", ILLUSTRATIVE),
    Case("only comments", "// nothing\n", ILLUSTRATIVE),
    *(
        Case(f"notation {number}", f"{text}\n", ILLUSTRATIVE, reason="notation")
        for number, text in enumerate((
            "Option<T>", "HashMap<K, V>", "Result<u8, Error>", "dyn Fn(i32) -> i32", "*const T",
            "impl<T: Clone + 'static> Foo<T> where T: X", "Vec<T>\n&'a mut [T] // both",
            "impl<T> Foo<T>\nwhere\n    T: X,",
        ))
    ),
    Case("no notation", "let a = 1;\na < a < a\n", BROKEN, K.SYNTAX, 2, 3),
    Case("items with a semicolon", "struct A {};\nstruct B;\n", level=Level.BUILDS),
    Case(
        "items that are to be documented",
        "pub mod a {\n    #[deny(missing_docs)]\n    pub fn b() {}\n}\n",
        level=Level.BUILDS,
    ),
    Case("a panic alone", 'panic!("x")\n', UNVERIFIED, K.CONTEXT, 1, 1, "alone"),
    Case("unreachable", "unreachable!();\n", UNVERIFIED, K.CONTEXT, 1, 1, "alone"),
    Case("a panic behind code", 'let x = 1;\npanic!("x");\n', BROKEN, K.EXCEPTION, 2),
    Case("todo thread", "std::thread::spawn(|| todo!()).join().unwrap();\n", UNVERIFIED, K.CONTEXT),
    # --- what markers ask for
    Case("panics as promised", "let v = vec![1];\nv[7];\n", instructions=PANICS),
    Case("does not panic", "let x = 1;\n", BROKEN, K.EXCEPTION, 1, instructions=PANICS),
    Case("panics by not building", "let x: u8 = ' ';\n", BROKEN, K.TYPE, 1, instructions=PANICS),
    Case("fails otherwise", 'panic!("a");\n', BROKEN, K.EXCEPTION, instructions=fails("", "b")),
    Case("must not build", "let x: u8 = ' ';\n", instructions=NEVER),
    Case("builds", "let x = 1;\n", BROKEN, K.EXCEPTION, 1, instructions=NEVER),
    Case(
        "with its code",
        "let x: u8 = ' ';\n",
        level=Level.BUILDS,
        instructions=fails("E0308", kind=FailKind.BUILD),
    ),
    Case(
        "with another code",
        "let x: u8 = ' ';\n",
        BROKEN,
        K.EXCEPTION,
        1,
        instructions=fails("E0499", kind=FailKind.BUILD),
    ),
    Case("not built with its code", "if false {\n    const { panic!() }\n}\n", instructions=NEVER),
    Case("built without a run", "if false {\n    const { panic!() }\n}\n", instructions=BUILD),
    Case("by a lint", "#![deny(unused_mut)]\nlet mut x = 1;\n", instructions=NEVER),
    Case("build only", 'panic!("x");\n', level=Level.BUILDS, instructions=BUILD),
    Case("lint only", "let x: u8 = ' ';\n", level=Level.PARSES, instructions=LINT),
    Case("does not build", "let x: u8 = ' ';\n", BROKEN, K.TYPE, 1, 13, instructions=BUILD),
    Case(
        "condition",
        "panic!();\n",
        SKIPPED,
        instructions=Instructions(conditions=(Condition("version", ">=", "99"),)),
    ),
)  # fmt: skip

TRAITS = Traits(
    leave=(
        'std::fs::write("left.txt", "x").unwrap();\n',
        'std::fs::write("/tmp/left.txt", "x").unwrap();\n',
        'unsafe { std::env::set_var("LEFT", "1") };\n',
        'std::process::Command::new("sleep").arg("20").spawn().unwrap();\n',
    ),
    look=(
        'println!("{:?}", std::env::var("LEFT"));\n',
        'for at in [".", "/tmp"] {\n'
        "    let mut all: Vec<_> = std::fs::read_dir(at).unwrap().map(|x| x.unwrap().file_name())"
        ".collect();\n"
        '    all.sort();\n    println!("{all:?}");\n}\n',
        'let all = std::fs::read_dir("/proc").unwrap().map(|x| x.unwrap().file_name());\n'
        'println!("{}", all.filter(|x| x.to_str().unwrap().parse::<u32>().is_ok()).count());\n',
    ),
    kinds_shown=frozenset(K),
)
