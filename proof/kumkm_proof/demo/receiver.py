"""A system that reads the demo's register: a client to try the API with, and its webhook, which is paused."""

import asyncpg

from app.accounts.passwords import hash_password
from app.accounts.permissions import Principal, Role, Scope, Territory
from app.webhooks.managing import By, enter
from app.webhooks.schemas import WebhookIn
from kumkm_proof.demo.census import OKU
from kumkm_proof.demo.staff import PASSWORD, id_of

CLIENT = "sistem.bps"
_SCOPES = (Scope.PROGRESS_READ, Scope.BUSINESSES_READ, Scope.FEED_READ)
_URL = "https://penerima.example.go.id/kumkm"


async def subscribe(pg: asyncpg.Connection) -> None:
    """Make the client and its webhook. Idempotent by its name.

    It is paused, since nobody is at that address: who tries the demo gives it one of their own.
    """
    made = await pg.execute(
        "INSERT INTO account (id, username, name, role, region_code, scopes, password_hash, is_demo, created_at)"
        " VALUES ($1, $2, 'Sistem BPS Kabupaten OKU', 'system', $3, $4, $5, true, now()) ON CONFLICT DO NOTHING",
        id_of(CLIENT),
        CLIENT,
        OKU.code,
        list(_SCOPES),
        hash_password(PASSWORD),
    )
    if not made.endswith(" 1"):
        return
    officer = Principal(id_of("officer.oku"), Role.OFFICER, Territory(OKU.code), frozenset(), device_id=None)
    async with pg.transaction():
        asked = WebhookIn(url=_URL, content="businesses", begins="start")
        webhook = await enter(pg, By(officer, None, ()), id_of(CLIENT), asked, None)
        await pg.execute("UPDATE webhook SET state = 'paused' WHERE id = $1", webhook.id)
