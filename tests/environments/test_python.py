"""Python installations in the real jail, from indexes on this machine: good, bad and hostile."""

import contextlib
import io
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from doc_healing import environments, settings
from doc_healing.environments import jail, registries, store
from doc_healing.model import Checkout, Mount, Wants
from doc_healing.settings import InstallLimits
from tests.environments.places import (
    BACKEND,
    PYPROJECT,
    desk,
    index,
    project,
    python_toolchain,
    run,
    sample,
    serving,
    wheel,
)

pytestmark = pytest.mark.sandbox

PTH = "import pathlib; [p.write_text('x') for p in [pathlib.Path('/opt/env/PWNED')]]\n"
WHEELS = (
    wheel("left", "1.0", {"left.py": "name = 'left'\n"}),
    wheel("left", "2.0", {"left.py": "name = 'new left'\n"}),
    wheel("needy", "1.0", {"needy.py": "import left\n"}, "left<2"),
    wheel("greedy", "1.0", {"greedy.py": ""}, "left>=2"),
    wheel("poison", "1.0", {"poison.pth": PTH, "poison.py": ""}),
    wheel("climber", "1.0", {"../../../escaped.py": "", "climber.py": ""}),
)


@pytest.fixture(scope="module")
def local() -> Iterator[str]:
    with serving(index(*WHEELS)) as url:
        yield url


@pytest.fixture
def at(tmp_path: Path, local: str) -> environments.Desk:
    return desk(tmp_path / "cache", {"UV_DEFAULT_INDEX": f"{local}/simple"})


def prepare(checkout: Checkout, at: environments.Desk, **wants: object) -> object:
    wanted = Wants(**wants)  # type: ignore[arg-type]  # fields by name
    return environments.prepare(checkout, "python", wanted, python_toolchain(), at)


def test_a_project_and_its_dependencies_are_importable(
    tmp_path: Path, at: environments.Desk
) -> None:
    checkout = sample(tmp_path / "repo", "needy")
    found = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert dict(found.packages) == {"needy": "1.0", "left": "1.0", "sample": "1.0"}
    assert found.modules == ("sample",)
    code = "import sample, needy, left, importlib.metadata as m\n"
    code += "print(sample.answer, left.name, m.version('sample'))"
    outcome = run(found, "a.py", code)
    assert outcome.stdout == b"42 left 1.0\n", outcome.stderr


def test_a_change_of_the_code_rebuilds_the_project_alone(
    tmp_path: Path, at: environments.Desk
) -> None:
    said: list[str] = []
    at = replace(at, report=said.append)
    first = environments.prepare(
        sample(tmp_path / "repo", "left"), "python", Wants(), python_toolchain(), at
    )
    said.clear()
    (tmp_path / "repo/sample/__init__.py").write_text("answer = 43\n")
    checkout = Checkout(str(tmp_path / "repo"), sample(tmp_path / "other", "left").files)
    second = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert said == ["building repo"]
    assert first.key.split("-")[0] == second.key.split("-")[0]
    assert run(second, "a.py", "import sample; print(sample.answer)").stdout == b"43\n"
    said.clear()
    environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert said == []


def test_the_environment_is_read_only_when_it_is_used(
    tmp_path: Path, at: environments.Desk
) -> None:
    found = environments.prepare(
        sample(tmp_path / "repo", "left"), "python", Wants(), python_toolchain(), at
    )
    code = """
for place in ("/opt/env/x", "/opt/project/x", "/opt/project/sample/__init__.py"):
    try:
        open(place, "w")
    except OSError as error:
        print(error.strerror)
"""
    assert run(found, "a.py", code).stdout.splitlines() == [b"Read-only file system"] * 3


HOSTILE = """
import os, socket, pathlib
facts = []
for host, port in (("192.0.2.1", 443), ("127.0.0.1", PORT), ("index.example", 443)):
    try:
        socket.create_connection((host, port), 3)
        facts.append("reached " + host)
    except OSError:
        pass
for place in ("/opt/socket", "/opt/downloads", "/root/.ssh", "/etc/shadow", SECRET):
    if os.path.exists(place):
        facts.append("saw " + place)
for name in os.environ:
    if "TOKEN" in name or "INDEX" in name or "PROXY" in name.upper():
        facts.append(name)
pathlib.Path("sample/facts.py").write_text("facts = " + repr(facts))
"""


