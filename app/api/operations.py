"""What those who run the server ask it: alive, ready, metrics."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from app.api.deps import ServicesDep, problems
from app.core.migrations import at_head
from app.core.problems import Code, Problem

router = APIRouter(tags=["operations"])


class StatusOut(BaseModel):
    """That the server is fine."""

    status: str = "ok"


@router.get("/healthz", summary="Alive")
async def healthz() -> StatusOut:
    """The process answers."""
    return StatusOut()


@router.get("/readyz", summary="Ready", responses=problems(503))
async def readyz(held: ServicesDep) -> StatusOut:
    """The database answers and its migrations are at head."""
    async with held.database.snapshot() as pg:
        if not await at_head(pg):
            raise Problem(Code.OVERLOADED, retry_after=10)
    return StatusOut()


@router.get("/metrics", summary="Metrics", response_class=Response)
async def metrics(held: ServicesDep) -> Response:
    """Prometheus metrics, of all workers of the server together."""
    return Response(held.metrics.text(), media_type=CONTENT_TYPE_LATEST)
