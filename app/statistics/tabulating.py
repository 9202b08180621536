"""A table as it is asked for: which one of the edition it is, and its rows. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.core.problems import Code, FieldError, Problem, Text
from app.regions.region_code import Level, level_of
from app.statistics.schemas import TableAsked
from app.statistics.variables import ATTRIBUTES, BY_NAME, DIMENSIONS, MOST_DIMENSIONS, REGION

MOST_ROWS = 100_000
"""So many rows has an answer at the most."""

LEVELS = [level.value for level in Level][:5]
"""The levels of regions that there are statistics of, from the whole down."""

_DIMENSIONS = ", ".join(DIMENSIONS)
_UNKNOWN = Text(f"Dimensi yang dikenal: {_DIMENSIONS}.", f"The dimensions are: {_DIMENSIONS}.")
_REPEATED = Text("Tiap dimensi disebut sekali saja.", "Each dimension is named once.")
_TOO_MANY = Text(
    f"Paling banyak {MOST_DIMENSIONS} dimensi dalam satu tabel; saringan kind dan life ikut dihitung.",
    f"A table has at most {MOST_DIMENSIONS} dimensions; the filters kind and life count with the other attributes.",
)
_LEVEL_ABOVE = Text("level harus di bawah wilayah yang diminta.", "level has to be below the region that is asked for.")
_LEVEL_ALONE = Text("level hanya bermakna bila by memuat region.", "level means something only with region in by.")
_NO_LEVELS = Text("Statistik tidak dirinci di bawah desa/kelurahan.", "There are no statistics below villages.")
_NOT_GIVEN = Text(
    "Tabel itu tidak diterbitkan pada tingkat wilayah ini: terlalu banyak selnya kecil. GET /v1/statistics/editions"
    " menyebut tabel yang ada.",
    "That table is not given on this level of regions: too many of its cells are small. GET /v1/statistics/editions"
    " names the tables that there are.",
)
_TOO_LARGE = Text(
    f"Tabel itu lebih dari {MOST_ROWS:,} baris; persempit wilayahnya.".replace(",", "."),
    f"That table has more than {MOST_ROWS:,} rows; ask for a smaller region.",
)


class Table(NamedTuple):
    """A table of an edition: `shown` in the order of the question, `filters` by attribute."""

    shown: tuple[str, ...]
    by_region: bool
    filters: dict[str, str]
    level: str

    @property
    def attributes(self) -> tuple[str, ...]:
        """The set that it is tabulated by, in the order of sets."""
        asked = {*self.shown, *self.filters}
        return tuple(each.name for each in ATTRIBUTES if each.name in asked)


def table_asked(asked: TableAsked, region_code: str) -> Table:
    """What is asked for, about a region.

    Raises:
        Problem: `invalid_fields` with `unknown_dimension`, `repeated_dimension`, `too_many_dimensions`,
            `level_not_below`.
    """
    names = [name.strip() for name in asked.by.split(",") if name.strip()]
    if any(name not in DIMENSIONS for name in names):
        raise _wrong("by", "unknown_dimension", _UNKNOWN)
    if len({*names}) < len(names):
        raise _wrong("by", "repeated_dimension", _REPEATED)
    shown = tuple(name for name in names if name != REGION)
    said = {"kind": asked.kind, "life": asked.life}
    filters: dict[str, str] = {name: value for name, value in said.items() if value is not None}
    if len(names) > MOST_DIMENSIONS or len({*shown, *filters}) > MOST_DIMENSIONS:
        raise _wrong("by", "too_many_dimensions", _TOO_MANY)
    own = level_of(region_code).value
    if own not in LEVELS:
        raise _wrong("region", "level_not_below", _NO_LEVELS)
    below = LEVELS[LEVELS.index(own) + 1 :]
    if asked.level is not None and (REGION not in names or asked.level not in below):
        raise _wrong("level", "level_not_below", _LEVEL_ALONE if REGION not in names else _LEVEL_ABOVE)
    if REGION in names and not below:
        return Table(shown, True, filters, own)  # noqa: FBT003  (a village is its own only row)
    return Table(shown, REGION in names, filters, (asked.level or below[0]) if REGION in names else own)


def refuse_unless_given(table: Table, given: Mapping[str, Sequence[str]]) -> None:
    """Refuse a table that the edition does not have on that level.

    Raises:
        Problem: `invalid_fields` with `table_not_given`.
    """
    if ",".join(table.attributes) not in given.get(table.level, ()):
        raise _wrong("by", "table_not_given", _NOT_GIVEN)


def rows_of(
    table: Table, regions: Iterable[tuple[str, str, str, list[list[Any]]]], labels: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """The rows of a table.

    Raises:
        Problem: `invalid_fields` with `too_many` where there are more than `MOST_ROWS`.
    """
    found: list[dict[str, Any]] = []
    for region in regions:
        found += _of_region(table, *region, labels=labels)
        if len(found) > MOST_ROWS:
            raise _wrong("region", "too_many", _TOO_LARGE)
    return found


def _of_region(
    table: Table, code: str, name: str, level: str, cells: list[list[Any]], *, labels: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    place = {"region_code": code, "region_name": name, "region_level": level} if table.by_region else {}
    at = {each: number for number, each in enumerate(table.attributes)}
    for cell in cells:
        if any(cell[at[name]] != value for name, value in table.filters.items()):
            continue
        row: dict[str, Any] = dict(place)
        for each in table.shown:
            row[each] = cell[at[each]]
            row[f"{each}_label"] = labels[each].get(cell[at[each]], cell[at[each]])
        row["businesses"], row["suppressed"] = cell[-1], cell[-1] is None
        yield row


def not_shown(table: Table, code: str, name: str, level: str) -> dict[str, Any]:
    """The row of a region of which nothing is shown."""
    row: dict[str, Any] = {"region_code": code, "region_name": name, "region_level": level}
    for each in table.shown:
        row |= {each: None, f"{each}_label": None}
    return row | {"businesses": None, "suppressed": True}


class Named(NamedTuple):
    """What an answer says of its edition."""

    campaign: str
    edition: UUID
    as_of: datetime
    threshold: int


def body_of(named: Named, by: str, table: Table, region_code: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer with a table, about a region. `by`: as it was asked for."""
    return {
        "campaign": named.campaign,
        "edition": str(named.edition),
        "as_of": named.as_of.isoformat(),
        "threshold": named.threshold,
        "by": [each.strip() for each in by.split(",") if each.strip()],
        "filters": table.filters,
        "region": region_code,
        "level": table.level,
        "items": rows,
        "suppressed": sum(row["suppressed"] for row in rows),
    }


def labels_of(names: Iterable[str], titles: Mapping[str, str], language: str) -> dict[str, dict[str, str]]:
    """The words of codes by attribute; `titles` are those of divisions."""
    return {
        name: {code: text.in_language(language) for code, text in BY_NAME[name].labels.items()}
        | (dict(titles) if name == "division" else {})
        for name in names
    }


def _wrong(field: str, code: str, text: Text) -> Problem:
    return Problem(Code.INVALID_FIELDS, errors=(FieldError(f"/query/{field}", code, text),))