def test_a_build_backend_sees_no_network_no_secret_and_no_cache(
    tmp_path: Path, at: environments.Desk, local: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "very-secret")
    secret = tmp_path / "secret"
    secret.write_text("x")
    text = HOSTILE.replace("PORT", local.rpartition(":")[2]).replace("SECRET", repr(str(secret)))
    checkout = sample(tmp_path / "repo")
    (tmp_path / "repo/hostile.py").write_text(text)
    checkout = Checkout(checkout.root, tuple(sorted((*checkout.files, "hostile.py"))))
    found = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert run(found, "a.py", "from sample.facts import facts; print(facts)").stdout == b"[]\n"


@pytest.mark.parametrize(
    ("hostile", "said"),
    [
        ("raise SystemExit('compiler says no')", "compiler says no"),
        (
            "os.symlink('/etc/passwd', os.path.join(folder, 'sample-1.0-py3-none-any.whl'))",
            "cannot build",
        ),
        (
            "os.write(3, b'x') if os.path.exists('/proc/self/fd/3') else None; os._exit(0)",
            "no wheel",
        ),
    ],
)
def test_a_hostile_backend_ends_in_a_failed_install(
    tmp_path: Path, at: environments.Desk, hostile: str, said: str
) -> None:
    sample(tmp_path / "repo")
    (tmp_path / "repo/hostile.py").write_text(hostile)
    files = sorted(
        str(p.relative_to(tmp_path / "repo")) for p in (tmp_path / "repo").rglob("*") if p.is_file()
    )
    checkout = Checkout(str(tmp_path / "repo"), tuple(files))
    with pytest.raises(environments.InstallFailed, match=said):
        environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert Path("/etc/passwd").read_text().startswith("root:")


def test_a_link_in_the_checkout_is_not_followed(tmp_path: Path, at: environments.Desk) -> None:
    secret = tmp_path / "secret.py"
    secret.write_text("secret = 'leaked'")
    checkout = sample(tmp_path / "repo")
    (tmp_path / "repo/sample/secret.py").symlink_to(secret)
    (tmp_path / "repo/linked").symlink_to(tmp_path)
    files = (*checkout.files, "linked/secret.py", "sample/secret.py")
    found = environments.prepare(
        Checkout(checkout.root, tuple(sorted(files))), "python", Wants(), python_toolchain(), at
    )
    assert b"No module named 'sample.secret'" in run(found, "a.py", "import sample.secret").stderr


def test_a_path_file_of_a_dependency_does_not_run_while_installing(
    tmp_path: Path, at: environments.Desk
) -> None:
    checkout = sample(tmp_path / "repo", "poison left")
    found = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert "poison" in found.packages
    roots = [entry.root for entry in store.entries(at.cache / "environments")]
    assert not [root for root in roots if (root / "PWNED").exists()]


def test_a_wheel_that_climbs_out_of_its_folder_writes_nothing(
    tmp_path: Path, at: environments.Desk
) -> None:
    with contextlib.suppress(environments.InstallFailed):
        prepare(sample(tmp_path / "repo", "climber"), at)
    assert not list(tmp_path.rglob("escaped.py"))


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        ("absent-package", "absent-package was not found"),
        ("needy greedy", "left<2"),
        ("left==9", "left==9"),
        (
            "x@https://evil.example/x-1.0-py3-none-any.whl",
            "evil.example:443 is not one of the configured",
        ),
    ],
)
def test_what_cannot_be_installed_says_why(
    tmp_path: Path, at: environments.Desk, requires: str, said: str
) -> None:
    with pytest.raises(environments.InstallFailed) as raised:
        prepare(sample(tmp_path / "repo", requires), at)
    assert said in raised.value.message
    assert not list((at.cache / "environments").glob(".new-*"))


def test_a_failed_install_is_not_tried_again_at_once(tmp_path: Path, at: environments.Desk) -> None:
    said: list[str] = []
    at = replace(at, report=said.append)
    for _ in range(2):
        with pytest.raises(environments.InstallFailed, match="absent-package"):
            prepare(sample(tmp_path / "repo", "absent-package"), at)
    assert len([line for line in said if line.startswith("resolving the dep")]) == 1


