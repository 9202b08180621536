"""The charts of a report as points between 0 and 1, with their axes: where they are drawn is the document's. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from app.core.written import decimal, grouped, short_day
from app.reports.gathering import Report

_STEPS = (1, 2, 5)
_TICKS = 5  # about so many on an axis
Point = tuple[float, float]


class Axis(NamedTuple):
    """The end of an axis that begins at 0, and its ticks: where, and what is written there."""

    end: int
    ticks: list[tuple[float, str]]


def axis(most: int, language: str) -> Axis:
    """An axis of counts from 0 to at least `most`, with round ticks."""
    step = _step(max(most, 1))
    end = -(-max(most, 1) // step) * step
    return Axis(end, [(value / end, grouped(value, language)) for value in range(0, end + 1, step)])


def curve(report: Report, language: str) -> dict[str, Any]:
    """The running total; from its end the line that is needed to the target, and the projection to the last day."""
    item, pace, days = report.item, report.item["pace"], report.days
    first = _begun(report)
    last = max(report.ends_on, report.as_of)
    span = max((last - first).days, 1)
    target = item["target"]
    most = max(item["entered"], target or 0, *(row["entered_total"] for row in days), 0)
    up = axis(most, language)

    def point(day: date, value: int) -> Point:
        return (day - first).days / span, min(max(value, 0) / up.end, 1)

    end = point(report.as_of, item["entered"])
    left = report.ends_on > report.as_of
    projected = min(pace["projected_total"], up.end)
    return {
        "y": up.ticks,
        "x": _days(first, last, language),
        "line": [point(row["date"], row["entered_total"]) for row in days if row["date"] >= first],
        "needed": [end, point(report.ends_on, target)] if left and target is not None else [],
        "projected": [end, point(report.ends_on, projected)] if left else [],
        "target": None if target is None else target / up.end,
        "end": end,
    }


def bars(report: Report, language: str) -> dict[str, Any]:
    """What was entered on each day, from the first on which anything was."""
    first = _begun(report)
    rows = [row for row in report.days if first <= row["date"] <= report.counted_until]
    up = axis(max((row["entered"] for row in rows), default=0), language)
    return {
        "y": up.ticks,
        "x": _days(first, max(report.counted_until, first), language),
        "bars": [max(row["entered"], 0) / up.end for row in rows],
    }


def ranking(parts: Sequence[dict[str, Any]], most: int, language: str) -> list[dict[str, Any]]:
    """The first regions below by percent, or by what was entered where none has a target; at most so many."""
    with_target = [row for row in parts if row["percent"] is not None]
    rows = with_target or list(parts)
    key = "percent" if with_target else "entered"
    end = max((row[key] for row in rows), default=0) or 1
    if with_target:
        end = max(end, 100)
    ordered = sorted(rows, key=lambda row: (-row[key], row["region"]["code"]))[:most]
    return [
        {
            "name": row["region"]["name"],
            "share": max(row[key], 0) / end,
            "label": f"{decimal(row['percent'], 2, language)} %" if with_target else grouped(row["entered"], language),
        }
        for row in ordered
    ]


def _begun(report: Report) -> date:
    """The first day of the charts: that on which anything was entered, or the campaign's."""
    came = [row["date"] for row in report.days if row["entered_total"] > 0]
    return came[0] if came else min(report.starts_on, report.as_of)


def _step(most: int) -> int:
    scale = 1
    while True:
        for step in _STEPS:
            if step * scale * _TICKS >= most:
                return step * scale
        scale *= 10


def _days(first: date, last: date, language: str) -> list[tuple[float, str]]:
    """About seven days at equal distances, the first and the last among them."""
    span = max((last - first).days, 1)
    offsets = sorted({round(span * number / 6) for number in range(7)})
    return [(offset / span, short_day(first + timedelta(offset), language)) for offset in offsets]
