"""Doors in the figures: the results of visits without an interview, in every row."""

import csv
import io

import asyncpg
from census import change
from shapes import Call, Deed
from world import VILLAGE

from app.progress import rollup
from app.progress.models import RESULTS, SUBMITTED


async def test_every_row_adds_up_its_doors_and_says_how_many_of_them_answered(
    ask: Call, pg: asyncpg.Connection, enter: Deed, send: Deed
) -> None:
    await enter("enumerator.1", 6, day=8)
    await send("enumerator.1", *(change(result, 1, VILLAGE, 8, 8) for result in RESULTS))
    await rollup.fold(pg)
    await send("enumerator.1", change("open_visits", -1, VILLAGE, 10, 8), change("refused", 1, VILLAGE, 10, 9))
    rows = [
        (await ask("officer", "regions/16.01")).json()["item"],
        *(await ask("officer", "enumerators", limit="1")).json()["items"],
        *(await ask("officer", "series", region="16.01")).json()["items"][0]["days"],
        *(await ask("officer", "dates")).json()["items"],
        *(await ask("officer", "field-force", limit="1")).json()["items"],
    ]
    for row in rows:
        assert row["submissions"] == sum(row[each] for each in SUBMITTED)
        assert row["doors"] == row["submissions"] + sum(row[each] for each in RESULTS)
    assert (rows[0]["doors"], rows[0]["refused"], rows[0]["open_visits"]) == (13, 2, 0)
    assert [row["response_rate"] for row in rows[:2]] == [round(6 / 9, 4)] * 2
    days = {row["date"]: row for row in (await ask("officer", "dates")).json()["items"]}
    told = [
        (days[day]["doors"], days[day]["refused"], days[day]["response_rate"]) for day in ("2022-09-09", "2022-09-11")
    ]
    assert told == [(13, 1, round(6 / 9, 4)), (0, 1, round(6 / 9, 4))]
    assert days["2022-09-01"]["response_rate"] is None
    before = (await ask("officer", "regions/16.01", as_of="2022-09-10")).json()["item"]
    assert (before["open_visits"], before["refused"], before["doors"]) == (1, 1, 13), "days gone by do not change"
    by_capture = (await ask("officer", "regions/16.01", as_of="2022-09-09", basis="captured")).json()["item"]
    assert (by_capture["open_visits"], by_capture["refused"]) == (0, 1)


async def test_the_table_has_the_results_of_doors_as_the_answer_has(ask: Call, send: Deed) -> None:
    await send("enumerator.1", *(change(result, 1, VILLAGE, 8, 8) for result in RESULTS))
    answer = await ask("officer", "regions/16.01", headers={"Accept": "text/csv"})
    (row,) = csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert {each: row[each] for each in (*RESULTS, "doors", "response_rate")} == {
        **dict.fromkeys(RESULTS, "1"),
        "doors": "7",
        "response_rate": "0.0",
    }
