"""`doc-healing init`: a small config to start from, made from what the repository holds."""

from pathlib import Path

import click

from doc_healing.cli.selection import select
from doc_healing.config import NAMES, LanguagesConfig
from doc_healing.errors import UserError
from doc_healing.model import Document, State
from doc_healing.report.tally import plural


@click.command("init")
@click.option("--force", is_flag=True, help="Overwrite a config that exists.")
@click.option("--dry-run", is_flag=True, help="Print it, write nothing.")
def command(force: bool, dry_run: bool) -> int:
    """Write .doc-healing.yml into the root of this repository."""
    selection = select(())
    target = selection.root / (selection.located.path or NAMES[0])
    text = _config(_languages(selection.documents))
    if dry_run:
        click.echo(text, nl=False)
        return 0
    if target.exists() and not force:
        raise UserError(f"{target.name} exists", help="give --force to overwrite it")
    _write(target, text)
    click.echo(f"wrote {target}")
    click.echo(f"found {plural(len(selection.documents), 'document')}")
    click.echo("next: doc-healing check")
    return 0


def _languages(documents: tuple[Document, ...]) -> list[str]:
    found = {
        snippet.language
        for document in documents
        for snippet in document.snippets
        if snippet.state is State.RUNNABLE
    }
    return sorted(found & set(LanguagesConfig.model_fields))


def _config(languages: list[str]) -> str:
    lines = [
        "# What doc-healing examines, as git-ignore patterns. Empty: every Markdown document.",
        "include: []",
        "exclude: []",
    ]
    if languages:
        lines.append("languages:")
    for name in languages:
        lines += [
            f"  {name}:",
            "    # Packages that the documents need beyond the project's own.",
            "    packages: []",
        ]
    return "\n".join(lines) + "\n"


def _write(target: Path, text: str) -> None:
    part = target.with_name(target.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UserError(f"cannot write {target}: {error.strerror}") from None
