"""What an entry says that is sealed: the owner, the address and the numbers; and what a tablet reads of it. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from app.core.sealing import KeyRing

_CONFIRMED = (("address",), ("rt",), ("rw",), ("owner", "address"))
"""Sealed answers of the round before that the enumerator confirms at the door; money, numbers and telephones are not
among them."""
_NUMBERS = {"nik": ("owner", "nik"), "nib": ("nib",), "cooperative_number": ("cooperative_number",)}
_PERSON = (("owner", "name"), ("chair", "name"))
_OF_THEN = frozenset({"other_business_of_owner"})
"""Open answers that are about the round in which they were given."""


class Contents(NamedTuple):
    """What is sealed of an entry. `answers`: what is confirmed of the answers of the round before."""

    owner: str | None = None
    address: str | None = None
    numbers: Mapping[str, str] = {}
    answers: Mapping[str, Any] = {}

    def seal(self, ring: KeyRing, entry_id: UUID) -> bytes:
        """Sealed, bound to the entry's id."""
        said = {name: value for name, value in self._asdict().items() if value}
        return ring.seal(orjson.dumps(said), entry_id.bytes)

    @classmethod
    def unseal(cls, ring: KeyRing, entry_id: UUID, sealed: bytes | None) -> "Contents":
        """What `seal` made; nothing where it is no longer kept."""
        return cls() if sealed is None else cls(**orjson.loads(ring.unseal(sealed, entry_id.bytes)))


def carried(open_answers: Mapping[str, Any], sealed_answers: Mapping[str, Any]) -> tuple[dict[str, Any], Contents]:
    """Of the answers of the round before, the open ones that fill in the next form, and what is sealed beside them."""
    plain = {name: value for name, value in open_answers.items() if name not in _OF_THEN and value is not None}
    confirmed: dict[str, Any] = {}
    for path in _CONFIRMED:
        value = _at(sealed_answers, path)
        if isinstance(value, str):
            _put(confirmed, path, value)
    numbers = {kind: value for kind, path in _NUMBERS.items() if isinstance(value := _at(sealed_answers, path), str)}
    people = (_at(sealed_answers, path) or _at(open_answers, path) for path in _PERSON)
    owner = next((each for each in people if isinstance(each, str)), None)
    return plain, Contents(owner, confirmed.get("address"), numbers, confirmed)


def prefilled(open_answers: Mapping[str, Any], contents: Contents) -> dict[str, Any]:
    """The answers that a tablet fills in, to be confirmed."""
    return _merged(open_answers, contents.answers)


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(one)
    for name, value in other.items():
        mine = merged.get(name)
        merged[name] = _merged(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return merged


def _at(answers: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = answers
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _put(answers: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    *blocks, last = path
    for name in blocks:
        answers = answers.setdefault(name, {})
    answers[last] = value
