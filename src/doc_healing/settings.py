"""Settings: what the operator says in the environment. It is trusted.

The only reader of `os.environ` in the house. Importing this module is cheap on purpose: it is on
the way of `doc-healing --version`.
"""

import difflib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from doc_healing.errors import UserError
from doc_healing.model import EMPTY, Limits

PREFIX = "DOC_HEALING_"
_MOST_BYTES = 1024 * 1024

# Settings of the installers that say where packages come from and how to get there. Others of the
# same prefixes (a cache, a prefix, a shell for scripts) are the operator's own business.
_UV = (
    "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS",
    "UV_NO_INDEX", "UV_INDEX_STRATEGY", "UV_INSECURE_HOST", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS",
    "UV_KEYRING_PROVIDER", "UV_OFFLINE", "UV_HTTP_TIMEOUT", "UV_HTTP_CONNECT_TIMEOUT",
    "UV_HTTP_RETRIES", "UV_REQUEST_TIMEOUT", "UV_CONCURRENT_DOWNLOADS", "UV_PRERELEASE",
    "UV_CONFIG_FILE", "UV_NO_CONFIG",
)  # fmt: skip
_NETWORK = (
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
    "NETRC", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy",
    "all_proxy", "no_proxy",
)  # fmt: skip
_GO = (
    "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE", "GOENV",
)  # fmt: skip
_CARGO = ("CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_SOURCE_", "CARGO_HTTP_", "CARGO_NET_")
_NOT_NPM = ("script_shell", "node_options", "prefix", "cache", "tmp", "shell", "editor", "git")


@dataclass(frozen=True, slots=True)
class Registries:
    """Where the operator's packages come from: for the install phase and for no other.

    `variables` are the environment's own, names as they are. `files` are (absolute path, bytes)
    of the configuration files of pip, npm, uv, cargo, Go, Maven and netrc that exist. Both may hold
    credentials: never shown, never given to a snippet.
    """

    variables: Mapping[str, str] = field(default_factory=lambda: EMPTY, repr=False)
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class InstallLimits:
    """What the installation of one environment may use."""

    wall_seconds: float = 300.0
    disk_mib: int = 2048
    inodes: int = 200_000
    download_mib: int = 300


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator says. Every field has its variable: `jobs` is `DOC_HEALING_JOBS`."""

    cache_dir: Path
    jobs: int
    limits: Limits = field(default_factory=Limits)
    install: InstallLimits = field(default_factory=InstallLimits)
    # Dependencies without a wheel are built in the jail, without a network; false refuses them.
    source_builds: bool = True
    allowed_hosts: tuple[str, ...] = ()  # hosts that an index links to, beside its own
    no_color: bool = False
    force_color: bool = False
    dumb_terminal: bool = False
    ci: bool = False
    github_actions: bool = False
    step_summary: str = ""  # the file of GitHub's job summary
    debug: bool = False  # show tracebacks


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The operator's settings.

    Raises `UserError` that names the variable for an unknown one or a value out of range.
    """
    env = os.environ if environ is None else environ
    own = {key[len(PREFIX) :].lower(): value for key, value in env.items() if _ours(key)}
    for name in own:
        _refuse_unknown(name)
    return Settings(
        cache_dir=Path(own["cache_dir"]).absolute() if own.get("cache_dir") else _cache_dir(),
        jobs=int(_number(own, "jobs", _cpus(), 1, 1024, int)),
        limits=_limits(own),
        install=_install(own),
        source_builds=_truth(own, "source_builds", usual=True),
        allowed_hosts=tuple(own.get("allowed_hosts", "").replace(",", " ").split()),
        no_color=bool(env.get("NO_COLOR")),
        force_color=env.get("FORCE_COLOR", "") not in ("", "0", "false"),
        dumb_terminal=env.get("TERM") == "dumb",
        ci=env.get("CI", "").lower() not in ("", "0", "false"),
        github_actions=env.get("GITHUB_ACTIONS") == "true",
        step_summary=env.get("GITHUB_STEP_SUMMARY", ""),
        debug=_truth(own, "debug"),
    )


def program(name: str) -> str | None:
    """A program from the operator's PATH, absolute; None where there is none.

    Not from the directory that we are started in: that is the checkout, mostly, and `npm run` and
    `npx` put its `node_modules/.bin` first. Its virtual environment counts if we run in it.
    """
    here, own = Path.cwd(), Path(sys.prefix).resolve()
    places = []
    for entry in os.environ.get("PATH", os.defpath).split(os.pathsep):
        place = Path(entry).resolve()
        foreign = place.is_relative_to(here) and here != Path("/")
        if Path(entry).is_absolute() and (place.is_relative_to(own) or not foreign):
            places.append(entry)
    return shutil.which(name, path=os.pathsep.join(places))


def search_path() -> list[str]:
    """The directories of the operator's PATH that programs are taken from, in their order."""
    return [entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if entry]


def registries(environ: Mapping[str, str] | None = None, home: Path | None = None) -> Registries:
    """The operator's registry settings, read now: variables and the files that exist.

    An unreadable file is left out, as the installers do.
    """
    env = os.environ if environ is None else environ
    chosen = {key: value for key, value in env.items() if value and _about_registries(key)}
    found: dict[str, bytes] = {}
    for path in _files(env, home or Path(env.get("HOME") or "/")):
        try:
            if path.is_file() and path.stat().st_size <= _MOST_BYTES:
                found[str(path)] = path.read_bytes()
        except OSError:
            continue
    return Registries(chosen, tuple(found.items()))


def colour(settings: Settings, is_terminal: bool) -> bool:
    """Whether output is coloured: `NO_COLOR` wins, then `FORCE_COLOR`, then the terminal."""
    if settings.no_color:
        return False
    return settings.force_color or (is_terminal and not settings.dumb_terminal)


