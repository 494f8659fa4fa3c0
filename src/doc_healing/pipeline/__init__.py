"""The one path from documents to findings: group, prepare, run, read.

It names no language and no sandbox: `compose` hands it both. Nothing in here raises for what a
snippet, an installer or a sandbox does; the worst that comes of them is an UNVERIFIED finding.
"""

from doc_healing.pipeline.blame import Base, blamed
from doc_healing.pipeline.examine import INSTALLERS, examine
from doc_healing.pipeline.recall import Known, covered, recalled
from doc_healing.pipeline.tools import Archive, Memory, Preparer, Tools, Watcher

__all__ = [
    "INSTALLERS",
    "Archive",
    "Base",
    "Known",
    "Memory",
    "Preparer",
    "Tools",
    "Watcher",
    "blamed",
    "covered",
    "examine",
    "recalled",
]
