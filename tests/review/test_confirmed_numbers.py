"""A confirmed number of a business that is merged, sold or corrected: the state is of the pair and returns with it."""

import asyncio
from random import Random

import asyncpg
import pytest
from disputes import Queue, only_case
from forms import sized
from shapes import Json
from verification_files import WHY, Office, office  # noqa: F401  (pytest finds fixtures here)
from world import World, batch, nib, nik, outcomes, put

from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"rate_export": "1000/minute"})


async def revised(office: Office, sent: Json, who: str = "enumerator.1", **owner: str) -> Json:  # noqa: F811  (a fixture)
    """Send the record once more with other answers about the owner."""
    sent["revision"] += 1
    sent["answers"]["owner"] = sent["answers"]["owner"] | owner
    assert await outcomes(office.client, office.world, who, sent) == ["updated"]
    return sent


async def test_another_name_or_number_ends_the_state_and_the_pair_brings_it_back(office: Office) -> None:  # noqa: F811  (a fixture)
    number = nik()
    sent, business = await office.enter(nik=number)
    await office.confirm()
    await revised(office, sent, sex="male")
    assert await office.state(business) == "match", "what was not asked about does not matter"
    await revised(office, sent, name="  SARI ")
    assert await office.state(business) == "match", "nor do capitals and blanks"
    await revised(office, sent, name="Dewi")
    assert await office.state(business) == "unverified"
    await revised(office, sent, name="Sari")
    assert await office.state(business) == "match"
    await revised(office, sent, nik=nik())
    assert await office.state(business) == "unverified", "the same name with another number"
    await revised(office, sent, nik=number)
    assert await office.state(business) == "match"


async def test_a_correction_ends_the_state(office: Office) -> None:  # noqa: F811  (a fixture)
    _, business = await office.enter(nik=nik(), nib=nib())
    await office.confirm()
    await office.confirm(kind="nib", source="oss")
    body = {"changes": {"legal_name": "Warung Bu Dewi"}, "reason": "Salah nama", "revision": 1}
    path = f"/v1/businesses/{business}/corrections"
    answer = await office.client.post(path, json=body, headers=office.auth)
    assert answer.status_code == 201, answer.text
    assert await office.state(business, "nib") == "unverified", "it was asked about with the name of the business"
    assert await office.state(business) == "match", "and this one with the owner's"


async def test_an_answer_about_what_changed_meanwhile_is_kept_as_outdated(office: Office) -> None:  # noqa: F811  (a fixture)
    sent, business = await office.enter(nik=nik())
    request = await office.ask()
    (line,) = await office.lines(request)
    await revised(office, sent, name="Dewi")
    assert await office.lines(request) == [], "there is nothing to ask any more"
    report = await office.answer(request, {line["referensi"]: "SESUAI"}, dry_run=True)
    assert (report["answered"], report["outdated"]) == (1, 1)
    await office.answer(request, {line["referensi"]: "SESUAI"})
    assert await office.state(business) == "unverified"
    told = await office.request(request)
    assert (told["answered"], told["match"], told["outdated"]) == (1, 1, 1)
    await revised(office, sent, name="Sari")
    assert await office.state(business) == "match", "it was about this pair"


async def test_a_merger_and_its_undoing(office: Office, queue: Queue, torn: list[Json]) -> None:  # noqa: F811  (a fixture)
    page = await office.client.get("/v1/businesses", headers=office.auth)
    by_record = {each["record_id"]: each["id"] for each in page.json()["items"]}
    first, second = (by_record[each["record_id"]] for each in torn[:2])
    await office.confirm()
    await office.confirm("TIDAK SESUAI", kind="nib", source="oss")
    assert [await office.state(first), await office.state(second, "nib")] == ["match", "mismatch"]
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "same", business_id=first)
    assert await office.state(first) == "match"
    assert await office.state(first, "nib") == "unverified", "the other's number is asked about again with this name"
    await queue.undo(case["id"])
    assert [await office.state(first), await office.state(second, "nib")] == ["match", "mismatch"]
    assert await office.state(first, "nib") is None


async def test_a_sale_and_its_undoing(office: Office, queue: Queue) -> None:  # noqa: F811  (a fixture)
    permit = nib()
    sent, business = await office.enter(nik=nik(), nib=permit)
    await office.confirm()
    buyer = {**sent, "record_id": "01832f3e-0000-7000-8000-00000000000b"}
    buyer["answers"] = sent["answers"] | {"owner": {"name": "Hendra", "sex": "male", "nik": nik()}}
    assert await outcomes(office.client, office.world, "enumerator.2", buyer) == ["conflict"]
    case = await only_case(queue.act)
    await queue.resolve(case["id"], "owner_changed")
    assert await office.state(business) == "unverified"
    await queue.undo(case["id"])
    assert await office.state(business) == "match"


async def test_answers_and_revisions_at_the_same_moment_leave_the_state_of_the_pair_that_there_is(
    office: Office,  # noqa: F811  (a fixture)
    world: World,
    pg: asyncpg.Connection,
) -> None:
    random, rounds = Random(17), sized(3, 20)
    names = ["Sari", "Dewi"]
    sent = [await office.enter(f"enumerator.{n % 3 + 1}", nik=nik()) for n in range(6)]
    for _ in range(rounds):
        request = await office.ask(again=True, states=["unverified", "match", "mismatch", "not_found"])
        references = [line["referensi"] for line in await office.lines(request)]
        for each, _ in sent:
            each["revision"] += 1
            each["answers"]["owner"]["name"] = random.choice(names)
        batches = [
            put(office.client, world, f"enumerator.{n + 1}", batch(*(each for each, _ in sent[n::3]))) for n in range(3)
        ]
        halves = [dict.fromkeys(references[n::2], random.choice(["SESUAI", "TS"])) for n in range(2)]
        sent_batches, _ = await asyncio.gather(
            asyncio.gather(*batches), asyncio.gather(*(office.answer(request, half) for half in halves))
        )
        assert [each.status_code for each in sent_batches] == [201] * 3
    for each, business in sent:
        name = each["answers"]["owner"]["name"]
        about = await pg.fetch(
            "SELECT answer, name_digest, request_id FROM verification_item"
            " WHERE business_id = $1 AND answer IS NOT NULL ORDER BY answered_on, answered_at",
            business,
        )
        from app.verification.states import fingerprint  # noqa: PLC0415  (the rule itself)

        fitting = [row[0] for row in about if row[1] == fingerprint(name, row[2].bytes)]
        assert await office.state(business) in (fitting or ["unverified"]), WHY
    assert (
        await pg.fetchval("SELECT count(*) FROM verification_item WHERE answer IS NOT NULL AND applied_at IS NULL") == 0
    )
