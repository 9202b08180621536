"""Loading the packaged lists of KBLI."""

import csv
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import NamedTuple

import asyncpg

from app.identifiers.kbli_codes import EDITIONS

_DIVISION = 2  # digits

_PUT = """
INSERT INTO kbli (version, code, title, category)
SELECT $1, code, title, category FROM unnest($2::text[], $3::text[], $4::text[]) input (code, title, category)
ON CONFLICT (version, code) DO UPDATE SET title = excluded.title, category = excluded.category
"""


class Listed(NamedTuple):
    """A code of an edition: its title, and the letter of its category."""

    code: str
    title: str
    category: str | None


def packaged_kbli(edition: str) -> list[Listed]:
    """Every division, group, class and five-digit code of an edition."""
    letters = _letters(edition)
    rows = [row for row in _rows(f"kbli{edition}.csv") if row["code"].isdigit()]
    return [Listed(row["code"], row["title"], letters.get(row["code"][:_DIVISION])) for row in rows]


def _letters(edition: str) -> dict[str, str]:
    """The letter of each division."""
    if edition == "2020":
        return {row["division"]: row["category"] for row in _rows("kbli2020_categories.csv")}
    return {row["code"]: row["category"] for row in _rows(f"kbli{edition}.csv") if len(row["code"]) == _DIVISION}


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    text = resources.files("app.kbli").joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


async def load_kbli(pg: asyncpg.Connection) -> dict[str, int]:
    """Load the packaged lists; by edition, the number of codes that were new or changed. Idempotent by edition and
    code."""
    return {edition: await _load(pg, edition) for edition in EDITIONS}


async def _load(pg: asyncpg.Connection, edition: str) -> int:
    rows = await pg.fetch("SELECT code, title, category FROM kbli WHERE version = $1", edition)
    stored = {Listed(*row) for row in rows}
    changed = [each for each in packaged_kbli(edition) if each not in stored]
    if changed:
        codes, titles, categories = zip(*changed, strict=True)
        await pg.execute(_PUT, edition, codes, titles, categories)
    return len(changed)
