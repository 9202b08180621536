"""Whether a number is known: yes or no, and nothing about its owner."""

from datetime import date, datetime
from typing import Annotated, Self

import asyncpg
from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from app.accounts.lookup_counts import INFORMATIVE_A_DAY, count_lookup, day_of, seconds_left
from app.accounts.permissions import Principal, Role
from app.audit import trail
from app.audit.actions import Action
from app.core.bulk import Row
from app.core.problems import Code, FieldError, Problem
from app.core.sealing import Digester
from app.identifiers.numbers import (
    FOREIGN,
    InvalidNumber,
    parse_cooperative_number,
    parse_foreign_number,
    parse_nib,
    parse_nik,
)
from app.questionnaires.texts import TEXTS
from app.regions.region_code import NATION, local_date

Number = Annotated[SecretStr, Field(min_length=1, max_length=60)]


_OWNER = """
WITH owner AS MATERIALIZED (SELECT business_id FROM identity WHERE digest = ANY($1))
SELECT business.id, business.enumerator_id FROM owner JOIN business ON business.id = owner.business_id
"""


class LookupIn(Row):
    """One number, of one kind."""

    nik: Number | None = None
    nib: Number | None = None
    cooperative_number: Number | None = None
    passport: Number | None = None
    kitas: Number | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.numbers) != 1:
            raise PydanticCustomError("exactly_one", "one number, of one kind")
        return self

    @property
    def numbers(self) -> list[tuple[str, SecretStr]]:
        """The kinds of numbers that were given, with the numbers."""
        return [(name, number) for name in LookupIn.model_fields if (number := getattr(self, name)) is not None]


class LookupOut(BaseModel):
    """Whether a business with that number is in the register."""

    known: bool


async def look_up(
    pg: asyncpg.Connection,
    digester: Digester,
    principal: Principal,
    request: LookupIn,
    *,
    now: datetime,
    a_day: int,
    trace_id: str,
) -> LookupOut:
    """Whether a number is known, anywhere in the country: a business is one wherever it was recorded.

    Every lookup is in the trail: the account, the kind, and the business if there is one; never the number.

    Raises:
        Problem: `invalid_fields` for what cannot be such a number; `too_many_requests` beyond `a_day` numbers, and for
            an enumerator once enough answers of the day were informative, by lookups or by batches.
    """
    ((kind, number),) = request.numbers
    try:
        digits = digits_of(kind, number.get_secret_value(), local_date(now, NATION))
    except InvalidNumber as exc:
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError(f"/body/{kind}", exc.code, TEXTS[exc.code]),)) from None
    found = await pg.fetchrow(_OWNER, digester.digests(kind, digits))
    known = found is not None and found["enumerator_id"] != principal.account_id
    before = await count_lookup(pg, principal.account_id, day_of(now), known=known)
    learned_enough = principal.role is Role.ENUMERATOR and before.informative >= INFORMATIVE_A_DAY
    if learned_enough or before.numbers >= a_day:
        raise Problem(Code.TOO_MANY_REQUESTS, retry_after=seconds_left(now))
    subject = ("business", str(found["id"])) if found else ("number", "unknown")
    await trail.record_many(
        pg,
        Action.NUMBER_LOOKED_UP,
        actor_id=principal.account_id,
        trace_id=trace_id,
        subjects=[(*subject, {"kind": kind})],
    )
    return LookupOut(known=found is not None)


def digits_of(kind: str, text: str, today: date) -> str:
    """A number as its digest is made of it, however it was typed.

    Raises:
        InvalidNumber: it cannot be of that kind.
    """
    if kind == "nik":
        return parse_nik(text, today=today).digits
    if kind in FOREIGN:
        return parse_foreign_number(text, kind)
    return parse_nib(text) if kind == "nib" else parse_cooperative_number(text)
