"""Group commit: small pieces of work that come while others are being committed share the next transaction.

What a small batch costs a database is its transaction and its journeys, not its rows. Members of a group run side by
side, each as it would run alone. Where one of them speaks to the database, it meets the others there, and what all of
them ask or write is one statement. A piece of work that needs anything else leaves, and is done alone, in a transaction
of its own. So are all of them where anything fails: what one does can make no other one fail.

Nobody waits for company: the first that comes goes at once, alone, and who finds others at work waits until they
committed, but at most `PATIENCE_S`.
"""

import asyncio
import contextvars
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, NamedTuple, TypeVar, cast

import asyncpg
import structlog

from app.core.problems import Code, Problem

MOST = 8
"""Members of a group. A statement for more would be longer than asyncpg remembers (15 KiB)."""

LANES = 2
"""Groups, or single pieces of work, that are committed at a time. What comes meanwhile makes the next one larger. The
last lane is for what is heavy: if it took single rows, too, PostgreSQL would need half as much again for each."""

HEAVY = 24
"""Rows of the work that waits for which the last lane is taken: a group of so many has little to win by more of them,
and the server would have nothing to do meanwhile."""

PATIENCE_S = 0.05
"""So long a lane is taken. Work that takes longer, since it waits for a lock, goes on beside it and stops nobody."""

_log = structlog.get_logger()

Result = TypeVar("Result")
Mine = TypeVar("Mine")
Answer = TypeVar("Answer")
Work = Callable[[asyncpg.Connection], Awaitable[Result]]


class GoesAlone(Exception):
    """Raised within a group by work that needs a transaction of its own."""


class Meeting(NamedTuple, Generic[Mine, Answer]):
    """A place where the members of a group speak to the database together.

    `place`: who is at a lower one goes on first. `together`: what it does for what each of them brings, in their order;
    somebody may get `GoesAlone` instead of an answer, of whom nothing may be left in the transaction then. `undo`: how
    what the answers left there is taken back where members leave afterwards; None: they cannot.
    """

    place: int
    together: "Callable[[asyncpg.Connection, Sequence[Mine]], Awaitable[Sequence[Answer | GoesAlone]]]"
    undo: "Callable[[asyncpg.Connection, Sequence[Answer]], Awaitable[None]] | None"


class Companion:
    """The connection of a shared transaction as one of its members has it: good for meetings alone."""

    def __init__(self, group: "_Group", trail_key: bytes | None) -> None:
        self._group = group
        self.trail_key = trail_key
        self.answered: list[tuple[Meeting[Any, Any], Any]] = []

    async def meet(self, meeting: Meeting[Mine, Answer], mine: Mine) -> Answer:
        """Wait for the others, and do it together.

        Raises:
            GoesAlone: it cannot be done together.
        """
        answer: Answer = await self._group.arrived(self, meeting, mine)
        return answer

    def __getattr__(self, name: str) -> Any:
        """Whatever else is done with a connection is done alone."""
        raise GoesAlone(name)


def company(pg: asyncpg.Connection) -> Companion | None:
    """The connection as a member of a group has it; None for work that has its transaction for itself."""
    return pg if isinstance(pg, Companion) else None


class _Arrival(NamedTuple):
    companion: Companion
    meeting: Meeting[Any, Any]
    mine: Any
    answer: "asyncio.Future[Any]"


class _Member(NamedTuple):
    work: Work[Any]
    rows: int
    context: contextvars.Context
    outcome: "asyncio.Future[_Done | _Alone]"


class _Done(NamedTuple):
    result: Any


class _Alone(NamedTuple):
    """To be done alone; `free` frees the lane, which who left a group has not."""

    free: Callable[[], None] | None = None


async def no_trace(_pg: asyncpg.Connection, _answers: Sequence[Any]) -> None:
    """The undoing of a meeting that leaves nothing in the transaction, or nothing that is not written again."""


class _Broken(Exception):
    """A member failed that cannot leave: the transaction is rolled back."""


_EXPECTED = (GoesAlone, _Broken, asyncpg.PostgresError)


class _Group:
    """The members of one transaction."""

    def __init__(self, pg: asyncpg.Connection) -> None:
        self._pg = pg
        self._underway = 0
        self._arrivals: list[_Arrival] = []
        self._all_here = asyncio.Event()
        self._is_over = False

    async def arrived(self, companion: Companion, meeting: Meeting[Any, Any], mine: Any) -> Any:
        if self._is_over:
            raise GoesAlone
        arrival = _Arrival(companion, meeting, mine, asyncio.get_running_loop().create_future())
        self._arrivals.append(arrival)
        self._stopped()
        return await arrival.answer

    async def run(self, members: Sequence[_Member]) -> list[Any]:
        """What became of each: its result, or what it raised, which left nothing.

        Raises:
            Exception: the transaction is good for nothing, and is to be rolled back.
        """
        companions = [Companion(self, getattr(self._pg, "trail_key", None)) for _ in members]
        self._underway = len(members)
        tasks = [
            asyncio.create_task(self._one(member.work, companion), context=member.context)
            for member, companion in zip(members, companions, strict=True)
        ]
        try:
            await self._all_here.wait()
            while self._arrivals:
                await self._meet()
                await self._all_here.wait()
        finally:
            self._is_over = True
            for arrival in self._arrivals:
                arrival.answer.set_exception(GoesAlone())
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        await self._undo(
            companion
            for companion, outcome in zip(companions, outcomes, strict=True)
            if isinstance(outcome, BaseException)
        )
        return outcomes

    async def _undo(self, left: Iterable[Companion]) -> None:
        """Take back what those did who left."""
        undone = defaultdict[Meeting[Any, Any], list[Any]](list)
        for companion in left:
            for meeting, answer in companion.answered:
                undone[meeting].append(answer)
        for meeting, answers in undone.items():
            if meeting.undo is None:
                raise _Broken
            await meeting.undo(self._pg, answers)

    async def _one(self, work: Work[Any], companion: Companion) -> Any:
        try:
            return await work(cast("asyncpg.Connection", companion))
        finally:
            self._stopped()

    def _stopped(self) -> None:
        self._underway -= 1
        if not self._underway:
            self._all_here.set()

    async def _meet(self) -> None:
        """Who is at the same place does it together: all of them, as a rule."""
        meeting = min((each.meeting for each in self._arrivals), key=lambda each: each.place)
        those = [each for each in self._arrivals if each.meeting is meeting]
        answers = await meeting.together(self._pg, [each.mine for each in those])
        if len(answers) != len(those):
            raise AssertionError("a meeting has an answer for each of its members")
        self._arrivals = [each for each in self._arrivals if each.meeting is not meeting]
        self._underway += len(those)
        self._all_here.clear()
        for (companion, _, _, future), answer in zip(those, answers, strict=True):
            if isinstance(answer, GoesAlone):
                future.set_exception(answer)
            else:
                companion.answered.append((meeting, answer))
                future.set_result(answer)


