"""Which methods a runtime calls without anybody naming them, language by language."""

# Types that call nothing of what is derived from them but what every object has.
INERT_BASES = frozenset({
    "object", "Generic", "Protocol", "ABC", "Exception", "ValueError", "TypeError", "KeyError",
    "RuntimeError", "AttributeError", "LookupError", "OSError", "IOError", "Warning", "UserWarning",
    "DeprecationWarning", "NamedTuple", "TypedDict", "Enum", "IntEnum", "StrEnum", "Flag",
    "IntFlag", "BaseException", "NotImplementedError", "ImportError", "Error", "Object", "Sized",
    "ABCMeta", "type", "dict", "list", "tuple", "set", "frozenset", "str", "int", "float", "bytes",
    "Mapping", "MutableMapping", "Sequence", "MutableSequence", "MutableSet", "Iterable",
    "Iterator",
    "Collection", "Container", "Hashable", "Reversible", "OrderedDict", "defaultdict", "deque",
    "Callable", "AsyncIterable", "AsyncIterator", "ContextManager", "AsyncContextManager",
    "AbstractContextManager", "AbstractAsyncContextManager", "SimpleNamespace", "UserDict",
    "UserList", "Clone", "Copy", "Debug", "Send", "Sync", "Eq",
})  # fmt: skip
# What a runtime or a standard library calls without anybody naming it.
CALLED = frozenset({
    "constructor", "toString", "valueOf", "toJSON", "then", "hashCode", "equals", "compareTo",
    "close", "run", "call", "get", "accept", "apply", "test", "iterator", "next", "hasNext",
    "String", "Error", "GoString", "Format", "Write", "Read", "Close", "Seek", "ServeHTTP", "Len",
    "Less", "Swap", "Unwrap", "Is", "As", "MarshalJSON", "UnmarshalJSON", "MarshalText",
    "UnmarshalText", "MarshalBinary", "UnmarshalBinary", "Scan", "Value", "init", "main", "Push",
    "Pop", "RoundTrip", "Accept", "Addr", "Flush", "Header", "WriteHeader", "Hijack", "Done",
    "Err", "Deadline", "Enabled", "Handle", "WithAttrs", "WithGroup", "Set", "Type", "ReadFrom",
    "WriteTo", "WriteString", "ReadByte", "Open", "Stat", "Name", "fmt", "drop", "deref",
    "deref_mut", "from", "into", "try_from", "try_into", "default", "clone", "eq", "ne", "cmp",
    "partial_cmp", "hash", "index", "index_mut", "add", "sub", "mul", "div", "rem", "neg", "not",
    "add_assign", "sub_assign", "mul_assign", "div_assign", "bitand", "bitor", "bitxor", "shl",
    "shr", "from_str", "from_iter", "into_iter", "extend", "source", "poll", "call_once",
    "call_mut", "as_ref", "as_mut", "borrow", "to_string", "write", "flush", "read", "serialize",
    "deserialize", "size_hint", "Timeout", "Temporary", "next_back", "len", "sum", "product",
})  # fmt: skip
# Of Python: a member that counts as called only where its type has one of these others as well,
# as what is a file, a generator or a mapping by its members alone has.
_FILES = ("read", "write", "readinto", "fileno", "readline")
BESIDE = {
    **dict.fromkeys(
        ("close", "flush", "seek", "tell", "fileno", "isatty", "readable", "writable", "seekable",
         "readline", "readlines", "readinto", "writelines"),
        _FILES,
    ),
    "send": ("throw",),
    "throw": ("send",),
    "keys": ("__getitem__",),
    "items": ("__getitem__",),
    "digest": ("update", "hexdigest"),
    "acquire": ("release",),
    "release": ("acquire",),
}  # fmt: skip
_SCRIPTED = frozenset({
    "constructor", "toString", "valueOf", "toJSON", "then", "catch", "finally", "next", "return",
    "throw", "apply", "construct", "deleteProperty", "ownKeys", "defineProperty",
    "handleEvent", "inspect", "start", "pull", "cancel", "write", "read", "close", "abort",
    "transform", "flush", "connectedCallback", "disconnectedCallback", "attributeChangedCallback",
})  # fmt: skip
PROTOCOLS = {
    "python": frozenset({
        "write", "writelines", "flush", "read", "readline", "readlines", "readinto", "close",
        "seek", "tell", "fileno", "isatty", "keys", "items", "send", "throw", "filter",
        "emit", "utcoffset",
        "dst", "tzname", "acquire", "release", "find_spec", "exec_module", "create_module",
        "find_module", "mro", "digest", "readable", "writable", "seekable", "getMessage",
    }),
    "javascript": _SCRIPTED,
    "typescript": _SCRIPTED,
}  # fmt: skip
# What the standard library of Rust makes of another method.
STANDS_FOR = {"into": "from", "parse": "from_str", "to_string": "fmt", "collect": "from_iter",
               "try_into": "try_from"}  # fmt: skip
