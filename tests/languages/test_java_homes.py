"""A JDK is mounted where it stands, with what its links lead to."""

from pathlib import Path

import pytest

from doc_healing.languages.java import jdk
from doc_healing.model import Mount, Verdict
from tests.languages.java_stage import exactly, examine, snippet

SETTINGS = (
    'var home = java.nio.file.Path.of(System.getProperty("java.home"));\n'
    'for (var name : List.of("net.properties", "security/java.security", "logging.properties"))\n'
    '  if (Files.size(home.resolve("conf").resolve(name)) == 0) throw new Error(name);\n'
    'assert java.security.Security.getProperty("security.provider.1") != null;\n'
    'java.net.http.HttpClient.newHttpClient();\n'
    'java.util.logging.Logger.getLogger("a").info("b");\n'
)  # fmt: skip


def link(place: Path, target: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(target)


def test_what_links_lead_to_is_seen_at_its_own_place(tmp_path: Path) -> None:
    home, settings = tmp_path / "home", tmp_path / "etc" / "java-17"
    (settings / "security").mkdir(parents=True)
    for name in ("net.properties", "security/java.policy", "jvm.cfg"):
        (settings / name).write_text("x")
    link(home / "conf/net.properties", settings / "net.properties")
    link(home / "conf/security/java.policy", settings / "security/java.policy")
    link(home / "lib/jvm.cfg", settings / "jvm.cfg")
    link(home / "lib/security/cacerts", tmp_path / "etc" / "ssl" / "cacerts")
    link(home / "lib/gone", tmp_path / "none")
    link(home / "lib/inner", home / "lib" / "jvm.cfg")
    link(home / "lib/system", Path("/usr/bin/env"))
    assert jdk._elsewhere(str(home)) == (Mount(str(settings), str(settings)),)


def test_a_home_without_links_needs_no_other_mount(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/net.properties").write_text("x")
    assert jdk._elsewhere(str(tmp_path)) == ()


@pytest.mark.sandbox
@pytest.mark.parametrize("release", [17, 25])
def test_a_jdk_finds_its_settings_in_the_jail(release: int) -> None:
    (found,) = examine(snippet(SETTINGS), jdk=exactly(release))
    assert found.verdict is Verdict.PASSED, found
