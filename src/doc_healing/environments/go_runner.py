"""Runs in the jail, with the interpreter of doc-healing itself, beside the go command.

    go_runner.py PHASE REQUEST.json

Phases: `get` adds wanted modules to the go.mod, `fetch` downloads what the packages and their
tests import, `compile` compiles these packages and collects their archives. All of them write
their result as JSON to the report channel. Nothing of the repository is ever run: the go command
reads its files, and its compiler translates them without cgo.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path("/work/source")
OUTPUT = Path("/opt/gomod")
MIB = 1024 * 1024
FIELDS = "ImportPath,Name,Export,Standard,Error,DepsErrors,Module,Dir,GoFiles"
_DOWNLOAD = re.compile(
    r"(?i)\b(dial tcp|proxyconnect|reading https?://|Get \"|timeout|connection (refused|reset)"
    r"|unexpected EOF|bad gateway|TLS handshake|x509|checksum mismatch|SECURITY ERROR"
    r"|module lookup disabled)"
)
_GONE = re.compile(r"\b(403|404|410) |GOVCS|unrecognized import path|unknown revision")
MOST_NOTICES = 2000
MOST_WORDS = 300
_TYPE = re.compile(r"type ([A-Z]\w*)(?:\[.*\])? (?:struct|interface) ")
_METHOD = re.compile(r"func \((?:\w+ )?\*?([A-Z]\w*)(?:\[[^\]]*\])?\) ([A-Z]\w*)")
_DECLARED = re.compile(r"(?:func|type|var|const) ([A-Z]\w*)")
_MEMBER = re.compile(r"\t([A-Z]\w*)\b(?!\.)")
_UNTIDY = re.compile(r"missing go\.sum entry|updates to go\.(mod|sum) needed|vendor")


@dataclass(frozen=True)
class Package:
    """The parts that are needed of what `go list -json` says of a package."""

    path: str
    name: str
    export: str
    standard: bool
    error: str
    broken: bool  # the error is its own, not that of something that it imports
    module: str
    version: str
    own: bool  # of the module that is installed, or of one beside it in its go.work
    files: tuple[str, ...]  # its sources, without tests


class Refused(Exception):  # noqa: N818 - what the go command said, for the reader
    """The go command ended without an answer."""


def main() -> int:
    """Run one phase; gives the exit code."""
    request = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    unpack(request)
    os.chdir(SOURCE / request["folder"])
    phases = {"get": get, "fetch": fetch, "compile": compile_all}
    try:
        result = phases[sys.argv[1]](request)
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    with open(3, "w", encoding="utf-8") as report:
        json.dump(result, report)
    return 0


def unpack(request: Mapping[str, Any]) -> None:
    """The checkout's files, then those that an earlier phase resolved."""
    with tarfile.open("/work/source.tar") as archive:
        # The scar: `filter=` is unknown to Python 3.11.2, which is Debian 12's.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = staticmethod(tarfile.data_filter)
        archive.extractall(SOURCE)
    for name, text in request["files"].items():
        (SOURCE / name).parent.mkdir(parents=True, exist_ok=True)
        (SOURCE / name).write_text(text, encoding="utf-8")


def get(request: Mapping[str, Any]) -> dict[str, Any]:
    """go.mod and go.sum with the wanted modules."""
    go(request, "mod", "get", "--", *request["wanted"])
    return {"files": manifests(request)}


def fetch(request: Mapping[str, Any]) -> dict[str, Any]:
    """Download; gives the manifests, the -mod that they work with, and what is to be said."""
    mod, packages, reason = first_tidy(request)
    if mod == "mod":
        # Once more, as it is then compiled: that can read more of the graph of modules.
        mod = "completed"
        packages += imported(request, mod)
    packages += required(request, mod)
    troubled = [one.error for one in packages if _DOWNLOAD.search(one.error)]
    troubled = [text for text in troubled if not _GONE.search(text)]
    if troubled:
        raise Refused("\n".join(dict.fromkeys(troubled)))
    return {"mod": mod, "files": manifests(request), "note": reason if mod == "completed" else ""}


