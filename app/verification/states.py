"""What an answer about a number means for a business. Pure.

An agency that knows (Dukcapil for a NIK, OSS for a NIB) answers only whether a number fits a name. So an answer is
about a *pair*: the number, and the name that it was compared with. A state holds as long as the business has that very
pair. With another number or another name, by whatever way, the state is `unverified` again; and where the pair comes
back, as by an undone decision, so does the state.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal, NamedTuple, get_args

Kind = Literal["nik", "nib", "cooperative_number"]
Answer = Literal["match", "mismatch", "not_found"]
State = Literal["unverified", "match", "mismatch", "not_found"]

KINDS: tuple[Kind, ...] = get_args(Kind)
ANSWERS: tuple[Answer, ...] = get_args(Answer)
UNVERIFIED: State = "unverified"
_FINGERPRINT = 16

WORDS: Mapping[str, Answer] = {
    "match": "match",
    "sesuai": "match",
    "cocok": "match",
    "ya": "match",
    "yes": "match",
    "y": "match",
    "s": "match",
    "mismatch": "mismatch",
    "tidak sesuai": "mismatch",
    "tidak cocok": "mismatch",
    "tidak": "mismatch",
    "no": "mismatch",
    "t": "mismatch",
    "ts": "mismatch",
    "not_found": "not_found",
    "not found": "not_found",
    "tidak ditemukan": "not_found",
    "tidak ada": "not_found",
    "tt": "not_found",
}
"""What an answer file may say, in small letters with single blanks. Digits are no answers: agencies differ in what 0
and 1 mean."""


class Pair(NamedTuple):
    """What was asked, or what a business has: a number as its digest, and the name that belongs to it."""

    number: bytes
    name: str


class Answered(NamedTuple):
    """An answer that came in, and the pair that was asked; `name` is a fingerprint that `salt` belongs to."""

    kind: Kind
    number: bytes
    name: bytes
    salt: bytes
    answer: Answer
    source: str
    answered_on: date
    answered_at: datetime


class Standing(NamedTuple):
    """The state of a number, by whom, and of which day."""

    state: Answer
    source: str
    on: date


def fingerprint(name: str, salt: bytes) -> bytes:
    """A name, so that it can be compared later without being kept: 16 bytes. Capitals and blanks do not matter."""
    said = " ".join(name.casefold().split())
    return hashlib.sha256(salt + said.encode()).digest()[:_FINGERPRINT]


def is_about(answered: Answered, pair: Pair | None) -> bool:
    """Whether an answer is about this pair."""
    return (
        pair is not None and answered.number == pair.number and answered.name == fingerprint(pair.name, answered.salt)
    )


def standings(answers: Iterable[Answered], pairs: Mapping[Kind, Pair]) -> dict[Kind, Standing]:
    """The states of a business's numbers; what is not in it is unverified. Of several answers about the pair that the
    business has, the newest holds: by its day, then by when it came in.
    """
    found: dict[Kind, Answered] = {}
    for each in answers:
        before = found.get(each.kind)
        if is_about(each, pairs.get(each.kind)) and (before is None or _age(before) <= _age(each)):
            found[each.kind] = each
    return {kind: Standing(each.answer, each.source, each.answered_on) for kind, each in found.items()}


def read_word(text: str) -> Answer | None:
    """What a cell of an answer file says; None where that is no answer."""
    return WORDS.get(" ".join(text.casefold().replace("_", " ").split())) or WORDS.get(text.casefold().strip())


def as_stored(found: Mapping[Kind, Standing]) -> dict[str, dict[str, str]]:
    """The states as the register keeps them; empty where answers came and none holds."""
    return {
        kind: {"state": each.state, "source": each.source, "on": each.on.isoformat()}
        for kind, each in sorted(found.items())
    }


def _age(answered: Answered) -> tuple[date, datetime]:
    return answered.answered_on, answered.answered_at
