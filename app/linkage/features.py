"""The compared features of businesses, one row each. Pure.

Numbers stand here in the clear, since a slip of the finger shows only in the digits: rows live in the memory of the
process that links, and nowhere else.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from app.register.names import searchable

_PHONE_DIGITS = 8  # at the end, after any prefix


class Features(NamedTuple):
    """One business; None where nothing is known."""

    unique_id: str
    kind: str
    name: str | None
    owner: str | None
    owner_first: str | None
    nik: str | None
    nib: str | None
    phone: str | None
    village: str
    district: str
    kbli: str
    latitude: float | None
    longitude: float | None


def features_of(
    business_id: UUID,
    kind: str,
    region_code: str,
    kbli: str,
    answers: Mapping[str, Any],
    latitude: float | None,
    longitude: float | None,
) -> Features:
    """The row of a business whose answers are in the clear."""
    person = answers.get("owner") or answers.get("chair") or {}
    owner = searchable(_text(person.get("name"))).strip()
    return Features(
        unique_id=str(business_id),
        kind=kind,
        name=searchable(_text(answers.get("legal_name"))).strip() or None,
        owner=owner or None,
        owner_first=owner.split()[0] if owner else None,
        nik=_text(answers["owner"].get("nik")) or None if isinstance(answers.get("owner"), Mapping) else None,
        nib=_text(answers.get("nib")) or None,
        phone=_phone(person.get("phone")) or _phone(answers.get("phone")),
        village=region_code,
        district=region_code[:8],
        kbli=kbli,
        latitude=latitude,
        longitude=longitude,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _phone(value: Any) -> str | None:
    digits = "".join(filter(str.isdigit, _text(value)))
    return digits[-_PHONE_DIGITS:] if len(digits) >= _PHONE_DIGITS else None
