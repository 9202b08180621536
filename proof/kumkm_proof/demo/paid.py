"""What the demo's enumerators were paid: a rule, and the statements of August and of September so far.

Rp20.000 per record is what the programme of 2022 paid; the number of the decree is an example, and says so.
"""

from datetime import date

import asyncpg

from app.accounts.permissions import Principal, Role, Territory
from app.campaigns.queries import campaign_by_code
from app.honour.running import Making, make_statements
from app.honour.schemas import HonourRuleIn, HonourRunIn
from app.honour.setting import set_rules
from kumkm_proof.demo.census import CAMPAIGN, OKU
from kumkm_proof.demo.published import OFFICER, RELEASES
from kumkm_proof.demo.staff import id_of

RATE = 20_000
DECREE = "000/CONTOH/KUMKM/2022"
_MONTHS = (date(2022, 8, 1), date(2022, 9, 1))


async def pay_all(pg: asyncpg.Connection) -> None:
    """Set the rule and make the statements. Idempotent."""
    campaign = await campaign_by_code(pg, CAMPAIGN.code)
    assert campaign is not None  # noqa: S101  (it was made before)
    rule = HonourRuleIn(valid_from=campaign.starts_on.replace(day=1), rate=RATE, decree=DECREE)
    officer = Principal(id_of(OFFICER), Role.OFFICER, Territory(OKU.code), frozenset(), device_id=None)
    async with pg.transaction():
        await set_rules(pg, campaign, [rule], actor_id=id_of("admin"), now=RELEASES[0].at, trace_id=None)
    for month, release in zip(_MONTHS, RELEASES, strict=True):
        cutoff = release.asked.id
        assert cutoff is not None  # noqa: S101  (releases have ids of their own)
        async with pg.transaction():
            await make_statements(
                pg, Making(officer, release.at, None), HonourRunIn(region=OKU.code, month=month, cutoff=cutoff)
            )
