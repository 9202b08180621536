"""Looking for a number in everything that is kept and told."""

import unicodedata

import asyncpg

from app.core.bodies import unpack


async def everything_stored(pg: asyncpg.Connection) -> list[str]:
    """Every row of every table as text, every binary column as the text that it may be, and receipts unpacked."""
    texts = []
    for (table,) in await pg.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"):
        texts += [row[0] for row in await pg.fetch(f'SELECT "{table}"::text FROM "{table}"')]
        for (column,) in await pg.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND data_type = 'bytea'", table
        ):
            rows = await pg.fetch(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
            texts += [bytes(row[0]).decode("latin-1") for row in rows]
    return texts + [unpack(row[0]).decode() for row in await pg.fetch("SELECT receipt FROM batch")]


def digits_alone(text: str) -> str:
    """The text with digits of any script as ASCII ones, and without anything that may stand between them."""
    return "".join(
        str(unicodedata.digit(sign)) if unicodedata.digit(sign, None) is not None else sign
        for sign in text
        if sign.isalnum()
    )
