"""The proxy answers for the configured hosts, and for nothing else."""

import socket
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.environments import proxy
from tests.environments.places import serving


def ask(path: Path, request: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.settimeout(10)
        client.sendall(request)
        found = b""
        while chunk := client.recv(65536):
            found += chunk
        return found


def egress(url: str = "http://127.0.0.1:1", **more: object) -> proxy.Egress:
    host, port = url.removeprefix("http://").split(":")
    return proxy.Egress(frozenset(), frozenset({(host, int(port))}), **more)  # type: ignore[arg-type]


def test_a_configured_host_is_reached_and_counted(tmp_path: Path) -> None:
    with serving({"/x": b"hello"}) as url, proxy.serving(tmp_path / "s", egress(url)) as traffic:
        answer = ask(tmp_path / "s", f"GET {url}/x HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    assert answer.endswith(b"hello")
    assert traffic.downloaded_bytes >= 5
    assert not traffic.refused


def test_a_tunnel_to_a_configured_host(tmp_path: Path) -> None:
    with serving({"/x": b"hello"}) as url, proxy.serving(tmp_path / "s", egress(url)):
        target = url.removeprefix("http://").encode()
        request = b"CONNECT %s HTTP/1.1\r\n\r\nGET /x HTTP/1.0\r\n\r\n" % target
        answer = ask(tmp_path / "s", request)
    assert b"200 Connection established" in answer
    assert answer.endswith(b"hello")


@pytest.mark.parametrize(
    "line",
    [
        "CONNECT example.com:443 HTTP/1.1",
        "CONNECT index.example:22 HTTP/1.1",
        "CONNECT index.example.:443 HTTP/1.1",
        "CONNECT index.example%00.evil.com:443 HTTP/1.1",
        "CONNECT user@index.example.evil:443 HTTP/1.1",
        "CONNECT 169.254.169.254:80 HTTP/1.1",
        "CONNECT [::1]:443 HTTP/1.1",
        "CONNECT index.example:99999 HTTP/1.1",
        "GET http://169.254.169.254/latest/meta-data HTTP/1.1",
        "GET http://index.example/simple/ HTTP/1.1",
        "GET file:///etc/passwd HTTP/1.1",
        "GET /x HTTP/1.1",
        "POST https://index.example/x HTTP/1.1",
        "nonsense",
        "GET http://index.example/ HTTP/1.1 extra",
        "CONNECT  HTTP/1.1",
    ],
)
def test_everything_else_is_refused(tmp_path: Path, line: str) -> None:
    allowed = proxy.Egress(frozenset({("index.example", 443)}))
    with proxy.serving(tmp_path / "s", allowed) as traffic:
        answer = ask(tmp_path / "s", f"{line}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert traffic.refused
    assert traffic.downloaded_bytes == 0


def test_a_default_host_that_points_inside_is_refused(tmp_path: Path) -> None:
    with serving({"/x": b"secret"}) as url:
        port = int(url.rpartition(":")[2])
        public = proxy.Egress(frozenset({("localhost", port)}))
        with proxy.serving(tmp_path / "s", public) as traffic:
            answer = ask(tmp_path / "s", f"GET http://localhost:{port}/x HTTP/1.1\r\n\r\n".encode())
    assert b"secret" not in answer
    assert "private address" in traffic.refused[0]


def test_a_download_beyond_the_limit_is_cut_off(tmp_path: Path) -> None:
    body = b"x" * (3 << 20)
    with serving({"/x": body}) as url:
        limited = egress(url, download_mib=1)
        with proxy.serving(tmp_path / "s", limited) as traffic:
            answer = ask(tmp_path / "s", f"GET {url}/x HTTP/1.1\r\n\r\n".encode())
    assert len(answer) < (1 << 20) + 70_000
    assert "1 MiB" in traffic.refused[0]


def test_the_operators_own_proxy_is_used_with_its_credentials(tmp_path: Path) -> None:
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as upstream:

        def answer() -> None:
            client, _ = upstream.accept()
            with client:
                got.append(client.recv(65536))
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\nvia upstream")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://me:s%40cret@127.0.0.1:{upstream.getsockname()[1]}"
        allowed = proxy.Egress(frozenset({("index.test", 443)}), upstream=(("https", url),))
        with proxy.serving(tmp_path / "s", allowed):
            found = ask(tmp_path / "s", b"CONNECT index.test:443 HTTP/1.1\r\n\r\n")
        thread.join(5)
    assert found.endswith(b"via upstream")
    assert b"Proxy-Authorization: Basic bWU6c0BjcmV0" in got[0]


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.1.2.3", True), ("172.31.0.1", True), ("192.168.1.1", True), ("127.0.0.1", True),
        ("169.254.169.254", True), ("100.64.0.1", True), ("0.0.0.0", True), ("::1", True),
        ("fd00:ec2::254", True), ("fe80::1%eth0", True), ("::ffff:10.0.0.1", True),
        ("::ffff:169.254.169.254", True), ("224.0.0.1", True), ("151.101.0.223", False),
        ("2a04:4e42::223", False), ("172.32.0.1", False),
    ],
)  # fmt: skip
def test_private_addresses(address: str, private: bool) -> None:
    assert proxy.is_private(address) is private


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_no_request_gets_past_an_empty_list(data: bytes) -> None:
    head = data.replace(b"\r\n\r\n", b"")
    try:
        request = proxy._parse(head)
    except proxy.Refused:
        return
    with pytest.raises(proxy.Refused), proxy._connect(proxy.Egress(frozenset()), request):
        raise AssertionError(request)