def test_a_hanging_index_times_out_and_holds_up_nobody(tmp_path: Path, local: str) -> None:
    never = threading.Event()
    with serving({}, never) as url:
        limits = InstallLimits(wall_seconds=4)
        hanging = desk(tmp_path / "c", {"UV_DEFAULT_INDEX": f"{url}/simple"}, limits=limits)
        good = desk(tmp_path / "c", {"UV_DEFAULT_INDEX": f"{local}/simple"})
        failures: list[Exception] = []

        def hang() -> None:
            try:
                prepare(sample(tmp_path / "hanging", "left"), hanging)
            except environments.InstallFailed as failure:
                failures.append(failure)

        thread = threading.Thread(target=hang)
        begin = time.monotonic()
        thread.start()
        found = environments.prepare(
            sample(tmp_path / "good", "needy"), "python", Wants(), python_toolchain(), good
        )
        assert "needy" in found.packages
        thread.join(80)
        assert time.monotonic() - begin < 60
    assert len(failures) == 1
    assert "limit of 4 s" in str(failures[0])


def test_threads_that_want_the_same_install_it_once(tmp_path: Path, at: environments.Desk) -> None:
    said: list[str] = []
    at = replace(at, report=said.append)
    checkout = sample(tmp_path / "repo", "needy")
    keys: list[str] = []

    def ask() -> None:
        keys.append(environments.prepare(checkout, "python", Wants(), python_toolchain(), at).key)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 5
    assert len(set(keys)) == 1
    assert len(said) == len(set(said))


def test_the_declared_packages_are_enough_without_a_project(
    tmp_path: Path, at: environments.Desk
) -> None:
    checkout = project(tmp_path / "repo", {"README.md": "x"})
    found = environments.prepare(
        checkout, "python", Wants(packages=("left<2",)), python_toolchain(), at
    )
    assert run(found, "a.py", "import left; print(left.name)").stdout == b"left\n"
    bare = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert bare.interpreter == python_toolchain().executable
    assert not bare.packages


LOCKS = {
    "uv.lock": '[[package]]\nname = "left"\nversion = "1.0"\nsource = {registry = "x"}\n',
    "poetry.lock": '[[package]]\nname = "left"\nversion = "1.0"\n',
    "pylock.toml": '[[packages]]\nname = "left"\nversion = "1.0"\n',
    "requirements.txt": "left==1.0 --hash=sha256:00\n",
}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_is_honoured(tmp_path: Path, at: environments.Desk, name: str) -> None:
    sample(tmp_path / "repo", "left")
    (tmp_path / "repo" / name).write_text(LOCKS[name])
    files = (*sample(tmp_path / "repo", "left").files, name)
    checkout = Checkout(str(tmp_path / "repo"), tuple(sorted(files)))
    found = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert found.packages["left"] == "1.0"
    assert any(name in note for note in found.notes)


def test_a_lock_that_does_not_fit_is_left_aside_and_said(
    tmp_path: Path, at: environments.Desk
) -> None:
    checkout = sample(tmp_path / "repo", "left>=2")
    (tmp_path / "repo/uv.lock").write_text(LOCKS["uv.lock"])
    checkout = Checkout(checkout.root, tuple(sorted((*checkout.files, "uv.lock"))))
    found = environments.prepare(checkout, "python", Wants(), python_toolchain(), at)
    assert found.packages["left"] == "2.0"
    assert any("do not fit" in note for note in found.notes)


def test_credentials_never_reach_an_error(tmp_path: Path, local: str) -> None:
    url = local.replace("http://", "http://user:hunter2secret@")
    at = desk(tmp_path / "cache", {"UV_DEFAULT_INDEX": f"{url}/simple"})
    with pytest.raises(environments.InstallFailed) as raised:
        prepare(sample(tmp_path / "repo", "absent-package"), at)
    assert "hunter2secret" not in raised.value.message + raised.value.help
    for path in (tmp_path / "cache").rglob("*.json"):
        assert "hunter2secret" not in path.read_text()


def test_an_installation_that_fills_the_disk_is_stopped(tmp_path: Path) -> None:
    big = wheel("big", "1.0", {f"big/f{n}.py": "#" * 200_000 for n in range(300)})
    with serving(index(big)) as url:
        limits = InstallLimits(wall_seconds=60, disk_mib=16)
        at = desk(tmp_path / "c", {"UV_DEFAULT_INDEX": f"{url}/simple"}, limits=limits)
        with pytest.raises(environments.InstallFailed) as raised:
            prepare(sample(tmp_path / "repo", "big"), at)
    assert "16 MiB" in raised.value.message