def first_tidy(request: Mapping[str, Any]) -> tuple[str, list[Package], str]:
    """As the repository has it (vendored or not), else with its manifests completed."""
    reason = ""
    modes = ("mod",) if request["wanted"] else ("", "readonly", "mod")
    for mod in modes:
        try:
            packages = imported(request, mod)
        except Refused as refused:
            if mod == "mod":
                raise
            reason = reason or str(refused)
            continue
        untidy = [one.error for one in packages if _UNTIDY.search(one.error)]
        if not untidy or mod == "mod":
            break
        reason = reason or untidy[0]
    return mod, packages, next((line for line in reason.splitlines() if line.strip()), "")


def imported(request: Mapping[str, Any], mod: str) -> list[Package]:
    """The module's packages, those that its go.work puts beside it, and what they import."""
    if not request["own"]:
        return []
    found = decoded(go(request, mod, "list", "-m", "-json=Dir,Main"))
    beside = [one["Dir"] for one in found if one.get("Main") and one.get("Dir")]
    folders = [f"{folder}/..." for folder in beside if Path(folder) != Path.cwd()]
    return listed(request, mod, ("-test",), ["./...", *folders])


def required(request: Mapping[str, Any], mod: str) -> list[Package]:
    """What the manifest asks for, used or not, without its tests."""
    return listed(request, mod, (), request["direct"])


def compile_all(request: Mapping[str, Any]) -> dict[str, Any]:
    """Archives of all packages that compile in /opt/gomod, and what the others said."""
    mod = request["mod"]
    packages = [one for one in imported(request, mod) if not one.standard and importable(one.path)]
    lost = {one.path: one.error for one in packages if one.broken}
    direct = [one for one in required(request, mod) if not one.standard and not one.error]
    paths = [one.path for one in (*packages, *direct) if not one.broken]
    flags = ("-export", "-trimpath", "-pgo=off")
    built = listed(request, mod, flags, list(dict.fromkeys(paths)))
    result = collected(built, request["most_mib"] * MIB)
    told = deprecated([one for one in built if one.own or one.module in request["direct"]])
    return {**result, "failed": {**lost, **result["failed"]}, "deprecated": told}


def collected(built: Sequence[Package], most_bytes: int) -> dict[str, Any]:
    """Copy the archives, as numbered files."""
    found: dict[str, tuple[str, str]] = {}
    failed = {one.path: one.error for one in built if one.error and not one.standard}
    modules = {one.module: one.version for one in built if one.module}
    (OUTPUT / "packages").mkdir(parents=True, exist_ok=True)
    for one in built:
        if one.standard or not one.export or one.name == "main":
            continue
        name = f"packages/{len(found)}.a"
        most_bytes -= Path(one.export).stat().st_size
        if most_bytes < 0:
            raise Refused("the compiled packages are larger than the installation may be")
        shutil.copyfile(one.export, OUTPUT / name)
        found[one.path] = (one.name, name)
    return {"packages": found, "failed": failed, "modules": modules}


def deprecated(packages: Sequence[Package]) -> dict[str, dict[str, str]]:
    """What the sources call deprecated, by package: `Name`, `Type.Member`, "" for all of it.

    A paragraph of a doc comment that begins so: https://go.dev/wiki/Deprecated.
    """
    found: dict[str, dict[str, str]] = {}
    left = MOST_NOTICES
    for one in packages:
        for name in one.files:
            path = Path(name)
            if left <= 0 or not path.is_file() or path.stat().st_size > MIB:
                continue
            notices = notices_in(path.read_text(encoding="utf-8", errors="replace"))
            found.setdefault(one.path, {}).update(notices)
            left -= len(notices)
    return {path: notices for path, notices in found.items() if notices}


