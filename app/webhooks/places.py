"""Who is sent to next, and who makes room, so that no account's receivers hold up those of others. Pure.

A process has few places, for work that takes a moment, and more attempts under way: one whose receiver has not answered
after a short while leaves its place to others and goes on waiting beside them.
"""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

PLACES = 16
"""Subscriptions for which one process works at a time."""

MOST_AT_ONCE = 64
"""Subscriptions that one process has, with those that wait for a slow receiver beside the places."""

PATIENCE_S = 0.5
"""Seconds without an answer after which an attempt leaves its place."""

SHORT_TURN_S, TURN_S = 1.0, 10.0
"""Seconds after which a subscription with more to send makes room while others wait; and in any case."""

LONGEST_S = 10.0
"""Seconds after which an attempt is cut short if every attempt that there may be is under way and others wait."""


class Waits(Protocol):
    """A subscription that waits to be sent to."""

    @property
    def account_id(self) -> UUID:
        """The account that it is of."""


class Held(Protocol):
    """A subscription to which this process sends."""

    @property
    def account_id(self) -> UUID:
        """The account that it is of."""

    @property
    def beside(self) -> bool:
        """Whether it waits for a slow receiver, without a place."""

    @property
    def unanswered_s(self) -> float:
        """Seconds for which an attempt has had no answer; 0 where none is under way."""


W = TypeVar("W", bound=Waits)
H = TypeVar("H", bound=Held)


def room(held: Sequence[Held]) -> int:
    """How many more may begin."""
    return max(0, min(PLACES - sum(not each.beside for each in held), MOST_AT_ONCE - len(held)))


def in_fair_order(waiting: Iterable[W], held: Iterable[Held]) -> list[W]:
    """Those that wait, next first: always one of the account with the fewest, those to which is sent included. Among
    accounts with as many, and within an account, they keep their order."""
    has = Counter(each.account_id for each in held)
    queues: defaultdict[UUID, deque[tuple[int, W]]] = defaultdict(deque)
    for at, each in enumerate(waiting):
        queues[each.account_id].append((at, each))
    heap = [(has[account_id], queue[0][0], account_id) for account_id, queue in queues.items()]
    heapq.heapify(heap)
    ordered = []
    while heap:
        many, _, account_id = heapq.heappop(heap)
        queue = queues[account_id]
        ordered.append(queue.popleft()[1])
        if queue:
            heapq.heappush(heap, (many + 1, queue[0][0], account_id))
    return ordered


def to_cut(held: Sequence[H], waiting: int) -> list[H]:
    """Attempts that are cut short for so many that wait: none while another one may be under way. Each is of the
    account with the most at that point, the one without an answer for longest, and for more than `LONGEST_S`."""
    if len(held) < MOST_AT_ONCE:
        return []
    left = Counter(each.account_id for each in held)
    slow = [each for each in held if each.unanswered_s > LONGEST_S]
    cut: list[H] = []
    while slow and len(cut) < waiting:
        most = max(slow, key=lambda each: (left[each.account_id], each.unanswered_s))
        slow.remove(most)
        left[most.account_id] -= 1
        cut.append(most)
    return cut
