"""Dependencies that have no wheel: fetched by us, built in a jail without network, then resolved.

No installer ever builds: it would run a package's code where the registries can be reached. The
source archive is fetched without running anything of it, its hash checked, its wheel made like the
project's own, and given to the resolver as a local one.
"""

import hashlib
import html
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidSdistFilename, canonicalize_name, parse_sdist_filename
from packaging.version import Version

from doc_healing.environments import archives, sources, store, versions
from doc_healing.environments.builds import Job, backend_of, build_wheel
from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.jail import Work, install, own_python, script
from doc_healing.environments.projects import table
from doc_healing.environments.virtualenvs import (
    Bench,
    Demand,
    common_inputs,
    downloads,
    virtual_environment,
)

_MOST_BUILDS = 12
_MOST_PAGE = 32 * 1024 * 1024
_MOST_ARCHIVE = 128 * 1024 * 1024
_JSON = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
_NAMED = (
    re.compile(r"Wheels are required for `([A-Za-z0-9._-]+)`"),
    re.compile(r"all versions of ([A-Za-z0-9._-]+?)(?:[<>=!~][^ ]*)? have no usable wheels"),
    re.compile(r"\b([A-Za-z0-9._-]+?)[<>=!~]=?[^ ]* has no (?:usable )?wheels"),
)


@dataclass(frozen=True, slots=True)
class _Archive:
    """A source archive on an index. `sha256` is empty where the index does not say it."""

    version: Version
    url: str
    sha256: str


def environment_for(bench: Bench, demand: Demand, what: str) -> store.Entry:
    """The environment for a demand, its dependencies without wheels built where that is allowed."""
    tried: set[str] = set()
    while True:
        try:
            return virtual_environment(bench, demand, what)
        except InstallFailed as failure:
            name = _without_wheel(failure.message)
            if not bench.desk.source_builds or not name or name in tried:
                raise
            if len(tried) >= _MOST_BUILDS:
                raise
            tried.add(name)
            built = _from_source(bench, name, _wanted(name, failure.message), demand)
            demand = replace(demand, built=(*demand.built, built))


def _without_wheel(message: str) -> str:
    flat = " ".join(message.split())
    for pattern in _NAMED:
        if found := pattern.search(flat):
            return canonicalize_name(found[1])
    return ""


def _wanted(name: str, message: str) -> SpecifierSet:
    """What the resolver says that others ask of this package."""
    flat = " ".join(message.split())
    found = SpecifierSet()
    for match in re.finditer(rf"depends on {re.escape(name)}((?:[<>=!~]=?[^\s,]+,?)+)", flat):
        try:
            found &= SpecifierSet(match[1].rstrip(","))
        except InvalidSpecifier:
            continue
    return found


def _from_source(
    bench: Bench, name: str, wanted: SpecifierSet, demand: Demand
) -> tuple[str, bytes]:
    """The wheel of the newest source archive that fits."""
    archive = _choose(bench, name, wanted, demand.exclude_newer)
    inputs = {**common_inputs(bench), "url": archive.url, "sha256": archive.sha256}
    what = f"{name} {archive.version}"
    recipe = store.Recipe("python", "wheel", what, inputs)

    def build(root: Path) -> Mapping[str, object]:
        bench.desk.report(f"building {what} from source")
        data = _get(bench, archive.url, _MOST_ARCHIVE, "*/*", what)
        if archive.sha256 and hashlib.sha256(data).hexdigest() != archive.sha256:
            raise InstallFailed(f"{what}: its archive is not the one that the index promises")
        tree = _tree(data, what)
        job = Job(bench, sources.pack(tree), "", backend_of(_system(tree)), versions.Pretended())
        wheel, made, _ = build_wheel(job, what)
        (root / wheel.file_name).write_bytes(made)
        return {"wheel": wheel.file_name}

    entry = store.obtain(bench.store, recipe, build, wait_seconds=bench.wait_seconds)
    file_name = str(entry.facts["wheel"])
    return file_name, (entry.root / file_name).read_bytes()


