"""Versions that come from tags: what to pretend when a build cannot see the repository's history.

The jail has no `.git`: a checkout may be shallow or an archive. The version is read here from
the tags, if there are any, and handed to the tools through the variables that each documents.
"""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

FALLBACK = "0.0.0"

_TOOLS = re.compile(
    r"setuptools[-_]scm|use_scm_version|hatch-vcs|\bpbr\b|versioneer|poetry-dynamic-versioning"
    r"|uv-dynamic-versioning|flit[-_]scm|pdm-scm|source\s*=\s*[\"']scm[\"']|dunamai|versioningit"
    r"|setuptools[-_]git[-_]versioning|vcs[-_]versioning|miniver|incremental_git|autosemver"
)


@dataclass(frozen=True, slots=True)
class Pretended:
    """A version for the build. `note` says in words where it comes from; empty: none is needed."""

    version: str = ""
    note: str = ""

    @property
    def variables(self) -> Mapping[str, str]:
        """The variable of each tool, from its own documentation."""
        if not self.version:
            return {}
        return {
            "SETUPTOOLS_SCM_PRETEND_VERSION": self.version,  # also hatch-vcs and flit-scm
            "VCS_VERSIONING_PRETEND_VERSION": self.version,
            "PBR_VERSION": self.version,
            "POETRY_DYNAMIC_VERSIONING_BYPASS": self.version,
            "UV_DYNAMIC_VERSIONING_BYPASS": self.version,
            "PDM_BUILD_SCM_VERSION": self.version,
        }


def pretended(checkout: Checkout, project: str) -> Pretended:
    """The version to build a project under, where it takes its version from tags."""
    texts = (
        read_text(checkout, join(folder, name))
        for folder in {project, ""}
        for name in ("pyproject.toml", "setup.py", "setup.cfg")
    )
    if not any(_TOOLS.search(text) for text in texts):
        return Pretended()
    described = _describe(checkout.root)
    if described:
        return Pretended(described, f"version {described} from the repository's tags")
    return Pretended(
        FALLBACK, f"version pretended to be {FALLBACK}: it comes from tags, and there are none here"
    )


def _describe(root: str) -> str:
    """`git describe` as a version, "1.2.3" or "1.2.3.post4"; empty without a repository or tags."""
    if not (Path(root) / ".git").exists():
        return ""
    # The repository's configuration is a stranger's: nothing that it names may run.
    safe = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
    trusted = ["-c", f"safe.directory={root}", "-C", root]
    command = ["git", *safe, *trusted, "describe", "--tags", "--long", "--match", "*[0-9]*"]
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CEILING_DIRECTORIES": str(Path(root).parent),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
    }
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=20, env=environment, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return _version(done.stdout.strip()) if done.returncode == 0 else ""


def _version(described: str) -> str:
    found = re.fullmatch(r".*?(\d+(?:[._]\d+)*\S*?)-(\d+)-g[0-9a-f]+", described)
    if not found:
        return ""
    try:
        version = Version(found[1])
    except InvalidVersion:
        return ""
    if found[2] == "0":
        return str(version)
    return f"{version.base_version}.post{found[2]}" if not version.is_prerelease else str(version)
