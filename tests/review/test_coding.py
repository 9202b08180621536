"""Codes that their edition of KBLI does not have: taken with a warning, coded by a person, and taken back."""

import asyncio
import csv
import io
import random
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from shapes import Call, Json
from world import OTHER_VILLAGE, World, batch, item, nik, outcomes, put

from app.privacy.subject import Found, erase
from app.recount import drift
from app.register.coding import now_known

# 96210 is hairdressing in 2025 alone; 56102 is in both, 47112 as well.
UNKNOWN, WHY = "96210", "Pangkas rambut menurut kegiatan utamanya"
RIGHT: Json = {"kbli": "96111", "kbli_version": "2020"}
BARBER: Json = {"legal_name": "Pangkas Rambut Jaya", "kbli": UNKNOWN, "main_activity": "Pangkas rambut pria"}


async def queue(act: Call, **params: Any) -> list[Json]:
    answer = await act("GET", "coding", **params)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def code(act: Call, one: Json, who: str = "officer", **said: Any) -> httpx.Response:
    body = {**RIGHT, "reason": WHY, "revision": one["revision"], **said}
    return await act("POST", f"coding/{one['business_id']}/decision", who, body)


async def undo(act: Call, one: Json, **said: Any) -> httpx.Response:
    body = {"reason": "Keliru memilih kegiatan", "revision": one["revision"], **said}
    return await act("POST", f"coding/{one['business_id']}/decision/undo", "officer", body)


@pytest.fixture
async def waiting(client: httpx.AsyncClient, world: World, act: Call) -> Json:
    """A business with a code that KBLI 2020 does not have, as it stands in the queue."""
    answer = await put(client, world, "enumerator.1", batch(item(nik=nik(), **BARBER)))
    (line,) = answer.json()["items"]
    assert line["outcome"] == "accepted", line
    assert [(each["pointer"], each["code"]) for each in line["warnings"]] == [("/answers/kbli", "kbli_unknown")]
    (one,) = await queue(act)
    return one


async def business(act: Call, one: Json) -> Json:
    found: Json = (await act("GET", f"businesses/{one['business_id']}")).json()
    return found


async def test_an_unknown_code_counts_once_and_waits_with_what_tells_the_activity(waiting: Json, act: Call) -> None:
    assert (waiting["said_kbli"], waiting["said_kbli_version"]) == (UNKNOWN, "2020")
    assert (waiting["main_activity"], waiting["coding"]) == ("Pangkas rambut pria", None)
    assert [each["kbli_version"] for each in waiting["same_number"]] == ["2025"], "shown, and never taken over"
    row = (await act("GET", "progress/regions/16.01")).json()["item"]
    assert (row["entered"], row["invalid"], row["submissions"]) == (1, 0, 1)
    found = await business(act, waiting)
    assert (found["kbli"], found["kbli_version"]) == (UNKNOWN, "2020")


async def test_a_decision_empties_the_queue_and_register_feed_and_exports_say_it(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, waiting: Json, act: Call
) -> None:
    for _ in range(2):
        answer = await code(act, waiting)
        assert answer.status_code == 200, answer.text
        assert answer.json()["coding"]["kbli"] == RIGHT["kbli"]
    assert await queue(act) == []
    (coded,) = await queue(act, state="coded")
    assert (coded["coding"]["decided_by"], coded["coding"]["reason"]) == ("officer", WHY)
    found = await business(act, waiting)
    assert (found["kbli"], found["kbli_version"]) == ("96111", "2020")
    assert await pg.fetchval("SELECT answers->>'kbli' FROM submission") == UNKNOWN, "answers stay as they were sent"
    headers = world.auth("system", scopes=["feed:read"])
    row = (await client.get("/v1/feed", headers=headers)).json()["items"][-1]["business"]
    title = await pg.fetchval("SELECT title FROM kbli WHERE version = '2020' AND code = '96111'")
    expected = ("96111", "2020", title, "S", "coded")
    names = ("kbli", "kbli_version", "kbli_title", "kbli_category", "kbli_state")
    assert tuple(row[name] for name in names) == expected
    text = (await act("GET", "exports/businesses.csv")).content.decode("utf-8-sig")
    (exported,) = csv.DictReader(io.StringIO(text))
    assert tuple(exported[name] for name in names) == expected
    assert len((await act("GET", "businesses", kbli="96111")).json()["items"]) == 1
    said = "'activity.coded'"
    assert await pg.fetchval(f"SELECT count(*) FROM audit_event WHERE action = {said}") == 1, "once"
    assert await drift(pg) == []


