"""The release before a checkout is found by its tag, or by the commit that set its version; or it is said why not."""

import subprocess
from pathlib import Path

import pytest
from previous_release import NoReleaseError, previous_release

VERSIONS = ("0.1.0", "0.2.0", "0.3.0")
IDENTITY = ("-c", "user.name=KUMKM", "-c", "user.email=kumkm@kumkm.test", "-c", "init.defaultBranch=main")


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(root: Path, version: str, *released: str) -> None:
    (root / "app").mkdir(exist_ok=True)
    (root / "app" / "__init__.py").write_text(f'__version__ = "{version}"\n')
    headings = "".join(f"\n## [{each}] - 2026-11-27\n" for each in reversed(released))
    (root / "CHANGELOG.md").write_text(f"# Changelog\n\n## [Unreleased]\n{headings}")


def commit(root: Path, what: str) -> str:
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--allow-empty", "--message", what)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with three releases and work after each, and no tag."""
    made = tmp_path / "made"
    made.mkdir()
    git(made, "init", "--quiet")
    for number, version in enumerate(VERSIONS, 1):
        write(made, version, *VERSIONS[:number])
        commit(made, f"Release {version}")
        commit(made, "Work")
    return made


def of(root: Path, version: str) -> str:
    return git(root, "log", "--format=%H", f"--grep=^Release {version}$")


def test_without_tags_it_is_the_commit_that_set_the_version_which_the_changelog_has(root: Path) -> None:
    assert previous_release(root)[:2] == ("0.3.0", of(root, "0.3.0"))
    write(root, "0.4.0", *VERSIONS)
    commit(root, "The next version, which is not released yet")
    commit(root, "Work")
    assert previous_release(root)[:2] == ("0.3.0", of(root, "0.3.0"))


def test_the_commit_of_a_release_is_compared_with_the_one_before(root: Path) -> None:
    git(root, "checkout", "--quiet", of(root, "0.3.0"))
    assert previous_release(root)[:2] == ("0.2.0", of(root, "0.2.0"))
    for version in VERSIONS:
        git(root, "tag", "--annotate", f"v{version}", "--message", version, of(root, version) or "HEAD")
    assert previous_release(root)[:2] == ("0.2.0", of(root, "0.2.0"))


def test_a_tag_says_which_commit_it_is_and_one_of_another_branch_is_none(root: Path) -> None:
    git(root, "tag", "v0.3.0", "HEAD~1")
    git(root, "tag", "not-a-release")
    commit(root, "Work")
    assert previous_release(root)[:2] == ("0.3.0", of(root, "0.3.0"))
    git(root, "tag", "v0.3.1", "HEAD~1")
    assert previous_release(root)[:2] == ("0.3.1", git(root, "rev-parse", "HEAD~1"))
    git(root, "checkout", "--quiet", "-b", "other", "HEAD~2")
    commit(root, "Elsewhere")
    git(root, "tag", "v0.9.0")
    git(root, "checkout", "--quiet", "main")
    assert previous_release(root).version == "0.3.1"


def test_a_shallow_clone_says_what_is_missing_unless_it_has_the_tag(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", root.as_uri(), "shallow")
    with pytest.raises(NoReleaseError, match="git fetch --unshallow --tags"):
        previous_release(tmp_path / "shallow")
    git(root, "tag", "v0.3.0", "HEAD~1")
    git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow", "--tags")
    assert previous_release(tmp_path / "shallow")[:2] == ("0.3.0", of(root, "0.3.0"))


def test_an_archive_of_the_source_is_no_repository(root: Path) -> None:
    (root / ".git").rename(root / "git")
    with pytest.raises(NoReleaseError, match="no git repository"):
        previous_release(root)
