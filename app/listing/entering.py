"""Entries from a list of others: a file of some ministry or agency. All rows or none, some thousand at a time.

An entry's id is made of the list's own number of the line where it has one, else of all that the line says: so the same
file again adds nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.asked import campaign_fault
from app.campaigns.queries import CampaignRow, campaign_by_code
from app.core.bulk import REPEATED, Entered, Fault, refuse_faulty, unhurried
from app.core.problems import Text
from app.core.sealing import Digester, KeyRing
from app.identifiers.numbers import InvalidNumber, parse_cooperative_number, parse_nib, parse_nik
from app.listing.contents import Contents
from app.listing.ids import as_id
from app.listing.listed import ListedRow, StoredEntry, lock_campaign, store_listed, stored_entries
from app.listing.schemas import ListingIn
from app.listing.store import relive
from app.questionnaires.masking import masked
from app.questionnaires.texts import TEXTS
from app.regions.queries import REGION_UNKNOWN, live_regions
from app.regions.region_code import is_place, local_date, regency_of
from app.register.claims import StoredDigests, as_stored

CHUNK = 2_000
"""Rows that are read and entered at once."""

_BACK = Text(
    "Entri ini sudah ada di desa atau SLS lain; entri tidak dipindahkan oleh berkas.",
    "This entry is in another village or neighbourhood already; a file moves none.",
)
_DEGREES = Text("Lintang dan bujur ditulis bersama, di dalam jangkauannya.", "Latitude and longitude go together.")
_FAR = {"latitude": 90.0, "longitude": 180.0}

_OWNERS = """
SELECT identity.digest, identity.business_id,
       EXISTS (SELECT shared_number.digest FROM shared_number WHERE shared_number.digest = identity.digest) AS shared
