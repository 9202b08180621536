"""The drill: a server is restored to an earlier moment. Tablets and mirrors go on; nothing that they have is lost."""

import json
from collections import Counter
from collections.abc import Iterator

import asyncpg
import httpx
import pytest
from clusters import Backups, backups_of, serving
from field import CAMPAIGN, Field, sent_item
from outside import leave_out_where_named
from pydantic import SecretStr
from world import World, nik

from app.audit.chain import ChainKey, link_events, verify
from app.core.clock import SetClock
from app.core.roles import as_server
from app.core.settings import Settings
from app.main import create_app

TABLETS, ROUNDS = 6, 20


@pytest.fixture
def backups(dsn: str, settings: Settings, server_major: int) -> Iterator[Backups]:
    leave_out_where_named("a backup is of one node")
    with backups_of(dsn, settings, server_major) as made:
        yield made


class Mirror:
    """A system that follows the feed, as `docs/mirror.py` does."""

    def __init__(self) -> None:
        self.businesses: dict[str, str] = {}
        self.cursor: str | None = None
        self.began_again = 0

    async def follow(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        more = True
        while more:
            at = {"cursor": self.cursor} if self.cursor else {}
            answer = await client.get("/v1/feed", params={"limit": 3, **at}, headers=headers)
            if answer.status_code == 410:
                self.businesses, self.cursor, self.began_again = {}, None, self.began_again + 1
                continue
            page = answer.raise_for_status().json()
            for change in page["items"]:
                self.businesses.pop(change["business_id"], None)
                if change["kind"] == "business":
                    self.businesses[change["business_id"]] = change["business"]["record_id"]
            self.cursor, more = page["next_cursor"], page["more"]


async def work(field: Field, rounds: int = ROUNDS) -> None:
    """Each tablet records and syncs."""
    for _ in range(rounds):
        for tablet in field.tablets:
            tablet.outbox.add(CAMPAIGN, sent_item(nik=nik()))
            await tablet.sync()


@pytest.mark.proof
async def test_after_a_restore_to_an_earlier_moment_nothing_is_lost_and_nothing_is_twice(
    backups: Backups, field: Field, world: World, settings: Settings, pg: asyncpg.Connection, dsn: str, clock: SetClock
) -> None:
    mirror, behind, headers = Mirror(), Mirror(), world.auth("system", scopes=["feed:read"])
    for number in range(TABLETS):
        await field.enrolled(f"enumerator.{number + 1}")
    await backups.kumkm("backup", "follow", backups.folder, "--once")
    await work(field)
    await backups.kumkm("backup", "create", backups.folder)
    await work(field)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=field.app), base_url="http://kumkm.test") as client:
        await behind.follow(client, headers)
        moment = await pg.fetchval("SELECT clock_timestamp()")
        await work(field)
        await mirror.follow(client, headers)
    confirmed = {row.record_id for tablet in field.tablets for row in tablet.outbox.rows()}
    await backups.kumkm("backup", "follow", backups.folder, "--once")
    data = backups.restored / "data"
    await backups.kumkm("restore", backups.folder, data, "--to", moment.isoformat())
    assert not list(backups.restored.glob(".*")), "nothing is left beside it"

    with serving(backups, data, dsn) as address:
        restored = settings.model_copy(update={"database_url": SecretStr(as_server(address))})
        app, owner = create_app(restored, clock=clock), await asyncpg.connect(address)
        lost = len(confirmed) - await owner.fetchval("SELECT count(*) FROM record")
        assert lost == TABLETS * ROUNDS, "the drill lost what came after the moment"
        async with app.router.lifespan_context(app):
            for tablet in field.tablets:
                tablet.wire.inner = httpx.ASGITransport(app=app, raise_app_exceptions=False)
                await tablet.sync()
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url="http://kumkm.test"
            ) as client:
                await mirror.follow(client, headers)
                await behind.follow(client, headers)
        records = [str(row[0]) for row in await owner.fetch("SELECT record_id FROM submission")]
        register = {str(id_): str(record) for id_, record in await owner.fetch("SELECT id, record_id FROM business")}
        assert Counter(records) == Counter(confirmed), "every confirmed record is there, once"
        assert len(register) == len(confirmed)
        assert mirror.businesses == behind.businesses == register
        assert mirror.began_again == behind.began_again == 1, "also the one that had read nothing of what was lost"
        chain_key = ChainKey(settings.trail_key_bytes())
        async with owner.transaction():
            await link_events(owner, chain_key)
            assert (await verify(owner, chain_key, advance=lambda _: None)).broken == []
        [(detail,)] = await owner.fetch("SELECT detail FROM audit_event WHERE action = 'database.restored'")
        assert json.loads(detail) == {"to": moment.isoformat()}
        await owner.close()
