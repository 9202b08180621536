"""Reads of KBLI."""

from collections.abc import Iterable
from typing import NamedTuple

import asyncpg

from app.core.reference import ReferenceCodes
from app.core.word_search import WORDS_OF_NAME, beginning, inside, words_asked
from app.identifiers.kbli_codes import DEFAULT, EDITIONS, keyed

_DIGITS = 5  # of an activity


class Activity(NamedTuple):
    """A code, what it is called, and its category's letter: of a division (two digits), group, class, or activity
    (five)."""

    code: str
    title: str
    category: str | None


class FoundActivity(NamedTuple):
    """An activity that a search found, with its edition."""

    kbli_version: str
    code: str
    title: str
    category: str | None


_KNOWN = """
SELECT asked.key FROM unnest($1::text[]) AS asked (key)
JOIN kbli ON version = split_part(asked.key, ':', 1) AND code = split_part(asked.key, ':', 2)
"""


def kbli_codes() -> ReferenceCodes:
    """Which codes there are, each with its edition (`keyed`)."""
    return ReferenceCodes(_KNOWN)


async def known_codes(pg: asyncpg.Connection, codes: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these editions and codes that exist."""
    asked = {keyed(*each): each for each in codes}
    return {asked[row[0]] for row in await pg.fetch(_KNOWN, list(asked))}


async def activities(pg: asyncpg.Connection, edition: str = DEFAULT, *, digits: int | None = None) -> list[Activity]:
    """The codes of an edition in their order, of every length or of one."""
    rows = await pg.fetch(
        "SELECT code, title, category FROM kbli WHERE version = $1 AND ($2::int IS NULL OR length(code) = $2)"
        " ORDER BY code",
        edition,
        digits,
    )
    return [Activity(*row) for row in rows]


async def named_activities(
    pg: asyncpg.Connection, codes: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], FoundActivity]:
    """Those of these editions and codes that exist, with their titles."""
    editions, numbers = zip(*codes, strict=True)
    rows = await pg.fetch(
        "SELECT version, kbli.code, title, category FROM unnest($1::text[], $2::text[]) AS asked (edition, code)"
        " JOIN kbli ON version = asked.edition AND kbli.code = asked.code",
        editions,
        numbers,
    )
    return {(row[0], row[1]): FoundActivity(*row) for row in rows}


_SEARCHED = WORDS_OF_NAME.replace("name COLLATE", "title COLLATE")


async def search_activities(
    pg: asyncpg.Connection, words: str, edition: str | None = None, *, limit: int
) -> list[FoundActivity]:
    """Activities (five digits) by words of their titles, in any order, or by the first digits of their code.

    A title that has every word is found; those in which each begins a word come first, and of these the shorter ones,
    which are about little else.
    """
    asked = words_asked(words)
    starts = [each for each in map(beginning, asked) if each]
    within = [each for each in map(inside, asked) if each]
    if not within:
        return []
    digits = asked[0] if len(asked) == 1 and asked[0].isdecimal() and asked[0].isascii() else None
    rows = await pg.fetch(
        f"SELECT version, code, title, category FROM kbli WHERE length(code) = $1 AND version = ANY($2)"
        f" AND (code LIKE $5 || '%' OR {_SEARCHED} LIKE ALL($4))"
        f" ORDER BY {_SEARCHED} LIKE ALL($3) DESC, length(title), version DESC, code LIMIT $6",
        _DIGITS,
        list(EDITIONS) if edition is None else [edition],
        starts,
        within,
        digits,
        limit,
    )
    return [FoundActivity(*row) for row in rows]
