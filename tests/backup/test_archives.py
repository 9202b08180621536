"""Archives of a backup: what is missing or damaged is said in a sentence, at whatever place the damage is."""

import os
import tarfile
import zlib
from pathlib import Path

import pytest

from app.backup.folder import BackupError
from app.backup.restoring import extract


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


def test_an_archive_that_is_cut_off_or_missing_is_told(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    archive.write_bytes(archive.read_bytes()[:-20_000])
    with pytest.raises(BackupError, match="is damaged"):
        extract(archive, tmp_path / "out")
    archive.unlink()
    with pytest.raises(BackupError, match="is missing"):
        extract(archive, tmp_path / "out")
