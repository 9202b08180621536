"""`kumkm doctor --url` looks at a public address as a stranger does: a TLS server that is broken here on purpose."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from processes import Served, free_port
from starlette.types import Receive, Scope, Send

from app.doctor.finding import Level
from app.doctor.public import judge_public


def certificate(folder: Path, days: int) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kumkm.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    pem = serialization.PrivateFormat.PKCS8
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, pem, serialization.NoEncryption())
    )
    return file


@asynccontextmanager
async def served(file: Path | None, *, hsts: bool, inside: int, batch: int, health: int) -> AsyncIterator[str]:
    """A server of that certificate that answers so; its address."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        while scope["method"] == "PUT" and (await receive()).get("more_body"):
            pass
        status = batch if path.startswith("/v1/") else inside if path in ("/metrics", "/readyz") else health
        headers = [(b"strict-transport-security", b"max-age=1")] if hsts else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    port = free_port()
    made = uvicorn.Config(
        answer,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_config=None,
        ssl_certfile=file,
        ssl_keyfile=str(file) if file else None,
    )
    server = Served(made)
    serving = asyncio.create_task(server.serve())
    for _ in range(1_000):
        if server.started:
            break
        await asyncio.sleep(0.01)
    yield f"{'https' if file else 'http'}://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def found(url: str, trust: ssl.SSLContext) -> dict[str, str]:
    bad = (Level.WARNING, Level.FAULT)
    return {each.check: each.level.value async for each in judge_public(url, trust) if each.level in bad}


SOUND = {"days": 80, "hsts": True, "inside": 404, "batch": 401, "health": 200}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, {}),
        ({"days": 20}, {"public_certificate": "warning"}),
        ({"days": 2}, {"public_certificate": "fault"}),
        ({"hsts": False}, {"public_hsts": "warning"}),
        ({"inside": 200}, {"public_inside": "warning"}),
        ({"batch": 413}, {"public_body": "fault"}),
        ({"batch": 404}, {"public_body": "warning"}),
        ({"health": 502}, {"public_reach": "fault"}),
    ],
)
async def test_what_is_wrong_at_the_public_address_is_named(
    change: dict[str, int], said: dict[str, str], tmp_path: Path
) -> None:
    how = {**SOUND, **change}
    file = certificate(tmp_path, int(how.pop("days")))
    async with served(file, **how) as url:  # type: ignore[arg-type]  # each by its name
        assert await found(url, ssl.create_default_context(cafile=file)) == said


async def test_a_certificate_of_nobody_and_none_at_all_are_named(tmp_path: Path) -> None:
    how = {name: value for name, value in SOUND.items() if name != "days"}
    async with served(certificate(tmp_path, 80), **how) as url:  # type: ignore[arg-type]  # likewise
        assert await found(url, ssl.create_default_context()) == {"public_tls": "fault"}
    async with served(None, **how) as url:  # type: ignore[arg-type]  # likewise
        assert await found(url, ssl.create_default_context()) == {"public_tls": "fault"}
    assert await found(url, ssl.create_default_context()) == {"public_reach": "fault"}
