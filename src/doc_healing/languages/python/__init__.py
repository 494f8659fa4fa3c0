"""Python: scripts, transcripts and fragments."""
