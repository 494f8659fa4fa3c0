"""The sandboxes, in the order in which they are preferred. Adding one: one file and one line."""

from collections.abc import Callable

from doc_healing.protocols import Sandbox
from doc_healing.sandboxes.bubblewrap import Bubblewrap

SANDBOXES: list[Callable[[], Sandbox]] = [Bubblewrap]
