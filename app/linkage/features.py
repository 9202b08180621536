"""What is compared of a business: one row each, from its answers in the clear. Pure.

Numbers stand here in the clear, since a slip of the finger shows only in the digits: rows live in the memory of the
process that links, and nowhere else.

Names are words as they are heard (`register/names.py`), without titles: *H. Moh. Soetardjo, S.E.* is `muhamad sutarjo`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from app.identifiers.kbli_codes import DEFAULT
from app.identifiers.phonetic_name import FATHER, LEFT_OUT
from app.regions.region_code import village_of
from app.register.names import searchable

Words = tuple[str, ...]

UNKNOWN_EDITION = "unknown"
"""Of codes that their edition does not have: they are probably of the other one."""

_PHONE_DIGITS = 8  # at the end, after any prefix
_NIK_DIGITS, _FEMALE = 16, 40  # 40 is added to the day of birth in a woman's NIK
_MOST_WORDS = 8
_CENTURY = 26  # two digits up to this year are of this century: nobody younger owns a business, but 1926 is rarer still


def _heard(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for each in words for word in searchable(each).split())


_MUHAMMAD = _heard(word for word in LEFT_OUT if word.startswith(("m", "moh")) and ("h" in word) and word[-1] in "dh")
_SPOKEN = _heard(("siti", "sitti", "sity"))
OF_BUSINESSES = (
    *("koperasi", "kop", "kud", "ksp", "ksu", "kpri", "kopkar", "unit", "desa", "simpan", "pinjam", "serba", "usaha"),
    *("cv", "ud", "pd", "fa", "toko", "warung", "kios", "kedai", "depot", "rumah", "makan"),
)
_TITLES = _heard(LEFT_OUT) - _MUHAMMAD - _SPOKEN - _heard(OF_BUSINESSES)


class Features(NamedTuple):
    """One business; None, or no words, where nothing is known."""

    unique_id: str
    kind: str
    village: str
    kbli: str
    latitude: float | None
    longitude: float | None
    owner: Words
    name: Words
    trade: Words
    activity: Words
    address: Words
    contacts: Words
    nik: str | None
    nib: str | None
    birth: str | None
    sex: str | None
    year: int | None
    sales: float | None
    capital: float | None
    workers: int | None
    household: str | None
    habits: tuple[str | None, ...]
    kbli_version: str = DEFAULT  # or UNKNOWN_EDITION


def features_of(
    business_id: UUID,
    kind: str,
    region_code: str,
    kbli: str,
    answers: Mapping[str, Any],
    latitude: float | None,
    longitude: float | None,
    kbli_version: str = DEFAULT,
) -> Features:
    """The row of a business whose answers are in the clear. Answers of a wrong shape count as not given."""
    person = _block(answers, "owner") or _block(answers, "chair")
    respondent = _block(answers, "respondent")
    nik = _digits(_block(answers, "owner").get("nik"), _NIK_DIGITS)
    birth, sex = _of_nik(nik)
    products = answers.get("products")
    activity = [_text(answers.get("main_activity")), _text(answers.get("main_product"))]
    if isinstance(products, list):
        activity += [_text(each.get("name")) for each in products[:5] if isinstance(each, Mapping)]
    return Features(
        unique_id=str(business_id),
        kind=kind,
        village=village_of(region_code),
        kbli=kbli,
        latitude=latitude,
        longitude=longitude,
        owner=person_words(_text(person.get("name"))),
        name=_words(_text(answers.get("legal_name"))),
        trade=_words(_text(answers.get("trade_name"))),
        activity=_words(" ".join(activity)),
        address=_words(_text(answers.get("address"))),
        contacts=_contacts(answers.get("email"), person.get("phone"), answers.get("phone"), respondent.get("phone")),
        nik=nik,
        nib=_digits(answers.get("nib"), None),
        birth=_text(person.get("birth_date"))[:10] or birth,
        sex=_text(person.get("sex")) or sex,
        year=_whole(answers.get("started_year")) or _whole(answers.get("founded_year")),
        sales=_money(answers, "annual_sales_idr", "business_volume_idr", "sales"),
        capital=_money(answers, "founding_capital_idr"),
        workers=_sum(_block(answers, "workers")),
        household=_household(answers),
        habits=(
            _text(answers.get("place_type")) or None,
            _text(answers.get("legal_form")) or None,
            _text(person.get("education")) or None,
            _text(person.get("disability")) or None,
        ),
        kbli_version=kbli_version,
    )


def person_words(name: str) -> Words:
    """The words of a person's name: no titles, no degrees behind a comma, no father behind *bin* or *binti*."""
    before, _, _ = name.partition(",")
    words = _words(before) or _words(name)
    for said in FATHER:
        if said in words[1:]:
            words = words[: words.index(said, 1)]
    kept = ("muhamad" if word in _MUHAMMAD else word for word in words if word not in _TITLES)
    return tuple(dict.fromkeys(kept)) or words


@lru_cache(maxsize=100_000)
def _words(text: str) -> Words:
    """Kept, since what people do and where they live is said again and again."""
    return tuple(dict.fromkeys(searchable(text).split()))[:_MOST_WORDS]


def _block(answers: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = answers.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _digits(value: Any, exactly: int | None) -> str | None:
    digits = "".join(filter(str.isdigit, _text(value)))
    return digits if digits and exactly in (None, len(digits)) else None


def _contacts(email: Any, *phones: Any) -> Words:
    """The ends of all numbers, without those that nobody has (one digit again and again), and addresses of e-mail."""
    found = []
    for value in phones:
        digits = "".join(filter(str.isdigit, _text(value)))[-_PHONE_DIGITS:]
        if len(digits) == _PHONE_DIGITS and len(set(digits)) > 1:
            found.append(digits)
    return tuple(dict.fromkeys((*found, *_text(email).lower().split())))[:_MOST_WORDS]


def _of_nik(nik: str | None) -> tuple[str | None, str | None]:
    """Date of birth and sex as a NIK has them; (None, None) if it has no date."""
    if nik is None:
        return None, None
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    sex = "female" if day > _FEMALE else "male"
    try:
        born = date(year + (2000 if year <= _CENTURY else 1900), month, day - _FEMALE if day > _FEMALE else day)
    except ValueError:
        return None, None
    return born.isoformat(), sex


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _money(answers: Mapping[str, Any], *names: str) -> float | None:
    """The first sum that is stated: a number, or of `umkm@2` the newest year's (`[{year, idr}]`)."""
    for name in names:
        value = answers.get(name)
        if isinstance(value, list):
            years = [each for each in value if isinstance(each, Mapping) and isinstance(each.get("year"), int)]
            value = max(years, key=lambda each: int(each["year"])).get("idr") if years else None
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return float(value)
    return None


def _sum(workers: Mapping[str, Any]) -> int | None:
    counts = [workers.get(name) for name in ("paid_male", "paid_female", "unpaid_male", "unpaid_female")]
    known = [each for each in counts if isinstance(each, int)]
    return sum(known) if known else None


def _household(answers: Mapping[str, Any]) -> str | None:
    """RT and RW, without leading zeros."""
    parts = [_text(answers.get(name)).strip().lstrip("0") for name in ("rt", "rw")]
    return "/".join(parts) if all(parts) else None
