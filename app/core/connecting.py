"""How every connection to PostgreSQL is made.

Several machines of an address are asked at once, or first the one that is the primary as far as is known. A silent one
does not use up the time of the others. If more than one takes writes, the one that was promoted last is the primary.
"""

import asyncio
import os
import socket
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.core.database_address import SEVERAL, Place, asked_of, places_of
from app.core.outages import Outage, PoolerError, TwoPrimariesError, why_not_connected
from app.core.primaries import Standing, newest_of, standing_of

_SILENT_S = 15  # after which an unanswered connection is given up: its machine may be off
_OTHERS_S = 1  # for which one that takes writes waits for others that may do so, too
_ELSEWHERE = (Outage.UNREACHABLE, Outage.STARTING, Outage.STOPPED, Outage.FULL, Outage.READ_ONLY)
"""Where another machine may do better."""

_STANDBY = "standby"
_FAULTS = (asyncpg.PostgresError, asyncpg.InternalClientError, asyncpg.InterfaceError, OSError)
_answered: dict[tuple[tuple[Place, ...], str], Place] = {}
_passed_over: dict[tuple[Place, ...], Place] = {}


class _Answer(NamedTuple):
    """A connection to a machine that takes writes."""

    place: Place
    standing: Standing
    pg: asyncpg.Connection


class _Primary:
    """What this process knows of the primary of an address, and its connections to it."""

    def __init__(self) -> None:
        self.place: Place | None = None
        self.standing: Standing | None = None
        self._open: WeakKeyDictionary[asyncpg.Connection, Standing] = WeakKeyDictionary()

    def is_at(self, place: Place, standing: Standing) -> None:
        """From now on nothing is written elsewhere."""
        self.place, self.standing = place, standing
        self._end(standing)

    def is_unknown(self) -> None:
        """Nothing more is written. Where it was last is remembered: an earlier one is not taken again."""
        self.place = None
        self._end(None)

    def keep(self, answer: _Answer) -> asyncpg.Connection:
        self._open[answer.pg] = answer.standing
        return answer.pg

    def _end(self, but: Standing | None) -> None:
        for pg, standing in list(self._open.items()):
            if standing != but:
                pg.terminate()


_primaries: dict[tuple[Place, ...], _Primary] = {}


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
    how["timeout"] = timeout / len(places)
    if not reads:
        how["target_session_attrs"] = asked_of(url) or "read-write"
        return await _to_primary(url, places, how)
    wanted = how["target_session_attrs"] = asked_of(url) or _STANDBY
    last, unfit = _answered.get((places, wanted)), _passed_over.get(places)
    faults: list[Exception] = []
    for place in sorted(places, key=lambda each: (each == unfit, each != last)):
        try:
            made = await _usable(url, host=place.host, port=place.port, **how)
        except _FAULTS as exc:
            if why_not_connected(exc) not in _ELSEWHERE:
                raise
            faults.append(exc)
        else:
            _answered[places, wanted] = place
            return made
    # That the primary is no standby is nothing new.
    raise min(faults, key=lambda each: not isinstance(each, OSError))


async def _to_primary(url: str, places: Sequence[Place], how: dict[str, Any]) -> asyncpg.Connection:
    primary = _primary_of(url)
    if primary.place is not None:
        try:
            answer = await _asked(url, primary.place, how)
        except _FAULTS as exc:
            if why_not_connected(exc) not in _ELSEWHERE:
                raise
        else:
            if answer.standing == primary.standing:
                return primary.keep(answer)
            answer.pg.terminate()
    answers, faults = await _ask_all(url, places, how)
    kept: _Answer | None = None
    try:
        if not answers:
            raise min(faults, key=_says_little)
        newest = newest_of([each.standing for each in answers], primary.standing)
        kept = next(each for each in answers if each.standing == newest)
    finally:
        for each in answers:
            if each is not kept:
                each.pg.terminate()
    primary.is_at(kept.place, kept.standing)
    return primary.keep(kept)


def _says_little(fault: Exception) -> tuple[bool, bool]:
    """A machine that answers says more than one that does not, and most where no other one could do better."""
    return why_not_connected(fault) in _ELSEWHERE, isinstance(fault, OSError)


async def look_around(url: str, timeout: float) -> tuple[int, bool]:  # noqa: ASYNC109  (asyncpg's word)
    """Ask all machines of an address for writers at once, each for `timeout` seconds, and let what follows from it hold
    for this process: from now on it writes to the one that was promoted last, or to none.

    Gives how many take writes, each counted once, and whether one of them is not the primary.
    """
    primary = _primary_of(url)
    how = {"timeout": timeout, "target_session_attrs": asked_of(url) or "read-write"}
    answers, _ = await _ask_all(url, places_of(url), how, patience_s=timeout)
    for each in answers:
        each.pg.terminate()
    writing = {each.standing for each in answers}
    if not writing:
        return 0, False
    newest = max(writing, key=lambda each: each.timeline)
    if primary.standing is not None and newest.is_before(primary.standing):
        return len(writing), True  # the primary may only take no more connections: those that are there hold
    try:
        newest = newest_of(writing)
    except TwoPrimariesError:
        primary.is_unknown()
    else:
        primary.is_at(next(each.place for each in answers if each.standing == newest), newest)
    return len(writing), len(writing) > 1


def _primary_of(url: str) -> _Primary:
    return _primaries.setdefault(places_of(url), _Primary())


async def _ask_all(
    url: str, places: Sequence[Place], how: dict[str, Any], patience_s: float = _OTHERS_S
) -> tuple[list[_Answer], list[Exception]]:
    """The machines that take writes, and why each of the others cannot be used. Once one takes writes, the others have
    `patience_s` seconds to say that they do, too."""
    asked = [asyncio.create_task(_asked(url, place, how)) for place in places]
    until: float | None = None
    pending = set(asked)
    complete = False
    try:
        while pending:
            left = None if until is None else max(0, until - asyncio.get_running_loop().time())
            done, pending = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                break
            if until is None and any(each.exception() is None for each in done):
                until = asyncio.get_running_loop().time() + patience_s
        complete = True
    finally:
        for each in pending:
            each.cancel()
        ended = await asyncio.gather(*asked, return_exceptions=True)
        answers = [each for each in ended if isinstance(each, _Answer)]
        if not complete:
            for answer in answers:
                answer.pg.terminate()
    faults = [each for each in ended if isinstance(each, Exception)]
    strange = [each for each in faults if not isinstance(each, _FAULTS)]
    if strange:
        for answer in answers:
            answer.pg.terminate()
        raise strange[0]
    return answers, faults


async def _asked(url: str, place: Place, how: dict[str, Any]) -> _Answer:
    """Of one machine: a connection, and how it stands to the others."""
    async with asyncio.timeout(how["timeout"]):
        pg = await _usable(url, host=place.host, port=place.port, **how)
        try:
            return _Answer(place, await standing_of(pg), pg)
        except asyncpg.ObjectNotInPrerequisiteStateError as exc:
            pg.terminate()
            raise asyncpg.TargetServerAttributeNotMatched("it became a standby") from exc
        except BaseException:
            pg.terminate()
            raise


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
