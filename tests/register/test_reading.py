"""Reading the register: lists and searches, single businesses with where each answer comes from, corrections."""

from hashlib import sha256
from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from hypothesis import given
from hypothesis import strategies as st
from shapes import Call, Json
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, batch, item, nib, nik, outcomes, put

from app.recount import drift
from app.register.filters import Where
from app.register.names import EDITION, searchable, telling_words
from app.register.searching import having

EMBEDDED_IS_ENOUGH = True
NAMES_OF_ALL_KINDS = (
    "Toko Achmad Djaja",
    "WARUNG  Nopi & Syukur",
    "Tjoet Nja' Dhien",
    "Ökonomi Réza",
    "KUD “Makmur”, Tbk.",
    "Qoriah Zaenab",
    "مطعم",
    "ꦮꦫꦸꦁ",
    "好吃",
    "Kopi☕99",
    "van der Vlies-Fauzi",
)


@pytest.fixture
def get(client: httpx.AsyncClient, world: World) -> Call:
    async def call(
        path: str, who: str = "officer", headers: dict[str, str] | None = None, token: Json | None = None, **params: Any
    ) -> httpx.Response:
        headers = {**world.auth(who, **(token or {})), **(headers or {})}
        return await client.get(f"/v1/{path}", params=params, headers=headers)

    return call


def named(name: str, **said: Any) -> Json:
    made = item(nik=nik(), **said)
    return {**made, "answers": {**made["answers"], "legal_name": name}}


async def listed(get: Call, **params: Any) -> list[str]:
    answer = await get("businesses", **params)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["items"]]


@pytest.fixture
async def five(client: httpx.AsyncClient, world: World) -> list[Json]:
    """Five businesses: four in OKU by two teams, one in Palembang."""
    koperasi = {"legal_name": "KUD Makmur", "cooperative_number": "1601020010001", "kbli": "64141"}
    sent = [
        named("Warung Bu Sari"),
        named("Toko Achmad Jaya", region=OTHER_VILLAGE, annual_sales_idr=3_000_000_000),
        {**item(answers=koperasi), "questionnaire": "koperasi@1"},
    ]
    await outcomes(client, world, "enumerator.1", *sent)
    sent += [named("Bengkel Wijaya", kbli="45407"), named("Pempek Candra", region=PALEMBANG_VILLAGE, kbli="56102")]
    await outcomes(client, world, "enumerator.4", sent[3])
    await outcomes(client, world, "enumerator.palembang", sent[4])
    return sent


async def test_a_list_goes_by_region_and_shows_no_number(
    get: Call, five: list[Json], client: httpx.AsyncClient, world: World
) -> None:
    answer = await get("businesses")
    rows = answer.json()["items"]
    assert [row["region_code"] for row in rows] == [OTHER_VILLAGE, VILLAGE, VILLAGE, VILLAGE]
    shown = {row["name"]: row for row in rows}
    assert shown["KUD Makmur"]["numbers"] == {"cooperative_number": "1601*******01"} | dict.fromkeys(
        ("nik", "nib", "passport", "kitas")
    )
    digits = five[0]["answers"]["owner"]["nik"]
    assert shown["Warung Bu Sari"]["numbers"]["nik"] == f"1601**********{digits[-2:]}"
    assert digits not in answer.text
    assert (
        shown["Toko Achmad Jaya"]
        | {
            "kind": "umkm",
            "kbli": "47112",
            "size_class": "small",
            "review_state": "unreviewed",
            "revision": 1,
            "campaigns": ["pl-kumkm-2022"],
            "enumerator": "enumerator.1",
            "record_id": five[1]["record_id"],
            "latitude": -4.1266,
        }
        == shown["Toko Achmad Jaya"]
    )


