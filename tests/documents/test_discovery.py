import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing import config
from doc_healing.config import RepoConfig
from doc_healing.documents.discovery import checkout, discover, reader
from doc_healing.errors import UserError
from doc_healing.model import Checkout
from tests import needs


def found(files: Sequence[str], yaml: str = "", paths: Sequence[str] = ()) -> tuple[str, ...]:
    tree = Checkout("/nowhere", tuple(sorted(files)))
    return discover(tree, config.load(yaml, ".doc-healing.yml"), paths).documents


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def git(root: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    subprocess.run(["git", *identity, "-C", str(root), *words], check=True, capture_output=True)


def test_documents_are_told_by_their_ending() -> None:
    files = ["README.md", "a.mdx", "b.markdown", "C.MD", "README", "x.py", "md", "y.rst", "z.md5"]
    assert found(files) == ("C.MD", "README.md", "a.mdx", "b.markdown")


LEFT_OUT = [
    (["docs/en/guide.md", "docs/zh/guide.md"], "docs/zh/guide.md"),
    (["docs/guide.md", "docs/pt-BR/guide.md"], "docs/pt-BR/guide.md"),
    (["docs/guide.md", "docs/zh-hans/guide.md"], "docs/zh-hans/guide.md"),
    (["docs/en/docs/index.md", "docs/ja/docs/index.md"], "docs/ja/docs/index.md"),
    (["docs/a.md", "i18n/fr/docusaurus-plugin-content-docs/current/a.md"],
     "i18n/fr/docusaurus-plugin-content-docs/current/a.md"),
    (["README.md", "README.zh-CN.md"], "README.zh-CN.md"),
    (["README.md", "README_ja.md"], "README_ja.md"),
    (["README.md", "README-zh_CN.md"], "README-zh_CN.md"),
    (["README.md", "README_CN.md"], "README_CN.md"),
    (["README.md", "docs/README.pt-br.md"], "docs/README.pt-br.md"),
    (["docs/getting-started.md", "docs/getting-started.fr.md"], "docs/getting-started.fr.md"),
    (["docs/my-guide.md", "docs/my-guide_es.md"], "docs/my-guide_es.md"),
    (["docs/index.md", "docs/de/index.md", "docs/fr/index.md"], "docs/de/index.md"),
    (["docs/en/x.md", "docs/ts/x.md"], "docs/ts/x.md"),
    (["README.md", "CHANGELOG.md"], "CHANGELOG.md"),
    (["README.md", "HISTORY.md"], "HISTORY.md"),
    (["README.md", "NEWS.md"], "NEWS.md"),
    (["README.md", "docs/release-notes.md"], "docs/release-notes.md"),
    (["README.md", "docs/changelog/2.0.md"], "docs/changelog/2.0.md"),
    (["README.md", "docs/releases/2.0.1.md"], "docs/releases/2.0.1.md"),
    (["README.md", "CHANGELOG-1.x.md"], "CHANGELOG-1.x.md"),
    (["README.md", "packages/a/package.json", "packages/a/history.md"], "packages/a/history.md"),
    (["docs/a.md", "versioned_docs/version-1.0/a.md"], "versioned_docs/version-1.0/a.md"),
    (["docs/a.md", "docs/zh-CN/术语表.md"], "docs/zh-CN/术语表.md"),
    ([f"docs/{lang}/a.md" for lang in ("en", "de", "fr", "zh", "em")], "docs/em/a.md"),
    (["README.md", "docs/breaking-changes/0.146.0.md"], "docs/breaking-changes/0.146.0.md"),
    (["README.md", "MIGRATION_1.X_TO_2.X.md"], "MIGRATION_1.X_TO_2.X.md"),
    (["README.md", "website/blog/2023-05-16-new/index.md"], "website/blog/2023-05-16-new/index.md"),
    (["README.md", "node_modules/x/README.md"], "node_modules/x/README.md"),
    (["README.md", "src/vendor/x/README.md"], "src/vendor/x/README.md"),
    (["README.md", "tests/fixtures/broken.md"], "tests/fixtures/broken.md"),
    (["README.md", ".github/PULL_REQUEST_TEMPLATE.md"], ".github/PULL_REQUEST_TEMPLATE.md"),
    (["README.md", ".github/ISSUE_TEMPLATE/bug.md"], ".github/ISSUE_TEMPLATE/bug.md"),
    (["README.md", "{{cookiecutter.name}}/README.md"], "{{cookiecutter.name}}/README.md"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "out"), LEFT_OUT)
def test_is_left_out_with_a_reason_and_examined_when_named(files: list[str], out: str) -> None:
    tree = Checkout("/nowhere", tuple(sorted(files)))
    usual = discover(tree, RepoConfig())
    assert out not in usual.documents
    assert dict(usual.left_out)[out]
    named = discover(tree, RepoConfig(), [out])
    assert named.documents == (out,)
    assert dict(named.insisted)[out] == dict(usual.left_out)[out]


@pytest.mark.parametrize(
    ("folder", "document"),
    [
        ("docs/zh", "docs/zh/guide.md"),
        ("docs/zh/deep", "docs/zh/deep/x.md"),
        ("node_modules/a", "node_modules/a/README.md"),
        ("tests/fixtures", "tests/fixtures/broken.md"),
        ("docs/changelog", "docs/changelog/second.md"),
        ("docs/internal", "docs/internal/a.md"),
    ],
)
def test_a_rule_about_a_folder_says_nothing_of_a_walk_that_starts_in_it(
    folder: str, document: str
) -> None:
    files = ["docs/en/guide.md", "docs/en/deep/x.md", "docs/zh/deep/x.md", document]
    yaml = "exclude: [docs/internal/]"
    assert document not in found(files, yaml)
    assert document in found(files, yaml, [folder])


KEPT = [
    ["docs/go/quickstart.md", "docs/js/quickstart.md", "docs/python/quickstart.md"],
    ["docs/quickstart.md", "docs/ts/quickstart.md", "docs/cs/quickstart.md"],
    ["docs/index.md", "docs/ts/index.md"],
    ["docs/index.md", "docs/go/index.md"],
    ["docs/zh/a.md", "docs/ja/b.md"],
    ["docs/en/guide.md"],
    ["README.zh-CN.md"],
    ["docs/install.md", "docs/install-ts.md", "docs/install-go.md", "docs/install-js.md"],
    ["docs/api.md", "docs/api-v2.md", "docs/set-up.md", "docs/set.md", "docs/what_is_it.md"],
    ["docs/history.md", "docs/news.md", "docs/releases.md", "docs/changing-things.md"],
    ["docs/how-to-write-a-changelog.md", "docs/releases/how-we-release.md"],
    ["docs/vendors.md", "docs/tests/writing.md", "docs/data/loading.md", "docs/fixtures/use.md"],
    ["docs/it/intro.md", "docs/hr/intro.md"],
    ["RELEASE.md", "docs/release.md", "docs/migration.md", "docs/migrate-a-database.md"],
    ["docs/2023-01-01-design.md", "blog/about.md"],
    ["docs/en/a.md", "docs/guides/a.md", "docs/python/a.md"],
]


@pytest.mark.parametrize("files", KEPT)
def test_is_kept(files: list[str]) -> None:
    assert found(files) == tuple(sorted(files))


def test_the_config_narrows_and_widens() -> None:
    files = ["README.md", "CHANGELOG.md", "docs/a.md", "docs/old/b.md", "README.de.md"]
    assert found(files, "include: [docs/]") == ("docs/a.md", "docs/old/b.md")
    assert found(files, "exclude: ['docs/old/**']") == ("README.md", "docs/a.md")
    assert "CHANGELOG.md" in found(files, "changelogs: {include: true}")
    assert "README.de.md" in found(files, "translations: {include: true}")


def test_paths_select_and_unknown_ones_are_refused() -> None:
    files = ["README.md", "docs/a.md", "docs/b/c.md"]
    assert found(files, paths=["docs/"]) == ("docs/a.md", "docs/b/c.md")
    assert found(files, paths=["./docs/b", "README.md"]) == ("README.md", "docs/b/c.md")
    assert found(files, paths=["."]) == tuple(files)
    with pytest.raises(UserError, match="does not exist") as refused:
        found(files, paths=["docs/aa.md"])
    assert refused.value.help == "did you mean docs/a.md?"
    with pytest.raises(UserError, match="outside"):
        found(files, paths=["../other.md"])


@pytest.mark.parametrize("with_git", [True, False])
def test_ignored_files_are_left_out(tmp_path: Path, with_git: bool) -> None:
    write(tmp_path, "README.md", "build/a.md", "docs/keep.md", "docs/x.tmp.md", "docs/b/no.md")
    write(tmp_path, "docs/b/yes.md", ".git-like.md", "naïve dir/ü.md")
    (tmp_path / ".gitignore").write_text("/build/\n*.tmp.md\n")
    (tmp_path / "docs/b/.gitignore").write_text("*\n!yes.md\n")
    if with_git:
        git(tmp_path, "init", "-q")
    documents = discover(checkout(tmp_path), RepoConfig()).documents
    wanted = (".git-like.md", "README.md", "docs/b/yes.md", "docs/keep.md", "naïve dir/ü.md")
    assert documents == wanted


def test_an_ignored_directory_is_examined_when_named(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "build/a.md")
    (tmp_path / ".gitignore").write_text("build/\n")
    git(tmp_path, "init", "-q")
    tree = checkout(tmp_path)
    assert discover(tree, RepoConfig(), ["build"]).documents == ("build/a.md",)
    assert discover(tree, RepoConfig(), ["build/a.md"]).documents == ("build/a.md",)
    assert checkout(tmp_path / "build").files == ("a.md",)


def test_deleted_files_submodules_and_nested_repositories_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "gone.md", "inner/README.md")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "README.md", "gone.md")
    git(tmp_path / "inner", "init", "-q")
    (tmp_path / "gone.md").unlink()
    assert checkout(tmp_path).files == ("README.md",)


