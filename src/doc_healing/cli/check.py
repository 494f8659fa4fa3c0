"""`doc-healing check`: run every code block, isolated, and say what is broken."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from doc_healing import __version__
from doc_healing.cli import again, exits
from doc_healing.cli.again import Question
from doc_healing.cli.ended import Ended
from doc_healing.cli.options import Output, output, output_options, show
from doc_healing.cli.selection import Selection, select
from doc_healing.cli.streams import say
from doc_healing.config import RepoConfig
from doc_healing.errors import InfraError, UserError
from doc_healing.model import Checkout, Finding, Run, State, Verdict
from doc_healing.report import FORMATS, Verbosity
from doc_healing.report.opening import Terms, opening
from doc_healing.settings import Settings
from doc_healing.settings import read as read_settings
from doc_healing.store import Archive, kept_in

if TYPE_CHECKING:
    from doc_healing.pipeline import Base, Tools


def _date(ctx: click.Context, parameter: click.Parameter, text: str) -> str:
    """As the config has it, so that nothing is installed by a date that nobody understands."""
    del ctx, parameter
    if text == "now":  # by the day, so that what was installed today is found again
        return datetime.fromtimestamp(time.time() + 24 * 3600, tz=UTC).strftime("%Y-%m-%d")
    try:
        return RepoConfig(exclude_newer=text).exclude_newer if text else ""
    except ValueError:
        raise click.BadParameter("write 2024-05-31, 2024-05-31T12:00:00Z or now") from None


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="How many run at the same time.")
@click.option("-l", "--language", "languages", multiple=True, help="Only this language's blocks.")
@click.option(
    "--timeout",
    "wall_seconds",
    type=click.FloatRange(0.05, 3600),
    metavar="SECONDS",
    help="The most that one block may take.",
)
@click.option(
    "--memory",
    "memory_mib",
    type=click.IntRange(16),
    metavar="MIB",
    help="The most memory that one block may use.",
)
@click.option("--sandbox", default="", metavar="NAME", help="The sandbox (bubblewrap).")
@click.option("--no-cache", "fresh", is_flag=True, help="Install and run everything anew.")
@click.option("--install/--no-install", default=True, help="Install the project and its packages.")
@click.option(
    "--exclude-newer",
    default="",
    metavar="DATE",
    callback=_date,
    help="Install packages as the registries stood on DATE (or `now`).",
)
@click.option(
    "--base",
    default="",
    metavar="REV",
    help="Only what fails here and passes where this branch left REV is broken.",
)
@click.option(
    "--all", "everything", is_flag=True, help="With --base: also what the change cannot touch."
)
@click.option("--watch", is_flag=True, help="Check again what a saved file touches; Ctrl-C ends.")
@click.option(
    "--fail-on-empty/--no-fail-on-empty", default=None, help="Exit with 1 if nothing can be run."
)
@output_options(list(FORMATS))
def command(
    paths: tuple[str, ...], languages: tuple[str, ...], fail_on_empty: bool | None, **more: Any
) -> int:
    """Run every code block below PATH (default: here), isolated.

    Each block runs without a network, against the code of this checkout. Exit codes: 0 nothing
    broken, 1 something broken, 2 your error, 3 our fault, 130 interrupted.
    """
    wanted = output(**{key: more.pop(key) for key in exits.OUTPUT_KEYS})
    settings = read_settings()
    base, everything = more.pop("base"), more.pop("everything")
    asked = _Asked(wanted, base, languages, fail_on_empty, everything)
    watched = more.pop("watch")
    with _cache(settings, fresh=more.pop("fresh")) as kept:
        if not watched:
            return _checked(paths, asked, kept, more).code
        from doc_healing.cli.watching import watch

        def selected() -> Selection:
            return _selected(paths, asked, kept)

        return watch(lambda some: _checked(some, asked, kept, more), selected, paths, wanted.file)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for beside the paths and what decides the findings."""

    wanted: Output
    base: str
    languages: tuple[str, ...]
    fail_on_empty: bool | None
    everything: bool


