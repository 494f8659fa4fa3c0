"""`doc-healing completion`: the script that completes commands and options in a shell."""

import click
from click.shell_completion import get_completion_class

from doc_healing.errors import UserError


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> int:
    """Print the completion script of SHELL; the script's own line tells where it goes.

    bash: eval "$(doc-healing completion bash)"
    """
    made = get_completion_class(shell)
    if made is None:
        raise UserError(f"no completion for {shell}", help="one of bash, zsh, fish")
    click.echo(made(ctx.find_root().command, {}, "doc-healing", "_DOC_HEALING_COMPLETE").source())
    return 0
