"""`doc-healing map`: the code map. Each of its commands stands in a file of its own."""

import difflib
import importlib

import click

# name -> (module, what it is for); the module defines `command`
COMMANDS = {
    "symbols": ("map_symbols", "List what the code defines, and under which names it is public."),
    "changes": ("map_changes", "Say what became of each symbol between two revisions."),
    "references": ("map_references", "List what the documents name of it, and where."),
    "affected": ("map_affected", "List the documentation that a change of the code may touch."),
    "orphans": ("map_orphans", "List the documentation of what a change has deleted."),
    "undocumented": ("map_undocumented", "List the public API that no document mentions."),
}


class MapCommands(click.Group):
    """A group that imports a command only when it is called."""

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
        """As click does; of an unknown name the nearest known one is told."""
        if args and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else f"One of: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command `map {args[0]}`. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=MapCommands)
def command() -> None:
    """The code map: what the code offers, what names it, and what a change did to it.

    Nothing is run. What was read once is kept, and read again only when it changes.
    """
