"""How every connection to PostgreSQL is made.

Several machines of an address are asked one after another, first the one that answered last. A silent one does not use
up the time of the others.
"""

import os
import socket
from contextlib import closing
from functools import partial
from typing import Any, cast

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.core.database_address import SEVERAL, Place, asked_of, places_of
from app.core.outages import Outage, PoolerError, why_not_connected

_SILENT_S = 15  # after which an unanswered connection is given up: its machine may be off
_ELSEWHERE = (Outage.UNREACHABLE, Outage.STARTING, Outage.STOPPED, Outage.FULL, Outage.READ_ONLY)
"""Where another machine may do better."""

_STANDBY = "standby"
_answered: dict[tuple[tuple[Place, ...], str], Place] = {}
_passed_over: dict[tuple[Place, ...], Place] = {}


def engine_of(url: str, *, connect_args: dict[str, Any] | None = None, reads: bool = False, **how: Any) -> AsyncEngine:
    """SQLAlchemy's engine, whose connections are made by `connect`."""
    making = {**(connect_args or {}), "async_creator_fn": partial(connect, url, reads=reads)}
    return create_async_engine("postgresql+asyncpg://", connect_args=making, **how)


async def connect(  # asyncpg's words
    url: str,
    *,
    timeout: float = 10,  # noqa: ASYNC109  (likewise)
    reads: bool = False,
    **how: Any,
) -> asyncpg.Connection:
    """A connection to the machine of this address that does what the address asks; of several, to one that writes, or
    with `reads` to a standby.

    `timeout` is in seconds, for all machines together.

    Raises:
        PoolerError: a pooler answers.
        asyncpg.TargetServerAttributeNotMatched: the machines that answer only read, or with `reads`, only write.
        asyncpg.PostgresError, asyncpg.InterfaceError, OSError: as asyncpg's.
    """
    places = places_of(url)
    if len(places) < SEVERAL:
        return await _usable(url, timeout=timeout, **how)
    wanted = how["target_session_attrs"] = asked_of(url) or (_STANDBY if reads else "read-write")
    last, unfit = _answered.get((places, wanted)), _passed_over.get(places) if reads else None
    faults: list[Exception] = []
    for place in sorted(places, key=lambda each: (each == unfit, each != last)):
        try:
            made = await _usable(url, host=place.host, port=place.port, timeout=timeout / len(places), **how)
        except (asyncpg.PostgresError, asyncpg.InternalClientError, asyncpg.InterfaceError, OSError) as exc:
            if why_not_connected(exc) not in _ELSEWHERE:
                raise
            faults.append(exc)
        else:
            _answered[places, wanted] = place
            return made
    # A machine that answers says more than one that does not; but that the primary is no standby is nothing new.
    raise min(faults, key=lambda each: isinstance(each, OSError) != reads)


def pass_over(url: str) -> None:
    """Of the machines of this address that are read, the one that answered last is unfit: ask it last from now on."""
    places = places_of(url)
    last = _answered.get((places, asked_of(url) or _STANDBY))
    if last is not None:
        _passed_over[places] = last


async def _usable(url: str, **how: Any) -> asyncpg.Connection:
    try:
        pg: asyncpg.Connection = await asyncpg.connect(url, **how)
    except asyncpg.ProtocolViolationError as exc:
        if "startup parameter" in str(exc):
            raise PoolerError from exc
        raise
    try:
        _give_up_when_silent(pg)
        # A pooler tells a number of its own. In PostgreSQL's simple protocol, which every pooler lets through.
        direct = await pg.execute(f"SELECT WHERE pg_backend_pid() = {pg.get_server_pid()}") == "SELECT 1"
    except BaseException:
        pg.terminate()
        raise
    if direct:
        return pg
    pg.terminate()
    raise PoolerError


def _give_up_when_silent(pg: asyncpg.Connection) -> None:
    """A machine that lost its power ends no connection: without this, requests wait for it for a quarter of an hour."""
    transport = cast("Any", pg)._transport  # noqa: SLF001  (asyncpg has no other way to its socket)
    with closing(socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno()))) as line:
        if line.family == socket.AF_UNIX:
            return
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (
            ("TCP_KEEPIDLE", _SILENT_S // 3),
            ("TCP_KEEPINTVL", _SILENT_S // 3),
            ("TCP_KEEPCNT", 2),
            ("TCP_USER_TIMEOUT", _SILENT_S * 1000),
        ):
            if hasattr(socket, option):  # not on every system
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
