"""`doc-healing list`: every code block and what becomes of it."""

from typing import Any

import click

from doc_healing.cli import exits
from doc_healing.cli.options import output, output_options, shown, write
from doc_healing.cli.selection import select
from doc_healing.report import LIST_FORMATS
from doc_healing.settings import read as read_settings


@click.command("list")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-l", "--language", "languages", multiple=True, help="Only this language's blocks.")
@output_options(list(LIST_FORMATS), "No notices and no sum.", "As without it.")
def command(paths: tuple[str, ...], languages: tuple[str, ...], **more: Any) -> int:
    """List every code block below PATH (default: here). Nothing is run."""
    wanted = output(**more)
    selection = select(paths, languages)
    options = shown(wanted, read_settings())
    text = LIST_FORMATS[wanted.format](selection.documents, options, selection.left_out)
    write(text, wanted)
    unreadable = any(document.unreadable for document in selection.documents)
    return exits.USER_ERROR if unreadable else exits.FINE
