"""Which files of a tree are documents to examine, and why the others are not.

Nothing is left out in silence: each document that a rule leaves out is named with the reason.
"""

import difflib
import itertools
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from doc_healing.config import RepoConfig
from doc_healing.documents.translations import translated
from doc_healing.documents.tree import (
    checkout,
    files_below,
    link_target,
    reader,
    why_unusable,
)
from doc_healing.errors import UserError
from doc_healing.model import Checkout

__all__ = ["ENDINGS", "Discovery", "checkout", "discover", "reader"]

ENDINGS = (".md", ".mdx", ".markdown")

_VENDORED = frozenset(
    "node_modules bower_components vendor vendored _vendor third_party third-party thirdparty"
    " 3rdparty .venv venv .tox .nox site-packages .eggs .yarn __pycache__ .cache".split()
)
_LOG_FOLDERS = frozenset(
    "changelog changelogs changelog.d changes.d news.d newsfragments .changeset .changes"
    " release-notes release_notes releasenotes whatsnew".split()
)
_LOG = re.compile(
    r"(change-?_?logs?|changes|what'?s-?_?new|releases?[-_ ]?notes?|release[-_ ]history)"
    r"([-_. ]*v?\d[\w.-]*)?"
)
# These words are also features and chapters: only where a project keeps its own.
_LOG_AT_ROOT = re.compile(r"(history|news|releases)([-_. ]*v?\d[\w.-]*)?")
_OLD = re.compile(r"v?\d+\.\d+(\.\d+|\.x)*", re.IGNORECASE)
_MIGRATION = re.compile(r"migrat|upgrad", re.IGNORECASE)
_DATED = re.compile(r"(^|/)\d{4}[-/]\d\d[-/]\d\d")
_POSTS = frozenset("blog blogs posts _posts news".split())
_TEST_FOLDERS = frozenset("test tests __tests__ spec specs testing".split())
_DATA_FOLDERS = frozenset("fixtures fixture snapshots data cases".split())
_NO_DOCUMENTATION = frozenset("testdata __fixtures__ __snapshots__ issue_template".split())
_FORMS = re.compile(r"(pull_request_template|issue_template)")


@dataclass(frozen=True, slots=True)
class Discovery:
    """The documents to examine, sorted, and (path, reason) of those that are not.

    `insisted` holds (path, reason) of documents that a rule would leave out and that are examined
    because they were named.
    """

    documents: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    insisted: tuple[tuple[str, str], ...] = ()


def discover(tree: Checkout, config: RepoConfig, paths: Sequence[str] = ()) -> Discovery:
    """The documents below `paths` (relative to the root; none or `.`: the whole tree).

    A file that is named is examined whatever the rules say; a directory is walked by the rules,
    except by those that speak of the directory itself. Raises `UserError` for a path that does
    not exist.
    """
    rules = _Rules.of(tree, config)
    documents: set[str] = set()
    left_out: dict[str, str] = {}
    insisted: dict[str, str] = {}
    named: set[str] = set()
    for path in [_normal(path) for path in paths] or [""]:
        if path in rules.files or (path and reader(tree)(path) is not None):
            documents.add(path)
            named.add(path)
            if reason := rules.reason(path, ""):
                insisted[path] = reason
            continue
        for document in _below(tree, path):
            if reason := rules.reason(document, path):
                left_out[document] = reason
            else:
                documents.add(document)
    for document in documents - named:
        if (target := link_target(tree, document)) in documents:
            left_out[document] = f"a link to {target}"
    documents -= left_out.keys() - named
    left = sorted((p, why) for p, why in left_out.items() if p not in documents)
    unusable = [(path, why) for path, why in tree.left_out if _is_document(path)]
    return Discovery(tuple(sorted(documents)), (*left, *unusable), tuple(sorted(insisted.items())))


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one tree and one config."""

    files: frozenset[str]
    include: GitIgnoreSpec | None
    exclude: GitIgnoreSpec
    translated: dict[str, str]
    logs: bool

    @staticmethod
    def of(tree: Checkout, config: RepoConfig) -> "_Rules":
        candidates = (path for path in tree.files if _is_document(path) and not _vendored(path))
        return _Rules(
            frozenset(tree.files),
            GitIgnoreSpec.from_lines(config.include) if config.include else None,
            GitIgnoreSpec.from_lines(config.exclude),
            {} if config.translations.include else translated(candidates),
            config.changelogs.include,
        )

    def reason(self, path: str, asked: str) -> str:
        """Why a document is left out; empty where it is not. `asked` is the walked directory."""
        if self.include is not None and not self.include.match_file(path):
            return "no `include` pattern of the config matches it"
        if self.exclude.match_file(path) and not (asked and self.exclude.match_file(f"{asked}/")):
            return "an `exclude` pattern of the config matches it"
        below = path[len(asked) + 1 :] if asked else path
        if reason := _vendored(below) or _no_documentation(below, asked):
            return reason
        if path in self.translated and not (asked and self._asks_for_translation(path, asked)):
            return self.translated[path]
        return "" if self.logs else _log(below, asked, self.files)

    def _asks_for_translation(self, path: str, asked: str) -> bool:
        """Whether the walked directory is itself within the translation's folder."""
        named = re.search(r"`(.+?)/`", self.translated[path])
        return named is not None and f"{asked}/".startswith(f"{named[1]}/")


