"""The group of commands, and the one place where an error becomes a message and an exit code.

0 nothing broken, 1 something broken, 2 the user's error, 3 our fault, 130 interrupted.
"""

import errno
import importlib
import platform
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from doc_healing import __version__
from doc_healing.cli.exits import INTERRUPTED, OUR_FAULT, USER_ERROR
from doc_healing.cli.streams import prepare, say
from doc_healing.errors import InfraError, UserError

_OF_THE_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)
# name -> (module, what it is for); the module defines `command`
COMMANDS = {
    "check": ("check", "Run every code block, isolated, and say what is broken."),
    "lint": ("lint", "Look for mistakes without running anything, offline."),
    "list": ("listing", "List every code block and what becomes of it."),
    "explain": ("explain", "Explain a finding's code, with an example and its repair."),
    "doctor": ("doctor", "Say what this machine can isolate and run, and how to mend the rest."),
    "init": ("init", "Write a .doc-healing.yml."),
    "map": ("mapping", "Show what the code offers, and what a change did to it."),
    "config": ("config", "Show the settings in force and where each comes from."),
    "cache": ("cache", "Show, prune or clear the installed environments."),
    "completion": ("completion", "Print the completion script of a shell."),
}


class Commands(click.Group):
    """A group that imports a command only when it is called; `--help` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"doc_healing.cli.{COMMANDS[cmd_name][0]}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of commands."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command, or the nearest name for one that does not exist."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"One of: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command `{args[0]}`. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="doc-healing %(version)s")
def doc_healing() -> None:
    """Keep the code in documentation true: find every code block, run it, say what is broken.

    Exit codes: 0 nothing broken, 1 something broken, 2 your error, 3 our fault, 130 interrupted.
    """


def start(arguments: Sequence[str]) -> int:
    """Run a command; gives the exit code."""
    prepare()

    def command() -> int:
        return int(doc_healing.main(list(arguments), "doc-healing", standalone_mode=False) or 0)

    return guarded(command, arguments)


def guarded(command: Callable[[], int], arguments: Sequence[str]) -> int:
    """The exit code of a command, or of the error that it ends in, which is told."""
    try:
        return command()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        say(_usage(error))
        return USER_ERROR
    except UserError as error:
        _say(error.message, error.help, f"{error.place}: " if error.place else "")
        return USER_ERROR
    except InfraError as error:
        _say(error.message, error.help)
        return OUR_FAULT
    except (KeyboardInterrupt, click.Abort):
        say("doc-healing: interrupted; nothing is left running\n")
        return INTERRUPTED
    except BrokenPipeError:  # `doc-healing list | head`: the reader has seen enough
        return 0
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            return _bug(error, arguments)
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror}", "free some space or mend the disk, then run it again")
        return OUR_FAULT
    except Exception as error:  # noqa: BLE001 - the edge of a command: a bug becomes a report
        return _bug(error, arguments)


def _say(message: str, help_line: str, place: str = "") -> None:
    say(f"error: {place}{message}\n")
    if help_line:
        say(f"help: {help_line}\n")


def _debugging() -> bool:
    from doc_healing.settings import read

    try:
        return read().debug
    except UserError:  # what was asked for cannot be read: then the file has to do
        return False


def _usage(error: click.ClickException) -> str:
    """A misspelt option or argument in the words of all our errors."""
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    place = f"help: {ctx.command_path} --help\n" if ctx else ""
    return f"error: {error.format_message()}\n{place}"


def _bug(error: Exception, arguments: Sequence[str]) -> int:
    """Three lines for the reader, everything else in a file."""
    facts: list[Any] = [f"doc-healing {__version__}", platform.platform(), sys.version]
    facts += [f"command: {' '.join(arguments)}", "".join(traceback.format_exception(error))]
    say(f"error: this is a bug in doc-healing: {type(error).__name__}: {error}\n")
    if _debugging():
        say(str(facts[-1]))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="doc-healing-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write("\n".join(map(str, facts)))
        say(f"help: please report it with the file {Path(file.name)}\n")
    except OSError:  # no place for a file: then here
        say("".join(f"{fact}\n" for fact in facts))
    return OUR_FAULT
