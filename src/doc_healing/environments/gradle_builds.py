"""What the Gradle scripts of one project say: dependencies, versions, repositories, releases."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from doc_healing.environments.gradle_scripts import (
    Call,
    Statement,
    Token,
    Value,
    arguments,
    statements,
    value,
)

_TOOLCHAINS = (r"JavaLanguageVersion\.of\(\s*[\"']?(\d+)", r"\bjvmToolchain\(\s*(\d+)")
_RELEASES = (
    r"\brelease\s*(?:=|\.set\()\s*(\d+)",
    r"\btargetCompatibility\s*[=(]?\s*(?:JavaVersion\.VERSION_)?[\"']?(?:1[._])?(\d+)",
    r"\bsourceCompatibility\s*[=(]?\s*(?:JavaVersion\.VERSION_)?[\"']?(?:1[._])?(\d+)",
    *_TOOLCHAINS,
)
# Signs that the build makes sources, classes or resources that compiling does not.
_GENERATES = re.compile(
    r"""generated/(?:sources?|resources?|src|main)|\bJavaExec\b|\bjavaexec\b
      | \bclasses\s*\.\s*dependsOn | \bclasses\s*\{[^}]{0,80}dependsOn
      | \b(?:compileJava|processResources)\b[^\n]{0,60}(?:dependsOn|doLast|finalizedBy)
      | ["'](?:antlr|com\.google\.protobuf)["']
      | ["'][\w.]*(?:avro|jooq|openapi\.generator|javacc|jflex|jaxb|xjc)["']
    """,
    re.VERBOSE,
)
_NAMED_REPOSITORIES = {
    "google": "https://dl.google.com/dl/android/maven2",
    "jcenter": "https://jcenter.bintray.com",
    "gradlePluginPortal": "https://plugins.gradle.org/m2",
}


@dataclass
class Build:
    """What was read so far; scripts of one project are read into one, in the order they apply."""

    known: dict[str, Value] = field(default_factory=dict)
    dependencies: list[tuple[str, Value]] = field(default_factory=list)
    managed: list[Value] = field(default_factory=list)
    excluded: list[tuple[str, str]] = field(default_factory=list)
    repositories: list[tuple[str, str]] = field(default_factory=list)
    plugins: dict[str, str] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)  # `apply from`
    shared: list[tuple[str, tuple[Token, ...]]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


def read(build: Build, code: Iterable[Token], depth: int = 0) -> None:
    """Add what a script or block says. Nothing of it runs."""
    if depth > 8:
        return
    for statement in statements(tuple(code)):
        _take(build, statement, depth)


def generates(text: str) -> str:
    """What in a script says that its build makes more than the compiler does; or ""."""
    found = _GENERATES.search(_without_comments(text))
    return " ".join(found[0].split())[:60] if found else ""


def release_in(text: str) -> str:
    """The Java release that a script states, as a number; or ""."""
    text = _without_comments(text)
    for pattern in _RELEASES:
        if found := re.search(pattern, text):
            return found[1]
    return ""


def toolchain_in(text: str) -> str:
    """The one JDK that a script asks for, as a number; "" for none, or for several."""
    text = _without_comments(text)
    found = {number for pattern in _TOOLCHAINS for number in re.findall(pattern, text)}
    return found.pop() if len(found) == 1 else ""


def _without_comments(text: str) -> str:
    return re.sub(r"(?<!:)//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def _take(build: Build, statement: Statement, depth: int) -> None:
    head, block = statement.head, statement.block
    if statement.assigns:
        _assign(build, head, value(statement.rest, build.known))
    elif head in ("allprojects", "subprojects", "configure", "project") and block is not None:
        build.shared.append((_whom(build, statement), block))
    elif head == "dependencies" and block is not None:
        _dependencies(build, block)
    elif head == "dependencyManagement" and block is not None:
        _management(build, block)
    elif head == "repositories" and block is not None:
        _repositories(build, block)
    elif head == "plugins" and block is not None:
        _plugins(build, block)
    elif head == "sourceSets" and block is not None:
        _sources(build, block, ())
    elif head in ("ext", "extra", "buildscript", "if", "else", "afterEvaluate", "configurations"):
        if head == "configurations":
            _exclusions(build, block or ())
        elif block is not None:
            read(build, _only_variables(block) if head == "buildscript" else block, depth + 1)
    else:
        _say(build, statement)


def _say(build: Build, statement: Statement) -> None:
    """Statements that are one line: `apply`, `group "x"`, `set("x", y)`, `val x by extra(y)`."""
    head, rest = statement.head, statement.rest
    positional, named = arguments(rest, build.known)
    if head == "apply":
        if isinstance(place := named.get("from"), str):
            build.applied.append(place)
        if isinstance(plugin := named.get("plugin"), str):
            build.plugins.setdefault(plugin, "")
    elif head in ("group", "version") and positional:
        _assign(build, head, positional[0])
    elif head.endswith("set") and len(positional) == 2 and isinstance(positional[0], str):
        _assign(build, positional[0], positional[1])
    elif rest and rest[0].text == "by":
        _assign(build, head, value(rest[1:], build.known))
    elif rest and rest[0].text == ":" and any(token.text == "=" for token in rest):
        start = next(number for number, token in enumerate(rest) if token.text == "=")
        _assign(build, head, value(rest[start + 1 :], build.known))
    elif len(rest) > 2 and rest[0].kind == "name" and rest[1].text == "=":  # `int x = 1`
        _assign(build, rest[0].text, value(rest[2:], build.known))


def _assign(build: Build, head: str, what: Value) -> None:
    name = re.sub(r"^((rootProject|project|ext|extra|this)\.)+", "", head)
    if what is not None:
        build.known[name] = what


def _whom(build: Build, statement: Statement) -> str:
    if statement.head != "project":
        return statement.head
    positional, _ = arguments(statement.rest, build.known)
    return positional[0] if positional and isinstance(positional[0], str) else "subprojects"


def _only_variables(block: Iterable[Token]) -> list[Token]:
    """Of `buildscript` the variables: its dependencies are Gradle's own."""
    kept: list[Token] = []
    for statement in statements(tuple(block)):
        if statement.head in ("ext", "extra") and statement.block is not None:
            kept += [*statement.block, Token("end", "\n")]
        elif statement.assigns:
            parts = [Token("name", part) for part in statement.head.split(".")]
            dotted = [t for part in parts for t in (Token("mark", "."), part)][1:]
            kept += [*dotted, Token("mark", "="), *statement.rest, Token("end", "\n")]
    return kept


# --- blocks ------------------------------------------------------------------------------------


def _dependencies(build: Build, block: Iterable[Token]) -> None:
    for statement in statements(tuple(block)):
        head = statement.head
        if head == "constraints" and statement.block is not None:
            for inner in statements(statement.block):
                positional, named = arguments(inner.rest, build.known)
                build.managed += [*positional, *([named] if named else [])]
            continue
        if head in ("components", "modules", "attributesSchema", "if", "else"):
            if head in ("if", "else") and statement.block is not None:
                _dependencies(build, statement.block)
            continue
        if head == "add":
            positional, _ = arguments(statement.rest, build.known)
            if len(positional) > 1 and isinstance(positional[0], str):
                build.dependencies.append((positional[0], positional[1]))
            continue
        positional, named = arguments(statement.rest, build.known)
        for one in positional or [None]:
            if named and one is None:
                build.dependencies.append((head, dict(named)))
            else:
                build.dependencies.append((head, one))


def _management(build: Build, block: Iterable[Token]) -> None:
    """https://docs.spring.io/dependency-management-plugin/docs/current/reference/html/."""
    for statement in statements(tuple(block)):
        if statement.block is None:
            continue
        for inner in statements(statement.block):
            positional, named = arguments(inner.rest, build.known)
            if inner.head in ("mavenBom", "ofPlatform"):
                build.managed += [Call("platform", (one,), {}) for one in positional]
            elif inner.head == "dependency":
                build.managed += [*positional, *([named] if named else [])]


def _repositories(build: Build, block: Iterable[Token]) -> None:
    for statement in statements(tuple(block)):
        positional, named = arguments(statement.rest, build.known)
        url = named.get("url") or (positional[0] if positional else None)
        if statement.head == "maven" and statement.block is not None:
            for inner in statements(statement.block):
                if inner.head in ("url", "setUrl"):
                    stated = value(inner.rest, build.known)
                    url = stated.arguments[0] if isinstance(stated, Call) else stated
        if statement.head == "maven" and isinstance(url, str):
            build.repositories.append((url.rpartition("://")[2].partition("/")[0], url))
        elif statement.head in _NAMED_REPOSITORIES:
            build.repositories.append((statement.head, _NAMED_REPOSITORIES[statement.head]))


def _plugins(build: Build, block: Iterable[Token]) -> None:
    for statement in statements(tuple(block)):
        if statement.head == "id":
            texts = [token for token in statement.rest if token.kind == "text"]
            if texts:
                stated = value([texts[1]], build.known) if len(texts) > 1 else ""
                build.plugins[texts[0].text] = stated if isinstance(stated, str) else ""
        elif statement.head == "alias":
            positional, _ = arguments(statement.rest, build.known)
            if positional and isinstance(positional[0], str):
                name, _, version = positional[0].partition(":")
                build.plugins[name] = version
        else:
            build.plugins.setdefault(statement.head.replace("`", ""), "")


def _sources(build: Build, block: Iterable[Token], path: tuple[str, ...]) -> None:
    """`main { java { srcDirs = [...] } }`, `main.java.srcDir "x"`."""
    for statement in statements(tuple(block)):
        here = (*path, *statement.head.split("."))
        if statement.block is not None and len(here) < 6:
            _sources(build, statement.block, here)
        if here[-1] not in ("srcDir", "srcDirs", "setSrcDirs") or "main" not in here:
            continue
        if "java" in here:
            positional, _ = arguments(statement.rest, build.known)
            for one in positional:
                items = one if isinstance(one, list) else [one]
                build.sources += [item for item in items if isinstance(item, str)]


def _exclusions(build: Build, block: Iterable[Token]) -> None:
    for statement in statements(tuple(block)):
        if statement.head.endswith("exclude"):
            _, named = arguments(statement.rest, build.known)
            group, module = named.get("group"), named.get("module")
            if isinstance(group, str) or isinstance(module, str):
                build.excluded.append((_star(group), _star(module)))
        elif statement.block is not None:
            _exclusions(build, statement.block)


def _star(stated: Value) -> str:
    return stated if isinstance(stated, str) else "*"


def known_properties(text: str) -> Mapping[str, Value]:
    """The entries of a gradle.properties file."""
    found: dict[str, Value] = {}
    for line in text.splitlines():
        match = re.match(r"\s*([^#!\s=:][^\s=:]*)\s*[=:\s]\s*(.*?)\s*$", line)
        if match:
            found[match[1]] = match[2]
    return found
