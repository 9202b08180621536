"""The demo's settings are used where nothing else is set, its folder is here and this user's own; and it is said."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app as cli
from app.cli.demo_settings import demo_here
from app.core.settings import new_key

ADDRESS = "postgresql://postgres@/kumkm_demo?host=/nowhere"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a demo that is stopped, in the present folder, and an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "KUMKM_SECRETS_DIR", "KUMKM_DATA_DIR"):
        monkeypatch.setenv(name, "")
    made = tmp_path / ".kumkm" / "settings"
    made.mkdir(parents=True, mode=0o700)
    (made / "DATABASE_URL").write_text(ADDRESS)
    (made / "KUMKM_DIGEST_KEY").write_text(new_key())
    return made


def test_the_demo_that_is_stopped_is_told(folder: Path) -> None:
    done = CliRunner().invoke(cli, ["account", "list"])
    assert "Using the demo in .kumkm" in done.stderr
    assert "the demo does not run" in str(done.exception)


@pytest.mark.parametrize("name", ["DATABASE_URL", "KUMKM_SECRETS_DIR", "KUMKM_SEALING_KEYS", "KUMKM_TRAIL_KEY"])
def test_a_setting_of_another_deployment_leaves_the_demo_alone(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert demo_here() is not None
    monkeypatch.setenv(name, "anything")
    assert demo_here() is None


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o770])
def test_a_folder_that_others_may_read_is_not_used(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert demo_here() is None


@pytest.mark.parametrize("content", ["postgresql://owner@db/kumkm", "", "\x00", "nonsense", None])
def test_a_folder_with_another_database_is_not_used(folder: Path, content: str | None) -> None:
    (folder / "DATABASE_URL").unlink()
    if content is not None:
        (folder / "DATABASE_URL").write_text(content)
    assert demo_here() is None


@pytest.mark.parametrize("line", ["serve", "migrate", "server-login"])
def test_what_makes_a_deployment_never_uses_the_demo(folder: Path, line: str) -> None:
    done = CliRunner().invoke(cli, line.split())
    assert "DATABASE_URL" in str(done.exception)
    assert "demo" not in done.output
