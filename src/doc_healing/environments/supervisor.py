"""Runs in the jail, beside an installer, with the interpreter of doc-healing itself.

    supervisor.py SOCKET DISK_MIB INODES WATCHED COMMAND...

It listens on the jail's own loopback, carries each connection to the Unix socket SOCKET behind
which the host's proxy waits, runs COMMAND with the proxy variables set, and ends it when the
folder WATCHED gains more than DISK_MIB or INODES. It ends with the command's exit code.
"""

import os
import select
import socket
import subprocess
import sys
import threading
import time

TOO_MUCH = 77


def main() -> int:
    """Run the command; gives its exit code, or 77 when it wrote too much."""
    path, disk_mib, inodes, watched = sys.argv[1:5]
    port = _relay(path)
    url = f"http://127.0.0.1:{port}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    for name in (*names, "npm_config_proxy", "npm_config_https_proxy"):
        os.putenv(name, url)
    for name in ("NO_PROXY", "no_proxy", "npm_config_noproxy"):
        os.unsetenv(name)
    size, count = _measure(watched)  # the installers' shared cache is not empty
    command = subprocess.Popen(sys.argv[5:], pass_fds=(3,))  # the report channel
    return _watch(command, watched, size + int(disk_mib) * 1024 * 1024, count + int(inodes))


def _watch(
    command: subprocess.Popen[bytes], watched: str, most_bytes: int, most_inodes: int
) -> int:
    """Wait for the command, and look at the disk twice a second (less often when that is slow)."""
    pause, next_look = 0.005, time.monotonic() + 0.5
    ended = False
    while not ended:
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
        ended = command.poll() is not None  # a quick one is measured too, once it has ended
        if not ended and time.monotonic() < next_look:
            continue
        begin = time.monotonic()
        size, count = _measure(watched)
        if size > most_bytes or count > most_inodes:
            command.kill()
            command.wait()
            what = f"{sys.argv[2]} MiB" if size > most_bytes else f"{sys.argv[3]} files"
            sys.stderr.write(f"doc-healing: the installation needs more than {what} of disk\n")
            return TOO_MUCH
        next_look = time.monotonic() + max(0.5, 10 * (time.monotonic() - begin))
    code = command.returncode
    return code if code >= 0 else 128 - code


def _measure(folder: str) -> tuple[int, int]:
    size, count, todo = 0, 0, [folder]
    while todo:
        try:
            with os.scandir(todo.pop()) as items:
                for item in items:
                    count += 1
                    size += item.stat(follow_symlinks=False).st_blocks * 512
                    if item.is_dir(follow_symlinks=False):
                        todo.append(item.path)
        except OSError:
            continue
    return size, count


def _relay(path: str) -> int:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    threading.Thread(target=_accept, args=(listener, path), daemon=True).start()
    return int(listener.getsockname()[1])


def _accept(listener: socket.socket, path: str) -> None:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=_carry, args=(client, path), daemon=True).start()


def _carry(client: socket.socket, path: str) -> None:
    remote = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        remote.connect(path)
        pairs = {client.fileno(): (client, remote), remote.fileno(): (remote, client)}
        poller = select.poll()
        for number in pairs:
            poller.register(number, select.POLLIN)
        while True:
            for number, _ in poller.poll():
                source, target = pairs[number]
                data = source.recv(65536)
                if not data:
                    return
                target.sendall(data)
    except OSError:
        return
    finally:
        client.close()
        remote.close()


if __name__ == "__main__":
    sys.exit(main())
