"""The command line: one file per command, imported when it is called."""

import sys


def run() -> None:
    """Start the command `doc-healing` with the arguments of the process."""
    if sys.argv[1:] == ["--version"]:  # answered before anything is imported
        from doc_healing import __version__

        sys.stdout.write(f"doc-healing {__version__}\n")
        return
    from doc_healing.cli.main import start

    sys.exit(start(sys.argv[1:]))
