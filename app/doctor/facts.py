"""What the database says about itself, in a few statements that any login may send."""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from contextlib import nullcontext
from typing import NamedTuple

import asyncpg

from app.accounts.deployment import refuse_demo_accounts
from app.audit.signing import is_signed
from app.audit.trail import WITNESS
from app.core.connecting import connect, look_around
from app.core.database_address import SEVERAL, places_of
from app.core.outages import Outage, why_not_connected
from app.core.readers import Look, Unfit, look_at
from app.core.roles import Rights, refuse_powerful_login, rights_of_login
from app.core.schema_version import reads_only, schema_of
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings, SettingsError
from app.privacy.sealed import opens, sample_of_sealed
from app.register.claims import refuse_outdated

_SETTINGS = (
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "synchronous_standby_names",
    "autovacuum",
    "track_counts",
    "data_checksums",
    "server_encoding",
    "server_version_num",
    "max_connections",
    "superuser_reserved_connections",
)
_SETTINGS_NOW = "SELECT name, setting FROM pg_settings WHERE name = ANY($1)"
_SAMPLE = 20  # events
_MACHINE_S = 5
_EVENTS = """
    SELECT id, occurred_at, actor_id, action, subject_type, subject_id, detail, trace_id, mac
    FROM audit_event WHERE mac IS NOT NULL ORDER BY occurred_at DESC LIMIT $1
"""
_UNLINKED_S = """
    SELECT extract(epoch FROM now() - min(occurred_at))::float8 FROM audit_event AS event
    WHERE occurred_at > now() - interval '2 days' AND occurred_at < now()
      AND NOT EXISTS (SELECT FROM audit_link AS link WHERE link.event_id = event.id)
"""


class DatabaseFacts(NamedTuple):
    """What is so in the database. Times are in seconds."""

    schema: Outage | None
    read_only: bool
    settings: Mapping[str, str]
    clock_ahead_s: float
    connections_for_others: int
    sees_standbys: bool
    synchronous_standbys: int
    encrypted: bool
    xid_age: int
    extensions_missing: tuple[str, ...]


class ContentFacts(NamedTuple):
    """What is so in the tables. `unfit_login` and the like are sentences, None where nothing is wrong."""

    unfit_login: str | None
    rights: Rights
    demo_accounts: str | None
    other_number_key: str | None
    sealed: int
    sealed_unopened: int
    signed: int
    signed_otherwise: int
    unlinked_s: float
    deltas: int
    exports_waiting_s: float


async def database_facts(pg: asyncpg.Connection) -> DatabaseFacts:
    """Of the database as a whole."""
    before = time.time()
    there = (await pg.fetchval("SELECT extract(epoch FROM clock_timestamp())::float8")) - (before + time.time()) / 2
    states = await pg.fetch("SELECT sync_state FROM pg_stat_replication")
    return DatabaseFacts(
        schema=await schema_of(pg),
        read_only=await reads_only(pg) is not None,
        settings={row["name"]: row["setting"] for row in await pg.fetch(_SETTINGS_NOW, _SETTINGS)},
        clock_ahead_s=there,
        connections_for_others=await pg.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            " AND application_name NOT LIKE 'kumkm%' AND pid <> pg_backend_pid()"
        ),
        sees_standbys=await pg.fetchval("SELECT pg_has_role('pg_read_all_stats', 'USAGE')"),
        synchronous_standbys=sum(row["sync_state"] in ("sync", "quorum") for row in states),
        encrypted=await pg.fetchval(
            "SELECT inet_server_addr() IS NULL OR host(inet_server_addr()) IN ('127.0.0.1', '::1')"
            " OR (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())"
        ),
        xid_age=await pg.fetchval("SELECT age(datfrozenxid) FROM pg_database WHERE datname = current_database()"),
        extensions_missing=tuple(
            row[0]
            for row in await pg.fetch(
                "SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT extname FROM pg_extension)",
                ["pg_trgm"],
            )
        ),
    )


async def writing_machines(url: str) -> int:
    """How many machines of an address write. Those that do not answer are not counted, nor the same one by two ways."""
    return (await look_around(url, _MACHINE_S))[0] if len(places_of(url)) >= SEVERAL else 1


async def reader_facts(url: str, primary: asyncpg.Connection) -> Look | Outage | Unfit | None:
    """How the standby at an address stands to the primary; or why it does not answer."""
    try:
        standby = await connect(url, reads=True, timeout=_MACHINE_S)
        try:
            async with asyncio.timeout(_MACHINE_S):
                return await look_at(lambda: nullcontext(standby), lambda: nullcontext(primary), WITNESS)
        except TimeoutError:
            return Unfit.SILENT
        finally:
            standby.terminate()  # a frozen one says no goodbye
    except asyncpg.TargetServerAttributeNotMatched:
        return Unfit.WRITES
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as exc:
        return why_not_connected(exc) or Outage.UNREACHABLE


async def reader_login(url: str) -> str | None:
    """Why the login at the address of the standby is not one that a server may have, in a sentence; None where it is
    one, and where nothing answers."""
    try:
        standby = await connect(url, reads=True, timeout=_MACHINE_S)
        try:
            async with asyncio.timeout(_MACHINE_S):
                return await _sentence(refuse_powerful_login(standby))
        finally:
            standby.terminate()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return None


async def content_facts(pg: asyncpg.Connection, settings: Settings) -> ContentFacts:
    """Of the tables, which must be those of this release: whether keys fit, the trail holds, background work is done.

    Of sealed answers and of events, a sample is read.
    """
    ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())
    digester = Digester(settings.digest_key_bytes(), settings.number_ring())
    sealed = await sample_of_sealed(pg)
    events = await pg.fetch(_EVENTS, _SAMPLE)
    trail_key = settings.trail_key_bytes()
    return ContentFacts(
        unfit_login=await _sentence(refuse_powerful_login(pg)),
        rights=await rights_of_login(pg),
        demo_accounts=await _sentence(refuse_demo_accounts(pg, settings)),
        other_number_key=await _sentence(refuse_outdated(pg, digester)),
        sealed=len(sealed),
        sealed_unopened=sum(not opens(ring, each) for each in sealed),
        signed=len(events),
        signed_otherwise=sum(not is_signed(trail_key, tuple(row)[:-1], row["mac"]) for row in events),
        unlinked_s=await pg.fetchval(_UNLINKED_S) or 0.0,
        deltas=await pg.fetchval(
            "SELECT (SELECT count(*) FROM progress_delta) + (SELECT count(*) FROM progress_door_delta)"
            " + (SELECT count(*) FROM progress_listing_delta)"
        ),
        exports_waiting_s=await pg.fetchval(
            "SELECT extract(epoch FROM now() - min(created_at))::float8 FROM export_job"
            " WHERE state IN ('queued', 'running') AND coalesce(lease_until, '-infinity') < now()"
        )
        or 0.0,
    )


async def _sentence(asked: Awaitable[None]) -> str | None:
    try:
        await asked
    except SettingsError as exc:
        return str(exc)
    return None
