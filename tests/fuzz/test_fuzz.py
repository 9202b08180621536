"""Every operation of the document, with what fits it and what does not, by every role: no 5xx, no undocumented status,
no answer that is not what the document says.

A short walk belongs to every run of the tests; `KUMKM_FUZZ_REQUESTS=20000` walks long (minutes).
"""

import asyncio
import math
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from typing import Any
from unittest import SkipTest

import asyncpg
import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from processes import environment_of, free_port, start_process
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from world import World, batch, item, nik, put

from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True
TAKES_LONG = True
CALLERS = ("nobody", "enumerator.1", "coordinator.1", "officer", "system", "admin")
REQUESTS = int(os.environ.get("KUMKM_FUZZ_REQUESTS", "300"))
MAX_ROUNDS = 5
EVERYBODY = 300
"""From so many requests on, everybody sends to each operation; before, two of them."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WITHOUT_LIMITS = {f"KUMKM_RATE_{name}": "1000000/second" for name in ("SIGN_IN", "LOOKUP", "LIST", "CHANGE", "EXPORT")}


@pytest.fixture
async def served(
    settings: Settings, world: World, client: httpx.AsyncClient, pg: asyncpg.Connection
) -> AsyncIterator[tuple[str, dict[str, list[str]]]]:
    """A real server with something in it, and ids that exist."""
    batch_id, sent = "01832f3e-0000-7000-8000-00000000000a", item(nik=nik())
    early = item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00")
    await put(client, world, "enumerator.1", batch(sent, early, item(nik="1")), batch_id=batch_id)
    await pg.execute(
        "INSERT INTO device (id, account_id, told_id, enrolled_at, last_seen_at) VALUES ($1, $2, 't', now(), now())",
        batch_id,
        world.id("enumerator.1"),
    )
    known = {
        "batch_id": [batch_id],
        "record_id": [sent["record_id"]],
        "id": [str(row[0]) for row in await pg.fetch("SELECT id FROM raw_item")],
        "device_id": [batch_id],
        "account_id": [str(world.id(name)) for name in ("enumerator.2", "coordinator.2", "officer.palembang")],
        "code": ["16.01", "16", "16.01.14.1003"],
        "region_code": ["16.01.14", "16.01"],
    }
    process, base_url = await start_process(environment_of(settings, **WITHOUT_LIMITS), free_port())
    yield base_url, known
    process.kill()
    process.wait()


@pytest.mark.proof
async def test_whatever_is_sent_the_answer_is_one_of_the_documented(
    served: tuple[str, dict[str, list[str]]], world: World
) -> None:
    base_url, known = served
    # Who signs in by guesses is refused for a while, and tokens of the test outlive a long walk.
    tokens = {who: world.token(who) for who in CALLERS if who != "nobody"}
    found, faults = await asyncio.to_thread(walk, base_url, known, tokens)
    print(f"\n{found.total():,} requests: {dict(sorted(found.items()))}")  # noqa: T201  (the figure of a long walk)
    assert not faults, "\n\n".join(faults)
    assert found.total() >= REQUESTS
    assert {200, 401, 403, 404, 422} <= set(found)
    assert not [status for status in found if status >= 500]


def walk(base_url: str, known: dict[str, list[str]], tokens: dict[str, str]) -> tuple[Any, list[str]]:
    schema = schemathesis.openapi.from_url(f"{base_url}/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    operations = [each for each in operations if each.label != "DELETE /v1/auth/sessions"]  # nobody would go on
    assert len(operations) >= 40
    if REQUESTS < EVERYBODY:  # loading what may be sent to an operation takes longer than sending it
        operations = Random("a third of them").sample(operations, len(operations) // 3)
    each = math.ceil(REQUESTS / (len(operations) * len(CALLERS)))
    found: Counter[int] = Counter()
    faults: list[str] = []
    session = requests.Session()
    modes = ((GenerationMode.POSITIVE, each - each // 3), (GenerationMode.NEGATIVE, each // 3))
    rounds = 0
    # Operations that take little are through with everything that fits them before the others.
    while found.total() < REQUESTS and rounds < MAX_ROUNDS:
        rounds += 1
        for operation in operations:
            for who in CALLERS if REQUESTS >= EVERYBODY else Random(operation.label).sample(CALLERS, 2):
                headers = {"Authorization": f"Bearer {tokens[who]}"} if who in tokens else {}
                for mode, examples in modes:
                    if examples:
                        rng = random.Random(f"{rounds} {operation.label} {who} {mode}")
                        _send(operation, mode, examples, session, headers, known, found, faults, rng)
    return found, faults


def _send(
    operation: Any,
    mode: Any,
    examples: int,
    session: Any,
    headers: dict[str, str],
    known: dict[str, list[str]],
    found: Any,
    faults: list[str],
    rng: Random,
) -> None:

    @seed(rng.randrange(2**32))
    @hypothesis_settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        derandomize=False,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters or {}:
                if name in known and rng.random() < 0.7:
                    case.path_parameters[name] = rng.choice(known[name])
        answer = case.call(
            base_url=operation.schema.location.removesuffix("/openapi.json"), session=session, headers=headers
        )
        found[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    try:
        send()
    except FailureGroup as exc:
        faults.append(f"{operation.label}: {exc.exceptions[0]}"[:1500])
    except (Unsatisfiable, SkipTest):
        pass  # an operation that takes nothing has nothing that does not fit


@pytest.mark.proof
def test_a_status_that_is_not_documented_would_be_a_fault() -> None:
    operation = schemathesis.openapi.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/x": {"get": {"responses": {"200": {"description": "fine"}}}}},
        }
    )["/x"]["GET"]
    answer = requests.Response()
    answer.status_code, answer._content = 418, b""
    answer.request = requests.Request("GET", "http://x/x").prepare()
    with pytest.raises(FailureGroup, match="Undocumented"):
        operation.Case().validate_response(answer, checks=CHECKS)
