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


def main(*lines: str) -> str:
    body = "".join(f"    {line}\n" for line in lines)
    return f"public class Main {{\n  public static void main(String[] args) {{\n{body}  }}\n}}\n"


CASES: tuple[Case, ...] = (
    # --- it runs
    Case("passing", main("if (args.length != 0) throw new Error();"), level=Level.RUNS),
    Case("statements", "int n = List.of(1, 2).size();\nassert n == 2;\n", level=Level.RUNS),
    Case("imports", "import java.time.*;\nDuration d = Duration.ofDays(1);\nd.toHours();\n"),
    Case("exit 0", "System.exit(0);\n"),
    Case("no main", "public interface Shape {\n  double area();\n}\n", level=Level.BUILDS),
    Case(
        "public types",
        "public record A(int n) {}\npublic enum B { X }\npublic @interface C {}\n",
        level=Level.BUILDS,
    ),
    Case("in a package", "package a.b;\n\nclass C {\n  int n = 1;\n}\n", level=Level.BUILDS),
    Case("module", "module a.b {\n  requires java.sql;\n}\n", level=Level.BUILDS),
    Case(
        "output compared",
        'System.out.println("a  b");\n',
        level=Level.OUTPUT,
        instructions=out("a  b"),
    ),
    Case("output differs", 'System.out.println("a");\n', BROKEN, K.OUTPUT, instructions=out("b")),
    Case("value comment", "int x = 2;\nx + 3; // => 5\n", level=Level.OUTPUT),
    Case("value comment differs", "List.of(1).size(); // => 2\n", BROKEN, K.OUTPUT, 1, 20),
    Case("printed comment", "System.out.println(1 + 1); // 2\n", level=Level.OUTPUT),
    Case("printed comment differs", "System.out.println(2); // 3\n", BROKEN, K.OUTPUT, 1, 24),
    Case("prose is no promise", "List.of(1).size(); // => the length\n", level=Level.RUNS),
    Case("session", "jshell> 1 + 1\n$1 ==> 2\n", level=Level.OUTPUT),
    Case("session differs", "jshell> int x = 1\nx ==> 2\n", BROKEN, K.OUTPUT, 2),
    # --- it fails, and how
    Case("syntax", "int a = 1;\nint b = ;\n", BROKEN, K.SYNTAX, 2, 9),
    Case("syntax in a class", "class A {\n  int b = ;\n}\n", BROKEN, K.SYNTAX, 2, 11),
    Case("does not compile", "final int a = 1;\na = 2;\n", BROKEN, K.COMPILE, 2, 1),
    Case("import", "import java.util.Lisst;\nint x = 1;\n", BROKEN, K.IMPORT, 1, 17),
    Case("name misspelt", "int value = 3;\nint x = vlaue;\n", BROKEN, K.NAME, 2, 9),
    Case("attribute", 'String word = "a";\nword.shout();\n', BROKEN, K.ATTRIBUTE, 2, 5),
    Case("argument", 'String word = "a";\nword.charAt();\n', BROKEN, K.ARGUMENT, 2, 5),
    Case("type", 'int x = 1;\nx = "a";\n', BROKEN, K.TYPE, 2, 5),
    Case("assertion", "int x = 1;\nassert x == 2;\n", BROKEN, K.ASSERTION, 2),
    Case("exception", main("int x = 1;", "throw new Error();"), BROKEN, K.EXCEPTION, 4),
    Case("after umlauts", 'String s = "äöü😀"; s.shout();\n', BROKEN, K.ATTRIBUTE, 1, 21),
    Case("after a tab", "\tint x = null;\n", BROKEN, K.TYPE, 1, 10),
    Case("in a library", 'int x = 1;\nInteger.parseInt("{");\n', BROKEN, K.EXCEPTION, 2),
    Case("exit 3", "int x = 1;\nSystem.exit(3);\n", BROKEN, K.EXIT, 2, 1),
    Case(
        "signal",
        'new ProcessBuilder("/bin/sh", "-c", "kill -9 $PPID").start().waitFor();\n',
        BROKEN,
        K.SIGNAL,
        1,
    ),
    Case("hanging", "int x = 1;\nwhile (true) x += 1;\n", BROKEN, K.TIMEOUT, 2, wall_seconds=4),
    Case(
        "out of memory",
        "var all = new ArrayList<byte[]>();\nfor (;;) all.add(new byte[1 << 22]);\n",
        BROKEN,
        K.MEMORY,
        2,
    ),
    Case("flooding", 'for (;;) System.out.println("x".repeat(999));\n', BROKEN, K.OUTPUT_LIMIT, 1),
    Case(
        "forking",
        'for (int i = 0; i < 99; i++) new ProcessBuilder("sleep", "9").start();\n',
        BROKEN,
        K.PROCESS_LIMIT,
    ),
    Case(
        "filling the disk",
        'var out = new FileOutputStream("x");\nfor (;;) out.write(new byte[1 << 16]);\n',
        BROKEN,
        K.DISK_LIMIT,
    ),
    # --- it lacks something that is not its own
    Case("undefined", "var r = client.get();\n", UNVERIFIED, K.CONTEXT, 1, 9, "`client`"),
    Case("unknown class", "Widget w = new Widget();\n", UNVERIFIED, K.CONTEXT, 1, 1, "`Widget`"),
    Case("not installed", "import org.x.Y;\nY y;\n", UNVERIFIED, K.DEPENDENCY, 1, 13, "org.x"),
    Case("network", 'new Socket("example.org", 80);\n', UNVERIFIED, K.NETWORK, 1),
    Case("data", 'Files.readString(Path.of("a.csv"));\n', UNVERIFIED, K.CONTEXT, 1, 0, "a.csv"),
    Case("arguments", main("args[0].length();"), UNVERIFIED, K.CONTEXT, 3, 0, "arguments"),
    Case(
        "newer java",
        'int x = 1;\nx = STR."\\{x}".length();\n',
        UNVERIFIED,
        K.TOOLCHAIN,
    ),
    # --- fragments
    Case("return", "int x = 1;\nreturn x;\n", added="method"),
    Case("expression", '"a".length()\n', added="semicolon"),
    Case("method", "int go(int x) {\n  return x;\n}\n", level=Level.BUILDS, added="members"),
    Case("constructor", "Point(int x) {\n  this.x = x;\n}\nint x;\n", added="members"),
    Case("no body", "void go(int a);\n", level=Level.BUILDS, added="interface"),
    Case("open", "class A implements Runnable {\n  public void run() {\n", added="open"),
    Case("method and use", "int twice(int x) {\n  return 2 * x;\n}\nassert twice(2) == 4;\n"),
    Case("type and use", "class A {\n  int n = 1;\n}\nassert new A().n == 1;\n"),
    Case("shared variable", "int n = 2;\nint go() { return n; }\nassert go() == 2;\n"),
    Case("text block", 'String s = """\n    a\n    """;\nassert s.equals("a\\n");\n'),
    # --- no program
    Case("signature", "compare(a, b) -> int\n", ILLUSTRATIVE),
    Case("prose", "This is what we will talk about\n", ILLUSTRATIVE),
    Case("shell", "$ mvn install\n", ILLUSTRATIVE),
    Case("placeholder", "run(a, ...);\n", ILLUSTRATIVE),
    Case("kotlin", "fun main() {\n    println(1)\n}\n", ILLUSTRATIVE),
    Case("only comments", "// nothing\n", ILLUSTRATIVE),
    # --- what markers ask for
    Case(
        "fails as promised",
        'Integer.parseInt("{");\n',
        instructions=fails("NumberFormatException", "input"),
    ),
    Case("fails otherwise", "int x = 1 / 0;\n", BROKEN, K.EXCEPTION, instructions=fails("Error")),
    Case("does not fail", "int x = 1;\n", BROKEN, K.EXCEPTION, instructions=fails()),
    Case("must not build", 'int x = "a";\n', instructions=fails(kind=FailKind.BUILD)),
    Case(
        "build only",
        "int x = 1 / 0;\n",
        level=Level.BUILDS,
        instructions=Instructions(mode=Mode.BUILD),
    ),
    Case(
        "lint only",
        "Gone.now();\n",
        level=Level.PARSES,
        instructions=Instructions(mode=Mode.LINT),
    ),
    Case(
        "condition",
        "int x = 1 / 0;\n",
        SKIPPED,
        instructions=Instructions(conditions=(Condition("version", ">=", "99"),)),
    ),
)

TRAITS = Traits(
    leave=(
        'System.setProperty("left", "1");\n',
        'Files.writeString(Path.of("left.txt"), "x");\n',
        'Files.writeString(Path.of("/tmp/left.txt"), "x");\n',
        'Preferences.userRoot().put("left", "1");\n',
        'new ProcessBuilder("sleep", "20").start();\n',
    ),
    look=(
        'System.out.println(System.getProperty("left"));\n',
        'System.out.println(Files.list(Path.of(".")).toList());\n'
        'System.out.println(Files.list(Path.of("/tmp")).toList());\n',
        'System.out.println(Files.exists(Path.of("/home/doc/.java")));\n',
        'System.out.println(Files.list(Path.of("/proc")).filter(p ->'
        ' p.getFileName().toString().matches("[0-9]+")).count());\n',
    ),
    kinds_shown=frozenset(K),
)
