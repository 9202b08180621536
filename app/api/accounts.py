"""Accounts: who may sign in, made and closed by those who look after a region; and the tablets enrolled for them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path, Query

from app.accounts import administration, devices
from app.accounts.administration import Filter
from app.accounts.permissions import Role
from app.accounts.schemas import (
    AccountChange,
    AccountIn,
    AccountOut,
    AccountsOut,
    Credentials,
    DeviceListed,
    DevicesOut,
    NewAccountOut,
    Reason,
    TabletPermitted,
)
from app.api.deps import Officer, ServicesDep, Staff, Supervisor, TraceId, limited, problems
from app.api.faults import told_of_row
from app.api.limits import Asked
from app.api.pages import PageDep, Pager
from app.core.bulk import Line
from app.regions.region_code import NATION, local_date
from app.workforce.reach import reach_of

Done = TypeVar("Done")
router = APIRouter(prefix="/v1", tags=["accounts"])

_READ = problems(400, 401, 403, 404, 422, 429, 503)
_WRITE = problems(400, 401, 403, 404, 409, 413, 422, 429, 503)
_LIST, _CHANGE = [limited(Asked.LIST)], [limited(Asked.CHANGE)]
AccountId = Annotated[UUID, Path(description="The account's id.")]
DeviceId = Annotated[UUID, Path(description="The server's id of the tablet.")]


@router.get("/accounts", summary="Accounts of the territory", dependencies=_LIST, responses=_READ)
async def get_accounts(
    principal: Officer,
    held: ServicesDep,
    asked: PageDep,
    role: Role | None = None,
    region: Annotated[str | None, Query(description="Kemendagri code.", max_length=20)] = None,
    username: Annotated[Line | None, Query(max_length=60)] = None,
    *,
    active: bool | None = None,
) -> AccountsOut:
    """Accounts by id, closed ones included unless asked otherwise."""
    pager = Pager(held.settings, principal, asked, "accounts", role, region, username, active)
    after = pager.after_id
    async with held.database.snapshot() as pg:
        rows = await administration.list_accounts(
            pg, principal, Filter(role, region, active, username), limit=pager.limit, after=after
        )
    return AccountsOut(**pager.page(rows, lambda row: row.id.bytes))


@router.post(
    "/accounts",
    summary="Make an account",
    status_code=201,
    dependencies=_CHANGE,
    responses=_WRITE,
    response_model_exclude_none=False,
)
async def post_account(principal: Officer, held: ServicesDep, trace_id: TraceId, row: AccountIn) -> NewAccountOut:
    """An officer makes enumerators and coordinators inside its region, an admin everybody.

    The answer tells an activation code (a person) or a secret (a system), once.
    """
    with told_of_row():
        made = await held.database.run(lambda pg: administration.create_account(pg, principal, row, trace_id=trace_id))
    return NewAccountOut(**made.account.model_dump(), **made.credentials.model_dump())


@router.get("/accounts/{account_id}", summary="One account", dependencies=_LIST, responses=_READ)
async def get_account(account_id: AccountId, principal: Officer, held: ServicesDep) -> AccountOut:
    """An account of the territory."""
    async with held.database.snapshot() as pg:
        return await administration.account_within(pg, principal, account_id)


@router.patch("/accounts/{account_id}", summary="Change an account", dependencies=_CHANGE, responses=_WRITE)
async def patch_account(
    account_id: AccountId, principal: Officer, held: ServicesDep, trace_id: TraceId, change: AccountChange
) -> AccountOut:
    """Name, region, scopes, or how many tablets; user name and role never change."""
    with told_of_row():
        return await held.database.run(
            lambda pg: administration.change_account(pg, principal, account_id, change, trace_id=trace_id)
        )


@router.post("/accounts/{account_id}/deactivate", summary="Close an account", dependencies=_CHANGE, responses=_WRITE)
async def deactivate(account_id: AccountId, principal: Officer, held: ServicesDep, trace_id: TraceId) -> AccountOut:
    """Everything is refused at once, and every session is over. Its records stay its own."""
    return await held.database.run(lambda pg: administration.deactivate(pg, principal, account_id, trace_id=trace_id))


@router.post(
    "/accounts/{account_id}/reactivate", summary="Open an account again", dependencies=_CHANGE, responses=_WRITE
)
async def reactivate(account_id: AccountId, principal: Officer, held: ServicesDep, trace_id: TraceId) -> AccountOut:
    """The password is the one before."""
    return await held.database.run(lambda pg: administration.reactivate(pg, principal, account_id, trace_id=trace_id))


@router.post(
    "/accounts/{account_id}/credentials", summary="Reset a password or secret", dependencies=_CHANGE, responses=_WRITE
)
async def reset_credentials(
    account_id: AccountId, principal: Officer, held: ServicesDep, trace_id: TraceId
) -> Credentials:
    """Ends every session. A person sets a new password with the code (`POST /v1/auth/password`)."""
    return await held.database.run(
        lambda pg: administration.reset_credentials(pg, principal, account_id, trace_id=trace_id)
    )


@router.post(
    "/accounts/{account_id}/next-tablet",
    summary="Allow an enumerator one more tablet",
    tags=["devices"],
    dependencies=_CHANGE,
    responses=_WRITE,
)
async def permit_tablet(
    account_id: AccountId, principal: Supervisor, held: ServicesDep, trace_id: TraceId, told: Reason
) -> TabletPermitted:
    """Once and within a week, for one whose tablet is broken but may still hand over what it has. Where it is lost,
    revoke it instead: that makes room for another, too.
    """
    until = await _within_reach(held, principal, account_id, devices.permit, told.reason, trace_id=trace_id)
    return TabletPermitted(account_id=account_id, until=until)


@router.get("/devices", summary="Tablets", tags=["devices"], dependencies=_LIST, responses=_READ)
async def get_devices(
    principal: Staff, held: ServicesDep, asked: PageDep, *, revoked: bool | None = None
) -> DevicesOut:
    """An enumerator's own tablets, a coordinator's team's, or those of a territory: last seen, version, unsent."""
    pager = Pager(held.settings, principal, asked, "devices", revoked)
    after = pager.after_id
    async with held.database.snapshot() as pg:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        rows = await devices.list_devices(
            pg, reach.territory, reach.only, revoked=revoked, limit=pager.limit, after=after
        )
    return DevicesOut(**pager.page(rows, lambda row: row.id.bytes))


