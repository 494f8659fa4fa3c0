"""Java: the Maven and Gradle projects of a checkout, and the release that they ask for."""

from doc_healing.environments.sources import join
from doc_healing.model import Checkout

NAMES = ("pom.xml", "build.gradle", "build.gradle.kts")


def installable(checkout: Checkout, folder: str) -> bool:
    """Whether a build file stands there."""
    return any(join(folder, name) in checkout.files for name in NAMES)


def is_package(checkout: Checkout, folder: str) -> bool:
    """Whether it has sources of its own: those go before aggregators."""
    main = join(folder, "src/main/java/")
    return any(path.startswith(main) for path in checkout.files)


def runtime(checkout: Checkout, project: str) -> str:  # noqa: ARG001 - read by its installer
    """Nothing yet."""
    return ""
