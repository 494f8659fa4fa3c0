"""From snippets to programs: the payload, the driver's files and the map of lines."""

import hashlib
import json
import marshal
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from types import MappingProxyType
from typing import Any

from doc_healing.languages.python import residents, sessions, shipping
from doc_healing.languages.python.borrowed import Offer, configured, offers
from doc_healing.languages.python.known import known
from doc_healing.languages.python.shipping import FOLDER
from doc_healing.model import (
    Environment,
    File,
    Job,
    Level,
    Line,
    Mode,
    Mount,
    Program,
    Snippet,
    Step,
    Toolchain,
    Unrunnable,
    Verdict,
)

_LEVELS = {Mode.BUILD: Level.BUILDS, Mode.LINT: Level.PARSES}


def jobs(
    snippets: Sequence[Snippet], toolchain: Toolchain, environment: Environment | None
) -> list[Job | Unrunnable]:
    """One job per example among the runnable snippets of one document, in document order."""
    return [_job(cast, snippets, toolchain, environment) for cast in sessions.casts(snippets)]


def _job(
    cast: sessions.Cast,
    snippets: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Job | Unrunnable:
    snippet = cast.snippet
    mode = snippet.instructions.mode
    if mode is Mode.ILLUSTRATIVE:
        return Unrunnable(snippet, Verdict.ILLUSTRATIVE, "its marker says that it is no program")
    runs = mode in (Mode.RUN, Mode.FAIL) and not snippet.instructions.file_name
    played = (*cast.before, snippet, *cast.after) if runs else (snippet,)
    offered = offers(snippet, snippets, played) if runs else []
    offered += known(snippet, environment, offered) if runs else []
    payload = _payload(played, snippet, offered)
    payload["run"] = runs
    # The same program has the same bytes, so that its result can be kept.
    nonce = hashlib.sha256(json.dumps(payload).encode()).hexdigest()
    payload["nonce"] = nonce
    return Job(
        snippet=snippet,
        program=_program(payload, cast, played, toolchain, environment),
        context=tuple(one for one in played if one is not snippet),
        map=tuple(line for one in played for line in _lines(one)),
        level=Level.RUNS if runs else _LEVELS.get(mode, Level.BUILDS),
        facts=MappingProxyType(
            {
                "nonce": nonce,
                "chunks": json.dumps(_starts(played)),
                "main": str(payload["main"]),
                "configured": configured(snippet, snippets),
                "offers": json.dumps([astuple(one) for one in offered]),
            }
        ),
    )


def _program(
    payload: Mapping[str, Any],
    cast: sessions.Cast,
    played: Sequence[Snippet],
    toolchain: Toolchain,
    environment: Environment | None,
) -> Program:
    interpreter = (environment.interpreter if environment else "") or toolchain.executable
    mounts: tuple[Mount, ...] = toolchain.mounts + (environment.mounts if environment else ())
    # Without an environment, nothing is there but the standard library: what happens to be
    # installed beside the operator's interpreter must not decide a verdict.
    bare = ("-S", "-s") if interpreter == toolchain.executable else ()
    # `click.edit()` and its like must not start an editor that nobody can close.
    variables = {"EDITOR": "true", "VISUAL": "true"}
    # numpy starts a thread for each core as it is imported, and what has threads cannot be forked.
    variables["OPENBLAS_NUM_THREADS"] = "1"
    variables.update(environment.variables if environment else {})
    variables.update(cast.snippet.instructions.env)
    driver = [File(f"{FOLDER}/{name}", data) for name, data in _driver(toolchain, environment)]
    # To hear what runs takes one of the interpreter's tools, which a block that monitors may want.
    if environment and environment.own and not _monitors(played):
        driver.append(File(f"{FOLDER}/own.txt", environment.own.target.encode()))
    files = [File(f"{FOLDER}/payload.bin", marshal.dumps(dict(payload), 2)), *driver]
    own = [one for one in (*cast.files, cast.snippet) if one.instructions.file_name]
    files += [File(one.instructions.file_name, _bytes(one)) for one in own]
    argv = (interpreter, *bare, f"{FOLDER}/run.py")
    loaded = () if own else played  # a file of the session could be what it imports
    return Program(
        files=tuple(files),
        steps=(Step(argv),),
        mounts=tuple(dict.fromkeys(mounts)),
        variables=MappingProxyType(variables),
        resident=None
        if cast.snippet.instructions.env
        else residents.resident(argv, driver, loaded, toolchain, environment),
    )


def _monitors(played: Sequence[Snippet]) -> bool:
    return any("monitoring" in line.text for one in played for line in one.lines)


def _payload(
    played: Sequence[Snippet], snippet: Snippet, offered: Sequence[Offer]
) -> dict[str, Any]:
    starts = _starts(played)
    conditions = [
        {
            "subject": one.subject,
            "operator": one.operator,
            "value": one.value,
            "reason": one.reason,
            "skip_when_true": one.skip_when_true,
        }
        for one in snippet.instructions.conditions
    ]
    return {
        "chunks": [_chunk(one, at) for one, at in zip(played, starts, strict=True)],
        "main": next(at for at, one in enumerate(played) if one is snippet),
        "imports": [[one.name, one.text] for one in offered],
        "listen": len(played) > 1 and bool(snippet.instructions.expected),
        "conditions": conditions,
        "cwd": snippet.instructions.cwd,
    }


def _chunk(snippet: Snippet, start: int) -> Mapping[str, Any]:
    promises = [
        {"text": one.text, "after_line": one.after_line}
        for one in snippet.instructions.expected
        if one.after_line is not None
    ]
    return {
        "code": "\n".join(line.text for line in snippet.lines),
        "start": start,
        "options": list(snippet.instructions.doctest_options),
        "promises": promises,
    }


def _starts(played: Sequence[Snippet]) -> list[int]:
    starts, at = [], 0
    for one in played:
        starts.append(at)
        at += max(1, len(one.lines))
    return starts


def _lines(snippet: Snippet) -> tuple[Line | None, ...]:
    return snippet.lines or (None,)


def _bytes(snippet: Snippet) -> bytes:
    return snippet.code.encode("utf-8", "surrogateescape")


def _driver(toolchain: Toolchain, environment: Environment | None) -> tuple[tuple[str, bytes], ...]:
    """What the toolchain compiled runs on its own version alone."""
    version = environment.runtime_version if environment else ""
    if version and toolchain.version and version != toolchain.version:
        return shipping.plain(toolchain)
    return shipping.files(toolchain)
