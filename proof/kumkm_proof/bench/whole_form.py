"""A form with every question answered, made from the questionnaire, so that a new question is filled in, too.

What has to fit together does: shares add up to 100, the people by education are the workers, sums are those of their
parts. So the whole form has no doubt but what its numbers say.
"""

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.fields import Block

_ROWS = 3
_YEARS = (2021, 2020)
_FITTING: dict[str, Any] = {
    "kbli_version": "2020",
    "rt": "002",
    "rw": "005",
    "started_year": 2015,
    "founded_year": 2015,
    "reference_year": _YEARS[0],
    "annual_sales_idr": 180_000_000,
    "founding_capital_idr": 25_000_000,
    "products": [
        {"name": name, "unit": "kg", "share_percent": share, "quantity": 1_250.5, "value_idr": 1_800_000 * share}
        for name, share in (("Keripik pisang", 50), ("Keripik singkong", 30), ("Kopi bubuk", 20))
    ],
    "sales": [{"year": year, "idr": 180_000_000} for year in _YEARS],
    "business_volume": [{"year": year, "idr": 180_000_000} for year in _YEARS],
    "surplus": [{"year": year, "idr": -2_000_000} for year in _YEARS],
    "equity": [{"year": year, "idr": 40_000_000, "own_capital_idr": 40_000_000} for year in _YEARS],
    "sales_domestic": [{"year": year, "idr": 150_000_000} for year in _YEARS],
    "sales_abroad": [{"year": year, "idr": 30_000_000} for year in _YEARS],
    "assets": [
        {
            "year": year,
            "idr": 60_000_000,
            "current_idr": 20_000_000,
            "fixed_idr": 30_000_000,
            "investment_idr": 10_000_000,
        }
        for year in _YEARS
    ],
    "debts": [
        {"year": year, "idr": 15_000_000, "current_idr": 5_000_000, "non_current_idr": 10_000_000} for year in _YEARS
    ],
    "by_education": [
        {"level": level, "male": 1, "female": 1, "male_disabled": 0, "female_disabled": 0}
        for level in ("primary", "junior", "senior", "bachelor")
    ],
    "lives_at_business": False,
    "with_disability": 1,
    "paid_male": 2,
    "paid_female": 2,
    "unpaid_male": 2,
    "unpaid_female": 2,
    "legal_form": "individual",
}
"""By the name of the question, wherever it stands."""

_SHARES: tuple[int, ...] = (40, 20, 15, 10, 10, 5)


def filled(questionnaire: str) -> dict[str, Any]:
    """Answers to every question of a questionnaire, but for the numbers that identify and their like."""
    known = CATALOGUE[questionnaire]
    answers = _block(known.model)
    for path in known.shares:
        *blocks, last = path.split(".")
        place = answers
        for block in blocks:
            place = place[block]
        place[last] = dict(zip(place[last], _SHARES, strict=True))
    return answers


def _block(model: type[Block]) -> dict[str, Any]:
    numbers = {"nik", "nib", "npwp", "nitku", "passport", "kitas", "cooperative_number", "birth_date", "kbli"}
    return {
        name: _FITTING[name] if name in _FITTING else _value(info.annotation, name)
        for name, info in model.model_fields.items()
        if name not in numbers
    }


def _value(annotation: Any, name: str) -> Any:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(inner[0], name)
    if origin in (Union, UnionType):
        return _value(next(each for each in inner if each is not type(None)), name)
    if origin is list:
        rows = 2 if name == "pay" else _ROWS
        is_choice = get_origin(inner[0]) is Literal
        return list(get_args(inner[0])) if is_choice else [_value(inner[0], name) for _ in range(rows)]
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return _block(annotation)
    return inner[0] if origin is Literal else _plain(annotation, name)


def _plain(annotation: Any, name: str) -> Any:
    if annotation is int:
        return _YEARS[0] if name == "year" else 1_000_000 if name.endswith("_idr") else 0 if "disabled" in name else 5
    if annotation in (bool, float):
        return annotation(12.5)
    return "2022-03-01" if name.endswith("_on") else f"{name.replace('_', ' ').capitalize()} Sumber Makmur"
