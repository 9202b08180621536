"""The handshake: what a tablet asks before it goes out, so that it can work for weeks without another answer."""

from datetime import datetime

import asyncpg

from app.accounts.permissions import Principal
from app.campaigns.queries import open_campaigns
from app.questionnaires.catalogue import CATALOGUE
from app.regions.region_code import local_date
from app.sync.schemas import (
    AssignedRegionOut,
    AssignmentOut,
    DeviceOut,
    HandshakeOut,
    LimitsOut,
    OpenCampaign,
    RetryOut,
)
from app.workforce.queries import named_assignments_of

RETRY = RetryOut(first_s=2, factor=2, longest_s=300, jitter="full", honour_retry_after=True, halve_on=[408, 413])
"""How a tablet tries again: waits grow from `first_s`, each a random part of itself, so that a crowd spreads out."""


async def handshake(pg: asyncpg.Connection, principal: Principal, now: datetime, limits: LimitsOut) -> HandshakeOut:
    """What the tablet of an enumerator needs to know at this moment; a revoked one, to hand over what it has."""
    revoked = principal.device_revoked_at is not None
    assignments = [] if revoked else await named_assignments_of(pg, principal.account_id)
    campaigns = [] if revoked else await open_campaigns(pg, local_date(now, principal.territory.region_code))
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
            for campaign in campaigns
        ],
        retry=RETRY,
    )