class GroupCommit:
    """Commits work in groups. `begin`: a connection with a transaction, committed at the end of the block."""

    def __init__(self, begin: Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]) -> None:
        self._begin = begin
        self._free = LANES
        self._waiting: deque[_Member] = deque()
        self._rows = 0  # of those who wait
        self._at_work = set[asyncio.Task[None]]()
        self.waits: Callable[[int], None] = lambda _by: None
        """Called when more work waits, or less."""

        self.counted: Callable[[str], None] = lambda _how: None
        """Called for each piece of work: `alone`, `together`, or `left` where it left a group to be done alone."""

    async def run(
        self, work: Work[Result], alone: Callable[[Work[Result]], Awaitable[Result]], rows: int = 1
    ) -> Result:
        """Do `work`, together with others if that can be, or else by `alone`; it has been committed then.

        `work` may run twice, of which the first time is rolled back. `rows`: about so many it writes.

        Raises:
            Exception: what `work` or `alone` raises; nothing of it is stored.
        """
        free: Callable[[], None] | None
        if self._free == LANES and not self._waiting:
            free = self._take()
        else:
            outcome = asyncio.get_running_loop().create_future()
            self._wait(_Member(work, rows, contextvars.copy_context(), outcome))
            self._go_on()
            done = await outcome
            if isinstance(done, _Done):
                self.counted("together")
                return cast("Result", done.result)
            free = done.free
        self.counted("left" if free is None else "alone")
        try:
            return await alone(work)
        finally:
            if free is not None:
                free()

    async def _committed(self, members: Sequence[_Member]) -> list[Any]:
        """What became of each. Whose fault it was that all of it failed is found out where each goes alone."""
        has_begun = False
        try:
            async with self._begin() as pg:
                has_begun = True
                return await _Group(pg).run(members)
        except Problem as problem:
            # A database that is away is so for each of them, and so is one that has no place for the group. Whatever
            # else it is may be so for one of them.
            if has_begun and problem.code is not Code.DATABASE_AWAY:
                return [GoesAlone()] * len(members)
            return [
                Problem(problem.code, retry_after=(problem.retry_after or 0) + later) for later in range(len(members))
            ]
        except _EXPECTED:
            return [GoesAlone()] * len(members)
        except Exception as exc:  # noqa: BLE001  (a fault of the program that would only be slow, and unseen)
            _log.error("group_fault", fault=type(exc).__name__)
            return [GoesAlone()] * len(members)

    def _take(self) -> Callable[[], None]:
        """Take a lane; gives what frees it, which does so once, and does so by itself after a while."""
        self._free -= 1
        is_taken = True

        def free() -> None:
            nonlocal is_taken
            if is_taken:
                is_taken = False
                by_itself.cancel()
                self._free += 1
                self._go_on()

        by_itself = asyncio.get_running_loop().call_later(PATIENCE_S, free)
        return free

    def _wait(self, member: _Member) -> None:
        self._waiting.append(member)
        self._rows += member.rows
        self.waits(1)

    def _next(self) -> _Member:
        member = self._waiting.popleft()
        self._rows -= member.rows
        self.waits(-1)
        return member

    def _go_on(self) -> None:
        """The next ones that wait may go."""
        while self._waiting and (self._free > 1 or (self._free and self._rows >= HEAVY)):
            members = list[_Member]()
            while self._waiting and len(members) < MOST:
                member = self._next()
                if not member.outcome.done():  # its client hung up
                    members.append(member)
            if len(members) == 1:
                members[0].outcome.set_result(_Alone(self._take()))
            elif members:
                context = members[0].context.copy()  # it stands in the queue of the first one
                task = asyncio.create_task(self._commit(members, self._take()), context=context)
                self._at_work.add(task)
                task.add_done_callback(self._at_work.discard)

    async def _commit(self, members: Sequence[_Member], free: Callable[[], None]) -> None:
        try:
            outcomes = await self._committed(members)
        finally:
            free()
        for member, outcome in zip(members, outcomes, strict=True):
            if member.outcome.done():
                continue
            if isinstance(outcome, Problem):
                member.outcome.set_exception(outcome)
            elif isinstance(outcome, BaseException):
                member.outcome.set_result(_Alone())
            else:
                member.outcome.set_result(_Done(outcome))