async def test_undone_it_says_the_code_of_its_record_and_waits_again(
    pg: asyncpg.Connection, waiting: Json, act: Call
) -> None:
    await code(act, waiting)
    for _ in range(2):
        assert (await undo(act, waiting)).status_code == 200
    assert await queue(act) == [waiting]
    found = await business(act, waiting)
    assert (found["kbli"], found["kbli_version"]) == (UNKNOWN, "2020")
    assert await pg.fetchval("SELECT count(*) FROM audit_event WHERE action = 'activity.coding_undone'") == 1
    assert (await code(act, waiting, kbli="96112")).status_code == 200, "and can be coded again"


async def test_the_other_edition_can_be_the_right_one(waiting: Json, act: Call) -> None:
    answer = await code(act, waiting, kbli=UNKNOWN, kbli_version="2025")
    assert answer.status_code == 200, answer.text
    found = await business(act, waiting)
    assert (found["kbli"], found["kbli_version"]) == (UNKNOWN, "2025")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kbli": UNKNOWN}, 422),  # a code of the other edition
        ({"kbli": "96111", "kbli_version": "2015"}, 422),
        ({"kbli": "9611"}, 422),
        ({"kbli": "ABCDE"}, 422),
        ({"kbli": "٩٦١١١"}, 422),
        ({"kbli": 96111}, 422),
        ({"kbli": "9" * 3_000_000}, 422),
        ({"reason": "ya"}, 422),
        ({"reason": None}, 422),
        ({"revision": 0}, 422),
        ({"revision": 2}, 409),
        ({"other": 1}, 422),
    ],
)
async def test_what_cannot_be_decided(waiting: Json, act: Call, said: Json, status: int) -> None:
    answer = await code(act, waiting, **said)
    assert answer.status_code in (status, 413), answer.text
    assert await queue(act) == [waiting]


async def test_of_two_decisions_at_the_same_moment_one_holds(waiting: Json, act: Call) -> None:
    answers = await asyncio.gather(*(code(act, waiting, kbli=each) for each in ("96111", "96112", "47112")))
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    again = await asyncio.gather(*(undo(act, waiting) for _ in range(3)))
    assert {each.status_code for each in again} == {200}
    assert await queue(act) == [waiting]


async def test_who_may_decide_and_who_sees_it(waiting: Json, act: Call) -> None:
    for who, status in (("enumerator.1", 403), ("system", 403), ("officer.palembang", 404), ("coordinator.2", 404)):
        answer = await code(act, waiting, who)
        assert answer.status_code == status, (who, answer.text)
        seen = await act("GET", "coding", who)
        assert seen.status_code == (403 if status == 403 else 200), who
        assert status == 403 or seen.json()["items"] == [], who
    assert (await code(act, waiting, "coordinator.1")).status_code == 200


async def test_a_decision_holds_while_the_record_says_the_same_code(
    client: httpx.AsyncClient, world: World, waiting: Json, act: Call
) -> None:
    await code(act, waiting)
    record, number = waiting["record_id"], nik()
    for revision, said, expected, waits in (
        (2, UNKNOWN, "96111", False),  # the same unknown code: coded as before
        (3, "47112", "47112", False),  # the enumerator knew better
        (4, "96299", "96299", True),  # another unknown code waits
        (5, UNKNOWN, "96111", False),  # and the decision on the first one holds
    ):
        again = item(record_id=record, revision=revision, nik=number, **BARBER | {"kbli": said})
        assert (await outcomes(client, world, "enumerator.1", again))[0] in ("updated", "accepted")
        found = await business(act, waiting)
        assert (found["kbli"], bool(await queue(act))) == (expected, waits), revision
    assert (await undo(act, waiting)).status_code == 409, "another revision came"


