"""The code map: which documentation depends on which code, and what a change did to it.

Language-neutral: what only a language knows its `Mapper` says. Nothing here runs anything, asks
git or touches a file; trees come as a `Source` and answers are values.
"""