def _selected(paths: Sequence[str], asked: _Asked, settings: Settings) -> Selection:
    with closing(kept_in(settings.cache_dir)) as results:
        return select(paths, asked.languages, Archive(results))


def _checked(
    paths: Sequence[str], asked: _Asked, settings: Settings, choices: Mapping[str, Any]
) -> Ended:
    """Check these paths and show what was found; gives the exit code, by document too."""
    with closing(kept_in(settings.cache_dir)) as results:
        selection = select(paths, asked.languages, Archive(results))
        _refuse_idle(selection.languages)
        question = Question(Archive(results), selection, settings, choices)
        run, obstacle = _answered(question, asked)
    show(run, asked.wanted, settings, hints=not selection.located.path)
    usual = selection.located.config.fail_on_empty
    strict = usual if asked.fail_on_empty is None else asked.fail_on_empty
    if obstacle:
        say(f"error: nothing was run: {obstacle.message}\n")
        say(f"help: {obstacle.help}\n" if obstacle.help else "")
    return _ended(run, strict=strict, obstructed=obstacle is not None)


def _ended(run: Run, *, strict: bool, obstructed: bool) -> Ended:
    findings: dict[str, list[Finding]] = {}
    for finding in run.findings:
        findings.setdefault(finding.snippet.path, []).append(finding)
    codes = {}
    for document in run.documents:
        own = tuple(findings.get(document.path, ()))
        part = replace(run, findings=own, documents=(document,))
        codes[document.path] = exit_code(part, fail_on_empty=False, obstructed=obstructed)
    proven = {one.snippet.path for one in run.findings if one.verdict is Verdict.PASSED}
    code = exit_code(run, fail_on_empty=strict, obstructed=obstructed)
    return Ended(code, codes, proven, strict)


def exit_code(run: Run, *, fail_on_empty: bool, obstructed: bool = False) -> int:
    """What a run's findings mean to the shell: the worst of them decides.

    `obstructed`: what was to be run could not be, for the sandbox's sake.
    """
    verdicts = [finding.verdict for finding in run.findings]
    if run.interrupted:
        return exits.INTERRUPTED
    if Verdict.BROKEN in verdicts:
        return exits.BROKEN
    if obstructed or any(finding.fault for finding in run.findings):
        return exits.OUR_FAULT
    if any(document.unreadable for document in run.documents):
        return exits.USER_ERROR
    empty = not any(f.snippet.state is State.RUNNABLE for f in run.findings)
    spared = any(finding.cause == "unaffected" for finding in run.findings)
    unproven = Verdict.PASSED not in verdicts and not spared
    return exits.BROKEN if fail_on_empty and (empty or unproven) else exits.FINE


@contextmanager
def _cache(settings: Settings, *, fresh: bool) -> Iterator[Settings]:
    """The settings as they are or, for `--no-cache`, with a cache that ends with this command."""
    if not fresh:
        yield settings
        return
    try:
        settings.cache_dir.mkdir(parents=True, exist_ok=True)
        made = TemporaryDirectory(prefix="fresh-", dir=settings.cache_dir)
    except OSError as error:
        raise UserError(
            f"cannot write to the cache directory {settings.cache_dir}: {error.strerror}",
            help="set DOC_HEALING_CACHE_DIR to a directory that is writable",
        ) from None
    with made as directory:
        yield replace(settings, cache_dir=Path(directory))


def _refuse_idle(languages: Sequence[str]) -> None:
    if languages:
        from doc_healing.cli.languages import refuse_idle
        from doc_healing.compose import language_names

        refuse_idle(languages, language_names())


