"""The model of linkage: how likely two businesses are one, by the figures of their comparison.

Decision trees that were learnt from labelled worlds (`kumkm_proof.bench.learning`), a curve that makes their sum a
probability, and for a region whose reviewers have decided enough, how much more or less each respect weighs there
(`retraining.py`). It is data (`model-6.json`): learnt elsewhere, scored here, the same on every machine.
"""

import json
import math
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from app.linkage.blocking import candidates
from app.linkage.columns import Columns, Floats, Ints
from app.linkage.comparing import MEASURES, RESPECTS, Corpus
from app.linkage.features import Features
from app.linkage.forest import MOST_LEAVES, Forest, Tree, leaves_of
from app.linkage.sentences import reasons

PACKAGED = Path(__file__).parent / "model-6.json"
EDITION = 3
"""Of the measures and the form of a model's file."""

_BATCH = 100_000  # pairs
_THREADS = min(4, os.cpu_count() or 1)
_BIT = math.log(2)
_RIVAL, _EASED, _BRIDGE = 0.6, 0.25, 0.45
"""What a better pair of one of the two takes, of the difference; how much less where businesses are met a third time,
and what a third business that fits both gives there. Tried on worlds that the trees did not see."""

_SURE = 2.0  # nats
_SELDOM, _OFTEN = 0.01, 0.05  # of those that have one sure pair, how many have two
_STRANGERS = -7.0  # nats: the sum of two businesses that are not even looked at

_UNLIKELY = 0.02
"""Below it no pair is weighed again for its region."""
_OF_RESPECTS = [[at for at, each in enumerate(MEASURES) if each.respect == name] for name in RESPECTS]


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
        """The sum of the trees, in nats: for one pair, as `Forest` does it for many."""
        return self.base + sum(_value(tree, figures) for tree in self.trees)

    def forest(self) -> Forest:
        """Its trees, ready for many pairs."""
        return Forest(self.base, self.trees, len(MEASURES))

    def calibrated(self, margins: Floats) -> Floats:
        """The logits of the probabilities, along the curve."""
        sums, logits = np.array(self.curve, np.float64).T
        found: Floats = np.interp(margins, sums, logits)
        return found

    def localised(self, logits: Floats, parts: Floats) -> Floats:
        """The logits in the region that the weights are of; a row of parts for each."""
        moved: Floats = logits + self.bias + parts @ np.array([self.weights.get(name, 0.0) for name in RESPECTS])
        return moved

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
            tuple(map(_small_tree, document["trees"])),
            tuple((float(x), float(y)) for x, y in document["curve"]),
            float(document["bias"]),
            {name: float(weight) for name, weight in document["weights"].items() if name in RESPECTS},
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as exc:
        raise Unreadable from exc


def packaged() -> Model:
    """The model that comes with the program."""
    return model_of(json.loads(PACKAGED.read_text("utf-8"))["model"])


class Predicted(NamedTuple):
    """Two businesses that are likely one: how likely, what weighed how much (log2 of odds; positive values speak for
    one business), and by respect a few Indonesian words that say why."""

    ids: tuple[UUID, UUID]
    probability: float
    weights: dict[str, float]
    reasons: dict[str, str]


class Likely(NamedTuple):
    """Pairs by the places of their rows, the logit of each, what each respect is of it, and their figures."""

    one: Ints
    other: Ints
    logits: Floats
    parts: Floats
    figures: Floats


def predict(rows: Sequence[Features], model: Model, threshold: float) -> list[Predicted]:
    """The pairs among these businesses that are at least so likely to be one, the likeliest first."""
    found = []
    pairs = likely(Columns(rows), model, threshold)
    for at, logit in enumerate(pairs.logits):
        one, other = rows[pairs.one[at]], rows[pairs.other[at]]
        parts = dict(zip(RESPECTS, pairs.parts[at].tolist(), strict=True))
        figures = tuple(None if math.isnan(each) else each for each in pairs.figures[at].tolist())
        found.append(
            Predicted(
                (UUID(one.unique_id), UUID(other.unique_id)),
                _probability(float(logit)),
                {name: bits for name, part in parts.items() if (bits := round(part / _BIT, 2))},
                reasons(one, other, figures, parts),
            )
        )
    return sorted(found, key=lambda pair: (-pair.probability, pair.ids))


def likely(columns: Columns, model: Model, threshold: float) -> Likely:
    """The pairs that are at least so likely to be one business."""
    corpus, forest = Corpus(columns), model.forest()
    with ThreadPoolExecutor(_THREADS) as threads:
        one, other = candidates(columns, threads)
        fresh = ~corpus.judged(one, other)
        one, other = one[fresh], other[fresh]
        logits = model.calibrated(rivalled(one, other, _margins(corpus, forest, one, other, threads), columns.count))
    open_ = np.flatnonzero(logits >= _logit(min(threshold, _UNLIKELY) if model.is_local else threshold))
    found = [_explained(corpus, forest, one[at], other[at], logits[at]) for at in _batches(open_)]
    return _localised(Likely(*(np.concatenate(each) for each in zip(*found, strict=True))), model, threshold)


