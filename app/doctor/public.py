"""What strangers meet at the public address: TLS and its certificate, and what the proxy lets through."""

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import httpx

from app.doctor.finding import Finding, fault, good, warning

_DAYS_WARNING, _DAYS_FAULT = 21, 3
_BODY = 2 * 1024 * 1024
"""Bytes, more than proxies take by default (1 MiB); the server answers 401 before it reads them."""

_NOT_PUBLISHED = ("/metrics", "/readyz")
_BATCH = "/v1/sync/batches/00000000-0000-7000-8000-000000000000"
_TIMEOUT_S = 10


async def judge_public(url: str, trust: ssl.SSLContext) -> AsyncGenerator[Finding]:
    """The public address, as `https://name/path`. `trust`: the authorities that are believed."""
    async with httpx.AsyncClient(base_url=url.rstrip("/"), verify=trust, timeout=_TIMEOUT_S) as client:
        try:
            answer = await client.get("/healthz")
        except httpx.HTTPError as exc:
            refused = "CERTIFICATE_VERIFY_FAILED" in str(exc)
            yield fault(
                "public_tls" if refused else "public_reach",
                f"{url} tidak terjangkau" + (": sertifikatnya tidak sah." if refused else "."),
                f"{url} cannot be reached" + (": its certificate is not valid." if refused else "."),
            )
            return
        if not answer.is_success:
            yield fault(
                "public_reach",
                f"{url}/healthz menjawab {answer.status_code}, bukan 200.",
                f"{url}/healthz answers {answer.status_code}, not 200.",
            )
            return
        if urlsplit(url).scheme != "https":
            yield fault("public_tls", f"{url} tanpa TLS.", f"{url} is without TLS.")
        else:
            yield await _judge_certificate(url, trust)
        if "strict-transport-security" not in answer.headers:
            yield warning(
                "public_hsts",
                "Proxy menghapus Strict-Transport-Security dari jawaban.",
                "The proxy takes Strict-Transport-Security out of answers.",
            )
        for path in _NOT_PUBLISHED:
            if (await client.get(path)).is_success:
                yield warning(
                    "public_inside",
                    f"{path} terlihat dari luar: tutup di proxy.",
                    f"{path} is seen from outside: close it in the proxy.",
                )
        yield await _judge_body(client)


async def _judge_certificate(url: str, trust: ssl.SSLContext) -> Finding:
    parts = urlsplit(url)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=trust)
    certificate = writer.get_extra_info("peercert")
    writer.close()
    days = (ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()) / 86_400
    text = (f"Sertifikat berlaku {days:.0f} hari lagi.", f"The certificate is valid for another {days:.0f} days.")
    judged = fault if days < _DAYS_FAULT else warning if days < _DAYS_WARNING else good
    return judged("public_certificate", *text)


async def _judge_body(client: httpx.AsyncClient) -> Finding:
    try:
        status = (
            await client.put(_BATCH, content=b" " * _BODY, headers={"Content-Type": "application/json"})
        ).status_code
    except httpx.HTTPError:  # refused without an answer, as by a server that does not want to read it
        status = 401
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return fault(
            "public_body",
            "Proxy menolak kiriman 2 MiB: naikkan batasnya menjadi 16 MiB untuk /v1/sync/batches/.",
            "The proxy refuses bodies of 2 MiB: raise its limit to 16 MiB for /v1/sync/batches/.",
        )
    if status != httpx.codes.UNAUTHORIZED:
        return warning(
            "public_body",
            f"Kiriman tanpa token dijawab {status}, bukan 401: apakah alamat ini server KUMKM?",
            f"A batch without a token is answered {status}, not 401: is this address a KUMKM server?",
        )
    return good("public_body", "Kiriman 2 MiB sampai ke server.", "Bodies of 2 MiB reach the server.")
