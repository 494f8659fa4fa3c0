"""Names that are the language's own or its platforms', and never a project's."""

from doc_healing.languages.javascript.names import BROWSER, NODE

# Modules of Node that are packages of the registry as well: a project may be one of them.
_SHARED = frozenset(
    "assert buffer console constants events path process punycode querystring stream url util "
    "string_decoder test".split()
)
_MODULES = frozenset(
    "async_hooks child_process cluster crypto dgram diagnostics_channel dns domain fs http http2 "
    "https inspector module net os perf_hooks readline repl sqlite sea tls trace_events tty v8 vm "
    "wasi worker_threads zlib timers".split()
)
_MORE = frozenset(
    "Iterator Float16Array WeakKey Temporal ReadableStream WritableStream TransformStream "
    "CompressionStream crypto Crypto CryptoKey navigator Navigator Storage WebSocket EventSource "
    "HTMLCollection Element Node Document Window MouseEvent PointerEvent TouchEvent AsyncFunction "
    "HTMLButtonElement HTMLFormElement HTMLAnchorElement HTMLImageElement HTMLSelectElement "
    "HTMLTextAreaElement ResizeObserverEntry IntersectionObserverEntry AbortSignal __dirname "
    "__filename arguments eval Deno Bun ErrorEvent MessageEvent ProgressEvent FormDataEntryValue "
    "ImportMeta new undefined NaN globalThis".split()
)
GLOBALS = NODE | BROWSER | _MORE
TYPES = frozenset(
    "any unknown never void string number boolean bigint symbol object null undefined this "
    "Partial Required Readonly Record Pick Omit Exclude Extract NonNullable Parameters "
    "ConstructorParameters ReturnType InstanceType NoInfer ThisParameterType OmitThisParameter "
    "ThisType Uppercase Lowercase Capitalize Uncapitalize Awaited PropertyKey PropertyDescriptor "
    "ReadonlyArray ReadonlyMap ReadonlySet ArrayLike PromiseLike Iterable Iterator "
    "IterableIterator AsyncIterable AsyncIterator AsyncIterableIterator Generator AsyncGenerator "
    "TemplateStringsArray "
    "ArrayBufferLike BufferSource BlobPart HeadersInit RequestInit ResponseInit RequestInfo "
    "BodyInit NodeJS JSX DateConstructor ClassDecorator MethodDecorator PropertyDecorator "
    "ParameterDecorator BufferEncoding EventListener Timer Timeout const".split()
)


def is_builtin(module: str) -> bool:
    """Whether a module is Node's own."""
    if module.startswith(("node:", "bun:", "deno:")):
        return True
    return module.partition("/")[0] in _MODULES


def is_global(name: str) -> bool:
    """Whether a bare name is the language's or a platform's."""
    return name in GLOBALS or name in TYPES
