"""Gradle scripts, read without Gradle: tables of what people write, and one project in the jail."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing import environments
from doc_healing.environments import gradle, jvm_projects
from doc_healing.environments.gradle_builds import Build, generates, read, release_in
from doc_healing.environments.gradle_scripts import Value, statements, tokens, value
from doc_healing.model import Checkout, Wants
from tests.environments.jvm_places import (
    LEFT,
    Repository,
    java_toolchain,
    main,
    maven_desk,
    run,
    serving,
)
from tests.environments.places import project

KNOWN: dict[str, Value] = {
    "v": "1.2",
    "libs.guava": "com.google:guava:33",
    "versions": {"junit": "5"},
}
VALUES = {
    "'a:b:1'": "a:b:1",
    '"a:b:$v"': "a:b:1.2",
    '"a:b:${v}-x"': "a:b:1.2-x",
    "'a:b:$v'": "a:b:$v",
    '"a:b:${versions.junit}"': "a:b:5",
    '"a:b:${rootProject.ext.v}"': "a:b:1.2",
    '"a:b:${unknown}"': None,
    "'a:b:' + v": "a:b:1.2",
    "libs.guava": "com.google:guava:33",
    "libs.guava.get()": "com.google:guava:33",
    "['x', 'y']": ["x", "y"],
    "[a: 'x', b: 'y']": {"a": "x", "b": "y"},
    'listOf("x", "y")': ["x", "y"],
    "property('v')": "1.2",
    'project.property("v")': "1.2",
    '"""a:b:$v"""': "a:b:1.2",
    "v ? 'x' : 'y'": None,
    "compute()": None,
}


@pytest.mark.parametrize(("text", "wanted"), VALUES.items())
def test_values_are_those_that_are_written_out(text: str, wanted: object) -> None:
    found = value(tokens(text), KNOWN)
    assert (found if isinstance(found, (str, list, dict)) else None) == wanted


SCRIPT = """
// implementation 'commented:out:1'
plugins { id 'java-library' }
ext { v = '1.2' }
def w = "2.${v}"
repositories { mavenCentral(); maven { url 'https://example.org/repo' } }
dependencies {
    api 'a:api:1'
    implementation("a:impl:$v") { exclude group: 'x' }
    implementation 'a:one:1', 'a:two:2'
    implementation group: 'a', name: 'map', version: w
    implementation([group: 'a', name: 'list', version: '3'])
    compileOnly('a:provided:1')
    runtimeOnly platform('a:bom:1')
    testImplementation "a:test:${v}"
    "implementation"("a:quoted:1")
    implementation(
        'a:lines:1',
    )
    implementation project(':core')
    implementation files('libs/x.jar')
    jmh 'a:jmh:1'
    /* implementation 'also:out:1' */
    implementation("a:dynamic:1.+")
    implementation("a:strict:1.0!!")
    implementation 'a:typed:1@aar'
}
"""
WANTED = {
    "a:api:1": "compile", "a:impl:1.2": "compile", "a:one:1": "compile", "a:two:2": "compile",
    "a:map:2.1.2": "compile", "a:list:3": "compile", "a:provided:1": "provided",
    "a:test:1.2": "test", "a:quoted:1": "compile", "a:lines:1": "compile",
    "a:dynamic:[1,2)": "compile", "a:strict:1.0": "compile", "a:typed:1": "compile",
    "local:core:0": "compile",
}  # fmt: skip


def written(
    files: dict[str, str], root: Path, folder: str = ""
) -> tuple[dict[str, str], list[str]]:
    """What the pom of a project says, and what is missing."""
    from xml.etree import ElementTree as Xml

    found = gradle.read(project(root, files), folder, lambda _: False)
    pom = Xml.fromstring(found.poms[found.wanted[0]])
    said = {}
    for item in pom.findall("dependencies/dependency"):
        parts = [item.findtext(name) or "" for name in ("groupId", "artifactId", "version")]
        said[":".join(parts).rstrip(":")] = item.findtext("scope") or ""
    return said, list(found.missing)


@pytest.mark.parametrize("name", ["build.gradle", "build.gradle.kts"])
def test_notations_of_dependencies(name: str, tmp_path: Path) -> None:
    files = {name: SCRIPT, "settings.gradle": "include ':core'", "core/build.gradle": ""}
    said, missing = written({**files, "src/main/java/A.java": "class A {}"}, tmp_path)
    assert said == WANTED
    assert missing == [f"files(...) in {name} is no library of a registry"]


CATALOG = """
[versions]
guava = "33.0"
rich = { strictly = "[2,3)", prefer = "2.5" }
[libraries]
guava = { module = "com.google:guava", version.ref = "guava" }
with-dashes_and = "x:dashes:1"
parts = { group = "x", name = "parts", version = { ref = "rich" } }
bare = { module = "x:bare" }
[bundles]
some = ["guava", "with-dashes_and"]
"""


def test_catalogs_shared_blocks_applied_scripts_and_own_plugins(tmp_path: Path) -> None:
    files = {
        "settings.gradle.kts": 'rootProject.name = "whole"\ninclude(":app", ":deep:core")\n'
        'project(":deep:core").projectDir = file("elsewhere")',
        "gradle.properties": "version=7.1\nlombokVersion = 1.18",
        "gradle/libs.versions.toml": CATALOG,
        "gradle/more.gradle": "ext { more = [thing: 'x:thing:3'] }",
        "build.gradle.kts": """
            val shared by extra("9.9")
            allprojects { group = "org.widgets" }
            subprojects { dependencies { "implementation"("x:all:$shared") } }
            project(":app") { dependencies { add("implementation", "x:only:1") } }""",
        "app/build.gradle.kts": """
            plugins { id("our.conventions") }
            apply(from = rootProject.file("gradle/more.gradle"))
            dependencies {
                api(libs.bundles.some)
                implementation(libs.parts)
                implementation(platform("x:bom:1"))
                implementation(libs.bare)
                implementation(projects.deep.core)
                implementation(versionCatalog.unknown)
                implementation(project(":deep:core"))
                compileOnly("org.projectlombok:lombok:$lombokVersion")
            }""",
        "app/src/main/java/A.java": "class A {}",
        "buildSrc/src/main/kotlin/our.conventions.gradle.kts":
            'dependencies { implementation("x:convention:1") }\njava { toolchain { '
            "languageVersion = JavaLanguageVersion.of(21) } }",
        "elsewhere/build.gradle.kts": "",
        "elsewhere/src/main/java/B.java": "class B {}",
    }  # fmt: skip
    said, missing = written(files, tmp_path, "app")
    assert said == {
        "com.google:guava:33.0": "compile", "x:dashes:1": "compile", "x:parts:[2,3)": "compile",
        "x:bare": "compile", "x:all:9.9": "compile", "x:only:1": "compile",
        "x:convention:1": "compile", "org.widgets:core:7.1": "compile",
        "org.projectlombok:lombok:1.18": "provided",
    }  # fmt: skip
    assert missing == ["a dependency (implementation) in app/build.gradle.kts cannot be read"]
    checkout = project(tmp_path, files)
    found = gradle.read(checkout, "", lambda _: False)
    assert [module.folder for module in found.modules] == ["elsewhere", "app"]
    assert jvm_projects.runtime(checkout, "app") == "21"


ASKED = {
    "java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }": "21",
    "sourceCompatibility = 17": ">=17",
    "java.toolchain.languageVersion.set(JavaLanguageVersion.of(21))\noptions.release = 11": "21",
    "kotlin { jvmToolchain(17) }": "17",
    "a { languageVersion = JavaLanguageVersion.of(21) }\n"
    "b { languageVersion = JavaLanguageVersion.of(17) }": ">=21",
    "": "",
}


@pytest.mark.parametrize(("script", "wanted"), ASKED.items())
def test_a_toolchain_is_one_jdk_and_a_release_any_that_knows_it(
    script: str, wanted: str, tmp_path: Path
) -> None:
    checkout = project(tmp_path, {"build.gradle": script, "src/main/java/A.java": "class A {}"})
    assert jvm_projects.runtime(checkout, "") == wanted


RELEASES = {
    "sourceCompatibility = 1.8": "8",
    "sourceCompatibility = '11'": "11",
    "java { sourceCompatibility = JavaVersion.VERSION_17 }": "17",
    "sourceCompatibility = JavaVersion.VERSION_1_8": "8",
    "java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }": "21",
    "tasks.withType(JavaCompile) { options.release = 11 }": "11",
    "options.release.set(17)": "17",
    "kotlin { jvmToolchain(17) }": "17",
    "// sourceCompatibility = 1.8": "",
}


@pytest.mark.parametrize(("text", "wanted"), RELEASES.items())
def test_releases(text: str, wanted: str) -> None:
    assert release_in(text) == wanted


MAKING = {
    'java.srcDir(layout.buildDirectory.dir("generated/sources/node"))': True,
    "task gen(type: JavaExec) { }": True,
    "classes.dependsOn(copyThing)": True,
    "compileJava.dependsOn generateGrammar": True,
    "plugins { id 'antlr' }": True,
    "// classes.dependsOn(copyThing)": False,
    "tasks.withType(JavaCompile) { options.release = 8 }": False,
    "test { useJUnitPlatform() }\ncheckstyle { exclude '**/generated/**' }": False,
}


@pytest.mark.parametrize(("text", "wanted"), MAKING.items())
def test_builds_that_make_more_than_the_compiler_does_are_known(text: str, wanted: bool) -> None:
    assert bool(generates(text)) is wanted


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab.:=+,'\"$ {}[]()\n/*?;\\0", max_size=120))
def test_no_text_is_too_strange(text: str) -> None:
    build = Build()
    read(build, tokens(text))
    read(build, tokens(f"dependencies {{ {text} }}"))
    for statement in statements(tokens(text)):
        value(statement.rest, {"a": "b"})


def test_deep_nesting_ends() -> None:
    read(Build(), tokens("a {" * 2000 + "}" * 2000))
    assert value(tokens("(" * 3000 + "1" + ")" * 3000), {}) is None
    assert value(tokens('"${' * 50 + "}" * 50), {}) is None


@pytest.mark.sandbox
def test_a_project_and_its_jars_by_gradles_rule_for_versions(tmp_path: Path) -> None:
    repository = Repository()
    for version in ("1.0", "2.0"):
        repository.add(f"left:left:{version}", LEFT)
    deep = "<dependency><groupId>left</groupId><artifactId>left</artifactId><version>2.0</version>"
    repository.add("deep:deep:1", pom=f"<dependencies>{deep}</dependency></dependencies>")
    touch = "new File('PWNED').text = 'x'; 'touch /tmp/PWNED'.execute()\n"
    files = {
        "settings.gradle": f"{touch}include 'core', 'app'",
        "build.gradle": f"{touch}allprojects {{ group = 'org.widgets' }}",
        "core/build.gradle":
            "dependencies { api 'left:left:1.0'\n api 'deep:deep:1'\n api 'no:version' }",
        "core/src/main/java/core/Core.java":
            "package core; public class Core { public static String v = left.Left.is(); }",
        "app/build.gradle": "dependencies { implementation project(':core') }",
        "app/src/main/java/app/App.java":
            "package app; public class App { public static String v = core.Core.v; }",
    }  # fmt: skip
    checkout = project(tmp_path / "repo", files)
    with serving(repository) as url:
        at = maven_desk(tmp_path / "cache", url)
        wants = Wants(project="app")
        found = environments.prepare(checkout, "java", wants, java_toolchain(), at)
    assert "left-2.0.jar" in found.facts["classpath"]
    assert "left-1.0.jar" not in found.facts["classpath"]
    assert any("no:version is left out" in note for note in found.notes)
    assert run(found, main("System.out.println(app.App.v);")).stdout == b"2.0\n"
    assert not list(tmp_path.rglob("PWNED"))
    assert not Path("/tmp/PWNED").exists()


def test_only_build_files_of_projects_count(tmp_path: Path) -> None:
    names = ("pom.xml", "src/test/resources/it/pom.xml", "buildSrc/build.gradle")
    checkout = Checkout(str(tmp_path), tuple(sorted(names)))
    assert jvm_projects.installable(checkout, "")
    assert not jvm_projects.installable(checkout, "src/test/resources/it")
    assert not jvm_projects.installable(checkout, "buildSrc")
