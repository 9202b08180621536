"""Whatever a tablet sends gets the outcome or the problem that the contract says; the rest goes through."""

import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import httpx
import pytest
import uuid_utils.compat as uuids
from backports import zstd
from one_by_one import each
from shapes import Json
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, World, batch, item, nib, nik, outcomes, put

from app.core.bodies import MEMBERS
from app.intake.finding_texts import TEXTS

EMBEDDED_IS_ENOUGH = True


async def verdict_on(client: httpx.AsyncClient, world: World, one: Json) -> Json:
    """Send an item between two good ones; gives what the receipt says of it."""
    answer = await put(client, world, "enumerator.1", batch(item(nik=nik()), one, item(nik=nik())))
    assert answer.status_code == 201, answer.text
    first, line, last = answer.json()["items"]
    assert first["outcome"] == last["outcome"] == "accepted", "one bad item never sinks the others"
    return line


def with_(one: Json, **changes: Any) -> Json:
    return {**one, **changes}


@each(
    ("change", "pointer", "code"),
    [
        ({"record_id": "not-a-uuid"}, "/record_id", "not_a_uuid"),
        ({"record_id": None}, "/record_id", "not_a_uuid"),
        ({"record_id": 7}, "/record_id", "not_a_uuid"),
        ({"revision": 0}, "/revision", "number_out_of_range"),
        ({"revision": 2**31}, "/revision", "number_out_of_range"),
        ({"revision": 2**63}, "/revision", "number_out_of_range"),
        ({"revision": 10**40}, "/revision", "number_out_of_range"),
        ({"revision": "1"}, "/revision", "wrong_type"),
        ({"revision": True}, "/revision", "wrong_type"),
        ({"captured_at": "0000-01-01T00:00:00+07:00"}, "/captured_at", "not_a_date"),
        ({"captured_at": "0001-01-01T00:00:00+07:00"}, "/captured_at", "captured_out_of_range"),
        ({"captured_at": "2022-09-14T01:00:00+07:00"}, "/captured_at", "captured_in_future"),
        ({"captured_at": "9999-12-31T23:59:59-11:00"}, "/captured_at", "captured_out_of_range"),
        ({"captured_at": "2022-09-12T09:00:00"}, "/captured_at", "not_a_date"),
        ({"captured_at": 1662950000}, "/captured_at", "not_a_date"),
        ({"captured_at": "1662950000"}, "/captured_at", "not_a_date"),
        ({"captured_at": None}, "/captured_at", "not_a_date"),
        ({"region_code": "16.01.99.9999"}, "/region_code", "region_unknown"),
        ({"region_code": "1601141003"}, "/region_code", "region_unknown"),
        ({"region_code": "16.01.14"}, "/region_code", "region_not_a_village"),
        ({"region_code": "ID"}, "/region_code", "region_not_a_village"),
        ({"region_code": "16.01.14.1003\u0000"}, "/region_code", "text_not_storable"),
        ({"questionnaire": "umkm"}, "/questionnaire", "questionnaire_unknown"),
        ({"questionnaire": "umkm@0"}, "/questionnaire", "questionnaire_unknown"),
        ({"questionnaire": "toko@1"}, "/questionnaire", "questionnaire_unknown"),
        ({"location": {"latitude": 91, "longitude": 104}}, "/location/latitude", "number_out_of_range"),
        ({"location": {"latitude": "x", "longitude": 104}}, "/location/latitude", "wrong_type"),
        ({"location": {"latitude": 1}}, "/location/longitude", "field_required"),
        ({"answers": []}, "/answers", "wrong_type"),
        ({"answers": None}, "/answers", "wrong_type"),
    ],
)
async def test_a_faulty_frame_is_invalid_with_a_pointer(
    client: httpx.AsyncClient, world: World, change: Json, pointer: str, code: str
) -> None:
    line = await verdict_on(client, world, with_(item(nik=nik()), **change))
    assert (line["outcome"], line["client_action"]) == ("invalid", "fix")
    assert {"pointer": pointer, "code": code, "detail": TEXTS[code].id} in line["errors"]


