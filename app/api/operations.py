"""For operators of the server: alive, ready, metrics."""

from fastapi import Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from app.api.calls import Unauthenticated
from app.api.endpoints import Endpoints
from app.core.problems import Code, Problem

router = Endpoints("operations")


class StatusOut(BaseModel):
    """That the server is fine."""

    status: str = "ok"


class ReadyOut(StatusOut):
    """That the server is fine, and what is not as it should be, without which it is fine as well."""

    primaries: str | None = Field(
        description="The machines of `DATABASE_URL`: `ok`, or `two_primaries` where another one than the primary takes"
        " writes, too; null where it names one machine."
    )

    reader: str | None = Field(
        description="The standby of `KUMKM_READ_DATABASE_URL`: `ok`, or why it is not used: `not_seen`, `writes`,"
        " `silent`, `other_database`, `strayed`, `behind`, or a reason as of the database; null where none is set."
    )


@router.endpoint("GET /healthz", "Alive", unlimited=True)
async def healthz() -> StatusOut:
    """The process answers."""
    return StatusOut()


@router.endpoint("GET /readyz", "Ready", [503], unlimited=True)
async def readyz(call: Unauthenticated) -> ReadyOut:
    """The database answers, its tables are those of this release or of a newer one that this release works with, and it
    takes writes. Otherwise `current.database` names the reason: `unreachable`, `login_refused`, `no_such_database`,
    `starting`, `stopped`, `cut`, `full`, `disk_full`, `out_of_memory`, `read_only`, `not_migrated`, `older_schema`,
    `newer_schema`, `two_primaries` (nobody knows which one is right), `pooled` or `unfit`.
    """
    reason = await call.services.readiness.fault()
    if reason is not None:
        raise Problem(Code.DATABASE_AWAY, retry_after=10, current={"database": reason.code})
    readers, primaries = call.services.readers, call.services.primaries
    return ReadyOut(
        primaries=("two_primaries" if primaries.sees_two else "ok") if primaries.there else None,
        reader=(readers.fault.code if readers.fault else "ok") if readers.there else None,
    )


@router.endpoint("GET /metrics", "Metrics", unlimited=True)
async def metrics(call: Unauthenticated) -> Response:
    """Prometheus metrics, of all workers of the server together."""
    return Response(call.services.metrics.text(), media_type=CONTENT_TYPE_LATEST)
