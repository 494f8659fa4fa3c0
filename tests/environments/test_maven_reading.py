"""What is read of poms and of the operator's settings, without a jail: tables and properties."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.environments import find_project, maven_poms, maven_projects, runtime_wanted
from doc_healing.environments.maven_registries import CENTRAL, maven_access
from doc_healing.settings import Registries
from tests.environments.jvm_places import dependencies, dependency, pom
from tests.environments.places import project


def access(text: str, stated: tuple[tuple[str, str], ...] = (), **variables: str) -> list[str]:
    """The lines that the resolver gets, and the hosts that it may reach."""
    files = (("/home/somebody/.m2/settings.xml", text.encode()),) if text else ()
    found, notes = maven_access(Registries(variables, files), (), 1, stated)
    lines = found.files[0].data.decode().splitlines()
    kept = [" ".join(line.split("\t")) for line in lines if not line.startswith("authority")]
    hosts = sorted({host for host, _ in found.egress.public | found.egress.named})
    proxies = [f"proxy {url}" for _, url in found.egress.upstream]
    return [*kept, "hosts " + " ".join(hosts), *dict.fromkeys(proxies), *notes]


MIRROR = (
    "<settings><mirrors><mirror><id>m</id><mirrorOf>{}</mirrorOf><url>https://m.example/r/</url>"
    "</mirror></mirrors><servers><server><id>m</id><username>u</username>"
    "<password>p-p-p</password></server></servers></settings>"
)
ACTIVE = (
    "<settings><profiles><profile><id>a</id><repositories><repository><id>own</id>"
    "<url>https://own.example/r</url><snapshots><enabled>true</enabled></snapshots></repository>"
    "</repositories></profile></profiles><activeProfiles><activeProfile>{}</activeProfile>"
    "</activeProfiles></settings>"
)
HEADER = (
    "<settings><servers><server><id>central</id><configuration><httpHeaders><property>"
    "<name>X-Token</name><value>${env.REGISTRY_TOKEN}</value></property></httpHeaders>"
    "</configuration></server></servers></settings>"
)
PROXY = (
    "<settings><proxies><proxy><host>proxy.example</host><port>3128</port></proxy></proxies>"
    "</settings>"
)
PLAIN = f"repository central {CENTRAL}   no"
HOSTS = "hosts repo.maven.apache.org repo1.maven.org"
SETTINGS = [
    ("", [PLAIN, HOSTS]),
    ("<settings", [PLAIN, HOSTS]),
    ('<!DOCTYPE x [<!ENTITY a "b">]><settings/>', [PLAIN, HOSTS]),
    (MIRROR.format("central"), ["repository central https://m.example/r u p-p-p no",
                                "hosts m.example"]),
    (MIRROR.format("external:*"), ["repository central https://m.example/r u p-p-p no",
                                   "hosts m.example"]),
    (MIRROR.format("*,!central"), [PLAIN, HOSTS]),
    (MIRROR.format("other"), [PLAIN, HOSTS]),
    (ACTIVE.format("a"), ["repository own https://own.example/r   yes", PLAIN,
                          "hosts own.example repo.maven.apache.org repo1.maven.org"]),
    (ACTIVE.format("b"), [PLAIN, HOSTS]),
    (HEADER, ["header central X-Token t-t-t", PLAIN, HOSTS]),
    (PROXY, [PLAIN, HOSTS, "proxy http://proxy.example:3128"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), SETTINGS)
def test_the_operators_settings(text: str, wanted: list[str]) -> None:
    assert access(text, REGISTRY_TOKEN="t-t-t") == wanted


def test_a_projects_repositories_count_where_the_operator_lets_them_be_reached() -> None:
    stated = (
        ("again", "https://repo1.maven.org/maven2"),
        ("far", "https://far.example/r"),
        ("trick", "https://m.example/${env.HOME}"),
        ("fine", "https://m.example/snapshots"),
        ("file", "file:///etc"),
    )
    found = access(MIRROR.format("central"), stated)
    assert "repository project-1 https://m.example/snapshots   no" in found
    said = [line for line in found if "is not asked" in line]
    assert [line.split()[2] for line in said] == ["again", "far", "trick", "file"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_settings_and_no_pom_are_too_strange(text: str) -> None:
    access(f"<settings><mirrors><mirror>{text}</mirror></mirrors></settings>")
    maven_poms.parse(f"<project>{text}</project>")
    maven_poms.parse(text)


def test_entities_and_long_files_are_not_parsed() -> None:
    assert maven_poms.parse('<!DOCTYPE p [<!ENTITY a "aaaa">]><project>&a;</project>') is None
    assert maven_poms.parse(f"<project>{' ' * 3_000_000}</project>") is None


def test_a_copy_has_nothing_that_runs_or_reaches_out(tmp_path: Path) -> None:
    plugin = "<plugins><plugin><artifactId>evil</artifactId></plugin></plugins>"
    build = f"<build><extensions><extension/></extensions>{plugin}</build>"
    where = "<repositories><repository><url>https://x.example</url></repository></repositories>"
    profile = (
        f"<profiles><profile><id>x</id><activation><jdk>17</jdk></activation>{build}{where}"
        f"{dependencies('a:kept:1')}</profile><profile><id>y</id><activation><file>"
        f"<exists>/etc/passwd</exists></file></activation>{dependencies('a:gone:1')}</profile>"
        f"<profile><id>never</id>{dependencies('a:never:1')}</profile></profiles>"
    )
    system = dependency("a:system:1", "<systemPath>/etc/passwd</systemPath><scope>system</scope>")
    text = pom(f"{build}{where}{profile}<dependencies>{system}</dependencies>")
    checkout = project(tmp_path, {"pom.xml": text})
    found = maven_projects.read(checkout, "", lambda _: False)
    copied = found.poms["org.widgets:widgets:3.2.1"].decode()
    for word in ("build", "evil", "extension", "example", "passwd", "system", "gone", "never"):
        assert word not in copied, word
    assert "kept" in copied


def test_parents_and_properties_within_the_checkout(tmp_path: Path) -> None:
    parent = (
        "<parent><groupId>org.widgets</groupId><artifactId>root</artifactId>"
        "<version>${revision}</version></parent>"
    )
    root = "<properties><revision>5</revision><j>1.8</j><loop>${loop}</loop></properties>"
    own = "<properties><maven.compiler.source>${j}</maven.compiler.source></properties>"
    circle = (
        "<parent><groupId>a</groupId><artifactId>self</artifactId><version>1</version>{}</parent>"
    )
    files = {
        "pom.xml": pom(root, artifact="root", version="${revision}"),
        "in/pom.xml": pom(
            own, artifact="inner", version="${project.parent.version}", parent=parent
        ),
        "in/src/main/java/A.java": "class A {}",
        "self/pom.xml": pom(
            artifact="self", parent=circle.format("<relativePath>pom.xml</relativePath>")
        ),
    }
    checkout = project(tmp_path, files)
    assert maven_poms.poms(checkout)["in"].coordinates == "org.widgets:inner:5"
    assert maven_poms.poms(checkout)["self"].parents == ()
    assert maven_poms.poms(checkout)[""].resolved("${loop}") == "${loop}"
    assert find_project(checkout, "java", "README.md") == "in"
    assert runtime_wanted(checkout, "java", "in") == ">=8"


VERSIONS = {
    (".java-version", "17.0.2\n"): "17",
    (".java-version", "1.8"): "8",
    (".sdkmanrc", "# comment\njava=21.0.1-tem\n"): "21",
    (".tool-versions", "nodejs 20\njava temurin-17.0.9+9\n"): "17",
    ("other", "17"): "",
}


@pytest.mark.parametrize(("file", "wanted"), VERSIONS.items())
def test_version_files(file: tuple[str, str], wanted: str, tmp_path: Path) -> None:
    name, text = file
    checkout = project(tmp_path, {"pom.xml": pom(), name: text})
    assert runtime_wanted(checkout, "java", "") == wanted


def test_plugins_that_make_sources_leave_the_class_path_incomplete(tmp_path: Path) -> None:
    def plugin(name: str, phase: str) -> str:
        return (
            f"<plugin><artifactId>{name}</artifactId><executions><execution><phase>{phase}</phase>"
            "</execution></executions></plugin>"
        )

    named = (
        plugin("antlr4-maven-plugin", "") + plugin("exec-maven-plugin", "generate-sources")
        + plugin("maven-antrun-plugin", "test") + plugin("maven-jar-plugin", "package")
    )  # fmt: skip
    text = pom(f"<build><plugins>{named}</plugins></build>")
    checkout = project(tmp_path, {"pom.xml": text, "src/main/java/A.java": "class A {}"})
    assert maven_projects.read(checkout, "", lambda _: False).missing == (
        "widgets has what antlr4-maven-plugin makes: not run",
        "widgets has what exec-maven-plugin makes: not run",
    )