FILTERED = [
    ({"region": OTHER_VILLAGE}, ["Toko Achmad Jaya"]),
    ({"kind": "koperasi"}, ["KUD Makmur"]),
    ({"kbli": "45407"}, ["Bengkel Wijaya"]),
    ({"kbli": "47"}, ["Toko Achmad Jaya", "Warung Bu Sari"]),
    ({"size_class": "small"}, ["Toko Achmad Jaya"]),
    ({"size_class": "micro"}, ["Bengkel Wijaya", "Warung Bu Sari"]),
    ({"enumerator": "enumerator.4"}, ["Bengkel Wijaya"]),
    ({"enumerator": "nobody"}, []),
    ({"campaign": "pl-kumkm-2023"}, []),
    ({"review_state": "verified"}, ["Warung Bu Sari"]),
    ({"review_state": "returned"}, ["Bengkel Wijaya"]),
    ({"review_state": "unreviewed", "kind": "umkm"}, ["Toko Achmad Jaya"]),
    ({"updated_since": "2100-01-01T00:00:00+07:00"}, []),
    ({"updated_since": "2000-01-01T00:00:00+07:00", "kbli": "47112", "region": VILLAGE}, ["Warung Bu Sari"]),
]


async def test_each_filter_leaves_what_it_says(
    get: Call, five: list[Json], client: httpx.AsyncClient, world: World
) -> None:
    for record, decision in (
        (five[0], {"decision": "verified"}),
        (five[3], {"decision": "returned", "reason": "KBLI"}),
    ):
        path = f"/v1/submissions/{record['record_id']}/review"
        await client.post(path, json=decision, headers=world.auth("officer"))
    for asked, names in FILTERED:
        assert sorted(await listed(get, **asked)) == names, asked


REFUSED = [
    ({"region": "16.71"}, 404),
    ({"region": "x"}, 404),
    ({"campaign": "pl-kumkm-1900"}, 422),
    ({"kbli": "4%"}, 422),
    ({"kind": "pt"}, 422),
    ({"limit": "1001"}, 422),
    ({"cursor": "AAAA"}, 400),
    ({"q": "a"}, 422),
    ({"updated_since": "2022-09-12T00:00:00"}, 422),
    ({"campaign": "\x00"}, 422),
]


async def test_what_cannot_be_asked_is_told(get: Call) -> None:
    for asked, status in REFUSED:
        assert (await get("businesses", **asked)).status_code == status, asked


async def test_everybody_sees_only_what_is_theirs_to_see(get: Call, five: list[Json]) -> None:
    assert len(await listed(get, who="admin")) == 5
    assert await listed(get, who="officer.palembang") == ["Pempek Candra"]
    assert len(await listed(get, who="coordinator.1")) == 3
    assert await listed(get, who="coordinator.2") == ["Bengkel Wijaya"]
    assert await listed(get, who="enumerator.2") == []
    assert (await get("businesses", "system.blind")).status_code == 403
    assert len(await listed(get, who="system", token={"scopes": ["businesses:read"]})) == 5


@pytest.mark.parametrize("asked", [{}, {"q": "warung"}])
async def test_pages_hold_everything_once_and_a_cursor_is_good_for_its_list_alone(
    get: Call, client: httpx.AsyncClient, world: World, asked: Json
) -> None:
    names = [f"Warung {name}" for name in ("Sari", "Rina", "Dewi", "Tuti", "Lina", "Maya", "Novi")]
    await outcomes(client, world, "enumerator.1", *map(named, names))
    found, cursor = [], None
    while True:
        answer = (await get("businesses", limit=3, **asked, **({"cursor": cursor} if cursor else {}))).json()
        found += [each["name"] for each in answer["items"]]
        if (cursor := answer["next_cursor"]) is None:
            break
        foreign = await get("businesses", limit=3, cursor=cursor, **asked, kbli="47112")
        assert foreign.json()["code"] == "invalid_cursor"
        assert (await get("businesses", "admin", limit=3, cursor=cursor, **asked)).status_code == 400
    assert sorted(found) == sorted(names)


SPELLED = [
    ("warung sari", "Warung Bu Sari"),
    ("ahmad", "Toko Achmad Jaya"),
    ("AKHMAD djaja", "Toko Achmad Jaya"),
    ("tjandra", "Pempek Candra"),
    ("bengkel wijaja", "Bengkel Wijaya"),
    ("wijjaya", "Bengkel Wijaya"),
    ("bengkle wijaya", "Bengkel Wijaya"),
    ("candara", "Pempek Candra"),
    ("qwxq", None),
    ("'; DROP TABLE business; --", None),
    ("100% \\ _", None),
    ("%%", None),
    ("__", None),
]


