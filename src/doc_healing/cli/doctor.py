"""`doc-healing doctor`: what this machine can isolate and run, and the exact fix for the rest."""

import json
import sys
from dataclasses import asdict, dataclass

import click

from doc_healing import __version__
from doc_healing import settings as operator
from doc_healing.cli import exits
from doc_healing.compose import Probe, probes


@dataclass(frozen=True, slots=True)
class _Mark:
    word: str
    hue: str


_MARKS = {True: _Mark("ok", "32"), False: _Mark("FAIL", "31")}
_WARN = _Mark("warn", "33")


@click.command("doctor")
@click.option("-f", "--format", "shape", type=click.Choice(["text", "json"]), default="text")
def command(shape: str) -> int:
    """Try every wall of the sandbox, every toolchain and the cache, and say what is missing."""
    settings = operator.read()
    found = probes(settings)
    good = all(probe.good or not probe.required for probe in found)
    if shape == "json":
        facts = {"schema": 1, "version": __version__, "good": good}
        click.echo(json.dumps({**facts, "probes": [asdict(probe) for probe in found]}, indent=2))
    else:
        _print(found, settings)
    return exits.FINE if good else exits.OUR_FAULT


def _print(found: list[Probe], settings: operator.Settings) -> None:
    stream = sys.stdout
    painted = operator.colour(settings, stream.isatty())
    room = ""
    for probe in found:
        if probe.room != room:
            room = probe.room
            stream.write(f"{room}\n")
        mark = _MARKS[probe.good] if probe.good or probe.required else _WARN
        word = f"{mark.word:<4}"
        shown = f"\x1b[{mark.hue}m{word}\x1b[0m" if painted else word
        stream.write(f"  {shown}  {probe.name:<20}  {probe.detail}".rstrip() + "\n")
        if not probe.good and probe.fix:
            stream.write(f"        fix: {probe.fix}\n")
