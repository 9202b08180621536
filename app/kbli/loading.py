"""Loading KBLI 2020 from the packaged list."""

import csv
from importlib import resources

import asyncpg

KBLI_VERSION = "2020"
"""The version that businesses are classified by; stored beside each code, since KBLI 2025 exists."""

_PUT = """
INSERT INTO kbli (version, code, title) SELECT $1, code, title FROM unnest($2::text[], $3::text[]) input (code, title)
ON CONFLICT (version, code) DO UPDATE SET title = excluded.title
"""


def packaged_kbli() -> list[tuple[str, str]]:
    """Code and title of every division, group, class and five-digit code of KBLI 2020."""
    text = resources.files("app.kbli").joinpath("kbli2020.csv").read_text(encoding="utf-8")
    return [(row["code"], row["title"]) for row in csv.DictReader(text.splitlines())]


async def load_kbli(pg: asyncpg.Connection) -> int:
    """Load the packaged list; gives the number of codes that were new or changed. Idempotent by version and code."""
    rows = await pg.fetch("SELECT code, title FROM kbli WHERE version = $1", KBLI_VERSION)
    stored = {row[0]: row[1] for row in rows}
    changed = [(code, title) for code, title in packaged_kbli() if stored.get(code) != title]
    if changed:
        codes, titles = zip(*changed, strict=True)
        await pg.execute(_PUT, KBLI_VERSION, codes, titles)
    return len(changed)
