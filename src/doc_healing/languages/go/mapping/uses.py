"""What a Go snippet uses."""

from collections.abc import Sequence

from doc_healing.model import Use


def uses(code: str, before: Sequence[str] = ()) -> Sequence[Use]:  # noqa: ARG001 - to come
    """Nothing yet."""
    return ()
