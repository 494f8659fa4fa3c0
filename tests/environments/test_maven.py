"""Maven projects in the real jail, from repositories on this machine: good and hostile."""

import json
import threading
import time
from pathlib import Path

import pytest

from doc_healing import environments
from doc_healing.environments import store
from doc_healing.model import Environment, Status, Wants
from doc_healing.settings import InstallLimits
from tests.environments.jvm_places import (
    LEFT,
    Repository,
    dependencies,
    dependency,
    java_toolchain,
    main,
    maven_desk,
    pom,
    run,
    serving,
)
from tests.environments.places import project

pytestmark = pytest.mark.sandbox

WIDGET = (
    "package org.widgets; public class Widget { public String name() { return left.Left.is(); } }"
)
EVIL_BUILD = """
<build><extensions><extension><groupId>evil</groupId><artifactId>extension</artifactId>
<version>1</version></extension></extensions><plugins><plugin><groupId>evil</groupId>
<artifactId>evil-maven-plugin</artifactId><version>1</version><extensions>true</extensions>
<executions><execution><phase>validate</phase><goals><goal>run</goal></goals></execution>
</executions></plugin></plugins></build>
<reporting><plugins><plugin><groupId>evil</groupId><artifactId>report</artifactId></plugin></plugins>
</reporting>"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for this file: what is made for one registry is never used for another."""
    return tmp_path_factory.mktemp("cache")


def prepared(
    at: environments.Desk,
    root: Path,
    files: dict[str, str],
    wants: Wants = Wants(),  # noqa: B008
) -> Environment:
    return environments.prepare(project(root, files), "java", wants, java_toolchain(), at)


def names(found: Environment) -> list[str]:
    jars = [path for path in found.facts["classpath"].split(":") if path.endswith(".jar")]
    return sorted(path.rpartition("/")[2] for path in jars)


def above(coordinates: str, more: str = "") -> str:
    return dependency(coordinates, more).replace("dependency>", "parent>")


def test_jars_and_own_classes_are_there_and_no_build_logic_is_even_asked_for(
    cache: Path, tmp_path: Path
) -> None:
    repository = Repository()
    repository.add("evil:parent:1", packaging="pom", pom=EVIL_BUILD)
    parent = above("evil:parent:1")
    repository.add("left:left:1.0", LEFT, pom=parent + EVIL_BUILD)
    own = EVIL_BUILD + dependencies("left:left:1.0")
    extensions = "<extensions><extension><groupId>evil</groupId><artifactId>core</artifactId>"
    files = {
        "pom.xml": pom(own, parent=parent),
        ".mvn/extensions.xml": f"{extensions}<version>1</version></extension></extensions>",
        ".mvn/jvm.config": "-javaagent:/work/evil.jar",
        ".mvn/maven.config": "-Devil",
        "src/main/java/org/widgets/Widget.java": WIDGET,
        "src/main/java/module-info.java": "module org.widgets { requires left; }",
        "src/main/resources/hello.txt": "hello",
    }
    with serving(repository) as url:
        found = prepared(maven_desk(cache, url), tmp_path, files)
    assert not [path for path in repository.asked if "plugin" in path or "extension" in path]
    assert not [path for path in repository.asked if "/report/" in path or "/core/" in path]
    assert json.loads(found.facts["own"]) == ["org.widgets"]
    assert found.facts["incomplete"] == ""
    assert dict(found.packages) == {"left:left": "1.0", "org.widgets:widgets": "3.2.1"}
    told = 'new org.widgets.Widget().name() + Main.class.getResource("/hello.txt").getPath()'
    outcome = run(found, main(f"System.out.println({told});"))
    assert outcome.stdout == b"1.0/opt/java/own/0/hello.txt\n", outcome.stderr


