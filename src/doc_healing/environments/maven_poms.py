"""The pom.xml files of a checkout, read as data: coordinates, properties, and a safe copy of each.

What a pom could run or reach is not in its copy: no build, no plugin, no extension, no repository,
no system path, and of its profiles properties and dependencies alone.
"""

import copy
import functools
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as Xml

from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

_MOST_POMS = 3000
_MOST_CHARACTERS = 2_000_000
_DEPTH = 12
_KEPT = ("groupId", "artifactId", "version", "type", "classifier", "scope", "optional")
_REFERENCE = re.compile(r"\$\{([^${}]+)\}")
_ASIDE = re.compile(r"(^|/)(src|target|build|node_modules|archetype-resources)/")


@dataclass(frozen=True, slots=True)
class Dependency:
    """One direct dependency, as far as the checkout says it; the version may be managed."""

    group: str
    artifact: str
    version: str
    scope: str
    kind: str  # "jar", "test-jar", "pom"
    optional: bool = False

    @property
    def name(self) -> str:
        """`group:artifact`."""
        return f"{self.group}:{self.artifact}"


@dataclass(frozen=True)
class Pom:
    """One pom.xml; `parents` are those of the checkout, the nearest first."""

    folder: str
    root: Xml.Element = field(compare=False, repr=False)
    parents: tuple["Pom", ...] = ()

    @functools.cached_property
    def properties(self) -> Mapping[str, str]:
        """Its properties and those that it inherits within the checkout, and `project.*`."""
        found: dict[str, str] = {}
        for pom in (*reversed(self.parents), self):
            found.update({item.tag: _said(item) for item in pom.root.iterfind("properties/*")})
            for profile in pom.root.iterfind("profiles/profile"):
                if _text(profile, "activation/activeByDefault") == "true":
                    found.update({i.tag: _said(i) for i in profile.iterfind("properties/*")})
        for name in ("groupId", "artifactId", "version"):
            stated = _text(self.root, name) or self._inherited(name)
            found[f"project.{name}"] = found[f"pom.{name}"] = stated
            found[f"project.parent.{name}"] = _text(self.root, f"parent/{name}")
        return found

    def _inherited(self, name: str) -> str:
        return "" if name == "artifactId" else _text(self.root, f"parent/{name}")

    def value(self, path: str) -> str:
        """The text at `path` in the nearest pom that says it, its references resolved."""
        for pom in (self, *self.parents):
            if found := _text(pom.root, path):
                return self.resolved(found)
        return ""

    def resolved(self, text: str) -> str:
        """The text with its `${...}` replaced, as far as the checkout knows them."""
        for _ in range(_DEPTH):
            replaced = _REFERENCE.sub(
                lambda match: self.properties.get(match[1].strip()) or match[0], text
            )
            if replaced == text or len(replaced) > 10_000:
                break
            text = replaced
        return text

    @property
    def group(self) -> str:
        """Its groupId."""
        return self.resolved(self.properties["project.groupId"])

    @property
    def artifact(self) -> str:
        """Its artifactId."""
        return self.resolved(self.properties["project.artifactId"])

    @property
    def version(self) -> str:
        """Its version; one that only a remote parent knows is "0-unknown"."""
        found = self.resolved(self.properties["project.version"])
        return found if found and "$" not in found else "0-unknown"

    @property
    def coordinates(self) -> str:
        """`group:artifact:version`."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """The direct dependencies that it and its parents in the checkout name."""
        found: dict[tuple[str, str], Dependency] = {}
        for pom in (self, *self.parents):
            for item in pom.root.iterfind("dependencies/dependency"):
                dependency = self._dependency(item)
                found.setdefault((dependency.name, dependency.kind), dependency)
        return tuple(found.values())

    def _dependency(self, item: Xml.Element) -> Dependency:
        def of(name: str) -> str:
            return self.resolved(_text(item, name))

        optional = of("optional") == "true"
        kind, scope = of("type") or "jar", of("scope") or "compile"
        return Dependency(of("groupId"), of("artifactId"), of("version"), scope, kind, optional)

    def plugins(self, artifact: str) -> Iterator[Xml.Element]:
        """The declarations of a build plugin, the nearest first; to be read, never to be run."""
        for pom in (self, *self.parents):
            for place in ("build/plugins/plugin", "build/pluginManagement/plugins/plugin"):
                for plugin in pom.root.iterfind(place):
                    if _text(plugin, "artifactId") == artifact:
                        yield plugin


def poms(checkout: Checkout) -> Mapping[str, Pom]:
    """All readable pom.xml files by their folders, sources' and tests' own ones left out."""
    return _poms(checkout)


@functools.lru_cache(maxsize=8)
def _poms(checkout: Checkout) -> Mapping[str, Pom]:
    paths = [p for p in checkout.files if posixpath.basename(p) == "pom.xml"]
    paths = [p for p in paths if not _ASIDE.search(p)][:_MOST_POMS]
    roots = {posixpath.dirname(p): parse(read_text(checkout, p)) for p in paths}
    known = {folder: root for folder, root in roots.items() if root is not None}
    return {folder: Pom(folder, root, _parents(folder, known)) for folder, root in known.items()}


def parse(text: str) -> Xml.Element | None:
    """The document without namespaces; None where it is no XML or declares entities."""
    if not text.strip() or len(text) > _MOST_CHARACTERS or re.search(r"<!(DOCTYPE|ENTITY)", text):
        return None
    try:
        root = Xml.fromstring(text)  # noqa: S314 - without entities, and expat bounds the rest
    except (Xml.ParseError, ValueError):
        return None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def _parents(folder: str, roots: Mapping[str, Xml.Element]) -> tuple[Pom, ...]:
    """The parents within the checkout, by `relativePath` where that holds the named parent."""
    folders = [folder]
    while (above := _parent_folder(folders[-1], roots)) is not None and above not in folders:
        folders.append(above)
    found: tuple[Pom, ...] = ()
    for above in reversed(folders[1:]):
        found = (Pom(above, roots[above], found), *found)
    return found


def _parent_folder(folder: str, roots: Mapping[str, Xml.Element]) -> str | None:
    parent = roots[folder].find("parent")
    if parent is None:
        return None
    relative = parent.find("relativePath")
    stated = "../pom.xml" if relative is None else _said(relative)
    if not stated or stated.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(folder, stated))
    above = posixpath.dirname(path) if path.endswith(".xml") else path
    above = "" if above == "." else above
    if above in roots and _text(roots[above], "artifactId") == _text(parent, "artifactId"):
        return above
    return None


def by_name(found: Mapping[str, Pom]) -> Mapping[str, Pom]:
    """The poms by `group:artifact`; of two with one name the one nearer to the root."""
    named: dict[str, Pom] = {}
    for folder in sorted(found, key=lambda name: (name.count("/"), name)):
        pom = found[folder]
        named.setdefault(f"{pom.group}:{pom.artifact}", pom)
    return named


def members(found: Mapping[str, Pom], folder: str) -> list[Pom]:
    """The modules that an aggregator names, and theirs, without itself."""
    todo, seen = [folder], {folder}
    result = []
    while todo:
        here = todo.pop(0)
        places = ("modules/module", "profiles/profile/modules/module", "subprojects/subproject")
        for item in (i for place in places for i in found[here].root.iterfind(place)):
            path = posixpath.normpath(join(here, _said(item)))
            path = posixpath.dirname(path) if path.endswith(".xml") else path
            path = "" if path == "." else path
            if path in found and path not in seen:
                seen.add(path)
                todo.append(path)
                result.append(found[path])
    return result


# --- the copy that may be resolved -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Copy:
    """How one pom is copied: whether without its parent, and without which dependencies."""

    pom: Pom
    orphan: bool
    absent: Callable[[str], bool]
    notes: list[str]


def sanitized(pom: Pom, absent: Callable[[str], bool], notes: list[str]) -> bytes:
    """The pom with its coordinates, properties and dependencies and nothing else.

    A parent (`group:artifact:version`) that `absent` holds for is left out, and so are
    dependencies (`group:artifact`) whose version nothing says.
    """
    project = Xml.Element("project")
    _put(project, "modelVersion", "4.0.0")
    parent = _parent(pom)
    made = _Copy(pom, bool(parent) and absent(parent), absent, notes)
    if parent and not made.orphan:
        inner = Xml.SubElement(project, "parent")
        _coordinates(inner, parent)
        _put(inner, "relativePath", "")
    _coordinates(project, pom.coordinates)
    _put(project, "packaging", "pom")
    if made.orphan:
        notes.append(f"{pom.artifact}: its parent {parent} is in no registry and is left out")
    _contents(made, pom.root, project)
    profiles = Xml.SubElement(project, "profiles")
    for number, profile in enumerate(pom.root.iterfind("profiles/profile")):
        _profile(made, profile, profiles, number)
    return bytes(Xml.tostring(project, encoding="utf-8"))


def _coordinates(element: Xml.Element, text: str) -> None:
    for name, part in zip(("groupId", "artifactId", "version"), text.split(":"), strict=False):
        _put(element, name, part)


def _parent(pom: Pom) -> str:
    """The parent's coordinates: those that its own pom has where it is in the checkout."""
    if pom.parents:
        return pom.parents[0].coordinates
    parent = pom.root.find("parent")
    if parent is None:
        return ""
    return ":".join(
        pom.resolved(_text(parent, name)) for name in ("groupId", "artifactId", "version")
    )


