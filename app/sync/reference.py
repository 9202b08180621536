"""Reference data for a tablet's forms: its regions, KBLI and the questionnaires, in one document."""

from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from app.campaigns.queries import open_campaigns_question
from app.core.round_trips import ask_together
from app.identifiers.kbli_codes import DEFAULT, EDITIONS
from app.kbli.queries import activities
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.schema import json_schema
from app.regions.region_code import NATION
from app.workforce.queries import named_assignments_question

_VILLAGES = """
WITH regency AS (
    SELECT DISTINCT CASE region_code WHEN $2 THEN '' ELSE left(region_code, 5) END COLLATE "C" AS code
    FROM assignment WHERE enumerator_id = $1
)
SELECT DISTINCT region.code, name, level, bps_code FROM regency
JOIN region ON region.code >= regency.code
           AND region.code < CASE regency.code WHEN '' THEN '~' ELSE regency.code || '/' END
WHERE retired_on IS NULL AND region.code <> $2 ORDER BY region.code
"""


class ReferenceRegion(BaseModel):
    """A region."""

    code: str = Field(description="Kemendagri code, dotted.")
    name: str
    level: str
    bps_code: str | None = Field(description="BPS's own code, as in its lists and on its maps; null where not known.")


class KbliCode(BaseModel):
    """A five-digit activity."""

    code: str
    title: str
    category: str | None = Field(description="The letter of its category, which is another one in the other edition.")


class KbliList(BaseModel):
    """The activities of an edition of KBLI."""

    kbli_version: str
    kbli: list[KbliCode]


class ReferenceOut(BaseModel):
    """Everything that a tablet needs to ask and to check offline."""

    regions: list[ReferenceRegion] = Field(description="The regencies of the assignments with all below them.")
    provinces: list[str] = Field(description="All provinces' codes; a NIK begins with one.")
    kbli_version: str = Field(
        description="Edition of `kbli`: the first one of the enumerator's campaigns; 2020 where they differ."
    )
    kbli: list[KbliCode]
    other_kbli: list[KbliList] = Field(description="The other editions. The same number is often another activity.")
    questionnaires: dict[str, Any] = Field(description="By name and version, their JSON Schemas (draft 2020-12).")


async def reference_for(pg: asyncpg.Connection, enumerator_id: UUID, today: date) -> ReferenceOut:
    """What the tablet of an enumerator needs, by its assignments. `today`: which campaigns are open."""
    regions = await pg.fetch(_VILLAGES, enumerator_id, NATION)
    provinces = await pg.fetch("SELECT code FROM region WHERE level = 'province' ORDER BY code")
    assigned, campaigns = await ask_together(
        pg, named_assignments_question(enumerator_id), open_campaigns_question(today)
    )
    own = {each.campaign_id for each in assigned}
    open_ones = [each.campaign for each in campaigns if each.campaign.id in own]
    firsts = {each.activities.editions[0] for each in open_ones}
    first = firsts.pop() if len(firsts) == 1 else DEFAULT
    lists = {
        edition: [KbliCode(**each._asdict()) for each in await activities(pg, edition, digits=5)]
        for edition in EDITIONS
    }
    return ReferenceOut(
        regions=[ReferenceRegion(**dict(row)) for row in regions],
        provinces=[row[0] for row in provinces],
        kbli_version=first,
        kbli=lists.pop(first),
        other_kbli=[KbliList(kbli_version=edition, kbli=kbli) for edition, kbli in lists.items()],
        questionnaires=questionnaire_schemas(),
    )


@cache
def questionnaire_schemas() -> dict[str, Any]:
    """The JSON Schemas of all questionnaires, by name and version."""
    return {name: json_schema(questionnaire) for name, questionnaire in CATALOGUE.items()}
