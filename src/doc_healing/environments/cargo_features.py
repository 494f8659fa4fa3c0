"""Which features of a package its documents are about. Pure.

What its authors tell docs.rs comes first (https://docs.rs/about/metadata), with the features that
the documents themselves switch on in the Cargo.toml that they show; then the default ones.
"""

import re
from collections.abc import Mapping
from typing import Any

from doc_healing.environments.cargo_documents import shown_features
from doc_healing.environments.cargo_projects import manifest
from doc_healing.environments.projects import table
from doc_healing.model import Checkout, Wants

_NIGHTLY = re.compile(r"(?i)nightly|unstable|^docs_?rs$|^doc_cfg$")


def feature_sets(
    checkout: Checkout, wants: Wants, folder: str, name: str, *, nightly: bool
) -> list[tuple[str, ...]]:
    """Options for cargo, the best first; the later ones are for where the earlier do not build."""
    data = manifest(checkout, folder)
    known = _known(data)
    extras = [item for item in wants.extras if item in known]
    shown = [
        item for item in shown_features(checkout, name) if item in known and item not in extras
    ]
    told = _docs_rs(data) if nightly else _stable(_docs_rs(data), known)
    found = [
        _options(told, [*extras, *shown]),
        _options(told, extras),
        _options({}, extras),
        _options({"no-default-features": True}, extras),
    ]
    return list(dict.fromkeys(found))


def _known(data: Mapping[str, Any]) -> set[str]:
    """Declared features, and optional dependencies, which are features too."""
    known = set(table(data, "features"))
    for holder in (data, *table(data, "target").values()):
        for name, entry in (
            table(holder, "dependencies").items() if isinstance(holder, dict) else ()
        ):
            if isinstance(entry, dict) and entry.get("optional") is True:
                known.add(name)
    return known


def _docs_rs(data: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = table(table(data, "package"), "metadata")
    return table(table(metadata, "docs"), "rs") or table(metadata, "playground")


def _stable(told: Mapping[str, Any], known: set[str]) -> Mapping[str, Any]:
    """Without the features that are for nightly compilers, by what authors call them."""
    stated = told.get("features")
    listed = stated if isinstance(stated, list) else []
    everything = told.get("all-features") is True
    if not any(_NIGHTLY.search(str(item)) for item in (known if everything else listed)):
        return told
    names = sorted(known - {"default"}) if everything else listed
    kept = [item for item in names if not _NIGHTLY.search(str(item))]
    return {**told, "all-features": False, "features": kept}


def _options(told: Mapping[str, Any], extras: list[str]) -> tuple[str, ...]:
    stated = told.get("features")
    listed = [item for item in stated if isinstance(item, str)] if isinstance(stated, list) else []
    options = ["--all-features"] if told.get("all-features") is True else []
    options += ["--no-default-features"] if told.get("no-default-features") is True else []
    features = dict.fromkeys([*listed, *extras])
    return (*options, *([f"--features={','.join(features)}"] if features else []))
