"""Nobody asks again who heard what the business answers: in a record of whatever outcome, of another business of its
owner, or in an earlier round."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from asked_again import Draw, answered, assign, configure, heard, nobody, records, tasks
from shapes import Call, Json
from test_who_knows import again, state_of
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, batch, item, nik, put

from app.core.clock import SetClock
from app.reinterviews import kept_raw
from app.reinterviews.drawing import value_of

NIB = "1234567890123"


async def refused_as(client: httpx.AsyncClient, world: World, id_: str, who: str) -> str | None:
    """The code with which somebody is refused a re-interview; None for whom it is given to."""
    answer = await assign(client, world, id_, who)
    return None if answer.status_code == 204 else str(answer.json()["errors"][0]["code"])


async def sent(client: httpx.AsyncClient, world: World, enumerator: int, record: Json) -> str:
    """What becomes of a record that somebody sends."""
    receipt = (await put(client, world, f"enumerator.{enumerator}", batch(record))).json()
    return str(receipt["items"][0]["outcome"])


def with_owner(record: Json, **changed: Any) -> Json:
    return {**record["answers"], "owner": {**record["answers"]["owner"], **changed}}


def of_outcome(record: Json, outcome: str) -> Json:
    """The same interview, as it becomes this."""
    region = record["region_code"]
    if outcome == "held":
        return item(region=PALEMBANG_VILLAGE, answers=record["answers"])
    said = {
        "stranger": with_owner(record, name="Zulkifli Hamid") | {"legal_name": "Bengkel Maju", "kbli": "45407"},
        "conflict": {**record["answers"], "nib": NIB},
        "invalid": {**record["answers"], "kbli": "4711"},
        "number invalid": with_owner(record, nik=record["answers"]["owner"]["nik"][:-1]),
    }[outcome]
    return item(region=region if outcome != "stranger" else OTHER_VILLAGE, answers=said)


@pytest.mark.parametrize("outcome", ["stranger", "conflict", "held", "invalid", "number invalid"])
async def test_who_sent_it_is_not_asked_whatever_became_of_it(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    asked_of_1: tuple[str, Json],
    draw_all: Draw,
    outcome: str,
) -> None:
    """Before it is given, by a person or the server; or meanwhile."""
    id_, record = asked_of_1
    if outcome == "conflict":  # its NIB is another business's
        other = item(region=VILLAGE, answers={**records(6, 1)[0]["answers"], "nib": NIB})
        assert await sent(client, world, 6, other) == "accepted"
    is_kept = {"held": "held", "invalid": "invalid", "number invalid": "invalid"}.get(outcome, "conflict")
    assert await sent(client, world, 5, of_outcome(record, outcome)) == is_kept
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"
    await pg.execute("UPDATE reinterview SET state = 'open', assignee_id = NULL, tried_at = NULL")
    await pg.execute(
        "DELETE FROM assignment WHERE campaign_id = 1 AND enumerator_id <> ALL($1)",
        [world.id("enumerator.1"), world.id("enumerator.5")],
    )
    await configure(client, world, assignment="automatic")
    await draw_all()
    assert await state_of(pg, id_) == ("open", None)
    of_1 = "SELECT assignee_id FROM reinterview WHERE id <> $1::text::uuid AND enumerator_id = $2"
    others = await pg.fetch(of_1, id_, world.id("enumerator.1"))
    assert {row[0] for row in others} == {world.id("enumerator.5")}, "of other businesses it heard nothing"


@pytest.mark.parametrize("outcome", ["stranger", "held", "invalid"])
async def test_who_sends_it_meanwhile_loses_it(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], outcome: str
) -> None:
    id_, record = asked_of_1
    await sent(client, world, 4, of_outcome(record, outcome))
    late = await answered(client, world, 4, id_, heard(record))
    assert (late.status_code, late.json()["code"]) == (409, "reinterview_taken_away")
    assert {each["id"]: each["state"] for each in await tasks(client, world, 4)}[id_] == "taken_away"
    assert await state_of(pg, id_) == ("open", None)


def with_raw(record: Json, place: str, text: str) -> str:
    """The body of a batch with the record, and with a piece of JSON text at one place in it."""
    made = item(region=record["region_code"], answers=json.loads(json.dumps(record["answers"])))
    at: Json = made
    *blocks, last = place.split("/")
    for name in blocks:
        at = at[name]
    at[last] = "HERE"
    return json.dumps(batch(made)).replace('"HERE"', text)


async def outcome_of(client: httpx.AsyncClient, world: World, body: str) -> str:
    receipt = (await put(client, world, "enumerator.5", body)).json()
    return str(receipt["items"][0]["outcome"])


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("answers/owner/nik", "{nik}"),
        ("answers/owner/nik", '"NIK: {nik}"'),
        ("answers/owner/nik", '["{nik}"]'),
        ("answers/founding_capital_idr", "NaN"),
        ("answers/founding_capital_idr", "-Infinity"),
        ("answers/notes", '"bagus \\ud83d"'),
        ("answers", "{answers}"),
        ("region_code", '"Desa Melati"'),
    ],
)
async def test_who_sent_it_is_not_asked_whatever_could_not_be_read(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], place: str, text: str
) -> None:
    """By its number, under another name."""
    id_, record = asked_of_1
    named = {**record, "answers": with_owner(record, name="Zulkifli Hamid") | {"legal_name": "Bengkel Maju"}}
    said = {"nik": record["answers"]["owner"]["nik"], "answers": json.dumps(json.dumps(named["answers"]))}
    for name, value in said.items():
        text = text.replace(f"{{{name}}}", value)
    assert await outcome_of(client, world, with_raw(named, place, text)) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


async def test_who_sent_the_item_as_a_text_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json]
) -> None:
    id_, record = asked_of_1
    body = {**batch(record), "items": [json.dumps(item(region=record["region_code"], answers=record["answers"]))]}
    assert await outcome_of(client, world, json.dumps(body)) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


@pytest.mark.parametrize("said", ["{name}", "UD. {name}", "Toko {name}", "{name}, S.Pd.", "{NAME}"])
@pytest.mark.parametrize("under", ["legal_name", "trade_name", "owner"])
async def test_who_sent_it_under_its_name_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], said: str, under: str
) -> None:
    """As the contract hears it: what is kept raw may have no number that is right."""
    id_, record = asked_of_1
    name = record["answers"]["owner"]["name"] if under == "owner" else record["answers"]["legal_name"]
    told = said.replace("{name}", name).replace("{NAME}", name.upper())
    answers = {"legal_name": "Bengkel Maju", "kbli": "4711", "owner": {"name": "Zulkifli"}}
    answers |= {"owner": {"name": told}} if under == "owner" else {under: told}
    assert await sent(client, world, 5, item(region=record["region_code"], answers=answers)) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


async def test_who_sent_it_under_a_name_that_was_corrected_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json]
) -> None:
    id_, record = asked_of_1
    corrected = record | {"revision": 2, "answers": record["answers"] | {"legal_name": "Bengkel Maju"}}
    assert await sent(client, world, 1, corrected) == "updated"
    answers = {"legal_name": record["answers"]["legal_name"], "kbli": "4711"}
    assert await sent(client, world, 5, item(region=record["region_code"], answers=answers)) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


@pytest.mark.parametrize(
    ("place", "is_asked"),
    [
        ("{village}", False),
        ("{undotted}", False),
        (" {blanks} ", False),
        ("{village}.0007", False),
        ("{district}", False),
        ("Desa Melati", False),
        ("16.01.99.9999", False),
        ("{other}", True),
        ("{other_undotted}", True),
    ],
)
async def test_a_name_counts_where_the_item_says_that_it_is_from(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], place: str, is_asked: bool
) -> None:
    """Where it says no place that there is, in all areas of who sent it."""
    id_, record = asked_of_1
    village = record["region_code"]
    other = OTHER_VILLAGE if village == VILLAGE else VILLAGE
    told = place.format(
        village=village,
        undotted=village.replace(".", ""),
        blanks=village.replace(".", " "),
        district=village[:8],
        other=other,
        other_undotted=other.replace(".", ""),
    )
    answers = {"legal_name": record["answers"]["legal_name"], "kbli": "4711"}
    assert await sent(client, world, 5, item(region=told, answers=answers)) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") == (None if is_asked else "answers_known")


@pytest.mark.parametrize("is_theirs", [True, False])
async def test_a_name_without_a_place_counts_in_the_areas_of_who_sent_it(
    pg: asyncpg.Connection, client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], is_theirs: bool
) -> None:
    """Another one there works in the regency, so that it can be given something."""
    id_, record = asked_of_1
    there, other = record["region_code"], OTHER_VILLAGE if record["region_code"] == VILLAGE else VILLAGE
    area = "UPDATE assignment SET region_code = $2 WHERE enumerator_id = $1"
    await pg.execute(area, world.id("enumerator.5"), there if is_theirs else other)
    answers = {"legal_name": record["answers"]["legal_name"], "kbli": "4711"}
    assert await sent(client, world, 5, item(region="Desa Melati", answers=answers)) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") == ("answers_known" if is_theirs else None)


@pytest.mark.parametrize("said", ["{name}", "Toko {name}", "{name}, S.Pd."])
@pytest.mark.parametrize("meanwhile", [False, True])
async def test_who_recorded_it_without_a_number_is_not_asked(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    asked_of_1: tuple[str, Json],
    said: str,
    meanwhile: bool,
) -> None:
    """It counts as a business of its own, and nothing but its village and name says that it is the same."""
    id_, record = asked_of_1
    who = 4 if meanwhile else 5
    name = said.format(name=record["answers"]["legal_name"])
    owner = {"name": record["answers"]["owner"]["name"]}
    made = item(region=record["region_code"], answers={**record["answers"], "legal_name": name, "owner": owner})
    assert await sent(client, world, who, made) == "accepted"
    if meanwhile:
        late = await answered(client, world, 4, id_, heard(record))
        assert (late.status_code, late.json()["code"]) == (409, "reinterview_taken_away")
    else:
        assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


async def test_who_recorded_another_business_of_that_name_elsewhere_may_be_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json]
) -> None:
    id_, record = asked_of_1
    other = OTHER_VILLAGE if record["region_code"] == VILLAGE else VILLAGE
    answers = {"legal_name": record["answers"]["legal_name"], "kbli": "47112", "owner": {"name": "Zulkifli"}}
    assert await sent(client, world, 5, item(region=other, answers=answers)) == "accepted"
    answers |= {"legal_name": "Bengkel Maju"}
    assert await sent(client, world, 5, item(region=record["region_code"], answers=answers)) == "accepted"
    assert await refused_as(client, world, id_, "enumerator.5") is None


async def test_who_recorded_another_business_of_the_owner_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json]
) -> None:
    """Whichever of both came first."""
    id_, record = asked_of_1
    said = with_owner(record) | {
        "legal_name": "Bengkel Maju",
        "kbli": "45407",
        "other_business_of_owner": True,
        "phone": "0811222333",
    }
    assert await sent(client, world, 5, item(region=OTHER_VILLAGE, answers=said)) == "accepted"
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


@pytest.mark.parametrize("kept_raw", [True, False])
async def test_who_sent_the_owners_other_business_without_a_number_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], kept_raw: bool
) -> None:
    """By its village and name, as of the business itself."""
    id_, record = asked_of_1
    said = with_owner(record) | {"legal_name": "Bengkel Maju", "kbli": "45407", "other_business_of_owner": True}
    there = OTHER_VILLAGE if record["region_code"] == VILLAGE else VILLAGE
    assert await sent(client, world, 3, item(region=there, answers=said | {"phone": "0811222333"})) == "accepted"
    once_more = {"legal_name": "UD. Bengkel Maju", "kbli": "4540" if kept_raw else "45407", "owner": {"sex": "female"}}
    outcome = await sent(client, world, 5, item(region=there, answers=once_more))
    assert outcome == ("invalid" if kept_raw else "accepted")
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"
    assert await refused_as(client, world, id_, "enumerator.6") is None


async def test_that_businesses_have_one_owner_is_known_by_the_number_too(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, asked_of_1: tuple[str, Json]
) -> None:
    """No case names every two businesses of an owner."""
    id_, record = asked_of_1
    said = with_owner(record) | {"legal_name": "Bengkel Maju", "kbli": "45407", "other_business_of_owner": True}
    assert await sent(client, world, 5, item(region=OTHER_VILLAGE, answers=said)) == "accepted"
    await pg.execute("DELETE FROM duplicate_case")
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


async def test_who_recorded_what_was_found_to_be_another_business_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], act: Call
) -> None:
    id_, record = asked_of_1
    assert await sent(client, world, 5, again(record)) == "duplicate"
    [case] = (await act("officer", "GET", "duplicates")).json()["items"]
    decided = await act(
        "officer", "POST", f"duplicates/{case['id']}/resolution", {"decision": "separate", "reason": "Dua usaha"}
    )
    assert decided.is_success, decided.text
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


async def test_who_sent_a_copy_of_the_record_is_not_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json]
) -> None:
    id_, record = asked_of_1
    assert await sent(client, world, 5, record) == "unchanged"
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"


@pytest.mark.parametrize("result", ["done", "not_found"])
async def test_who_asked_it_again_in_an_earlier_round_is_not_asked(
    pg: asyncpg.Connection,
    client: httpx.AsyncClient,
    world: World,
    asked_of_1: tuple[str, Json],
    draw_all: Draw,
    clock: SetClock,
    result: str,
) -> None:
    """But for whom nobody answered."""
    earlier, record = asked_of_1
    body = heard(record) if result == "done" else nobody(result)
    assert (await answered(client, world, 4, earlier, body)).status_code == 201
    clock.moment = datetime(2023, 5, 5, 5, tzinfo=UTC)
    made = again(record) | {"captured_at": "2023-05-05T09:00:00+07:00"}
    of_next = batch(made, campaign="pl-kumkm-2023", sent_at="2023-05-05T12:00:00+07:00")
    assert (await put(client, world, "enumerator.1", of_next)).json()["counts"]["accepted"] == 1
    seed = next(
        each for each in map("benih-{:05}".format, range(10_000)) if value_of(each, UUID(made["record_id"])) < 0.2
    )
    drawing = {"share_percent": 20.0, "seed": seed, "assignment": "manual"}
    path = "/v1/campaigns/pl-kumkm-2023"
    assert (await client.patch(path, json={"reinterviews": drawing}, headers=world.auth("admin"))).is_success
    await draw_all()
    id_ = await pg.fetchval("SELECT id::text FROM reinterview WHERE record_id = $1::text::uuid", made["record_id"])
    assert await refused_as(client, world, id_, "enumerator.4") == ("answers_known" if result == "done" else None)


async def test_who_sent_something_else_from_there_may_be_asked(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json]
) -> None:
    """A held item of another business in the same village tells nothing."""
    id_, record = asked_of_1
    other = item(region=PALEMBANG_VILLAGE, answers=with_owner(record, nik=nik()) | {"legal_name": "Bengkel Maju"})
    assert await sent(client, world, 5, other) == "held"
    assert await sent(client, world, 5, item(region=record["region_code"], answers={"legal_name": "x"})) == "invalid"
    assert await refused_as(client, world, id_, "enumerator.5") is None


async def test_who_has_more_kept_raw_than_is_searched_is_asked_nothing(
    client: httpx.AsyncClient, world: World, asked_of_1: tuple[str, Json], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a tablet that sends nonsense could have the server search it at each sync."""
    id_, _ = asked_of_1
    nonsense = item(region=VILLAGE, answers={"legal_name": "Bengkel Maju", "kbli": "4711", "notes": "x" * 2_000})
    assert await sent(client, world, 5, nonsense) == "invalid"
    monkeypatch.setattr(kept_raw, "MOST_KEPT", 100)
    assert await refused_as(client, world, id_, "enumerator.5") == "answers_known"
    monkeypatch.setattr(kept_raw, "MOST_KEPT", 10_000)
    assert await refused_as(client, world, id_, "enumerator.5") is None
