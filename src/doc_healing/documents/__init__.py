"""Documents: bytes to snippets, and (bytes, new code) to bytes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from doc_healing.documents.reader import read
    from doc_healing.documents.rewrite import rewrite

__all__ = ["read", "rewrite"]


def __getattr__(name: str) -> Any:
    """Loaded when it is asked for: who only looks for documents needs no parser."""
    if name not in __all__:
        raise AttributeError(name)
    modules = {"read": "reader", "rewrite": "rewrite"}
    found = {one: getattr(import_module(f"{__name__}.{modules[one]}"), one) for one in modules}
    globals().update(found)
    return found[name]
