"""Sums of what agrees, as the database makes them of re-interviews."""

from collections.abc import Iterable

from app.reinterviews.interval import Sums


def sums_of(each: Iterable[tuple[int, int]]) -> Sums:
    """Of how many answers agree and were compared in each business."""
    heard = [(agreed, compared) for agreed, compared in each if compared]
    return Sums(
        businesses=len(heard),
        agreed=sum(agreed for agreed, _ in heard),
        compared=sum(compared for _, compared in heard),
        agreed_squared=sum(agreed * agreed for agreed, _ in heard),
        product=sum(agreed * compared for agreed, compared in heard),
        compared_squared=sum(compared * compared for _, compared in heard),
    )
