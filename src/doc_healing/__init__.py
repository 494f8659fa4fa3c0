"""doc-healing keeps the code in documentation true."""

__version__ = "0.1.0"