FROM identity WHERE identity.digest = ANY($1)
"""
_TAKEN = "SELECT business_id FROM listing_entry WHERE campaign_id = $1 AND business_id = ANY($2)"


class _Read(NamedTuple):
    """A row with what its numbers are."""

    at: int
    row: ListingIn
    campaign: CampaignRow
    numbers: dict[str, str]


@dataclass(slots=True)
class EnteringFile:
    """What enters a file, chunk by chunk, in one transaction."""

    pg: asyncpg.Connection
    principal: Principal
    ring: KeyRing
    digester: Digester
    now: datetime
    campaigns: dict[str, CampaignRow | None] = field(default_factory=dict)
    seen: set[bytes] = field(default_factory=set)  # ids of this file's entries
    done: dict[str, list[int]] = field(default_factory=dict)  # by campaign, how many are new, changed, unchanged

    async def enter(self, rows: Sequence[ListingIn]) -> Entered:
        """Enter some rows. Idempotent by the ids of entries.

        Raises:
            Faulty: rows break rules; none of them was entered.
        """
        read_, faults = await self._read(rows)
        digests = await as_stored(self.pg, self.digester, [number for each in read_ for number in each.numbers.items()])
        ids = [self._id(each) for each in read_]
        stored = await stored_entries(self.pg, ids)
        async for each, id_ in unhurried(list(zip(read_, ids, strict=True))):
            before = stored.get(id_)
            if id_.bytes in self.seen:
                faults.append(Fault(each.at, "name", "repeated", REPEATED))
            elif before is not None and before.region_code != each.row.region_code:
                faults.append(Fault(each.at, "region_code", "entry_in_another_village", _BACK))
            self.seen.add(id_.bytes)
        refuse_faulty(faults)
        owners = await self._owners(read_, digests)
        made = [self._made(each, id_, digests) async for each, id_ in unhurried(list(zip(read_, ids, strict=True)))]
        return await self._store([self._of(row, owners) for row in made], stored, read_)

    async def note(self, trace_id: str | None) -> None:
        """Note in the trail what was entered in all."""
        names = ("created", "changed", "unchanged")
        subjects = [("campaign", code, dict(zip(names, counts, strict=True))) for code, counts in self.done.items()]
        await trail.record_many(
            self.pg,
            Action.LISTING_ENTERED,
            actor_id=self.principal.account_id,
            subjects=subjects,
            trace_id=trace_id,
        )

    async def _read(self, rows: Sequence[ListingIn]) -> tuple[list[_Read], list[Fault]]:
        for code in {row.campaign for row in rows} - self.campaigns.keys():
            campaign = self.campaigns[code] = await campaign_by_code(self.pg, code)
            if campaign is not None:
                await lock_campaign(self.pg, campaign.id)
        regions = await live_regions(self.pg, {row.region_code for row in rows})
        found, faults = list[_Read](), list[Fault]()
        async for at, row in unhurried(enumerate(rows)):
            campaign = self.campaigns[row.campaign]
            if campaign is None:
                faults.append(campaign_fault(at))
            village = row.region_code in regions and self.principal.territory.contains(row.region_code)
            if not village or not is_place(row.region_code):
                faults.append(Fault(at, "region_code", "region_unknown", REGION_UNKNOWN))
            numbers = dict[str, str]()
            for kind, wrong in self._numbers(row, numbers):
                faults.append(Fault(at, kind, wrong, TEXTS[wrong]))
            faults += _points(at, row)
            if campaign is not None:
                found.append(_Read(at, row, campaign, numbers))
        return found, faults

    def _numbers(self, row: ListingIn, numbers: dict[str, str]) -> list[tuple[str, str]]:
        """Collect the numbers of a row as digits; the kinds and codes of those that are wrong."""
        wrong = []
        for kind in ("nik", "nib", "cooperative_number"):
            said = getattr(row, kind)
            if said is None:
                continue
            try:
                if kind == "nik":
                    numbers[kind] = parse_nik(said, today=self.now.date()).digits
                else:
                    numbers[kind] = (parse_nib if kind == "nib" else parse_cooperative_number)(said)
            except InvalidNumber as exc:
                wrong.append((kind, exc.code))
        return wrong

    def _id(self, each: _Read) -> UUID:
        row, source = each.row, each.row.source or "import"
        said: Any = [row.campaign, "reference", source, row.reference]
        if row.reference is None:
            said = [row.campaign, _content(row)]
        return as_id(self.digester.content(hashlib.sha256(orjson.dumps(said)).digest()))

    def _made(self, each: _Read, id_: UUID, digests: Digester | StoredDigests) -> ListedRow:
        row, numbers = each.row, each.numbers
        digest = {kind: digests.digest(kind, digits) for kind, digits in numbers.items()}
        edition = row.kbli_version or each.campaign.activities.editions[0] if row.kbli else None
        answers = {"legal_name": row.name} | ({"kbli": row.kbli, "kbli_version": edition} if row.kbli else {})
        confirmed: dict[str, Any] = {"address": row.address} if row.address else {}
        if row.owner:
            confirmed |= {"owner": {"name": row.owner}}
        kind = "koperasi" if row.cooperative_number else None
        if kind == "koperasi":
            confirmed.pop("owner", None)
        contents = Contents(row.owner, row.address, numbers, confirmed)
        return ListedRow(
            id=id_,
            regency_code=regency_of(row.region_code),
            campaign_id=each.campaign.id,
            region_code=row.region_code,
            name=row.name,
            kind=kind,
            kbli=row.kbli,
            kbli_version=edition,
            latitude=None if row.latitude is None else float(row.latitude),
            longitude=None if row.longitude is None else float(row.longitude),
            source=f"file:{row.source or 'import'}",
            business_id=None,
            nik_digest=digest.get("nik"),
            nib_digest=digest.get("nib"),
            cooperative_number_digest=digest.get("cooperative_number"),
            nik_masked=masked(numbers["nik"]) if "nik" in numbers else None,
            content_digest=self.digester.content(hashlib.sha256(orjson.dumps(_content(row))).digest()),
            answers=orjson.dumps(answers).decode(),
            sealed=contents.seal(self.ring, id_),
            listed_on=local_date(self.now, row.region_code),
            listed_at=self.now,
        )

    async def _owners(self, rows: Sequence[_Read], digests: Digester | StoredDigests) -> dict[int, dict[bytes, UUID]]:
        """By campaign, the business that each number is of and that has no entry yet. A NIK that several share says
        nothing of one."""
        wanted = {digests.digest(kind, digits): kind for each in rows for kind, digits in each.numbers.items()}
        found = await self.pg.fetch(_OWNERS, list(wanted)) if wanted else []
        owners = {row[0]: row[1] for row in found if not (row[2] and wanted[row[0]] == "nik")}
        free = {}
        for campaign_id in {each.campaign.id for each in rows} if owners else ():
            taken = {row[0] for row in await self.pg.fetch(_TAKEN, campaign_id, list(owners.values()))}
            free[campaign_id] = {digest: id_ for digest, id_ in owners.items() if id_ not in taken}
        return free

    def _of(self, row: ListedRow, owners: dict[int, dict[bytes, UUID]]) -> ListedRow:
        """The row with the business that it is about; each is taken once."""
        known = owners.get(row.campaign_id, {})
        digests = (row.nib_digest, row.cooperative_number_digest, row.nik_digest)
        business_id = next((known[each] for each in digests if each is not None and each in known), None)
        if business_id is None:
            return row
        for digest in [each for each, id_ in known.items() if id_ == business_id]:
            del known[digest]
        return row.but(business_id=business_id)

    async def _store(
        self, rows: Sequence[ListedRow], stored: dict[UUID, StoredEntry], read_: Sequence[_Read]
    ) -> Entered:
        places = [_place_of(row, stored.get(row.id)) for row in rows]
        new, changed, same = ([row for row, at in zip(rows, places, strict=True) if at == one] for one in range(3))
        await store_listed(self.pg, new, changed, self.now)
        about = {stored[row.id].business_id for row in changed} | {row.business_id for row in changed}
        concerned = {id_ for id_ in about if id_ is not None}
        await relive(self.pg, concerned, concerned)
        for each, place in zip(read_, places, strict=True):
            self.done.setdefault(each.campaign.code, [0, 0, 0])[place] += 1
        return Entered(len(new), len(changed), len(same))


def _place_of(row: ListedRow, stored: StoredEntry | None) -> int:
    """0 for an entry that is new, 1 for one that is corrected, 2 for one that stays: also of a person who had it
    erased."""
    if stored is None:
        return 0
    return 2 if stored.erased or stored.content_digest == row.content_digest else 1


def _content(row: ListingIn) -> list[Any]:
    return [getattr(row, name) for name in ListingIn.model_fields if name != "source"]


def _points(at: int, row: ListingIn) -> list[Fault]:
    faults = []
    for name, far in _FAR.items():
        value, other = getattr(row, name), getattr(row, "longitude" if name == "latitude" else "latitude")
        if (value is None and other is not None) or (value is not None and abs(float(value)) > far):
            faults.append(Fault(at, name, "out_of_range", _DEGREES))
    return faults
