"""Names that a block uses and nobody declares: whose they are, and what is a slip of the pen."""

import re
from collections.abc import Iterable

NODE = frozenset(
    "AbortController AbortSignal AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array "
    "Blob Boolean BroadcastChannel Buffer DataView Date Error EvalError Event EventTarget "
    "FinalizationRegistry Float32Array Float64Array FormData Function Headers Infinity Int16Array "
    "Int32Array Int8Array Intl JSON Map Math MessageChannel Number Object Promise Proxy "
    "RangeError ReferenceError Reflect RegExp Request Response Set SharedArrayBuffer String "
    "Symbol SyntaxError TextDecoder TextEncoder TypeError URIError URL URLSearchParams "
    "Uint16Array Uint32Array Uint8Array WeakMap WeakRef WeakSet WebAssembly atob btoa "
    "clearImmediate clearInterval clearTimeout console decodeURI decodeURIComponent encodeURI "
    "encodeURIComponent escape eval exports fetch global globalThis isFinite isNaN module "
    "parseFloat parseInt performance process queueMicrotask require setImmediate setInterval "
    "setTimeout structuredClone undefined unescape".split()
)
BROWSER = frozenset(
    "window document navigator location history localStorage sessionStorage indexedDB alert "
    "confirm prompt XMLHttpRequest WebSocket EventSource Worker SharedWorker HTMLElement "
    "NodeList Image File FileReader FileList DOMParser XMLSerializer "
    "MutationObserver IntersectionObserver ResizeObserver CustomEvent KeyboardEvent MouseEvent "
    "customElements requestAnimationFrame cancelAnimationFrame requestIdleCallback self "
    "matchMedia getComputedStyle CSS CSSStyleSheet ShadowRoot caches "
    "serviceWorker Notification RTCPeerConnection MediaRecorder AudioContext OffscreenCanvas "
    "ImageData Path2D createImageBitmap addEventListener removeEventListener dispatchEvent "
    "postMessage importScripts chrome jQuery $ importmap DOMException "
    "HTMLInputElement HTMLDivElement HTMLCanvasElement SVGElement visualViewport scrollTo".split()
)
TESTS = frozenset(
    "describe it test expect beforeEach afterEach beforeAll afterAll before after suite setup "
    "teardown jest vi vitest jasmine sinon chai should cy Cypress bench context specify spyOn "
    "QUnit page element by".split()
)


def slip(name: str, candidates: Iterable[str]) -> str:
    """The one name that `name` is a slip of, else empty.

    Strict: four letters or more, one letter added, lost or changed or two swapped; never a
    difference of a digit, an ending `s`, an underscore or the case alone, which are other names.
    """
    if len(name) < 4 or name in BROWSER or name in TESTS:
        return ""
    near = [item for item in sorted(set(candidates)) if len(item) >= 4 and _is_slip(name, item)]
    return near[0] if len(near) == 1 else ""


def made_with(name: str, code: str) -> frozenset[str]:
    """The names that a text declares by means of `name`: of them it is no slip.

    `const userQuery = useQuery()` names its result after the function, which is another thing.
    """
    made = (found[1] for found in _MADE.finditer(code) if name in _WORD.findall(found[2]))
    return frozenset(word for names in made for word in _WORD.findall(names))


_MADE = re.compile(r"\b(?:const|let|var)\s+([^=;]{1,300}?)=([^;\n]*)")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


def _is_slip(name: str, other: str) -> bool:
    if name.lower() == other.lower() or not one_edit(name, other):
        return False
    short, long = sorted((name, other), key=len)
    if len(short) < len(long):
        extra = next((i for i, letter in enumerate(short) if long[i] != letter), len(short))
        at_end = extra in (0, len(long) - 1)
        # `compile` and `compiled`, `node` and `nodes`: a word and another form of it.
        form = extra == len(long) - 1 and long[extra] in "sdrny"
        apart = long[extra].isdigit() or long[extra] in "_$"
        return not (apart or form or (at_end and len(short) < 6))
    changed = [(a, b) for a, b in zip(name, other, strict=True) if a != b]
    return not any(a.isdigit() or b.isdigit() or "_" in (a, b) for a, b in changed) and (
        len(changed) == 2 or len(name) >= 6
    )


def one_edit(left: str, right: str) -> bool:
    """Whether one letter added, lost, changed, or two neighbours swapped lead to the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    if len(left) == len(right):
        places = [i for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
        if len(places) == 2 and places[1] == places[0] + 1:
            a, b = places
            return left[a] == right[b] and left[b] == right[a]
        return len(places) == 1
    short, long = sorted((left, right), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
