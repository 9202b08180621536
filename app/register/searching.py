"""Searches of the register by name, the best match first.

A search weighs at most a thousand candidates, however many names have the words: those that have all the words that
were asked, or where there are none, those that miss them by a slip. Names begin with the trade, which many share, and
end with the owner: the last words are the most selective, and are looked up first.
"""

import struct
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg

from app.core.paging import MAX_LIMIT
from app.register.filters import Filters, Where
from app.register.listing import SHOWN, WITH_RECORD, listed, opened
from app.register.names import searchable, telling_words
from app.workforce.reach import Reach

_CANDIDATES = 1_000
_LONG = 5  # letters
_TELLING = 3  # letters, which have a trigram of their own
_TWO_ENDS = 2 * _TELLING
_ENOUGH = 3  # words, of which any two are enough


class ByLikeness(NamedTuple):
    """Behind which business a page of a search begins."""

    score: float
    id: UUID

    def pack(self) -> bytes:
        """For a cursor."""
        return self.id.bytes + struct.pack(">d", self.score)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        (score,) = struct.unpack(">d", packed[16:])
        return cls(score, UUID(bytes=packed[:16]))


async def search_businesses(
    pg: asyncpg.Connection, filters: Filters, reach: Reach, name: str, *, limit: int, after: ByLikeness | None
) -> tuple[list[dict[str, Any]], list[ByLikeness]]:
    """What `list_businesses` gives, of those whose name is like what was asked, the nearest first, and the position of
    each.

    Raises:
        Problem: as `list_businesses`.
    """
    words, like = telling_words(name), searchable(name).strip()
    where = await opened(pg, filters, reach)
    if where is None or not words:
        return [], []
    exact = replace(where, conditions=list(where.conditions), parameters=list(where.parameters))
    having(exact, words)
    found = await _nearest(pg, exact, like)
    if not found:
        having_but_a_slip(where, words)
        found = await _nearest(pg, where, like)
    if after is not None:
        found = [each for each in found if _order(each) > _order(after)]
    page = found[:limit]
    rows = await pg.fetch(
        f"SELECT {SHOWN} FROM unnest($1::uuid[]) WITH ORDINALITY AS found (id, place)"
        f" JOIN business ON business.id = found.id{WITH_RECORD} ORDER BY place",
        [each.id for each in page],
    )
    return await listed(pg, rows), page


async def _nearest(pg: asyncpg.Connection, where: Where, like: str) -> list[ByLikeness]:
    (asked,) = where.also(like)
    # Without an order inside, the index gives candidates until there are enough.
    rows = await pg.fetch(
        f"SELECT similarity(search_name, {asked}) AS score, id"
        f" FROM (SELECT id, search_name FROM business WHERE {where} LIMIT {_CANDIDATES}) AS candidate"
        f" ORDER BY score DESC, id LIMIT {MAX_LIMIT}",
        *where.parameters,
    )
    return [ByLikeness(*row) for row in rows]


def _order(found: ByLikeness) -> tuple[float, bytes]:
    return -found.score, found.id.bytes


def having(where: Where, words: Sequence[str]) -> None:
    """Only names that have all of these words, which are of letters and digits alone; without a word, none."""
    if not words:
        where.conditions.append("false")
    for word in reversed(words):
        where.add("business.search_name LIKE {}", _pattern(word))


def having_but_a_slip(where: Where, words: Sequence[str]) -> None:
    """Only names that have two of the last three of these words; of two words or one, those that have all but one, and
    of that one, where it is long enough to tell anything, the beginning or the end: a single mistake in a word leaves
    one of them as it is.

    Written as alternatives that are whole each, so that the index is asked for all the patterns of each at once; of an
    alternative within one the planner may leave a part to the rows, which are many where the rest is common.
    """
    last = list(reversed(words[-_ENOUGH:]))
    ways: list[list[str]] = []
    for mistyped in last:
        others = [_pattern(word) for word in last if word != mistyped]
        ends = _ends(mistyped) if len(last) < _ENOUGH else []
        ways += [[*others, end] for end in ends] or [others]
    alternatives = [
        " AND ".join(f"business.search_name LIKE {place}" for place in where.also(*way)) for way in ways if way
    ]
    where.conditions.append(f"({' OR '.join(f'({way})' for way in alternatives)})" if alternatives else "false")


def _ends(word: str) -> list[str]:
    if len(word) < _TWO_ENDS:
        return []
    # The letter in the middle is in neither, so that two letters that change places leave one of them as it is.
    return [f"% {word[: max(_TELLING, (len(word) - 1) // 2)]}%", f"%{word[-(len(word) // 2) :]} %"]


def _pattern(word: str) -> str:
    """A long word anywhere, a short one at the beginning of a word: how words begin is so common that the index takes
    twice as long to look it up, and long words do without.
    """
    return f"%{word}%" if len(word) >= _LONG else f"% {word}%"
