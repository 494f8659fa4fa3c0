"""Options that several commands share, and what they become."""

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from doc_healing import __version__
from doc_healing.cli.streams import give, say
from doc_healing.errors import UserError
from doc_healing.model import Run
from doc_healing.report import FORMATS, Options, Verbosity
from doc_healing.settings import Settings, colour

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Output:
    """Where the result goes and how it looks."""

    format: str
    file: str
    verbosity: Verbosity
    color: str


def output_options(
    formats: list[str],
    quiet: str = "Only what is broken; no progress.",
    verbose: str = "Everything, block by block.",
) -> Callable[[Function], Function]:
    """`--format`, `--output`, `-q`, `-v` and `--color`, for a command with these formats.

    What `-q` and `-v` do to its report is said in its help.
    """

    def decorate(function: Function) -> Function:
        for option in reversed(_options(formats, quiet, verbose)):
            function = option(function)
        return function

    return decorate


def map_options(function: Function) -> Function:
    """The same, for a command of the code map."""
    verbose = "Name each file that could not be read whole; of changes, other bodies too."
    return output_options(["text", "json"], "No summary and no notes.", verbose)(function)


def _options(formats: list[str], quiet: str, verbose: str) -> list[Callable[[Any], Any]]:
    return [
        click.option(
            "-f",
            "--format",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            help="How the result is written.",
        ),
        click.option("-o", "--output", metavar="FILE", default="", help="Write the result here."),
        click.option("-q", "--quiet", is_flag=True, help=quiet),
        click.option("-v", "--verbose", is_flag=True, help=verbose),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colours: on a terminal, always, or never. NO_COLOR is honoured.",
        ),
    ]


def output(format: str, output: str, quiet: bool, verbose: bool, color: str) -> Output:  # noqa: A002
    """The options as one value. Raises `UserError` where they contradict one another."""
    if quiet and verbose:
        raise UserError("--quiet and --verbose exclude each other", help="give one of them")
    level = Verbosity.QUIET if quiet else Verbosity.VERBOSE if verbose else Verbosity.NORMAL
    return Output(format, output, level, color)


def shown(wanted: Output, settings: Settings, *, hints: bool = False) -> Options:
    """How a report looks: colours and width only where a person's terminal is at the other end."""
    terminal = sys.stdout.isatty() and not wanted.file
    coloured = wanted.color == "always" or (
        wanted.color == "auto" and not wanted.file and colour(settings, terminal)
    )
    return Options(
        colour=coloured,
        width=shutil.get_terminal_size().columns if terminal else None,
        verbosity=wanted.verbosity,
        version=__version__,
        github=settings.github_actions and not wanted.file,
        hints=hints and terminal,
    )


def show(run: Run, wanted: Output, settings: Settings, *, hints: bool = False) -> None:
    """The report of a run where it was asked for and, in GitHub Actions, in the job summary too."""
    options = replace(shown(wanted, settings, hints=hints), prefix=_prefix(Path(run.root)))
    write(FORMATS[wanted.format](run, options), wanted)
    if settings.github_actions and settings.step_summary:
        _append_summary(run, options, Path(settings.step_summary))


def _prefix(root: Path) -> str:
    """The way from the git repository around `root` to it."""
    for candidate in (root, *root.parents):
        if (candidate / ".git").exists():
            inner = root.relative_to(candidate).as_posix()
            return "" if inner == "." else f"{inner}/"
    return ""


def _append_summary(run: Run, options: Options, file: Path) -> None:
    """A summary is a courtesy: where it cannot be written, that is said and nothing else."""
    from doc_healing.report.summary import MOST_BYTES, check_summary  # few commands write one

    plain = replace(options, colour=False, width=None)
    try:
        used = file.stat().st_size if file.exists() else 0
        with file.open("ab") as stream:
            stream.write(check_summary(run, plain, MOST_BYTES - used).encode("utf-8"))
    except OSError as error:
        say(f"note: the job summary was not written: {error.strerror}\n")


def write(text: str, wanted: Output) -> None:
    """The result to stdout or, whole or not at all, to the file; else a `UserError`.

    A link stays one: what it leads to is written. What is no regular file is written to and never
    replaced: `/dev/null` has to stay what it is.
    """
    data = text.encode("utf-8", "surrogateescape")
    if wanted.file in ("", "-", "/dev/stdout"):
        give(data)
        return
    target = Path(wanted.file)
    try:
        if _is_open(target) or (target.exists() and not target.is_file()):
            with target.open("ab" if _is_open(target) else "wb") as stream:
                stream.write(data)
        else:
            _replace(Path(os.path.realpath(target)), data)
    except OSError as error:
        message = f"cannot write {target}: {error.strerror}"
        raise UserError(message, help="give --output a file in a writable directory") from None


def _is_open(target: Path) -> bool:
    """Whether it is a file that somebody opened for us: `/dev/stderr`, `/dev/fd/3`."""
    return target.parent in (Path("/dev/fd"), Path("/proc/self/fd")) or str(target) == "/dev/stderr"


def _replace(target: Path, data: bytes) -> None:
    """Put new content in the place of a regular file, or of none, with the rights it had."""
    if target.is_symlink():  # one that was followed already leads to itself
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".doc-healing-") as folder:
        part = Path(folder, "part")
        part.write_bytes(data)
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