def _tree(data: bytes, what: str) -> list[sources.Source]:
    """The files of an sdist, without its one top folder."""
    files = archives.unpack(data, what, "r:gz")
    return [
        sources.Source(source.name.partition("/")[2], source.data, source.executable)
        for source in files
        if "/" in source.name
    ]


def _system(tree: Iterable[sources.Source]) -> Mapping[str, object]:
    for source in tree:
        if source.name == "pyproject.toml":
            try:
                return table(tomllib.loads(source.data.decode("utf-8", "replace")), "build-system")
            except tomllib.TOMLDecodeError:
                return {}
    return {}


def _choose(bench: Bench, name: str, wanted: SpecifierSet, before: str) -> _Archive:
    found: list[_Archive] = []
    for base in _indexes(bench):
        page = _get(bench, f"{base.rstrip('/')}/{name}/", _MOST_PAGE, _JSON, name)
        found += _archives(page, f"{base.rstrip('/')}/{name}/", name, bench, before)
        if found:
            break
    fitting = [a for a in found if wanted.contains(a.version, prereleases=True)]
    stable = [a for a in fitting if not a.version.is_prerelease]
    if not fitting:
        raise InstallFailed(f"{name}{wanted} has no wheel for this platform, and no source archive")
    return max(stable or fitting, key=lambda archive: archive.version)


def _indexes(bench: Bench) -> list[str]:
    """The operator's indexes in uv's order: extra ones first."""
    variables = bench.access.variables
    extra = variables.get("UV_EXTRA_INDEX_URL", "") + " " + variables.get("UV_INDEX", "")
    default = variables.get("UV_DEFAULT_INDEX") or variables.get("UV_INDEX_URL")
    named = [part.partition("=")[2] if "=http" in part else part for part in extra.split()]
    return [*named, default or "https://pypi.org/simple"]


def _archives(page: bytes, base: str, name: str, bench: Bench, before: str) -> list[_Archive]:
    found = []
    for file_name, url, sha256, runtime, uploaded in _links(page):
        try:
            owner, version = parse_sdist_filename(file_name)
            fits = SpecifierSet(runtime).contains(bench.toolchain.version, prereleases=True)
        except (InvalidSdistFilename, InvalidSpecifier):
            continue
        late = bool(before) and (not uploaded or uploaded[: len(before)] > before)
        if owner == name and fits and not late and file_name.endswith(".tar.gz"):
            found.append(_Archive(version, urljoin(base, url), sha256))
    return found


def _links(page: bytes) -> Iterable[tuple[str, str, str, str, str]]:
    """(file name, URL, sha256, requires-python, upload time): PEP 691, else PEP 503."""
    text = page.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        try:
            files = json.loads(text).get("files", [])
        except ValueError:
            return
        for item in files:
            if not item.get("yanked"):
                hashes = item.get("hashes") or {}
                yield (
                    str(item.get("filename", "")),
                    str(item.get("url", "")),
                    str(hashes.get("sha256", "")),
                    str(item.get("requires-python") or ""),
                    str(item.get("upload-time") or ""),
                )
        return
    for attributes, label in re.findall(r"<a\s([^>]*)>([^<]*)</a>", text):
        link = re.search(r"href=[\"']([^\"']+)", attributes)
        runtime = re.search(r"data-requires-python=[\"']([^\"']*)", attributes)
        if link and "data-yanked" not in attributes:
            url, _, fragment = html.unescape(link[1]).partition("#")
            digest = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else ""
            yield label.strip(), url, digest, html.unescape(runtime[1]) if runtime else "", ""


def _get(bench: Bench, url: str, most: int, accept: str, what: str) -> bytes:
    python, base = own_python()
    work = Work(
        argv=(python, "-I", "-S", "/work/get.py", url, str(most), accept),
        mounts=base,
        writable=(downloads(bench.desk),),
        files=(script("get.py"),),
        report_kib=most // 1024 + 64,
    )
    return install(bench.desk, bench.access, work, f"cannot fetch {what}").report
