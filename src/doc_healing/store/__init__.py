"""What is kept in a database: outcomes by content, and what whole documents came to."""

from doc_healing.store.archive import Archive
from doc_healing.store.results import Results, Tally, kept_in

__all__ = ["Archive", "Results", "Tally", "kept_in"]
