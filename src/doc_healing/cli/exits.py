"""The exit codes, which are part of the contract."""

FINE = 0
BROKEN = 1
USER_ERROR = 2
OUR_FAULT = 3
INTERRUPTED = 130

OUTPUT_KEYS = ("format", "output", "quiet", "verbose", "color")
