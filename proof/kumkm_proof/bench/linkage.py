"""How well businesses that are one are found where their numbers are missing or mistyped, and how fast.

On a labelled census that never was (`synthetic.py`): precision and recall of the packaged model beside those of what
one would do without it, trigrams of name and owner within the district by PostgreSQL's own `similarity`, at several
thresholds. Both see the same rows. Then a million rows on two cores, from reading to pairs.
"""

import asyncio
import json
import time
from pathlib import Path

import asyncpg
import splink
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.linkage.model import connect, load, packaged, predict, train
from kumkm_proof.bench.scene import scene, server
from kumkm_proof.bench.synthetic import Labelled, census

SEED, TRAINED_ON = 1, 11
_TRAINING_ROWS = 200_000
_THRESHOLDS = (0.05, 0.2, 0.5, 0.8, 0.95)
_TRIGRAM = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_PAIRS = """
SELECT same, alike FROM (
    SELECT one.label = other.label AS same, similarity(one.text, other.text) AS alike
    FROM labelled AS one JOIN labelled AS other ON other.district = one.district AND other.number > one.number OFFSET 0
) AS pair WHERE alike >= $1
"""


def run_bench(out: Console, *, rows: int, large: int, model: Path | None) -> None:
    """Measure, and print a table; or with `model`, train the packaged model into that file."""
    if model is not None:
        connection = connect()
        load(connection, ((*row.features, str(row.label)) for row in census(TRAINED_ON, _TRAINING_ROWS)), "label")
        told = {
            "version": 1,
            "trained_on": f"bench/synthetic.py, seed {TRAINED_ON}, {_TRAINING_ROWS:,} rows, with their labels",
            "splink": splink.__version__,
            "model": train(connection, label="label"),
        }
        model.write_text(json.dumps(told, indent=1), "utf-8")
        return
    table = Table("method", "threshold", "pairs", "precision", "recall", title=f"{rows:,} rows, seed {SEED}")
    with Progress(console=out) as bars:
        steps = bars.add_task("linking", total=3)
        labelled = list(census(SEED, rows))
        truth = _true_pairs(labelled)
        for line in _model(labelled, truth):
            table.add_row(*line)
        bars.advance(steps)
        table.add_section()
        for line in asyncio.run(_trigrams(labelled, truth)):
            table.add_row(*line)
        bars.advance(steps)
        begun = time.perf_counter()
        features = [row.features for row in census(SEED + 1, large)]
        made = time.perf_counter()
        pairs = predict(features, packaged(), 0.8)
        took = time.perf_counter() - made
        bars.advance(steps)
    out.print(table)
    out.print(
        f"True pairs: {truth:,}. {large:,} rows on two cores: {took:.0f} s to {len(pairs):,} pairs"
        f" ({made - begun:.0f} s to make the rows up)."
    )


def _true_pairs(labelled: list[Labelled]) -> int:
    return len(labelled) - len({row.label for row in labelled})


def _model(labelled: list[Labelled], truth: int) -> list[tuple[str, ...]]:
    labels = {row.features.unique_id: row.label for row in labelled}
    found = predict([row.features for row in labelled], packaged(), _THRESHOLDS[0])
    lines = []
    for threshold in _THRESHOLDS:
        pairs = [pair.ids for pair in found if pair.probability >= threshold]
        right = sum(labels[str(one)] == labels[str(other)] for one, other in pairs)
        lines.append(_line("model", threshold, len(pairs), right, truth))
    return lines


async def _trigrams(labelled: list[Labelled], truth: int) -> list[tuple[str, ...]]:
    async with server(None) as scenery, scene(scenery, enumerators=1) as stage:
        pg = await asyncpg.connect(stage.dsn, server_settings={"jit": "off", "work_mem": "256MB"})
        try:
            await pg.execute("CREATE TEMP TABLE labelled (number int, label int, district text, text text)")
            await pg.copy_records_to_table(
                "labelled",
                records=[
                    (number, label, each.district, f"{each.name or ''} {each.owner or ''}")
                    for number, (each, label) in enumerate(labelled)
                ],
            )
            await pg.execute("ANALYZE labelled")
            found = await pg.fetch(_PAIRS, _TRIGRAM[0], timeout=1800)
        finally:
            await pg.close()
    lines = []
    for threshold in _TRIGRAM:
        pairs = [right for right, alike in found if alike >= threshold]
        lines.append(_line("pg_trgm, name and owner", threshold, len(pairs), sum(pairs), truth))
    return lines


def _line(method: str, threshold: float, pairs: int, right: int, truth: int) -> tuple[str, ...]:
    precision, recall = right / pairs if pairs else 0.0, right / truth if truth else 0.0
    return method, f"{threshold:.2f}", f"{pairs:,}", f"{precision:.3f}", f"{recall:.3f}"
