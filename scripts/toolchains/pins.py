"""What is downloaded, and the hash that it must have. To renew one: change both together.

Rust's hashes are those of `channel-rust-<version>.toml`, Maven's the `.sha512` beside its archive,
Go's the ones of the checksum database (`<proxy>/sumdb/sum.golang.org/lookup/<module>@<version>`).
TypeScript's versions and hashes stand in `typescript/package-lock.json`.
"""

from dataclasses import dataclass

GO = "1.26.8"
RUST = "1.95.0"
RUST_DATE = "2026-04-16"
MAVEN = "3.9.16"


@dataclass(frozen=True)
class Archive:
    """A file below a server's address: its path, its size, and its hash (`algorithm:value`)."""

    path: str
    mib: int
    hash: str


def go(machine: str) -> Archive | None:
    """The module that holds the whole of Go, None for a machine without a pin."""
    known = {
        "x86_64": ("amd64", "ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM="),
        "aarch64": ("arm64", "sYL/O6MqS68ML0kjsQ36WoYIpJqkw60TxizWUYUKQMc="),
    }
    if machine not in known:
        return None
    name, value = known[machine]
    return Archive(f"golang.org/toolchain/@v/v0.0.1-go{GO}.linux-{name}.zip", 62, f"h1:{value}")


def rust(machine: str) -> list[Archive]:
    """The compiler, the standard library and Cargo, without their documentation."""
    known = {
        "x86_64": (
            "8426a3d170a5879f5682f5fbdd024a1779b3951e7baba685af2d6dc32a6dfc15",
            "047ea7098803d3500fa1072e9cee5392697e21525559e4458128a2bf874aa382",
            "e74edd2cf7d0f1f1383b4f00eb90c843750bc489e2ccf7214e6476678a907425",
        ),
        "aarch64": (
            "0fe3689eeaed603e5ef24572d11597d3edadaefd2cb181674ad621260f2501d2",
            "3a21b271b1ff973b94d69b25e7a39992f9fbcae1ab6d9475844a23e6ad3908ac",
            "7c070aeba9bbf12073646995a03f36c346bb5f541d0078ba6d9dc2a7adaaf6af",
        ),
    }
    parts = zip(("rustc", "rust-std", "cargo"), (77, 29, 11), known.get(machine, ()), strict=False)
    return [
        Archive(
            f"dist/{RUST_DATE}/{part}-{RUST}-{machine}-unknown-linux-gnu.tar.xz",
            mib,
            f"sha256:{value}",
        )
        for part, mib, value in parts
    ]


def maven() -> Archive:
    """Maven itself; it needs a JDK."""
    return Archive(
        f"org/apache/maven/apache-maven/{MAVEN}/apache-maven-{MAVEN}-bin.tar.gz",
        9,
        "sha512:831a8591fe20c8243b1dbe7d71e3244f31d1665b0804b2e825e38cbbe5ce0caf"
        "b8338851f90780735568773e0a6cd07bbec107cda0b896b008b861075358b6f6",
    )
