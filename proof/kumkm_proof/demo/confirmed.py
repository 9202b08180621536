"""What agencies confirmed of the demo's numbers: an officer asked about some districts, and entered the answers.

It goes the way of an office: a request, its file, and the file again with its last column filled in, all by the API.
What the agencies answer is made up, and hangs on the number alone, so that every demo has the same answers.
"""

import csv
import io
from datetime import datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

import httpx

from app.core.clock import SetClock
from app.core.database import Database
from app.core.settings import Settings
from app.verification.answering import apply_round
from kumkm_proof.demo.census import LAST_DAY, MORNING, WIB
from kumkm_proof.demo.fieldwork import uuid7
from kumkm_proof.demo.staff import PASSWORD

OFFICER = "privacy.oku"
REASON = "Contoh: perjanjian kerja sama 12/2022"
_ASKED_AT = datetime.combine(LAST_DAY, time(22), WIB)
_ANSWERED_AT = MORNING - timedelta(minutes=30)
_WORDS = ("SESUAI", "TIDAK SESUAI", "TIDAK DITEMUKAN")
_OF_A_HUNDRED = (94, 4, 2)


class Question(NamedTuple):
    """What was asked of an agency, and how much of it is answered by the morning."""

    kind: str
    source: str
    region: str
    answered: float

    def id(self, place: int) -> UUID:
        """Its id: the same in every demo, so that it is there once. `place`: among the questions."""
        return uuid7(_ASKED_AT + timedelta(minutes=place), Random(f"asked {place}"))


QUESTIONS = (
    Question("nik", "dukcapil", "16.01.14", 1),
    Question("nik", "dukcapil", "16.01.07", 1),
    Question("nib", "oss", "16.01.14", 1),
    Question("nik", "dukcapil", "16.01.22", 0.4),
)
"""The last one waits for its second answer file. All that is not asked about stays for who tries it."""


def settings_for(settings: Settings) -> Settings:
    """The demo's settings, but that an officer may fetch more files a minute than anybody does by hand."""
    return settings.model_copy(update={"rate_export": "1000/minute"})


async def confirm_all(client: httpx.AsyncClient, database: Database, clock: SetClock) -> int:
    """Ask, and enter what the agencies answered; how many answers. Idempotent by the ids and the references."""
    clock.moment = _ASKED_AT
    headers = await _signed_in(client)
    for place, question in enumerate(QUESTIONS):
        asked = {"id": str(question.id(place)), "kind": question.kind, "source": question.source}
        path = "/v1/verification/requests"
        reply = await client.post(path, json={**asked, "region": question.region}, headers=headers)
        reply.raise_for_status()
    clock.moment = _ANSWERED_AT
    headers = await _signed_in(client)
    entered = 0
    for place, question in enumerate(QUESTIONS):
        path = f"/v1/verification/requests/{question.id(place)}"
        file = (await client.get(f"{path}/file.csv", headers=headers)).raise_for_status().text
        body = _filled_in(file, question.answered)
        reply = await client.post(f"{path}/answers", content=body, headers=headers | {"Content-Type": "text/csv"})
        entered += reply.raise_for_status().json()["answered"]
    # What a server does in the background.
    while await database.run(lambda pg: apply_round(pg, clock.now())):
        pass
    return entered


async def _signed_in(client: httpx.AsyncClient) -> dict[str, str]:
    form = {"grant_type": "password", "username": OFFICER, "password": PASSWORD}
    token = (await client.post("/v1/auth/token", data=form)).raise_for_status().json()["access_token"]
    return {"Authorization": f"Bearer {token}", "X-Access-Reason": REASON}


def _filled_in(file: str, share: float) -> bytes:
    """The request's file with the answers of an agency in its last column."""
    heading, *rows = csv.reader(io.StringIO(file, newline=""))
    number = 1  # behind the reference
    out = io.StringIO(newline="")
    csv.writer(out).writerows([heading, *([*row[:-1], answer_about(row[number], share)] for row in rows)])
    return out.getvalue().encode()


def answer_about(number: str, share: float) -> str:
    """What an agency says of a number; empty where it has not answered yet."""
    rng = Random(f"confirmed {number}")
    if rng.random() >= share:
        return ""
    (word,) = rng.choices(_WORDS, _OF_A_HUNDRED)
    return word