def _profile(made: _Copy, profile: Xml.Element, profiles: Xml.Element, number: int) -> None:
    """A profile that Java, the system or its default activates; never one that asks for files."""
    activation = profile.find("activation")
    if activation is None or activation.find("file") is not None:
        return
    inner = Xml.SubElement(profiles, "profile")
    _put(inner, "id", f"profile-{number}")
    inner.append(copy.deepcopy(activation))
    _contents(made, profile, inner)


def _contents(made: _Copy, source: Xml.Element, target: Xml.Element) -> None:
    properties = source.find("properties")
    if properties is not None:
        target.append(copy.deepcopy(properties))
    managed = Xml.SubElement(Xml.SubElement(target, "dependencyManagement"), "dependencies")
    known = set()
    for item in source.iterfind("dependencyManagement/dependencies/dependency"):
        if _usable(made, item, set()):
            managed.append(_dependency(item))
            known.add(_name(made.pom, item))
    direct = Xml.SubElement(target, "dependencies")
    for item in source.iterfind("dependencies/dependency"):
        if _usable(made, item, known):
            direct.append(_dependency(item))


def _name(pom: Pom, item: Xml.Element) -> str:
    return pom.resolved(f"{_text(item, 'groupId')}:{_text(item, 'artifactId')}")


def _usable(made: _Copy, item: Xml.Element, known: set[str]) -> bool:
    name = _name(made.pom, item)
    if _text(item, "scope") == "system" or _text(item, "systemPath"):
        made.notes.append(f"{name} has scope system: a file of one machine, which is left out")
        return False
    version = made.pom.resolved(_text(item, "version"))
    lost = made.orphan and (not version or "$" in version) and name not in known
    if lost or made.absent(name):
        made.notes.append(f"{name} is left out: nothing that can be read says its version")
        return False
    return True


def _dependency(item: Xml.Element) -> Xml.Element:
    made = Xml.Element("dependency")
    for name in _KEPT:
        if text := _text(item, name):
            _put(made, name, text)
    exclusions = item.find("exclusions")
    if exclusions is not None:
        made.append(copy.deepcopy(exclusions))
    return made


def _put(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = text


def _text(element: Xml.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else _said(found)


def _said(element: Xml.Element) -> str:
    return (element.text or "").strip()
