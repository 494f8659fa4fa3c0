"""`doc-healing lint`: mistakes that can be seen without running anything, offline."""

import time
from typing import Any

import click

from doc_healing.cli import exits
from doc_healing.cli.check import exit_code
from doc_healing.cli.options import output, output_options, show
from doc_healing.cli.selection import Selection, select
from doc_healing.compose import linters
from doc_healing.model import Finding, Level, Run, Snippet, State, Verdict
from doc_healing.report import FORMATS
from doc_healing.settings import read as read_settings


@click.command("lint")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-l", "--language", "languages", multiple=True, help="Only this language's blocks.")
@click.option("--strict", is_flag=True, help="Exit with 1 for a warning too.")
@output_options(list(FORMATS))
def command(paths: tuple[str, ...], languages: tuple[str, ...], strict: bool, **more: Any) -> int:
    """Look for misspelt labels and markers and for code that does not parse.

    Nothing is run or installed, and only what is certain is reported.
    """
    wanted = output(**more)
    settings = read_settings()
    run = _linted(select(paths, languages))
    show(run, wanted, settings)
    return exits.BROKEN if strict and run.warnings else exit_code(run, fail_on_empty=False)


def _linted(selection: Selection) -> Run:
    started = time.monotonic()
    by_language = linters()
    snippets = [one for document in selection.documents for one in document.snippets]
    return Run(
        findings=tuple(_finding(one, by_language) for one in snippets if not one.invisible),
        documents=selection.documents,
        warnings=tuple(note for document in selection.documents for note in document.warnings),
        notes=("nothing was run: `lint` only reads",),
        left_out=selection.left_out,
        root=str(selection.root),
        seconds=time.monotonic() - started,
    )


def _finding(snippet: Snippet, by_language: Any) -> Finding:
    settled = {
        State.SKIPPED: Verdict.SKIPPED,
        State.ILLUSTRATIVE: Verdict.ILLUSTRATIVE,
        State.UNREADABLE: Verdict.UNVERIFIED,
    }
    if snippet.state is not State.RUNNABLE:
        return Finding(snippet, settled[snippet.state], snippet.reason)
    lint = by_language.get(snippet.language)
    symptom = lint(snippet) if lint else None
    if symptom is None:
        reason = "not run: `lint` only reads"
        return Finding(snippet, Verdict.UNVERIFIED, reason, cause="only-read")
    return Finding(snippet, Verdict.BROKEN, symptom=symptom, level=Level.NONE)
