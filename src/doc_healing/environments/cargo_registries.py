"""Where crates come from: the operator's cargo settings, as the jail needs them.

Pure. Of config.toml only what says where packages are is taken over: never a wrapper, a linker, an
alias or a credential process (https://doc.rust-lang.org/cargo/reference/config.html).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from doc_healing.environments.cargo_toml import toml_text
from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.projects import table
from doc_healing.environments.registries import (
    CA,
    CRATES,
    Access,
    authority,
    egress,
    secrets,
    texts,
)
from doc_healing.model import File, Mount
from doc_healing.settings import Registries

SETTINGS = "operator-cargo.toml"
_KEPT = ("source", "registries", "registry", "http", "net")
_HTTP = ("timeout", "low-speed-limit", "multiplexing", "user-agent", "check-revoke", "ssl-version")
_VARIABLES = re.compile(
    r"CARGO_(REGISTR(Y|IES_\w+?)_(INDEX|DEFAULT|TOKEN)|SOURCE_\w+"
    r"|HTTP_(TIMEOUT|LOW_SPEED_LIMIT|MULTIPLEXING)|NET_RETRY)"
)
_TOKEN = re.compile(r"(?m)\btoken\s*=\s*[\"']([^\"']+)[\"']")


def cargo_access(settings: Registries, allowed_hosts: Iterable[str], download_mib: int) -> Access:
    """For cargo's downloads. Its variables win over its files, as they do with cargo."""
    own = dict(settings.variables)
    found = [*texts(settings, "cargo"), *texts(settings, "cargo credentials")]
    merged = _merged(found)
    data = {name: dict(table(merged, name)) for name in _KEPT if table(merged, name)}
    http = data.get("http", {})
    cainfo, proxy = str(http.get("cainfo", "")), str(http.get("proxy", ""))
    data["http"] = {key: value for key, value in http.items() if key in _HTTP}
    data["net"] = {"retry": table(merged, "net").get("retry", 2), "git-fetch-with-cli": False}
    data["registry"] = {
        **_without_providers(data.get("registry", {})),
        "global-credential-providers": ["cargo:token"],
    }
    mounts = _local_sources(data)
    variables = {name: value for name, value in own.items() if _VARIABLES.fullmatch(name)}
    variables["CARGO_HTTP_TIMEOUT"] = variables.get("CARGO_HTTP_TIMEOUT", "20")
    bundle = authority(own, "CARGO_HTTP_CAINFO", cainfo)
    if bundle:
        mounts = (*mounts, bundle)
        variables["CARGO_HTTP_CAINFO"] = CA
    text = toml_text(data)
    _refuse_credentials((text, *variables.values()))
    named = [*variables.values(), text.replace("sparse+", "")]
    public = frozenset() if _replaced(data) else CRATES
    reach = egress(own, public, named, allowed_hosts, download_mib, proxy)
    hidden = {match for one in found for match in _TOKEN.findall(one)}
    return Access(
        variables,
        (File(SETTINGS, text.encode()),),
        mounts,
        ("--config", f"/work/{SETTINGS}"),
        reach,
        (*sorted(hidden, key=len, reverse=True), *secrets(settings)),
    )


def _refuse_credentials(found: Iterable[str]) -> None:
    """A URL is what cargo names a registry by, in builds too: no place for a password."""
    if any(re.search(r"://[^\s/@\"]+@", text) for text in found):
        raise InstallFailed(
            "cargo's settings hold a password in a URL of a registry",
            help="put a token into credentials.toml, where no build can see it",
        )


def without_secrets(access: Access) -> Access:
    """Where packages are, without a token or a host: for builds of what is downloaded already."""
    (settings,) = (file for file in access.files if file.name == SETTINGS)
    data = tomllib.loads(settings.data.decode())
    kept: dict[str, object] = {"source": data.get("source", {})}
    kept["registries"] = {
        name: {"index": entry["index"]}
        for name, entry in table(data, "registries").items()
        if isinstance(entry, dict) and isinstance(entry.get("index"), str)
    }
    default = table(data, "registry").get("default")
    kept["registry"] = {"default": default} if isinstance(default, str) else {}
    variables = {
        name: value
        for name, value in access.variables.items()
        if name.endswith(("_INDEX", "_DEFAULT")) or name.startswith("CARGO_SOURCE_")
    }
    text = toml_text(kept)
    return Access(
        variables, (File(SETTINGS, text.encode()),), access.mounts, access.options,
        access.egress, access.secrets,
    )  # fmt: skip


def _merged(found: Iterable[str]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for text in found:
        try:
            result = _over(result, tomllib.loads(text))
        except tomllib.TOMLDecodeError:
            continue
    return result


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _over(result[key], value) if both else value
    return result


def _without_providers(registry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in registry.items() if "credential" not in key}


def _local_sources(data: dict[str, dict[str, Any]]) -> tuple[Mount, ...]:
    """Folders of the operator's that stand in for a registry, mounted where the jail sees them."""
    mounts: list[Mount] = []
    for registry in data.get("registries", {}).values():
        if isinstance(registry, dict):
            registry.pop("credential-provider", None)
    for source in data.get("source", {}).values():
        for kind in ("directory", "local-registry"):
            place = source.get(kind) if isinstance(source, dict) else None
            if isinstance(place, str) and Path(place).is_absolute() and Path(place).is_dir():
                target = f"/opt/sources/{len(mounts)}"
                mounts.append(Mount(str(Path(place).resolve()), target))
                source[kind] = target
    return tuple(mounts)


def _replaced(data: Mapping[str, Any]) -> bool:
    """Whether the operator put another registry in the place of crates.io."""
    source = table(table(data, "source"), "crates-io")
    return bool(source.get("replace-with"))
