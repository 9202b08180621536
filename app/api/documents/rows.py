"""The row of a business in the feed, as the list of columns has it."""

from typing import Any

from app.exchange.column import Column
from app.exchange.columns import COLUMNS

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}
_ALWAYS = ("business_id",)


def business_row() -> dict[str, Any]:
    """Its schema: every column is there, null where nothing is known or may be shown."""
    return {
        "type": "object",
        "title": "BusinessRow",
        "description": "A business, column by column, as `GET /v1/metadata` explains them; masked.",
        "properties": {column.name: _property(column) for column in COLUMNS},
        "required": [column.name for column in COLUMNS],
    }


def _property(column: Column) -> dict[str, Any]:
    base = {**_TYPES[column.type], **({"x-extensible-enum": list(column.codes)} if column.codes else {})}
    schema = base if column.name in _ALWAYS else {"anyOf": [base, {"type": "null"}]}
    return {**schema, "description": column.definition_en, "x-label-id": column.label_id}
