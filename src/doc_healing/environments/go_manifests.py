"""What of a checkout is copied for the go command, and what of its manifests is left out.

Pure. A `replace` or `use` of a folder that is not in the checkout is dropped with a note: in the
jail there is nothing but the checkout (https://go.dev/ref/mod#go-mod-file-replace).
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from doc_healing.environments import sources
from doc_healing.environments.sources import Source, read_text
from doc_healing.model import Checkout

_NEEDED = re.compile(
    r".*\.(go|s|S|h|syso)|(.*/)?(go\.(mod|sum|work|work\.sum)|vendor/modules\.txt)"
)
_REPLACED = re.compile(r"^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s*=>\s*(\S+)\s*(?://.*)?$")
_USED = re.compile(r"^\s*(?:use\s+)?([^\s()]+)\s*(?://.*)?$")
_CONSTRAINT = re.compile(r"(?m)^//(?:go:build| \+build) ")
_FOR_A_SYSTEM = re.compile(
    r"_(?:aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|"
    r"wasip1|windows|386|amd64|arm|arm64|loong64|mips\w*|ppc64\w*|riscv64|s390x|wasm)\.go$"
)
_DECLARED = re.compile(r"(?m)^(?:func(?: *\([^)\n]*\))?|type|var|const|\t)\s*([A-Z]\w*)")
_LOCAL = ("./", "../", "/")


@dataclass(frozen=True, slots=True)
class Staged:
    """The files for the jail, and what is to be said of them."""

    tree: tuple[Source, ...]
    notes: tuple[str, ...]

    @property
    def digest(self) -> str:
        """A hash over all of it."""
        return sources.digest(self.tree)


def staged(checkout: Checkout) -> Staged:
    """Go's own files of the checkout, or all of them where some are embedded."""
    tree = sources.tree(checkout, [path for path in checkout.files if _NEEDED.fullmatch(path)])
    if any(b"//go:embed" in source.data for source in tree):
        tree = sources.tree(checkout, _all(checkout.files))
    modules = {_folder(source.name) for source in tree if source.name.endswith("go.mod")}
    notes: list[str] = []
    cleaned = [_cleaned(source, modules, notes) for source in tree]
    return Staged(tuple(cleaned), tuple(notes))


def direct_requirements(go_mod: str) -> list[str]:
    """The module paths that a go.mod requires, without those marked `// indirect`."""
    lines = (line for _, line in _directives(go_mod, "require") if "// indirect" not in line)
    found = (re.match(r'\s*(?:require\s+)?"?([^\s"()]+)"?\s+v\S+', line) for line in lines)
    return [match[1] for match in found if match]


def package_paths(checkout: Checkout) -> set[str]:
    """The import paths of all folders with Go files, of each module by its own go.mod."""
    modules = {
        _folder(path): _module(read_text(checkout, path))
        for path in checkout.files
        if path == "go.mod" or path.endswith("/go.mod")
    }
    folders = {_folder(path) for path in checkout.files if path.endswith(".go")}
    return {path for folder in folders if (path := _import_path(folder, modules))}


def conditional_names(checkout: Checkout) -> dict[str, list[str]]:
    """What files under a build constraint declare, by package: some of it is for other systems.

    https://pkg.go.dev/cmd/go#hdr-Build_constraints: a line in the file, or the end of its name.
    """
    modules = {
        _folder(path): _module(read_text(checkout, path))
        for path in checkout.files
        if path == "go.mod" or path.endswith("/go.mod")
    }
    found: dict[str, list[str]] = {}
    for path in checkout.files:
        if not path.endswith(".go") or path.endswith("_test.go"):
            continue
        package, text = _import_path(_folder(path), modules), read_text(checkout, path)
        if package and (_CONSTRAINT.search(text) or _FOR_A_SYSTEM.search(path)):
            found.setdefault(package, []).extend(_DECLARED.findall(text))
    return found


def _module(text: str) -> str:
    found = re.search(r'(?m)^\s*module\s+"?([^\s"()]+)', text)
    return found[1] if found else ""


def _import_path(folder: str, modules: Mapping[str, str]) -> str:
    if {"testdata", "vendor"} & set(folder.split("/")):
        return ""
    above, below = folder, ""
    while above and above not in modules:
        above, _, last = above.rpartition("/")
        below = f"{last}/{below}" if below else last
    root = modules.get(above, "")
    return f"{root}/{below}".rstrip("/") if root else ""


def language_version(go_mod: str) -> str:
    """The `go` directive as "1.21"; a go.mod without one means 1.16."""
    found = re.search(r"(?m)^\s*go\s+(\d+\.\d+)", go_mod)
    return found[1] if found else "1.16"


def _all(files: Iterable[str]) -> list[str]:
    return [path for path in files if "node_modules" not in path.split("/")]


def _cleaned(source: Source, modules: set[str], notes: list[str]) -> Source:
    name, folder = posixpath.basename(source.name), _folder(source.name)
    if name not in ("go.mod", "go.work") or not _is_manifest(source, folder):
        return source
    text = source.data.decode("utf-8", "replace")

    def inside(path: str) -> bool:
        place = posixpath.normpath(posixpath.join(folder or ".", path))
        return ("" if place == "." else place) in modules

    text = _without(text, "replace", _outside_target(inside), source.name, notes)
    if name == "go.work":
        text = _without(text, "use", _outside_use(inside), source.name, notes)
    return Source(source.name, text.encode(), source.executable)


def _is_manifest(source: Source, folder: str) -> bool:
    return not {"testdata", "vendor"} & set(folder.split("/")) and b"\0" not in source.data


def _outside_target(inside: Callable[[str], bool]) -> Callable[[str], str]:
    def check(line: str) -> str:
        found = _REPLACED.match(line)
        path = found[2].strip('"`') if found else ""
        return path if path.startswith(_LOCAL) and not inside(path) else ""

    return check


def _outside_use(inside: Callable[[str], bool]) -> Callable[[str], str]:
    def check(line: str) -> str:
        found = _USED.match(line)
        path = found[1].strip('"`') if found else ""
        return path if path not in ("", "use") and not inside(path) else ""

    return check


def _without(
    text: str, verb: str, refused: Callable[[str], str], name: str, notes: list[str]
) -> str:
    drop = {}
    for number, line in _directives(text, verb):
        if path := refused(line):
            drop[number] = path
    notes += [
        f"{name}: `{verb}` of {path} is left out, no module of the checkout is there"
        for path in drop.values()
    ]
    return "".join(
        line for number, line in enumerate(text.splitlines(keepends=True)) if number not in drop
    )


def _directives(text: str, verb: str) -> Iterator[tuple[int, str]]:
    """The lines of a directive, alone or in a block, with their numbers."""
    in_block = False
    for number, line in enumerate(text.splitlines()):
        words = line.split("//")[0].split()
        if in_block:
            in_block = words != [")"]
            if in_block and words:
                yield number, line
        elif words[:2] == [verb, "("] or words[:1] == [f"{verb}("]:
            in_block = True
        elif words[:1] == [verb]:
            yield number, line


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