def test_a_download_beyond_its_limit_is_stopped(tmp_path: Path) -> None:
    import random

    text = random.Random(1).randbytes(2 << 20).hex()
    with serving(index(wheel("big", "1.0", {"big.py": f"x = '{text}'"}))) as url:
        limits = InstallLimits(wall_seconds=60, download_mib=1)
        at = desk(tmp_path / "c", {"UV_DEFAULT_INDEX": f"{url}/simple"}, limits=limits)
        with pytest.raises(environments.InstallFailed, match="1 MiB that an installation may"):
            prepare(sample(tmp_path / "repo", "big"), at)


def _sdist() -> tuple[str, bytes]:
    """A source archive that writes down what it sees while it is built."""
    files = {
        "pyproject.toml": PYPROJECT.replace("sample", "onlysource"),
        "backend.py": BACKEND.replace("sample", "onlysource"),
        "requires.txt": "Requires-Dist: left<2\n",
        "hostile.py": "import os\nopen('onlysource/seen.py', 'w').write("
        "'seen = %r' % [p for p in ('/opt/socket', '/opt/downloads') if os.path.exists(p)])\n",
        "onlysource/__init__.py": "",
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"onlysource-1.0/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return "onlysource-1.0.tar.gz", buffer.getvalue()


def test_a_dependency_without_a_wheel_is_built_without_network(tmp_path: Path) -> None:
    with serving(index(*WHEELS, _sdist())) as url:
        at = desk(tmp_path / "c", {"UV_DEFAULT_INDEX": f"{url}/simple"})
        checkout = sample(tmp_path / "repo", "onlysource")
        with pytest.raises(environments.InstallFailed) as raised:
            environments.prepare(
                checkout, "python", Wants(), python_toolchain(), replace(at, source_builds=False)
            )
        assert "DOC_HEALING_SOURCE_BUILDS" in raised.value.help
        allowed = replace(at, source_builds=True)
        found = environments.prepare(checkout, "python", Wants(), python_toolchain(), allowed)
    assert found.packages["onlysource"] == "1.0"
    assert found.packages["left"] == "1.0"
    code = "from onlysource.seen import seen; print(seen)"
    assert run(found, "a.py", code).stdout == b"[]\n"


def test_the_jail_of_an_installer_reaches_nothing_but_the_proxy(tmp_path: Path, local: str) -> None:
    """What an installer could do if it were turned: no route, no name, no other host."""
    at = desk(tmp_path / "c", {"UV_DEFAULT_INDEX": f"{local}/simple"})
    access = registries.python_access(at.registries, (), 10)
    code = """
import os, socket, urllib.request
def direct(host, port):
    try:
        socket.create_connection((host, port), 3)
        print("REACHED", host)
    except OSError:
        pass
direct("192.0.2.1", 443); direct("127.0.0.1", PORT); direct("169.254.169.254", 80)
try:
    socket.getaddrinfo("index.example", 443)
    print("RESOLVED")
except OSError:
    pass
for url in ("URL/simple/left/", "http://169.254.169.254/", "http://example.com/"):
    try:
        print(url.rpartition("//")[2][:9], urllib.request.urlopen(url, timeout=5).status)
    except OSError as error:
        print(url.rpartition("//")[2][:9], getattr(error, "code", error))
""".replace("PORT", local.rpartition(":")[2]).replace("URL", local)
    python, base = jail.own_python()
    (tmp_path / "out").mkdir()
    work = jail.Work(
        (python, "-c", code), mounts=base, writable=(Mount(str(tmp_path / "out"), "/opt/out"),)
    )
    outcome = jail.install(at, access, work, "a test")
    assert outcome.stdout.decode().split() == [
        "127.0.0.1", "200", "169.254.1", "403", "example.c", "403",
    ]  # fmt: skip


@pytest.mark.network
def test_a_real_registry_and_a_date(tmp_path: Path) -> None:
    checkout = project(tmp_path / "repo", {"README.md": ""})
    at = desk(tmp_path / "c", dict(settings.registries().variables))
    at = replace(at, registries=settings.registries())
    wants = Wants(packages=("idna",), exclude_newer="2023-01-01T00:00:00Z")
    found = environments.prepare(checkout, "python", wants, python_toolchain(), at)
    assert found.packages["idna"] == "3.4"