@router.post(
    "/devices/{device_id}/revoke",
    summary="Revoke a lost tablet",
    tags=["devices"],
    dependencies=_CHANGE,
    responses=_WRITE,
)
async def revoke_device(
    device_id: DeviceId, principal: Supervisor, held: ServicesDep, trace_id: TraceId, told: Reason
) -> DeviceListed:
    """It reads nothing more from this moment on. What it hands over in the next two weeks is held for a supervisor."""
    return await _within_reach(held, principal, device_id, devices.revoke, told.reason, trace_id=trace_id)


@router.post(
    "/devices/{device_id}/restore",
    summary="Take a revocation back",
    tags=["devices"],
    dependencies=_CHANGE,
    responses=_WRITE,
)
async def restore_device(
    device_id: DeviceId, principal: Supervisor, held: ServicesDep, trace_id: TraceId
) -> DeviceListed:
    """For a tablet that was found. What it sent meanwhile stays held until somebody decides."""
    return await _within_reach(held, principal, device_id, devices.restore, trace_id=trace_id)


async def _within_reach(
    held: ServicesDep, principal: Supervisor, id_: UUID, act: Callable[..., Awaitable[Done]], *said: str, trace_id: str
) -> Done:
    """Act on an account or a tablet whose work the principal may see."""

    async def work(pg: asyncpg.Connection) -> Done:
        reach = await reach_of(pg, principal, local_date(held.clock.now(), NATION))
        return await act(pg, principal, reach.only, id_, *said, trace_id=trace_id)

    return await held.database.run(work)
