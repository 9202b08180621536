"""The model of linkage: how likely two businesses are one, by the figures of their comparison.

Decision trees that were learnt from labelled worlds (`kumkm_proof.bench.learning`), a curve that makes their sum a
probability, and for a region whose reviewers have decided enough, how much more or less each respect weighs there
(`retraining.py`). It is data (`model-2.json`): learnt elsewhere, scored here by DuckDB, the same on every machine.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import duckdb
import pyarrow as pa

from app.linkage.blocking import candidates, connect, load
from app.linkage.comparing import MEASURES, RESPECTS, Corpus, Figures
from app.linkage.features import Features
from app.linkage.sentences import reasons

PACKAGED = Path(__file__).parent / "model-2.json"
EDITION = 2
"""Of the measures and the form of a model's file."""

Tree = float | tuple[int, float, bool, "Tree", "Tree"]
"""A value; or a measure, the limit up to which it goes left, whether an unknown one does, and both subtrees."""

Item = TypeVar("Item")
_BATCH = 50_000
_FEW = 10_000
"""Pairs; DuckDB takes as long as for these to make its plan of the trees."""
_BIT = math.log(2)
_UNLIKELY = 0.02
"""Below it no pair is weighed again for its region."""


class Unreadable(ValueError):
    """A model's file that this program does not understand."""


@dataclass(frozen=True, slots=True)
class Model:
    """Trees, the curve of their sum, and the weights of a region."""

    base: float
    trees: tuple[Tree, ...]
    curve: tuple[tuple[float, float], ...]
    """Sums, and the logit of the share that was right there; both rise. Straight between them."""
    bias: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    """Of a region: by respect, what is added of its part of the sum."""

    def margin(self, figures: Sequence[float | None]) -> float:
        """The sum of the trees, in nats: for one pair, as `scored` does it for many."""
        return self.base + sum(_value(tree, figures) for tree in self.trees)

    def calibrated(self, margin: float) -> float:
        """The logit of the probability, along the curve."""
        at = bisect_right(self.curve, (margin, math.inf))
        if at in (0, len(self.curve)):
            return self.curve[max(0, at - 1)][1]
        (x0, y0), (x1, y1) = self.curve[at - 1], self.curve[at]
        return y0 + (y1 - y0) * (margin - x0) / (x1 - x0)

    def localised(self, logit: float, parts: Mapping[str, float]) -> float:
        """The logit in the region that the weights are of."""
        return logit + self.bias + sum(weight * parts[name] for name, weight in self.weights.items())

    @property
    def is_local(self) -> bool:
        """Whether a region's weights are in it."""
        return bool(self.weights) or self.bias != 0.0

    def local(self, bias: float, weights: Mapping[str, float]) -> "Model":
        """The same with the weights of a region."""
        return replace(self, bias=bias, weights=dict(weights))

    def as_json(self) -> dict[str, Any]:
        """As a file has it."""
        return {
            "edition": EDITION,
            "measures": [measure.name for measure in MEASURES],
            "base": self.base,
            "trees": self.trees,
            "curve": self.curve,
            "bias": self.bias,
            "weights": dict(self.weights),
        }


