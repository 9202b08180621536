"""A browser as the server sees one: it keeps cookies, and tells where a request comes from."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
from ageing import earlier
from fastapi import FastAPI

PASSWORD = "sapi makan rumput hijau"
NEW = "kambing naik tangga besi"
SITE = "https://kumkm.test"
OWN = {"X-KUMKM-Session": "1", "Origin": SITE, "Sec-Fetch-Site": "same-origin"}
TOKEN, BROWSER = "__Secure-kumkm_session", "__Host-kumkm_browser"


class Browser:
    """A browser: it keeps cookies as the server says, and all its tabs have them."""

    def __init__(self, app: FastAPI, base_url: str = SITE) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=base_url, headers={**OWN, "Origin": base_url})

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self.client.cookies)

    async def ask(self, grant: str, headers: dict[str, str] | None = None, **told: Any) -> httpx.Response:
        return await self.client.post("/v1/auth/session", json={"grant": grant, **told}, headers=headers)

    async def sign_in(
        self, username: str = "officer", password: str = PASSWORD, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        answer = await self.ask("password", headers, username=username, password=password)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def me(self, access_token: str) -> httpx.Response:
        return await self.client.get("/v1/me", headers={"Authorization": f"Bearer {access_token}"})


def with_cookies(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


async def later(pg: asyncpg.Connection, seconds: int) -> None:
    """As if so many seconds had passed since everything that sessions remember."""
    times = ("started_at", "rotated_at", "seen_at", "expires_at")
    await pg.execute(f"UPDATE browser_session SET {earlier(timedelta(seconds=seconds), *times)}")
