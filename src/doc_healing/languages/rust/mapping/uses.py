"""What a Rust snippet uses, traced back to its `use` declarations."""

from collections.abc import Sequence

from doc_healing.model import Use


def uses(code: str, before: Sequence[str] = ()) -> Sequence[Use]:  # noqa: ARG001
    """Nothing yet: outlines and surfaces came first."""
    return ()
