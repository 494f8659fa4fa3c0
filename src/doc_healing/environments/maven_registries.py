"""The operator's Maven settings, as the resolver in the jail needs them.

Of `~/.m2/settings.xml` its mirrors, servers, proxies and the repositories of its active profiles:
https://maven.apache.org/settings.html. Nothing of it is ever seen by a snippet.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from doc_healing.environments.maven_poms import parse
from doc_healing.environments.registries import (
    MAVEN,
    Access,
    authority,
    egress,
    endpoint,
    secrets,
    texts,
)
from doc_healing.model import File, Mount
from doc_healing.settings import Registries

CENTRAL = "https://repo.maven.apache.org/maven2"
REQUEST = "registries.tsv"


@dataclass(frozen=True, slots=True)
class _Repository:
    """One place where artifacts come from; `server` names its credentials."""

    name: str
    url: str
    snapshots: bool = False
    server: str = ""


def maven_access(
    settings: Registries,
    allowed_hosts: Iterable[str],
    download_mib: int,
    stated: Iterable[tuple[str, str]],
) -> tuple[Access, list[str]]:
    """For the resolver, and notes. `stated` are (id, URL) of repositories that the project names.

    Of these only those count whose host may be reached anyway; they never get credentials.
    """
    operator = [root for root in map(parse, texts(settings, "maven")) if root is not None]
    chosen = [_mirrored(one, operator) for one in _configured(operator)]
    own = dict(settings.variables)
    urls = [one.url for one in chosen]
    replaced = not any(endpoint(url) in MAVEN for url in urls)
    reach = egress(
        own, frozenset() if replaced else MAVEN, urls, allowed_hosts, download_mib, _proxy(operator)
    )
    reachable = reach.public | reach.named
    notes = []
    for name, url in stated:
        url = url.rstrip("/")
        if url in urls or (endpoint(url) in MAVEN and not replaced):
            continue
        if re.match(r"https?://[^\s${}]+$", url) and endpoint(url) in reachable:
            chosen.append(_Repository(f"project-{len(chosen)}", url))
        else:
            notes.append(f"the repository {name} of the project is not asked: not a configured one")
    lines, passwords = _lines(chosen, operator, own)
    bundle = authority(own)
    if bundle:
        lines.append(("authority", bundle.target))
    text = "".join("\t".join(map(_field, line)) + "\n" for line in lines)
    hidden = tuple(sorted({*secrets(settings), *passwords}, key=len, reverse=True))
    mounts: tuple[Mount, ...] = (bundle,) if bundle else ()
    return Access({}, (File(REQUEST, text.encode()),), mounts, (), reach, hidden), notes


def _field(text: str) -> str:
    return re.sub(r"[\t\r\n]", " ", text)


def _configured(operator: list[Xml.Element]) -> list[_Repository]:
    """Maven Central, and the repositories of the active profiles before it."""
    found: dict[str, _Repository] = {}
    for root in operator:
        active = {_said(item) for item in root.iterfind("activeProfiles/activeProfile")}
        for profile in root.iterfind("profiles/profile"):
            default = _at(profile, "activation/activeByDefault") == "true"
            if _at(profile, "id") not in active and not default:
                continue
            for item in profile.iterfind("repositories/repository"):
                name, url = _at(item, "id"), _at(item, "url").rstrip("/")
                stable = _at(item, "snapshots/enabled") == "true"
                if re.match(r"https?://", url):
                    found[name] = _Repository(name, url, stable, name)
    found.setdefault("central", _Repository("central", CENTRAL, server="central"))
    return list(found.values())


def _mirrored(one: _Repository, operator: list[Xml.Element]) -> _Repository:
    """https://maven.apache.org/guides/mini/guide-mirror-settings.html, its four patterns."""
    for root in operator:
        for mirror in root.iterfind("mirrors/mirror"):
            url = _at(mirror, "url").rstrip("/")
            if _at(mirror, "blocked") == "true" or not re.match(r"https?://", url):
                continue
            if _matches(_at(mirror, "mirrorOf"), one.name):
                return _Repository(one.name, url, one.snapshots, _at(mirror, "id"))
    return one


def _matches(pattern: str, name: str) -> bool:
    parts = [part.strip() for part in pattern.split(",")]
    if f"!{name}" in parts:
        return False
    return any(part in (name, "*") or part.startswith("external:") for part in parts)


def _lines(
    chosen: list[_Repository], operator: list[Xml.Element], own: Mapping[str, str]
) -> tuple[list[tuple[str, ...]], list[str]]:
    """The resolver's lines with the credentials that each server has, and the secret ones."""
    lines: list[tuple[str, ...]] = []
    hidden: list[str] = []
    for one in chosen:
        server = _server(operator, one.server)
        user = password = ""
        if server is not None:
            user = _interpolated(_at(server, "username"), own)
            password = _interpolated(_at(server, "password"), own)
            for item in server.iterfind("configuration/httpHeaders/property"):
                value = _interpolated(_at(item, "value"), own)
                lines.append(("header", one.name, _at(item, "name"), value))
                hidden.append(value)
        hidden.append(password)
        snapshots = "yes" if one.snapshots else "no"
        lines.append(("repository", one.name, one.url, user, password, snapshots))
    return lines, [text for text in hidden if len(text) > 3]


def _server(operator: list[Xml.Element], name: str) -> Xml.Element | None:
    for root in operator:
        for server in root.iterfind("servers/server"):
            if name and _at(server, "id") == name:
                return server
    return None


def _interpolated(text: str, own: Mapping[str, str]) -> str:
    return re.sub(r"\$\{env\.([^}]+)\}", lambda match: own.get(match[1], match[0]), text)


def _proxy(operator: list[Xml.Element]) -> str:
    for root in operator:
        for proxy in root.iterfind("proxies/proxy"):
            host = _at(proxy, "host")
            if _at(proxy, "active") != "false" and re.fullmatch(r"[\w.-]+", host):
                user, password = _at(proxy, "username"), _at(proxy, "password")
                login = f"{user}:{password}@" if user else ""
                return f"http://{login}{host}:{_at(proxy, 'port') or '8080'}"
    return ""


def _at(element: Xml.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else _said(found)


def _said(element: Xml.Element) -> str:
    return (element.text or "").strip()
