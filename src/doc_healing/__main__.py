"""`python -m doc_healing` is the command `doc-healing`."""

from doc_healing.cli import run

if __name__ == "__main__":
    run()