def test_versions_are_chosen_as_maven_does(cache: Path, tmp_path: Path) -> None:
    repository = Repository()
    for version in ("1.0", "2.0", "3.0"):
        repository.add(f"left:left:{version}", LEFT)
    repository.add("deep:deep:1", pom=dependencies("left:left:3.0"))
    repository.add("near:near:1", pom=dependencies("deep:deep:1", "left:left:2.0"))
    repository.add("test:only:1", pom=dependencies("left:left:1.0"))
    repository.add("bom:bom:1", packaging="pom", pom=(
        f"<properties><deep.v>1</deep.v></properties><dependencyManagement>"
        f"{dependencies('deep:deep:${deep.v}', 'near:near:1')}</dependencyManagement>"
    ))  # fmt: skip
    optional = dependency("absent:optional:1", "<optional>true</optional>")
    repository.add("opt:opt:1", pom=f"<dependencies>{optional}</dependencies>")
    bom = dependency("bom:bom:1", "<type>pom</type><scope>import</scope>")
    exclusion = (
        "<exclusions><exclusion><groupId>left</groupId><artifactId>*</artifactId></exclusion>"
        "</exclusions>"
    )
    cases = {
        "near": (dependency("near:near"), ["left-2.0", "deep-1", "near-1"]),
        "excluded": (dependency("deep:deep", exclusion), ["deep-1"]),
        "optional": (dependency("opt:opt:1"), ["opt-1"]),
        "tests": (dependency("test:only:1", "<scope>test</scope>"), ["only-1", "left-1.0"]),
        "range": (dependency("left:left:[1.0,3.0)"), ["left-2.0"]),
        "profile": ("", ["left-1.0"]),
    }  # fmt: skip
    profile = (
        "<profiles><profile><id>a</id><activation><jdk>[11,)</jdk></activation>"
        f"{dependencies('left:left:1.0')}</profile><profile><id>b</id><activation><property>"
        f"<name>env.HOME</name></property></activation>{dependencies('left:left:3.0')}</profile></profiles>"
    )
    with serving(repository) as url:
        for name, (text, wanted) in cases.items():
            managed = (
                f"<dependencyManagement><dependencies>{bom}</dependencies></dependencyManagement>"
            )
            inside = f"{managed}<dependencies>{text}</dependencies>"
            whole = pom(inside + (profile if name == "profile" else ""))
            found = prepared(maven_desk(cache, url), tmp_path / name, {"pom.xml": whole})
            assert names(found) == sorted(f"{jar}.jar" for jar in wanted), name


def test_modules_come_from_their_sources_and_not_from_a_registry(
    cache: Path, tmp_path: Path
) -> None:
    repository = Repository()
    repository.add("left:left:1.0", LEFT)
    poisoned = {"org/widgets/base/Base.java": "package org.widgets.base; public class Base { }"}
    repository.add("org.widgets:base:3.2.1", poisoned)
    parent = above("org.widgets:root:${revision}")
    managed = f"<dependencyManagement>{dependencies('left:left:1.0')}</dependencyManagement>"
    root = (
        "<packaging>pom</packaging><properties><revision>3.2.1</revision></properties>"
        f"<modules><module>top</module><module>base</module><module>examples</module></modules>{managed}"
    )
    files = {
        "pom.xml": pom(root, artifact="root", version="${revision}"),
        "base/pom.xml": pom(
            dependencies("left:left"), artifact="base", parent=parent, version="${revision}"),
        "base/src/main/java/org/widgets/base/Base.java":
            "package org.widgets.base; public class Base { "
            "public String s() { return left.Left.is(); } }",
        "top/pom.xml": pom(
            dependencies("org.widgets:base:${project.version}"), artifact="top", parent=parent,
            version="${revision}"),
        "top/src/main/java/org/widgets/top/Top.java":
            "package org.widgets.top; public class Top extends org.widgets.base.Base { }",
        "examples/pom.xml": pom(artifact="examples", parent=parent, version="${revision}"),
        "examples/src/main/java/Broken.java": "class Broken { int x = ; }",
    }  # fmt: skip
    with serving(repository) as url:
        at = maven_desk(cache, url)
        whole = prepared(at, tmp_path / "whole", files)
        one = prepared(at, tmp_path / "one", files, Wants(project="top"))
    assert not [path for path in repository.asked if "/widgets/" in path]
    for found in (whole, one):
        assert set(found.modules) == {"org.widgets:top", "org.widgets:base"}
        assert found.facts["incomplete"] == ""
    outcome = run(whole, main("System.out.println(new org.widgets.top.Top().s());"))
    assert outcome.stdout == b"1.0\n", outcome.stderr


