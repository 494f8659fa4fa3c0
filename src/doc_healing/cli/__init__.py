"""The command line: one file per command, imported when it is called."""

import os
import signal
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
    _stop_like_ctrl_c()
    from doc_healing.cli.main import start

    sys.exit(start(sys.argv[1:]))


def _stop_like_ctrl_c() -> None:
    """A CI system that gives up, or a terminal that closes, must leave no jail and no directory."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # else somebody wants it ignored: nohup
            signal.signal(number, signal.default_int_handler)
