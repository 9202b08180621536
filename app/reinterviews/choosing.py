"""To whom a re-interview is given: another enumerator than the record's who does not know the answers, near, of another
team if there is one, and with the fewest to do. Pure.
"""

import hashlib
from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID


class Candidate(NamedTuple):
    """An enumerator who works near the business. `to_do`: the re-interviews that are waiting for this person."""

    enumerator_id: UUID
    in_district: bool
    team_id: UUID | None
    to_do: int


def choose(of: UUID, never: Collection[UUID], team_id: UUID | None, candidates: Iterable[Candidate]) -> UUID | None:
    """The person for the re-interview `of`; None where there is nobody but those who are `never` asked: the record's
    own enumerator, and who knows its answers.

    Enumerators of the district come before the others of the regency, those of other teams before those of the same.
    Among equals a hash decides, so that no name comes first always.
    """
    others = [each for each in candidates if each.enumerator_id not in never]
    if not others:
        return None

    def order(each: Candidate) -> tuple[bool, bool, int, bytes]:
        same_team = team_id is not None and each.team_id == team_id
        tie = hashlib.blake2b(of.bytes + each.enumerator_id.bytes, digest_size=8).digest()
        return not each.in_district, same_team, each.to_do, tie

    return min(others, key=order).enumerator_id


def is_near(assigned: Iterable[str], place: str) -> bool:
    """Whether one of these regions is the place, a part of it, or has it as a part."""
    return any(each == "ID" or place.startswith(each) or each.startswith(place) for each in assigned)
