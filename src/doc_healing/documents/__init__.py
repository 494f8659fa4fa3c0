"""Documents: bytes to snippets, and (bytes, new code) to bytes."""

from doc_healing.documents.reader import read
from doc_healing.documents.rewrite import rewrite

__all__ = ["read", "rewrite"]