def weigh(
    rows: Sequence[Features], pairs: Sequence[tuple[int, int]], model: Model
) -> list[tuple[float, Mapping[str, float]]]:
    """Of these pairs of rows the logit without a region's weights, and its parts."""
    columns = Columns(rows)
    corpus, forest = Corpus(columns), model.forest()
    asked = np.array(pairs, np.int64).reshape(-1, 2).T
    with ThreadPoolExecutor(_THREADS) as threads:
        one, other = candidates(columns, threads)
        fresh = ~corpus.judged(one, other)
        one, other = np.append(asked[0], one[fresh]), np.append(asked[1], other[fresh])
        margins = _margins(corpus, forest, one, other, threads)
    logits = model.calibrated(rivalled(one, other, margins, columns.count))[: len(pairs)]
    found = _explained(corpus, forest, asked[0], asked[1], logits)
    return [
        (logit, dict(zip(RESPECTS, each, strict=True)))
        for logit, each in zip(found.logits.tolist(), found.parts.tolist(), strict=True)
    ]


def rivalled(one: Ints, other: Ints, margins: Floats, rows: int) -> Floats:
    """The sums in nats, less where one of the two has another pair that fits better, as a namesake is not the one where
    the true one is there, too. Where many are met a third time, a third business that fits both is no rival, but speaks
    for them: then all three are likely one.
    """
    best, partner = _best(one, other, margins, rows)
    rival = np.maximum(best[one], best[other]) - margins
    several = _met_again(one, other, margins, rows)
    if not several:
        return np.asarray(margins - _RIVAL * rival, np.float64)
    fits = _Fits(one, other, margins, rows)
    stranger, bridge = np.zeros(len(margins)), margins
    for mine, theirs in ((one, other), (other, one)):
        third = partner[mine]
        closed = np.minimum(best[mine], np.where(third == theirs, margins, fits.of(theirs, third)))
        stranger = np.maximum(stranger, best[mine] - np.maximum(margins, closed))
        bridge = np.maximum(bridge, closed)
    rival = several * stranger + (1 - several) * rival
    left: Floats = margins - (_RIVAL - several * _EASED) * rival + several * _BRIDGE * (bridge - margins)
    return left


def _met_again(one: Ints, other: Ints, margins: Floats, rows: int) -> float:
    """Whether businesses are met a third time among these rows: 0 hardly ever, 1 often."""
    sure = margins >= _SURE
    pairs = np.bincount(one[sure], minlength=rows) + np.bincount(other[sure], minlength=rows)
    share = int(np.count_nonzero(pairs > 1)) / max(1, int(np.count_nonzero(pairs)))
    return min(1.0, max(0.0, (share - _SELDOM) / (_OFTEN - _SELDOM)))


def _best(one: Ints, other: Ints, margins: Floats, rows: int) -> tuple[Floats, Ints]:
    """Of each row the largest sum of its pairs, and with whom it has it."""
    best, partner = np.full(rows, -np.inf), np.full(rows, -1)
    for mine in (one, other):
        np.maximum.at(best, mine, margins)
    for mine, theirs in ((one, other), (other, one)):
        at = np.flatnonzero(margins == best[mine])
        np.maximum.at(partner, mine[at], theirs[at])  # of two that are as good, the later one: whatever the order
    return best, partner


class _Fits:
    """The sums of pairs by their rows."""

    def __init__(self, one: Ints, other: Ints, margins: Floats, rows: int) -> None:
        self._rows = rows
        codes = self._codes(one, other)
        order = np.argsort(codes, kind="stable")
        self._known, self._margins = codes[order], margins[order]

    def of(self, one: Ints, other: Ints) -> Floats:
        """Their sums; of a pair that is not looked at, what strangers have."""
        codes = self._codes(one, other)
        at = np.minimum(np.searchsorted(self._known, codes), max(0, len(self._known) - 1))
        found: Floats = np.where(self._known[at] == codes, self._margins[at], _STRANGERS)
        return found

    def _codes(self, one: Ints, other: Ints) -> Ints:
        return np.minimum(one, other) * self._rows + np.maximum(one, other)


def _margins(corpus: Corpus, forest: Forest, one: Ints, other: Ints, threads: ThreadPoolExecutor) -> Floats:
    def summed(at: Ints) -> Floats:
        return forest.sums(forest.bins(corpus.compare(one[at], other[at])))

    return np.concatenate(list(threads.map(summed, _batches(np.arange(len(one))))))


def _batches(at: Ints) -> list[Ints]:
    return [at[start : start + _BATCH] for start in range(0, max(1, len(at)), _BATCH)]


def _explained(corpus: Corpus, forest: Forest, one: Ints, other: Ints, logits: Floats) -> Likely:
    figures = corpus.compare(one, other)
    return Likely(one, other, logits, forest.losses(forest.bins(figures), _OF_RESPECTS).T, figures)


def _localised(found: Likely, model: Model, threshold: float) -> Likely:
    """With the weights of the region: those that are likely enough there."""
    logits = model.localised(found.logits, found.parts)
    asked = logits >= _logit(threshold)
    return Likely(found.one[asked], found.other[asked], logits[asked], found.parts[asked], found.figures[asked])


def _value(tree: Tree, figures: Sequence[float | None]) -> float:
    while isinstance(tree, tuple):
        at, limit, unknown_is_left, left, right = tree
        figure = figures[at]
        tree = left if (unknown_is_left if figure is None else figure <= limit) else right
    return tree


def _small_tree(found: Any) -> Tree:
    tree = _tree(found)
    if leaves_of(tree) > MOST_LEAVES:
        raise Unreadable
    return tree


def _tree(found: Any) -> Tree:
    """A tree of a file, of no more leaves than can be summed."""
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
