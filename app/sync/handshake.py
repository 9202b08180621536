"""The handshake: what a tablet needs before it works offline, possibly for weeks."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg
from pydantic import AwareDatetime, BaseModel, Field

from app.accounts.permissions import Principal
from app.campaigns.queries import open_campaigns_question
from app.core.round_trips import ask_together
from app.intake.queries import newest_batch_question
from app.questionnaires.catalogue import CATALOGUE
from app.regions.region_code import local_date
from app.workforce.queries import named_assignments_question

DeviceState = Literal["active", "revoked", "unenrolled"]


class LimitsOut(BaseModel):
    """How much the server takes at once."""

    max_items: int = Field(description="Items of one batch.")
    max_bytes: int = Field(description="Bytes of a body, decoded.")
    max_item_bytes: int = Field(description="Bytes of one item as JSON.")
    max_photo_bytes: int = Field(description="Bytes of one photo.")
    max_photo_part_bytes: int = Field(description="Bytes of one part of a photo.")
    max_photos_begun: int = Field(description="Photos that may be half sent at a time.")


class DeviceOut(BaseModel):
    """The tablet as the server knows it."""

    id: UUID | None = Field(description="The server's id of the tablet; null where the sign-in named none.")
    state: DeviceState = Field(description="Of a `revoked` tablet the items are held for a supervisor.")


class AssignedRegionOut(BaseModel):
    """A region."""

    code: str = Field(description="Kemendagri code, dotted.")
    name: str
    level: str


class AssignmentOut(BaseModel):
    """Where the enumerator works, and all below it."""

    region: AssignedRegionOut
    starts_on: date
    ends_on: date | None = Field(description="Last day, included; null means to the end.")


class OpenCampaign(BaseModel):
    """A campaign that takes batches, with the enumerator's assignments in it."""

    code: str
    name: str
    starts_on: date
    ends_on: date
    accepts_until: date = Field(description="The last day on which records are taken; later ones are held.")
    reinterviews: bool = Field(
        description="Whether some of its records are asked again; if not, `GET /v1/sync/reinterviews` has none of it."
    )
    kbli_versions: list[str] = Field(
        description="Editions of KBLI that it takes. A code without `kbli_version` is of the first one."
    )
    assignments: list[AssignmentOut]


class RetryOut(BaseModel):
    """How to try again after 409, 429, 5xx, or no answer."""

    first_s: float = Field(description="The first wait is a random time up to this many seconds.")
    factor: float = Field(description="By which the longest wait grows each time.")
    longest_s: float = Field(description="No wait is longer, unless `Retry-After` says so.")
    jitter: Literal["full"] = Field(description="Each wait is drawn evenly from zero to its longest.")
    honour_retry_after: bool = Field(description="Never sooner than `Retry-After`.")
    halve_on: list[int] = Field(description="Statuses after which the next batch has half as many items.")


class NewestBatchOut(BaseModel):
    """A batch that the server has."""

    id: UUID
    received_at: AwareDatetime = Field(description="When the server received it.")


class HandshakeOut(BaseModel):
    """What a tablet needs to know before it works offline."""

    server_time: AwareDatetime = Field(description="Shows how far the tablet's clock is off.")
    limits: LimitsOut
    questionnaires: list[str] = Field(description="Names and versions that the server takes.")
    device: DeviceOut
    campaigns: list[OpenCampaign]
    retry: RetryOut
    newest_batch: NewestBatchOut | None = Field(
        description="The last batch of this enumerator from this tablet that the server has; null where it has none. A"
        " tablet that has the receipt of another batch as its last starts over: the server has lost something."
    )


RETRY = RetryOut(first_s=2, factor=2, longest_s=300, jitter="full", honour_retry_after=True, halve_on=[408, 413])
"""How a tablet tries again: waits grow from `first_s`, each a random part of itself, so that a crowd spreads out."""


async def handshake(pg: asyncpg.Connection, principal: Principal, now: datetime, limits: LimitsOut) -> HandshakeOut:
    """What the tablet of an enumerator needs to know at this moment; a revoked one, to hand over what it has."""
    revoked = principal.device_revoked_at is not None
    newest, assignments, campaigns = await ask_together(
        pg,
        newest_batch_question(principal.account_id, principal.device_id),
        named_assignments_question(principal.account_id),
        open_campaigns_question(local_date(now, principal.territory.region_code)),
    )
    return HandshakeOut(
        server_time=now,
        limits=limits,
        questionnaires=list(CATALOGUE),
        device=DeviceOut(id=principal.device_id, state="revoked" if revoked else "active"),
        campaigns=[
            OpenCampaign(
                code=campaign.code,
                name=campaign.name,
                starts_on=campaign.starts_on,
                ends_on=campaign.ends_on,
                accepts_until=campaign.accepts_until,
                reinterviews=asks_again,
                kbli_versions=list(campaign.activities.editions),
                assignments=[
                    AssignmentOut(
                        region=AssignedRegionOut(code=each.code, name=each.name, level=each.level),
                        starts_on=each.starts_on,
                        ends_on=each.ends_on,
                    )
                    for each in assignments
                    if each.campaign_id == campaign.id
                ],
            )
            for campaign, asks_again in ([] if revoked else campaigns)
        ],
        retry=RETRY,
        newest_batch=NewestBatchOut(id=newest.id, received_at=newest.received_at) if newest else None,
    )
