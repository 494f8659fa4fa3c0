"""Names of the JDK that newer or older versions have: their lack here is no fault of a page.

From the "since" of https://docs.oracle.com/en/java/javase/25/docs/api and the removals of the JEPs
after Java 17, the oldest that we run, and of JEP 320 (what left the JDK with Java 11).
"""

import re

_NEWER = frozenset(
    "getFirst getLast removeFirst removeLast addFirst addLast reversed putFirst putLast firstEntry "
    "lastEntry pollFirstEntry pollLastEntry sequencedKeySet sequencedValues sequencedEntrySet "
    "newSequencedSetFromMap unmodifiableSequencedCollection SequencedCollection SequencedSet "
    "SequencedMap clamp ceilDiv ceilMod ceilDivExact splitWithDelimiters isEmoji "
    "isEmojiPresentation repeat ofVirtual ofPlatform startVirtualThread isVirtual threadId "
    "newVirtualThreadPerTaskExecutor newThreadPerTaskExecutor resultNow exceptionNow state gather "
    "Gatherer Gatherers StructuredTaskScope ScopedValue Arena MemorySegment MemoryLayout Linker "
    "SymbolLookup ValueLayout FunctionDescriptor SegmentAllocator StableValue IO KEM KDF "
    "newHashMap newHashSet newLinkedHashMap newLinkedHashSet PEMEncoder PEMDecoder ClassFile "
    "StringTemplate compress expand SimpleFileServer HttpHandlers ofLocalizedPattern "
    "equalsCodePoints indexOf close shutdownNow awaitTermination until".split()
)
_GONE = frozenset(
    "SecurityManager getSecurityManager setSecurityManager stop suspend resume countStackFrames "
    "finalize runFinalization Applet JApplet AccessController doPrivileged allowThreadSuspension "
    "destroy Compiler runFinalizersOnExit traceInstructions traceMethodCalls Observable".split()
)
_LEFT = re.compile(
    r"javax\.(?:xml\.(?:bind|ws|soap)|activation|annotation|jws|transaction|rmi)\b|org\.omg\b|"
    r"sun\.|com\.sun\.|jdk\.internal\b|jdk\.incubator\b|java\.applet\b|javafx\b|netscape\b"
)
_SYNTAX = (
    (
        r"\bcase\s+[\w.]+\s*\([^()]*\)\s*(?:->|:|when\b|&&)|instanceof\s+[\w.<>]+\s*\(",
        "record patterns",
    ),
    (r"(?<![\w$])_(?![\w$])", "unnamed variables"),
    (r"\bimport\s+module\b", "module imports"),
    (r"\bcase\s+[\w.<>?]+\s+\w+\s*(?:->|when\b)|\bcase\s+null\b", "patterns in `switch`"),
    (r"\bSTR\.\"|\bRAW\.\"|\bFMT\.\"", "string templates"),
    (r"^\s*(?:static\s+)?void\s+main\s*\(", "an instance `main`"),
    (r"\bvalue\s+(?:class|record)\b|\bwith\s*\{", "a later Java"),
)  # fmt: skip


def newer_or_gone(name: str) -> bool:
    """Whether a name of the JDK came after Java 17, or left it."""
    return name in _NEWER or name in _GONE


def left_package(name: str) -> bool:
    """Whether a package was part of the JDK once, or is internal to it."""
    return _LEFT.match(name) is not None


def newer_syntax(code: str) -> str:
    """What syntax of newer versions, or of previews, the code shows; empty where none."""
    return next((words for pattern, words in _SYNTAX if re.search(pattern, code, re.MULTILINE)), "")
