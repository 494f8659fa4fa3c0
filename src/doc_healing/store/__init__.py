"""What is kept in a database: outcomes by content."""

from doc_healing.store.results import Results, Tally

__all__ = ["Results", "Tally"]
