"""Names of Node.js and of the language that newer versions have: their lack is no fault of a page.

Only names known for certain, from the "added in" of https://nodejs.org/api and the finished
proposals of https://github.com/tc39/proposals; all came after Node.js 18.0, the oldest that we run.
A name that never was is not here, and stays the document's own mistake.
"""

import re

_MODULES = {
    "assert": "partialDeepStrictEqual Assert",
    "async_hooks": "",
    "buffer": "File isAscii isUtf8",
    "crypto": "hash argon2 argon2Sync encapsulate decapsulate",
    "dns": "getDefaultResultOrder",
    "events": "addAbortListener getMaxListeners",
    "fs": "globSync glob openAsBlob statfs statfsSync mkdtempDisposableSync",
    "fs/promises": "glob statfs mkdtempDisposable",
    "http": "WebSocket CloseEvent MessageEvent setGlobalProxyFromEnv",
    "module": "register registerHooks enableCompileCache findPackageJSON stripTypeScriptTypes "
    "getCompileCacheDir flushCompileCache constants setSourceMapsSupport getSourceMapsSupport",
    "net": "getDefaultAutoSelectFamily setDefaultAutoSelectFamily "
    "getDefaultAutoSelectFamilyAttemptTimeout setDefaultAutoSelectFamilyAttemptTimeout",
    "os": "availableParallelism machine",
    "path": "matchesGlob",
    "process": "availableMemory constrainedMemory execve finalization getBuiltinModule loadEnvFile "
    "ref unref threadCpuUsage permission sourceMapsEnabled",
    "stream": "duplexPair",
    "test": "mock suite snapshot assert run before after beforeEach afterEach test only skip todo",
    "url": "fileURLToPathBuffer",
    "util": "aborted diff getCallSite getCallSites getSystemErrorMessage MIMEType MIMEParams "
    "parseArgs parseEnv setTraceSigInt styleText transferableAbortController "
    "transferableAbortSignal",
    "v8": "GCProfiler queryObjects isStringOneByteRepresentation startupSnapshot startCpuProfile",
    "vm": "constants",
    "worker_threads": "isInternalThread isMarkedAsUntransferable postMessageToThread locks",
    "zlib": "crc32 zstdCompress zstdCompressSync zstdDecompress zstdDecompressSync "
    "createZstdCompress createZstdDecompress",
}
_STATIC = {
    "Array": "fromAsync",
    "Atomics": "pause",
    "Error": "isError captureStackTrace",
    "Intl": "DurationFormat Segmenter",
    "Iterator": "from concat zip zipKeyed",
    "JSON": "rawJSON isRawJSON",
    "Map": "groupBy",
    "Math": "f16round sumPrecise",
    "Object": "groupBy",
    "Promise": "try withResolvers",
    "RegExp": "escape",
    "Response": "json",
    "Symbol": "dispose asyncDispose",
    "URL": "canParse parse",
    "AbortSignal": "any timeout",
    "Uint8Array": "fromBase64 fromHex",
    "process": _MODULES["process"],
}
_GLOBALS = frozenset(
    "AsyncDisposableStack CloseEvent CustomEvent DisposableStack ErrorEvent EventSource "
    "Float16Array Iterator Navigator Storage SuppressedError Temporal URLPattern WebSocket".split()
)
_METHODS = frozenset(
    "withResolvers groupBy fromAsync toSorted toSpliced toReversed findLast findLastIndex "
    "isWellFormed toWellFormed hasOwn union intersection difference symmetricDifference isSubsetOf "
    "isSupersetOf isDisjointFrom isError rawJSON sumPrecise setFromHex setFromBase64 toHex "
    "toBase64 fromHex fromBase64 transferToFixedLength getOrInsert getOrInsertComputed "
    "getSetCookie getBuiltinModule f16round loadEnvFile styleText stripTypeScriptTypes "
    "getFloat16 setFloat16 closeAllConnections closeIdleConnections".split()
)
_HELPERS = frozenset(
    "map filter take drop flatMap reduce toArray forEach some every find".split()
)  # of iterators, which have had none of them before
_SYNTAX: tuple[tuple[str, str], ...] = (
    (r"^\s*(?:for\s*\(\s*)?(?:await\s+)?using\s+[\w$]+", "`using`"),
    (r"^\s*import\s+(?:defer\s+\*|source\s+\w)", "deferred imports"),
    (r"^\s*@[\w$.]+|\s@[\w$.]+\s*(?:\(.*\)\s*)?class\b", "decorators"),
    (r"\|>", "the pipeline operator"),
    (r"\(\?[ims]*-?[ims]+:", "modifiers in a regular expression"),
    (r"^\s*import\b.*\b(?:with|assert)\s*\{", "import attributes"),
)


def newer_call(message: str, code: str) -> bool:
    """Whether an error `x.y is not a function` speaks of what newer versions have."""
    match = re.match(r"(?:(.*)\.)?([\w$]+) is not a (?:function|constructor)", message)
    if match is None:
        return False
    owner, name = (match.group(1) or "").strip(), match.group(2)
    if name in _METHODS or name in _STATIC.get(owner, "").split():
        return True
    if name in _HELPERS and _is_iterator(owner, code):
        return True
    return any(name in names.split() and _means(owner, name, module, code)
               for module, names in _MODULES.items())  # fmt: skip


def newer_global(name: str) -> bool:
    """Whether a name that is not defined is a global of newer versions."""
    return name in _GLOBALS


def newer_export(module: str, name: str) -> bool:
    """Whether a module of Node.js has this export in newer versions."""
    return name in _MODULES.get(module.removeprefix("node:"), "").split()


def newer_syntax(line: str) -> str:
    """What syntax of newer versions a line shows; empty where none."""
    return next((words for pattern, words in _SYNTAX if re.search(pattern, line)), "")


def _is_iterator(owner: str, code: str) -> bool:
    if re.search(r"(?:\b(?:keys|values|entries|matchAll)|\[Symbol\.iterator\])\(\.*\)$", owner):
        return True
    called = re.match(r"([\w$]+)(?:\(\.*\))?$", owner)
    return called is not None and "function*" in re.sub(r"\bfunction\s+\*", "function*", code)


def _means(owner: str, name: str, module: str, code: str) -> bool:
    """Whether `owner.name`, or `name` alone, is taken from the module in the code."""
    loaded = rf"(?:await\s+import|require)\s*\(\s*['\"](?:node:)?{re.escape(module)}['\"]\s*\)"
    source = rf"['\"](?:node:)?{re.escape(module)}['\"]"
    if owner.startswith(("require(", "(intermediate value)")):
        return re.search(loaded, code) is not None
    if not owner:
        word = rf"\{{[^}}]*\b{re.escape(name)}\b[^}}]*\}}"
        return re.search(rf"{word}\s*(?:=\s*{loaded}|from\s*{source})", code) is not None
    if module == "fs/promises" and owner in ("fs.promises", "fsPromises.promises"):
        return True
    label = re.escape(owner)
    bound = rf"\b{label}\s*=\s*{loaded}|import\s+(?:\*\s+as\s+)?{label}\s+from\s*{source}"
    member = (
        rf"\{{[^}}]*\b{label}\b[^}}]*\}}\s*=\s*(?:await\s+import|require)\(['\"](?:node:)?fs['\"]\)"
    )
    inner = module == "fs/promises" and re.search(member, code) is not None
    return inner or re.search(bound, code) is not None
