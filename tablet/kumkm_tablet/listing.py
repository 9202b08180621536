"""The listing on a tablet: the doors that the round begins from, in the enumerator's areas, kept for work without a
signal. A page and its cursor are stored together, so that whatever ends the app, nothing is missing and nothing stays
that is to be forgotten."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kumkm_tablet.network import GONE, NOT_FOUND, Network, Refused, has
from kumkm_tablet.outbox import Outbox

PATH = "/v1/sync/listing"
_PAGE = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS listed (
    campaign TEXT NOT NULL, id TEXT NOT NULL, region_code TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (campaign, id)
) STRICT;
"""
_RECORDED = """
SELECT json_extract(content, '$.listing_id'), record_id FROM record
WHERE content IS NOT NULL AND json_extract(content, '$.listing_id') IS NOT NULL ORDER BY revision
"""
_NOT_DONE = frozenset({"open", "open_visits"})


class Door(NamedTuple):
    """A door of the listing; `record_id`: of the record that this tablet made there, where it still has it."""

    campaign: str
    id: str
    region_code: str
    entry: Mapping[str, Any]
    record_id: str | None

    @property
    def done(self) -> bool:
        """Whether nobody has to go there any more, as far as the server has said."""
        return self.entry.get("state") not in _NOT_DONE


@dataclass
class Listing:
    """That of one enumerator."""

    network: Network
    outbox: Outbox

    def __post_init__(self) -> None:
        self.outbox.prepare(_SCHEMA)

    def doors(self) -> Iterator[Door]:
        """All of them, by village and name."""
        recorded = dict(self.outbox.rows_of(_RECORDED))
        rows = self.outbox.rows_of("SELECT campaign, id, region_code, content FROM listed ORDER BY region_code, id")
        doors = [
            Door(campaign, id_, region_code, json.loads(content), recorded.get(id_))
            for campaign, id_, region_code, content in rows
        ]
        yield from sorted(doors, key=lambda door: (door.region_code, str(door.entry.get("name", ""))))

    def door(self, id_: str) -> Door | None:
        """The door of that id."""
        return next((each for each in self.doors() if each.id == id_), None)

    async def sync(self, shaken: Mapping[str, Any]) -> None:
        """Read what changed in the listing of each campaign.

        Raises:
            Refused: the account may not read. Offline, SignInNeeded: what came is kept, the next sync goes on.
        """
        for campaign in shaken.get("campaigns", ()):
            if campaign.get("assignments") or self.outbox.get(_at(campaign["code"])):
                await self._read(campaign["code"])

    async def _read(self, campaign: str) -> None:
        more = True
        while more:
            cursor = self.outbox.get(_at(campaign))
            params = {"campaign": campaign, "limit": _PAGE, **({"cursor": cursor} if cursor else {})}
            try:
                answer = await self.network.send(
                    "GET", PATH, params=params, accept=has("items", "forget", "next_cursor", "more")
                )
            except Refused as exc:
                if exc.status == NOT_FOUND:
                    return  # a server of an earlier release
                if exc.status != GONE:
                    raise
                self._forget_all(campaign)
                continue
            page = answer.json()
            self._keep(campaign, page)
            more = page["more"]

    def _keep(self, campaign: str, page: Mapping[str, Any]) -> None:
        """A page and its cursor, all of it or nothing."""
        with self.outbox.transaction():
            for area in page["forget"]:
                everything = area == "ID"
                self.outbox.change(
                    "DELETE FROM listed WHERE campaign = ? AND (? OR region_code = ? OR region_code LIKE ?)",
                    campaign,
                    everything,
                    area,
                    f"{area}.%",
                )
            for entry in page["items"]:
                self.outbox.change(
                    "INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?)",
                    campaign,
                    entry["listing_id"],
                    entry["region_code"],
                    json.dumps(entry),
                )
            self.outbox.set(_at(campaign), page["next_cursor"])

    def _forget_all(self, campaign: str) -> None:
        """After a restore of the server: the listing is read again from the start."""
        with self.outbox.transaction():
            self.outbox.change("DELETE FROM listed WHERE campaign = ?", campaign)
            self.outbox.set(_at(campaign), None)


def _at(campaign: str) -> str:
    """Where the cursor is kept."""
    return f"listing cursor {campaign}"
