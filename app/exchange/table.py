"""The columns of exports as the schema of a table. Pure."""

from collections.abc import Mapping
from typing import Any

from app.core.table_schema import Field, table_schema
from app.exchange.code_labels import labels_of
from app.exchange.column import Column
from app.exchange.columns import COLUMNS

_ALWAYS = {"business_id", "kind", "name", "kbli", "review_state", "life", "created_at", "updated_at", "record_id"}
_PATTERNS: Mapping[str, str] = {
    "province_code": "[0-9]{2}",
    "regency_code": r"[0-9]{2}\.[0-9]{2}",
    "district_code": r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}",
    "village_code": r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}",
    "kbli": "[0-9]{5}",
    "kbli_category": "[A-Z]",
}


def field_of(column: Column, *, unmasked: bool = False) -> Field:
    """A column as a field of a schema; `unmasked`: of a file that shows personal data."""
    more: dict[str, Any] = {"concept": column.concept}
    if column.classification is not None:
        more["classification"] = column.classification
    if column.question is not None:
        more["question"] = column.question
    if column.sealed:
        more |= {"personal": True, "shown": "all" if unmasked else column.seen}
    if column.items:
        more["items"] = {code: label._asdict() for code, label in labels_of(column).items()}
    return Field(
        column.name,
        column.type,
        column.label_id,
        column.label_en,
        column.definition_id,
        column.definition_en,
        codes={} if column.items else {code: tuple(label) for code, label in labels_of(column).items()},  # type: ignore[misc]  # two texts
        required=column.name in _ALWAYS,
        unique=column.name == "business_id",
        pattern=_PATTERNS.get(column.name),
        unit=column.unit,
        more=more,
    )


def register_schema(*, unmasked: bool = False) -> dict[str, Any]:
    """The Table Schema of exports of the register."""
    return table_schema((field_of(each, unmasked=unmasked) for each in COLUMNS), key=("business_id",))
