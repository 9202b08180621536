"""What a resolution changed, so that it can be undone: how rows of the register stood before and after it. Pure.

Ids, digests, masked numbers and counts only, never an answer. Undoing puts everything back as it was, but keeps what
came since: a number that another record added to a business, a campaign that it was entered in. Where a later decision
or revision rests on what is to be undone, it cannot be: that is to be decided first.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.register.deduplication import Business, CountedAs, Ledger, Owner, Record
from app.register.resolution import merge

Image = dict[str, Any]


class BuiltUpon(Exception):
    """Something rests on what is to be undone."""


def images(ledger: Ledger) -> dict[str, dict[str, Image]]:
    """How everything in the ledger stands."""
    return {
        "businesses": {str(each.id): _of_business(each) for each in ledger.businesses.values()},
        "owners": {digest.hex(): _of_owner(owner) for digest, owner in ledger.owners.items()},
        "records": {str(id_): _of_record(record) for id_, record in ledger.records.items()},
    }


def journal_of(before: Mapping[str, Mapping[str, Image]], after: Mapping[str, Mapping[str, Image]]) -> dict[str, Any]:
    """What differs, as JSON: `{"records": {id: {"before": …, "after": …}}, …}`, null where there was nothing."""
    return {
        room: {
            key: {"before": before[room].get(key), "after": after[room].get(key)}
            for key in sorted({*before[room], *after[room]})
            if before[room].get(key) != after[room].get(key)
        }
        for room in ("businesses", "owners", "records")
    }


def undo(ledger: Ledger, journal: Mapping[str, Any], heir: UUID | None) -> None:
    """Put the ledger back. `heir`: the business that takes what a business had that is no more.

    Raises:
        BuiltUpon: see there.
    """
    if not journal:
        raise BuiltUpon
    _refuse_built_upon(ledger, journal)
    for key, step in journal["records"].items():
        record, was = ledger.records[UUID(key)], step["before"]
        record.counted_as = CountedAs(was["counted_as"])
        record.counted_revision = was["counted_revision"]
        record.business_id = _id(was["business_id"])
    for key, step in journal["owners"].items():
        digest, was = bytes.fromhex(key), step["before"]
        if was is None:
            ledger.owners.pop(digest, None)
        else:
            ledger.owners[digest] = Owner(UUID(was["business_id"]), UUID(was["record_id"]), was["matched"])
    for key, step in journal["businesses"].items():
        business = ledger.businesses[UUID(key)]
        was = step["before"] or {"numbers": {}, "aliases": [], "campaign_ids": [], "merged_into": None}
        _put_back(business, was, step["after"])
        if step["before"] is None:
            if heir is None:
                raise BuiltUpon
            merge(ledger, business, ledger.businesses[heir])


def touched(journal: Mapping[str, Any]) -> tuple[set[UUID], set[UUID], set[bytes]]:
    """The businesses, records and digests that the journal speaks of."""
    return (
        set(map(UUID, journal.get("businesses", {}))),
        set(map(UUID, journal.get("records", {}))),
        set(map(bytes.fromhex, journal.get("owners", {}))),
    )


def _refuse_built_upon(ledger: Ledger, journal: Mapping[str, Any]) -> None:
    for key, step in journal["records"].items():
        record = ledger.records.get(UUID(key))
        if record is None or _of_record(record) != step["after"]:
            raise BuiltUpon
    for key, step in journal["businesses"].items():
        business, then = ledger.businesses.get(UUID(key)), step["after"]
        if business is None or _id(then["merged_into"]) != business.merged_into:
            raise BuiltUpon
        now = _of_business(business)["numbers"]
        if any(now.get(kind) != digest for kind, digest in then["numbers"].items()):
            raise BuiltUpon
    for key, step in journal["owners"].items():
        owner, then = ledger.owners.get(bytes.fromhex(key)), step["after"]
        if (owner and str(owner.business_id)) != (then and then["business_id"]):
            raise BuiltUpon


def _put_back(business: Business, was: Image, then: Image) -> None:
    """As it was, with what came since."""
    since = {kind: digest for kind, digest in business.numbers.items() if kind not in then["numbers"]}
    business.numbers = {kind: bytes.fromhex(digest) for kind, digest in was["numbers"].items()} | since
    added = business.aliases - set(map(bytes.fromhex, then["aliases"]))
    business.aliases = set(map(bytes.fromhex, was["aliases"])) | added
    entered_since = [id_ for id_ in business.campaign_ids if id_ not in then["campaign_ids"]]
    business.campaign_ids = list(dict.fromkeys((*was["campaign_ids"], *entered_since)))
    business.merged_into = _id(was["merged_into"])


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _of_business(business: Business) -> Image:
    return {
        "numbers": {kind: digest.hex() for kind, digest in sorted(business.numbers.items())},
        "aliases": sorted(digest.hex() for digest in business.aliases),
        "campaign_ids": list(business.campaign_ids),
        "merged_into": business.merged_into and str(business.merged_into),
    }


def _of_owner(owner: Owner) -> Image:
    return {"business_id": str(owner.business_id), "record_id": str(owner.record_id), "matched": owner.matched}


def _of_record(record: Record) -> Image:
    return {
        "revision": record.revision,
        "counted_revision": record.counted_revision,
        "counted_as": record.counted_as.value,
        "business_id": record.business_id and str(record.business_id),
    }
