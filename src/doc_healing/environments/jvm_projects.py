"""Java: the Maven and Gradle projects of a checkout, and the release that they ask for."""

import re

from doc_healing.environments import gradle, maven_poms, maven_projects
from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

NAMES = ("pom.xml", "build.gradle", "build.gradle.kts")
_ASIDE = re.compile(r"(^|/)(src|target|build|buildSrc|build-logic|archetype-resources)(/|$)")


def installable(checkout: Checkout, folder: str) -> bool:
    """Whether a build file stands there that is not one of a build's own tools or samples."""
    if _ASIDE.search(folder):
        return False
    return any(join(folder, name) in checkout.files for name in NAMES)


def is_package(checkout: Checkout, folder: str) -> bool:
    """Whether it has sources of its own: those go before aggregators."""
    main = join(folder, "src/main/java/")
    return any(path.startswith(main) for path in checkout.files)


def runtime(checkout: Checkout, project: str) -> str:
    """The JDK of its version files, or its build's toolchain, as a number; else ">=" its release.

    `.java-version` is jenv's, `.sdkmanrc` SDKMAN's, `.tool-versions` asdf's.
    """
    release, stated = _release(checkout, project), [0]
    for folder in dict.fromkeys((project, "")):
        stated.append(_number(read_text(checkout, join(folder, ".java-version"))))
        for name, pattern in (
            (".sdkmanrc", r"(?m)^\s*java\s*=\s*(\S+)"),
            (".tool-versions", r"(?m)^\s*java\s+(\S+)"),
        ):
            found = re.search(pattern, read_text(checkout, join(folder, name)))
            stated.append(_number(found[1]) if found else 0)
    if project not in maven_poms.poms(checkout) and max(stated) < max(release, 1):
        stated.append(_number(gradle.toolchain(checkout, project)))
    if max(stated) >= max(release, 1):
        return str(max(stated))
    return f">={release}" if release else ""


def _release(checkout: Checkout, project: str) -> int:
    poms = maven_poms.poms(checkout)
    if project in poms:
        return _number(maven_projects.release_of(poms[project]))
    return _number(gradle.release(checkout, project))


def _number(text: str) -> int:
    """8 of `1.8`, 17 of `temurin-17.0.9+9` and `17.0.9-tem`; 0 where there is none."""
    found = re.search(r"(?:^|[^\d.])(?:1\.)?(\d{1,2})(?:[.+\-_]|\s|$)", text.strip())
    return int(found[1]) if found else 0
