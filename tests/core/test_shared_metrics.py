"""The folder in which workers share their figures goes with its server, also where that was killed."""

import fcntl
import os
import tempfile
import time
from pathlib import Path

import pytest

from app.core.shared_metrics import sharing

EMBEDDED_IS_ENOUGH = True
LONG_AGO = 1_000_000_000


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders are made here, and the variable is nobody else's."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("KUMKM_SHARED_METRICS", "")


def left(folder: Path, name: str, *, at: float = LONG_AGO) -> Path:
    made = folder / f"kumkm-metrics-{name}"
    made.mkdir()
    (made / "0.lock").touch()
    os.utime(made, (at, at))
    return made


def test_a_start_removes_what_a_killed_server_left(tmp_path: Path) -> None:
    gone = left(tmp_path, "gone")
    with sharing():
        assert not gone.exists()
        assert len([*tmp_path.iterdir()]) == 1
    assert [*tmp_path.iterdir()] == []


def test_a_start_removes_nothing_that_may_be_in_use(tmp_path: Path) -> None:
    begins = left(tmp_path, "begins", at=time.time())
    of_worker, of_parent = left(tmp_path, "worker"), left(tmp_path, "parent")
    (other := tmp_path / "kumkm-other").mkdir()
    os.utime(other, (LONG_AGO, LONG_AGO))
    target = tmp_path / "target"
    target.mkdir()
    linked = tmp_path / "kumkm-metrics-linked"
    linked.symlink_to(target)
    held = [os.open(of_worker / "0.lock", os.O_RDWR), os.open(of_parent, os.O_RDONLY)]
    for each in held:
        fcntl.flock(each, fcntl.LOCK_EX)
    with sharing():
        assert all(each.exists() for each in (begins, of_worker, of_parent, other, linked, target))
    for each in held:
        os.close(each)


def test_two_servers_of_one_machine_keep_theirs(tmp_path: Path) -> None:
    with sharing():
        [first] = tmp_path.iterdir()
        os.utime(first, (LONG_AGO, LONG_AGO))
        with sharing():
            assert first.exists()
