"""The operator's registry settings, as the installers in the jail need them.

Pure: from variables and configuration files to variables, files, mounts, and the hosts that may
be reached. pip's settings are translated for uv, so that a machine set up for pip just works.
Nothing of this is ever seen by a snippet.
"""

import configparser
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from doc_healing.environments.proxy import Egress
from doc_healing.model import File, Mount
from doc_healing.settings import Registries

PYPI = frozenset({("pypi.org", 443), ("files.pythonhosted.org", 443)})
NPM = frozenset({("registry.npmjs.org", 443)})
CRATES = frozenset({("index.crates.io", 443), ("static.crates.io", 443)})
GO = frozenset({("proxy.golang.org", 443), ("sum.golang.org", 443)})
MAVEN = frozenset({("repo.maven.apache.org", 443), ("repo1.maven.org", 443)})

_SYSTEM_CAS = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
CA = "/opt/registry/ca.pem"
_UV_KEPT = re.compile(
    r"UV_(DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|INDEX_STRATEGY|PRERELEASE"
    r"|INSECURE_HOST|HTTP_\w+|REQUEST_TIMEOUT|CONCURRENT_DOWNLOADS|OFFLINE|INDEX_\w+_(USERNAME|PASSWORD))"
)
_NAMED_BY = {
    "pip": ("PIP_CONFIG_FILE",),
    "uv": ("UV_CONFIG_FILE",),
    "netrc": ("NETRC",),
    "go": ("GOENV",),
    "npm": (
        "npm_config_userconfig",
        "NPM_CONFIG_USERCONFIG",
        "npm_config_globalconfig",
        "NPM_CONFIG_GLOBALCONFIG",
    ),
}
_ENDINGS = {
    "/config.toml": "cargo",
    "cargo/config": "cargo",
    "/credentials.toml": "cargo credentials",
    "/settings.xml": "maven",
    "/go/env": "go",
}
# npm settings that decide where packages come from. Never those that run or relocate something.
_NPM_KEPT = re.compile(
    r"npm_config_(registry|.*:registry|//.*|_auth\w*|strict_ssl|ca|cert|key|fetch_\w+|maxsockets"
    r"|replace_registry_host)",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s\"'<>,;\])}]+", re.IGNORECASE)
