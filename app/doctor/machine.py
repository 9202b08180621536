"""What is so on this machine: folders and their disks, the store of photos, the built web apps."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

from app.core.problems import Problem
from app.core.settings import Settings, SettingsError
from app.core.storage import Storage
from app.doctor.finding import Finding, fault, good, note, warning
from app.web.files import BUILT, CONSOLE, FIELD, FIELD_AT, built_app

_GB = 10**9
_FREE_WARNING, _FREE_FAULT = 10 * _GB, _GB
_PROBE = b"kumkm doctor"


async def judge_machine(settings: Settings) -> AsyncGenerator[Finding]:
    """The folder of exports that are downloaded, the store of photos, the web apps."""
    for finding in judge_folder("spool", Path(tempfile.gettempdir()), "TMPDIR"):
        yield finding
    if "://" not in settings.storage:
        for finding in judge_folder("photos", Path(settings.storage), "KUMKM_STORAGE"):
            yield finding
    yield await _judge_store(settings)
    yield judge_web(settings)


def judge_web(settings: Settings, built: Path = BUILT) -> Finding:
    """Whether both web apps are in the folder `built`, and where people find them."""
    if settings.web == "off":
        return note("web", "KUMKM_WEB=off: hanya API yang disajikan.", "KUMKM_WEB=off: only the API is served.")
    if built_app(built / CONSOLE) and built_app(built / FIELD):
        room = f"{settings.public_origin}{settings.root_path.rstrip('/')}/"
        field = f"{room}{FIELD_AT}/"
        return good(
            "web",
            f"Aplikasi web terpasang: ruang kendali di {room} dan aplikasi lapangan di {field} (petugas).",
            f"The web apps are built: the control room at {room} and the field app at {field} (enumerators).",
        )
    return warning(
        "web",
        "Aplikasi web tidak lengkap dalam pemasangan ini: pasang wheel yang dibuat dengan `make build`.",
        "The web apps are not all in this installation: install a wheel that `make build` made.",
    )


def judge_folder(check: str, folder: Path, setting: str) -> Iterator[Finding]:
    """Whether this user can write there, and how much is free, in bytes."""
    folder = folder.expanduser()
    nearest = next((each for each in (folder, *folder.absolute().parents) if each.exists()), Path("/"))
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        yield fault(
            f"{check}_folder",
            f"{setting}: {folder} tidak dapat ditulisi oleh pengguna ini.",
            f"{setting}: this user cannot write to {folder}.",
        )
        return
    free = shutil.disk_usage(nearest).free
    text = (f"{setting}: {free / _GB:,.1f} GB kosong.", f"{setting}: {free / _GB:,.1f} GB are free.")
    judged = fault if free < _FREE_FAULT else warning if free < _FREE_WARNING else good
    yield judged(f"{check}_disk", *text)


async def _judge_store(settings: Settings) -> Finding:
    """Put, read and delete an object that no photo can be."""
    name = hashlib.sha256(_PROBE).hexdigest()
    try:
        storage = Storage(settings)
        await storage.put(name, _PROBE)
        whole = await storage.get(name) == _PROBE
        await storage.delete(name)
    except (Problem, SettingsError, OSError):
        whole = False
    if whole:
        return good("photos", "Foto dapat disimpan, dibaca, dan dihapus.", "Photos can be stored, read and deleted.")
    return fault(
        "photos",
        "Foto tidak dapat disimpan, dibaca, dan dihapus di KUMKM_STORAGE: periksa alamat, kunci S3, dan hak.",
        "Photos cannot be stored, read and deleted in KUMKM_STORAGE: check its address, the keys of S3, the rights.",
    )
