"""A program that ended badly: a panic, an exit code, a signal, a failing test or example."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from doc_healing.languages.go.places import Spot, find, first_spot, spot_at, spot_of
from doc_healing.model import (
    Job,
    Outcome,
    Reading,
    Status,
    Symptom,
    SymptomKind,
    Verdict,
)

Event = Mapping[str, Any]

_PANIC = re.compile(r"(?m)^(panic|fatal error): (.*(?:\n(?!\s*\n|goroutine |\[signal).*)*)")
_TRACE = re.compile(r"(?m)^goroutine \d+ .*\[[^\]]*\]:$")
_NETWORK = re.compile(
    r"dial (?:tcp|udp|unix)|lookup \S+|no such host|connection refused|network is unreachable|"
    r"i/o timeout|server misbehaving|TLS handshake|connect: cannot assign"
)
# What is nil where the error of such a call was thrown away.
_UNANSWERED = re.compile(
    r",\s*_\s*:?=\s*(?:[\w.]+\.Do|\w*(?:http|net|tls|grpc|websocket|sql|smtp|rpc)\w*\.\w+)\("
)
_FILES = re.compile(
    r"no such file or directory|matches no files|executable file not found|permission denied|"
    r"read-only file system|file does not exist|operation not permitted|address already in use|"
    r"not a directory|is a directory|inappropriate ioctl"
)
_SECRETS = re.compile(
    r"(?i)api[ _-]?key|credential|access[ _-]?token|auth[ _-]?token|environment variable|"
    r"env var|unauthorized|not authenticated|password|\$HOME"
)
_FAILING = re.compile(r"(?i)fail|broken|wrong|incorrect|buggy|flaky")  # a test that shows it
_TEST_LINE = re.compile(r"(?m)^\s+snippet\.go:(\d+): ?(.*)$")
_STAMP = re.compile(r"(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)? ")  # of package log
_OUT_OF_MEMORY = re.compile(r"out of memory|cannot allocate memory|pthread_create failed")
_CROWD = re.compile(r"newosproc|failed to create new OS thread|resource temporarily unavailable")


def ended(job: Job, outcome: Outcome, events: Sequence[Event]) -> Reading:
    """The reading of a program that did not end with 0."""
    stderr = _STAMP.sub("", outcome.stderr.decode("utf-8", "replace"))
    examples = [event for event in events if event.get("type") == "example"]
    if examples and examples[-1].get("same") is False:
        return _example(job, examples[-1])
    crash = _PANIC.search(stderr)
    if crash and _TRACE.search(stderr):
        return _crashed(job, crash.group(1), crash.group(2).strip(), stderr)
    if outcome.signal is not None or outcome.status is Status.SIGNAL:
        message = outcome.detail or f"killed by signal {outcome.signal}"
        return broken(SymptomKind.SIGNAL, message, first_spot(job))
    if any(event.get("type") == "tests" for event in events):
        return _tested(job, outcome)
    return _exited(job, outcome, events, stderr)


def broken(kind: SymptomKind, message: str, spot: Spot, **more: Any) -> Reading:
    """A red reading at a place."""
    symptom = Symptom(kind, message, spot.line.path, spot.line.line, spot.column, **more)
    return Reading(Verdict.BROKEN, symptom=symptom)


def lacking(kind: SymptomKind, reason: str, message: str, spot: Spot) -> Reading:
    """A reading that blames what is not here."""
    symptom = Symptom(kind, message, spot.line.path, spot.line.line, spot.column)
    return Reading(Verdict.UNVERIFIED, reason, symptom)


def surroundings(text: str, spot: Spot, message: str) -> Reading | None:
    """The reading where a message tells of the network, of files or of secrets, else None."""
    words = text.strip().split("\n")[0][:160]
    if _NETWORK.search(text):
        return lacking(SymptomKind.NETWORK, f"needs the network ({words})", message, spot)
    if _FILES.search(text):
        return lacking(SymptomKind.CONTEXT, f"needs what is not here: {words}", message, spot)
    if _SECRETS.search(text):
        return lacking(SymptomKind.CONTEXT, f"needs credentials: {words}", message, spot)
    return None


# --- Panics ----------------------------------------------------------------------------------


def _crashed(job: Job, how: str, message: str, stderr: str) -> Reading:
    start = _TRACE.search(stderr)
    trace = stderr[start.start() :] if start else stderr
    first = trace.split("\n\n")[0]
    spot = spot_of(job, first) or spot_of(job, trace) or first_spot(job)
    headline = f"{how}: {_one_line(message)}"
    if how == "fatal error" and _OUT_OF_MEMORY.search(message):
        return broken(SymptomKind.MEMORY, headline, spot)
    if _CROWD.search(stderr):
        return broken(SymptomKind.PROCESS_LIMIT, headline, spot)
    if not spot.own:
        reason = f"its context at line {spot.line.line} failed: {headline}"
        return lacking(SymptomKind.CONTEXT, reason, headline, spot)
    if not message.startswith("runtime error") and how == "panic":
        found = surroundings(message, spot, headline)
        if found is not None:
            return found
    blocks = (*job.context, job.snippet)
    if "nil pointer" in message and any(_UNANSWERED.search(one.code) for one in blocks):
        reason = "needs the network (a call whose error is thrown away gave nothing)"
        return lacking(SymptomKind.NETWORK, reason, headline, spot)
    if _reads_arguments(job) and "index out of range" in message:
        return lacking(SymptomKind.CONTEXT, "needs command-line arguments", headline, spot)
    return _ruled(job, message, headline, spot, trace)


def _ruled(job: Job, message: str, headline: str, spot: Spot, trace: str) -> Reading:
    """A panic of the document's own, unless it hangs on what a fragment leaves out."""
    fragment = _is_partial(job)
    if "nil pointer dereference" in message and fragment and _declares_nil(job):
        words = "needs context: a variable is declared here and filled elsewhere"
        return lacking(SymptomKind.CONTEXT, words, headline, spot)
    handled = re.search(r"panic\(\s*err\w*\s*\)", spot.line.text)
    if handled and fragment:
        words = f"ends by its own handling of an error: {headline}"
        return lacking(SymptomKind.CONTEXT, words, headline, spot)
    return broken(SymptomKind.EXCEPTION, headline, spot, exception="panic", trace=trace[:4000])


