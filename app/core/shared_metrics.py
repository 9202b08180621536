"""Metrics of all worker processes as one: each writes its own into a folder; the one that is scraped adds them up.

A worker has a slot in the folder, by a file lock that ends with its process. The next worker takes the slot and
continues counting from there, so that no count is lost or counted twice, and there are never more files than slots. The
parent process makes the folder for one run, and holds a lock of its own.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import prometheus_client.values
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_FOLDER = "KUMKM_SHARED_METRICS"  # set by the parent for its workers, and by nothing else
_PREFIX = "kumkm-metrics-"
_BEGINNING_S = 60  # a server that has made its folder has locked it by then
_LIBRARYS = "PROMETHEUS_MULTIPROC_DIR"
_held: list[int] = []


@contextmanager
def sharing() -> Iterator[None]:
    """Have the workers that are started meanwhile share their figures in a folder, which goes with the last line."""
    _remove_left_ones()
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(held, fcntl.LOCK_EX)
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            os.close(held)


def _remove_left_ones() -> None:
    """Remove what servers left that were killed: no living process has a lock in it. Locks say so more surely than
    process ids, which are given again, and are others in each container.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another start removes it as well
            found = folder.lstat()
            owned = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
            if owned and time.time() - found.st_mtime > _BEGINNING_S and _is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(held)
    return all(_lock(folder, int(each.stem), only_look=True) for each in folder.glob("*.lock"))


def take_place() -> Path | None:
    """Keep every metric that is made from now on in the folder of the parent, and give that; None where there is none.

    To be called once in a process, before its first metric.
    """
    configured = os.environ.get(_FOLDER)
    if configured is None:
        return None
    folder = Path(configured)
    place = next(number for number in count() if _lock(folder, number))
    _forget_gauges(folder, place)  # of the worker that had the slot before
    os.environ[_LIBRARYS] = configured
    prometheus_client.values.ValueClass = prometheus_client.values.MultiProcessValue(lambda: place)  # type: ignore[no-untyped-call]  # untyped there
    return folder


def added_up(folder: Path) -> bytes:
    """The figures of all workers, in the text form of Prometheus."""
    for lock in folder.glob("*.lock"):
        place = int(lock.stem)
        if _lock(folder, place, only_look=True):  # the worker is gone: keep its counters, not its gauges
            _forget_gauges(folder, place)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]  # untyped there
    return generate_latest(registry)


def _lock(folder: Path, place: int, *, only_look: bool = False) -> bool:
    """Whether the place was free; it is taken for the life of the process unless one only looks."""
    file = os.open(folder / f"{place}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if only_look else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    if only_look:
        os.close(file)
    else:
        _held.append(file)
    return True


def _forget_gauges(folder: Path, place: int) -> None:
    for file in folder.glob(f"gauge_*_{place}.db"):
        file.unlink(missing_ok=True)