def test_a_lost_snapshot_has_the_release_that_is_nearest(cache: Path, tmp_path: Path) -> None:
    repository = Repository()
    for version in ("1.0", "1.1", "2.0"):
        repository.add(f"left:left:{version}", LEFT)
    managed = (
        f"<dependencyManagement>{dependencies('left:left:1.2-SNAPSHOT')}</dependencyManagement>"
    )
    repository.add("far:parent:5", packaging="pom", pom=managed)
    parent = above("far:parent:6-SNAPSHOT")
    with serving(repository) as url:
        files = {"pom.xml": pom(dependencies("left:left"), parent=parent)}
        found = prepared(maven_desk(cache, url), tmp_path, files)
    assert names(found) == ["left-1.1.jar"]
    assert "left:left 1.2-SNAPSHOT is in no registry: 1.1 stands for it" in found.notes
    assert "far:parent 6-SNAPSHOT is in no registry: 5 stands for it" in found.notes


def test_a_parent_outside_of_the_checkout_is_not_read(cache: Path, tmp_path: Path) -> None:
    repository = Repository()
    repository.add("left:left:1.0", LEFT)
    outside = pom(
        f"<properties><v>1.0</v></properties>{dependencies('left:left:1.0')}", artifact="out"
    )
    (tmp_path / "pom.xml").write_text(outside)
    parent = above("org.widgets:out:3.2.1", "<relativePath>../pom.xml</relativePath>")
    own = dependencies("left:left:1.0", "unversioned:thing")
    with serving(repository) as url:
        found = prepared(
            maven_desk(cache, url), tmp_path / "repo", {"pom.xml": pom(own, parent=parent)}
        )
    assert names(found) == ["left-1.0.jar"]
    assert any("org.widgets:out:3.2.1 is in no registry" in note for note in found.notes)
    assert any("unversioned:thing is left out" in note for note in found.notes)


def test_only_configured_registries_are_asked(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "very-secret")
    repository, elsewhere = Repository(), Repository()
    repository.add("left:left:1.0", LEFT, pom=(
        "<repositories><repository><id>x</id><url>http://127.0.0.1:9/${env.SECRET}</url></repository>"
        "</repositories>"
    ))  # fmt: skip
    with serving(repository) as url, serving(elsewhere) as other:
        system = dependency(
            "a:system:1", "<scope>system</scope><systemPath>/etc/passwd</systemPath>"
        )
        inside = (
            f"<repositories><repository><id>other</id><url>{other}/${{env.SECRET}}</url></repository>"
            f"<repository><id>more</id><url>{other}</url></repository></repositories>"
            f"<dependencies>{system}{dependency('left:left:1.0')}{dependency('only:there:1')}</dependencies>"
        )
        found = prepared(maven_desk(cache, url), tmp_path, {"pom.xml": pom(inside)})
    assert elsewhere.asked == []
    assert names(found) == ["left-1.0.jar"]
    assert any("repository more of the project is not asked" in note for note in found.notes)
    assert any("a:system has scope system" in note for note in found.notes)
    assert "only:there:jar:1 is in no registry" in found.facts["incomplete"]
    assert not [path for path in repository.asked if "very-secret" in path]


PROCESSOR = """
package proc;
import java.util.Set; import javax.annotation.processing.*; import javax.lang.model.*;
import javax.lang.model.element.*;
@SupportedAnnotationTypes("*")
public class Maker extends AbstractProcessor {
  boolean done;
  @Override public SourceVersion getSupportedSourceVersion() { return SourceVersion.latest(); }
  @Override public boolean process(Set<? extends TypeElement> all, RoundEnvironment round) {
    if (done) return false; done = true;
    try (var out = processingEnv.getFiler().createSourceFile("org.widgets.Made").openWriter()) {
      boolean net = new java.io.File("/opt/socket").exists() || System.getenv("HTTP_PROXY") != null;
      out.write("package org.widgets; public class Made { public static boolean net = " + net);
      out.write("; }");
    } catch (java.io.IOException e) { throw new RuntimeException(e); }
    return false;
  }
}"""
SERVICE = {"META-INF/services/javax.annotation.processing.Processor": "proc.Maker"}


