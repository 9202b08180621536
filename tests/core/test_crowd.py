"""A crowd that is turned away comes back so that its refusals cost no more than its turns."""

import heapq
import random

import pytest

from app.core.crowd import LEAST_S, MOST_S, Crowd


def play(crowd: Crowd, clients: int, a_second: float, seconds: float, *, rude: int = 0) -> list[tuple[float, bool]]:
    """What happened to clients that each want one turn after the other, at a place with so many turns a second: when,
    and whether they got one. The rude ones come back at once."""
    rng = random.Random(1)
    coming = [(rng.uniform(0, 5), client) for client in range(clients)]
    heapq.heapify(coming)
    free_at, seen = 0.0, []
    while coming[0][0] < seconds:
        now, client = heapq.heappop(coming)
        if free_at <= now:
            free_at = now + 1 / a_second
            crowd.served(now)
            seen.append((now, True))
            after = 1.0
        else:
            after = float(crowd.refused(now, b"%d" % client))
            seen.append((now, False))
        heapq.heappush(coming, (now + (0.05 if client < rude else after), client))
    return seen


def refused_for_each_served(seen: list[tuple[float, bool]], since: float) -> float:
    late = [served for at, served in seen if at > since]
    return late.count(False) / max(1, late.count(True))


@pytest.mark.parametrize("clients", [60, 200])
def test_a_crowd_is_told_to_stay_away_until_refusing_costs_no_more_than_serving(clients: int) -> None:
    seen = play(Crowd(), clients, 3, 600)
    assert refused_for_each_served(seen, 120) < 3
    served = sum(served for at, served in seen if at > 120)
    assert served > 0.6 * 3 * 480, "and the place is not left empty"


def test_the_longest_wait_has_a_bound() -> None:
    crowd = Crowd()
    play(crowd, 2_000, 1, 300)
    waits = [crowd.refused(300, b"%d" % n) for n in range(200)]
    assert max(waits) <= MOST_S
    assert min(waits) >= 2


def test_few_who_are_turned_away_wait_a_few_seconds() -> None:
    crowd = Crowd()
    seen = play(crowd, 8, 5, 100)
    assert refused_for_each_served(seen, 0) < 1
    assert crowd.refused(101, b"x") <= LEAST_S


def test_one_who_does_not_wait_makes_the_others_wait_no_longer() -> None:
    """Who comes at once again is one client, however often it comes."""
    crowd = Crowd()
    play(crowd, 6, 5, 300, rude=1)
    assert max(crowd.refused(300, b"other") for _ in range(50)) <= LEAST_S


def test_when_the_crowd_is_gone_the_wait_is_short_again() -> None:
    crowd = Crowd()
    play(crowd, 2_000, 1, 300)
    assert max(crowd.refused(300 + 3 * MOST_S, b"x") for _ in range(50)) <= LEAST_S
