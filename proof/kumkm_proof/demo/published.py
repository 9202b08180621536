"""The cut-offs that the demo's officer published: a week before the meeting, and on its morning.

The note of the second one is about the figure that the press gave beside OKU's counts, which does not follow from them.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from app.accounts.permissions import Principal, Role, Territory
from app.cutoffs.publishing import Publishing, publish
from app.cutoffs.schemas import CutoffIn
from kumkm_proof.demo.census import CAMPAIGN, MORNING, OKU
from kumkm_proof.demo.staff import id_of

OFFICER = "officer.oku"
_NOTE = (
    "Berita tentang rapat 13 September 2022 menyebut 33,66 % di samping 13.495 dari 42.000. Angka itu tidak mengikuti"
    " dari keduanya: 13.495 dari 42.000 adalah 32,13 %. Asal 33,66 % tidak diketahui, maka tidak dipakai di sini."
)


class Release(NamedTuple):
    """A cut-off that is published at a moment, for that day or days before."""

    name: str
    at: datetime
    days_before: int
    note: str | None

    @property
    def asked(self) -> CutoffIn:
        """As the officer asks for it, with an id of its own, so that it is there once."""
        as_of = (self.at - timedelta(self.days_before)).date()
        about = {"campaign": CAMPAIGN.code, "region": OKU.code, "as_of": as_of}
        return CutoffIn(id=id_of(f"cut-off {self.name}"), name=self.name, note=self.note, **about)


RELEASES = (
    Release("Laporan mingguan, 4 September 2022", MORNING - timedelta(8), 1, None),
    Release("Rapat koordinasi 13 September 2022", MORNING, 0, _NOTE),
)


async def publish_all(pg: asyncpg.Connection) -> None:
    """Publish them. Idempotent."""
    territory = Territory(OKU.code)
    officer = Principal(id_of(OFFICER), Role.OFFICER, territory, frozenset(), device_id=None)
    for release in RELEASES:
        async with pg.transaction():
            await publish(pg, Publishing(officer, release.at, None), release.asked)