def test_a_processor_runs_only_where_it_is_needed_and_then_without_a_network(
    cache: Path, tmp_path: Path
) -> None:
    repository = Repository()
    repository.add("proc:proc:1", {"proc/Maker.java": PROCESSOR}, files=SERVICE)
    plain = "package org.widgets; public class Widget { }"
    needing = "package org.widgets; public class Widget { public boolean net = Made.net; }"
    named = (
        "<build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><configuration>"
        "<annotationProcessorPaths><path><groupId>proc</groupId><artifactId>proc</artifactId>"
        "<version>1</version></path></annotationProcessorPaths></configuration></plugin></plugins></build>"
    )
    place = "src/main/java/org/widgets/Widget.java"
    with serving(repository) as url:
        at = maven_desk(cache, url)
        own = {"pom.xml": pom(dependencies("proc:proc:1"))}
        idle = prepared(at, tmp_path / "idle", {**own, place: plain})
        busy = prepared(at, tmp_path / "busy", {**own, place: needing})
        path = prepared(at, tmp_path / "path", {"pom.xml": pom(named), place: needing})
    assert not [note for note in idle.notes if "processors ran" in note]
    assert not [*cache.glob("environments/*/root/0/org/widgets/Made.class")][2:]
    for found in (busy, path):
        assert any("annotation processors ran in the sandbox" in note for note in found.notes)
        assert found.facts["incomplete"] == ""
        outcome = run(found, main("System.out.println(new org.widgets.Widget().net);"))
        assert outcome.stdout == b"false\n", outcome.stderr
    assert names(path) == []


def test_files_that_do_not_compile_cost_their_own_classes_and_no_others(
    cache: Path, tmp_path: Path
) -> None:
    start = "src/main/java/org/widgets"
    files = {
        "pom.xml": pom(),
        f"{start}/Good.java": "package org.widgets; public class Good { "
        "public int n() { return 7; } public Bad later() { return null; }\n"
        "  /** Was.\n   *\n   * @deprecated use\n   *     {@link #n()}\n   * @since 1 */\n"
        "  @Deprecated public int old(String... a) { return 1; } }",
        f"{start}/Bad.java": 'package org.widgets; public class Bad { gen.Gone m; int x = "s"; }',
        f"{start}/Worse.java": "package org.widgets; public class Worse { void broken( { }",
        f"{start}/Heir.java": "package org.widgets; class Heir extends gen.Base { }",
        f"{start}/Version.java.in": "package @package@; public class Version { "
        'public static String is = "@project.version@@projectversion@"; }',
    }
    with serving(Repository()) as url:
        found = prepared(maven_desk(cache, url), tmp_path, files)
    assert found.facts["incomplete"].startswith(
        "3 of 5 source files do not compile: src/main/java/"
    )
    said = {"org.widgets.Good#old(java.lang.String...)": "use {@link #n()}"}
    assert json.loads(found.facts["deprecated"]) == said
    told = "new org.widgets.Good().n() + org.widgets.Version.is"
    outcome = run(found, main(f"System.out.println({told});"))
    assert outcome.stdout == b"73.2.13.2.1\n", outcome.stderr
    lost = run(found, main("new org.widgets.Good().later();")).stderr
    assert b"class file for org.widgets.Bad not found" in lost


def test_latin_1_sources_and_an_old_release(cache: Path, tmp_path: Path) -> None:
    text = 'package w; public class W { public static int n = "\xe9".length(); int _ = 1; }'
    properties = (
        "<properties><project.build.sourceEncoding>ISO-8859-1</project.build.sourceEncoding>"
        "<maven.compiler.source>1.8</maven.compiler.source></properties>"
    )
    files: dict[str, str | bytes] = {
        "pom.xml": pom(properties),
        "src/main/java/w/W.java": text.encode("latin-1"),
    }
    with serving(Repository()) as url:
        checkout = project(tmp_path, files)
        at = maven_desk(cache, url)
        found = environments.prepare(checkout, "java", Wants(), java_toolchain(), at)
    assert (found.facts["release"], found.facts["incomplete"]) == ("8", "")
    assert run(found, main("System.out.println(w.W.n);")).stdout == b"1\n"


# --- failures ----------------------------------------------------------------------------------


def test_a_package_that_is_nowhere_says_so(cache: Path, tmp_path: Path) -> None:
    wants = Wants(packages=("absent:thing:1.0",), install_project=False)
    with serving(Repository()) as url, pytest.raises(environments.InstallFailed) as raised:
        prepared(maven_desk(cache, url), tmp_path, {}, wants)
    assert "absent:thing:jar:1.0: it is in no registry" in raised.value.message


