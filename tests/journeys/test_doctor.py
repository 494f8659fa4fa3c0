"""`doc-healing doctor`: each toolchain with its version and place, or how to install it."""

from pathlib import Path

import pytest

from doc_healing import compose
from doc_healing import settings as operator
from doc_healing.errors import InfraError
from doc_healing.languages import LANGUAGES
from doc_healing.languages.python import running as python
from doc_healing.model import Mount, Toolchain
from tests import needs
from tests.journeys.desk import call

pytestmark = pytest.mark.sandbox


class Lacking:
    """A language whose toolchain is nowhere."""

    name = "go"

    def toolchain(self, wanted: str) -> Toolchain:
        raise InfraError("Go is not installed", help="apt-get install golang")


class Mounted:
    """A language whose toolchain stands elsewhere than its programs see it; there are two."""

    name = "java"

    def toolchain(self, wanted: str) -> Toolchain:
        release = "25" if wanted == "25" else "17"
        mounts = (Mount(f"/srv/jdk{release}", "/opt/jdk"),)
        return Toolchain("java", "/opt/jdk/bin/java", f"{release}.0.1", mounts)


def test_every_language_is_shown_with_its_version(tmp_path: Path) -> None:
    needs.program("bwrap")
    cache = tmp_path / "cache"
    variables = {"DOC_HEALING_CACHE_DIR": str(cache)}
    done = call("doctor", "--format", "json", cwd=tmp_path, variables=variables)
    told = {probe["name"] for probe in done.json["probes"] if probe["room"] == "languages"}
    assert told == {language.name for language in LANGUAGES}
    assert not list(cache.glob("toolchains/*")), "a question prepares nothing"
    for language in LANGUAGES:
        needs.toolchain(language.name)


def test_what_is_there_and_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    needs.program("bwrap")
    monkeypatch.setattr(compose, "LANGUAGES", [python, Lacking(), Mounted()])
    found = [one for one in compose.probes(operator.read()) if one.room == "languages"]
    lacking = next(one for one in found if one.name == "go")
    assert (lacking.good, lacking.required) == (False, False)
    assert (lacking.detail, lacking.fix) == ("Go is not installed", "apt-get install golang")
    assert [one.detail for one in found if one.name == "java"] == [
        "17.0.1  /srv/jdk17/bin/java",
        "25.0.1  /srv/jdk25/bin/java",
    ]
