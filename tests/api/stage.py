"""What every route is asked for, and for which rights it is asked."""

import hashlib
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import uuid_utils.compat as uuids
from PIL import Image
from world import batch, item, nik, put


@dataclass
class Asked:
    """What is put into a route's path, and what is sent."""

    path: dict[str, Any] = field(default_factory=dict)
    send: dict[str, Any] = field(default_factory=dict)


def letters() -> str:
    """Twenty letters that were never used before; digits in a row could be somebody's number, which no name may be."""
    return uuids.uuid4().hex[:20].translate(str.maketrans("0123456789", "ghijklmnop"))


@dataclass
class Stage:
    """What exists before somebody asks."""

    client: Any
    world: Any
    pg: Any

    async def call(self, who: str, method: str, path: str, **kwargs: Any) -> httpx.Response:
        headers = {**({} if who == "nobody" else self.auth(who)), **kwargs.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **kwargs)

    def auth(self, who: str) -> dict[str, str]:
        if who == "system.reader":
            return self.world.auth("system", scopes=["businesses:read", "pii:read"])
        return self.world.auth(who)

    async def receiver(self) -> str:
        """User name of a new system account in Kabupaten OKU that may read the feed."""
        username = letters()
        told = {"username": username, "name": "Sistem Dinas", "role": "system", "region_code": "16.01"}
        told["scopes"] = ["feed:read"]  # type: ignore[assignment]  # the rest is text
        assert (await self.call("admin", "POST", "/v1/accounts", json=told)).status_code == 201
        return username

    async def new_webhook(self) -> Asked:
        return Asked(send={"json": {"url": "https://contoh.go.id/kumkm", "account": await self.receiver()}})

    async def webhook(self) -> Asked:
        """One that leads to an address of documents alone, where nothing is sent to."""
        id_ = await self.pg.fetchval(
            "INSERT INTO webhook (id, account_id, url, content, max_changes, after_dead_letter, position, salt,"
            " created_by, due_at) SELECT $2, id, 'https://203.0.113.9/', 'ids', 10, 'halt', $3, 'salt', id, 'infinity'"
            " FROM account WHERE username = $1 RETURNING id",
            await self.receiver(),
            uuids.uuid7(),
            bytes(48),
        )
        return Asked({"webhook_id": id_, "sequence": 1}, {"json": {"max_changes": 20}})

    async def webhook_to_resume(self) -> Asked:
        return Asked((await self.webhook()).path, {"json": {"dead_letter": "skip"}})

    async def webhook_secret(self) -> Asked:
        return Asked((await self.webhook()).path, {"json": {"former_hours": 2}})

    async def dead_letter(self) -> Asked:
        asked = await self.webhook()
        await self.pg.execute(
            "INSERT INTO webhook_delivery (webhook_id, sequence, id, business_ids, position, state)"
            " VALUES ($1, 1, $2, '{}', $3, 'dead')",
            asked.path["webhook_id"],
            uuids.uuid7(),
            bytes(48),
        )
        return asked

    async def batch(self) -> Asked:
        """The id of a batch of enumerator.1."""
        batch_id = uuids.uuid7()
        await put(self.client, self.world, "enumerator.1", batch(item(nik=nik())), batch_id=batch_id)
        return Asked({"batch_id": batch_id})

    async def new_batch(self) -> Asked:
        return Asked({"batch_id": uuids.uuid7()}, {"json": batch(item(nik=nik()))})

    async def record(self, name: str = "Warung Bu Sari") -> Asked:
        sent = item(nik=nik(), legal_name=name)
        await put(self.client, self.world, "enumerator.1", batch(sent))
        return Asked({"record_id": sent["record_id"]})

    async def to_count(self) -> Asked:
        """A register with something in it, of which no edition is asked for."""
        await self.record()
        await self.pg.execute("DELETE FROM statistics_edition")
        return Asked(send={"json": {}})

    async def business(self) -> Asked:
        """A business that enumerator.1 entered, and a correction of it."""
        asked = await self.record()
        business_id = await self.pg.fetchval(
            "SELECT business_id FROM record WHERE record_id = $1", asked.path["record_id"]
        )
        told = {"changes": {"legal_name": "Warung Baru"}, "reason": "Salah ketik", "revision": 1}
        return Asked({"business_id": business_id}, {"json": told})

    async def duplicate(self) -> Asked:
        """A case of a record of enumerator.1, and what to decide."""
        number = nik()
        await put(self.client, self.world, "enumerator.2", batch(item(nik=number)))
        sent = item(nik=number)
        await put(self.client, self.world, "enumerator.1", batch(sent))
        case_id = await self.pg.fetchval("SELECT id FROM duplicate_case WHERE record_id = $1", sent["record_id"])
        return Asked({"id": case_id}, {"json": {"decision": "same", "reason": "Sudah diperiksa"}})

    async def free_case(self) -> Asked:
        """The same case, and nothing of a decision."""
        return Asked((await self.duplicate()).path, {"json": {}})

    async def case_among_others(self) -> Asked:
        """The same case, to be decided with others."""
        asked = await self.duplicate()
        decision = {"kind": "likely", "decision": "separate", "reason": "Sudah diperiksa"}
        return Asked(send={"json": {**decision, "case_ids": [str(asked.path["id"])]}})

    async def resolved(self) -> Asked:
        asked = await self.duplicate()
        path = f"/v1/duplicates/{asked.path['id']}/resolution"
        await self.call("coordinator.1", "POST", path, **asked.send)
        return Asked(asked.path, {"json": {"reason": "Keliru memutuskan"}})

    async def flagged(self) -> Asked:
        """A flag of a record of enumerator.1, as the worker would have found it, and what dismisses it."""
        asked = await self.record()
        record_id = asked.path["record_id"]
        await self.pg.execute(
            "INSERT INTO quality_record (record_id, regency_code, campaign_id, region_code, enumerator_id, revision,"
            " captured_at, codes, numbers, warnings)"
            " SELECT record_id, regency_code, campaign_id, region_code, enumerator_id, revision, captured_at,"
            " '{far_point}', '{\"far_point\": {\"points\": 1}}', '{}' FROM submission WHERE record_id = $1",
            record_id,
        )
        return Asked(
            {"record_id": record_id}, {"json": {"code": "far_point", "revision": 1, "reason": "Benar di sana"}}
        )

    async def to_code(self) -> Asked:
        """A business of enumerator.1 with a code that KBLI 2020 does not have, and what codes it."""
        sent = item(nik=nik(), kbli="96210")
        answer = await put(self.client, self.world, "enumerator.1", batch(sent))
        business_id = answer.json()["items"][0]["business_id"]
        said = {"kbli": "96111", "kbli_version": "2020", "reason": "Pangkas rambut", "revision": 1}
        return Asked({"business_id": business_id}, {"json": said})

    async def coded(self) -> Asked:
        """The same, coded, and what takes that back."""
        asked = await self.to_code()
        await self.call("coordinator.1", "POST", f"/v1/coding/{asked.path['business_id']}/decision", **asked.send)
        return Asked(asked.path, {"json": {"reason": "Keliru memutuskan", "revision": 1}})

    async def flagged_person(self) -> Asked:
        """A flag of enumerator.1, and what dismisses it."""
        enumerator_id = self.world.id("enumerator.1")
        await self.pg.execute("DELETE FROM quality_enumerator")
        await self.pg.execute(
            "INSERT INTO quality_enumerator (enumerator_id, campaign_id, regency_code, districts, records,"
            " flagged_records, score, codes, numbers)"
            " VALUES ($1, 1, '16.01', '{16.01.14}', 20, 0, 400, '{no_nik}', '{\"no_nik\": {\"deviations\": 4}}')",
            enumerator_id,
        )
        said = {"code": "no_nik", "region_code": "16.01", "reason": "Benar tidak punya"}
        return Asked({"enumerator_id": enumerator_id}, {"json": said})

    async def cutoff(self) -> Asked:
        """A cut-off of Kabupaten OKU."""
        said = {"region": "16.01", "name": "Rapat"}
        answer = await self.call("officer", "POST", "/v1/progress/cutoffs", json=said)
        return Asked({"id": answer.json()["id"]})

    async def asked_about(self) -> Asked:
        """A request about numbers of Kabupaten OKU, and an answer file without an answer."""
        await self.record()
        said = {"kind": "nik", "source": "dukcapil", "region": "16.01", "again": True}
        headers = {"X-Access-Reason": "Perjanjian 12/2022"}
        headers |= self.world.auth("officer", scopes=["pii:read"])
        answer = await self.client.post("/v1/verification/requests", json=said, headers=headers)
        file = {"content": b"referensi,jawaban\r\n", "headers": {"Content-Type": "text/csv"}}
        return Asked({"request_id": answer.json()["id"], "format": "csv"}, file)

    async def two_cutoffs(self) -> Asked:
        """Two of them, to be compared."""
        asked, other = await self.cutoff(), await self.cutoff()
        return Asked(asked.path, {"params": {"with": other.path["id"]}})

    async def honour_asked(self) -> Asked:
        """What makes the statements of a month in which enumerator.1 brought a record."""
        await self.record()
        rule = {"valid_from": "2022-04-01", "rate": 20_000, "decree": "Contoh"}
        await self.call("admin", "PUT", "/v1/honour/rules", json={"rules": [rule]})
        id_ = (await self.cutoff()).path["id"]
        return Asked(send={"json": {"region": "16.01", "month": "2022-09-01", "cutoff": id_}})

    async def honour_run(self) -> Asked:
        """The run of such statements."""
        asked = await self.honour_asked()
        answer = await self.call("officer", "POST", "/v1/honour/statements", **asked.send)
        return Asked({"id": answer.json()["id"]})

    async def honour_statement(self) -> Asked:
        """The statement of enumerator.1 in it."""
        run = (await self.honour_run()).path["id"]
        asked = {"run": run, "enumerator": "enumerator.1"}
        answer = await self.call("officer", "GET", "/v1/honour/statements", params=asked)
        return Asked({"id": answer.json()["items"][0]["id"]})

    async def drawn(self) -> Asked:
        """A record of enumerator.1 that is drawn, and to whom it is given; nobody else recorded one of its name."""
        record_id = (await self.record("Bengkel Tiada Dua")).path["record_id"]
        await self.pg.execute("DELETE FROM reinterview")
        id_ = await self.pg.fetchval(
            "INSERT INTO reinterview (id, regency_code, campaign_id, region_code, record_id, business_id,"
            " enumerator_id, drawn_by, drawn_at, state)"
            " SELECT $2, regency_code, campaign_id, region_code, record_id, business_id, enumerator_id, 'share', now(),"
            " 'open' FROM submission WHERE record_id = $1 RETURNING id",
            record_id,
            uuids.uuid7(),
        )
        return Asked({"reinterview_id": id_}, {"json": {"enumerator": "enumerator.5"}})

    async def asked_again(self) -> Asked:
        """The same, given to enumerator.4, and what was heard there."""
        asked = await self.drawn()
        await self.pg.execute(
            "UPDATE reinterview SET state = 'assigned', assignee_id = $1", self.world.id("enumerator.4")
        )
        said = {"result": "not_found", "questionnaire": "umkm@1", "captured_at": "2022-09-13T09:00:00+07:00"}
        return Asked(asked.path, {"json": said})

    async def job(self) -> Asked:
        """An export of the officer that nobody has made yet."""
        job_id = uuids.uuid7()
        asked = {"account_id": str(self.world.id("officer")), "role": "officer", "territory": "16.01", "format": "csv"}
        await self.pg.execute("DELETE FROM export_job")
        await self.pg.execute(
            "INSERT INTO export_job (id, account_id, asked) VALUES ($1, $2, $3)",
            job_id,
            self.world.id("officer"),
            json.dumps(asked),
        )
        return Asked({"id": job_id})

    async def to_review(self) -> Asked:
        asked = await self.record()
        return Asked(asked.path, {"json": {"decision": "verified"}})

    async def several_to_review(self) -> Asked:
        asked = await self.record()
        return Asked(send={"json": {"items": [{"record_id": str(asked.path["record_id"]), "decision": "verified"}]}})

    async def returned(self) -> Asked:
        asked = await self.record()
        told = {"decision": "returned", "reason": "Lengkapi alamat"}
        await self.call("coordinator.1", "POST", "/v1/submissions/{record_id}/review".format(**asked.path), json=told)
        return asked

    async def new_photo(self) -> Asked:
        out = io.BytesIO()
        Image.new("RGB", (8, 8), tuple(uuids.uuid4().bytes[:3])).save(out, "PNG")
        content, sent = out.getvalue(), item()
        headers = {"Content-Type": "image/png", "Upload-Length": str(len(content))}
        params = {"record_id": sent["record_id"], "purpose": "place"}
        return Asked(
            {"sha256": hashlib.sha256(content).hexdigest()},
            {"content": content, "headers": headers, "params": params},
        )

    async def photo(self) -> Asked:
        """A photo of a record of enumerator.1."""
        of, asked = await self.record(), await self.new_photo()
        asked.send["params"]["record_id"] = of.path["record_id"]
        path = f"/v1/sync/attachments/{asked.path['sha256']}"
        assert (await self.call("enumerator.1", "PUT", path, **asked.send)).status_code == 201
        return Asked({**asked.path, **of.path})

    async def held(self) -> Asked:
        """An item of enumerator.1 that is held: it was captured before the assignment began."""
        sent = item(nik=nik(), captured_at="2022-03-15T09:00:00+07:00")
        await put(self.client, self.world, "enumerator.1", batch(sent))
        raw_id = await self.pg.fetchval("SELECT id FROM raw_item WHERE subject_id = $1", sent["record_id"])
        return Asked({"id": raw_id}, {"json": {"reason": "Sudah diperiksa"}})

    async def device(self) -> Asked:
        device_id = uuids.uuid7()
        await self.pg.execute(
            "INSERT INTO device (id, account_id, told_id, enrolled_at, last_seen_at, revoked_at)"
            " VALUES ($1, $2, $1::uuid::text, now(), now(), now())",
            device_id,
            self.world.id("enumerator.1"),
        )
        await self.pg.execute("UPDATE account SET devices_allowed = 100 WHERE username = 'enumerator.1'")
        return Asked({"device_id": device_id}, {"json": {"reason": "Hilang"}})

    async def account(self) -> Asked:
        """A fresh enumerator of OKU."""
        account_id = uuids.uuid7()
        await self.pg.execute(
            "INSERT INTO account (id, username, name, role, region_code, created_at)"
            " VALUES ($1, $1::uuid::text, 'Sari', 'enumerator', '16.01', now())",
            account_id,
        )
        return Asked({"account_id": account_id}, {"json": {"name": "Sari Dewi"}})

    async def enumerator(self) -> Asked:
        return Asked({"account_id": self.world.id("enumerator.1")}, {"json": {"reason": "Tablet rusak"}})

    async def new_account(self) -> Asked:
        row = {"username": f"u{letters()}", "name": "Sari", "role": "enumerator", "region_code": "16.01"}
        return Asked(send={"json": row})

    async def wrong_password(self) -> Asked:
        # Somebody else each time: who guesses has to wait.
        told = {"username": uuids.uuid4().hex, "current_password": "x", "new_password": "y"}
        return Asked(send={"json": told})

    async def passkey(self) -> Asked:
        """A passkey of enumerator.1."""
        passkey_id = uuids.uuid7()
        await self.pg.execute(
            "INSERT INTO passkey (id, account_id, credential_id, rp_id, public_key, sign_count, backed_up, name,"
            " created_at) VALUES ($1, $2, $3, 'kumkm.test', '', 0, false, 'Ponsel', now())",
            passkey_id,
            self.world.id("enumerator.1"),
            passkey_id.bytes,
        )
        return Asked({"passkey_id": passkey_id}, {"json": {"name": "Laptop kantor"}})

    async def key(self) -> Asked:
        """A read-only key of officer."""
        answer = await self.call(
            "officer", "POST", "/v1/keys", json={"name": "Excel", "scopes": ["progress:read"], "region_code": "16.01"}
        )
        return Asked({"key_id": answer.json()["id"]})

    async def everywhere(self) -> Asked:
        await self.pg.execute("UPDATE account SET sessions_ended = 0")  # the token of a caller before is good again
        return Asked()

    async def session(self) -> Asked:
        """A session of enumerator.1 in a browser."""
        session_id = uuids.uuid7()
        await self.pg.execute(
            "INSERT INTO browser_session (id, account_id, token_digest, browser_digest, name, way, started_at,"
            " rotated_at, seen_at, expires_at) VALUES"
            " ($1, $2, '', '', 'Chrome, Android', 'password', now(), now(), now(), now() + interval '1 hour')",
            session_id,
            self.world.id("enumerator.1"),
        )
        return Asked({"session_id": session_id})

    async def handover(self) -> Asked:
        for n in (5, 6):
            await self.pg.execute("DELETE FROM assignment WHERE enumerator_id = $1", self.world.id(f"enumerator.{n}"))
        await self.pg.execute(
            "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on)"
            " VALUES (1, $1, '16.01', '2022-04-01')",
            self.world.id("enumerator.5"),
        )
        told = {"predecessor": "enumerator.5", "successor": "enumerator.6", "starts_on": "2022-08-20"}
        return Asked(send={"json": {"campaign": "pl-kumkm-2022", **told}})


def just(**asked: Any) -> Callable[[Stage], Awaitable[Asked]]:
    async def ask(_: Stage) -> Asked:
        return Asked(asked.get("path", {}), dict(asked.get("send", {})))

    return ask