async def test_the_queue_is_read_by_region_page_by_page(
    client: httpx.AsyncClient, world: World, waiting: Json, act: Call
) -> None:
    more = [item(nik=nik(), region=OTHER_VILLAGE, **BARBER) for _ in range(3)]
    await outcomes(client, world, "enumerator.1", *more)
    everything = await queue(act)
    assert len(everything) == 4
    assert [each["region_code"] for each in everything] == sorted(each["region_code"] for each in everything)
    assert len(await queue(act, region=OTHER_VILLAGE)) == 3
    assert await queue(act, enumerator="enumerator.2") == []
    assert len(await queue(act, campaign="pl-kumkm-2022")) == 4
    paged, cursor = [], None
    while True:
        params = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await act("GET", "coding", **params)).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == everything
    assert (await act("GET", "coding", region="16.02")).status_code in (200, 404)
    assert (await act("GET", "coding", campaign="tidak-ada")).json()["code"] == "unknown_campaign"


@pytest.mark.parametrize(
    ("words", "version", "first"),
    [
        ("eceran minimarket", None, None),
        ("warung makan", "2020", "56102"),
        ("makan warung", "2020", "56102"),  # in any order
        ("WAR MAK", "2020", "56102"),  # from their beginnings
        ("5610", "2020", "56101"),  # digits
    ],
)
async def test_activities_are_found_by_words(act: Call, words: str, version: str | None, first: str | None) -> None:
    answer = await act("GET", "coding/activities", q=words, **({"kbli_version": version} if version else {}))
    found = answer.json()["items"]
    assert found, words
    assert first is None or found[0]["code"] == first, found[:3]
    assert {each["kbli_version"] for each in found} <= ({version} if version else {"2020", "2025"})
    assert all(len(each["code"]) == 5 and each["category"].isupper() for each in found)


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1 --", "(", "zzzz qqqq", "٩٩", "\N{FULLWIDTH DIGIT ONE}"])
async def test_a_search_for_nothing_finds_nothing(act: Call, words: str) -> None:
    answer = await act("GET", "coding/activities", q=words)
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    "params", [{"q": ""}, {"q": "a" * 201}, {"q": "makan\x00"}, {"q": "makan", "kbli_version": "2015"}, {}]
)
async def test_a_search_that_cannot_be(act: Call, params: Json) -> None:
    assert (await act("GET", "coding/activities", **params)).status_code == 422


