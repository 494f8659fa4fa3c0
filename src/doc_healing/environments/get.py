"""Runs in the jail, behind the supervisor: fetches one URL and hands the bytes to the host.

    get.py URL MOST_BYTES ACCEPT

Credentials in the URL become an Authorization header. The proxy comes from the variables.
"""

import base64
import sys
import urllib.request
from urllib.parse import unquote, urlsplit, urlunsplit


def main() -> int:
    """Fetch; gives 1 with the reason on stderr."""
    url, most, accept = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    split = urlsplit(url)
    if split.scheme not in ("http", "https"):
        sys.stderr.write("only http and https are fetched\n")
        return 1
    clean = urlunsplit(split._replace(netloc=split.netloc.rpartition("@")[2]))
    request = urllib.request.Request(clean, headers={"Accept": accept})  # noqa: S310 - checked above
    if split.username:
        pair = f"{unquote(split.username)}:{unquote(split.password or '')}".encode()
        request.add_header("Authorization", "Basic " + base64.b64encode(pair).decode())
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - checked above
            data = answer.read(most + 1)
    except OSError as error:
        sys.stderr.write(f"{clean}: {error}\n")
        return 1
    if len(data) > most:
        sys.stderr.write(f"{clean} is longer than {most} bytes\n")
        return 1
    with open(3, "wb") as report:
        report.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