async def test_a_name_is_found_however_it_is_spelled(get: Call, five: list[Json]) -> None:
    for asked, found in SPELLED:
        names = await listed(get, who="admin", q=asked)
        assert next(iter(names), None) == found, asked


async def test_a_name_is_found_wherever_two_letters_change_places(
    get: Call, client: httpx.AsyncClient, world: World
) -> None:
    name = "Warung Marlina Nasution"
    await outcomes(client, world, "enumerator.1", *map(named, (name, "Warung Marlina Harahap", "Toko Nurhayati")))
    for at in range(len("Warung "), len(name) - 1):
        if " " not in name[at : at + 2]:
            slipped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
            assert (await listed(get, q=slipped))[:1] == [name], slipped


async def test_the_nearest_name_comes_first(get: Call, client: httpx.AsyncClient, world: World) -> None:
    await outcomes(client, world, "enumerator.1", *map(named, ("Kopi Sari Rasa Utama", "Sari", "Toko Sari Rasa")))
    assert (await listed(get, q="sari rasa"))[0] == "Toko Sari Rasa"
    assert (await listed(get, q="sari"))[0] == "Sari"


async def test_names_in_any_script_are_kept_shown_and_found_by_any_part(
    get: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    names = (
        "ꦮꦫꦸꦁꦱꦫꦶ",
        "莎莉小吃店",
        "وارُوڠ ساري",
        "சாரி கடை",
        "Warung ꦱꦫꦶ ☕",
        "Ma'ruf Ñandú",
        "क्‍षेत्र",
    )
    sent = [named(name, nib=nib()) for name in names]
    assert await outcomes(client, world, "enumerator.1", *sent) == ["accepted"] * len(names)
    assert set(await listed(get)) == set(names)
    for asked, found in (
        ("ꦱꦫꦶ", {names[0], names[4]}),
        ("小吃", {names[1]}),
        ("واروڠ", {names[2]}),
        ("ساري", {names[2]}),
        ("கடை", {names[3]}),
        ("nandu", {names[5]}),
        ("क्षेत्र", {names[6]}),
        ("莎莉小吃店", {names[1]}),
        ("ma'ruf ñandú", {names[5]}),
        ("大", set()),
        ("食堂", set()),
    ):
        if len(asked) > 1:
            assert set(await listed(get, q=asked)) == found, asked
    turned = named("\u202eiraS uB\u202c \u200bSari\u00ad")
    nothing = [named(name) for name in ("-", "  ", "\u202e\u202c", "☕", "...")]
    answer = await put(client, world, "enumerator.2", batch(turned, *nothing))
    lines = answer.json()["items"]
    assert [line["outcome"] for line in lines] == ["accepted"] + ["invalid"] * len(nothing)
    for line in lines[1:]:
        assert [(e["pointer"], e["code"]) for e in line["errors"]] == [("/answers/legal_name", "name_without_letters")]
    assert "iraS uB Sari" in await listed(get)


async def test_a_search_in_another_script_goes_through_the_index(pg: asyncpg.Connection) -> None:
    """Whatever the locale of the database takes for a letter."""
    where = Where()
    having(where, telling_words("小吃"))
    await pg.execute("SET enable_seqscan = off")
    plan = await pg.fetch(f"EXPLAIN SELECT id FROM business WHERE {where}", *where.parameters)
    assert "search_name" in str(plan)
    assert "~~" in str(plan)


@given(st.text(max_size=80))
def test_what_is_searched_by_is_plain_words(name: str) -> None:
    text = searchable(name)
    assert set(text) <= set(" 0123456789abcdefghijklmnopqrstuvwxyz")
    assert text == "" or (text.startswith(" ") and text.endswith(" "))
    assert searchable(name.upper()) == searchable(name.upper().lower())
    assert set(telling_words(name)) <= set(text.split())


def test_names_that_are_heard_in_another_way_have_another_edition() -> None:
    """Or businesses from before would not be found any more: the edition has `kumkm migrate` write all names over."""
    heard = [searchable(name) for name in NAMES_OF_ALL_KINDS]
    made = sha256("".join(heard).encode()).hexdigest()[:16]
    assert (EDITION, made) == (2, "fe109566f029996c"), "raise EDITION, then write both here"


async def test_a_business_tells_where_each_answer_comes_from(
    get: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    number, permit = nik(), nib()
    first = item(nik=number)
    await outcomes(client, world, "enumerator.1", first)
    second = {**first, "revision": 2, "answers": {**first["answers"], "postcode": "32111"}}
    assert await outcomes(client, world, "enumerator.1", second) == ["updated"]
    assert await outcomes(client, world, "enumerator.2", item(nik=number, nib=permit)) == ["duplicate"]
    id_ = await pg.fetchval("SELECT id FROM business")
    told = (await get(f"businesses/{id_}")).json()
    assert (told["masked"], told["answers_complete"]) == (True, True)
    assert told["answers"]["owner"] == {"name": "Sari", "sex": "female", "nik": f"1601**********{number[-2:]}"}
    assert told["numbers"]["nib"] is None, "it is not the business's because a duplicate says so"
    sources = {each["pointer"]: (each["revision"], each["said_by"]) for each in told["provenance"]}
    assert sources["/legal_name"] == (1, "enumerator.1")
    assert sources["/postcode"] == (2, "enumerator.1")
    assert [(each["enumerator"], each["revision"], each["outcome"]) for each in told["submissions"]] == [
        ("enumerator.1", 1, "accepted"),
        ("enumerator.1", 2, "updated"),
        ("enumerator.2", 1, "duplicate"),
    ]
    # An enumerator does not learn what another said.
    own = (await get(f"businesses/{id_}", "enumerator.1")).json()
    assert {each["enumerator"] for each in own["submissions"]} == {"enumerator.1"}
    assert (await get(f"businesses/{id_}", "enumerator.2")).status_code == 404
    assert (await get(f"businesses/{id_}", "officer.palembang")).status_code == 404
    assert (await get(f"businesses/{uuids.uuid7()}")).status_code == 404
    # Unmasked with the right and a reason, and then it is in the trail.
    plain = await get(f"businesses/{id_}", headers={"X-Access-Reason": "Audit Dinas"}, token={"scopes": ["pii:read"]})
    assert plain.json()["answers"]["owner"]["nik"] == number
    assert plain.json()["numbers"] == {
        "nik": number,
        "nib": None,
        "cooperative_number": None,
        "passport": None,
        "kitas": None,
    }
    seen = await pg.fetch("SELECT subject_type, detail ->> 'reason' AS why FROM audit_event WHERE action = 'pii.read'")
    assert sorted(tuple(row) for row in seen) == [("business", "Audit Dinas")] + [("record", "Audit Dinas")] * 2


async def test_an_officer_corrects_as_a_new_version_with_a_reason(
    get: Call, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    sent = item(nik=nik())
    await outcomes(client, world, "enumerator.1", sent)
    id_ = await pg.fetchval("SELECT id FROM business")

    async def correct(
        who: str = "officer", revision: int = 1, reason: str = "Salah ketik nama", **changes: Any
    ) -> httpx.Response:
        body = {"changes": changes, "reason": reason, "revision": revision}
        return await client.post(f"/v1/businesses/{id_}/corrections", json=body, headers=world.auth(who))

    assert (await correct("coordinator.1", legal_name="Warung Baru")).status_code == 403
    assert (await correct("officer.palembang", legal_name="Warung Baru")).status_code == 404
    made = await correct(legal_name="Warung Baru", owner={"sex": None})
    assert (made.status_code, made.json()["revision"]) == (201, 2)
    told = (await get(f"businesses/{id_}")).json()
    assert (told["name"], told["revision"]) == ("Warung Baru", 2)
    assert "sex" not in told["answers"]["owner"]
    assert {each["said_by"] for each in told["provenance"] if each["pointer"] == "/legal_name"} == {"officer"}
    assert told["submissions"][1]["corrected_because"] == "Salah ketik nama"
    assert (await correct(legal_name="Lain")).json()["code"] == "state_changed"
    wrong = await correct(revision=2, kbli="99")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/changes/kbli")
    other = nik()
    await outcomes(client, world, "enumerator.2", item(nik=other))
    clash = await correct(revision=2, owner={"nik": other})
    assert (clash.status_code, clash.json()["code"]) == (409, "correction_conflicts")
    assert other not in clash.text
    assert await pg.fetchval("SELECT count(*) FROM duplicate_case") == 0, "nothing of it was entered"
    assert await drift(pg) == []
