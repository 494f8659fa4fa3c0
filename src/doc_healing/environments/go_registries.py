"""Where Go's modules come from: the operator's GOPROXY and its kin, as the jail needs them."""

import re
from collections.abc import Iterable, Mapping

from doc_healing.environments.registries import CA, GO, Access, authority, egress, secrets, texts
from doc_healing.model import File
from doc_healing.settings import Registries

# GOFLAGS and GOTOOLCHAIN are never taken over: they can name programs to run or to download.
_KEPT = (
    "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GONOSUMCHECK", "GOINSECURE",
)  # fmt: skip
# Go asks no HTTP proxy for these names, and behind ours is the only loopback that answers.
_LOOPBACK = re.compile(r"(https?://(?:[^@/]*@)?)(localhost|127\.\d+\.\d+\.\d+)(?=[:/,|]|$)")
_DEFAULT_PROXY = "https://proxy.golang.org"


def go_access(settings: Registries, allowed_hosts: Iterable[str], download_mib: int) -> Access:
    """For the go command: variables win over the file of `go env -w`.

    No version control is ever run, so `direct` reaches what speaks GOPROXY's protocol alone:
    https://go.dev/ref/mod#environment-variables.
    """
    own = dict(settings.variables)
    said = {**_environment_file(texts(settings, "go")), **own}
    variables = {name: said[name] for name in _KEPT if said.get(name)}
    variables["GOPROXY"] = _LOOPBACK.sub(r"\g<1>0.0.0.0", variables.get("GOPROXY", _DEFAULT_PROXY))
    files: list[File] = []
    if netrc := texts(settings, "netrc"):
        files.append(File("operator-netrc", netrc[-1].encode()))
        variables["NETRC"] = "/work/operator-netrc"
    bundle = authority(own)
    if bundle:
        variables["SSL_CERT_FILE"] = CA
    replaced = _DEFAULT_PROXY.removeprefix("https://") not in variables["GOPROXY"]
    public = GO - {("proxy.golang.org", 443)} if replaced else GO
    named = [variables["GOPROXY"].replace("|", " "), _database(variables.get("GOSUMDB", ""))]
    reach = egress(own, public, named, allowed_hosts, download_mib, "")
    mounts = (bundle,) if bundle else ()
    return Access(variables, tuple(files), mounts, (), reach, secrets(settings))


def _environment_file(found: Iterable[str]) -> Mapping[str, str]:
    """`NAME=value` lines: https://pkg.go.dev/cmd/go#hdr-Environment_variables."""
    lines = re.findall(r"(?m)^(GO[A-Z]+)=(.*)$", "\n".join(found))
    return {name: value.strip() for name, value in lines}


def _database(text: str) -> str:
    """The URL of a checksum database, which may be told after its key."""
    words = text.split()
    if not words or words[-1] == "off":
        return ""
    host = words[-1].partition("+")[0]
    return host if "://" in host else f"https://{host}"
