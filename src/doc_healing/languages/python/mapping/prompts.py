"""The code of a block without its prompts, each line where it stood."""

import re

_PROMPT = re.compile(r"^(\s*)(>>>|\.\.\.)( |$)")
_IPYTHON = re.compile(r"^(\s*)(?:In \[\d+\]:|\.{3,}:)( |$)")
_SHELL = re.compile(r"^\s*(?:\$ |[!%]+[A-Za-z])")


def plain(code: str) -> tuple[str, list[int]]:
    """The code, and for each line how many characters were taken off its front.

    Of a transcript the lines without a prompt are output, and left empty; so are those that a
    shell runs. A script may show a prompt before what a line gives: it stays a script.
    """
    lines = code.split("\n")
    first = next((one.lstrip() for one in lines if one.strip() and one.lstrip()[0] != "#"), "")
    for prompt, begins in ((_PROMPT, ">>>"), (_IPYTHON, "In [")):
        if first.startswith(begins):
            return _stripped(lines, prompt)
    if any(line.startswith(">>>") for line in lines):
        found = [_PROMPT.match(line) for line in lines]
        taken = [one.end() if one and not one[1] else 0 for one in found]
        return "\n".join(line[at:] for line, at in zip(lines, taken, strict=True)), taken
    shown = ["" if _SHELL.match(line) else line for line in lines]
    margin = _margin(shown)
    return "\n".join(line[margin:] for line in shown), [margin] * len(lines)


def _stripped(lines: list[str], prompt: re.Pattern[str]) -> tuple[str, list[int]]:
    shown, taken = [], []
    for line in lines:
        found = prompt.match(line)
        rest = line[found.end() :] if found else ""
        shown.append("" if _SHELL.match(rest) else rest)
        taken.append(found.end() if found else 0)
    return "\n".join(shown), taken


def _margin(lines: list[str]) -> int:
    """The blanks before every line."""
    return min((len(one) - len(one.lstrip(" ")) for one in lines if one.strip()), default=0)