def _answered(question: Question, asked: _Asked) -> tuple[Run, InfraError | None]:
    """The run that was asked for: remembered if nothing has changed since, else made."""
    base, wanted = asked.base, asked.wanted
    name = question.name(question.selection.checkout)
    if base:
        from doc_healing.documents.revisions import base_of

        base_of(question.selection.root, base)  # a revision that does not exist is always an error
    known = again.answer(question, name, compared=bool(base))
    if known is None:
        return _run_anew(question, name, asked)
    run, terms = known
    if wanted.verbosity is not Verbosity.QUIET:
        say(opening(run.documents, terms, __version__))
    return run, None


def _run_anew(question: Question, name: str, asked: _Asked) -> tuple[Run, InfraError | None]:
    from doc_healing.cli.comparison import compared
    from doc_healing.compose import Choices, build
    from doc_healing.documents.revisions import old_day

    selection = question.selection
    day = old_day(selection.root, time.time())
    choices = Choices(**question.choices, day=day)

    def tools(tree: Checkout) -> "Tools":
        return build(question.settings, selection.located.config, tree, choices)

    own = tools(selection.checkout)
    with compared(asked.base, selection, tools) as against:
        if against is None or asked.everything:
            return _examined(own, question, name, asked.wanted, against)
        from doc_healing.cli.sparing import marked, spared

        choice = spared(question, asked.base, against.documents)
        quiet = asked.wanted.verbosity is Verbosity.QUIET
        say(f"{choice.summary}\n" if not quiet else "")
        own = replace(own, spared=choice.spared)
        run, obstacle = _examined(own, question, name, asked.wanted, against)
        return marked(run, choice), obstacle


def _examined(
    tools: "Tools", question: Question, name: str, wanted: Output, base: "Base | None"
) -> tuple[Run, InfraError | None]:
    from doc_healing.cli.comparison import Unseen
    from doc_healing.cli.progress import progress
    from doc_healing.pipeline import blamed, examine

    selection = question.selection
    documents = selection.documents
    quiet = wanted.verbosity is Verbosity.QUIET
    if not quiet:
        terms = Terms(tools.sandbox.name, tools.limits, tools.jobs, tuple(tools.languages))
        say(opening(documents, terms, __version__))
    total = sum(not one.invisible for document in documents for one in document.snippets)
    try:
        with progress(total, quiet=quiet, live=sys.stderr.isatty()) as watcher:
            run = examine(tools, documents, watcher, str(selection.root))
            obstacle = sandbox_obstacle(tools, run)
            if obstacle is None:
                again.note(question, name, tools, run)
            run = blamed(run, tools, base, Unseen(watcher)) if base else run
    finally:
        tools.sandbox.close()
        tools.preparer.close()
        if tools.memory:
            tools.memory.close()
    return replace(run, left_out=selection.left_out), obstacle


def sandbox_obstacle(tools: "Tools", run: Run) -> InfraError | None:
    """Why the sandbox let nothing run at all of what there was to run; None where it did.

    A run in which nothing could be tried must not look like one in which nothing is broken.
    """
    ran = any(finding.sandbox and finding.cause != "sandbox" for finding in run.findings)
    waiting = [
        finding
        for finding in run.findings
        if finding.verdict is Verdict.UNVERIFIED
        and finding.snippet.state is State.RUNNABLE
        and finding.snippet.language in tools.languages
        and finding.cause != "network"
    ]
    if ran or run.interrupted or not waiting:
        return None
    missing = [one for one in tools.sandbox.probe() if one.required and not one.active]
    if missing:
        layer = missing[0]
        others = f" (and {len(missing) - 1} more: see `doc-healing doctor`)" * (len(missing) > 1)
        detail = f": {layer.detail}" if layer.detail else ""
        said = f"the sandbox {tools.sandbox.name} lacks {layer.name}{detail}{others}"
        return InfraError(said, help=layer.fix)
    failed = [finding.reason for finding in waiting if finding.cause == "sandbox"]
    return InfraError(failed[0], help="see `doc-healing doctor`") if failed else None
