"""Settings in files, one for each, named like its variable. A file that cannot be taken is named, and never what is in
it.
"""

import os
import stat
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from pydantic_settings import SecretsSettingsSource

MOST = 64 * 1024
"""Bytes of a file. A ring of 255 keys has 15 KiB."""

OF_A_FOLDER = "secrets_"
"""How systemd calls the files of a folder that a unit gets by `LoadCredential=secrets:FOLDER`: with this before their
names."""

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class SecretFileError(Exception):
    """A file with a setting cannot be taken; the text says which and why."""


def secret_file(folder: Path, variable: str) -> Path | None:
    """The file of a variable: the one named like it, or else the one that systemd named; None where there is none."""
    files = (folder / variable, folder / f"{OF_A_FOLDER}{variable}")
    return next((file for file in files if os.path.lexists(file)), None)


class SecretFiles(SecretsSettingsSource):
    """The files of a folder, named like their variables, or as systemd names them."""

    @classmethod
    def find_case_path(cls, dir_path: Path, file_name: str, case_sensitive: bool) -> Path | None:  # noqa: FBT001  (as pydantic-settings calls it)
        """The file of a variable, in any case."""
        named = super().find_case_path(dir_path, file_name, case_sensitive)
        return named or super().find_case_path(dir_path, f"{OF_A_FOLDER}{file_name}", case_sensitive)


def read_secret(file: Path) -> str:
    """What is in a file, without the white space around it.

    Raises:
        SecretFileError: it cannot be read, or is no text.
    """
    return text_of(file.name, _content(file), f" ({file})")


def text_of(variable: str, content: bytes, where: str = "") -> str:
    """The text of a setting.

    Raises:
        SecretFileError: it is no text.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise SecretFileError(f"{variable}{where} is not UTF-8 text") from None
    if "\0" in text:
        raise SecretFileError(f"{variable}{where} has a NUL character in it")
    return text.strip()


def unfit_variables(variables: Iterable[str]) -> Iterator[str]:
    """What is wrong with these variables of the environment."""
    for variable in sorted(variables):
        try:
            text_of(variable, os.fsencode(os.environ.get(variable, "")))
        except SecretFileError as exc:
            yield str(exc)


def unfit_files(folder: Path, variables: Container[str]) -> Iterator[str]:
    """What is wrong with the files of these variables in a folder. pydantic takes a file whatever the case of its name,
    passes over what is no file with a warning, and does not say why a file cannot be read.
    """
    for file in sorted(folder.iterdir()):
        if file.name.upper() in variables or file.name.upper().removeprefix(OF_A_FOLDER.upper()) in variables:
            try:
                read_secret(file)
            except SecretFileError as exc:
                yield str(exc)


def _content(file: Path) -> bytes:
    name, where = file.name, f" ({file})"
    try:
        mode = file.stat().st_mode
        if kind := next((kind for is_kind, kind in _KINDS if is_kind(mode)), None):
            raise SecretFileError(f"{name}{where} is {kind}, and has to be a file")
        if file.parent.resolve() not in file.resolve().parents:
            raise SecretFileError(f"{name}{where} leads out of its folder")
        with file.open("rb") as opened:
            content = opened.read(MOST + 1)
    except OSError as exc:
        raise SecretFileError(f"{name}{where} cannot be read: {exc.strerror}") from None
    if len(content) > MOST:
        raise SecretFileError(f"{name}{where} is larger than {MOST // 1024} KiB")
    return content
