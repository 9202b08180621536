"""What the columns of a CSV are, for programs: Table Schema and Data Package of the Frictionless specifications. Pure.

One maker for every CSV that leaves: the register, statistics, progress. Plain CSV of this system has texts in quotes,
numbers bare, days and moments in ISO 8601, and nothing at all where there is no value, so that an empty text is not
the same as none.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

Type = Literal["text", "integer", "number", "boolean", "date", "datetime"]

_PROFILE = "tabular-data-package"
_TYPES: Mapping[Type, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer", "bareNumber": True},
    "number": {"type": "number", "decimalChar": ".", "bareNumber": True},
    "boolean": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "date": {"type": "date", "format": "%Y-%m-%d"},
    "datetime": {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%S.%fZ"},
}
_DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True}


class Field(NamedTuple):
    """One column of a CSV: its name, type, labels and definitions in both languages, and what it may contain."""

    name: str
    type: Type
    label_id: str
    label_en: str
    definition_id: str = ""
    definition_en: str = ""
    codes: Mapping[str, tuple[str, str]] = {}
    """Every value that there may be, each with its label in Indonesian and in English."""
    required: bool = False
    unique: bool = False
    pattern: str | None = None
    minimum: float | None = None
    unit: str | None = None
    more: Mapping[str, Any] = {}
    """Properties of the house: concept, classification, the question, who sees it."""


def table_schema(fields: Iterable[Field], *, key: Sequence[str] = ()) -> dict[str, Any]:
    """The Table Schema of a CSV with these columns in this order. `key`: the columns that name a row.

    Codes are constraints (`enum`), and `categories` have their labels, in English, and in Indonesian beside.
    """
    schema: dict[str, Any] = {"fields": [_field(each) for each in fields], "missingValues": [""]}
    if key:
        schema["primaryKey"] = list(key)
    return schema


def data_package(
    name: str,
    path: str,
    schema: Mapping[str, Any],
    *,
    title: str,
    created: str | None = None,
    sources: Sequence[Mapping[str, str]] = (),
    rows: int | None = None,
    size: int | None = None,
    sha256: str | None = None,
    line_end: str = "\n",
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The description of a package of one CSV: how it is written, what its columns are, when it was `created` (RFC
    3339), how many rows and bytes it has and their checksum. What is not known yet is left out. `line_end`: behind each
    of its rows.
    """
    resource: dict[str, Any] = {
        "name": name,
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {**_DIALECT, "lineTerminator": line_end},
        "schema": schema,
    }
    resource |= {} if size is None else {"bytes": size}
    resource |= {} if sha256 is None else {"hash": f"sha256:{sha256}"}
    # Programs that check a package look at this one, too, beside the size and the checksum.
    resource |= {} if rows is None else {"stats": {"rows": rows}}
    package: dict[str, Any] = {"name": name, "title": title, "profile": _PROFILE}
    package |= {} if created is None else {"created": created}
    package |= {"sources": list(sources)} if sources else {}
    return {**package, **(more or {}), "resources": [resource]}


def _field(field: Field) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if field.required:
        constraints["required"] = True
    if field.unique:
        constraints["unique"] = True
    if field.codes:
        constraints["enum"] = list(field.codes)
    if field.pattern is not None:
        constraints["pattern"] = field.pattern
    if field.minimum is not None:
        constraints["minimum"] = field.minimum
    described: dict[str, Any] = {
        "name": field.name,
        **_TYPES[field.type],
        "title": field.label_en,
        "description": field.definition_en,
        "title_id": field.label_id,
        "description_id": field.definition_id,
    }
    if constraints:
        described["constraints"] = constraints
    if field.codes:
        described["categories"] = [
            {"value": code, "label": english, "label_id": indonesian}
            for code, (indonesian, english) in field.codes.items()
        ]
    if field.unit is not None:
        described["unit"] = field.unit
    return described | dict(field.more)
