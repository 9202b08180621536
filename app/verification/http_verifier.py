"""A verifier over HTTP: one `POST` for each batch, JSON both ways.

    {"items": [{"reference": "V…", "kind": "nik", "number": "…", "name": "…", "birth_date": "1985-03-12"}]}
    {"items": [{"reference": "V…", "answer": "match" | "mismatch" | "not_found"}]}

Address and credential are settings of the operator, so the address may be inside the house. Redirects are not followed:
what is sent is for that address alone. An answer has a time and a size in which it comes.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import orjson

from app.core.settings import Settings
from app.verification.verifiers import MOST, Question, VerifierFault

ANSWER_BYTES = 200
"""The most bytes of an answer to one number."""

_HEAD_BYTES = 4_096
_OK, _TOO_MANY, _UNAVAILABLE, _REFUSED, _FAULT = 200, 429, 503, 400, 500


class HttpVerifier:
    """An agency's service at one address."""

    def __init__(self, settings: Settings) -> None:
        """With `KUMKM_VERIFIER_URL` and `KUMKM_VERIFIER_TOKEN`."""
        self.name = settings.verifier_source
        self._address = settings.verifier_url
        self._limit_s = settings.verifier_timeout_s
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "KUMKM"}
        if settings.verifier_token is not None:
            headers["Authorization"] = f"Bearer {settings.verifier_token.get_secret_value()}"
        self._http = httpx.AsyncClient(timeout=self._limit_s, follow_redirects=False, headers=headers)

    async def verify(self, questions: Sequence[Question]) -> Any:
        """As `Verifier.verify`."""
        body = orjson.dumps({"items": [each._asdict() for each in questions]})
        status, answer = await self._ask(body, _HEAD_BYTES + ANSWER_BYTES * min(len(questions), MOST))
        if status in (_TOO_MANY, _UNAVAILABLE):
            raise VerifierFault("overloaded")
        if status >= _FAULT:
            raise VerifierFault("away")
        if status >= _REFUSED:
            raise VerifierFault("refused")
        try:
            said = orjson.loads(answer)
        except orjson.JSONDecodeError:
            raise VerifierFault("not_json") from None
        if status != _OK or not isinstance(said, dict):
            raise VerifierFault("not_json")
        return said.get("items")

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _ask(self, body: bytes, most: int) -> tuple[int, bytes]:
        found = b""
        try:
            async with (
                asyncio.timeout(self._limit_s),
                self._http.stream(
                    "POST", self._address, content=body, headers={"Content-Type": "application/json"}
                ) as answer,
            ):
                async for part in answer.aiter_raw():
                    found += part
                    if len(found) > most:
                        raise VerifierFault("too_large")
                return answer.status_code, found
        except (TimeoutError, httpx.TimeoutException):
            raise VerifierFault("slow") from None  # without the cause: it names what was sent
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise VerifierFault("away") from None
