"""How well businesses that are one are found where their numbers are missing or mistyped, on worlds that the model did
not see; how honest its probabilities are; what 400 decisions of a region add; and how fast it is.

Each world that is learnt from is left out once, and tried on the others' model. `figures`, `seasons`, `stranger` and
`witness` are never learnt from, and tried on the packaged model. Beside it stands what one would do without a model:
trigrams of name and owner within the district, by PostgreSQL's own `similarity`.
"""

import asyncio
import json
import math
import os
import resource
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import asyncpg
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app.linkage.model import Model, packaged, predict, weigh
from app.linkage.retraining import Decided, learn
from kumkm_proof.bench.learning import SEEDS, SIZES, WORLDS, Lessons, World, samples, true_pairs
from kumkm_proof.bench.scene import scene, server
from kumkm_proof.bench.worlds import figures, seasons, stranger, towns, witness
from kumkm_proof.bench.worlds.labelled import Labelled

SEED = 1
VERSION = 6
"""Of the packaged model."""

UNSEEN: Mapping[str, World] = {
    "figures": figures.world,
    "seasons": seasons.world,
    "stranger": stranger.world,
    "witness": witness.world,
}
ALL: Mapping[str, World] = {**WORLDS, **UNSEEN}

ASKED = 0.5
"""The probability from which on `kumkm link` asks."""

_THRESHOLDS = (0.3, 0.4, ASKED, 0.7, 0.9)
_LEAST = 0.05
_RECALL = 0.9
_DECISIONS = 400
_TRIGRAM = (0.5, 0.7, 0.8)
_BINS = 10
_PAIRS = """
SELECT same, alike FROM (
    SELECT one.label = other.label AS same, similarity(one.text, other.text) AS alike
    FROM labelled AS one JOIN labelled AS other ON other.district = one.district AND other.number > one.number OFFSET 0
) AS pair WHERE alike >= $1
"""


class Found(NamedTuple):
    """A pair that was found: how likely, whether it is one business, and whether at least one owner's."""

    pair: tuple[int, int]
    probability: float
    same: bool
    owner: bool


class Tried(NamedTuple):
    """What a model found in a world, the likeliest first, and how many pairs there were to be found."""

    found: list[Found]
    truth: int

    def at(self, threshold: float) -> tuple[float, float, float, int]:
        """Precision without second businesses, with them as errors, recall, and pairs asked, from a probability on."""
        asked = [each for each in self.found if each.probability >= threshold]
        right = sum(each.same for each in asked)
        wrong = sum(not each.owner for each in asked)
        return _share(right, right + wrong), _share(right, len(asked)), _share(right, self.truth), len(asked)

    def from_recall(self, recall: float) -> float | None:
        """The probability from which on so many of the true pairs are asked, if they are found at all."""
        right = [each.probability for each in self.found if each.same]
        needed = math.ceil(recall * self.truth)
        return right[needed - 1] if 0 < needed <= len(right) else None


def run_bench(out: Console, *, rows: int, large: int, worlds: Collection[str], model: Path | None) -> None:
    """Measure on these worlds, and print tables; or with `model`, learn the packaged model into that file."""
    with Progress(console=out) as bars:
        step = bars.add_task("linking", total=len(worlds) + 3)
        learnt = model is not None or not UNSEEN.keys() >= {*worlds}
        lessons = Lessons(samples(rows if model is None else None) if learnt else {})
        bars.advance(step)
        if model is not None:
            _learn(lessons, model)
            return
        tried, regions = dict[str, Tried](), dict[str, tuple[Sequence[Labelled], Model]]()
        for name in (each for each in ALL if each in worlds):
            labelled = ALL[name](SEED, rows)
            tried_model = packaged() if name in UNSEEN else lessons.model(without=name)
            regions[name] = labelled, tried_model
            tried[name] = try_on(labelled, tried_model)
            bars.advance(step)
        trigrams = asyncio.run(_trigrams(towns.world(SEED, rows)))
        bars.advance(step)
        retrained = [(name, *after_decisions(labelled, other)) for name, (labelled, other) in regions.items()]
        bars.advance(step)
    out.print(_quality(tried, trigrams, rows))
    out.print(_reliability(tried))
    out.print(_regional(retrained))
    out.print(_speed(large))


def _learn(lessons: Lessons, file: Path) -> None:
    import sklearn  # noqa: PLC0415  (takes seconds to load)

    sizes = ", ".join(f"{size:,} (seed {seed})" for seed, size in zip(SEEDS, SIZES, strict=True))
    document = {
        "version": VERSION,
        "trained_on": f"{', '.join(WORLDS)} of bench/worlds, each with {sizes} rows",
        "learner": f"scikit-learn {sklearn.__version__}, HistGradientBoostingClassifier",
        "model": lessons.model().as_json(),
    }
    file.write_text(json.dumps(document), "utf-8")


def _speed(large: int) -> str:
    begun = time.perf_counter()
    features = [row.features for row in towns.world(SEED + 1, large)]
    made, used = time.perf_counter(), time.process_time()
    pairs = predict(features, packaged(), ASKED)
    took, cost = time.perf_counter() - made, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return (
        f"{large:,} rows: {took:.0f} s, {cost:.0f} s of processor time, to {len(pairs):,} pairs, at most"
        f" {memory:.1f} GB, on {os.cpu_count()} processors at a load of {os.getloadavg()[0]:.1f}"
        f" ({made - begun:.0f} s to make the rows up)."
    )


def try_on(labelled: Sequence[Labelled], model: Model, threshold: float = _LEAST) -> Tried:
    """What a model finds in a world."""
    places = {row.features.unique_id: at for at, row in enumerate(labelled)}
    found = []
    for pair in predict([row.features for row in labelled], model, threshold):
        one, other = (places[str(id_)] for id_ in pair.ids)
        mine, theirs = labelled[one], labelled[other]
        same, owner = mine.business == theirs.business, mine.owner == theirs.owner
        found.append(Found((one, other), pair.probability, same, owner))
    return Tried(found, len(true_pairs(labelled)))


