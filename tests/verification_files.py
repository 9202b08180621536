"""Requests for confirmation and answers, as an office and an agency have them."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from shapes import Json
from world import World, item, outcomes

WHY = {"X-Access-Reason": "Perjanjian kerja sama 12/2022"}


class Office:
    """An officer with the right, and the agency that answers."""

    def __init__(self, client: httpx.AsyncClient, world: World, who: str = "officer") -> None:
        self.client, self.world, self.who = client, world, who

    @property
    def auth(self) -> dict[str, str]:
        return {**self.world.auth(self.who, scopes=["pii:read"]), "Accept-Language": "en"}

    async def ask(self, status: int = 201, **said: Any) -> Json:
        body = {"kind": "nik", "source": "dukcapil", **said}
        answer = await self.client.post("/v1/verification/requests", json=body, headers=self.auth | WHY)
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found

    async def fetch(self, request: Json, form: str = "csv", **params: Any) -> httpx.Response:
        path = f"/v1/verification/requests/{request['id']}/file.{form}"
        return await self.client.get(path, headers=self.auth | WHY, params=params)

    async def lines(self, request: Json) -> list[dict[str, str]]:
        """The lines of its file, by heading."""
        answer = await self.fetch(request)
        assert answer.status_code == 200, answer.text
        return list(csv.DictReader(io.StringIO(answer.text, newline="")))

    async def send(
        self, request: Json, body: bytes, *, media: str = "text/csv", dry_run: bool = False
    ) -> httpx.Response:
        path = f"/v1/verification/requests/{request['id']}/answers"
        headers = self.auth | {"Content-Type": media}
        return await self.client.post(path, content=body, headers=headers, params={"dry_run": dry_run})

    async def answer(self, request: Json, answers: Mapping[str, str], **kwargs: Any) -> Json:
        """Answer references; gives the report."""
        reply = await self.send(request, answer_file(answers), **kwargs)
        assert reply.status_code == 200, reply.text
        found: Json = reply.json()
        return found

    async def confirm(self, said: str = "SESUAI", **asked: Any) -> Json:
        """Ask about all that there is, and have all answered so."""
        request = await self.ask(**asked)
        await self.answer(request, {line["referensi"]: said for line in await self.lines(request)})
        return request

    async def business(self, business_id: object) -> Json:
        answer = await self.client.get(f"/v1/businesses/{business_id}", headers=self.auth)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def state(self, business_id: object, kind: str = "nik") -> str | None:
        told = (await self.business(business_id))["verification"][kind]
        return None if told is None else str(told["state"])

    async def request(self, request: Json) -> Json:
        answer = await self.client.get(f"/v1/verification/requests/{request['id']}", headers=self.auth)
        found: Json = answer.json()
        return found

    async def enter(self, who: str = "enumerator.1", **said: Any) -> tuple[Json, str]:
        """A business that an enumerator records: its item, and its id."""
        sent = item(**said)
        assert await outcomes(self.client, self.world, who, sent) == ["accepted"]
        page = await self.client.get("/v1/businesses", params={"limit": 1000}, headers=self.auth)
        (found,) = [each for each in page.json()["items"] if each["record_id"] == sent["record_id"]]
        return sent, found["id"]


def answer_file(answers: Mapping[str, str]) -> bytes:
    lines = ["referensi,jawaban", *(f"{reference},{said}" for reference, said in answers.items())]
    return ("\r\n".join(lines) + "\r\n").encode()


@pytest.fixture
def office(client: httpx.AsyncClient, world: World) -> Office:
    return Office(client, world)
