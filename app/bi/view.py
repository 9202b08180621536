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
    """A view over `source`, which begins with the reader's regions (`territory`), or asks whether there is a reader."""

    name: str
    meaning: str
    columns: tuple[ViewColumn, ...]
    source: str

    @property
    def statements(self) -> tuple[str, ...]:
        """What makes the view, with its comments."""
        named = f"{SCHEMA}.{self.name}"
        columns = ",\n    ".join(f"{column.sql} AS {column.name}" for column in self.columns)
        made = f"CREATE VIEW {named} WITH (security_barrier) AS\nSELECT\n    {columns}\nFROM {self.source}"
        return (
            made,
            f"COMMENT ON VIEW {named} IS {_literal(self.meaning)}",
            *(f"COMMENT ON COLUMN {named}.{column.name} IS {_literal(column.meaning)}" for column in self.columns),
        )


# `security_barrier`: no condition of the reader that could tell of a row is looked at before the view's own.
# A view has its owner's rights, but the user is still the reader, also after `SET ROLE`, which leads nowhere.
_IN_FORCE = "reader.login = current_user::text AND reader.ends_at > now()"
_FIRST = "CASE reader.region_code WHEN 'ID' THEN '' ELSE reader.region_code END"
_LAST = "CASE reader.region_code WHEN 'ID' THEN '~' ELSE reader.region_code || '/' END"

IS_READER = f"EXISTS (SELECT FROM sql_reader AS reader WHERE {_IN_FORCE})"
"""Whether the login that asks may see anything."""


def territory(alias: str) -> str:
    """The regions that the login that asks may see (the rule: `span_of` of `regions/region_code.py`).

    `OFFSET 0`: they are found first, and only what lies in them is looked up, whatever else is asked.
    """
    return (
        f"(SELECT own.* FROM sql_reader AS reader JOIN region AS own ON own.code >= {_FIRST} AND own.code < {_LAST}"
        f" WHERE {_IN_FORCE} OFFSET 0) AS {alias}"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