async def test_a_newer_list_that_has_the_code_ends_the_wait(pg: asyncpg.Connection, waiting: Json, act: Call) -> None:
    await pg.execute("INSERT INTO kbli (version, code, title) VALUES ('2020', $1, 'Pangkas rambut')", UNKNOWN)
    await now_known(pg)
    assert await queue(act) == []
    found = await business(act, waiting)
    assert (found["kbli"], found["kbli_version"]) == (UNKNOWN, "2020")
    assert await drift(pg) == []


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_each_is_counted_once_and_the_queue_is_what_is_unknown(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, act: Call, seed: int
) -> None:
    """Random histories of revisions, decisions and their undoing: counted once, in the queue exactly while unknown."""
    chance = random.Random(seed)
    records: dict[str, list[Any]] = {str(item()["record_id"]): [0, nik(), ""] for _ in range(4)}
    decided: dict[tuple[str, str], str] = {}
    for _ in range(30):
        record = chance.choice(list(records))
        state = records[record]
        deed = chance.choice(("send", "code", "undo"))
        if deed == "send" or not state[0]:
            state[0] += 1
            state[2] = chance.choice((UNKNOWN, "96299", "47112", "56102"))
            sent = item(record_id=record, revision=state[0], nik=state[1], **BARBER | {"kbli": state[2]})
            assert (await outcomes(client, world, "enumerator.1", sent))[0] in ("accepted", "updated")
            continue
        business_id = await pg.fetchval("SELECT id FROM business WHERE record_id = $1", record)
        one, key = {"business_id": str(business_id), "revision": state[0]}, (record, state[2])
        if deed == "code":
            chosen = chance.choice(("96111", "96112"))
            open_ = state[2] in (UNKNOWN, "96299") and key not in decided
            expected = 200 if open_ or decided.get(key) == chosen else 409
            assert (await code(act, one, kbli=chosen)).status_code == expected
            if open_:
                decided[key] = chosen
        else:
            expected = 409 if state[2] in ("47112", "56102") else 200
            assert (await undo(act, one)).status_code == expected
            decided.pop(key, None)
    sent_ones = {record: state for record, state in records.items() if state[0]}
    expected_queue = {
        record
        for record, state in sent_ones.items()
        if state[2] in (UNKNOWN, "96299") and (record, state[2]) not in decided
    }
    assert {each["record_id"] for each in await queue(act)} == expected_queue
    shown = {str(row[0]): row[1] for row in await pg.fetch("SELECT record_id, kbli FROM business")}
    assert shown == {record: decided.get((record, state[2]), state[2]) for record, state in sent_ones.items()}
    row = (await act("GET", "progress/regions/16.01")).json()["item"]
    assert (row["entered"], row["submissions"]) == (len(sent_ones), len(sent_ones))
    assert await drift(pg) == []


async def test_of_an_erased_record_nothing_waits_and_no_reason_stays(
    pg: asyncpg.Connection, waiting: Json, act: Call
) -> None:
    await code(act, waiting)
    await undo(act, waiting)
    async with pg.transaction():
        await erase(pg, Found([UUID(waiting["record_id"])]), reason="Permohonan 17/2022")
    assert await queue(act) == []
    (row,) = await pg.fetch("SELECT reason, undone_because FROM coding")
    assert tuple(row) == ("", None)
    assert await drift(pg) == []


async def test_of_an_erased_record_a_coding_stays_and_cannot_be_taken_back(
    pg: asyncpg.Connection, waiting: Json, act: Call
) -> None:
    await code(act, waiting)
    async with pg.transaction():
        await erase(pg, Found([UUID(waiting["record_id"])]), reason="Permohonan 17/2022")
    assert await queue(act, state="coded") == []
    assert (await undo(act, waiting)).status_code == 409
    assert await queue(act) == []
    assert (await business(act, waiting))["kbli"] == RIGHT["kbli"]
    assert await drift(pg) == []


@pytest.mark.parametrize("around", ["\n", "\t", "\x1c", "\x85", "\xa0", "\u2028", "\u3000", " "])
async def test_blanks_around_a_code_are_no_drift(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, around: str
) -> None:
    sent = [item(nik=nik(), kbli=f"{around}{each}{around}") for each in ("47112", UNKNOWN)]
    assert await outcomes(client, world, "enumerator.1", *sent) == ["accepted", "accepted"]
    assert await drift(pg) == []


async def test_a_coded_activity_is_what_a_known_nik_is_compared_by(
    client: httpx.AsyncClient, world: World, act: Call
) -> None:
    """Another name, the mark, and the activity that a person found for the first: the same business, not another."""
    number = nik()
    first = item(nik=number, kbli="99999", legal_name="Warung Ibu Tuti")
    assert await outcomes(client, world, "enumerator.1", first) == ["accepted"]
    (one,) = await queue(act)
    assert (await code(act, one, kbli="56102")).status_code == 200
    again = item(nik=number, kbli="56102", legal_name="Dapur Sejahtera", other_business_of_owner=True)
    assert await outcomes(client, world, "enumerator.2", again) == ["duplicate"]
