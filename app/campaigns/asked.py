"""The requested campaign, and the one answer if there is no such campaign."""

from datetime import date

import asyncpg

from app.campaigns.queries import CampaignRow, campaign_by_code, current_campaign
from app.core.bulk import Fault
from app.core.problems import Code, FieldError, Problem

_CODE = Code.UNKNOWN_CAMPAIGN


async def campaign_asked(pg: asyncpg.Connection, code: str, pointer: str = "/query/campaign") -> CampaignRow:
    """The campaign that a query names, or a body: `pointer` says where.

    Raises:
        Problem: `unknown_campaign`.
    """
    found = await campaign_by_code(pg, code)
    if found is None:
        raise unknown_campaign(pointer)
    return found


async def campaign_id_asked(pg: asyncpg.Connection, code: str | None) -> int | None:
    """The id of the campaign that a query names; None where it names none: then it is about all.

    Raises:
        Problem: `unknown_campaign`.
    """
    return None if code is None else (await campaign_asked(pg, code)).id


async def campaign_or_current(
    pg: asyncpg.Connection, code: str | None, today: date, pointer: str = "/query/campaign"
) -> CampaignRow:
    """The campaign that a query names, or a body: `pointer` says where; the current one where it names none.

    Raises:
        Problem: `unknown_campaign`; `not_found` where none is named and there is no campaign at all.
    """
    if code is not None:
        return await campaign_asked(pg, code, pointer)
    found = await current_campaign(pg, today)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found


def unknown_campaign(pointer: str) -> Problem:
    """The answer to a request that names no campaign of ours there."""
    return Problem(_CODE, errors=(FieldError(pointer, _CODE.code, _CODE.value.detail),))


def campaign_fault(row: int) -> Fault:
    """The same in one row of a file."""
    return Fault(row, "campaign", _CODE.code, _CODE.value.detail)
