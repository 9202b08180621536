"""Owners with several businesses, as tablets record them in two campaigns."""

from typing import Any

import httpx
from shapes import Json
from world import OTHER_VILLAGE, VILLAGE, World, batch, item, put

from app.core.clock import SetClock

WARUNG = {"legal_name": "Warung Padang Jaya", "kbli": "56101"}
BENGKEL = {"legal_name": "Bengkel Motor Sumber", "kbli": "45407"}
TAILOR = {"legal_name": "Jahit Rapi", "kbli": "14120", "region": OTHER_VILLAGE}
STRANGER = {"legal_name": "Toko Baut Makmur", "kbli": "47521", "owner": "Hendra Gunawan", "region": OTHER_VILLAGE}
POINTS = {VILLAGE: (-4.1266, 104.1702), OTHER_VILLAGE: (-4.1500, 104.2000)}


def door(number: str, *, owner: str = "Sari Dewi", region: str = VILLAGE, year: str = "2022", **said: Any) -> Json:
    """What a tablet records of a business of an owner; `mark=True`: another business of the owner."""
    if said.pop("mark", False):
        said["other_business_of_owner"] = True
    record = item(nik=number, region=region, captured_at=f"{year}-09-12T09:00:00+07:00", **said)
    record["answers"]["owner"]["name"] = owner
    record["location"] = dict(zip(("latitude", "longitude"), POINTS[region], strict=True))
    return record


class Census:
    """Batches of two campaigns, and what the receipts say."""

    def __init__(self, client: httpx.AsyncClient, world: World, clock: SetClock) -> None:
        self.client, self.world, self.clock = client, world, clock

    async def send(self, *items: Json, who: str = "enumerator.1", year: str = "2022") -> list[Json]:
        self.clock.moment = self.clock.moment.replace(year=int(year))
        body = batch(*items, campaign=f"pl-kumkm-{year}", sent_at=f"{year}-09-12T12:00:00+07:00")
        answer = await put(self.client, self.world, who, body)
        assert answer.status_code == 201, answer.text
        return answer.json()["items"]


def of(lines: list[Json]) -> list[str]:
    return [line["outcome"] for line in lines]
