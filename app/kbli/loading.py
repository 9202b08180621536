"""Loading KBLI 2020 from the packaged list."""

import csv
from importlib import resources

import asyncpg

KBLI_VERSION = "2020"
"""The version that businesses are classified by; stored beside each code, since KBLI 2025 exists."""

_MERGE = """
WITH input AS (
    SELECT * FROM unnest($2::text[], $3::text[]) AS input (code, title)
), merged AS (
    INSERT INTO kbli AS k (version, code, title) SELECT $1, code, title FROM input
    ON CONFLICT (version, code) DO UPDATE SET title = excluded.title WHERE k.title <> excluded.title
    RETURNING 1
)
SELECT count(*) FROM merged
"""


def packaged_kbli() -> list[tuple[str, str]]:
    """Code and title of every division, group, class and five-digit code of KBLI 2020."""
    text = resources.files("app.kbli").joinpath("kbli2020.csv").read_text(encoding="utf-8")
    return [(row["code"], row["title"]) for row in csv.DictReader(text.splitlines())]


async def load_kbli(pg: asyncpg.Connection) -> int:
    """Load the packaged list; gives the number of codes that were new or changed. Idempotent by version and code."""
    codes, titles = zip(*packaged_kbli(), strict=True)
    changed: int = await pg.fetchval(_MERGE, KBLI_VERSION, codes, titles)
    return changed