@each(
    ("said", "pointer", "code"),
    [
        ({"nik": "16O1145203850001"}, "/answers/owner/nik", "nik_not_16_digits"),
        ({"nik": "160114520385001"}, "/answers/owner/nik", "nik_not_16_digits"),
        ({"nik": "１６０１１４５２０３８５０００１"}, "/answers/owner/nik", "nik_not_16_digits"),
        ({"nik": "9901145203850001"}, "/answers/owner/nik", "nik_province_unknown"),
        ({"nik": "1600145203850001"}, "/answers/owner/nik", "nik_region_zero"),
        ({"nik": "1601143002850001"}, "/answers/owner/nik", "nik_birth_date_impossible"),
        ({"nik": "1601145203850000"}, "/answers/owner/nik", "nik_serial_zero"),
        ({"nik": 1601145203850001}, "/answers/owner/nik", "wrong_type"),
        ({"nib": "123"}, "/answers/nib", "nib_not_13_digits"),
        ({"kbli": "4711"}, "/answers/kbli", "kbli_not_five_digits"),
        ({"kbli": "4711A"}, "/answers/kbli", "kbli_not_five_digits"),
        ({"kbli_version": "2015"}, "/answers/kbli_version", "not_a_choice"),
        ({"kbli": None}, "/answers/kbli", "wrong_type"),
        ({"annual_sales_idr": -1}, "/answers/annual_sales_idr", "number_out_of_range"),
        ({"annual_sales_idr": 2**63}, "/answers/annual_sales_idr", "number_out_of_range"),
        ({"annual_sales_idr": 1.5}, "/answers/annual_sales_idr", "wrong_type"),
        ({"legal_name": ""}, "/answers/legal_name", "too_short"),
        ({"legal_name": "x" * 201}, "/answers/legal_name", "too_long"),
        ({"legal_name": "Warung\u0000"}, "/answers/legal_name", "text_not_storable"),
        ({"free\u0000field": 1}, "/answers", "text_not_storable"),
    ],
)
async def test_a_faulty_answer_is_invalid_with_a_pointer(
    client: httpx.AsyncClient, world: World, said: Json, pointer: str, code: str
) -> None:
    line = await verdict_on(client, world, item(**said))
    assert line["outcome"] == "invalid"
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in line["errors"]}
    for value in said.values():
        assert not isinstance(value, str) or len(value) < 5 or value not in json.dumps(line), "no answer is echoed"


@each("birth_date", ["20220101", "2022-01-01T00:00:00", "0", "1985-02-30", 19850312, "2022-W01-1"])
async def test_only_iso_days_are_days(client: httpx.AsyncClient, world: World, birth_date: int | str) -> None:
    one = item(nik=nik())
    one["answers"]["owner"]["birth_date"] = birth_date
    line = await verdict_on(client, world, one)
    assert [error["pointer"] for error in line["errors"]] == ["/answers/owner/birth_date"]


async def test_blanks_and_dots_in_numbers_are_no_fault(client: httpx.AsyncClient, world: World) -> None:
    number, business_number = nik(), nib()
    spaced = f" {number[:6]}.{number[6:12]} -{number[12:]}\t"
    assert await outcomes(
        client, world, "enumerator.1", item(nik=spaced, nib=f"{business_number[:4]} {business_number[4:]}")
    ) == ["accepted"]
    assert await outcomes(client, world, "enumerator.2", item(nik=number, nib=business_number)) == ["duplicate"]


async def test_a_newer_questionnaire_and_another_regency_are_held(client: httpx.AsyncClient, world: World) -> None:
    newer = with_(item(nik=nik()), questionnaire="umkm@9")
    assert await outcomes(
        client,
        world,
        "enumerator.1",
        newer,
        item(region=PALEMBANG_VILLAGE, nik=nik()),
        item(region=OTHER_VILLAGE, nik=nik()),
    ) == ["held", "held", "accepted"]


async def test_tomorrow_is_still_taken_and_the_day_after_is_not(client: httpx.AsyncClient, world: World) -> None:
    tomorrow = item(nik=nik(), captured_at="2022-09-13T23:59:00+07:00")
    later = item(nik=nik(), captured_at="2022-09-14T00:01:00+07:00")
    assert await outcomes(client, world, "enumerator.1", tomorrow, later) == ["accepted", "invalid"]


async def test_the_same_record_twice_in_one_batch(client: httpx.AsyncClient, world: World) -> None:
    one = item(nik=nik())
    other = with_(one, answers={**one["answers"], "legal_name": "Warung Lain"})
    assert await outcomes(client, world, "enumerator.1", one, one, other) == ["accepted", "unchanged", "invalid"]


