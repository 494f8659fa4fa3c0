"""What runs inside the jail, on the project's own interpreter: Python 3.6 and newer.

These files are shipped with every program. They import the standard library alone and each
other; `notation` and `shape` are also used on the host, for `lint`.
"""