def _vendored(path: str) -> str:
    folder = next((part for part in path.split("/")[:-1] if part.lower() in _VENDORED), None)
    return f"vendored: it lies in `{folder}/`" if folder else ""


def _no_documentation(below: str, asked: str) -> str:
    parts = [part.lower() for part in below.split("/")]
    folders = parts[:-1]
    if "{{" in below or "{%" in below:
        return "a template: its path holds placeholders"
    if found := _NO_DOCUMENTATION.intersection(folders):
        return f"test data or a form: it lies in `{min(found)}/`"
    around = [*asked.lower().split("/"), *folders]
    pairs = itertools.pairwise(around)
    if any(a in _TEST_FOLDERS and b in _DATA_FOLDERS and b in folders for a, b in pairs):
        return "test data: it lies in a folder of the tests"
    return "a form of the forge" if _FORMS.fullmatch(posixpath.splitext(parts[-1])[0]) else ""


def _log(below: str, asked: str, files: frozenset[str]) -> str:
    folder, name = posixpath.split(below)
    stem = posixpath.splitext(name)[0]
    folders = folder.lower().split("/")
    if _LOG.fullmatch(stem.lower()) or any(part in _LOG_FOLDERS for part in folders):
        return "a changelog: it speaks of older versions"
    here = posixpath.join(asked, folder)
    upper_or_root = stem.isupper() or not here or _has_manifest(here, files)
    if _LOG_AT_ROOT.fullmatch(stem.lower()) and upper_or_root:
        return "a changelog: it speaks of older versions"
    if "versioned_docs" in folders:
        return "it documents an older version"
    if _OLD.fullmatch(stem) or (_MIGRATION.search(stem) and re.search(r"\d", stem)):
        return "it speaks of one release"
    if _DATED.search(below) and _POSTS.intersection([*asked.lower().split("/"), *folders]):
        return "a dated post: it speaks of the code of its day"
    return ""


def _has_manifest(folder: str, files: Iterable[str]) -> bool:
    manifests = ("pyproject.toml", "setup.py", "setup.cfg", "package.json")
    return any(posixpath.join(folder, name) in files for name in manifests)


def _below(tree: Checkout, directory: str) -> list[str]:
    if not directory:
        return [path for path in tree.files if _is_document(path)]
    found = [path for path in tree.files if path.startswith(f"{directory}/")]
    # A directory that git ignores, named by somebody who wants it.
    found = found or list(files_below(tree.root, directory))
    if not found and (reason := _unusable(tree, directory)):
        raise UserError(f"{directory} is not examined: {reason}")
    if not found:
        raise UserError(f"{directory} does not exist or is empty", help=_near(tree, directory))
    return [path for path in found if _is_document(path)]


def _unusable(tree: Checkout, path: str) -> str:
    """Why something that is there is no file of the checkout; empty where it is not there."""
    said = dict(tree.left_out).get(path, "")
    return said or why_unusable(tree, path)


def _near(tree: Checkout, path: str) -> str:
    near = difflib.get_close_matches(path, tree.files, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else ""


def _is_document(path: str) -> bool:
    return path.lower().endswith(ENDINGS)


def _normal(path: str) -> str:
    normal = posixpath.normpath(path or ".")
    if normal.startswith(("/", "../")) or normal == "..":
        raise UserError(f"{path} lies outside the repository")
    return "" if normal == "." else normal