def origins(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Each setting that the environment says, and the variable that says it."""
    env = os.environ if environ is None else environ
    return {key[len(PREFIX) :].lower(): key for key in sorted(env) if _ours(key)}


def _ours(key: str) -> bool:
    return key.startswith(PREFIX)


def _known() -> list[str]:
    install = [f"install_{f.name}" for f in fields(InstallLimits)]
    others = ["cache_dir", "jobs", "source_builds", "allowed_hosts", "debug"]
    return [f.name for f in fields(Limits)] + install + others


def _refuse_unknown(name: str) -> None:
    known = _known()
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    advice = f"did you mean {PREFIX}{near[0].upper()}?" if near else f"unset {PREFIX}{name.upper()}"
    raise UserError(f"unknown setting {PREFIX}{name.upper()} in the environment", help=advice)


def _limits(own: Mapping[str, str]) -> Limits:
    usual = Limits()
    return Limits(
        wall_seconds=_number(own, "wall_seconds", usual.wall_seconds, 0.1, 86_400),
        cpu_seconds=_number(own, "cpu_seconds", usual.cpu_seconds, 0.1, 86_400),
        memory_mib=int(_number(own, "memory_mib", usual.memory_mib, 16, 2**20, int)),
        processes=int(_number(own, "processes", usual.processes, 1, 100_000, int)),
        disk_mib=int(_number(own, "disk_mib", usual.disk_mib, 1, 2**20, int)),
        inodes=int(_number(own, "inodes", usual.inodes, 16, 10_000_000, int)),
        open_files=int(_number(own, "open_files", usual.open_files, 16, 2**20, int)),
        output_kib=int(_number(own, "output_kib", usual.output_kib, 1, 2**20, int)),
    )


def _install(own: Mapping[str, str]) -> InstallLimits:
    usual = InstallLimits()
    return InstallLimits(
        wall_seconds=_number(own, "install_wall_seconds", usual.wall_seconds, 1, 86_400),
        disk_mib=int(_number(own, "install_disk_mib", usual.disk_mib, 16, 2**20, int)),
        inodes=int(_number(own, "install_inodes", usual.inodes, 1000, 10_000_000, int)),
        download_mib=int(_number(own, "install_download_mib", usual.download_mib, 1, 2**20, int)),
    )


def _number(
    own: Mapping[str, str],
    name: str,
    usual: float,
    least: float,
    most: float,
    parse: Callable[[str], float] = float,
) -> float:
    text = own.get(name, "")
    if not text:
        return usual
    try:
        value = parse(text)
    except ValueError:
        value = least - 1
    if not least <= value <= most:  # also false for nan
        what = "a whole number" if parse is int else "a number"
        raise UserError(
            f"{PREFIX}{name.upper()}={text[:40]} is out of range",
            help=f"give it {what} from {least:g} to {most:g}",
        )
    return value


def _truth(own: Mapping[str, str], name: str, *, usual: bool = False) -> bool:
    text = own.get(name, "").lower()
    if not text:
        return usual
    if text in ("0", "false", "1", "true"):
        return text in ("1", "true")
    raise UserError(f"{PREFIX}{name.upper()}={text[:40]} is neither true nor false")


def _cache_dir() -> Path:
    import platformdirs  # only who uses the cache pays for it

    return Path(platformdirs.user_cache_dir("doc-healing", appauthor=False)).absolute()


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _about_registries(key: str) -> bool:
    if key in _NETWORK or key in _UV or key in _GO or key.startswith(("PIP_", *_CARGO)):
        return True
    if key.startswith("UV_INDEX_") and key.endswith(("_USERNAME", "_PASSWORD")):
        return True
    if key.lower().startswith("npm_config_"):
        return key[len("npm_config_") :].lower().lstrip("_") not in _NOT_NPM
    return False


def _files(env: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Where the installers look, later files winning over earlier ones of their kind.

    pip: https://pip.pypa.io/en/stable/topics/configuration/, npm: its `npmrc` page, uv: its page
    on configuration files, cargo: https://doc.rust-lang.org/cargo/reference/config.html, Go:
    `go help environment`, Maven: https://maven.apache.org/settings.html.
    """
    own_config = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    shared = (env.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    yield from (Path(directory) / "pip/pip.conf" for directory in shared if directory)
    yield Path("/etc/pip.conf")
    yield from (home / ".pip/pip.conf", own_config / "pip/pip.conf")
    yield Path(sys.prefix) / "pip.conf"
    yield from _named(env, "PIP_CONFIG_FILE")
    yield from (Path("/etc/npmrc"), Path("/usr/etc/npmrc"), Path("/usr/local/etc/npmrc"))
    yield from _named(env, "NPM_CONFIG_GLOBALCONFIG", "npm_config_globalconfig")
    user = list(_named(env, "NPM_CONFIG_USERCONFIG", "npm_config_userconfig"))
    yield from user or [home / ".npmrc"]
    yield from (Path("/etc/uv/uv.toml"), own_config / "uv/uv.toml")
    yield from _named(env, "UV_CONFIG_FILE")
    yield from list(_named(env, "NETRC")) or [home / ".netrc"]
    cargo = Path(env.get("CARGO_HOME") or home / ".cargo")
    yield from (cargo / "config", cargo / "config.toml", cargo / "credentials.toml")
    yield from list(_named(env, "GOENV")) or [own_config / "go/env"]
    yield home / ".m2/settings.xml"


def _named(env: Mapping[str, str], *names: str) -> Iterator[Path]:
    yield from (Path(env[name]).absolute() for name in names if env.get(name))
