"""Archives of a backup: what is missing or damaged is said in a sentence, at whatever place the damage is."""

import errno
import gzip
import io
import os
import tarfile
import zlib
from pathlib import Path

import pytest

from app.backup.folder import BackupError
from app.backup.unpacking import extract


def packed(folder: Path) -> Path:
    """An archive with a few files, and its place."""
    for n in range(4):
        (folder / f"{n}").write_bytes(os.urandom(10_000).hex().encode())
    archive = folder / "base.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        for n in range(4):
            tar.add(folder / f"{n}", f"{n}")
    return archive


@pytest.mark.parametrize("length", [1, 64])
def test_damage_at_any_place_is_told_in_a_sentence_or_left_to_the_manifest(tmp_path: Path, length: int) -> None:
    archive = packed(tmp_path)
    whole, causes = archive.read_bytes(), set()
    for place in range(0, len(whole), 199):
        archive.write_bytes(
            whole[:place] + bytes(each ^ 0xA5 for each in whole[place : place + length]) + whole[place + length :]
        )
        target = tmp_path / f"out {place}"
        try:
            extract(archive, target)
        except BackupError as fault:
            causes.add((str(fault), type(fault.__cause__)))
    assert {each for each, _ in causes} == {f"{archive} is damaged"}
    assert {zlib.error, tarfile.ReadError} <= {cause for _, cause in causes}


def test_damage_in_a_head_makes_no_other_fault(tmp_path: Path) -> None:
    """What is damaged before it is compressed shows in no check sum but that of the head: names, kinds and sizes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in ("folder", "folder/file"):
            head = tarfile.TarInfo(name)
            head.type = tarfile.DIRTYPE if name == "folder" else tarfile.REGTYPE
            tar.addfile(head)
    whole, archive, told = plain.getvalue(), tmp_path / "base.tar.gz", set()
    for place in range(0, 1024, 3):
        for mask in (0x01, 0x55):
            damaged = bytearray(whole)
            damaged[place] ^= mask
            at = place - place % 512
            damaged[at + 148 : at + 156] = b" " * 8  # with a check sum that fits
            damaged[at + 148 : at + 156] = b"%06o\0 " % sum(damaged[at : at + 512])
            archive.write_bytes(gzip.compress(bytes(damaged), 1))
            try:
                extract(archive, tmp_path / f"out {place} {mask}")
            except BackupError as fault:
                told.add(str(fault))
    assert told == {f"{archive} is damaged"}


def test_a_full_disk_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = packed(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "extractall", full)
    with pytest.raises(OSError, match="No space left"):
        extract(archive, tmp_path / "out")


def test_an_archive_that_is_cut_off_or_missing_is_told(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    archive.write_bytes(archive.read_bytes()[:-20_000])
    with pytest.raises(BackupError, match="is damaged"):
        extract(archive, tmp_path / "out")
    archive.unlink()
    with pytest.raises(BackupError, match="is missing"):
        extract(archive, tmp_path / "out")
