"""The rights of a data subject (UU 27/2022, articles 5 to 13): to know what is held, to have it corrected, to have it
erased. The person is identified by NIK, which is looked for in every sealed answer, not only where it identifies a
business: a chair's NIK is in a cooperative's answers, a mistyped one in an item that was kept raw. Who has no NIK is
identified by passport or residence permit. Those are short, and part of many a word or number, so they are looked for
only where they were asked for.

To be run on the server, as the owner of the tables; every act is in the audit trail with its reason.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import OPERATOR
from app.accounts.queries import queue_up_all
from app.attachments.queries import remove_attachments
from app.audit import trail
from app.audit.actions import Action
from app.changes.forgetting import forget_told
from app.changes.log import News, publish
from app.changes.news import TombstoneChange
from app.core.sealing import Digester, KeyRing
from app.exchange.withdrawing import withdraw_exports
from app.identifiers.numbers import InvalidNumber, parse_foreign_number
from app.intake.sealed import RAW_ITEMS, SealedItem, erase_items, forget_decisions
from app.listing.contents import Contents, prefilled
from app.listing.sealed import ENTRIES, entries_of, erase_entries
from app.quality.storing import forget_records
from app.questionnaires.assessment import whole
from app.questionnaires.masking import masked_identity
from app.register.coding import forget_codings
from app.register.register import erase_businesses
from app.reinterviews.sealed import VERSIONS, SealedVersion, bound_to, erase_reinterviews, of_records
from app.review.forgetting import forget_reasons
from app.review.journal_rows import forget_journals
from app.submissions.records import unsealed
from app.submissions.sealed import REVISIONS, erase_answers
from app.verification.forgetting import erase_verification, told_of

ERASED_NAME = "(dihapus atas permintaan)"
_BETWEEN_DIGITS = re.compile(rb"(?<=[0-9])[ .\-]+(?=[0-9])")
_ANSWERS = {kind: re.compile(rf'"{kind}"\s*:\s*("(?:[^"\\]|\\.)*")'.encode()) for kind in ("passport", "kitas")}


Kind = Literal["nik", "passport", "kitas"]
"""By which number a person may be known."""


class Person(NamedTuple):
    """Who is meant: the number as it is stored, 16 digits of a NIK, or capitals and digits."""

    kind: Kind
    number: str

    def is_named(self, plain: bytes) -> bool:
        """Whether something that was sealed names the person, however the number was typed."""
        if self.kind == "nik":
            digits = self.number.encode()
            return digits in plain or digits in _BETWEEN_DIGITS.sub(b"", plain)
        return any(self._is_said(answer) for answer in _ANSWERS[self.kind].findall(plain))

    def _is_said(self, answer: bytes) -> bool:
        try:
            return parse_foreign_number(orjson.loads(answer), self.kind) == self.number
        except (InvalidNumber, orjson.JSONDecodeError):
            return False


@dataclass(slots=True)
class Found:
    """Where a person occurs: records, raw items, re-interviews with the NIK; and the businesses it identifies."""

    record_ids: list[UUID] = field(default_factory=list)
    raw_items: list[SealedItem] = field(default_factory=list)
    business_ids: list[UUID] = field(default_factory=list)
    reinterviews: list[SealedVersion] = field(default_factory=list)
    entries: list[UUID] = field(default_factory=list)  # of listings

    def __bool__(self) -> bool:
        return bool(self.record_ids or self.raw_items or self.business_ids or self.reinterviews or self.entries)


class Erased(NamedTuple):
    """What a server does after the commit: it deletes the files of so many photos and finished exports."""

    photos: int
    exports: int


async def find(
    pg: asyncpg.Connection, ring: KeyRing, digester: Digester, person: Person, advance: Callable[[int], None]
) -> Found:
    """Look through everything that is sealed for a person's number.

    Raises:
        UnsealError: something is sealed under a key that is not in the ring.
    """
    found, is_named = Found(), person.is_named
    rows = await pg.fetch(
        "SELECT business_id FROM identity WHERE digest = ANY($1)"
        f" UNION SELECT id FROM business WHERE {person.kind}_digest = ANY($1)",
        digester.digests(person.kind, person.number),
    )
    found.business_ids = [row[0] for row in rows]
    # Where sealed answers are no longer stored, the business shows whose the rest is.
    rest = await pg.fetch(
        "SELECT record_id FROM submission WHERE business_id = ANY($1) AND sealed IS NULL", found.business_ids
    )
    record_ids = [row[0] for row in rest]
    async for chunk in REVISIONS.walk(pg):
        record_ids += [row.record_id for row in chunk if is_named(ring.unseal(row.sealed, row.bound_to))]
        advance(len(chunk))
    found.record_ids = list(dict.fromkeys(record_ids))
    async for items in RAW_ITEMS.walk(pg):
        found.raw_items += [row for row in items if is_named(ring.unseal(row.sealed, row.bound_to))]
        advance(len(items))
    async for heard in VERSIONS.walk(pg):
        found.reinterviews += [row for row in heard if is_named(ring.unseal(row.sealed, row.bound_to))]
        advance(len(heard))
    listed = await entries_of(pg, found.business_ids)
    async for chunk_of_entries in ENTRIES.walk(pg):
        listed |= {row.id for row in chunk_of_entries if is_named(ring.unseal(row.sealed, row.bound_to))}
        advance(len(chunk_of_entries))
    found.entries = sorted(listed)
    return found


async def report(pg: asyncpg.Connection, ring: KeyRing, person: Person, found: Found, *, reason: str) -> dict[str, Any]:
    """Everything that is stored about the person, with the accounts that have seen it; the report itself is in the
    trail."""
    rows = await pg.fetch(
        "SELECT record_id, revision, campaign.code AS campaign, campaign.answers_until, username AS recorded_by,"
        " questionnaire, submission.region_code, captured_at, received_at, outcome, latitude, longitude,"
        " answers::text, sealed"
        " FROM submission JOIN campaign ON campaign.id = campaign_id JOIN account ON account.id = enumerator_id"
        " WHERE record_id = ANY($1) ORDER BY record_id, revision",
        found.record_ids,
    )
    records = []
    for row in rows:
        fields = dict(row)
        sealed = unsealed(ring, row["record_id"], row["revision"], fields.pop("sealed"))
        records.append({**fields, "answers": whole(orjson.loads(row["answers"]), sealed or {})})
    businesses = await pg.fetch(
        "SELECT id, kind, name, region_code, kbli, kbli_version, size_class, created_at, updated_at"
        " FROM business WHERE id = ANY($1)",
        found.business_ids,
    )
    flags = await pg.fetch(
        "SELECT record_id, revision, codes, numbers::text FROM quality_record WHERE record_id = ANY($1)",
        found.record_ids,
    )
    codings = await pg.fetch(
        "SELECT record_id, revision, said_version, said_code, kbli_version, kbli, reason, decided_at, undone_at,"
        " undone_because FROM coding WHERE record_id = ANY($1) ORDER BY decided_at",
        found.record_ids,
    )
    seen = await pg.fetch(
        "SELECT occurred_at, action, coalesce(username, 'server') AS by, detail ->> 'reason' AS reason"
        " FROM audit_event LEFT JOIN account ON account.id = actor_id"
        " WHERE subject_id = ANY($1) ORDER BY occurred_at",
        [str(id_) for id_ in (*found.record_ids, *found.business_ids)],
    )
    await _audit(pg, Action.SUBJECT_REPORTED, found, reason)
    return {
        "subject": {person.kind: masked_identity(*person)},
        "made_at": datetime.now(UTC),
        "lawful_basis": "Pelayanan publik, UU 27/2022 pasal 20 ayat (2) / public service",
        "businesses": [dict(row) for row in businesses],
        "records": records,
        "flags": [{**dict(row), "numbers": orjson.loads(row["numbers"])} for row in flags],
        "codings": [dict(row) for row in codings],
        "items_kept_raw": [
            {"id": item.id, "item": _kept(ring.unseal(item.sealed, item.bound_to))} for item in found.raw_items
        ],
        "reinterviews": await _reinterviews(pg, ring, found),
        "listings": await _listings(pg, ring, found),
        "verification": await told_of(pg, found.business_ids),
        "seen_by": [dict(row) for row in seen],
    }


async def _reinterviews(pg: asyncpg.Connection, ring: KeyRing, found: Found) -> list[dict[str, Any]]:
    """What was heard again: of the records, and wherever the person was named."""
    ids = [*await of_records(pg, found.record_ids), *(row.id for row in found.reinterviews)]
    rows = await pg.fetch(
        "SELECT id, version, result, captured_at, received_at, latitude, longitude, answers::text, sealed"
        " FROM reinterview_version WHERE id = ANY($1) ORDER BY id, version",
        ids,
    )
    heard = []
    for row in rows:
        fields = dict(row)
        sealed = fields.pop("sealed")
        opened = orjson.loads(ring.unseal(sealed, bound_to(row["id"], row["version"]))) if sealed else {}
        heard.append({**fields, "answers": whole(orjson.loads(row["answers"]), opened)})
    return heard


async def _listings(pg: asyncpg.Connection, ring: KeyRing, found: Found) -> list[dict[str, Any]]:
    """What listings say of the person's businesses."""
    rows = await pg.fetch(
        "SELECT listing_entry.id, campaign.code AS campaign, region_code, listing_entry.name, source, listed_on, state,"
        " latitude, longitude, answers::text, sealed"
        " FROM listing_entry JOIN campaign ON campaign.id = campaign_id WHERE listing_entry.id = ANY($1)"
        " ORDER BY listing_entry.id",
        found.entries,
    )
    listed = []
    for row in rows:
        fields = dict(row)
        contents = Contents.unseal(ring, row["id"], fields.pop("sealed"))
        said = {"owner": contents.owner, "address": contents.address, "numbers": dict(contents.numbers)}
        listed.append({**fields, **said, "answers": prefilled(orjson.loads(row["answers"]), contents)})
    return listed


