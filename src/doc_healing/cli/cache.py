"""`doc-healing cache`: environments, downloads and outcomes, where they are and how large."""

import os
import shutil
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import click

from doc_healing.compose import results
from doc_healing.environments import store
from doc_healing.report.tally import plural
from doc_healing.settings import read as read_settings
from doc_healing.store import Outlines, Results

DAY_SECONDS = 86_400
MIB = 2**20


@click.group("cache", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show, prune or clear what has been installed for snippets.

    Nothing in use is ever removed.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(show)


@command.command("dir")
def directory() -> None:
    """Print the cache directory."""
    click.echo(read_settings().cache_dir)


@command.command("show")
def show() -> None:
    """List the environments, the most recently used first."""
    found = store.entries(_environments())
    now = time.time()
    for entry in found:
        age = (now - entry.used) / DAY_SECONDS
        size = f"{entry.bytes / MIB:8.1f} MiB"
        click.echo(f"{entry.key[:12]}  {entry.language:<11} {size}  {age:5.1f} d  {entry.what}")
    click.echo(f"{plural(len(found), 'environment')}, {_size(found)} in {_environments()}")
    downloads = _downloads()
    kept = sum(store.measure(folder)[0] for folder in _installers(downloads))
    click.echo(f"installers' downloads, {kept / MIB:.1f} MiB in {downloads}")
    with _results() as outcomes:
        told = outcomes.tally()
    click.echo(f"{plural(told.outcomes, 'outcome')} of blocks, {told.bytes / MIB:.1f} MiB")
    with _outlines() as outlines:
        told = outlines.pages.tally()
    click.echo(f"{plural(told.pages, 'page')} of the code map, {told.bytes / MIB:.1f} MiB")


@command.command("prune")
@click.option("--days", type=click.FloatRange(0), default=30.0, show_default=True)
@click.option("--max-mib", type=click.IntRange(0), help="Also remove the oldest above this size.")
def prune(days: float, max_mib: int | None) -> None:
    """Remove environments that were not used for some days, old downloads and expired outcomes.

    An installer's downloads go where nothing was added to them for as many days.
    """
    most = None if max_mib is None else max_mib * MIB
    gone = store.prune(_environments(), max_age_seconds=days * DAY_SECONDS, max_bytes=most)
    before = time.time() - days * DAY_SECONDS
    old = [folder for folder in _installers(_downloads()) if _newest(folder) < before]
    with _results() as outcomes, _outlines() as outlines:
        outlines.pages.prune()
        _say_removed(gone, old, outcomes.prune())


@command.command("clear")
def clear() -> None:
    """Remove every environment that is not in use, all downloads, outcomes and the code map."""
    with _results() as outcomes, _outlines() as outlines:
        outlines.pages.clear()
        _say_removed(store.clear(_environments()), _installers(_downloads()), outcomes.clear())


def _say_removed(gone: Sequence[store.Entry], folders: Sequence[Path], outcomes: int) -> None:
    """Remove the downloads, and say what all of it was."""
    size = sum(store.measure(folder)[0] for folder in folders)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    rest = f" and {size / MIB:.1f} MiB of the installers' downloads" if folders else ""
    kept = f", {plural(outcomes, 'outcome')}" if outcomes else ""
    click.echo(f"removed {plural(len(gone), 'environment')}, {_size(gone)}{rest}{kept}")


def _results() -> closing[Results]:
    return closing(results(read_settings()))


def _outlines() -> closing[Outlines]:
    return closing(Outlines(read_settings().cache_dir))


def _downloads() -> Path:
    return read_settings().cache_dir / "downloads"


def _installers(downloads: Path) -> list[Path]:
    """Each installer's folder. It goes whole: a cache with holes installs packages with holes."""
    try:
        return sorted(path for path in downloads.iterdir() if path.is_dir())
    except OSError:
        return []


def _newest(folder: Path) -> float:
    """When something was last added below a folder, in epoch seconds."""
    found = folder.stat().st_mtime
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with suppress(OSError):  # another command removes it meanwhile
                found = max(found, Path(parent, name).lstat().st_mtime)
    return found


def _environments() -> Path:
    return read_settings().cache_dir / "environments"


def _size(found: Sequence[store.Entry]) -> str:
    return f"{sum(entry.bytes for entry in found) / MIB:.1f} MiB"
