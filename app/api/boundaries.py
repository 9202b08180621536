"""Boundaries of regions: a GeoJSON file is loaded whole, or not at all."""

from typing import Annotated, Any

from fastapi import Header, Query
from pydantic import BaseModel, Field

from app.api.calls import Officer
from app.api.endpoints import Endpoints, sent
from app.api.errors import FieldProblem
from app.api.limits import Rate
from app.core.problems import Code, FieldError, Problem, Text
from app.core.text import Line
from app.regions.boundaries import CODE_PROPERTY, Loaded, load_boundaries
from app.regions.boundary_files import MAX_POSITIONS, MAX_POSITIONS_OF_REGION, MAX_REGIONS, Flaw

router = Endpoints("imports")

GEOJSON = "application/geo+json"
_TAKEN = (GEOJSON, "application/json", "application/vnd.geo+json")
_ANOTHER_TYPE = Text(
    f"Isi harus {', '.join(_TAKEN[:-1])}, atau {_TAKEN[-1]}, tanpa kompresi atau dengan gzip atau zstd.",
    f"The body must be {', '.join(_TAKEN[:-1])} or {_TAKEN[-1]}, plain or coded with gzip or zstd.",
)
_SLOW = Text(
    "Berkas ini terlalu lama dihitung. Sederhanakan garis batasnya, atau bagi berkasnya.",
    "The file takes too long to work out. Simplify its boundaries, or split it.",
)
_EXAMPLE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "16.01.14.1003"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[104.16, -4.14], [104.18, -4.14], [104.18, -4.12], [104.16, -4.14]]],
            },
        }
    ],
}
_FILE = sent(
    "A GeoJSON FeatureCollection in degrees (WGS 84). Each feature is a Polygon or MultiPolygon, and one of its"
    " properties is the Kemendagri code of its region."
    f" At most {MAX_REGIONS:,} regions, {MAX_POSITIONS_OF_REGION:,} corners of a region and {MAX_POSITIONS:,} of the"
    " file.",
    {kind: {"schema": {"type": "object"}, "example": _EXAMPLE} for kind in _TAKEN},
)


class Place(BaseModel):
    """Where something lies, in degrees."""

    longitude: float
    latitude: float


class BoundaryFault(FieldProblem):
    """What is wrong with a feature."""

    region_code: str | None = Field(description="The region that it is about, if known.")
    at: Place | None = Field(description="Where on the map, if known.")


class BoundariesReport(BaseModel):
    """What came of a file of boundaries, or would."""

    dry_run: bool
    features: int
    created: int
    changed: int
    unchanged: int
    mended: int = Field(
        description="Boundaries whose lines go round the other way than GeoJSON asks for and were turned, or would be."
    )
    fault_count: int
    faults: list[BoundaryFault] = Field(description="The first thousand; each `pointer` is one into the file.")


@router.endpoint(
    "PUT /v1/regions/boundaries",
    "Load boundaries of regions",
    [415],
    limit=Rate.EXPORT,
    model=BoundariesReport,
    openapi_extra=_FILE,
)
async def put_boundaries(
    call: Officer,
    content_encoding: Annotated[str, Header()] = "",
    code_property: Annotated[
        Line, Query(description="The property of each feature that is its region's code.", max_length=100)
    ] = CODE_PROPERTY,
    *,
    dry_run: Annotated[bool, Query(description="Only report what the file would change.")] = False,
) -> Any:
    """All boundaries of the file, or none. A region that has one gets the new one. With faults, a dry run reports
    them; otherwise the answer is 422 with the same list, without `region_code` and `at`. A list ends after a thousand
    faults; `fault_count` of a dry run counts all.

    Rings that cross themselves or are not closed, holes outside, swapped or other coordinates, unknown and repeated
    regions, regions smaller than a hectare, and regions that lie outside the one above them or on one another are
    faults. Boundaries that were loaded before count as those of the file do, also of other territories. Rings that go
    round the wrong way are turned, heights are left out, corners that differ by rounding become one.
    """
    if call.media_type not in _TAKEN:
        raise Problem(Code.UNSUPPORTED_MEDIA_TYPE, detail=_ANOTHER_TYPE)
    body = await call.body(content_encoding)

    async def apart(function: Any, content: bytes, *args: Any) -> Any:
        said = await call.services.files.call(function, content, *args, refused=Code.UNREADABLE_FILE, slow=_SLOW)
        await call.refuse_if_less()  # a body and its reading may take their time
        return said

    loaded = await load_boundaries(
        call.run,
        apart,
        body,
        territory=call.principal.territory.region_code,
        actor_id=call.principal.account_id,
        code_property=code_property,
        dry_run=dry_run,
        trace_id=call.trace_id,
    )
    if loaded.flaws and not dry_run:
        raise Problem(Code.INVALID_FIELDS, errors=loaded.faults)
    return _report(loaded, dry_run=dry_run, language=call.language)


def _report(loaded: Loaded, *, dry_run: bool, language: str) -> BoundariesReport:
    created, changed, unchanged, _ = loaded.entered
    return BoundariesReport(
        dry_run=dry_run,
        features=loaded.features,
        created=created,
        changed=changed,
        unchanged=unchanged,
        mended=loaded.mended,
        fault_count=len(loaded.flaws),
        faults=[_fault(*each, language) for each in zip(loaded.flaws, loaded.faults, strict=False)],
    )


def _fault(flaw: Flaw, error: FieldError, language: str) -> BoundaryFault:
    at = None if flaw.at is None else Place(longitude=flaw.at[0], latitude=flaw.at[1])
    detail = error.text.in_language(language)
    return BoundaryFault(pointer=error.pointer, code=error.code, detail=detail, region_code=flaw.region, at=at)
