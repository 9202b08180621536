"""The Python client: what its README shows runs, its types are the API's, and it waits, renews and goes on."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from shapes import Json
from world import World, item, nik, outcomes

import kumkm_client
from kumkm_client import (
    ApiProblem,
    Client,
    ClientCredentials,
    CursorLost,
    NotWhole,
    Unreachable,
    Webhook,
    WrongSignature,
)
from kumkm_client import rows as typed
from kumkm_client.asking import retry_after
from kumkm_client.feed import page_of

EMBEDDED_IS_ENOUGH = True
ROOT = Path(__file__).parents[2]
README = (ROOT / "clients/python/README.md").read_text()
SECRET_KEY = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client would have waited, each time."""
    waited = list[float]()
    monkeypatch.setattr("kumkm_client.exports._LOOK_S", 0.05)
    return waited


def over(answers: Callable[[httpx.Request], httpx.Response], waited: list[float], patience_s: float = 300.0) -> Client:
    """A client before a server that answers so. It notes its pauses instead of making them."""
    api = Client("http://kumkm.test", httpx.Auth(), transport=httpx.MockTransport(answers), patience_s=patience_s)
    api._asking._sleep = waited.append
    return api


@pytest.mark.usefixtures("exports_are_made")
async def test_what_the_readme_shows_runs(
    address: str, client: httpx.AsyncClient, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await outcomes(client, world, "enumerator.1", *(item(nik=nik()) for _ in range(3))) == ["accepted"] * 3
    monkeypatch.chdir(tmp_path)
    seen: Json = {}
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 6

    def run() -> None:
        for block in blocks:
            exec(compile(block, "README.md", "exec"), seen)  # noqa: S102  (what the README shows)

    await asyncio.to_thread(run)
    assert seen["file"].rows == 3
    assert seen["row"]["region"]["code"].startswith("16.01.")
    assert hashlib.sha256((tmp_path / "oku.csv").read_bytes()).hexdigest() == seen["file"].sha256
    assert seen["copy"] == {}, "the export had everything"
    whole = {change.id for page in await asyncio.to_thread(lambda: list(seen["api"].feed())) for change in page.changes}
    assert len(whole) == 3
    people = [each["enumerator"]["id"] for each in (await asyncio.to_thread(seen["api"].enumerators, "16.01")).rows]
    monkeypatch.setattr("kumkm_client.client._MOST_ROWS", 1)
    by_one = [each["enumerator"]["id"] for each in (await asyncio.to_thread(seen["api"].enumerators, "16.01")).rows]
    assert by_one == people
    assert len(set(people)) == len(people) > 1
    seen["api"].close()


@pytest.mark.proof
def test_rows_have_the_fields_that_the_api_documents() -> None:
    schemas = yaml.load((ROOT / "openapi/kumkm.yaml").read_bytes(), yaml.CSafeLoader)["components"]["schemas"]
    mine = {"RegionRow": typed.RegionRow, "EnumeratorRow": typed.EnumeratorRow, "DateRow": typed.DateRow}
    more = {"PaceOut": typed.Pace, "RegionOut": typed.Region, "PersonOut": typed.Person}
    for name, row in {**mine, **more}.items():
        assert set(typing.get_type_hints(row)) == set(schemas[name]["properties"]), name


def test_a_request_that_is_put_off_is_repeated_when_the_server_says(no_pauses: list[float]) -> None:
    answers = iter([httpx.Response(503, headers={"Retry-After": "7"}), httpx.Response(200, json={"ok": True})])
    assert over(lambda _: next(answers), no_pauses).me() == {"ok": True}
    assert no_pauses == [7.0]


def test_pauses_grow_where_nobody_answers_and_end_with_patience(no_pauses: list[float]) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody", request=request)

    with pytest.raises(Unreachable):
        over(nobody, no_pauses, patience_s=20.0).me()
    assert len(no_pauses) >= 3
    assert all(0.5 * 2**n <= pause <= 1.0 * 2**n for n, pause in enumerate(no_pauses))


def test_a_refusal_is_not_repeated_and_says_why(no_pauses: list[float]) -> None:
    said = {
        "code": "invalid_fields",
        "detail": "No.",
        "trace_id": "t",
        "errors": [{"pointer": "/q", "code": "too_short"}],
    }
    with pytest.raises(ApiProblem) as caught:
        over(lambda _: httpx.Response(422, json=said), no_pauses).me()
    assert (caught.value.status, caught.value.code, caught.value.trace_id) == (422, "invalid_fields", "t")
    assert [(each.pointer, each.code) for each in caught.value.errors] == [("/q", "too_short")]
    assert no_pauses == []


@pytest.mark.parametrize("body", [b"<html>Login WiFi</html>", b"[]", b'{"code": 7}', b"\xff"])
def test_what_is_no_answer_of_the_server_is_told_as_that(body: bytes, no_pauses: list[float]) -> None:
    with pytest.raises(ApiProblem) as caught:
        over(lambda _: httpx.Response(404, content=body), no_pauses).me()
    assert caught.value.code == "no_problem"


def test_a_captive_portal_that_answers_200_is_no_answer(no_pauses: list[float]) -> None:
    with pytest.raises(ApiProblem) as caught:
        over(lambda _: httpx.Response(200, html="<html>Login WiFi</html>"), no_pauses).me()
    assert caught.value.code == "no_problem"


def test_a_lost_cursor_is_an_error_of_its_own(no_pauses: list[float]) -> None:
    gone = httpx.Response(410, json={"code": "cursor_lost", "detail": ""})
    with pytest.raises(CursorLost):
        next(over(lambda _: gone, no_pauses).feed("old"))


def test_a_change_that_this_client_does_not_know_is_never_skipped() -> None:
    with pytest.raises(KeyError):
        page_of({"items": [{"kind": "split", "business_id": "1"}], "next_cursor": "c", "more": False})


def test_the_token_is_renewed_before_it_ends_and_where_it_is_refused() -> None:
    tokens, good = iter(f"token-{n}" for n in range(9)), "token-0"
    lifetime = 900

    def server(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/auth/token":
            return httpx.Response(200, json={"access_token": next(tokens), "expires_in": lifetime})
        fits = request.headers["Authorization"] == f"Bearer {good}"
        return httpx.Response(200 if fits else 401, json={"code": "not_signed_in", "detail": ""})

    api = Client("http://kumkm.test", ClientCredentials("a:b", "secret"), transport=httpx.MockTransport(server))
    api.me()
    api.me()
    good = "token-1"  # sessions were ended
    api.me()
    good = "never"
    with pytest.raises(ApiProblem) as caught:
        api.me()
    assert caught.value.status == 401, "one renewal, then it is told"
    lifetime = 5
    good = "token-3"
    api.me()
    good = "token-4"
    api.me()


def paged(answers: list[Json], asked: list[dict[str, str]]) -> Callable[[httpx.Request], httpx.Response]:
    """A server that gives these pages, one after another, and notes what it was asked."""

    def server(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        return httpx.Response(200, json=answers[len(asked) - 1])

    return server


def page_of_people(ids: list[int], next_cursor: str | None, as_of: str = "2022-09-12") -> Json:
    return {
        "campaign": "umkm-2022",
        "as_of": as_of,
        "basis": "received",
        "generated_at": "2022-09-12T10:00:00Z",
        "items": [{"enumerator": {"id": str(each)}} for each in ids],
        "next_cursor": next_cursor,
    }


def test_enumerators_are_read_page_after_page(no_pauses: list[float]) -> None:
    asked = list[dict[str, str]]()
    pages = [page_of_people([1, 2], "a"), page_of_people([3, 4], "b"), page_of_people([5], None)]
    figures = over(paged(pages, asked), no_pauses).enumerators("16.01", basis="received")
    assert [row["enumerator"]["id"] for row in figures.rows] == ["1", "2", "3", "4", "5"]
    assert [each.get("cursor") for each in asked] == [None, "a", "b"]
    assert {(each["region"], each["basis"]) for each in asked} == {("16.01", "received")}


def test_where_the_day_ends_between_two_pages_all_are_of_the_first_one(no_pauses: list[float]) -> None:
    asked = list[dict[str, str]]()
    turned = page_of_people([3], None, as_of="2022-09-13")
    pages = [page_of_people([1, 2], "a"), turned, page_of_people([1, 2], "c"), page_of_people([3], None)]
    figures = over(paged(pages, asked), no_pauses).enumerators("16.01")
    assert (figures.as_of, len(figures.rows)) == ("2022-09-12", 3)
    assert [each.get("as_of") for each in asked] == [None, None, "2022-09-12", "2022-09-12"]


@pytest.mark.proof
def test_no_list_of_the_api_is_read_only_in_part() -> None:
    """Each path that the client reads and that has pages by the API's document is one that it reads to the end."""
    document = yaml.load((ROOT / "openapi/kumkm.yaml").read_bytes(), yaml.CSafeLoader)
    source = (ROOT / "clients/python/kumkm_client/client.py").read_text() + (
        ROOT / "clients/python/kumkm_client/feed.py"
    ).read_text()
    read = {path for path in re.findall(r'"(/v1/[a-z/]+)"', source) if "get" in document["paths"].get(path, {})}
    with_pages = {
        path
        for path in read
        if any(
            each.get("name", each.get("$ref", "")).rpartition("/")[2].lower() == "cursor"
            for each in document["paths"][path]["get"].get("parameters", ())
        )
    }
    assert with_pages == {"/v1/businesses", "/v1/feed", "/v1/progress/enumerators"}


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_refused_sign_in_is_told_in_the_clients_language(language: str) -> None:
    def server(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/auth/token"
        said = {"code": "wrong_credentials", "detail": request.headers["Accept-Language"]}
        return httpx.Response(401, json=said)

    transport = httpx.MockTransport(server)
    api = Client("http://kumkm.test", ClientCredentials("a", "b"), language=language, transport=transport)
    with pytest.raises(ApiProblem) as caught:
        api.me()
    assert caught.value.detail == language


def test_a_secret_that_is_refused_is_told_and_the_secret_is_not(no_pauses: list[float]) -> None:
    refused = httpx.Response(401, json={"code": "wrong_credentials", "detail": "No."})
    api = Client(
        "http://kumkm.test", ClientCredentials("a", "the-secret"), transport=httpx.MockTransport(lambda _: refused)
    )
    with pytest.raises(ApiProblem, match="wrong_credentials") as caught:
        api.me()
    assert "the-secret" not in str(caught.value)


CONTENT = b"0123456789" * 1000


def exporting(
    *, cut_at: int = 0, sent: bytes = CONTENT, state: str = "done"
) -> Callable[[httpx.Request], httpx.Response]:
    """A server with an export, which sends at most so many bytes of its file at once."""
    job = {
        "id": "j",
        "rows_done": 5,
        "rows_total": 5,
        "size": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "feed_cursor": "c",
    }

    def server(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/file"):
            first = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            return httpx.Response(206, content=_cut(sent[first:], cut_at) if cut_at else sent[first:])
        made = {**job, "state": state if request.method == "GET" else "queued"}
        return httpx.Response(200, json=made)

    return server


def _cut(content: bytes, at: int) -> Iterator[bytes]:
    yield content[:at]
    if len(content) > at:
        raise httpx.ReadError("cut")


def test_a_download_that_is_cut_goes_on_where_it_was(tmp_path: Path, no_pauses: list[float]) -> None:
    file = over(exporting(cut_at=999), no_pauses).export(tmp_path / "a.csv")
    assert file.path.read_bytes() == CONTENT
    assert (file.rows, file.size, file.feed_cursor) == (5, len(CONTENT), "c")
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("sent", [CONTENT[:-1] + b"X", CONTENT[:-1], b""])
def test_a_file_that_is_not_whole_is_not_there(sent: bytes, tmp_path: Path, no_pauses: list[float]) -> None:
    (tmp_path / "a.csv").write_text("before")
    with pytest.raises(NotWhole):
        over(exporting(sent=sent), no_pauses).export(tmp_path / "a.csv")
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "before"


def test_an_export_that_failed_is_told(tmp_path: Path, no_pauses: list[float]) -> None:
    with pytest.raises(kumkm_client.KumkmError):
        over(exporting(state="failed"), no_pauses).export(tmp_path / "a.csv")


def signed(
    body: bytes, *, id_: str = "msg_1", at: int = 1_000_000, key: bytes = b"0123456789abcdef" * 2
) -> dict[str, str]:
    mac = base64.b64encode(hmac.digest(key, f"{id_}.{at}.".encode() + body, "sha256")).decode()
    return {"Webhook-Id": id_, "Webhook-Timestamp": str(at), "Webhook-Signature": f"v1a,other v1,{mac}"}


def test_a_webhook_is_what_was_signed_just_now() -> None:
    body = json.dumps({"type": "ping"}).encode()
    hook = Webhook(SECRET_KEY)
    assert hook.verified(signed(body), body, now=1_000_300.0) == {"type": "ping"}
    assert Webhook("whsec_" + base64.b64encode(b"new" * 8).decode(), SECRET_KEY).verified(
        signed(body), body, now=1_000_000
    )
    for headers, sent, now in [
        (signed(body), body + b" ", 1_000_000.0),
        (signed(body), body, 1_000_301.0),
        (signed(body), body, 999_699.0),
        (signed(body, key=b"another"), body, 1_000_000.0),
        ({**signed(body), "Webhook-Id": "msg_2"}, body, 1_000_000.0),
        ({**signed(body), "Webhook-Timestamp": "soon"}, body, 1_000_000.0),
        ({**signed(body), "Webhook-Timestamp": "1000000²"}, body, 1_000_000.0),
        ({**signed(body), "Webhook-Signature": "v1,é"}, body, 1_000_000.0),
        ({}, body, 1_000_000.0),
    ]:
        with pytest.raises(WrongSignature):
            hook.verified(headers, sent, now=now)


def test_a_delivery_has_the_id_that_was_signed() -> None:
    body = b'{"type":"ping"}'
    for shape in (str.lower, str.upper, str.title):
        headers = {shape(name): value for name, value in signed(body).items()}
        assert Webhook(SECRET_KEY).verified(headers, body, now=1_000_000).id == "msg_1"
    two = {"webhook-id": "msg_0", **signed(body)}
    assert Webhook(SECRET_KEY).verified(two, body, now=1_000_000).id == "msg_1", "never one that was not signed"


ANYTHING = st.text(st.characters()) | st.text("0123456789") | st.binary().map(lambda each: each.decode("latin-1"))
NAMES = st.sampled_from(["webhook-id", "Webhook-Timestamp", "WEBHOOK-SIGNATURE"]) | ANYTHING
SIGNATURES = ANYTHING.map("v1,{}".format) | ANYTHING


@given(st.dictionaries(NAMES, ANYTHING | SIGNATURES | st.none() | st.binary()), st.binary(), st.floats() | st.none())
@example({"webhook-id": "a", "webhook-timestamp": "9" * 5_000, "webhook-signature": "v1,x"}, b"{}", None)
@example({"webhook-id": "\ud800", "webhook-timestamp": "7", "webhook-signature": "v1,\udfff"}, b"{}", 7.0)
def test_whatever_comes_in_is_refused_as_wrongly_signed(
    headers: dict[str, typing.Any], body: bytes, now: float | None
) -> None:
    with pytest.raises(WrongSignature):
        Webhook(SECRET_KEY).verified(headers, body, now=now)


@pytest.mark.proof
@given(
    st.binary()
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda said: json.dumps(said).encode())
)
@example(b"[" * 100_000)
@example(b"9" * 5_000)
@example(b"\xff")
@example(b"{}")
@example(b'{"type": 7}')
def test_what_was_signed_and_is_no_delivery_is_refused_too(body: bytes) -> None:
    with pytest.raises(WrongSignature):
        Webhook(SECRET_KEY).verified(signed(body), body, now=1_000_000)


NONE = (
    "",
    " ",
    "whsec_",
    "whsec_ ",
    "whsec_=",
    "whsec_====",
    "whsec_not base64",
    "whsec_ä",
    SECRET_KEY[:20],
    SECRET_KEY + "\n",
)


@pytest.mark.parametrize("secrets", [(), *((each,) for each in NONE), *((SECRET_KEY, each) for each in NONE)])
def test_a_secret_that_is_none_is_told_at_once(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook(*secrets)


def test_both_forms_of_retry_after_are_read() -> None:
    assert retry_after("12") == 12.0
    assert retry_after("-3") == 0.0
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert retry_after("soon") is None
    assert retry_after(None) is None