async def test_an_item_of_200_kb_is_invalid_and_kept(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    line = await verdict_on(client, world, item(nik=nik(), notes="x" * 200_000))
    assert line["errors"][0]["code"] == "item_too_large"
    assert await pg.fetchval("SELECT octet_length(sealed) FROM raw_item") > 200_000


@each("content", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 5_000])
async def test_nan_and_huge_numbers_are_one_items_fault(client: httpx.AsyncClient, world: World, content: str) -> None:
    body = json.dumps(batch(item(nik=nik()), item(nik=nik(), annual_sales_idr=-77), item(nik=nik())))
    answer = await put(
        client,
        world,
        "enumerator.1",
        body.replace(": -77}", f": {content}}}").replace(": -77,", f": {content},").encode(),
    )
    assert answer.status_code == 201, answer.text
    assert [line["outcome"] for line in answer.json()["items"]] == ["accepted", "invalid", "accepted"]


@pytest.mark.parametrize("text", ["\\ud800", "\\udfff Warung", "Warung \\u0000"])
async def test_lone_surrogates_and_nul_are_one_items_fault(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, text: str
) -> None:
    body = json.dumps(batch(item(nik=nik()), item(nik=nik(), trade_name="HERE"), item(nik=nik())))
    answer = await put(client, world, "enumerator.1", body.replace("HERE", text).encode())
    assert answer.status_code == 201, answer.text
    assert [line["outcome"] for line in answer.json()["items"]] == ["accepted", "invalid", "accepted"]
    assert answer.json()["items"][1]["errors"][0]["code"] == "text_not_storable"
    assert await pg.fetchval("SELECT count(*) FROM raw_item") == 1