def _is_partial(job: Job) -> bool:
    return not job.facts.get("whole") or bool(job.facts.get("elides"))


def _declares_nil(job: Job) -> bool:
    return re.search(r"(?m)^\s*var\s+\w+\s+[*\w.\[\]]+\s*$", job.snippet.code) is not None


def _reads_arguments(job: Job) -> bool:
    return re.search(r"\bos\.Args\b|\bflag\.Arg", job.snippet.code) is not None


def _one_line(message: str) -> str:
    lines = [line.strip() for line in message.split("\n") if line.strip()]
    first = lines[0] if lines else ""
    return re.sub(r" \[recovered(?:, repanicked)?\]$", "", first)[:300]


# --- Exit codes ------------------------------------------------------------------------------


def _exited(job: Job, outcome: Outcome, events: Sequence[Event], stderr: str) -> Reading:
    exits = [event for event in events if event.get("type") == "exit"]
    spot = _exit_spot(job, exits) or find(job, r"os\.Exit|log\.Fatal") or first_spot(job)
    message = f"exits with code {outcome.exit_code}"
    printed = outcome.stdout.decode("utf-8", "replace") + stderr
    if not spot.own:
        reason = f"its context at line {spot.line.line} {message}"
        return lacking(SymptomKind.CONTEXT, reason, message, spot)
    if "log.Fatal" in spot.line.text and stderr.strip():
        message = f"log.Fatal: {stderr.strip().splitlines()[-1][:200]}"
    found = surroundings(stderr or printed, spot, message)
    if found is not None:
        return found
    if _reads_arguments(job) or re.search(r"\bflag\.|os\.Stdin|\bfmt\.Scan", job.snippet.code):
        words = "needs command-line arguments or input"
        return lacking(SymptomKind.CONTEXT, words, message, spot)
    if "os.Getenv" in job.snippet.code or "os.LookupEnv" in job.snippet.code:
        words = "needs variables of the environment"
        return lacking(SymptomKind.CONTEXT, words, message, spot)
    if not exits:
        words = f"a library ends the program: {printed.strip().splitlines()[-1:] or [message]}"
        return lacking(SymptomKind.CONTEXT, words, message, spot)
    if _is_partial(job) and re.search(r"\berr\b", job.snippet.code):
        words = f"ends by its own handling of an error: {message}"
        return lacking(SymptomKind.CONTEXT, words, message, spot)
    return broken(SymptomKind.EXIT, message, spot, trace=stderr[-4000:])


def _exit_spot(job: Job, exits: Sequence[Event]) -> Spot | None:
    if not exits:
        return None
    row, column = exits[-1].get("line"), exits[-1].get("column")
    if not isinstance(row, int) or not isinstance(column, int):
        return None
    return spot_at(job, row, column)


# --- Tests and examples ------------------------------------------------------------------------


def _tested(job: Job, outcome: Outcome) -> Reading:
    text = outcome.stdout.decode("utf-8", "replace")
    found = [(int(row[:9]), said) for row, said in _TEST_LINE.findall(text)]
    rows = [(spot_at(job, row), said) for row, said in found]
    spot, said = next(((one, said) for one, said in rows if one), (first_spot(job), ""))
    name = re.search(r"--- FAIL: (\S+)", text)
    message = f"{name[1]} fails" if name else f"exits with code {outcome.exit_code}"
    message += f": {said}" if said.strip() else ""
    found_ = surroundings(text, spot, message)
    if found_ is not None:
        return found_
    if _FAILING.search(" ".join((*job.snippet.headings[-1:], name[1] if name else ""))):
        return lacking(SymptomKind.CONTEXT, f"is shown to fail: {message}", message, spot)
    return broken(SymptomKind.ASSERTION, message, spot, trace=text[-4000:])


def _example(job: Job, event: Event) -> Reading:
    expected, actual = str(event.get("expected") or ""), str(event.get("actual") or "")
    name = str(event.get("name") or "")
    spot = _output_comment(job, name) or first_spot(job)
    message = f"{name}: expected {_short(expected)}, got {_short(actual) or 'no output'}"
    return broken(SymptomKind.OUTPUT, message, spot, expected=expected, actual=actual)


def _output_comment(job: Job, name: str) -> Spot | None:
    """The output comment of an example: the first one below its head."""
    below = False
    for line in job.snippet.lines:
        below = below or re.search(rf"\bfunc {re.escape(name)}\(", line.text) is not None
        match = re.search(r"//\s*(?:unordered )?output:", line.text, re.IGNORECASE)
        if below and match:
            return Spot(line, line.column + match.start())
    return None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:77]}..."
