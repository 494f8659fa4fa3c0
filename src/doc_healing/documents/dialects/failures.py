"""What a fence shows of a failure: a traceback, a stack, a panic, a compiler's errors.

The promise is as precise as it can be kept on another version: a class or a compiler's code, which
stay, and a message only where it is the program's own or has not changed for years.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from doc_healing.model import FailKind, MustFail

TRACEBACK = re.compile(r"^\s*Traceback \(most recent call last\):\s*$", re.MULTILINE)
_ERROR = re.compile(
    r"(?:Uncaught\s+)?(?P<code>(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Warning|Interrupt|"
    r"Iteration)|AssertionError)(?::[ \t]*(?P<message>.*))?"
)
_LEFT_OUT = re.compile(r"\.\.\.|…|0x[0-9a-f]+")
# Every version of a parser words these in its own way, and some refuse a text before it runs.
_PARSERS = frozenset({"SyntaxError", "IndentationError", "TabError"})
# The machine's own messages: "Index 5 out of bounds for length 3" was once "5".
_JVM = frozenset(
    "NullPointerException ArrayIndexOutOfBoundsException StringIndexOutOfBoundsException "
    "IndexOutOfBoundsException ClassCastException ArrayStoreException NumberFormatException "
    "NegativeArraySizeException InputMismatchException StackOverflowError OutOfMemoryError".split()
)
# Reworded between versions of the standard library, or with a value whose form may change.
_STD = re.compile(r"assertion |(called `\S+` on an? `\w+` value)|already (?:mutably )?borrowed")


@dataclass(frozen=True, slots=True)
class _Form:
    """What one tool writes of a failure, and what it promises."""

    pattern: re.Pattern[str]
    promise: Callable[[re.Match[str]], MustFail]


def _form(pattern: str, promise: Callable[[re.Match[str]], MustFail]) -> _Form:
    return _Form(re.compile(pattern, re.MULTILINE), promise)


def shown(text: str, language: str) -> MustFail | None:
    """The failure that an output shows, or None: a text that may as well have been printed."""
    return uncaught(text, language) or _exception(text)


def uncaught(text: str, language: str) -> MustFail | None:
    """The failure that a language's own tools report in this form, and no program prints."""
    if TRACEBACK.search(text):
        return _exception(text)
    for form in _FORMS.get(language, ()):
        if found := form.pattern.search(text):
            return form.promise(found)
    return None


def _exception(text: str) -> MustFail | None:
    """A traceback, or nothing but an exception's line, with or without a stack."""
    lines = [line for line in text.strip().split("\n") if line.strip()]
    if not lines:
        return None
    traceback = TRACEBACK.search(text)
    stack = len(lines) > 1 and lines[1].lstrip().startswith("at ")
    last = lines[0] if stack else lines[-1]
    found = _ERROR.fullmatch(last.strip()) or (
        re.fullmatch(r"(?P<code>[\w.]+)(?::\s*(?P<message>.*))?", last.strip())
        if traceback
        else None
    )
    if not found or not (traceback or stack or len(lines) == 1):
        return MustFail(FailKind.RUN) if traceback else None
    return _raised(found["code"], found["message"] or "")


def _raised(code: str, message: str) -> MustFail:
    if code in _PARSERS:
        return MustFail(FailKind.ANY, "", code)
    return MustFail(FailKind.RUN, _said(message), code)


def _said(message: str) -> str:
    """A pattern for a message; what stands for something left out matches anything."""
    return r".*".join(re.escape(part.strip()) for part in _LEFT_OUT.split(message.strip()))


def _thrown(found: re.Match[str]) -> MustFail:
    """A Java exception: by its class alone where the virtual machine words the message."""
    name = found[1].rpartition(".")[2].rpartition("$")[2]
    message = "" if name in _JVM else (found[2] or "")
    return MustFail(FailKind.RUN, _said(message), name)


def _panic(found: re.Match[str]) -> MustFail:
    """A Rust panic, in the form of today or in that before 1.73."""
    message = (found[1] if found[1] is not None else found[2]) or ""
    own = _STD.match(message)
    return MustFail(FailKind.RUN, _said(own[1] or "") if own else _said(message))


def _crash(found: re.Match[str]) -> MustFail:
    """A Go panic; what its own runtime says may say more in a later version, never less."""
    return MustFail(FailKind.RUN, _said(re.sub(r" \[recovered.*", "", found[1])))


def _codes(found: re.Match[str]) -> MustFail:
    codes = re.findall(r"^error\[(E\d{4})\]", found.string, re.MULTILINE)
    return MustFail(FailKind.BUILD, "", ",".join(dict.fromkeys(codes)))


def _unbuilt(found: re.Match[str]) -> MustFail:
    """A compiler's error without a code: its words differ from version to version."""
    del found
    return MustFail(FailKind.BUILD)


_STACK = _form(
    r"^(?:Uncaught )?((?:\w+\.)*[A-Z]\w*(?:Error|Exception))(?: \[\w+\])?(?:: (.*))?\n\s+at ",
    lambda m: _raised(m[1], m[2] or ""),
)
_PARSED = _form(
    r"^\s*File \"[^\"\n]*\", line \d+(?:\n.*){0,4}\n((?:Syntax|Indentation|Tab)Error): ",
    lambda m: _raised(m[1], ""),
)
_FORMS: dict[str, tuple[_Form, ...]] = {
    "python": (_PARSED,),
    "javascript": (_STACK,),
    "typescript": (
        _form(r"\berror (TS\d{4,5}): ", lambda m: MustFail(FailKind.BUILD, "", m[1])),
        _form(r"\bts\((\d{4,5})\)", lambda m: MustFail(FailKind.BUILD, "", f"TS{m[1]}")),
        _STACK,
    ),
    "java": (
        _form(r"^(?:\[ERROR\] )?\S*\.java:\[?\d+\S* error: ", _unbuilt),
        _form(r"^\|\s+Error:\s*$", _unbuilt),
        _form(r"^Exception in thread \"main\" ([\w.$]+)(?:: (.*))?$", _thrown),
        _form(r"^\|\s+Exception ([\w.$]+)(?:: (.*))?$", _thrown),
    ),
    "go": (
        _form(r"^(?:\S*/)?\w+\.go:\d+:\d+: ", _unbuilt),
        _form(r"^(?:panic|fatal error): (.*)\n(?:.*\n){0,6}?goroutine \d+ \[", _crash),
    ),
    "rust": (
        _form(r"^error\[E\d{4}\]: ", _codes),
        _form(r"^error: .*\n\s*--> \S+:\d+:\d+", _unbuilt),
        _form(
            r"^thread 'main'(?: \(\d+\))? panicked at (?:'(.*)', \S+:\d+(?::\d+)?$"
            r"|\S+:\d+:\d+:(?:\n(.*))?)",
            _panic,
        ),
    ),
}