async def test_items_that_are_no_items_are_invalid_and_kept(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    odd: list[Any] = [None, 1, "x", [], {}, {"record_id": str(uuids.uuid7())}]
    lines = await outcomes(client, world, "enumerator.1", *odd, item(nik=nik()))
    assert lines == ["invalid"] * len(odd) + ["accepted"]
    assert await pg.fetchval("SELECT count(*) FROM raw_item") == len(odd)


async def test_nesting_without_end_is_one_items_fault(client: httpx.AsyncClient, world: World) -> None:
    deep: Json = {}
    for _ in range(200):
        deep = {"a": deep}
    line = await verdict_on(client, world, item(nik=nik(), extra=deep))
    assert line["outcome"] in ("invalid", "accepted")


@each(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"campaign": "\xff"}',
        b"[" * 100_000,
        b"{'a': 1}",
        json.dumps({"a": 1}).encode("utf-16"),
    ],
)
async def test_what_is_not_json_is_400(client: httpx.AsyncClient, world: World, body: bytes) -> None:
    answer = await put(client, world, "enumerator.1", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert answer.headers["content-type"] == "application/problem+json"


@each(
    ("body", "pointer"),
    [
        ([], ""),
        ({}, "/campaign"),
        ({"campaign": "pl-kumkm-2022", "sent_at": "2022-09-12T12:00:00+07:00"}, "/items"),
        ({**batch(), "items": {}}, "/items"),
        ({**batch(), "items": []}, "/items"),
        ({**batch(item()), "sent_at": "yesterday"}, "/sent_at"),
        ({**batch(item()), "sent_at": "2022-09-12T12:00:00"}, "/sent_at"),
        ({**batch(item()), "campaign": 5}, "/campaign"),
        ({**batch(item()), "campaign": "nowhere"}, "/campaign"),
        ({**batch(item()), "campaign": "a\u0000b"}, "/campaign"),
        ({**batch(item()), "app_version": "a\u0000b"}, "/app_version"),
        ({**batch(item()), "app_version": "x" * 61}, "/app_version"),
    ],
)
async def test_a_faulty_envelope_is_422_with_a_pointer(
    client: httpx.AsyncClient, world: World, body: Any, pointer: str
) -> None:
    answer = await put(client, world, "enumerator.1", body)
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@each("sent_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_clock_at_the_end_of_the_calendar_is_no_500(
    client: httpx.AsyncClient, world: World, sent_at: str
) -> None:
    answer = await put(client, world, "enumerator.1", batch(item(nik=nik()), sent_at=sent_at))
    assert answer.status_code in (201, 422), answer.text


async def test_a_bad_batch_id_is_422(client: httpx.AsyncClient, world: World) -> None:
    answer = await put(client, world, "enumerator.1", batch(item()), batch_id="not-a-uuid")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_fields")


@pytest.mark.proof
async def test_10_000_items_are_taken_and_10_001_are_not(client: httpx.AsyncClient, world: World) -> None:
    one = item()
    full = batch(*({**one, "record_id": str(uuids.uuid7())} for _ in range(10_000)))
    answer = await put(client, world, "enumerator.1", full)
    assert answer.status_code == 201, answer.text
    assert answer.json()["counts"]["accepted"] == 10_000
    answer = await put(client, world, "enumerator.1", batch(*full["items"], one))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_items")


async def test_a_body_of_100_mb_is_413_before_it_is_read_whole(client: httpx.AsyncClient, world: World) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * 2**20

    answer = await client.put(
        f"/v1/sync/batches/{uuids.uuid7()}",
        headers={**world.auth("enumerator.1"), "Content-Type": "application/json"},
        content=endless(),
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def gzipped(plain: bytes) -> bytes:
    return gzip.compress(plain, 9)


def in_parts(compress: Callable[[bytes], bytes], size: int) -> Callable[[bytes], bytes]:
    """As programs write it that compress in parallel: each part for itself."""
    return lambda plain: b"".join(compress(plain[at : at + size]) for at in range(0, len(plain), size))


@each(("coding", "compress"), [("gzip", gzipped), ("zstd", zstd.compress)])
async def test_a_decompression_bomb_is_413(
    client: httpx.AsyncClient, world: World, coding: str, compress: Callable[[bytes], bytes]
) -> None:
    bomb = compress(b" " * (64 * 2**20))
    assert len(bomb) < 2**17
    answer = await put(client, world, "enumerator.1", bomb, headers={"Content-Encoding": coding})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


GOOD = json.dumps(batch(item())).encode()


@each(
    ("coding", "body", "status", "code"),
    [
        ("gzip", GOOD, 400, "malformed_encoding"),
        ("zstd", GOOD, 400, "malformed_encoding"),
        ("gzip", gzipped(GOOD)[:-5], 400, "malformed_encoding"),
        ("zstd", zstd.compress(GOOD)[:-5], 400, "malformed_encoding"),
        ("gzip", gzipped(GOOD) + b"more", 400, "malformed_encoding"),
        ("zstd", zstd.compress(GOOD) + b"more", 400, "malformed_encoding"),
        ("gzip", in_parts(gzipped, 100)(GOOD)[:-5], 400, "malformed_encoding"),
        ("zstd", in_parts(zstd.compress, 100)(GOOD)[:-5], 400, "malformed_encoding"),
        ("gzip", gzipped(GOOD) + MEMBERS * gzipped(b""), 400, "malformed_encoding"),
        ("gzip", 5 * gzipped(b" " * (4 * 2**20)), 413, "body_too_large"),
        ("zstd", 5 * zstd.compress(b" " * (4 * 2**20)), 413, "body_too_large"),
        ("gzip", b"", 400, "malformed_encoding"),
        ("deflate", zlib.compress(GOOD), 415, "unsupported_media_type"),
        ("br", GOOD, 415, "unsupported_media_type"),
    ],
)
async def test_a_coding_that_is_not_what_it_says(
    client: httpx.AsyncClient, world: World, coding: str, body: bytes, status: int, code: str
) -> None:
    answer = await put(client, world, "enumerator.1", body, headers={"Content-Encoding": coding})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@each(
    ("coding", "compress"),
    [
        *(("gzip", gzipped), ("GZIP", gzipped), ("zstd", zstd.compress)),
        *(("gzip", in_parts(gzipped, 100)), ("zstd", in_parts(zstd.compress, 100))),
    ],
)
async def test_coded_bodies_are_taken(
    client: httpx.AsyncClient, world: World, coding: str, compress: Callable[[bytes], bytes]
) -> None:
    body = compress(json.dumps(batch(item(nik=nik()))).encode())
    answer = await put(client, world, "enumerator.1", body, headers={"Content-Encoding": coding})
    assert answer.status_code == 201


@each("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_another_media_type_is_415(client: httpx.AsyncClient, world: World, content_type: str) -> None:
    answer = await put(client, world, "enumerator.1", GOOD, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_details_are_indonesian_and_english_when_asked(client: httpx.AsyncClient, world: World) -> None:
    for accepted, title in (
        (None, "JSON tidak terbaca"),
        ("en", "Unreadable JSON"),
        ("fr, en;q=0.5", "Unreadable JSON"),
        ("id, en", "JSON tidak terbaca"),
    ):
        answer = await put(
            client, world, "enumerator.1", b"{", headers={"Accept-Language": accepted} if accepted else {}
        )
        assert answer.json()["title"] == title
