"""How a view of the schema `bi` is written, with what analysts read about it. Pure."""

from typing import NamedTuple

SCHEMA = "bi"
"""The schema of the views, which is the search path of every reader."""


class ViewColumn(NamedTuple):
    """A column: its expression, and its meaning in Indonesian and English."""

    name: str
    sql: str
    meaning: str


class View(NamedTuple):
    """A view over `source`, of the rows whose region, `region`, lies in the reader's territory."""

    name: str
    meaning: str
    columns: tuple[ViewColumn, ...]
    source: str
    region: str | None

    @property
    def statements(self) -> tuple[str, ...]:
        """What makes the view, with its comments."""
        named = f"{SCHEMA}.{self.name}"
        columns = ",\n    ".join(f"{column.sql} AS {column.name}" for column in self.columns)
        made = (
            f"CREATE VIEW {named} WITH (security_barrier) AS\nSELECT\n    {columns}\nFROM {READER}, {self.source}"
            f"\nWHERE {IN_FORCE}{within(self.region)}"
        )
        return (
            made,
            f"COMMENT ON VIEW {named} IS {_literal(self.meaning)}",
            *(f"COMMENT ON COLUMN {named}.{column.name} IS {_literal(column.meaning)}" for column in self.columns),
        )


# `security_barrier`: no condition of the reader that could tell of a row is looked at before these ones are.
# A view has its owner's rights, but the user is still the reader, also after `SET ROLE`, which leads nowhere.
READER = "sql_reader AS reader"
IN_FORCE = "reader.login = current_user::text AND reader.ends_at > now()"


def within(region: str | None) -> str:
    """The condition that a region lies in the reader's; see `regions/region_code.py` (`span_of`)."""
    if region is None:
        return ""
    first = "CASE reader.region_code WHEN 'ID' THEN '' ELSE reader.region_code END"
    last = "CASE reader.region_code WHEN 'ID' THEN '~' ELSE reader.region_code || '/' END"
    return f"\n  AND {region} >= {first} AND {region} < {last}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
