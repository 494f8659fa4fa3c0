"""What a snippet costs over its floor, by language: `python benchmarks/languages.py [rounds]`.

The floor is the fastest way to compile and run the same code with the same toolchain by hand, bare.
Against it stands everything that doc-healing does for one snippet but the installation: its program
is made, compiled and run in the sandbox with every wall up, and its outcome is read. The two take
turns, so that a busy machine slows both. Compiled standard libraries are there beforehand.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from sandbox_overhead import take_turns

from doc_healing.documents import read
from doc_healing.languages import LANGUAGES
from doc_healing.model import Job, Limits, Snippet, Toolchain, Verdict
from doc_healing.protocols import Language
from doc_healing.sandboxes.bubblewrap import Bubblewrap

TSC = "--skipLibCheck --target es2022 --module preserve --lib esnext,dom --types node".split()
Commands = Sequence[Sequence[str]]
# By language: the code, the name of its file, and what compiles and runs it.
FLOORS: dict[str, tuple[str, str, Callable[["Places"], Commands]]] = {
    "python": ('print("ok")\n', "main.py", lambda at: [[at("python"), "-I", "-S", "main.py"]]),
    "javascript": ('console.log("ok");\n', "main.mjs", lambda at: [[at("node"), "main.mjs"]]),
    "typescript": (
        'const word: string = "ok";\nconsole.log(word);\n',
        "main.mts",
        lambda at: [
            [at("tsc"), *TSC, "--typeRoots", at("types"), "main.mts"],
            [at("node"), "main.mjs"],
        ],
    ),
    "java": (
        "public class Main {\n  public static void main(String[] words) {\n"
        '    System.out.println("ok");\n  }\n}\n',
        "Main.java",
        lambda at: [
            [at("javac"), "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", "Main.java"],
            [at("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "Main"],
        ],
    ),
    "go": (
        'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("ok")\n}\n',
        "main.go",
        lambda at: [
            [at("compile"), "-p", "main", "-importcfg", at("importcfg"), "-o", "main.a", "main.go"],
            [at("link"), "-s", "-w", "-importcfg", at("importcfg"), "-o", "main", "main.a"],
            ["./main"],
        ],
    ),
    "rust": (
        'fn main() {\n    println!("ok");\n}\n',
        "main.rs",
        lambda at: [[at("rustc"), "-C", "debuginfo=0", "main.rs"], ["./main"]],
    ),
}


class Places:
    """Where the tools of a toolchain are on this machine: its mounts, the other way round."""

    def __init__(self, toolchain: Toolchain, job: Job, folder: Path) -> None:
        self._mounts = [*toolchain.mounts, *job.program.mounts]
        self._executable, self._folder = toolchain.executable, folder

    def __call__(self, name: str) -> str:
        if name in ("python", "node", "java", "rustc"):
            return self._outside(self._executable)
        if name == "importcfg":
            return str(self._importcfg())
        for mount in self._mounts:
            for pattern in (name, f"bin/{name}", f"pkg/tool/*/{name}", f"@{name}"):
                if found := sorted(Path(mount.source).glob(pattern)):
                    return str(found[0])
        raise FileNotFoundError(name)

    def _outside(self, path: str) -> str:
        for mount in self._mounts:
            if path.startswith(f"{mount.target}/"):
                return mount.source + path.removeprefix(mount.target)
        return path

    def _importcfg(self) -> Path:
        """Go's: where each compiled package of the standard library is."""
        target = self._folder / "importcfg"
        for mount in self._mounts:
            config = Path(mount.source, "importcfg")
            if config.is_file():
                target.write_text(config.read_text().replace(mount.target, mount.source))
        return target


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    sandbox = Bubblewrap()
    print("| language | floor ms | doc-healing ms | ratio | overhead ms | fastest ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            bare, jailed = take_turns(rounds, *contestants(language, sandbox, Path(folder)))
            usual, slowed = statistics.median(bare), statistics.median(jailed)
            print(
                f"| {language.name} | {usual:.0f} | {slowed:.0f} | {slowed / usual:.2f} |"
                f" {slowed - usual:.0f} | {min(jailed) - min(bare):.0f} |"
            )
    sandbox.close()


def contestants(
    language: Language, sandbox: Bubblewrap, folder: Path
) -> tuple[Callable[[], object], Callable[[], object]]:
    """The floor and doc-healing, each as a function that does it once."""
    code, name, commands = FLOORS[language.name]
    toolchain = language.toolchain("")
    snippet = fenced(language.fences[0], code)

    def jailed() -> None:
        (job,) = language.jobs([snippet], toolchain, None)
        assert isinstance(job, Job), job
        reading = language.read(job, sandbox.run(job.program, Limits()), None)
        assert reading.verdict is Verdict.PASSED, reading

    (job,) = language.jobs([snippet], toolchain, None)
    assert isinstance(job, Job), job
    (folder / name).write_text(code)
    wanted = commands(Places(toolchain, job, folder))
    environment = {"PATH": "/usr/bin:/bin", "GOMAXPROCS": str(os.cpu_count())}

    def bare() -> None:
        for command in wanted:
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)

    return bare, jailed


def fenced(label: str, code: str) -> Snippet:
    text = f"# Title\n\n```{label}\n{code}```\n"
    return read(text.encode(), "page.md", lambda _: None).snippets[0]


if __name__ == "__main__":
    main()
