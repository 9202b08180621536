"""What judging needs to know of an interview, made of a stored revision. Pure.

Answers are reduced to fingerprints of eight bytes, and numbers to logarithms: so much is held in the memory of the
process that judges, for as long as it judges, and is stored nowhere.
"""

import hashlib
import math
from array import array
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from app.identifiers.kbli_codes import edition_of, keyed
from app.identifiers.phonetic_name import phonetic_words
from app.questionnaires.assessment import leaves
from app.questionnaires.catalogue import questions_of
from app.questionnaires.consistency import sum_of, years_of

_VALUE_BYTES = 6
_OF_PERSONS = (
    # Who somebody is: a copied interview has other names and numbers, and an honest second one the same.
    *("/legal_name", "/trade_name", "/owner/name", "/owner/nik", "/owner/npwp", "/owner/phone", "/chair/name"),
    *("/chair/nik", "/chair/phone", "/respondent/name", "/respondent/phone", "/nib", "/npwp", "/phone", "/email"),
    *("/cooperative_number", "/other_business_of_owner", "/notes"),
    *("/owner/passport", "/owner/kitas", "/owner/whatsapp", "/nitku", "/fax", "/phone_extension"),
    *("/respondent/email", "/owner/residence/email", "/marketing/accounts"),
)
_WORKERS = "/workers/"
_GROUP_DIGITS = 2


MONEY = ("/annual_sales_idr", "/business_volume_idr", "/founding_capital_idr")
"""The sums that are looked at."""

_BY_YEAR = {"/annual_sales_idr": "/sales", "/business_volume_idr": "/business_volume"}
"""Where later versions say them by year: then the newest year's."""


class Interview(NamedTuple):
    """One revision. `minutes` and `captured_s` are by the clock of one tablet; `answers` are fingerprints, and so is
    `owner`: of the words of the owner's name, as they are heard."""

    record_id: UUID
    revision: int
    region_code: str
    enumerator_id: UUID
    business_id: UUID | None
    group: str
    minutes: float | None
    captured_s: float
    latitude: float | None
    longitude: float | None
    answers: "array[int]"
    empty: float
    amounts: tuple[tuple[str, float], ...]
    number: bytes | None
    letters: int
    owner: frozenset[int]
    has_nik: bool | None
    other_business: bool

    @property
    def district(self) -> str:
        """Code of the district."""
        return self.region_code[:8]


def interview(
    *,
    record_id: UUID,
    revision: int,
    region_code: str,
    enumerator_id: UUID,
    business_id: UUID | None,
    questionnaire: str,
    started_at: datetime | None,
    captured_at: datetime,
    latitude: float | None,
    longitude: float | None,
    answers: Mapping[str, Any],
) -> Interview:
    """Of a revision with all its answers in the clear; both times as the tablet's clock had them."""
    said = dict(leaves(answers))
    nik = said.get("/owner/nik") or said.get("/owner/passport") or said.get("/owner/kitas")
    names = [said[name] for name in ("/legal_name", "/owner/name") if isinstance(said.get(name), str)]
    questions = questions_of(questionnaire)
    return Interview(
        record_id=record_id,
        revision=revision,
        region_code=region_code,
        enumerator_id=enumerator_id,
        business_id=business_id,
        group=keyed(edition_of(said.get("/kbli_version")), str(said.get("/kbli", ""))[:_GROUP_DIGITS]),
        minutes=None if started_at is None else (captured_at - started_at).total_seconds() / 60,
        captured_s=captured_at.timestamp(),
        latitude=latitude,
        longitude=longitude,
        answers=array("Q", sorted(_print(name, value) for name, value in said.items() if name not in _OF_PERSONS)),
        empty=0.0 if questions is None else 1 - len(questions & said.keys()) / len(questions),
        amounts=tuple(_amounts(said)),
        number=_digest(str(nik)) if nik else None,
        owner=_owner(said),
        letters=min((sum(map(str.isalpha, name)) for name in names), default=99),
        has_nik=bool(nik) if questionnaire.startswith("umkm@") else None,
        other_business=said.get("/other_business_of_owner") is True,
    )


def _owner(said: Mapping[str, Any]) -> frozenset[int]:
    names = (said.get(name) for name in ("/owner/name", "/chair/name"))
    words = {word for name in names if isinstance(name, str) for word in phonetic_words(name)}
    return frozenset(int.from_bytes(_digest(word)) for word in words)


def _amounts(said: Mapping[str, Any]) -> "list[tuple[str, float]]":
    """Logarithms of money, and of all workers together."""
    sums = {name: _newest(said.get(_BY_YEAR.get(name, ""))) or said.get(name) for name in MONEY}
    found = [
        (name, math.log1p(value))
        for name, value in sums.items()
        if isinstance(value, int) and not isinstance(value, bool) and value > 0
    ]
    workers = [
        value
        for name, value in said.items()
        if name.startswith(_WORKERS) and name.endswith("male") and isinstance(value, int)
    ]
    return [*found, (_WORKERS[:-1], math.log1p(max(0, sum(workers))))] if workers else found


def _newest(rows: Any) -> int | None:
    """The sum of the newest year of a table; None where there is none."""
    years = years_of(rows)
    return sum_of(rows, max(years)) if years else None


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=_VALUE_BYTES).digest()


@cache
def _place(name: str) -> int:
    """Two bytes for a question."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=2).digest())


def _print(name: str, value: Any) -> int:
    """The fingerprint of an answer: the same for the same answer to the same question, in every process."""
    return _place(name) << 48 | int.from_bytes(_digest(f"{name}={value!r}"))
