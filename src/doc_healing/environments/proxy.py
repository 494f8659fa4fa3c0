"""The only way out of an installer's jail: an HTTP proxy of ours behind a Unix socket.

It answers for the hosts of the configured registries and for nothing else, resolves names itself
(the jail has no DNS), refuses private and link-local addresses unless the operator named that
very host, counts what is downloaded, and chains through the operator's own proxy. TLS passes
through untouched: the installer checks the certificate.
"""

import base64
import ipaddress
import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

_HEAD_BYTES = 64 * 1024
_CONNECT_SECONDS = 20.0
_CHUNK = 64 * 1024

# What must never be reached by a name that a stranger chose: this machine, its neighbours, and
# the metadata services of clouds. Registries of companies live there too, but are configured.
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8", "64:ff9b::/96",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Egress:
    """What may be reached. `public` are our defaults; `named` the operator's own endpoints.

    Endpoints are (host, port), lower case. `upstream` is the operator's own proxy as a URL per
    scheme, `direct` the host suffixes for which it is not used (NO_PROXY).
    """

    public: frozenset[tuple[str, int]]
    named: frozenset[tuple[str, int]] = frozenset()
    upstream: tuple[tuple[str, str], ...] = ()
    direct: tuple[str, ...] = ()
    download_mib: int = 300


@dataclass(slots=True)
class Traffic:
    """What went through, and what was refused and why. Shared by the proxy's threads."""

    downloaded_bytes: int = 0
    refused: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    troubled: bool = False  # a permitted host could not be reached
    guard: threading.Lock = field(default_factory=threading.Lock)

    def refuse(self, message: str) -> None:
        """Keep a message for the error that the installer will end with."""
        with self.guard:
            if message not in self.refused and len(self.refused) < 20:
                self.refused.append(message)

    def count(self, size: int) -> int:
        """Add downloaded bytes; gives the total."""
        with self.guard:
            self.downloaded_bytes += size
            return self.downloaded_bytes


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A request that the proxy does not carry out, with the reason for the installer."""


@contextmanager
def serving(path: Path, egress: Egress) -> Iterator[Traffic]:
    """Serve on the Unix socket `path` while the block runs; afterwards nothing is left open."""
    traffic = Traffic()
    server = _Server(path, egress, traffic)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield traffic
    finally:
        server.shutdown()
        server.hang_up()
        server.server_close()
        path.unlink(missing_ok=True)
        thread.join()


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, path: Path, egress: Egress, traffic: Traffic) -> None:
        self.egress = egress
        self.traffic = traffic
        self.open: set[socket.socket] = set()
        super().__init__(str(path), _Handler)
        path.chmod(0o666)  # the folder that holds it decides who gets here

    def hang_up(self) -> None:
        """End every connection, so that their threads end too."""
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """An installer that hangs up is no error of ours; everything else is answered before."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        client: socket.socket = self.request
        self.server.open.add(client)
        try:
            self._answer(client)
        except Refused as refusal:
            self.server.traffic.refuse(str(refusal))
            with suppress(OSError):
                client.sendall(_response("403 Forbidden", str(refusal)))
        except OSError as error:
            self.server.traffic.troubled = True
            with suppress(OSError):
                client.sendall(_response("502 Bad Gateway", str(error)))
        finally:
            self.server.open.discard(client)

    def _answer(self, client: socket.socket) -> None:
        client.settimeout(_CONNECT_SECONDS)
        head, rest = _read_head(client)
        request = _parse(head)
        egress, traffic = self.server.egress, self.server.traffic
        with _connect(egress, request) as (remote, chained):
            self.server.open.add(remote)
            try:
                traffic.hosts.add(request.host)
                _begin(client, remote, request, chained, rest)
                _shovel(client, remote, traffic, egress.download_mib)
            finally:
                self.server.open.discard(remote)


@dataclass(frozen=True, slots=True)
class _Request:
    tunnel: bool
    host: str
    port: int
    method: str
    target: str  # path and query of a plain request
    url: str
    headers: tuple[bytes, ...]


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        if len(data) > _HEAD_BYTES:
            raise Refused("the request's head is longer than 64 KiB")
        chunk = client.recv(_CHUNK)
        if not chunk:
            raise OSError("the installer hung up")
        data += chunk
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _parse(head: bytes) -> _Request:
    first, *headers = head.split(b"\r\n")
    parts = first.decode("latin-1").split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise Refused("not an HTTP/1 proxy request")
    method, url, _ = parts
    tunnel = method == "CONNECT"
    if not tunnel and method not in ("GET", "HEAD"):
        raise Refused(f"an installer may only read: {method} is refused")
    split = urlsplit(f"//{url}" if tunnel else url)
    if not tunnel and split.scheme != "http":
        raise Refused(f"scheme {split.scheme!r} is refused")
    host = _clean_host(split.hostname)
    try:
        port = split.port or (443 if tunnel else 80)
    except ValueError as error:
        raise Refused(f"no valid port in {url!r}") from error
    target = (split.path or "/") + (f"?{split.query}" if split.query else "")
    return _Request(tunnel, host, port, method, target, url, tuple(headers))


