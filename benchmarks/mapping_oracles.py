"""Labelled commits as others publish them: what changed in truth, and both versions of the files.

Reads a local copy of `src/test/resources/oracle` of tsantalis/RefactoringMiner (MIT), the older
labels of its first Java benchmark in the form that aserg-ufmg/RefDiff keeps them in (`data.json`;
the files are those of RefactoringMiner's copy), and case files of renamed symbols next to bare
clones of their repositories. Nothing is fetched.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

# What the older labels have: of a rename together with a move and of parameters they know nothing.
OLDER = ("rename method", "move method", "rename class", "move class", "move field")


@dataclass(frozen=True)
class Label:
    """One change that somebody confirmed: its kind, and both names without and with a place."""

    kind: str
    old: str
    new: str
    old_place: str = ""
    new_place: str = ""


@dataclass(frozen=True)
class Commit:
    """A commit with its labels; the files are read when they are asked for."""

    language: str
    repository: str
    sha: str
    labels: frozenset[Label]
    folder: Path
    denied: frozenset[Label] = frozenset()  # what a tool told and somebody found wrong
    extracted: frozenset[str] = frozenset()  # new supertypes: what they took is labelled by this

    def files(self) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, str]]:
        """The files before and after, and the hints of what was renamed."""
        name = f"{self.repository}-{self.sha}"
        facts = json.loads((self.folder / f"{name}.json").read_text())
        parent = self.folder / f"{self.repository}-{facts['parentCommitId']}"
        before = _read(parent, facts["filesBefore"])
        after = _read(self.folder / name, facts["filesCurrent"])
        return before, after, dict(facts.get("renamedFilesHint") or {})


def development(repository: str) -> bool:
    """Whether a repository is of the half that rules and weights were made on."""
    return blake2b(repository.lower().encode(), digest_size=2).digest()[0] % 2 == 0


def commits(oracle: Path, java_1: Path | None = None) -> Iterator[Commit]:
    """All labelled commits whose files are there; those of the older Java set as `java-1`."""
    for language in ("python", "javascript"):
        for entry in json.loads((oracle / f"{language}-dataset" / "data.json").read_text()):
            said = [
                (item["type"], item["description"])
                for item in entry["refactorings"]
                if item["validation"] in ("TP", "CTP")
            ]
            yield _commit(oracle, language, entry, said)
    for path in sorted((oracle / "tse-dataset").glob("*.json")):
        for entry in json.loads(path.read_text())["results"]:
            said = [
                tuple(item["description"].split("\t", 1))
                for part in ("commonRefactoring", "ourApproach", "baseline")
                for item in entry[part]
                if item["validation"] and "\t" in item["description"]
            ]
            yield _commit(oracle, "java", entry, [(kind, text) for kind, text in said])
    if java_1 is not None:
        yield from _older(oracle, json.loads(java_1.read_text()))


def _older(oracle: Path, entries: Iterable[Mapping[str, Any]]) -> Iterator[Commit]:
    for entry in entries:
        said: list[tuple[str, str]] = []
        denied: list[tuple[str, str]] = []
        for item in entry["refactorings"]:
            head = _HEAD.match(item["description"])
            kind = head[0] if head else item["type"]
            kept = said if item["validation"] in ("TP", "CTP") else denied
            kept.append((kind, item["description"]))
        commit = _commit(oracle, "java-1", entry, said, denied)
        if (commit.folder / f"{commit.repository}-{commit.sha}.json").is_file():
            yield commit


def _commit(
    oracle: Path,
    language: str,
    entry: Mapping[str, str],
    said: list[tuple[str, str]],
    denied: Sequence[tuple[str, str]] = (),
) -> Commit:
    repository = entry["repository"].rstrip("/").removesuffix(".git").rpartition("/")[2]
    found, wrong = _labels(said), _labels(denied)
    folder = oracle / "commits"
    extracted = frozenset(
        text.removeprefix(kind).partition(" from class")[0].rpartition(".")[2]
        for kind, text in said
        if kind in ("Extract Superclass", "Extract Interface")
    )
    return Commit(language, repository, entry["sha1"], found, folder, wrong - found, extracted)


def _labels(said: Iterable[tuple[str, str]]) -> frozenset[Label]:
    labels = (_label(kind, text.removeprefix(kind).strip()) for kind, text in said)
    return frozenset(label for label in labels if label is not None)


def _read(root: Path, names: list[str]) -> dict[str, bytes]:
    paths = ((name, root / name) for name in names)
    return {name: path.read_bytes() for name, path in paths if path.is_file()}


_METHOD = r"(?:[\w@]+ )*?(?P<{0}>[^\s(]+)\(.*?\)(?: : [^:]+?)?"
_RULES = {
    "Rename Method": (
        "rename method",
        re.compile(
            _METHOD.format("old")
            + " (?:renamed )?to "
            + _METHOD.format("new")
            + " in class (?P<old_place>\\S+)$"
        ),
    ),
    **{
        name: (
            "move and rename method" if "Rename" in name else "move method",
            re.compile(
                _METHOD.format("old")
                + " from class (?P<old_place>\\S+) to "
                + _METHOD.format("new")
                + " from class (?P<new_place>\\S+)$"
            ),
        )
        for name in (
            "Move Method",
            "Pull Up Method",
            "Push Down Method",
            "Move And Rename Method",
        )
    },
    "Rename Class": ("rename class", re.compile(r"(?P<old>\S+) renamed to (?P<new>\S+)$")),
    "Move And Rename Class": (
        "rename class",
        re.compile(r"(?P<old>\S+) moved (?:and renamed )?to (?P<new>\S+)$"),
    ),
    "Move Class": ("move class", re.compile(r"(?P<old>\S+) moved to (?P<new>\S+)$")),
    "Add Parameter": (
        "add parameter",
        re.compile(r"(?P<old>[^\s:]+).*? in method " + _METHOD.format("new") + " from class .*$"),
    ),
    "Remove Parameter": (
        "remove parameter",
        re.compile(r"(?P<old>[^\s:]+).*? in method " + _METHOD.format("new") + " from class .*$"),
    ),
    "Rename Parameter": (
        "rename parameter",
        re.compile(r"(?P<old>[^\s:]+)(?: : .*?)? to (?P<new>[^\s:]+)(?: : .*?)? in method .*$"),
    ),
    **{
        name: (
            "move field",
            re.compile(
                r"(?:\w+ )?(?P<old>\S+)(?: : .*?)? from class (?P<old_place>.+?)"
                r" to (?:(?:\w+ )?(?P<new>\S+)(?: : .*?)? from )?class (?P<new_place>.+)$"
            ),
        )
        for name in ("Move Attribute", "Pull Up Attribute", "Push Down Attribute")
    },
    "Rename Attribute": (
        "rename field",
        re.compile(
            r"(?:\w+ )?(?P<old>\S+)(?: : .*?)? to (?:\w+ )?(?P<new>\S+)(?: : .*?)?"
            r" in class (?P<old_place>.+)$"
        ),
    ),
}


_HEAD = re.compile("|".join(sorted(_RULES, key=len, reverse=True)))


def _label(kind: str, text: str) -> Label | None:
    if kind not in _RULES:
        return None
    name, pattern = _RULES[kind]
    found = pattern.match(text)
    if found is None:
        print(f"not read: {kind}: {text}")
        return None
    parts = found.groupdict(default="")
    parts["new"] = parts["new"] or parts["old"]  # of a field the older labels name it once
    if "class" in name:
        return _class_label(name, parts["old"], parts["new"])
    old, new = parts["old"].rpartition(".")[2], parts["new"].rpartition(".")[2]
    place = parts.get("old_place", "")
    if old == new and name in ("rename method", "move and rename method"):
        name = "move method"  # it is called `helpers.name` instead of `name`
    return Label(name, old, new, place, parts.get("new_place") or place)


def _class_label(kind: str, old: str, new: str) -> Label | None:
    if "__module__" in old or "__module__" in new:
        return None  # a module is a file here
    left, right = old.rpartition("."), new.rpartition(".")
    return Label(kind, left[2], right[2], left[0], right[0])


@dataclass(frozen=True)
class Case:
    """A symbol that a commit renamed or moved, of a list that is not complete."""

    id: str
    language: str
    repository: str
    parent: str
    commit: str
    kind: str
    old: Mapping[str, str]
    new: Mapping[str, str]
    certain: bool


def cases(path: Path) -> Iterator[Case]:
    """All cases of a list."""
    for line in path.read_text().splitlines():
        it = json.loads(line)
        yield Case(
            it["id"],
            it["language"],
            it["repo"],
            it["parent"],
            it["commit"],
            it["kind"],
            it["old"],
            it["new"],
            it["confidence"] == "high",
        )


def changed_files(
    clone: Path, parent: str, commit: str
) -> tuple[dict[str, bytes], dict[str, bytes], dict[str, str]]:
    """What differs between two commits of a bare clone, with git's hints of renames."""
    words = _git(clone, "diff-tree", "-r", "-M", "-z", parent, commit).decode("utf-8", "replace")
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    renamed: dict[str, str] = {}
    parts = iter(words.split("\0"))
    for head in parts:
        if not head:
            continue
        old_mode, new_mode, old_blob, new_blob, status = head[1:].split()
        old = next(parts)
        new = next(parts) if status[0] in "RC" else old
        if status[0] == "R":
            renamed[old] = new
        if status[0] != "A" and old_mode != "160000":
            before[old] = old_blob.encode()
        if status[0] != "D" and new_mode != "160000":
            after[new] = new_blob.encode()
    blobs = _blobs(clone, {blob.decode() for side in (before, after) for blob in side.values()})
    return (
        {path: blobs[blob.decode()] for path, blob in before.items() if blob.decode() in blobs},
        {path: blobs[blob.decode()] for path, blob in after.items() if blob.decode() in blobs},
        renamed,
    )


def _blobs(clone: Path, wanted: set[str]) -> dict[str, bytes]:
    asked = "".join(f"{blob}\n" for blob in sorted(wanted)).encode()
    data = _git(clone, "cat-file", "--batch", stdin=asked)
    found, at = {}, 0
    while at < len(data):
        end = data.index(b"\n", at)
        head = data[at:end].split()
        at = end + 1
        if len(head) == 3:
            size = int(head[2])
            found[head[0].decode()] = data[at : at + size]
            at += size + 1
    return found


def _git(clone: Path, *words: str, stdin: bytes = b"") -> bytes:
    command = ["git", "-C", str(clone), *words]
    return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout
