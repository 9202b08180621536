"""Histories that are made up, and the world in which they are played."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import httpx
import uuid_utils.compat as uuids
from door_figures import DoorFigures
from model_client import WAITING, ModelClient
from shapes import Json, the
from world import OTHER_VILLAGE, PALEMBANG_VILLAGE, VILLAGE, World, item

from app.core.clock import SetClock
from app.recount import drift

PEOPLE = ("enumerator.1", "enumerator.2")


NIKS = [f"160114520385{n:04d}" for n in range(1, 4)]


NIBS = [f"9{n:012d}" for n in range(1, 4)]


GROWS = (
    "attachment, audit_event, batch, business, change, change_stream, coding, correction, counted_move,"
    " door, duplicate_case, identity, listing_entry, listing_step, progress_activity, progress_cell, progress_day,"
    " progress_delta, progress_door_delta, progress_listing_delta, raw_item, record, reinterview, reinterview_state,"
    " reinterview_version, resolution, review, shared_number, submission"
)


Key = tuple[str, int]
"""A record and its revision."""


Says = tuple[str | None, str | None, str]
"""NIK, NIB and the kind of an item, as `SAYS` draws them."""


Found = tuple[str, int, str]
"""The result of a visit, the day of it, and the kind of the item."""


LISTED = [
    ("Satu", VILLAGE, "pl-kumkm-2022"),
    ("Dua", VILLAGE, "pl-kumkm-2022"),
    ("Tiga", OTHER_VILLAGE, "pl-kumkm-2022"),
    ("Jauh", PALEMBANG_VILLAGE, "pl-kumkm-2022"),
    ("Lain", VILLAGE, "pl-kumkm-2023"),
]
"""The doors of listings: in the villages of the history, elsewhere, and in another campaign."""

NAMED = ("Satu", None, "Satu", "Dua", None, "Tiga", "Satu", "Jauh", "Dua", "nobody's", "Lain", None, "Tiga")
"""Which of them items say that they are about, one item after another."""


NEIGHBOURHOOD = f"{VILLAGE}.0001"
PLACES = {"outside": PALEMBANG_VILLAGE, "beside": OTHER_VILLAGE, "inside": NEIGHBOURHOOD}


class History:
    """The people, their tablets, the server and its backup."""

    def __init__(self, client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, clock: SetClock) -> None:
        self.client, self.world, self.pg, self.clock = client, world, pg, clock
        self.noon, self.serial = clock.now(), 0
        self.devices = {name: uuids.uuid7() for name in PEOPLE}
        self.ahead = dict.fromkeys(PEOPLE, 0)
        self.tablets = {
            name: ModelClient(client, partial(self.headers, name), partial(self.time_of, name)) for name in PEOPLE
        }
        self.sent: dict[str, dict[Key, str]] = {name: {} for name in PEOPLE}  # everything that was ever sent
        self.let_go: dict[str, set[Key]] = defaultdict(set)  # what the server said may go
        self.tells: list[str] = []
        self.has_backup = False
        self.listed: dict[str | None, str] = {"nobody's": str(uuids.uuid7())}
        self.figures = DoorFigures(pg, (self.noon + timedelta(days=90)).date())

    async def begin(self) -> None:
        await self.pg.execute(f"TRUNCATE {GROWS} CASCADE")
        await self.pg.execute("DELETE FROM device")
        await self.pg.execute(
            "INSERT INTO region (code, name, level, type, parent_code, source)"
            " VALUES ($1, 'RT 001', 'neighbourhood', 'rt', $2, 'test') ON CONFLICT DO NOTHING",
            NEIGHBOURHOOD,
            VILLAGE,
        )
        await self.pg.execute("UPDATE assignment SET ends_on = NULL")
        await self.pg.execute("DROP SCHEMA IF EXISTS backup CASCADE")
        for name, id_ in self.devices.items():
            await self.pg.execute(
                "INSERT INTO device (id, account_id, told_id, enrolled_at, last_seen_at)"
                " VALUES ($1, $2, $3, now(), now())",
                id_,
                self.world.id(name),
                name,
            )

        lines = [f"{campaign},{region},{name}" for name, region, campaign in LISTED]
        answer = await self.client.post(
            "/v1/imports/listing",
            content="\r\n".join(["campaign,region_code,name", *lines, ""]).encode(),
            headers={**self.world.auth("admin"), "Content-Type": "text/csv"},
        )
        assert answer.json()["created"] == len(LISTED), answer.text
        self.listed |= {row[0]: str(row[1]) for row in await self.pg.fetch("SELECT name, id FROM listing_entry")}

    def headers(self, name: str) -> dict[str, str]:
        return self.world.auth(name, device_id=self.devices[name])

    def time_of(self, name: str) -> datetime:
        return self.clock.now() + timedelta(hours=self.ahead[name])

    async def admin(self, method: str, path: str, body: Json | None = None) -> httpx.Response:
        answer = await self.client.request(method, f"/v1/{path}", json=body, headers=self.world.auth("admin"))
        assert answer.status_code < 500, answer.text
        return answer

    # Steps.

    async def play(self, told: tuple[Any, ...]) -> None:
        await getattr(self, f"do_{told[0]}")(*told[1:])
        await self.check()

    def says(self, name: str, said: Says, **kwargs: Any) -> Json:
        nik, nib, kind = said
        self.serial += 1
        at = self.time_of(name) - timedelta(minutes=self.serial)
        if kind in ("early", "wild"):
            at = at.replace(year=1970 if kind == "wild" else at.year, month=3)
        made = item(
            nik="1" if kind == "faulty" else nik,
            nib=nib,
            captured_at=at.isoformat(),
            region=PLACES.get(kind, VILLAGE),
            legal_name=f"Warung {self.serial}",
            **kwargs,
        )
        if (named := NAMED[self.serial % len(NAMED)]) is not None:
            made["listing_id"] = self.listed[named]
        return {**made, "questionnaire": "umkm@7"} if kind == "newer" else made

    async def do_record(self, who: int, said: Says) -> None:
        name = PEOPLE[who]
        self.tablets[name].record(self.says(name, said))

    def visits(self, name: str, found: Found, **kwargs: Any) -> Json:
        """A visit without an interview; one in the same minute is that visit, corrected."""
        result, day, kind = found
        made = self.says(name, (None, None, kind), **kwargs)
        answers = {"result": "asleep" if kind == "faulty" else result}
        answers["visited_at"] = (self.noon - timedelta(days=9 - day)).isoformat()
        return {**made, "questionnaire": "visit@7" if kind == "newer" else "visit@1", "answers": answers}

    async def do_visit(self, who: int, found: Found) -> None:
        self.tablets[PEOPLE[who]].record(self.visits(PEOPLE[who], found))

    async def do_visit_again(self, who: int, which: int, found: Found) -> None:
        """Of a door with whatever was recorded there before, an interview as well."""
        tablet = self.tablets[PEOPLE[who]]
        if ids := sorted({id_ for id_, _ in tablet.revisions}):
            id_ = ids[which % len(ids)]
            tablet.record(self.visits(PEOPLE[who], found, record_id=id_, revision=tablet.newest(id_) + 1))

    async def do_hand_over(self, who: int, away: bool) -> None:
        """The enumerator works elsewhere from the beginning on, or is back."""
        ends_on = (self.noon - timedelta(days=200)).date() if away else None
        await self.pg.execute(
            "UPDATE assignment SET ends_on = $2, starts_on = least(starts_on, coalesce($2, starts_on))"
            " WHERE enumerator_id = $1 AND campaign_id = 1",
            self.world.id(PEOPLE[who]),
            ends_on,
        )

    async def do_edit(self, who: int, which: int, said: Says) -> None:
        tablet = self.tablets[PEOPLE[who]]
        ids = sorted({id_ for id_, _ in tablet.revisions})
        if ids:
            self.mend(PEOPLE[who], ids[which % len(ids)], said)

    def mend(self, name: str, record_id: str, said: Says) -> None:
        tablet = self.tablets[name]
        tablet.record(self.says(name, said, record_id=record_id, revision=tablet.newest(record_id) + 1))

    async def do_sync(self, who: int) -> None:
        await self.tablets[PEOPLE[who]].sync()

    async def do_send_backwards(self, who: int) -> None:
        await self.tablets[PEOPLE[who]].send(reverse=True)

    def pick(self, who: int, which: int, *states: str) -> tuple[str, int] | None:
        revisions = self.tablets[PEOPLE[who]].revisions
        keys = [key for key, each in revisions.items() if each.item and (not states or each.state in states)]
        return keys[which % len(keys)] if keys else None

    async def do_send_one(self, who: int, which: int) -> None:
        if (key := self.pick(who, which, "queued")) is not None:
            await self.tablets[PEOPLE[who]].send(key)

    async def do_again(self, who: int, which: int) -> None:
        """A client that lost its memory sends again what it sent before."""
        if (key := self.pick(who, which, "acknowledged", "confirmed", "kept")) is not None:
            await self.tablets[PEOPLE[who]].send(key)

    async def do_reuse(self, who: int, which: int, said: Says) -> None:
        """A client that breaks the rule: other content under a revision that was sent."""
        key = self.pick(who, which, "acknowledged", "confirmed", "kept")
        if key is None:
            return
        name = PEOPLE[who]
        rogue = ModelClient(self.client, self.tablets[name].headers, self.tablets[name].clock)
        rogue.record(self.says(name, said, record_id=key[0], revision=key[1]))
        before = (await rogue.ask([key]))[key]
        await rogue.send()
        (line,) = rogue.receipts[0]["items"]
        if before["state"] == "different":
            assert (line["outcome"], line["client_action"]) == ("invalid", "fix"), line
        await self.agrees(rogue, rogue.receipts[0])

    async def do_copy(self, who: int, which: int) -> None:
        """The tablet was handed on: what one enumerator recorded, another one sends, too."""
        other = (who + 1) % len(PEOPLE)
        if (key := self.pick(other, which)) is not None and key not in self.tablets[PEOPLE[who]].revisions:
            self.tablets[PEOPLE[who]].record(the(self.tablets[PEOPLE[other]].revisions[key].item))

    async def do_clock(self, who: int, hours: int) -> None:
        self.ahead[PEOPLE[who]] = hours

    async def do_days(self, days: int) -> None:
        """90 days on, the campaign takes nothing any more."""
        self.clock.moment = self.noon + timedelta(days=days)

    async def do_revoke(self, who: int, gone: bool) -> None:
        moment = "now()" if gone else "NULL"
        await self.pg.execute(f"UPDATE device SET revoked_at = {moment} WHERE id = $1", self.devices[PEOPLE[who]])

    async def waiting(self) -> list[Json]:
        return (await self.admin("GET", "held?limit=1000")).json()["items"]

    async def do_release(self, which: int) -> None:
        if rows := await self.waiting():
            await self.admin("POST", f"held/{rows[which % len(rows)]['id']}/release")

    async def do_refuse(self, which: int) -> None:
        if rows := await self.waiting():
            await self.admin("POST", f"held/{rows[which % len(rows)]['id']}/refuse", {"reason": "Bukan tugasnya"})

    async def do_review(self, which: int, decision: str) -> None:
        ids = [row[0] for row in await self.pg.fetch("SELECT record_id FROM record ORDER BY 1")]
        if ids:
            told = {"decision": decision, "reason": "Nama usaha salah"}
            await self.admin("POST", f"submissions/{ids[which % len(ids)]}/review", told)

    async def cases(self, state: str) -> list[asyncpg.Record]:
        return await self.pg.fetch("SELECT id, business_ids FROM duplicate_case WHERE state = $1 ORDER BY id", state)

    async def do_resolve(self, which: int, decision: str) -> bool:
        if not (cases := await self.cases("open")):
            return False
        case = cases[which % len(cases)]
        told = {"decision": decision, "reason": "Sudah ditanyakan"}
        return (await self.admin("POST", f"duplicates/{case['id']}/resolution", told)).status_code == 200

    async def do_undo(self, which: int) -> None:
        if cases := await self.cases("resolved"):
            path = f"duplicates/{cases[which % len(cases)]['id']}/resolution/undo"
            answer = await self.admin("POST", path, {"reason": "Ternyata bukan"})
            assert answer.status_code != 404, path
            if answer.status_code == 200:
                self.let_go.clear()

    async def do_let_go(self, who: int) -> None:
        await self.tablets[PEOPLE[who]].let_go()

    async def do_backup(self) -> None:
        await self.pg.execute("DROP SCHEMA IF EXISTS backup CASCADE")
        tables = GROWS.split(", ")
        await self.pg.execute(
            "CREATE SCHEMA backup;" + ";".join(f"CREATE TABLE backup.{each} AS TABLE {each}" for each in tables)
        )
        self.has_backup = True
        self.in_backup = {name: dict(sent) for name, sent in self.sent.items()}

    async def do_restore(self) -> None:
        """The server is as it was; what was purged since then is what a tablet has no more."""
        if not self.has_backup:
            return
        tables = GROWS.split(", ")
        async with self.pg.transaction():
            await self.pg.execute("SET LOCAL session_replication_role = replica")
            await self.pg.execute(f"TRUNCATE {GROWS} CASCADE")
            await self.pg.execute(";".join(f"INSERT INTO {each} TABLE backup.{each}" for each in tables))
        self.sent = {name: dict(sent) for name, sent in self.in_backup.items()}
        self.let_go.clear()
        self.figures.forget()

    # What must hold after each step.

    async def check(self) -> None:
        for name, tablet in self.tablets.items():
            receipts, tablet.receipts = tablet.receipts, []
            for receipt in receipts:
                for line in receipt["items"]:
                    key = (line["record_id"], line["revision"])
                    self.sent[name][key] = tablet.revisions[key].sha256
            if receipts:
                await self.agrees(tablet, receipts[-1])
            await self.is_stored(name, tablet)
        await self.newest_wins()
        await self.figures.check(self.clock.now().date())

    async def agrees(self, tablet: ModelClient, receipt: Json) -> None:
        """What a receipt says, reconciling says at the same moment, but for items that a later one of it superseded."""
        lines = {(line["record_id"], line["revision"]): line for line in receipt["items"]}
        told = await tablet.ask(list(lines))
        for key, line in lines.items():
            now = told[key]
            assert now["state"] == "stored", (line, now)
            superseded = any(id_ == key[0] and revision > key[1] for id_, revision in lines)
            assert now["client_action"] == line["client_action"] or (superseded and now["client_action"] == "purge"), (
                line,
                now,
            )
            assert line["outcome"] in (now["outcome"], "unchanged"), (line, now)

    async def is_stored(self, name: str, tablet: ModelClient) -> None:
        """What was sent once is stored ever after; what may go, may go for good."""
        sent = self.sent[name]
        told = {}
        if sent:
            asked = [
                {"record_id": id_, "revision": revision, "content_sha256": sha256}
                for (id_, revision), sha256 in sent.items()
            ]
            answer = await self.client.post("/v1/sync/reconcile", json={"items": asked}, headers=self.headers(name))
            told = dict(zip(sent, answer.json()["items"], strict=True))
        for key, line in told.items():
            assert line["state"] == "stored", (key, line, tablet.revisions[key].told)
            if key in self.let_go[name]:
                assert line["client_action"] == "purge", (key, line, tablet.revisions[key].told)
            if line["client_action"] == "purge":
                self.let_go[name].add(key)

    async def newest_wins(self) -> None:
        """Of a record the newest held revision waits until it is decided on, or the register has it or a newer one that
        counts; no older one ever waits. A visit takes the place of no interview."""
        rows = await self.pg.fetch(
            "WITH held AS MATERIALIZED (SELECT * FROM raw_item WHERE outcome = 'held'),"
            " known AS MATERIALIZED (SELECT * FROM record),"
            " stored AS MATERIALIZED (SELECT record_id, revision FROM submission)"
            " SELECT held.revision, resolved_on IS NULL AS waits, decision,"
            " row_number() OVER (PARTITION BY subject_id, held.enumerator_id, is_visit"
            "                    ORDER BY held.revision DESC) AS place_of_kind,"
            " row_number() OVER (PARTITION BY subject_id, held.enumerator_id ORDER BY held.revision DESC) AS place,"
            " is_visit, known.enumerator_id IS NOT DISTINCT FROM held.enumerator_id AS own,"
            " CASE WHEN is_visit OR known.counted_as IN ('entered', 'duplicate', 'conflict')"
            "      THEN known.revision ELSE 0 END AS entered, known.revision IS NULL AS unknown,"
            " stored.revision IS NOT NULL AS stored"
            " FROM held LEFT JOIN known ON record_id = subject_id"
            " LEFT JOIN stored ON stored.record_id = subject_id AND stored.revision = held.revision"
        )
        for row in rows:
            newest = (row["place"] if row["is_visit"] else row["place_of_kind"]) == 1
            if row["unknown"] or row["own"]:
                current = row["unknown"] or (row["entered"] < row["revision"] and not row["stored"])
                assert row["waits"] == (newest and current and row["decision"] is None), row
            assert newest or not row["waits"], row

    # How it ends.

    async def end(self) -> None:
        """People do their work, tablets sync: nothing waits for ever, and everything confirmed may go."""
        self.clock.moment = self.noon
        for who in range(len(PEOPLE)):
            await self.do_revoke(who, False)
            await self.do_hand_over(who, False)
        for _ in range(12):
            await self.decide_all()
            for name, tablet in self.tablets.items():
                await tablet.sync()
                for record_id, _ in tablet.to_mend():
                    self.mend(name, record_id, (None, None, "fine"))
                await tablet.sync()
            await self.check()
            if not self.left():
                # Asked once more before it goes, a restored server may miss some of it: then that is sent again.
                for tablet in self.tablets.values():
                    await tablet.let_go()
            if not self.left():
                break
        assert self.left() == [], [self.tablets[name].revisions[key].told for name, key in self.left()]
        found = await drift(self.pg)
        assert found == [], found

    async def decide_all(self) -> None:
        for row in await self.waiting():
            if (await self.admin("POST", f"held/{row['id']}/release")).status_code != 200:
                await self.admin("POST", f"held/{row['id']}/refuse", {"reason": "Tidak dapat diterima"})
        for case in await self.cases("open"):
            for decision in ("same", "separate", "wrong_identity"):
                told = {"decision": decision, "reason": "Sudah ditanyakan"}
                answer = await self.admin("POST", f"duplicates/{case['id']}/resolution", told)
                if answer.status_code == 200:
                    break

    def left(self) -> list[tuple[str, Key]]:
        """What still waits; what another enumerator's record refuses for good waits for nobody."""
        return [
            (name, key)
            for name, tablet in self.tablets.items()
            for key, each in tablet.revisions.items()
            if each.state in WAITING
        ]
