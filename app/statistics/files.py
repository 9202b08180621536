"""What the CSV of a table is, for programs: a data package with the schema of its columns. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.core.problems import Text
from app.core.table_schema import Field, data_package, table_schema
from app.statistics.tabulating import LEVELS, Table
from app.statistics.variables import BY_NAME, COUNT, COUNT_DEFINITION, REGION_DEFINITION, REGION_LABEL

LINE_END = "\r\n"
_TRUTHS = {"trueValues": ["true"], "falseValues": ["false"]}
_ANY_MOMENT = {"format": "any"}  # with or without parts of a second
_NAME = Text("Nama wilayah", "Name of the region")
_LEVEL = Text("Tingkat wilayah", "Level of the region")
_LEVELS: Mapping[str, tuple[str, str]] = {
    "nation": ("Nasional", "Nation"),
    "province": ("Provinsi", "Province"),
    "regency": ("Kabupaten/kota", "Regency"),
    "district": ("Kecamatan", "District"),
    "village": ("Desa/kelurahan", "Village"),
}
_SUPPRESSED = Text("Dirahasiakan", "Suppressed")
_SUPPRESSED_SAID = Text(
    "true: angkanya tidak diterbitkan, agar tidak ada yang dapat dikenali.",
    "true: the figure is not published, so that nobody can be recognised.",
)
_CAMPAIGN = Text("Pendataan", "Campaign")
_EDITION = Text("Edisi", "Edition")
_NOTHING = Text("", "")
_AS_OF = Text("Saat edisi", "Moment of the edition")


def columns_of(table: Table) -> list[str]:
    """The columns of its CSV, in their order."""
    return [each.name for each in _fields(table)]


def package_of(table: Table, name: str, body: Mapping[str, Any], *, size: int, sha256: str) -> dict[str, Any]:
    """The data package of a table's CSV that is saved under a name. `body`: the answer that the CSV is of."""
    return data_package(
        "statistics",
        name,
        table_schema(_fields(table)),
        title=COUNT.en,
        created=body["as_of"],
        rows=len(body["items"]),
        size=size,
        sha256=sha256,
        line_end=LINE_END,
        more={"title_id": COUNT.id, **{each: body[each] for each in ("by", "filters", "region", "level", "threshold")}},
    )


def _fields(table: Table) -> Iterator[Field]:
    if table.by_region:
        yield _text("region_code", REGION_LABEL, REGION_DEFINITION, required=True)
        yield _text("region_name", _NAME, required=True)
        yield _text("region_level", _LEVEL, required=True, codes={level: _LEVELS[level] for level in LEVELS})
    for name in table.shown:
        attribute = BY_NAME[name]
        # Divisions are those of KBLI in the database.
        codes = {} if name == "division" else {code: tuple(text) for code, text in attribute.labels.items()}
        yield _text(name, attribute.label, attribute.definition, codes=codes)
        yield _text(f"{name}_label", attribute.label)
    yield Field("businesses", "integer", *COUNT, *COUNT_DEFINITION, minimum=0, unit="pelaku usaha")
    yield Field("suppressed", "boolean", *_SUPPRESSED, *_SUPPRESSED_SAID, required=True, more=_TRUTHS)
    yield _text("campaign", _CAMPAIGN, required=True)
    yield _text("edition", _EDITION, required=True)
    yield Field("as_of", "datetime", *_AS_OF, required=True, more=_ANY_MOMENT)


def _text(name: str, label: Text, definition: Text = _NOTHING, **more: Any) -> Field:
    return Field(name, "text", *label, *definition, **more)
