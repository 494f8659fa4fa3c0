"""The crate of many blocks: its root, its files, and the script that compiles it in the jail.

The report: the compiler's errors, or what it calls deprecated, one JSON object a line; `exit CODE`;
and, where it compiled, a line `made` with the binary behind it.
"""

import shlex
from collections.abc import Mapping, Sequence

from doc_healing.languages.rust.build import FOLDER, JAILED, PROGRAM

# The first lines of a part's report: as if its own build had said nothing.
SAID = b"merged\ntry 0\nexit 0\ndone 0\n"
PARTS = "__doc_part_"  # in no text that may be merged: wherever it is printed, a place shows
ROOT = "main.rs"
_START = "__doc_start"
_CPU_SECONDS = 60  # of the compiler; a text can make it run for ever
_MOST_BYTES = 4_000_000  # of what it says

_ROOT = """\
#![allow(unused)]
{mods}
static SELECTOR: [u8; {length}] = {selector};
fn main() -> std::process::ExitCode {{
    use std::{{io::Write, os::unix::io::FromRawFd}};
    let channel = unsafe {{ std::fs::File::from_raw_fd(3) }};
    let _ = std::mem::ManuallyDrop::new(channel).write_all(&{said});
    match unsafe {{ std::ptr::read_volatile(&SELECTOR[{last}]) }} {{
{arms}
        _ => std::process::ExitCode::from(125),
    }}
}}
"""

_SCRIPT = """\
set -u
ulimit -t {seconds}
env -i {variables} {rustc} {options} --edition {edition} {emit} {root} \\
  2>{folder}/now >/dev/null 3>&-
code=$?
if [ $code -eq 0 ]; then grep -E '"deprecated' {folder}/now; else grep '^{{' {folder}/now; fi |
  head -c {most} >&3
printf '\\nexit %s\\n' $code >&3
[ $code -eq 0 ] || exit 1
echo made >&3
[ ! -e {program} ] || cat {program} >&3
"""


def part_file(at: int) -> str:
    """The file of a part."""
    return f"{PARTS}{at}.rs"


def module(text: str) -> str:
    """A part's file: its program's lines as they are, and behind them what the root calls.

    That makes of `main` what the runtime makes of it, and does not compile where it would refuse.
    """
    return (
        f"{text}pub(crate) fn {_START}() -> ::std::process::ExitCode "
        "{ ::std::process::Termination::report(main()) }\n"
    )


def root(numbers: Sequence[int], runs: Sequence[int], selector: bytes) -> str:
    """The root: all parts, and a `main` that runs the one that the selector's last byte names.

    It says first on the report channel what a part's own build would have said.
    """
    return _ROOT.format(
        mods="\n".join(f"mod {PARTS}{at};" for at in numbers),
        said=list(SAID),
        length=len(selector),
        last=len(selector) - 1,
        selector=list(selector),
        arms="\n".join(f"        {at} => {PARTS}{at}::{_START}()," for at in runs),
    )


def merged_script(
    rustc: str, edition: str, options: Sequence[str], variables: Mapping[str, str], links: bool
) -> str:
    """The shell script. A document's text is in files alone, never in here.

    Whoever fails here fails again alone, so that nobody reads this binary's debug information.
    """
    setting = {**JAILED, **variables}
    emit = f"--emit=link -o {PROGRAM}" if links else f"--emit=metadata -o {FOLDER}/out.rmeta"
    return _SCRIPT.format(
        seconds=_CPU_SECONDS,
        variables=" ".join(shlex.quote(f"{key}={value}") for key, value in setting.items()),
        rustc=shlex.quote(rustc),
        options=shlex.join([*options, "-Cdebuginfo=0", "-Cstrip=symbols"]),
        edition=edition,
        emit=emit,
        root=ROOT,
        folder=FOLDER,
        program=PROGRAM,
        most=_MOST_BYTES,
    )
