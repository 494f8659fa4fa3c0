"""The script that compiles in the jail: one program after the other, until one compiles.

Its report is for `reports.py`: before each program a line `try N`, then the compiler's errors, one
JSON object a line, then `exit CODE`; at the end `done N`, the program that was made, or `done -`.
"""

import shlex
from collections.abc import Mapping, Sequence

from doc_healing.languages.rust.variants import Variant

PROGRAM = "rust_out"  # as rustdoc calls it
FOLDER = ".doc-healing"
# What the compiler finds in its environment, beside what cargo sets.
JAILED = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/home/doc",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
}
_MOST_BYTES = 150_000  # of one program's errors; the report channel takes more than six of them

_SCRIPT = """\
set -u
tell() {{ cat >&3; }}
attempt() {{
  number=$1; edition=$2; file=$3; when=$4; emit=$5
  if [ -n "$when" ] && ! grep -qE -- "$when" {folder}/errors; then return 1; fi
  echo "try $number" | tell
  env -i {variables} {rustc} {options} --edition "$edition" $emit "$file" \\
    2>{folder}/now >/dev/null 3>&-
  code=$?
  sed -E 's/"explanation":"([^"\\\\]|\\\\.)*"/"explanation":null/' {folder}/now |
    if [ $code -eq 0 ]; then grep -E '"deprecated' || :; else grep '^{{' || :; fi |
    head -c {most} | tell
  printf '\\nexit %s\\n' $code | tell
  [ "$number" = 0 ] && cp {folder}/now {folder}/errors
  if [ $code -gt 1 ] && [ $code -ne 101 ]; then exit $code; fi
  [ $code -eq 0 ] || return 1
  echo "done $number" | tell
  exit 0
}}
"""


def file_name(number: int) -> str:
    """The name of a program's text, as the compiler and a panic call it."""
    return "main.rs" if number == 0 else f"main{number}.rs"


def script(
    variants: Sequence[Variant],
    rustc: str,
    options: Sequence[str],
    variables: Mapping[str, str],
    links: bool,
) -> str:
    """The shell script. A document's text is in files alone, never in here."""
    setting = {**JAILED, **variables}
    lines = [
        _SCRIPT.format(
            folder=FOLDER,
            variables=" ".join(shlex.quote(f"{key}={value}") for key, value in setting.items()),
            rustc=shlex.quote(rustc),
            options=shlex.join(options),
            most=_MOST_BYTES,
        )
    ]
    for number, item in enumerate(variants):
        made = links and item.level_runs
        emit = f"--emit=link -o {PROGRAM}" if made else f"--emit=metadata -o {FOLDER}/out.rmeta"
        words = [str(number), item.edition, file_name(number), item.when, emit]
        lines.append(f"attempt {shlex.join(words)}")
    return "\n".join([*lines, "echo 'done -' | tell", "exit 1", ""])


def options(toolchain_root: str) -> list[str]:
    """What every program is compiled with. Nothing of it can come from a document.

    Lints are what rustdoc leaves them: those that rustc denies, and those that the text denies,
    are errors.
    """
    found = [
        "--error-format=json", "--crate-type=bin", "--color=never",
        "-Copt-level=0", "-Ccodegen-units=1", "-Cdebuginfo=line-tables-only",
        "-Clinker=/usr/bin/cc",
    ]  # fmt: skip
    if toolchain_root:
        found.append(f"--sysroot={toolchain_root}")
    return found
