"""`Accept`, `Accept-Encoding` and `Accept-Language` are read by their weights, by one reader."""

import gzip
import random
from collections.abc import Iterable
from random import Random
from typing import Any

import httpx
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from world import World, batch, item, nik, put

from app.api.negotiation import content_coding, language, media_type, takes_plain
from app.core.problems import Code, Problem

EMBEDDED_IS_ENOUGH = True
JSON, CSV, LINES = "application/json", "text/csv", "application/x-ndjson"


def asked(header: str, *values: str) -> Request:
    return Request({"type": "http", "headers": [(header.encode(), value.encode("latin-1")) for value in values]})


def form(*accept: str) -> Any:
    try:
        return media_type(asked("accept", *accept), JSON, CSV)
    except Problem as exc:
        return exc.code


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV; charset=utf-8", CSV),
        ("text/*", CSV),
        ("text/csv;q=0.5, application/json;q=0.4", CSV),
        ("text/csv;q=0.4, application/json;q=0.5", JSON),
        ("text/csv;q=0, */*", JSON),
        ("application/json;q=0, */*;q=0.1", CSV),
        ("text/csv, application/json", CSV),
        ("application/json, text/csv", JSON),
        ("text/*;q=0.9, text/csv;q=0, */*;q=0.1", JSON),
        ("*/*;q=0.1, text/csv;q=0.2", CSV),
        ("text/html, image/gif, *; q=.2, */*; q=.2", JSON),
        ('text/x;title="a,text/csv;q=1", application/json', JSON),
        ("text/csv;q=0.001", CSV),
        ("text/csv;Q=1.000", CSV),
        ("text/csv;q=2, application/json", JSON),
        ("text/csv;q=nan, text/csv;q=x", JSON),
        (",;,", JSON),
        ("text/csv;q=0", Code.NOT_ACCEPTABLE),
        ("text/html", Code.NOT_ACCEPTABLE),
        ("*/*;q=0", Code.NOT_ACCEPTABLE),
        ("x-text/csv", Code.NOT_ACCEPTABLE),
    ],
)
def test_the_form_that_weighs_most_is_given_and_one_with_no_weight_never(accept: str, chosen: Any) -> None:
    assert form(accept) == chosen


@pytest.mark.parametrize(
    ("accepted", "receipt", "other"),
    [
        ("", "identity", "identity"),
        ("gzip", "gzip", "gzip"),
        ("zstd", "zstd", "identity"),
        ("X-GZIP", "gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd", "gzip"),
        ("zstd;q=0, gzip", "gzip", "gzip"),
        ("gzip;q=0", "identity", "identity"),
        ("zstd;q=0.5, gzip;q=0.8", "gzip", "gzip"),
        ("identity, gzip;q=0.5", "identity", "identity"),
        ("identity;q=0.5, gzip;q=0.5", "gzip", "gzip"),
        ("*", "identity", "identity"),
        ("*;q=0", "identity", "identity"),
        ("identity;q=0, *", "zstd", "gzip"),
        ("identity;q=0, zstd;q=0, *;q=0.1", "gzip", "gzip"),
        ("br", "identity", "identity"),
        ("*;q=0, gzip", "gzip", "gzip"),
        ("gzip;q=0, *", "identity", "identity"),
        ("not-gzip", "identity", "identity"),
        ("gzipped, zstd-2", "identity", "identity"),
        ("gzip;q=1.5", "identity", "identity"),
    ],
)
def test_a_coding_is_used_only_where_it_weighs_at_least_what_plain_does(
    accepted: str, receipt: str, other: str
) -> None:
    request = asked("accept-encoding", accepted)
    assert content_coding(request, "zstd", "gzip") == receipt
    assert content_coding(request, "gzip") == other


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "id"),
        ("en", "en"),
        ("in", "id"),
        ("in-ID", "id"),
        ("in_ID", "id"),
        ("id-ID,id;q=0.9,en-US;q=0.8", "id"),
        ("en;q=0.5, in;q=0.8", "id"),
        ("en-GB, id;q=0.9", "en"),
        ("*", "id"),
        ("*;q=0.5, en", "en"),
        ("id;q=0, *", "en"),
        ("id;q=0", "en"),
        ("en;q=0", "id"),
        ("id;q=0, en;q=0", "id"),
        ("fr", "id"),
        ("fr, en;q=0.1", "en"),
        ("id;q=0.1, en-US;q=0.05, en-AU;q=0.2", "en"),
        ("idk, eng", "id"),
        ("jv, in;q=0.5, en;q=0.4", "id"),
        ("ENGLISH", "id"),
        ("en;q=bad, id", "id"),
    ],
)
def test_the_language_that_weighs_most_is_spoken_and_indonesian_by_default(accepted: str, chosen: str) -> None:
    assert language(asked("accept-language", accepted)) == chosen


