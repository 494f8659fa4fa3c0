"""The fitted weights and the calibration of `confidence`; written by a script, not by hand."""

from collections.abc import Mapping, Sequence

# Of the features in their order: constant, body, lines, name, parameters, equal, small,
# body by size, votes, against, aligned, neighbours, siblings, gone and fresh, unique, files,
# elsewhere.
_RENAME = (-7.2, 4.0, 1.5, 2.4, 1.2, 2.5, -0.6, 0.4, 1.6, -1.5, 1.5, 1.6, 1.0, 0.6, 0.5, 0.0, -2.0)
_MOVE = (-8.0, 5.0, 2.0, 0.0, 1.0, 2.0, -1.5, 0.6, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.8, 0.5, -1.0)
_BOTH = (-11.0, 4.5, 1.5, 2.8, 1.0, 2.5, -2.0, 0.5, 2.0, -2.0, 0.5, 1.0, 0.8, 0.8, 0.8, 0.8, -2.0)
# What the fit starts from and is drawn to, by the shape of the pair.
PRIOR: Mapping[str, Sequence[float]] = {"rename": _RENAME, "move": _MOVE, "both": _BOTH}
WEIGHTS: Mapping[str, Sequence[float]] = {
    "rename callable": _RENAME,
    "rename container": _RENAME,
    "rename value": _RENAME,
    "move callable": _MOVE,
    "move container": _MOVE,
    "move value": _MOVE,
    "both callable": _BOTH,
    "both container": _BOTH,
    "both value": _BOTH,
}
CALIBRATION: Sequence[tuple[float, float]] = ((0.0, 0.0), (1.0, 1.0))