def test_links_and_special_files(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    write(root, "README.md")
    write(tmp_path, "secret.md", "outside/x.md")
    (root / "inside.md").symlink_to("README.md")
    (root / "leaves.md").symlink_to("../secret.md")
    (root / "absolute.md").symlink_to(tmp_path / "secret.md")
    (root / "dangling.md").symlink_to("nothing.md")
    (root / "loop.md").symlink_to("loop.md")
    (root / "folder").symlink_to("../outside")
    os.mkfifo(root / "pipe.md")
    tree = checkout(root)
    assert tree.files == ("README.md", "inside.md")
    assert set(dict(tree.left_out)) == {"leaves.md", "absolute.md", "pipe.md", "folder"}
    result = discover(tree, RepoConfig())
    assert result.documents == ("README.md",)
    assert dict(result.left_out)["inside.md"] == "a link to README.md"
    assert discover(tree, RepoConfig(), ["inside.md"]).documents == ("inside.md",)


def test_the_reader_never_leaves_the_root(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    write(root, "a/b.md", "big.md", "top.md")
    write(tmp_path, "secret.md")
    (root / "big.md").write_bytes(b"x" * 101)
    (root / "a/up.md").symlink_to("../top.md")
    (root / "a/out.md").symlink_to("../../secret.md")
    (root / "a/around.md").symlink_to("../../repo/top.md")
    (root / "abs.md").symlink_to(root / "top.md")
    (root / "out").symlink_to("..")
    (root / "here").symlink_to(".")
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    os.mkfifo(root / "pipe")
    read = reader(checkout(root), most_bytes=100)
    assert read("a/b.md") == b"a/b.md"
    assert read("a/../top.md") == read("a/up.md") == read("here/here/top.md") == b"top.md"
    refused = ["a/out.md", "a/around.md", "abs.md", "out/secret.md", "../secret.md", "one", "pipe"]
    refused += ["big.md", "a", "", ".", "nothing", str(tmp_path / "secret.md"), "top.md/x", "a\0b"]
    refused += ["..", "a/../../secret.md", "\ud800", "x" * 300]
    assert [path for path in refused if read(path) is not None] == []


def test_a_file_name_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    tree = checkout(tmp_path)
    assert tree.files == ()
    assert tree.left_out == (("caf\\udce9.md", "its name is not UTF-8"),)


def test_the_configuration_of_a_hostile_repository_runs_nothing(tmp_path: Path) -> None:
    write(tmp_path, "README.md")
    git(tmp_path, "init", "-q")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    (tmp_path / ".gitattributes").write_text("*.md filter=trap diff=trap\n")
    keys = ("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy")
    more = ("filter.trap.clean", "filter.trap.smudge", "filter.trap.process", "diff.external")
    for key in (*keys, *more, "diff.trap.textconv", "alias.ls-files", "credential.helper"):
        git(tmp_path, "config", key, str(trap))
    for hook in ("post-index-change", "fsmonitor-watchman", "query-watchman"):
        (tmp_path / ".git/hooks" / hook).write_text(trap.read_text())
        (tmp_path / ".git/hooks" / hook).chmod(0o755)
    git_free = checkout(tmp_path)
    assert "README.md" in git_free.files
    assert not (tmp_path / "sprung").exists()


def test_a_broken_repository_is_walked(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "sub/a.md", "no/b.md")
    (tmp_path / ".gitignore").write_text("no/\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text("nonsense")
    assert checkout(tmp_path).files == (".gitignore", "README.md", "sub/a.md")


def test_a_repository_of_another_user_is_listed(tmp_path: Path) -> None:
    needs.root("giving files away")
    write(tmp_path, "README.md", "ignored.md")
    (tmp_path / ".gitignore").write_text("ignored.md\n*.x\n[\n***************a***************b\n")
    git(tmp_path, "init", "-q")
    for path in [tmp_path, *tmp_path.rglob("*")]:
        os.chown(path, 12345, 12345)
    assert checkout(tmp_path).files == (".gitignore", "README.md")


NAMES = st.sampled_from(
    "docs en zh ja go ts js guide.md README.md README.zh.md index.md a.fr.md vendor CHANGELOG.md"
    " tests fixtures news i18n x.mdx main.py".split()
)
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=4).map("/".join), max_size=12, unique=True)


@given(files=PATHS, yaml=st.sampled_from(["", "include: [docs/]", "exclude: ['*.fr.md']"]))
@settings(max_examples=300, deadline=None)
def test_every_document_is_either_examined_or_named_with_a_reason(
    files: list[str], yaml: str
) -> None:
    tree = Checkout("/nowhere", tuple(sorted(files)))
    result = discover(tree, config.load(yaml, "c.yml"))
    every = {path for path in files if path.endswith((".md", ".mdx"))}
    out = dict(result.left_out)
    assert set(result.documents) | set(out) == every
    assert not set(result.documents) & set(out)
    assert all(out.values())
    for path in every:  # what is named is always examined
        assert path in discover(tree, config.load(yaml, "c.yml"), [path]).documents
