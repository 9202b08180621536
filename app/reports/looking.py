"""What a report draws attention to: which regions lag, and whose tablet is silent. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from app.regions.region_code import local_date

SILENT_DAYS = 2
"""Whole days without anything, from which on an enumerator is silent."""


class Silent(NamedTuple):
    """An enumerator of whom nothing came for some days; `last_day` is None where nothing ever came."""

    enumerator: dict[str, Any]
    coordinator: dict[str, Any] | None
    last_day: date | None
    days: int | None


def lagging(item: dict[str, Any], parts: Sequence[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """The rows of regions whose percent is below that of the whole, the lowest first; where the parts have no targets,
    or the whole has none, those with the least of the last week.
    """
    if item["percent"] is not None and any(part["percent"] is not None for part in parts):
        behind = [part for part in parts if part["percent"] is not None and part["percent"] < item["percent"]]
        return sorted(behind, key=lambda part: (part["percent"], part["region"]["code"]))[:most]
    slowest = sorted(parts, key=lambda part: (part["pace"]["last_7_days_per_day"], part["region"]["code"]))
    return slowest[:most]


def silent(
    enumerators: Sequence[dict[str, Any]], assigned: set[str], counted_until: date, region_code: str
) -> list[Silent]:
    """Those who are assigned and of whom nothing came for whole days up to `counted_until`, the longest first."""
    found = []
    for row in enumerators:
        if row["enumerator"]["id"] not in assigned:
            continue
        last_at: datetime | None = row["last_received_at"]
        last_day = None if last_at is None else local_date(last_at, region_code)
        days = None if last_day is None else (counted_until - last_day).days
        if days is None or days >= SILENT_DAYS:
            found.append(Silent(row["enumerator"], row["coordinator"], last_day, days))
    return sorted(found, key=lambda each: (each.last_day or date.min, each.enumerator["name"], each.enumerator["id"]))
