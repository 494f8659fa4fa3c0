"""Dependency installation: manifests -> Environment.

Two phases. Install: a trusted installer in the jail, that reaches the registries through a proxy
of ours and executes nothing of the repository; the repository's own build, in a jail without any
of it. Run: no network, the environment mounted read-only. Nothing is guessed from import names.
"""

from dataclasses import replace

from doc_healing.environments.desk import Clock, Desk, InstallFailed
from doc_healing.environments.projects import find_project, runtime_wanted
from doc_healing.model import Checkout, Environment, Toolchain, Wants

__all__ = ["Desk", "InstallFailed", "find_project", "prepare", "runtime_wanted"]


def prepare(
    checkout: Checkout, language: str, wants: Wants, toolchain: Toolchain, desk: Desk
) -> Environment:
    """The environment that the wants ask for, installed if it is not there yet.

    `desk.limits.wall_seconds` is for all its phases together.

    It stays leased until `desk.leases.close()`: no pruning removes it. Raises `InstallFailed`
    with the installer's own message, and `InfraError` for a full disk or a broken sandbox.
    """
    desk = replace(desk, clock=Clock())
    # Each installer is loaded where it is needed.
    if language == "python":
        from doc_healing.environments import python

        return python.prepare(checkout, wants, toolchain, desk)
    if language in ("javascript", "typescript"):
        from doc_healing.environments import node

        return node.prepare(checkout, wants, toolchain, desk)
    if language == "rust":
        from doc_healing.environments import cargo

        return cargo.prepare(checkout, wants, toolchain, desk)
    if language == "go":
        from doc_healing.environments import go_modules

        return go_modules.prepare(checkout, wants, toolchain, desk)
    if language == "java":
        from doc_healing.environments import maven

        return maven.prepare(checkout, wants, toolchain, desk)
    return Environment(key="", language=language, mounts=toolchain.mounts)
