"""Somebody at a desk whose browser signs in with an organisation's account."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg
import httpx
from browsers import Browser
from fastapi import FastAPI

STATE = "__Host-kumkm_sign_in"
BACK = "/v1/auth/oidc/callback"
PAGE = {"Accept": "text/html"}


class Desk:
    """Somebody at a browser, who is known at the provider."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.browser = Browser(app)
        self.http = app.state.services.organisation._provider._http

    async def begin(self, **told: Any) -> dict[str, str]:
        answer = await self.browser.client.post("/v1/auth/oidc/start", json=told)
        assert answer.status_code == 200, answer.text
        return dict(parse_qsl(urlsplit(answer.json()["url"]).query))

    async def back(self, headers: dict[str, str] | None = None, **told: str | None) -> httpx.Response:
        query = urlencode({name: value for name, value in told.items() if value is not None})
        return await self.browser.client.get(f"{BACK}?{query}", headers=headers)

    async def come(self, headers: dict[str, str] | None = None, **told: Any) -> httpx.Response:
        """Begin, sign in at the provider, and come back. Its code is the nonce, so that it knows it again."""
        asked = await self.begin(**told)
        return await self.back(headers, code=asked["nonce"], state=asked["state"])

    async def configured(self, **told: Any) -> None:
        """As if the server had been started with other settings."""
        services = self.app.state.services
        made = services.settings.model_copy(update=told)
        ours = services.organisation
        new = type(ours)(made, ours._database, ours._ring, ours._digester)
        if new._provider is not None:  # trusted certificates take long to read
            await new._provider.close()
            new._provider._http = self.http
        self.app.state.services = replace(services, settings=made, organisation=new)


def code_of(answer: httpx.Response) -> str:
    return str(answer.json()["code"]) if answer.status_code >= 400 else str(answer.status_code)


async def refused(pg: asyncpg.Connection) -> list[tuple[str, str]]:
    """What the trail tells of refused sign-ins, and empties the counts of them."""
    await pg.execute("DELETE FROM sign_in_attempt")
    found = await pg.fetch("SELECT subject_type, detail FROM audit_event WHERE action = 'session.refused' ORDER BY id")
    return [(row[0], json.loads(row[1])["reason"]) for row in found]
