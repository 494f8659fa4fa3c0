"""`doc-healing explain`: what a finding's code means, with a failing and a mended example."""

import click

from doc_healing.report import codes
from doc_healing.report.codes import explain as explanation


@click.command("explain")
@click.argument("code", required=False, default="")
def command(code: str) -> int:
    """Explain CODE (DH201) or its slug; without one, list them all."""
    if code:
        click.echo(explanation(code), nl=False)
        return 0
    for one in codes.CODES.values():
        click.echo(f"{one.id}  {one.severity.value:<8} {one.slug:<24} {one.title}")
    return 0
