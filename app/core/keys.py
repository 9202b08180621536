"""Key rings: several keys are accepted, one is used, and a new one takes over at a time that all processes know.

A ring is written `id:key,id:key`. An id may say from when its key is used, as in `2@20261123T1030Z:key`. Until then the
key is only accepted, so that every process of a deployment can learn it before any of them uses it: that is what makes
a rotation without a moment in which one process refuses what another has just signed or sealed.
"""

import base64
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from app.core.files import write_whole
from app.core.secret_files import SecretFileError, read_secret

HIGHEST_NUMBER = 255  # a sealed value names its key in one byte
KEY_BYTES = 32
_FORMAT = "%Y%m%dT%H%MZ"
_ALWAYS = datetime.min.replace(tzinfo=UTC)

TOKEN_KEYS, SEALING_KEYS = "KUMKM_TOKEN_KEYS", "KUMKM_SEALING_KEYS"
DIGEST_KEY, NUMBER_KEYS = "KUMKM_DIGEST_KEY", "KUMKM_NUMBER_KEYS"
OUTLIVED_AFTER = timedelta(hours=2)
"""A token key is taken out so long after another took over: no access token lives longer than an hour."""


class KeyFileError(Exception):
    """The keys are not where they were said to be, or cannot be read."""


def new_key() -> str:
    """A fresh random key as settings have it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode().rstrip("=")


def id_and_start(name: str) -> tuple[str, datetime]:
    """The id of a key and from when it is used.

    Raises:
        ValueError: what follows `@` is no time.
    """
    id_, at, start = name.partition("@")
    return id_, datetime.strptime(start, _FORMAT).replace(tzinfo=UTC) if at else _ALWAYS


def in_use(starts: Mapping[str, datetime], now: datetime) -> str:
    """The id of the key that is used: the last one whose time has come, or the first of all."""
    begun = [id_ for id_, start in starts.items() if start <= now]
    return begun[-1] if begun else next(iter(starts))


class Rotated(NamedTuple):
    """What a rotation did: the ids of new keys, those taken out, and from when the new ones are used."""

    new: list[str]
    taken_out: list[str]
    starts_at: datetime


def rotate(place: Path, *, token: bool, sealing: bool, wait: timedelta, now: datetime) -> Rotated:
    """Add keys to the rings in an environment file or a folder of secrets; they are used after `wait`.

    The file is replaced as a whole, so that no process reads half of it, and only its owner can read it. Not
    idempotent: every call adds keys.

    Raises:
        KeyFileError: a ring is missing.
    """
    starts_at = (now + wait).replace(second=0, microsecond=0) + timedelta(minutes=1)
    done = Rotated([], [], starts_at)
    changes: dict[str, str] = {}
    if token:
        ring = _entries(_read(place, TOKEN_KEYS))
        starts = {id_: start for id_, (start, _) in ring.items()}
        current = list(starts).index(in_use(starts, now - OUTLIVED_AFTER))
        done.taken_out.extend(list(ring)[:current])
        kept = {id_: entry for id_, entry in ring.items() if id_ not in done.taken_out}
        id_ = f"{starts_at:%Y%m%d%H%M}"
        changes[TOKEN_KEYS] = _written({**kept, id_: (starts_at, new_key())})
        done.new.append(f"{TOKEN_KEYS} {id_}")
    if sealing:
        ring = _entries(_read(place, SEALING_KEYS))
        if not all(id_.isascii() and id_.isdigit() for id_ in ring) or max(map(int, ring)) >= HIGHEST_NUMBER:
            raise KeyFileError(f"{SEALING_KEYS} has keys by numbers from 1 to {HIGHEST_NUMBER}, and room for one more.")
        id_ = str(max(map(int, ring)) + 1)
        changes[SEALING_KEYS] = _written({**ring, id_: (starts_at, new_key())})
        done.new.append(f"{SEALING_KEYS} {id_}")
    _write(place, changes)
    return done


def add_number_key(place: Path) -> bool:
    """Add a key for the digests of numbers, which is only known until they are moved to it; whether it was added.
    Idempotent: where two are in force already, nothing is done.

    Raises:
        KeyFileError: there is no digest key.
    """
    try:
        ring = _read(place, NUMBER_KEYS)
    except KeyFileError:
        ring = _read(place, DIGEST_KEY)
    if "," in ring:
        return False
    _write(place, {NUMBER_KEYS: f"{ring},{new_key()}"})
    return True


def newest_number_key(place: Path) -> bytes:
    """The newest key of numbers.

    Raises:
        KeyFileError: no key of numbers was added, or it is none.
    """
    try:
        return base64.urlsafe_b64decode(_read(place, NUMBER_KEYS).split(",")[-1] + "==")
    except ValueError as exc:
        raise KeyFileError(f"{NUMBER_KEYS} has something else than keys in it.") from exc


def drop_older_number_keys(place: Path) -> None:
    """Keep the newest key of numbers only. Idempotent by nature.

    Raises:
        KeyFileError: no key of numbers was added.
    """
    _write(place, {NUMBER_KEYS: _read(place, NUMBER_KEYS).split(",")[-1]})


def _entries(ring: str) -> dict[str, tuple[datetime, str]]:
    entries = {}
    for part in filter(None, map(str.strip, ring.split(","))):
        name, _, key = part.partition(":")
        try:
            id_, start = id_and_start(name)
        except ValueError as exc:
            raise KeyFileError("A ring of keys is written `id:key,id@20261123T1030Z:key`; this one is not.") from exc
        entries[id_] = (start, key)
    if not entries:
        raise KeyFileError("A ring of keys has no key in it.")
    return entries


def _written(entries: Mapping[str, tuple[datetime, str]]) -> str:
    return ",".join(
        f"{id_}{'' if start == _ALWAYS else '@' + start.strftime(_FORMAT)}:{key}"
        for id_, (start, key) in entries.items()
    )


def _read(place: Path, name: str) -> str:
    if place.is_dir():
        file = place / name
        if not file.exists():
            raise KeyFileError(f"There is no file {name} in {place}.")
        try:
            return read_secret(file)
        except SecretFileError as exc:
            raise KeyFileError(f"{exc}.") from None
    found = re.search(rf"^{name}=(.*)$", _text_of(place), re.MULTILINE)
    if found is None:
        raise KeyFileError(f"There is no line {name}=… in {place}.")
    return found[1].strip().strip("\"'")


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise KeyFileError(f"{file} is not UTF-8 text.") from None


def _write(place: Path, changes: Mapping[str, str]) -> None:
    if place.is_dir():
        for name, value in changes.items():
            write_whole(place / name, f"{value}\n".encode())
        return
    text = _text_of(place)
    for name, value in changes.items():
        line = f"{name}={value}"
        text, found = re.subn(rf"^{name}=.*$", line, text, flags=re.MULTILINE)
        if not found:
            text = f"{text.rstrip()}\n{line}\n"
    write_whole(place, text.encode())
