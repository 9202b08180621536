"""Accounts of people and systems, which supervisors create and close; and the tablets that are enrolled for them."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from app.accounts import administration, devices
from app.accounts.schemas import (
    AccountChange,
    AccountFilters,
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
from app.api.calls import Officer, Staff, Supervisor
from app.api.endpoints import Endpoints
from app.api.faults import told_of_row
from app.api.pages import Page

router = Endpoints("accounts")

AccountId = Annotated[UUID, Path(description="The account's id.")]
DeviceId = Annotated[UUID, Path(description="The server's id of the tablet.")]
_DEVICES = ["devices"]


@router.endpoint("GET /v1/accounts", "Accounts of the territory", [404])
async def get_accounts(call: Officer, wanted: Annotated[AccountFilters, Query()], page: Page) -> AccountsOut:
    """Accounts by id, closed ones included unless asked otherwise."""
    pager = call.pager(page, "accounts", wanted)
    after = pager.after_id
    async with call.snapshot() as pg:
        rows = await administration.list_accounts(pg, call.principal, wanted, limit=pager.limit, after=after)
    return AccountsOut(**pager.page(rows, lambda row: row.id.bytes))


@router.endpoint("POST /v1/accounts", "Make an account", [404, 409], status=201)
async def post_account(call: Officer, row: AccountIn) -> NewAccountOut:
    """An officer creates enumerators and coordinators in the officer's region, an admin accounts of every role. The
    answer contains an activation code (for a person) or a secret (for a system), which is shown only once. Idempotent
    by user name: sent again it is 409 `already_exists`, and nothing is made. If the answer was lost, have
    `POST /v1/accounts/{account_id}/credentials` make another code or secret.
    """
    with told_of_row():
        made = await call.run(lambda pg: administration.create_account(pg, call.principal, row, trace_id=call.trace_id))
    return NewAccountOut(**made.account.model_dump(), **made.credentials.model_dump())


@router.endpoint("GET /v1/accounts/{account_id}", "One account", [400, 404])
async def get_account(call: Officer, account_id: AccountId) -> AccountOut:
    """An account of the territory."""
    async with call.snapshot() as pg:
        return await administration.account_within(pg, call.principal, account_id)


@router.endpoint("PATCH /v1/accounts/{account_id}", "Change an account", [404, 409])
async def patch_account(call: Officer, account_id: AccountId, change: AccountChange) -> AccountOut:
    """Name, region, scopes, or how many tablets; user name and role never change."""
    with told_of_row():
        return await call.run(
            lambda pg: administration.change_account(pg, call.principal, account_id, change, trace_id=call.trace_id)
        )


@router.endpoint("POST /v1/accounts/{account_id}/deactivate", "Close an account", [404, 409])
async def deactivate(call: Officer, account_id: AccountId) -> AccountOut:
    """From now on the account can do nothing, and all its sessions are over. Its records remain the enumerator's."""
    return await call.run(lambda pg: administration.deactivate(pg, call.principal, account_id, trace_id=call.trace_id))


@router.endpoint("POST /v1/accounts/{account_id}/reactivate", "Open an account again", [404, 409])
async def reactivate(call: Officer, account_id: AccountId) -> AccountOut:
    """The password is the same as before."""
    return await call.run(lambda pg: administration.reactivate(pg, call.principal, account_id, trace_id=call.trace_id))


@router.endpoint("POST /v1/accounts/{account_id}/credentials", "Reset a password or secret", [404, 409])
async def reset_credentials(call: Officer, account_id: AccountId) -> Credentials:
    """Ends every session. A person sets a new password with the code (`POST /v1/auth/password`)."""
    return await call.run(
        lambda pg: administration.reset_credentials(pg, call.principal, account_id, trace_id=call.trace_id)
    )


@router.endpoint(
    "POST /v1/accounts/{account_id}/next-tablet", "Allow an enumerator one more tablet", [404, 409], tags=_DEVICES
)
async def permit_tablet(call: Supervisor, account_id: AccountId, body: Reason) -> TabletPermitted:
    """Valid for one tablet and one week. Use it when the old tablet is broken and may still send its records. If the
    tablet is lost, revoke it instead; this also makes room for another one.
    """
    until = await call.run_within_reach(
        lambda pg, reach: devices.permit(
            pg, call.principal, reach.only, account_id, body.reason, trace_id=call.trace_id
        )
    )
    return TabletPermitted(account_id=account_id, until=until)


@router.endpoint("GET /v1/devices", "Tablets", [404], tags=_DEVICES)
async def get_devices(call: Staff, *, revoked: bool | None = None, page: Page) -> DevicesOut:
    """Tablets: when the server last saw each, its app version, and how many records it has not sent. Enumerators get
    their own, coordinators those of their team, others those of their territory."""
    pager = call.pager(page, "devices", revoked)
    after = pager.after_id
    async with call.snapshot() as pg:
        reach = await call.reach(pg)
        rows = await devices.list_devices(
            pg, reach.territory, reach.only, revoked=revoked, limit=pager.limit, after=after
        )
    return DevicesOut(**pager.page(rows, lambda row: row.id.bytes))


@router.endpoint("POST /v1/devices/{device_id}/revoke", "Revoke a lost tablet", [404, 409], tags=_DEVICES)
async def revoke_device(call: Supervisor, device_id: DeviceId, body: Reason) -> DeviceListed:
    """From now on the tablet reads nothing. What it sends in the next two weeks is held for a supervisor."""
    return await call.run_within_reach(
        lambda pg, reach: devices.revoke(pg, call.principal, reach.only, device_id, body.reason, trace_id=call.trace_id)
    )


@router.endpoint("POST /v1/devices/{device_id}/restore", "Restore a revoked tablet", [404, 409], tags=_DEVICES)
async def restore_device(call: Supervisor, device_id: DeviceId) -> DeviceListed:
    """For a tablet that was found again. What it sent meanwhile stays held until a supervisor decides."""
    return await call.run_within_reach(
        lambda pg, reach: devices.restore(pg, call.principal, reach.only, device_id, trace_id=call.trace_id)
    )