def calibration_error(*worlds: Sequence[Found]) -> tuple[float, list[tuple[int, float, float]]]:
    """The expected calibration error, and of each tenth: pairs, mean probability, and the share that was right.

    The error is the mean over the tenths of how far mean probability and share are from each other, each as heavy as
    its pairs; the pairs of each world weigh the same together.
    """
    bins: list[list[tuple[Found, float]]] = [[] for _ in range(_BINS)]
    for found in worlds:
        for each in found:
            bins[min(_BINS - 1, int(each.probability * _BINS))].append((each, 1 / len(found)))
    lines, error = [], 0.0
    for tenth in bins:
        heavy = sum(weight for _, weight in tenth)
        said = _share(sum(each.probability * weight for each, weight in tenth), heavy)
        right = _share(sum(each.same * weight for each, weight in tenth), heavy)
        lines.append((len(tenth), said, right))
        error += heavy * abs(said - right)
    return _share(error, sum(map(bool, worlds))), lines


def after_decisions(labelled: Sequence[Labelled], model: Model) -> tuple[Tried, Tried]:
    """A region half of whose villages have been decided on, 400 pairs of them: what is found in the other half by the
    model as it was, and by what it learnt. Reviewers see what is asked, from 0.2 on, and decide rightly."""
    villages = sorted({row.features.village for row in labelled})
    Random(SEED).shuffle(villages)
    decided = set(villages[::2])
    here = [row for row in labelled if row.features.village in decided]
    there = [row for row in labelled if row.features.village not in decided]
    asked = try_on(here, model, 0.2).found
    asked = Random(SEED).sample(asked, min(_DECISIONS, len(asked)))
    weighed = weigh([row.features for row in here], [each.pair for each in asked], model)
    labels = [Decided(logit, parts, each.same) for (logit, parts), each in zip(weighed, asked, strict=True)]
    return try_on(there, model), try_on(there, model.local(*learn(labels)))


async def _trigrams(labelled: Sequence[Labelled]) -> list[tuple[str, ...]]:
    async with server(None) as scenery, scene(scenery, enumerators=1) as stage:
        pg = await asyncpg.connect(stage.dsn, server_settings={"jit": "off", "work_mem": "256MB"})
        try:
            await pg.execute("CREATE TEMP TABLE labelled (number int, label int, district text, text text)")
            await pg.copy_records_to_table(
                "labelled",
                records=[
                    (
                        number,
                        row.business,
                        row.features.village[:8],
                        " ".join((*row.features.name, *row.features.owner)),
                    )
                    for number, row in enumerate(labelled)
                ],
            )
            await pg.execute("ANALYZE labelled")
            found = await pg.fetch(_PAIRS, _TRIGRAM[0], timeout=1800)
        finally:
            await pg.close()
    lines, truth = [], len(true_pairs(labelled))
    for threshold in _TRIGRAM:
        pairs = [right for right, alike in found if alike >= threshold]
        right = sum(pairs)
        shares = (_share(right, len(pairs)), _share(right, truth))
        lines.append(("pg_trgm, towns", f"{threshold:.2f}", f"{len(pairs):,}", "", *(f"{each:.3f}" for each in shares)))
    return lines


def _quality(tried: Mapping[str, Tried], trigrams: Iterable[tuple[str, ...]], rows: int) -> Table:
    columns = ("world, not learnt from", "from", "pairs", "precision", "second businesses as errors", "recall")
    table = Table(*columns, title=f"{rows:,} rows of each, seed {SEED}")
    for name, each in tried.items():
        found = each.from_recall(_RECALL)
        for label, threshold in (*((f"{one:.2f}", one) for one in _THRESHOLDS), (f"recall {_RECALL:.2f}", found)):
            if threshold is None:
                table.add_row(name, label, "", "not reached", "", "")
                continue
            precision, strict, recall, asked = each.at(threshold)
            table.add_row(name, label, f"{asked:,}", *(f"{one:.3f}" for one in (precision, strict, recall)))
        table.add_section()
    for line in trigrams:
        table.add_row(*line)
    return table


def _reliability(tried: Mapping[str, Tried]) -> Table:
    table = Table("probability", "pairs", "said", "right", title=f"Calibration, of pairs from {_LEAST} on")
    error, lines = calibration_error(*(one.found for one in tried.values()))
    for at, (count, said, right) in enumerate(lines):
        table.add_row(f"{at / _BINS:.1f} to {(at + 1) / _BINS:.1f}", f"{count:,}", f"{said:.3f}", f"{right:.3f}")
    table.add_section()
    pairs = sum(len(one.found) for one in tried.values())
    table.add_row("expected error, all, each world alike", f"{pairs:,}", "", f"{error:.3f}")
    for name, one in tried.items():
        table.add_row(f"expected error, {name}", f"{len(one.found):,}", "", f"{calibration_error(one.found)[0]:.3f}")
    return table


def _regional(retrained: Iterable[tuple[str, Tried, Tried]]) -> Table:
    table = Table(
        "region",
        "model",
        "precision",
        "recall",
        "F",
        "calibration error",
        title=f"After at most {_DECISIONS} decisions",
    )
    for name, before, after in retrained:
        for said, each in (("as it was", before), ("retrained", after)):
            _, precision, recall, _ = each.at(ASKED)
            f = _share(2 * precision * recall, precision + recall)
            error = calibration_error(each.found)[0]
            table.add_row(name, said, *(f"{one:.3f}" for one in (precision, recall, f, error)))
    return table


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