def model_of(document: Any) -> Model:
    """A model from a file.

    Raises:
        Unreadable: it is none, or of other measures than this program's.
    """
    try:
        if document["edition"] != EDITION or document["measures"] != [measure.name for measure in MEASURES]:
            raise Unreadable
        return Model(
            _finite(document["base"]),
            tuple(map(_tree, document["trees"])),
            tuple((float(x), float(y)) for x, y in document["curve"]),
            float(document["bias"]),
            {name: float(weight) for name, weight in document["weights"].items() if name in RESPECTS},
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as exc:
        raise Unreadable from exc


def packaged() -> Model:
    """The model that comes with the program."""
    return model_of(json.loads(PACKAGED.read_text("utf-8"))["model"])


class Scored(NamedTuple):
    """A pair by the places of its rows: its figures, the trees' sum, and what each respect is of it, if asked."""

    pair: tuple[int, int]
    figures: Figures
    margin: float
    parts: Mapping[str, float]


class Predicted(NamedTuple):
    """Two businesses that are likely one: how likely, what weighed how much (log2 of odds; positive values speak for
    one business), and by respect a few Indonesian words that say why."""

    ids: tuple[UUID, UUID]
    probability: float
    weights: dict[str, float]
    reasons: dict[str, str]


def predict(rows: Iterable[Features], model: Model, threshold: float) -> list[Predicted]:
    """The pairs among these businesses that are at least so likely to be one, the likeliest first."""
    known = list(rows)
    corpus = Corpus(known)
    connection = connect()
    try:
        load(connection, known)
        pairs = [pair for pair in candidates(connection) if not corpus.judged(known[pair[0]], known[pair[1]])]
        compared = ((pair, corpus.compare(known[pair[0]], known[pair[1]])) for pair in pairs)
        least = _logit(min(threshold, _UNLIKELY) if model.is_local else threshold)
        likely = [
            each
            for batch in _batched(compared)
            for each in scored(connection, model, batch)
            if model.calibrated(each.margin) >= least
        ]
        found = []
        for batch in _batched(likely):
            for each in weighed(connection, model, batch):
                logit = model.localised(model.calibrated(each.margin), each.parts)
                if logit >= _logit(threshold):
                    one, other = (known[at] for at in each.pair)
                    found.append(
                        Predicted(
                            (UUID(one.unique_id), UUID(other.unique_id)),
                            _probability(logit),
                            {name: bits for name, part in each.parts.items() if (bits := round(part / _BIT, 2))},
                            reasons(one, other, each.figures, each.parts),
                        )
                    )
    finally:
        connection.close()
    return sorted(found, key=lambda pair: (-pair.probability, pair.ids))


def weigh(
    rows: Sequence[Features], pairs: Sequence[tuple[int, int]], model: Model
) -> list[tuple[float, Mapping[str, float]]]:
    """Of these pairs of rows the logit without a region's weights, and its parts."""
    corpus, connection = Corpus(rows), connect()
    try:
        found = scored(connection, model, [(pair, corpus.compare(rows[pair[0]], rows[pair[1]])) for pair in pairs])
        return [(model.calibrated(each.margin), each.parts) for each in weighed(connection, model, found)]
    finally:
        connection.close()


def scored(
    connection: duckdb.DuckDBPyConnection, model: Model, compared: Sequence[tuple[tuple[int, int], Figures]]
) -> list[Scored]:
    """The trees' sum of every pair, without its parts."""
    sums = _sums(connection, model, [figures for _, figures in compared], [frozenset()])[0]
    return [Scored(pair, figures, total, {}) for (pair, figures), total in zip(compared, sums, strict=True)]


def weighed(connection: duckdb.DuckDBPyConnection, model: Model, pairs: Sequence[Scored]) -> Iterator[Scored]:
    """The same pairs with the parts of their sums: by how much the sum falls if that respect were not known."""
    without = [frozenset(at for at, each in enumerate(MEASURES) if each.respect == name) for name in RESPECTS]
    columns = _sums(connection, model, [each.figures for each in pairs], without)
    for each, sums in zip(pairs, zip(*columns, strict=True), strict=True):
        yield each._replace(parts={name: each.margin - rest for name, rest in zip(RESPECTS, sums, strict=True)})


def _sums(
    connection: duckdb.DuckDBPyConnection, model: Model, figures: Sequence[Figures], without: Sequence[frozenset[int]]
) -> list[list[float]]:
    """The trees' sums of these figures, for each set of measures that are taken as not known."""
    if len(figures) < _FEW:
        return [
            [model.margin([None if at in hidden else figure for at, figure in enumerate(each)]) for each in figures]
            for hidden in without
        ]
    names = [f"m{at}" for at in range(len(MEASURES))]
    columns = [pa.array(column, pa.float64()) for column in zip(*figures, strict=True)]
    connection.register("figures", pa.table([pa.array(range(len(figures))), *columns], ["n", *names]))
    total = " + ".join((_double(model.base), *map(_sql, model.trees)))
    found = []
    for hidden in without:
        shown = ", ".join(f"NULL::DOUBLE AS {name}" if at in hidden else name for at, name in enumerate(names))
        rows = connection.execute(f"SELECT {total} FROM (SELECT n, {shown} FROM figures) ORDER BY n").fetchall()
        found.append([row[0] for row in rows])
    connection.unregister("figures")
    return found


def _batched(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _value(tree: Tree, figures: Sequence[float | None]) -> float:
    while isinstance(tree, tuple):
        at, limit, unknown_is_left, left, right = tree
        figure = figures[at]
        tree = left if (unknown_is_left if figure is None else figure <= limit) else right
    return tree


def _sql(tree: Tree) -> str:
    """An unknown figure fails every comparison, so it is what stands behind ELSE."""
    if not isinstance(tree, tuple):
        return _double(tree)
    at, limit, unknown_is_left, left, right = tree
    if unknown_is_left:
        return f"CASE WHEN m{at} > {_double(limit)} THEN {_sql(right)} ELSE {_sql(left)} END"
    return f"CASE WHEN m{at} <= {_double(limit)} THEN {_sql(left)} ELSE {_sql(right)} END"


def _double(number: float) -> str:
    """As SQL: with an exponent, since DuckDB takes a number without one for a decimal."""
    return f"{number:.17e}"


def _tree(found: Any) -> Tree:
    """A tree of a file, whose parts may only be numbers: they become SQL."""
    if isinstance(found, list):
        at, limit, unknown_is_left, left, right = found
        if not 0 <= at < len(MEASURES):
            raise Unreadable
        return int(at), _finite(limit), bool(unknown_is_left), _tree(left), _tree(right)
    return _finite(found)


def _finite(found: Any) -> float:
    if not math.isfinite(number := float(found)):
        raise Unreadable
    return number


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability)) if probability < 1 else math.inf


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > 0 else math.exp(logit) / (1 + math.exp(logit))
