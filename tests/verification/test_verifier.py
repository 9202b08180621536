"""A verifier behind the same door: what it says is believed whole or not at all, and it is left alone when it fails."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from shapes import Json
from verification_files import Office
from world import nik

from app.core.settings import Settings
from app.verification.answering import apply_some
from app.verification.http_verifier import HttpVerifier
from app.verification.rounds import Verifying, verifier_of
from app.verification.states import ANSWERS
from app.verification.verifiers import FAULTS, Breaker, Question, VerifierFault, believed

EMBEDDED_IS_ENOUGH = True
Reply = Callable[[Json], tuple[int, bytes]]


class Agency:
    """A real server on this machine, which answers as a test asks for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[Json] = []
        self.credentials: list[str | None] = []
        self.reply: Reply = self.honest
        self.slow_s = 0.0
        self.says = "match"

    def honest(self, asked: Json) -> tuple[int, bytes]:
        items = [{"reference": each["reference"], "answer": self.says} for each in asked["items"]]
        return 200, json.dumps({"items": items}).encode()


@pytest.fixture
def agency() -> Iterator[Agency]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append(asked)
            made.credentials.append(self.headers["Authorization"])
            time.sleep(made.slow_s)
            status, body = made.reply(asked)
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if status == 302:
                    self.send_header("Location", f"{made.address}/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # it hung up

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Agency(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(settings: Settings, agency: Agency) -> Settings:
    told = {"verifier": "http", "verifier_source": "contoh", "verifier_url": agency.address}
    # Its own worker does nothing here: the tests do its rounds.
    return settings.model_copy(
        update={
            **told,
            "verifier_token": SecretStr("rahasia"),
            "verifier_timeout_s": 0.5,
            "verification_interval_s": 9e3,
        }
    )


@pytest.fixture
def verifying(app: FastAPI, settings: Settings) -> Verifying:
    services, told = app.state.services, list[str]()
    keys = services.ingest.ring, services.ingest.digester
    made = Verifying(
        services.database, services.clock, services.verifier, keys, timeout_s=0.5, pause_s=0, count=told.append
    )
    made.told = told  # type: ignore[attr-defined]  # for the tests
    return made


async def test_numbers_of_a_request_are_asked_about_and_the_answers_applied(
    office: Office, agency: Agency, verifying: Verifying, pg: asyncpg.Connection
) -> None:
    number = nik()
    _, business = await office.enter(nik=number)
    request = await office.ask(source="contoh", via="verifier")
    assert await verifying.round()
    (asked,) = agency.asked
    (item,) = asked["items"]
    assert item == {
        "reference": item["reference"],
        "kind": "nik",
        "number": number,
        "name": "Sari",
        "birth_date": "1985-03-12",
    }
    assert agency.credentials == ["Bearer rahasia"]
    async with pg.transaction():
        assert await apply_some(pg, verifying._clock.now()) == 1
    assert await office.state(business) == "match"
    assert not await verifying.round(), "it is done"
    assert not await verifying.round()
    assert len(agency.asked) == 1
    assert (await office.request(request))["state"] == "answered"


NONSENSE: dict[str, tuple[Callable[[Agency], Reply], str]] = {
    "an unknown reference": (
        lambda _: lambda asked: items({"reference": "V0", "answer": "match"}, asked),
        "unknown_reference",
    ),
    "a number as reference": (
        lambda _: lambda asked: items({"reference": 1, "answer": "match"}, asked),
        "unknown_reference",
    ),
    "another word": (lambda _: lambda asked: items({"answer": "SESUAI"}, asked), "unknown_answer"),
    "a list for a word": (lambda _: lambda asked: items({"answer": ["match"]}, asked), "unknown_answer"),
    "no answer": (lambda _: lambda asked: items({"answer": None}, asked), "unknown_answer"),
    "fewer": (lambda _: lambda asked: (200, b'{"items": []}'), "wrong_count"),
    "more": (lambda a: lambda asked: doubled(a.honest(asked)), "wrong_count"),
    "no object": (lambda _: lambda asked: (200, b"[]"), "not_json"),
    "no list": (lambda _: lambda asked: (200, b'{"items": {"a": 1}}'), "not_json"),
    "no objects within": (lambda _: lambda asked: (200, b'{"items": [1, 2]}'), "not_json"),
    "no JSON": (lambda _: lambda asked: (200, b"<html>sesuai</html>"), "not_json"),
    "nothing": (lambda _: lambda asked: (200, b""), "not_json"),
    "deep nesting": (lambda _: lambda asked: (200, b"[" * 4_000), "not_json"),
    "a megabyte": (lambda _: lambda asked: (200, b" " * 1_000_000), "too_large"),
    "a redirect": (lambda _: lambda asked: (302, b""), "not_json"),
    "refused": (lambda _: lambda asked: (401, b'{"number": "1601145203850001"}'), "refused"),
    "overloaded": (lambda _: lambda asked: (429, b""), "overloaded"),
    "failed": (lambda _: lambda asked: (500, b"Traceback 1601145203850001"), "away"),
}


def items(first: Json, asked: Json) -> tuple[int, bytes]:
    rest = [{"reference": each["reference"], "answer": "match"} for each in asked["items"]]
    rest[0] = rest[0] | first
    return 200, json.dumps({"items": rest}).encode()


def doubled(answer: tuple[int, bytes]) -> tuple[int, bytes]:
    said = json.loads(answer[1])["items"]
    return 200, json.dumps({"items": said * 2}).encode()


async def test_nonsense_changes_nothing_and_is_told(
    office: Office,
    agency: Agency,
    verifying: Verifying,
    pg: asyncpg.Connection,
    capsys: pytest.CaptureFixture[str],
) -> None:
    numbers = [nik(), nik()]
    for each in numbers:
        await office.enter(nik=each)
    request = await office.ask(source="contoh", via="verifier")
    for at, (lie, (make, fault)) in enumerate(NONSENSE.items(), start=1):
        agency.reply, verifying.breaker = make(agency), Breaker()
        assert not await verifying.round(), lie
        assert await pg.fetchval("SELECT count(answer) FROM verification_item") == 0, lie
        told = await office.request(request)
        assert (told["fault"], told["answered"], told["state"]) == (fault, 0, "open"), lie
        assert verifying.told[-1] == fault  # type: ignore[attr-defined]  # of this test
        assert fault in FAULTS
        assert not await verifying.round(), "it is left alone"
        assert len(agency.asked) == at, "and redirects are not followed"
    agency.reply, verifying.breaker = agency.honest, Breaker()
    assert await verifying.round()
    assert (await office.request(request))["fault"] is None
    assert await pg.fetchval("SELECT count(answer) FROM verification_item") == 2
    log = "".join(capsys.readouterr())
    assert not any(each in log for each in (*numbers, "1601145203850001", "Sari", "rahasia"))
    metrics = (await office.client.get("/metrics")).text
    assert not any(each in metrics for each in numbers)


async def test_slow_and_absent_verifiers_are_told_apart(
    office: Office, agency: Agency, settings: Settings, verifying: Verifying
) -> None:
    await office.enter(nik=nik())
    request = await office.ask(source="contoh", via="verifier")
    agency.slow_s = 0.8
    assert not await verifying.round()
    assert (await office.request(request))["fault"] == "slow"
    verifying.breaker = Breaker()
    verifying._verifier = HttpVerifier(settings.model_copy(update={"verifier_url": "http://127.0.0.1:9/"}))
    assert not await verifying.round()
    assert (await office.request(request))["fault"] == "away"
    await verifying._verifier.close()


async def test_a_verifier_of_another_package_that_breaks_is_told_without_what_it_said(
    office: Office, verifying: Verifying, capsys: pytest.CaptureFixture[str]
) -> None:
    number = nik()

    class Broken:
        name = "contoh"

        async def verify(self, questions: Sequence[Question]) -> Any:
            raise ValueError(questions[0].number)

        async def close(self) -> None:
            pass

    await office.enter(nik=number)
    request = await office.ask(source="contoh", via="verifier")
    verifying._verifier = Broken()
    assert not await verifying.round()
    assert (await office.request(request))["fault"] == "broken"
    assert number not in "".join(capsys.readouterr())
    assert number not in repr(Question("V1", "nik", number, "Sari", ""))


async def test_two_processes_ask_about_a_number_once(
    office: Office, agency: Agency, verifying: Verifying, app: FastAPI
) -> None:
    services = app.state.services
    keys = services.ingest.ring, services.ingest.digester
    other = Verifying(services.database, services.clock, services.verifier, keys, timeout_s=0.5, pause_s=0)
    for _ in range(3):
        await office.enter(nik=nik())
    await office.ask(source="contoh", via="verifier")
    agency.slow_s = 0.1
    await asyncio.gather(verifying.round(), other.round())
    assert len(agency.asked) == 1


async def test_without_that_verifier_nothing_is_asked_by_it(office: Office) -> None:
    await office.enter(nik=nik())
    told = await office.ask(422, source="dukcapil", via="verifier")
    assert [(e["pointer"], e["code"]) for e in told["errors"]] == [("/body/source", "verifier_missing")]


def test_a_verifier_is_chosen_by_the_settings(settings: Settings) -> None:
    assert verifier_of(settings.model_copy(update={"verifier": "off"})) is None
    with pytest.raises(Exception, match="no installed package has a verifier `lain`"):
        verifier_of(settings.model_copy(update={"verifier": "lain"}))
    with pytest.raises(ValidationError, match="needs verifier_url"):
        Settings.model_validate(settings.model_dump() | {"DATABASE_URL": settings.database_url, "verifier_url": ""})


QUESTIONS = [Question(f"V{n}", "nik", str(n), "Sari", "") for n in range(3)]


@given(st.permutations(QUESTIONS), st.lists(st.sampled_from(ANSWERS), min_size=3, max_size=3))
def test_a_whole_answer_is_believed_in_any_order(order: list[Question], said: list[str]) -> None:
    answers = [{"reference": each.reference, "answer": one} for each, one in zip(order, said, strict=True)]
    assert believed(QUESTIONS, answers) == {each["reference"]: each["answer"] for each in answers}


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["V0", "V1", "match"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["reference", "answer", "x"]), inner),
    max_leaves=12,
)


@given(_json)
def test_anything_else_is_a_fault_with_a_code_that_is_explained(said: Any) -> None:
    with pytest.raises(VerifierFault) as fault:
        believed(QUESTIONS, said)
    assert fault.value.code in FAULTS


def test_a_reference_that_is_answered_twice_is_a_fault() -> None:
    twice = [{"reference": "V0", "answer": "match"}] * 2 + [{"reference": "V1", "answer": "match"}]
    with pytest.raises(VerifierFault, match="repeated_reference"):
        believed(QUESTIONS, twice)


def test_a_verifier_that_fails_is_left_alone_twice_as_long_each_time() -> None:
    breaker, now, pauses = Breaker(5, 900), 100.0, list[float]()
    for _ in range(9):
        breaker.failed(now)
        assert breaker.open
        pause = next(n for n in range(1_000) if breaker.may_ask(now + n))
        pauses.append(pause)
        now += pause
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    breaker.failed(now, rest_s=5_000)
    assert breaker.may_ask(now + 900)
    breaker.succeeded(now, 2)
    assert [breaker.may_ask(now + 1), breaker.may_ask(now + 2), breaker.open] == [False, True, False]
