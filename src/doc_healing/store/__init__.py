"""What is kept in a database: outcomes and outlines by content, and what documents came to."""

from doc_healing.store.archive import Archive
from doc_healing.store.outlines import Outlines
from doc_healing.store.results import Results, Tally, kept_in

__all__ = ["Archive", "Outlines", "Results", "Tally", "kept_in"]