def test_a_jar_that_is_not_what_its_checksum_says_is_refused(cache: Path, tmp_path: Path) -> None:
    repository = Repository()
    repository.add("left:left:1.0", LEFT)
    repository.pages["/left/left/1.0/left-1.0.jar"] += b"more"
    with serving(repository) as url, pytest.raises(environments.InstallFailed) as raised:
        prepared(maven_desk(cache, url), tmp_path, {"pom.xml": pom(dependencies("left:left:1.0"))})
    assert "hecksum" in raised.value.message


def test_a_password_is_used_and_never_shown(cache: Path, tmp_path: Path) -> None:
    repository = Repository("somebody:hush-hush")
    repository.add("left:left:1.0", LEFT)
    files = {"pom.xml": pom(dependencies("left:left:1.0"))}
    server = "<server><id>here</id><username>somebody</username><password>{}</password></server>"
    with serving(repository) as url:
        good = maven_desk(cache, url, servers=server.format("hush-hush"))
        assert names(prepared(good, tmp_path / "a", files)) == ["left-1.0.jar"]
        bad = maven_desk(cache, url, servers=server.format("wrong-word"))
        with pytest.raises(environments.InstallFailed) as raised:
            prepared(bad, tmp_path / "b", files)
    assert "401" in raised.value.message
    assert "wrong-word" not in raised.value.message
    kept = [
        path for path in cache.rglob("*") if path.is_file() and b"hush-hush" in path.read_bytes()
    ]
    assert not kept


def test_a_registry_that_hangs_meets_the_limit(cache: Path, tmp_path: Path) -> None:
    repository = Repository()
    repository.hangs = threading.Event()
    java_toolchain()
    with serving(repository) as url:
        at = maven_desk(cache, url, limits=InstallLimits(wall_seconds=8))
        begin = time.monotonic()
        with pytest.raises(environments.InstallFailed) as raised:
            prepared(at, tmp_path, {"pom.xml": pom(dependencies("left:left:1.0"))})
    assert time.monotonic() - begin < 80
    assert "limit of 8 s" in raised.value.message
    assert raised.value.connection


# --- again -------------------------------------------------------------------------------------


def test_what_was_downloaded_once_is_enough_later(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    repository = Repository()
    repository.add("left:left:1.0", LEFT)
    files = {"pom.xml": pom(dependencies("left:left:1.0"))}
    with serving(repository) as url:
        at = maven_desk(cache, url)
        first = prepared(at, tmp_path / "repo", files)
        asked = len(repository.asked)
    again = prepared(at, tmp_path / "repo", files)
    assert again.key == first.key
    assert len(repository.asked) == asked
    at.leases.close()
    for entry in store.entries(cache / "environments"):
        if entry.kind == "dependencies":
            store.remove_tree(entry.root.parent)
    assert names(prepared(at, tmp_path / "repo", files)) == ["left-1.0.jar"]
    assert len(repository.asked) == asked


def test_two_projects_see_nothing_of_each_other(cache: Path, tmp_path: Path) -> None:
    repository = Repository()
    for version in ("1.0", "2.0"):
        repository.add(f"left:left:{version}", LEFT)
    code = "package {0}; public class W {{ public static String v = left.Left.is(); }}"
    with serving(repository) as url:
        at = maven_desk(cache, url)
        found = [
            prepared(at, tmp_path / name, {
                "pom.xml": pom(dependencies(f"left:left:{version}"), artifact=name),
                f"src/main/java/{name}/W.java": code.format(name),
            })
            for name, version in (("one", "1.0"), ("two", "2.0"))
        ]  # fmt: skip
    for environment, name, version in zip(found, ("one", "two"), ("1.0", "2.0"), strict=True):
        told = f'System.out.println({name}.W.v); new java.io.FileOutputStream("/opt/java/deps/x");'
        outcome = run(environment, main(told))
        assert outcome.stdout.decode() == f"{version}\n"
        assert b"Read-only file system" in outcome.stderr
        other = "two" if name == "one" else "one"
        assert run(environment, main(f"{other}.W.v.length();")).status is Status.FAILED