_PROXY_LINE = re.compile(r"^\s*(https?[-_])?proxy\s*[=:]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Access:
    """How an installer in the jail gets at its registries."""

    variables: Mapping[str, str]
    files: tuple[File, ...]
    mounts: tuple[Mount, ...]
    options: tuple[str, ...]  # for the installer's command line
    egress: Egress
    secrets: tuple[str, ...]  # never to be shown


def python_access(settings: Registries, allowed_hosts: Iterable[str], download_mib: int) -> Access:
    """For uv. The operator's uv settings win over pip's, variables over files."""
    own = dict(settings.variables)
    pip = {**_pip_files(texts(settings, "pip")), **_pip_variables(own)}
    variables = {**_uv_from_pip(pip), **_matching(own, _UV_KEPT)}
    mounts, options = _find_links(pip, variables)
    files: list[File] = []
    if own_uv := texts(settings, "uv"):
        files.append(File("operator-uv.toml", own_uv[-1].encode()))
        options = (*options, "--config-file", "/work/operator-uv.toml")
    else:
        variables["UV_NO_CONFIG"] = "1"
    if netrc := texts(settings, "netrc"):
        files.append(File("operator-netrc", netrc[-1].encode()))
        variables["NETRC"] = "/work/operator-netrc"
    bundle = authority(own, pip.get("cert", ""))
    if bundle:
        mounts = (*mounts, bundle)
        variables["SSL_CERT_FILE"] = CA
    public = PYPI - ({("pypi.org", 443)} if _replaced(variables, files) else frozenset())
    named = [*variables.values(), *options, *texts(settings, "uv")]
    reach = egress(own, public, named, allowed_hosts, download_mib, pip.get("proxy", ""))
    return Access(variables, tuple(files), mounts, options, reach, secrets(settings))


def npm_access(settings: Registries, allowed_hosts: Iterable[str], download_mib: int) -> Access:
    """For npm. `.npmrc` goes in as it is, with the variables that it names."""
    own = dict(settings.variables)
    variables = _matching(own, _NPM_KEPT)
    text = "\n".join(texts(settings, "npm"))
    files = (File("operator.npmrc", text.encode()),) if text else ()
    variables.update(
        {name: own[name] for name in re.findall(r"\$\{([^}?]+)\??\}", text) if name in own}
    )
    variables["npm_config_userconfig"] = "/work/operator.npmrc" if files else "/nonexistent/user"
    cafile = own.get("npm_config_cafile", own.get("NPM_CONFIG_CAFILE", "")) or _npmrc(
        text, "cafile"
    )
    bundle = authority(own, cafile, "NODE_EXTRA_CA_CERTS")
    if bundle:
        variables["NODE_EXTRA_CA_CERTS"] = CA
        variables["npm_config_cafile"] = CA
    replaced = _npmrc(text, "registry") or variables.get("npm_config_registry")
    public = frozenset() if replaced else NPM
    proxy = _npmrc(text, "https-proxy") or _npmrc(text, "proxy")
    mounts = (bundle,) if bundle else ()
    reach = egress(own, public, [*variables.values(), text], allowed_hosts, download_mib, proxy)
    return Access(variables, files, mounts, (), reach, secrets(settings))


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text without credentials: those we know, and whatever stands in front of an `@`."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return re.sub(r"(\w+://)[^\s/@]+@", r"\1***@", text)


def _matching(variables: Mapping[str, str], kept: re.Pattern[str]) -> dict[str, str]:
    found = {}
    for name, value in variables.items():
        if kept.fullmatch(name) and value:
            lowered = name.lower() if name.lower().startswith("npm_config_") else name
            found[lowered if "//" not in name else name] = value
    return found


def texts(settings: Registries, kind: str) -> list[str]:
    """The configuration files of a kind, later ones winning over earlier ones."""
    found = []
    for path, data in settings.files:
        if _kind(settings, path) == kind:
            found.append(data.decode("utf-8", "replace"))
    return found


def _kind(settings: Registries, path: str) -> str:
    """pip, uv, npm, netrc, cargo, go, maven: by the variable that names it, else by its name."""
    for kind, names in _NAMED_BY.items():
        if any(settings.variables.get(name) == path for name in names):
            return kind
    names_of = {"pip.conf": "pip", "pip.ini": "pip", "uv.toml": "uv", ".netrc": "netrc"}
    for ending, kind in _ENDINGS.items():
        if path.endswith(ending):
            return kind
    return {**names_of, "npmrc": "npm", ".npmrc": "npm"}.get(Path(path).name, "")


def _pip_variables(own: Mapping[str, str]) -> dict[str, str]:
    prefix = "PIP_"
    return {
        name[len(prefix) :].lower().replace("_", "-"): value
        for name, value in own.items()
        if name.startswith(prefix) and value
    }


def _pip_files(texts: Iterable[str]) -> dict[str, str]:
    """The `[global]` and `[install]` settings of pip.conf files; a broken one says nothing."""
    found: dict[str, str] = {}
    for text in texts:
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(text)
        except configparser.Error:
            continue
        for section in filter(parser.has_section, ("global", "install")):
            found.update({key.replace("_", "-"): value for key, value in parser.items(section)})
    return found


def _uv_from_pip(pip: Mapping[str, str]) -> dict[str, str]:
    """pip's option names are those of https://pip.pypa.io/en/stable/topics/configuration/."""
    variables = {}
    if index := pip.get("index-url"):
        variables["UV_DEFAULT_INDEX"] = index
    if extra := pip.get("extra-index-url"):
        variables["UV_EXTRA_INDEX_URL"] = " ".join(extra.split())
    if pip.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        variables["UV_NO_INDEX"] = "1"
    if trusted := pip.get("trusted-host"):
        variables["UV_INSECURE_HOST"] = " ".join(trusted.split())
    return variables


def _find_links(
    pip: Mapping[str, str], variables: dict[str, str]
) -> tuple[tuple[Mount, ...], tuple[str, ...]]:
    """Folders of wheels are mounted where they are; pip separates by space, uv by comma."""
    places = [*pip.get("find-links", "").split(), *variables.pop("UV_FIND_LINKS", "").split(",")]
    mounts: list[Mount] = []
    options: list[str] = []
    for place in filter(None, (place.strip() for place in places)):
        path = place.removeprefix("file://")
        if re.match(r"https?://", place):
            options += ["--find-links", place]
        elif Path(path).is_dir():
            target = f"/opt/find-links/{len(mounts)}"
            mounts.append(Mount(str(Path(path).resolve()), target))
            options += ["--find-links", target]
    return tuple(mounts), tuple(options)


def authority(own: Mapping[str, str], *preferred: str) -> Mount | None:
    """The operator's bundle of certificate authorities, else the system's."""
    names = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
    wanted = [own.get(name, name) for name in preferred]
    for place in (*wanted, *(own.get(name, "") for name in names), *_SYSTEM_CAS):
        if place.startswith("/") and Path(place).is_file():
            return Mount(str(Path(place).resolve()), CA)
    return None


def _replaced(variables: Mapping[str, str], files: Iterable[File]) -> bool:
    """Whether the operator put another default index in the place of PyPI."""
    if any(variables.get(n) for n in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_NO_INDEX")):
        return True
    texts = (
        file.data.decode("utf-8", "replace") for file in files if file.name == "operator-uv.toml"
    )
    return any(re.search(r"(?m)^\s*(index-url\s*=|default\s*=\s*true)", text) for text in texts)


def _npmrc(text: str, key: str) -> str:
    found = re.search(rf"(?m)^\s*{re.escape(key)}\s*=\s*(\S+)", text)
    return found[1].strip("\"'") if found else ""


def egress(
    own: Mapping[str, str],
    public: frozenset[tuple[str, int]],
    texts: Iterable[str],
    allowed_hosts: Iterable[str],
    download_mib: int,
    proxy: str,
) -> Egress:
    """What may be reached: `public`, the hosts that these texts name, and the operator's own."""
    lines = (line for text in texts for line in text.splitlines() if not _PROXY_LINE.match(line))
    named = {endpoint(url) for line in lines for url in _URL.findall(line)}
    for host in allowed_hosts:
        name, _, port = host.strip().lower().partition(":")
        named |= {(name, int(port))} if port.isdigit() else {(name, 443), (name, 80)}
    upstream = []
    for scheme in ("https", "http"):
        names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY")
        value = proxy or next((own[name] for name in names if own.get(name)), "")
        if value:
            upstream.append((scheme, value if "://" in value else f"http://{value}"))
    direct = own.get("no_proxy") or own.get("NO_PROXY") or ""
    suffixes = tuple(part.strip().lower() for part in direct.split(",") if part.strip())
    return Egress(public, frozenset(named - public), tuple(upstream), suffixes, download_mib)


def endpoint(url: str) -> tuple[str, int]:
    """Host and port of an HTTP URL; a port that is none counts as the default."""
    split = urlsplit(url)
    default = 80 if split.scheme.lower() == "http" else 443
    try:
        port = split.port or default
    except ValueError:
        port = default
    return (split.hostname or "").lower(), port


def secrets(settings: Registries) -> tuple[str, ...]:
    """Everything that looks like a credential in the settings, the longest first."""
    texts = [data.decode("utf-8", "replace") for _, data in settings.files]
    found = set()
    for text in (*texts, *settings.variables.values()):
        found |= {match[1] for match in re.finditer(r"://[^\s/@:]*:([^\s/@]+)@", text)}
        found |= {match[1] for match in re.finditer(r"://([^\s/@:]{8,})@", text)}
    for text in texts:
        found |= set(re.findall(r"(?m)_(?:authToken|auth|password)\s*=\s*\"?([^\s\"]+)", text))
        found |= set(re.findall(r"\bpassword\s+(\S+)", text))
    for name, value in settings.variables.items():
        if re.search(r"(?i)(token|password|secret|_auth)", name):
            found.add(value)
    return tuple(sorted((text for text in found if len(text) > 3), key=len, reverse=True))
