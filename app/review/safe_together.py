"""Which duplicate cases may be decided many at a time. Pure; the reasons are in docs/duplicates.md."""

from collections.abc import Collection

MOST_LIKELY = 0.02
"""Of a hundred likely cases that are decided together, two are wrong on average, and none of them merges anything."""
_TWO_WITNESSES = {"other_name", "other_activity"}


def is_safe(kind: str, decision: str, score: float | None, differs: Collection[str]) -> bool:
    """Whether a case may be decided so together with others.

    Only `separate`, and only of two businesses that are both entered: that merges nothing, takes no number from anybody
    and changes nobody's count or pay. Of likely ones those that the model thinks to be two; of one owner's those that
    differ by name and by activity, since a mark or another NIB alone is easily invented or mistyped.
    """
    if decision != "separate":
        return False
    if kind == "likely":
        return score is not None and score <= MOST_LIKELY
    return kind == "same_owner" and _TWO_WITNESSES.issubset(differs)
