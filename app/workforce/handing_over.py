"""One enumerator replaced by another from a day on."""

from datetime import date
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.asked import campaign_fault
from app.changes.log import publish
from app.core.bulk import REPEATED, Entered, Fault, refuse_faulty
from app.core.problems import Text
from app.workforce.headcount import changing
from app.workforce.schemas import HandoverIn
from app.workforce.staffing import PERSON_UNKNOWN, assignment_news, assignments_of, people_named

# Its list may have been read ahead.
_REMEMBER = """
INSERT INTO former_area (campaign_id, region_code, enumerator_id)
SELECT DISTINCT campaign_id, region_code, enumerator_id FROM assignment
WHERE campaign_id = $1 AND enumerator_id = $2 AND starts_on >= $3 AND region_code >= $4 AND region_code < $5
ON CONFLICT DO NOTHING
"""
_NOTHING = Text("Tidak ada tugas yang dapat diserahkan pada tanggal itu.", "There is nothing to hand over on that day.")


async def hand_over(
    pg: asyncpg.Connection, principal: Principal, handover: HandoverIn, *, trace_id: str | None
) -> Entered:
    """Hand over the work of one enumerator to another: assignments and memberships that run on the day end the day
    before, and the successor gets the same from that day on. Records keep their enumerator. Idempotent: a second time
    there is nothing left to hand over, which is a fault.

    Raises:
        Faulty: one of the two is unknown, or the predecessor has nothing on that day.
    """
    names = {handover.predecessor, handover.successor}
    people = await people_named(pg, principal, names, also_gone={handover.predecessor})
    campaign_id = await pg.fetchval("SELECT id FROM campaign WHERE code = $1", handover.campaign)
    faults = []
    if campaign_id is None:
        faults.append(campaign_fault(0))
    for name in ("predecessor", "successor"):
        found = people.get(getattr(handover, name))
        if found is None or found.role != Role.ENUMERATOR:
            faults.append(Fault(0, name, "account_unknown", PERSON_UNKNOWN))
    if handover.predecessor == handover.successor:
        faults.append(Fault(0, "successor", "repeated", REPEATED))
    refuse_faulty(faults)
    before, after = people[handover.predecessor].id, people[handover.successor].id
    async with changing(pg, campaign_id, enumerators=(before, after)):
        earlier = await assignments_of(pg, campaign_id, (before, after))
        moved = await _move_work(pg, principal, campaign_id, before, after, handover.starts_on)
    later = await assignments_of(pg, campaign_id, (before, after))
    await publish(
        pg,
        [
            *(
                assignment_news(who, handover.campaign, region, first, last)
                for (who, region, first), last in later.items()
                if earlier.get((who, region, first), first) != last
            ),
            *(
                assignment_news(who, handover.campaign, region, first, None, removed=True)
                for who, region, first in earlier.keys() - later.keys()
            ),
        ],
    )
    await trail.record_many(
        pg,
        Action.ASSIGNMENT_HANDED_OVER,
        actor_id=principal.account_id,
        trace_id=trace_id,
        subjects=[("account", str(before), {"successor": str(after), "on": handover.starts_on, "regions": moved})],
    )
    return Entered(created=moved)


async def _move_work(
    pg: asyncpg.Connection, principal: Principal, campaign_id: int, before: UUID, after: UUID, first: date
) -> int:
    """Let one enumerator's assignments and memberships be another's from that day on; how many assignments.

    Raises:
        Faulty: there are none.
    """
    territory = principal.territory
    running = "(ends_on IS NULL OR ends_on >= $3)"
    moved = await pg.fetch(
        "INSERT INTO assignment (campaign_id, enumerator_id, region_code, starts_on, ends_on)"
        " SELECT campaign_id, $4, region_code, greatest(starts_on, $3), ends_on FROM assignment"
        f" WHERE campaign_id = $1 AND enumerator_id = $2 AND {running} AND region_code >= $5 AND region_code < $6"
        " ON CONFLICT (campaign_id, enumerator_id, region_code, starts_on) DO UPDATE SET ends_on = excluded.ends_on"
        " RETURNING region_code",
        campaign_id,
        before,
        first,
        after,
        *territory.span,
    )
    refuse_faulty([] if moved else [Fault(0, "predecessor", "nothing_to_hand_over", _NOTHING)])
    await pg.execute(
        "INSERT INTO team_member (team_id, enumerator_id, starts_on, ends_on, campaign_id, quota)"
        " SELECT team_id, $4, greatest(starts_on, $3), ends_on, campaign_id, quota FROM team_member"
        f" WHERE campaign_id = $1 AND enumerator_id = $2 AND {running}"
        " ON CONFLICT (team_id, enumerator_id, starts_on) DO UPDATE SET ends_on = excluded.ends_on",
        campaign_id,
        before,
        first,
        after,
    )
    # What had not begun by then never was the predecessor's; the rest of it ends the day before.
    inside = "region_code >= $4 AND region_code < $5"
    whose = "campaign_id = $1 AND enumerator_id = $2"
    await pg.execute(_REMEMBER, campaign_id, before, first, *territory.span)
    for table, where, span in (("assignment", inside, territory.span), ("team_member", "true", ())):
        await pg.execute(
            f"DELETE FROM {table} WHERE {whose} AND starts_on >= $3 AND {where}", campaign_id, before, first, *span
        )
        await pg.execute(
            f"UPDATE {table} SET ends_on = $3::date - 1 WHERE {whose} AND {running} AND {where}",
            campaign_id,
            before,
            first,
            *span,
        )
    return len(moved)