weights = st.one_of(st.none(), st.integers(0, 1000).map(lambda n: f"{n / 1000:.3f}"))
kinds = st.sampled_from([JSON, CSV, LINES, "application/*", "text/*", "*/*", "image/png", "text/html"])
members = st.lists(
    st.tuples(kinds, weights), min_size=1, max_size=6, unique_by=(lambda one: one[0], lambda one: float(one[1] or 1))
)


def written(told: Iterable[tuple[str, str | None]]) -> str:
    return ", ".join(kind if weight is None else f"{kind};q={weight}" for kind, weight in told)


@given(members, st.randoms(use_true_random=False))
def test_the_order_of_different_weights_says_nothing_and_another_reader_agrees(
    told: list[tuple[str, str]], rng: Random
) -> None:
    accept = written(told)
    chosen = form(accept)
    shuffled = random.Random(rng.random()).sample(told, len(told))
    assert form(written(shuffled)) == chosen == form(*(written([one]) for one in told)), "also as several headers"
    theirs = parse_accept_header(accept, MIMEAccept)
    if chosen is Code.NOT_ACCEPTABLE:
        assert theirs.quality(JSON) == theirs.quality(CSV) == 0
    elif len(told) < 4:
        assert theirs.quality(chosen) == max(theirs.quality(JSON), theirs.quality(CSV)) > 0


@given(st.text(alphabet='*/,;="\\q=0.51 agzipdtextcsv', max_size=60))
def test_whatever_a_header_says_there_is_an_answer(told: str) -> None:
    assert form(told) in (JSON, CSV, Code.NOT_ACCEPTABLE)
    request = Request(
        {"type": "http", "headers": [(b"accept-encoding", told.encode()), (b"accept-language", b"\xff;")]}
    )
    assert content_coding(request, "zstd", "gzip") in ("zstd", "gzip", "identity")
    assert language(request) == "id"
    assert takes_plain(request) in (True, False)


async def test_receipts_lists_and_feeds_keep_to_what_is_asked(client: httpx.AsyncClient, world: World) -> None:
    officer, batch_id = world.auth("officer"), "01832f3e-0000-7000-8000-00000000000b"
    plain = {"Accept-Encoding": "identity"}
    first = await put(client, world, "enumerator.1", batch(item(nik=nik())), batch_id=batch_id, headers=plain)
    for accepted, coding, read in (
        ("zstd;q=0, gzip;q=0", None, bytes),
        ("br, zstd", "zstd", zstd.decompress),
        ("identity;q=0, gzip", "gzip", bytes),
        ("*;q=0", None, bytes),
        ("zstd;q=0.1, gzip;q=0.2, identity;q=0.3", None, bytes),
    ):
        path = f"/v1/sync/batches/{batch_id}"
        async with client.stream(
            "GET", path, headers={**world.auth("enumerator.1"), "Accept-Encoding": accepted}
        ) as answer:
            content = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers.get("content-encoding") == coding, accepted
        assert (gzip.decompress(content) if coding == "gzip" else read(content)) == first.content, accepted
        assert "Accept-Encoding" in answer.headers["vary"]
    for path in ("/v1/feed", "/v1/metadata", "/v1/progress/regions/16.01"):
        answer = await client.get(path, headers={**officer, "Accept": "image/png"})
        assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
        answer = await client.get(path, headers={**officer, "Accept": f"{CSV};q=0, {LINES};q=0, */*;q=0.1"})
        assert answer.headers["content-type"] == JSON
        assert "Accept" in answer.headers["vary"].split(", ")
    answer = await client.get("/nowhere", headers={"Accept-Language": "in-ID, en;q=0.9", "Accept": "image/png"})
    assert (answer.headers["content-language"], answer.json()["title"]) == ("id", "Tidak ditemukan")
    assert answer.headers["vary"] == "Accept-Language"