def _clean_host(host: str | None) -> str:
    """The host in lower case. Tricks (a trailing dot, `%`, NUL, white space) are refused."""
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789.-:_")
    if not host or set(host.lower()) - allowed or host.endswith("."):
        raise Refused(f"host {host!r} is refused")
    return host.lower()


@contextmanager
def _connect(egress: Egress, request: _Request) -> Iterator[tuple[socket.socket, str]]:
    """A connection to the host, or to the operator's proxy with that proxy's URL."""
    endpoint = (request.host, request.port)
    if endpoint not in egress.public and endpoint not in egress.named:
        raise Refused(
            f"{request.host}:{request.port} is not one of the configured registries "
            "(the operator can allow it with DOC_HEALING_ALLOWED_HOSTS)"
        )
    chained = _upstream(egress, request)
    if chained:
        split = urlsplit(chained)
        default = 443 if split.scheme == "https" else 80
        address = (split.hostname or "", split.port or default)
    else:
        address = (_resolve(egress, request), request.port)
    remote = socket.create_connection(address, timeout=_CONNECT_SECONDS)
    try:
        yield remote, chained
    finally:
        remote.close()


def _upstream(egress: Egress, request: _Request) -> str:
    for suffix in egress.direct:
        plain = suffix.lstrip("*.")
        if suffix == "*" or request.host == plain or request.host.endswith(f".{plain}"):
            return ""
    return dict(egress.upstream).get("https" if request.tunnel else "http", "")


def _resolve(egress: Egress, request: _Request) -> str:
    """One address of the host; it is the one that gets connected, so it cannot change after."""
    found = socket.getaddrinfo(request.host, request.port, type=socket.SOCK_STREAM)
    addresses = [str(item[4][0]) for item in found]
    if (request.host, request.port) in egress.named:
        return addresses[0]
    for address in addresses:
        if not is_private(address):
            return address
    raise Refused(
        f"{request.host} resolves to the private address {addresses[0]} "
        "(the operator can allow it with DOC_HEALING_ALLOWED_HOSTS)"
    )


def is_private(address: str) -> bool:
    """Whether an IP address belongs to this machine, its network or a cloud's metadata service."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return any((mapped or parsed) in network for network in _PRIVATE)


def _begin(
    client: socket.socket, remote: socket.socket, request: _Request, chained: str, rest: bytes
) -> None:
    """Send what opens the connection: our answer to CONNECT, or the rewritten request."""
    if request.tunnel:
        early = _open_tunnel(remote, request, chained) if chained else b""
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n" + early)
        remote.sendall(rest)
        return
    dropped = (b"proxy-", b"connection:", b"keep-alive:", b"host:")
    kept = [line for line in request.headers if not line.lower().startswith(dropped)]
    host = request.host if request.port == 80 else f"{request.host}:{request.port}"
    target = request.url if chained else request.target
    lines = [f"{request.method} {target} HTTP/1.1".encode("latin-1"), f"Host: {host}".encode()]
    # One request per connection: the next one may be for another host, and is judged anew.
    lines += [*kept, b"Connection: close", *_authorization(chained)]
    remote.sendall(b"\r\n".join(lines) + b"\r\n\r\n")


def _open_tunnel(remote: socket.socket, request: _Request, chained: str) -> bytes:
    target = f"{request.host}:{request.port}"
    lines = [f"CONNECT {target} HTTP/1.1".encode(), f"Host: {target}".encode()]
    remote.sendall(b"\r\n".join([*lines, *_authorization(chained)]) + b"\r\n\r\n")
    head, early = _read_head(remote)
    if b" 200 " not in head.split(b"\r\n")[0] + b" ":
        answer = head.split(b"\r\n")[0].decode("latin-1")
        raise OSError(f"the operator's proxy answered {answer!r} for {target}")
    return early


def _authorization(chained: str) -> list[bytes]:
    split = urlsplit(chained)
    if not split.username:
        return []
    pair = f"{unquote(split.username)}:{unquote(split.password or '')}".encode()
    return [b"Proxy-Authorization: Basic " + base64.b64encode(pair)]


def _shovel(client: socket.socket, remote: socket.socket, traffic: Traffic, limit_mib: int) -> None:
    """Carry bytes both ways until one side is done, or too much was downloaded."""
    pairs = {client.fileno(): (client, remote), remote.fileno(): (remote, client)}
    poller = select.poll()
    for number, (source, _) in pairs.items():
        source.settimeout(None)
        poller.register(number, select.POLLIN)
    while True:
        for number, _ in poller.poll():
            source, target = pairs[number]
            data = source.recv(_CHUNK)
            if not data:
                return
            if source is remote and traffic.count(len(data)) > limit_mib * 1024 * 1024:
                traffic.refuse(f"more than the {limit_mib} MiB that an installation may download")
                return
            target.sendall(data)


def _response(status: str, text: str) -> bytes:
    body = f"doc-healing: {text}\n".encode("utf-8", "replace")
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body