def _kept(content: bytes) -> Any:
    """An item that was kept raw; as its own text where that is no JSON, which may be why it was kept."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content.decode()


async def erase(pg: asyncpg.Connection, found: Found, *, reason: str) -> Erased:
    """Erase what was found, in the caller's transaction; counts stay right.

    Removes of every revision of every record that names the person: answers, place, and the name of a business that
    rests on it; and of what supervisors decided on the record their reasons, which may say anything, also those that
    tablets read. Of a cooperative only the answers about people go, since it is not the person. What stays reveals
    nothing about the person: that a record counted, its village, activity and size class, and the keyed digest of the
    number, without which the same business would be counted a second time. Every export that was made before is
    withdrawn, also those in which the person is not, as nobody knows what a file holds. Idempotent by nature.
    """
    raw_ids = [item.id for item in found.raw_items]
    rows = await pg.fetch(
        "SELECT enumerator_id, record_id FROM record WHERE record_id = ANY($1)"
        " UNION SELECT enumerator_id, subject_id FROM raw_item WHERE id = ANY($2)",
        found.record_ids,
        raw_ids,
    )
    # A revision that is on its way is in before, so that nothing of it stays.
    await queue_up_all(pg, {row[0] for row in rows})
    await erase_answers(pg, found.record_ids)
    await erase_businesses(pg, found.record_ids, ERASED_NAME)
    await erase_verification(pg, found.business_ids)
    await erase_entries(pg, found.entries, ERASED_NAME)
    await forget_journals(pg, found.record_ids, found.business_ids)
    await forget_reasons(pg, found.record_ids, found.business_ids)
    await forget_records(pg, found.record_ids)
    await forget_codings(pg, found.record_ids)
    await erase_items(pg, raw_ids)
    subject_ids = {id_ for _, id_ in rows}
    await forget_decisions(pg, subject_ids)
    await forget_told(pg, subject_ids)
    heard = await of_records(pg, found.record_ids)
    await erase_reinterviews(pg, [*heard, *(row.id for row in found.reinterviews)])
    # Tablets have to remove their copies, too.
    await publish(
        pg, [News(who, TombstoneChange(kind="tombstone", record_id=id_, reason="erased")) for who, id_ in rows]
    )
    photos = await remove_attachments(pg, [*found.record_ids, *(id_ for _, id_ in rows)])
    await _audit(pg, Action.SUBJECT_ERASED, found, reason)
    return Erased(photos, await withdraw_exports(pg) if found else 0)


async def _audit(pg: asyncpg.Connection, action: Action, found: Found, reason: str) -> None:
    subjects = [
        *(("record", str(id_), {"reason": reason}) for id_ in found.record_ids),
        *(("raw_item", str(item.id), {"reason": reason}) for item in found.raw_items),
        *(("reinterview", str(row.id), {"reason": reason}) for row in found.reinterviews),
        *(("listing", str(id_), {"reason": reason}) for id_ in found.entries),
    ]
    await trail.record_many(
        pg,
        action,
        actor_id=OPERATOR.account_id,
        trace_id=None,
        subjects=subjects or [("subject", "unknown", {"reason": reason})],
    )
