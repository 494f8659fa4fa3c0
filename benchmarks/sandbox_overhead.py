"""What the sandbox costs over the bare interpreter: `python benchmarks/sandbox_overhead.py [n]`.

Bare and jailed runs take turns, so that a busy machine slows both; a Markdown table goes to stdout:
the medians, their ratio and difference, and the difference of the fastest runs, which is nearest to
that of a quiet machine. On a busy one, `chrt -f 1` before the command takes the others out of it.
"""

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from doc_healing.model import File, Limits, Mount, Program, Status, Step
from doc_healing.sandboxes.bubblewrap import Bubblewrap

TARGET_MILLISECONDS = 25.0


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    sandbox = Bubblewrap()
    missing = [layer for layer in sandbox.probe() if layer.required and not layer.active]
    if missing:
        sys.exit(f"{missing[0].name}: {missing[0].detail}\n{missing[0].fix}")
    print("| program | bare ms | jailed ms | ratio | overhead ms | fastest ms | under 25 ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, argv, text in cases():
            row(name, *take_turns(rounds, *runners(sandbox, folder, argv, text)))
    sandbox.close()


def cases() -> list[tuple[str, list[str], str]]:
    found = [("true", ["/bin/true"], ""), ("python, pass", [sys.executable, "-I"], "pass\n")]
    node = shutil.which("node")
    if node:
        found.append(("node, nothing", [node], "0\n"))
    return [(name, [str(Path(argv[0]).resolve()), *argv[1:]], text) for name, argv, text in found]


def runners(
    sandbox: Bubblewrap, folder: str, argv: list[str], text: str
) -> tuple[Callable[[], object], Callable[[], object]]:
    prefix = str(Path(argv[0]).parent.parent)
    mounts = () if prefix in ("/usr", "/") else (Mount(prefix, prefix),)
    program = Program((File("main.cjs", text.encode()),), (Step((*argv, "main.cjs")),), mounts)
    limits = Limits()

    def jailed() -> None:
        outcome = sandbox.run(program, limits)
        assert outcome.status is Status.PASSED, outcome

    place = Path(folder, "main.cjs")
    place.write_text(text)
    environment = {"PATH": "/usr/bin:/bin"}  # a CA bundle variable alone costs Node 50 ms
    bare = [*argv, str(place)]
    return lambda: subprocess.run(bare, env=environment, check=True, capture_output=True), jailed


def take_turns(
    rounds: int, bare: Callable[[], object], jailed: Callable[[], object]
) -> tuple[list[float], list[float]]:
    """The milliseconds of each round, bare and jailed; the first one of each only warms up."""
    times: tuple[list[float], list[float]] = [], []
    for _ in range(rounds + 1):
        for run, kept in zip((bare, jailed), times, strict=True):
            before = time.perf_counter()
            run()
            kept.append((time.perf_counter() - before) * 1000)
    return times[0][1:], times[1][1:]


def row(name: str, bare: list[float], jailed: list[float]) -> None:
    usual, slowed = statistics.median(bare), statistics.median(jailed)
    overhead, fastest = slowed - usual, min(jailed) - min(bare)
    verdict = "yes" if overhead < TARGET_MILLISECONDS else "no"
    print(
        f"| {name} | {usual:.1f} | {slowed:.1f} | {slowed / usual:.2f} | {overhead:.1f} |"
        f" {fastest:.1f} | {verdict} |"
    )


if __name__ == "__main__":
    main()
