"""Reference data for a tablet's forms: its regions, KBLI and the questionnaires, in one document."""

from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from app.kbli.loading import KBLI_VERSION
from app.kbli.queries import activities
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.schema import json_schema
from app.regions.region_code import NATION

_VILLAGES = """
WITH regency AS (
    SELECT DISTINCT CASE region_code WHEN $2 THEN '' ELSE left(region_code, 5) END COLLATE "C" AS code
    FROM assignment WHERE enumerator_id = $1
)
SELECT DISTINCT region.code, name, level FROM regency
JOIN region ON region.code >= regency.code
           AND region.code < CASE regency.code WHEN '' THEN '~' ELSE regency.code || '/' END
WHERE retired_on IS NULL AND region.code <> $2 ORDER BY region.code
"""


class ReferenceRegion(BaseModel):
    """A region."""

    code: str = Field(description="Kemendagri code, dotted.")
    name: str
    level: str


class KbliCode(BaseModel):
    """A five-digit activity."""

    code: str
    title: str


class ReferenceOut(BaseModel):
    """Everything that a tablet needs to ask and to check offline."""

    regions: list[ReferenceRegion] = Field(description="The regencies of the assignments with all below them.")
    provinces: list[str] = Field(description="All provinces' codes; a NIK begins with one.")
    kbli_version: str
    kbli: list[KbliCode]
    questionnaires: dict[str, Any] = Field(description="By name and version, their JSON Schemas (draft 2020-12).")


async def reference_for(pg: asyncpg.Connection, enumerator_id: UUID) -> ReferenceOut:
    """What the tablet of an enumerator needs, by its assignments."""
    regions = await pg.fetch(_VILLAGES, enumerator_id, NATION)
    provinces = await pg.fetch("SELECT code FROM region WHERE level = 'province' ORDER BY code")
    kbli = await activities(pg, digits=5)
    return ReferenceOut(
        regions=[ReferenceRegion(code=code, name=name, level=level) for code, name, level in regions],
        provinces=[row[0] for row in provinces],
        kbli_version=KBLI_VERSION,
        kbli=[KbliCode(code=code, title=title) for code, title in kbli],
        questionnaires=questionnaire_schemas(),
    )


@cache
def questionnaire_schemas() -> dict[str, Any]:
    """The JSON Schemas of all questionnaires, by name and version."""
    return {name: json_schema(questionnaire) for name, questionnaire in CATALOGUE.items()}
