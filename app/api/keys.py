"""Read-only keys for tools that cannot do OAuth."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from app.accounts import api_keys
from app.accounts.schemas import ApiKeyIn, ApiKeysOut, NewApiKeyOut
from app.api.calls import Officer
from app.api.endpoints import Endpoints
from app.api.pages import Page

router = Endpoints("keys")

KeyId = Annotated[UUID, Path(description="The key's id.")]


@router.endpoint("GET /v1/keys", "Read-only keys", [404])
async def get_keys(call: Officer, *, ended: bool = False, page: Page) -> ApiKeysOut:
    """The caller's own, and those that others made for regions of the territory, by id; `ended` shows those that are
    over, too."""
    pager = call.pager(page, "keys", ended)
    after = pager.after_id
    async with call.snapshot() as pg:
        rows = await api_keys.list_keys(pg, call.principal, ended=ended, limit=pager.limit, after=after)
    return ApiKeysOut(**pager.page([row.named() for row in rows], lambda row: row["id"].bytes))


@router.endpoint("POST /v1/keys", "Make a read-only key", [404, 409], status=201)
async def post_key(call: Officer, asked: ApiKeyIn, response: Response) -> NewApiKeyOut:
    """For a tool that reads: within a region of the territory, for some scopes, for a time. The answer shows the key,
    and nothing shows it again. Idempotent by `id`: sent again it is 409 `already_exists`, and no second key is made. If
    the answer was lost, revoke that key (`DELETE /v1/keys/{key_id}`) and make another one. Without `id` each request
    makes one more.
    """
    made, key = await call.run(lambda pg: api_keys.make_key(pg, call.principal, asked, trace_id=call.trace_id))
    response.headers["Cache-Control"] = "no-store"
    return NewApiKeyOut(**made.named(), key=key)


@router.endpoint("DELETE /v1/keys/{key_id}", "Revoke a read-only key", [404], status=204)
async def delete_key(call: Officer, key_id: KeyId) -> Response:
    """At once, in all servers. Idempotent."""
    await call.run(lambda pg: api_keys.revoke_key(pg, call.principal, key_id, trace_id=call.trace_id))
    return Response(status_code=204)
