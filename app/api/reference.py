"""The meaning of codes: regions, activities, and the questions and choices of the questionnaires."""

from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, Field

from app.api.answers import as_json
from app.api.calls import AnyRole, Reader
from app.api.endpoints import Endpoints
from app.identifiers.kbli_codes import DEFAULT, EDITIONS
from app.kbli.queries import activities
from app.regions.listing import list_regions
from app.regions.schemas import RegionFilters, RegionsFound
from app.sync.reference import questionnaire_schemas

router = Endpoints("reference")


class ActivityLabel(BaseModel):
    """A code of KBLI and what it is called."""

    code: str = Field(description="Two digits are a division, three a group, four a class, five an activity.")
    title: str
    category: str | None = Field(description="The letter of its category, which is another one in the other edition.")


class ActivityLabels(BaseModel):
    """The codes of an edition of KBLI."""

    kbli_version: str
    kbli: list[ActivityLabel]


class LabelsOut(BaseModel):
    """The meaning of the codes in records."""

    kbli_version: str
    kbli: list[ActivityLabel]
    other_kbli: list[ActivityLabels] = Field(
        description="The other editions. The same number is often another activity."
    )
    questionnaires: dict[str, Any] = Field(
        description="By name and version, their JSON Schemas: `x-label-id` and `x-label-en` are the question,"
        " `x-choices` what each word of an `enum` is called."
    )


@router.endpoint("GET /v1/regions", "Regions by name, or below a region", [304, 404], model=RegionsFound)
async def get_regions_by_name(call: AnyRole, filters: Annotated[RegionFilters, Query()]) -> Response:
    """Of the caller's territory: the children of `parent` (by default of the whole territory), by code; or with `q`
    regions of any level whose names contain the words, larger regions first. Each has the names of the regions that
    contain it. With an `ETag`.
    """
    top = call.principal.territory.narrowed_to(filters.parent).region_code
    async with call.snapshot() as pg:
        found = await list_regions(pg, top, filters)
    return as_json(call.request, found.model_dump())


@router.endpoint("GET /v1/reference", "Names of codes", [304], model=LabelsOut)
async def get_labels(call: Reader) -> Response:
    """Activities and questionnaires in one piece, with an `ETag`: it changes with a release or a newer list."""
    async with call.snapshot() as pg:
        lists = {edition: [each._asdict() for each in await activities(pg, edition)] for edition in EDITIONS}
    said: dict[str, Any] = {
        "kbli_version": DEFAULT,
        "kbli": lists.pop(DEFAULT),
        "other_kbli": [{"kbli_version": edition, "kbli": kbli} for edition, kbli in lists.items()],
        "questionnaires": questionnaire_schemas(),
    }
    return as_json(call.request, said)
