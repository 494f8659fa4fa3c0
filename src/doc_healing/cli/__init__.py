"""The command line: one file per command, imported when it is called."""

import os
import sys


def run() -> None:
    """Start the command `doc-healing` with the arguments of the process."""
    if sys.argv[1:] == ["--version"] and sys.stdout:  # answered before anything is imported
        from doc_healing import __version__

        sys.stdout.write(f"doc-healing {__version__}\n")
        return
    if sys.getfilesystemencoding().lower() != "utf-8":
        # A locale of another encoding would garble the names of files: begin again in UTF-8 mode.
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])
    from doc_healing.cli.main import start

    sys.exit(start(sys.argv[1:]))
