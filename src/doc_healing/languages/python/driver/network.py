"""Noting a program's attempts to reach a network: here none succeeds, and what follows is void.

An audit hook of the interpreter tells; it changes nothing of what the program sees.
"""

from __future__ import annotations

import sys

from doc_healing.languages.python.driver.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ANY = Exception  # the snippet may delete the built-in name
_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_SENDS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_STARTS = {"subprocess.Popen": 1, "os.system": 0, "os.exec": 1, "os.posix_spawn": 1, "os.spawn": 2}
_SHELLS = frozenset({"sh", "bash", "dash", "zsh"})
_TOOLS = frozenset(
    "curl wget pip pip3 pipx uv uvx poetry conda mamba ssh scp sftp rsync ftp telnet nc ncat npm "
    "npx yarn pnpm apt apt-get dnf yum brew apk ping traceroute nslookup dig host whois docker "
    "podman kubectl helm gh glab aws gcloud az terraform http https xh aria2c lynx w3m "
    "huggingface-cli twine".split()
)
_GIT = frozenset({"clone", "fetch", "pull", "push", "ls-remote", "submodule"})
_MOST = 20


def watch(channel: Channel) -> None:
    """Report every attempt from now on, in this process and in those that it forks."""
    if not hasattr(sys, "addaudithook"):  # 3.8
        return
    said: set[str] = set()
    bound: list[bool] = []

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event[:7] != "socket." and event not in _STARTS:
            return
        try:
            if event == "socket.bind":
                bound.append(True)
            found = _attempt(event, args, bool(bound))
            if found and found not in said and len(said) < _MOST:
                said.add(found)
                channel.write("network", what=found)
        except _ANY:  # it must never be the snippet's trouble
            return

    sys.addaudithook(hook)


def _attempt(event: str, args: tuple[Any, ...], bound: bool) -> str:
    """What an event tries to reach; empty where it is nothing outside of the program."""
    if event in _LOOKUPS:
        host = _text(args[0])
        return "" if not host or _is_number(host) or host == "localhost" else host
    if event in _SENDS:
        address = args[1]
        if type(address) is not tuple or len(address) < 2 or type(address[0]) is not str:
            return ""
        # What a program of this very machine would answer is as little there as the world.
        return "" if bound and _is_own(address[0]) else f"{address[0]}:{address[1]}"
    return _tool(args[_STARTS[event]]) if event in _STARTS else ""


def _tool(command: Any) -> str:
    """The program of a command that reaches for the network, or empty."""
    whole = type(command) in (str, bytes)
    words = _text(command).split() if whole else [_text(one) for one in list(command)[:50]]
    if words and _base(words[0]) in _SHELLS:
        whole, words = True, " ".join(words[1:]).split()
    for at, word in enumerate(words):
        if at == 0 or whole or words[at - 1] in ("-m", "sudo", "env"):
            name = _base(word.strip("'\"();&|`$"))
            if name in _TOOLS or (name == "git" and not _GIT.isdisjoint(words[at + 1 :])):
                return "`" + name + "`"
    return ""


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else _path(value)


def _path(value: Any) -> str:
    return value.__fspath__() if hasattr(value, "__fspath__") else ""


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _is_own(host: str) -> bool:
    return host.startswith("127.") or host in ("localhost", "::1", "0.0.0.0", "::", "")  # noqa: S104  # it is compared