def notices_in(text: str) -> dict[str, str]:
    """What one file, formatted as gofmt does it, calls deprecated."""
    found: dict[str, str] = {}
    comment: list[str] = []
    owner, group, inside = "", "", False
    for line in text.splitlines() if "Deprecated:" in text else ():
        if line.lstrip().startswith("//"):
            comment.append(line.strip()[2:].strip())
            continue
        words, comment = notice(comment), []
        if re.match(r"(?:const|var|type) \($", line):
            group, inside = words, True
        elif line[:1] in (")", "}"):
            owner, group, inside = "", "", False
        elif match := _TYPE.match(line):
            owner = match[1] if line.endswith("{") else ""
        name = declared(line, owner, inside)
        if name is not None and (words or group):
            found[name] = words or group
    return found


def notice(comment: Sequence[str]) -> str:
    """The paragraph of a doc comment that deprecates, on one line."""
    for at, line in enumerate(comment):
        if line.startswith("Deprecated: ") and (at == 0 or not comment[at - 1]):
            rest = comment[at:]
            end = rest.index("") if "" in rest else len(rest)
            return " ".join(rest[:end]).removeprefix("Deprecated: ")[:MOST_WORDS]
    return ""


def declared(line: str, owner: str, inside: bool) -> str | None:
    """The exported name that a line declares; "" for the package's clause; None for no name.

    `owner` is the type whose fields stand there, `inside` a group of declarations.
    """
    if line.startswith("package "):
        return ""
    if match := _METHOD.match(line):
        return f"{match[1]}.{match[2]}"
    if match := _DECLARED.match(line):
        return match[1]
    member = _MEMBER.match(line) if owner or inside else None
    return (f"{owner}.{member[1]}" if owner else member[1]) if member else None


def listed(
    request: Mapping[str, Any], mod: str, flags: Sequence[str], paths: Sequence[str]
) -> list[Package]:
    """What `go list` says of these packages and all that they import."""
    if not paths:
        return []
    flags = ("-e", "-deps", *flags, f"-json={FIELDS}")
    return [package(one) for one in decoded(go(request, mod, "list", *flags, "--", *paths))]


def package(found: Mapping[str, Any]) -> Package:
    """One object of `go list -json`, see `go help list`."""
    error: Mapping[str, Any] = found.get("Error") or next(iter(found.get("DepsErrors") or ()), {})
    module = found.get("Module") or {}
    return Package(
        found["ImportPath"],
        found.get("Name", ""),
        found.get("Export", ""),
        found.get("Standard", False),
        error.get("Err", "").strip(),
        "Error" in found,
        module.get("Path", ""),
        (module.get("Replace") or module).get("Version", ""),
        bool(module.get("Main")),
        tuple(f"{found.get('Dir', '')}/{name}" for name in found.get("GoFiles") or ()),
    )


def importable(path: str) -> bool:
    """Whether it is no variant for a test, and no test's main."""
    return " [" not in path and not path.endswith((".test", "_test"))


def decoded(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects one after the other."""
    decoder, at = json.JSONDecoder(), 0
    while begin := re.compile(r"\S").search(text, at):
        value, at = decoder.raw_decode(text, begin.start())
        yield value


def manifests(request: Mapping[str, Any]) -> dict[str, str]:
    """go.mod and go.sum as they stand now, by their names in the checkout."""
    found = {}
    for name in ("go.mod", "go.sum"):
        if Path(name).is_file():
            text = Path(name).read_text(encoding="utf-8", errors="replace")
            found[str(Path(request["folder"], name))] = text
    return found


def go(request: Mapping[str, Any], mod: str, command: str, *rest: str) -> str:
    """What the go command prints; `mod` is for -mod, empty for what go itself takes."""
    # Completing the manifests is nothing that a workspace does.
    prefix = ("/usr/bin/env", "GOWORK=off") if mod in ("mod", "completed") else ()
    mod = "readonly" if mod == "completed" else mod
    flag = (f"-mod={mod}",) if mod and command == "list" else ()
    done = subprocess.run(
        (*prefix, request["go"], command, *flag, *rest),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Refused(done.stderr.strip() or f"{command} ended with {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
