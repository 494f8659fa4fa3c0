"""Which functions of some folders and files really run: only for a program that was asked."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, FrameType
    from typing import Any

    from doc_healing.languages.python.driver.channel import Channel

_PORTION = 200  # functions of one event


def heard(wanted: Sequence[str]) -> Callable[[Channel], None]:
    """Listen from now on; what is given back stops that, and tells it all.

    `wanted` are names of packages and modules: a function counts where a part of its file's path
    is one of them.
    """
    seen: set[CodeType] = set()
    stop = _monitored(seen) if hasattr(sys, "monitoring") else _profiled(seen)
    parts = frozenset(wanted)

    def tell(channel: Channel) -> None:
        stop()
        own = sorted({_place(code) for code in list(seen) if _is_within(code, parts)})
        for start in range(0, len(own), _PORTION):
            channel.send("calls", calls=own[start : start + _PORTION])

    return tell


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, getattr(code, "co_qualname", code.co_name), code.co_firstlineno


def _is_within(code: CodeType, parts: frozenset[str]) -> bool:
    words = code.co_filename.split("/")
    last = words.pop()
    words.append(last[:-3] if last[-3:] == ".py" else last)
    return not parts.isdisjoint(words)


def _monitored(seen: set[CodeType]) -> Callable[[], None]:
    """Each code object is heard of once, and costs nothing from then on."""
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined]  # since 3.12
    tool = next(one for one in range(6) if monitoring.get_tool(one) is None)
    monitoring.use_tool_id(tool, "calls")

    def started(code: CodeType, _offset: int) -> object:
        seen.add(code)
        return monitoring.DISABLE

    monitoring.register_callback(tool, monitoring.events.PY_START, started)
    monitoring.set_events(tool, monitoring.events.PY_START)

    def stop() -> None:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)

    return stop


def _profiled(seen: set[CodeType]) -> Callable[[], None]:
    import threading

    def entered(frame: FrameType, event: str, _value: object) -> None:
        if event == "call":
            seen.add(frame.f_code)

    threading.setprofile(entered)
    sys.setprofile(entered)

    def stop() -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    return stop
