"""A setting that cannot be taken is named, with what is wrong and without what is in it."""

import os
import socket
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.keys import KeyFileError, new_key, newest_number_key
from app.core.secret_files import MOST, SecretFileError, read_secret, text_of
from app.core.settings import SettingsError, database_url_from_environment, settings_from_environment

SECRET = "do-not-show-this"


def a_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(file))


def a_link_outside(file: Path) -> None:
    outside = file.parent.parent / "outside"
    outside.write_text(SECRET)
    file.symlink_to(outside)


UNFIT: dict[str, tuple[Callable[[Path], object], str]] = {
    "other text": (lambda file: file.write_bytes(SECRET.encode() + b"\xff\xfe"), "is not UTF-8 text"),
    "NUL": (lambda file: file.write_text(f"{SECRET}\0"), "has a NUL character in it"),
    "large": (lambda file: file.write_text(SECRET * MOST), "is larger than 64 KiB"),
    "endless": (lambda file: file.symlink_to("/dev/zero"), "is a device, and has to be a file"),
    "folder": (lambda file: file.mkdir(), "is a folder, and has to be a file"),
    "pipe": (os.mkfifo, "is a pipe, and has to be a file"),
    "socket": (a_socket, "is a socket, and has to be a file"),
    "circle": (lambda file: file.symlink_to(file), "cannot be read: Too many levels of symbolic links"),
    "link to nothing": (lambda file: file.symlink_to("nothing"), "cannot be read: No such file or directory"),
    "outside": (a_link_outside, "leads out of its folder"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all that is needed, and nothing in the environment."""
    for name in [name for name in os.environ if name.startswith(("KUMKM_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    made = tmp_path / "secrets"
    made.mkdir()
    fit = {
        "DATABASE_URL": "postgresql://db/kumkm",
        "KUMKM_TOKEN_KEYS": f"a:{new_key()}",
        "KUMKM_SEALING_KEYS": f"1:{new_key()}",
        "KUMKM_DIGEST_KEY": new_key(),
    }
    for name, value in fit.items():
        (made / name).write_text(f"{value}\n")
    monkeypatch.setenv("KUMKM_SECRETS_DIR", str(made))
    return made


@pytest.mark.parametrize("kind", UNFIT)
def test_a_file_that_is_no_text_is_named_with_what_is_wrong(folder: Path, kind: str) -> None:
    settings_from_environment()
    for name, read in (
        ("DATABASE_URL", database_url_from_environment),
        ("KUMKM_DIGEST_KEY", settings_from_environment),
        ("KUMKM_POOL_SIZE", settings_from_environment),
    ):
        make, why = UNFIT[kind]
        file = folder / name
        file.unlink(missing_ok=True)
        make(file)
        with warnings.catch_warnings(action="error"), pytest.raises(SettingsError) as told:
            read()
        assert f"{name} ({file}) {why}" in str(told.value)
        assert SECRET not in str(told.value)


def test_a_file_that_may_not_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Path) -> None:  # the user of the tests may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "resolve", refused)
    with pytest.raises(SettingsError, match=r"KUMKM_DIGEST_KEY \(.*\) cannot be read: Permission denied"):
        settings_from_environment()


def test_all_that_is_wrong_is_told_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "kumkm_digest_key").mkdir()
    (folder / "KUMKM_TOKEN_KEYS").write_bytes(b"\xff")
    monkeypatch.setenv("KUMKM_HOST", SECRET + "\udcff")
    with pytest.raises(SettingsError) as told:
        settings_from_environment()
    assert [line.split()[0] for line in str(told.value).splitlines()] == [
        *("KUMKM_HOST", "KUMKM_TOKEN_KEYS", "kumkm_digest_key")
    ]
    assert SECRET not in str(told.value)


def test_a_variable_that_is_no_text_is_named_as_well(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", SECRET + "\udcff")
    with pytest.raises(SettingsError, match=r"^DATABASE_URL is not UTF-8 text\.$"):
        database_url_from_environment()


def test_links_within_the_folder_are_followed_as_kubernetes_has_them(folder: Path) -> None:
    (folder / "..data").mkdir()
    (folder / "KUMKM_DIGEST_KEY").rename(folder / "..data" / "KUMKM_DIGEST_KEY")
    (folder / "KUMKM_DIGEST_KEY").symlink_to("..data/KUMKM_DIGEST_KEY")
    settings_from_environment()


def test_files_of_a_folder_are_taken_as_systemd_names_them(folder: Path) -> None:
    """By `LoadCredential=secrets:FOLDER`; a file with the name of the variable alone comes first."""
    plain = settings_from_environment()
    for name in ("KUMKM_DIGEST_KEY", "DATABASE_URL"):
        (folder / name).rename(folder / f"secrets_{name}")
    assert settings_from_environment() == plain
    assert database_url_from_environment() == "postgresql://db/kumkm"
    (folder / "DATABASE_URL").write_text("postgresql://owner@db/kumkm")
    assert database_url_from_environment() == "postgresql://owner@db/kumkm"
    assert settings_from_environment().database_url.get_secret_value() == "postgresql://owner@db/kumkm"
    (folder / "secrets_KUMKM_DIGEST_KEY").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"secrets_KUMKM_DIGEST_KEY \(.*\) is not UTF-8 text"):
        settings_from_environment()


def test_an_empty_file_is_an_empty_value(folder: Path) -> None:
    (folder / "KUMKM_DIGEST_KEY").write_text("")
    with pytest.raises(SettingsError, match="digest_key: a key has 32 bytes, this one 0"):
        settings_from_environment()


def test_keys_that_are_to_be_rotated_are_named_as_well(folder: Path, tmp_path: Path) -> None:
    (folder / "KUMKM_NUMBER_KEYS").write_bytes(b"\xff")
    with pytest.raises(KeyFileError, match=r"KUMKM_NUMBER_KEYS \(.*\) is not UTF-8 text"):
        newest_number_key(folder)
    (tmp_path / "kumkm.env").write_bytes(b"\xff")
    with pytest.raises(KeyFileError, match=r"kumkm.env is not UTF-8 text"):
        newest_number_key(tmp_path / "kumkm.env")


def test_white_space_around_a_value_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "PORT").write_text(" 8000\n")
    assert read_secret(tmp_path / "PORT") == text_of("PORT", b"8000") == "8000"
    with pytest.raises(SecretFileError):
        text_of("PORT", b"\x00")
