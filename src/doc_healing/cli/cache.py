"""`doc-healing cache`: the installed environments, where they are and how large."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import click

from doc_healing.environments import store
from doc_healing.settings import read as read_settings

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
    click.echo(f"{len(found)} environments, {_size(found)} in {_environments()}")


@command.command("prune")
@click.option("--days", type=click.FloatRange(0), default=30.0, show_default=True)
@click.option("--max-mib", type=click.IntRange(0), help="Also remove the oldest above this size.")
def prune(days: float, max_mib: int | None) -> None:
    """Remove environments that were not used for some days."""
    most = None if max_mib is None else max_mib * MIB
    gone = store.prune(_environments(), max_age_seconds=days * DAY_SECONDS, max_bytes=most)
    click.echo(f"removed {len(gone)} environments, {_size(gone)}")


@command.command("clear")
def clear() -> None:
    """Remove every environment that is not in use, and the installers' downloads."""
    gone = store.clear(_environments())
    downloads = read_settings().cache_dir / "downloads"
    had_downloads = downloads.is_dir()
    shutil.rmtree(downloads, ignore_errors=True)
    rest = " and the installers' downloads" if had_downloads else ""
    click.echo(f"removed {len(gone)} environments, {_size(gone)}{rest}")


def _environments() -> Path:
    return read_settings().cache_dir / "environments"


def _size(found: Sequence[store.Entry]) -> str:
    return f"{sum(entry.bytes for entry in found) / MIB:.1f} MiB"
