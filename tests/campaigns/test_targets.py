"""Targets: who sets which, and the warning when they do not add up."""

from datetime import date
from typing import Any

import asyncpg
import httpx
from one_by_one import each
from shapes import Call
from world import World

from app.campaigns.queries import current_campaign

EMBEDDED_IS_ENOUGH = True


async def put(act: Call, who: str, region: str, businesses: int) -> httpx.Response:
    return await act(who, "PUT", f"targets/{region}", {"businesses": businesses})


async def test_an_officer_sets_what_is_below_and_is_warned_when_it_does_not_add_up(
    act: Call, pg: asyncpg.Connection
) -> None:
    districts = [r[0] for r in await pg.fetch("SELECT code FROM region WHERE parent_code = '16.01' ORDER BY code")]
    for code in districts[:-1]:
        answer = await put(act, "officer", code, 3000)
        assert answer.json()["warnings"] == [], "as long as some have none and the rest does not exceed it"
    last = await put(act, "officer", districts[-1], 3000)
    assert last.json()["warnings"] == ["siblings_do_not_add_up"]
    assert (last.json()["parent"]["children_sum"], last.json()["parent"]["businesses"]) == (39000, 42000)
    exact = await put(act, "officer", districts[-1], 6000)
    assert (exact.json()["warnings"], exact.json()["parent"]["adds_up"]) == ([], True)
    listed = (await act("officer", "GET", "targets")).json()
    assert (listed["region"]["region_code"], listed["region"]["children_sum"]) == ("16.01", 42000)
    assert len(listed["items"]) == len(districts) == 13
    whole = await put(act, "admin", "16.01", 41000)
    assert whole.json()["warnings"] == ["children_do_not_add_up"]


@each(
    ("who", "region", "status"),
    [
        ("officer", "16.01", 404),  # nobody sets one's own
        ("officer", "16", 404),
        ("officer", "16.71", 404),
        ("officer", "16.01.99", 422),
        ("officer", "nowhere", 404),
        ("coordinator.1", "16.01.14", 403),
        ("enumerator.1", "16.01.14", 403),
        ("system", "16.01.14", 403),
        ("admin", "ID", 200),
    ],
)
async def test_whose_target_is_not_ones_to_set(
    act: Call, pg: asyncpg.Connection, who: str, region: str, status: int
) -> None:
    await act("admin", "PUT", "targets/16.01.14", {"businesses": 1})
    for method in ("PUT", "DELETE"):
        answer = await act(who, method, f"targets/{region}", {"businesses": 10} if method == "PUT" else None)
        expected = status if method == "PUT" or status in (403, 404) else 204
        assert answer.status_code == expected, method


async def test_a_target_is_taken_away(act: Call, pg: asyncpg.Connection) -> None:
    await put(act, "officer", "16.01.14", 500)
    assert (await act("officer", "DELETE", "targets/16.01.14")).status_code == 204
    assert (await act("officer", "DELETE", "targets/16.01.14")).status_code == 204
    row = (await act("officer", "GET", "targets", params={"region": "16.01.14"})).json()["region"]
    assert (row["businesses"], row["valid_from"]) == (None, None)
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'target.removed'") == 1, "only once"


@each("businesses", [0, -1, 10**9, "many", None, 1.5])
async def test_a_target_is_a_number_of_businesses(act: Call, businesses: Any) -> None:
    assert (await act("officer", "PUT", "targets/16.01.14", {"businesses": businesses})).status_code == 422


async def test_only_an_admin_makes_campaigns_and_their_days_are_in_order(act: Call) -> None:
    round_ = {
        "code": "pl-kumkm-2024",
        "name": "PL-KUMKM 2024",
        "starts_on": "2024-04-01",
        "ends_on": "2024-10-31",
        "accepts_until": "2024-11-30",
        "answers_until": "2029-12-31",
    }
    assert (await act("officer", "PUT", "campaigns/pl-kumkm-2024", round_)).status_code == 403
    assert (await act("admin", "PUT", "campaigns/pl-kumkm-2024", round_)).status_code == 201
    assert (await act("admin", "PUT", "campaigns/pl-kumkm-2024", round_)).status_code == 200
    for wrong in ({"ends_on": "2024-03-01"}, {"answers_until": "2024-11-01"}, {"code": "No Good"}):
        assert (await act("admin", "PUT", "campaigns/pl-kumkm-2024", {**round_, **wrong})).status_code in (404, 422)
    codes = [row["code"] for row in (await act("enumerator.1", "GET", "campaigns")).json()["items"]]
    assert codes == ["pl-kumkm-2024", "pl-kumkm-2023", "pl-kumkm-2022"]
    assert (await act("officer", "GET", "targets", params={"campaign": "pl-kumkm-2024"})).status_code == 200
    assert (await act("officer", "GET", "targets", params={"campaign": "none"})).status_code == 422


async def test_the_campaign_that_is_meant_when_none_is_named_is_the_one_that_runs(
    pg: asyncpg.Connection, world: World
) -> None:
    """Also where another one began later and has ended, or has not begun."""
    await pg.execute(
        "INSERT INTO campaign (id, code, name, starts_on, ends_on, accepts_until) VALUES"
        " (3, 'trial', 'Trial', '2022-09-01', '2022-09-05', '2022-10-05')"
    )
    expected = {
        date(2022, 3, 1): "pl-kumkm-2022",
        date(2022, 8, 31): "pl-kumkm-2022",
        date(2022, 9, 3): "trial",
        date(2022, 9, 6): "pl-kumkm-2022",
        date(2023, 5, 1): "pl-kumkm-2023",
    }
    assert {day: (await current_campaign(pg, day)).code for day in expected} == expected
