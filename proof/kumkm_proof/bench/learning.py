"""Learning the packaged model of linkage: trees by gradient boosting (scikit-learn), each measure bound to the sense
that it has (a nearer point never speaks against one business), and a curve of what share was right at which sum.

The curve is made from worlds that the trees did not see: one after another is left out. Rows are shown with and without
optional answers, so that a register that does not ask them is not taken for one where they differ.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.linkage.blocking import candidates
from app.linkage.columns import Columns, Ints
from app.linkage.comparing import MEASURES, Corpus
from app.linkage.forest import Tree
from app.linkage.model import Model, rivalled
from kumkm_proof.bench.worlds import (
    coast,
    highlands,
    households,
    islands,
    markets,
    provinces,
    quarters,
    registers,
    returns,
    rounds,
    suburbs,
    towns,
)
from kumkm_proof.bench.worlds.labelled import Labelled

if TYPE_CHECKING:  # scikit-learn takes seconds to load: only who learns waits for it
    from sklearn.ensemble import HistGradientBoostingClassifier

World = Callable[[int, int], list[Labelled]]
WORLDS: Mapping[str, World] = {
    "towns": towns.world,
    "households": households.world,
    "markets": markets.world,
    "rounds": rounds.world,
    "provinces": provinces.world,
    "coast": coast.world,
    "suburbs": suburbs.world,
    "registers": registers.world,
    "returns": returns.world,
    "highlands": highlands.world,
    "islands": islands.world,
    "quarters": quarters.world,
}
SEEDS = (11, 12)
SIZES = (6_000, 18_000)  # of the worlds that are learnt from: few rows make words look rarer than they are
_OPTIONAL = ("activity", "year", "money", "address", "habits", "birth", "nib", "crossed")
_TREES, _LEAVES, _RATE = 160, 14, 0.08
_MOST_OTHERS = 20_000
_CHANGED = (("phone",), ("owner", "nik", "birth"), ("name",), ("place", "area", "address"), ("kbli",))
_CHANGES = 0.1
_ALL = 1e9  # no figure is larger: the limit where known ones go left, and unknown ones right
_NOT_ALWAYS, _NOT_SAID = ("phone", "nik", "place", "owner"), 0.15
_HIDDEN, _CARELESS = 0.35, 0.25  # of the optional answers, in the second showing
_STEPS = 24  # of the curve
_SURE = 7.0  # nats: nobody is surer than one in a thousand


class Sample(NamedTuple):
    """Pairs that are looked at, of some worlds: figures (nan: not known), and which are one business."""

    figures: NDArray[np.float64]
    same: NDArray[np.bool_]
    weights: NDArray[np.float64]
    pairs: tuple[Ints, Ints]
    rows: int

    def thinned(self, most: int = _MOST_OTHERS) -> "Sample":
        """At most so many pairs of different businesses, which weigh the more."""
        others = np.flatnonzero(~self.same)
        if len(others) <= most:
            return self
        kept = np.random.default_rng(1).choice(others, most, replace=False)
        at = np.sort(np.concatenate([np.flatnonzero(self.same), kept]))
        weights = np.where(self.same[at], 1.0, len(others) / most)
        return Sample(self.figures[at], self.same[at], weights, (self.pairs[0][at], self.pairs[1][at]), self.rows)


def pairs_of(rows: Sequence[Labelled]) -> Sample:
    """What linkage looks at among these rows."""
    columns = Columns([row.features for row in rows])
    corpus, business = Corpus(columns), np.array([row.business for row in rows], np.int64)
    with ThreadPoolExecutor(1) as threads:
        one, other = candidates(columns, threads)
    fresh = ~corpus.judged(one, other)
    one, other = one[fresh], other[fresh]
    same = business[one] == business[other]
    return Sample(corpus.compare(one, other), same, np.ones(len(one)), (one, other), len(rows))


def true_pairs(rows: Sequence[Labelled]) -> set[tuple[int, int]]:
    """The pairs of one business that no rule has judged already."""
    groups = defaultdict[int, list[int]](list)
    for at, row in enumerate(rows):
        groups[row.business].append(at)
    pairs = np.array([pair for group in groups.values() for pair in combinations(group, 2)], np.int64).reshape(-1, 2)
    one, other = pairs.T
    fresh = ~Corpus(Columns([row.features for row in rows])).judged(one, other)
    return set(zip(one[fresh].tolist(), other[fresh].tolist(), strict=True))


def samples(most: int | None = None) -> dict[str, list[Sample]]:
    """Of each world what is learnt from; worlds of at most so many rows."""
    return {
        name: [pairs_of(world(seed, min(size, most or size))) for seed, size in zip(SEEDS, SIZES, strict=True)]
        for name, world in WORLDS.items()
    }


class Lessons:
    """What is learnt from, by the names of the worlds. Trees of the same worlds are learnt once: each curve is made
    from models of all worlds but two, which two curves share."""

    def __init__(self, known: Mapping[str, Sequence[Sample]]) -> None:
        self._known = known
        self._trees: dict[frozenset[str], HistGradientBoostingClassifier] = {}

    def model(self, without: str | None = None) -> Model:
        """A model of these worlds, of which one may be left out; its curve is made by leaving each of them out."""
        names = [name for name in self._known if name != without]
        sums, right, weights = [], [], []
        for left_out in names:
            trees = self._of(name for name in names if name != left_out)
            for each in self._known[left_out]:
                sums.append(rivalled(*each.pairs, trees.decision_function(each.figures), each.rows))
                right.append(each.same)
                weights.append(each.weights / each.weights.sum())
        fitted = self._of(names)
        return Model(
            float(fitted._baseline_prediction.ravel()[0]),
            _exported(fitted),
            _curve(np.concatenate(sums), np.concatenate(right), np.concatenate(weights)),
        )

    def _of(self, names: Iterable[str]) -> "HistGradientBoostingClassifier":
        wanted = frozenset(names)
        if wanted not in self._trees:
            self._trees[wanted] = trees_of(
                [each for name in self._known if name in wanted for each in self._known[name]]
            )
        return self._trees[wanted]


def trees_of(worlds: Sequence[Sample]) -> "HistGradientBoostingClassifier":
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415  (takes seconds to load)

    known = [each.thinned() for each in worlds]
    same = np.concatenate([each.same for each in known])
    figures = _masked(np.concatenate([each.figures for each in known]), same)
    # Each world weighs the same; the share of pairs that are one business stays.
    weights = np.tile(np.concatenate([each.weights / each.weights.sum() for each in known]), 2)
    learner = HistGradientBoostingClassifier(
        learning_rate=_RATE,
        max_iter=_TREES,
        max_leaf_nodes=_LEAVES,
        min_samples_leaf=60,
        l2_regularization=5.0,
        monotonic_cst=[measure.sense for measure in MEASURES],
        early_stopping=False,
        random_state=1,
    )
    return learner.fit(figures, np.tile(same, 2), sample_weight=weights * len(weights) / weights.sum())


def _masked(figures: NDArray[np.float64], same: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The same pairs twice: as they are, and with some optional answers not known, and some those of another pair, as
    where people answer carelessly."""
    rng = np.random.default_rng(1)
    blank = figures.copy()
    for name in _OPTIONAL:
        columns = _columns(name)
        fate = rng.random(len(blank))
        hidden = np.flatnonzero(fate < _HIDDEN)
        careless = np.flatnonzero(fate > 1 - _CARELESS)
        blank[np.ix_(hidden, columns)] = np.nan
        blank[np.ix_(careless, columns)] = figures[np.ix_(rng.integers(0, len(figures), len(careless)), columns)]
    for name in _NOT_ALWAYS:
        columns = _columns(name)
        blank[np.ix_(np.flatnonzero(rng.random(len(blank)) < _NOT_SAID), columns)] = np.nan
    # One business may have moved, have another sign, or be answered for by somebody else: but one of these at a time.
    fate = rng.random(len(blank))
    for at, respects in enumerate(_CHANGED):
        columns = _columns(*respects)
        moved = np.flatnonzero(same & (fate >= at * _CHANGES) & (fate < (at + 1) * _CHANGES))
        blank[np.ix_(moved, columns)] = figures[np.ix_(rng.choice(np.flatnonzero(~same), len(moved)), columns)]
    shown = np.concatenate([figures, blank])
    shown[:2, np.isnan(shown).all(axis=0)] = ((0.0,), (1.0,))  # the learner takes no column without values
    return shown


def _columns(*respects: str) -> NDArray[np.int64]:
    return np.array([at for at, each in enumerate(MEASURES) if each.respect in respects], np.int64)


def _exported(learner: "HistGradientBoostingClassifier") -> tuple[Tree, ...]:
    return tuple(_tree(stage[0].nodes, 0) for stage in learner._predictors)


def _tree(nodes: Any, at: int) -> Tree:
    node = nodes[at]
    if node["is_leaf"]:
        return round(float(node["value"]), 6)
    left, right = _tree(nodes, int(node["left"])), _tree(nodes, int(node["right"]))
    return (
        int(node["feature_idx"]),
        round(min(_ALL, float(node["num_threshold"])), 6),
        bool(node["missing_go_to_left"]),
        left,
        right,
    )


def _curve(
    sums: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[tuple[float, float], ...]:
    """Points of a rising line from the trees' sum to the logit of the share that was right, every world alike."""
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415  (takes seconds to load)

    fitted = IsotonicRegression(y_min=1e-4, y_max=1 - 1e-4, out_of_bounds="clip").fit(sums, right, weights)
    points = np.linspace(-_SURE, _SURE, _STEPS)
    width = points[1] - points[0]
    smooth = [float(np.mean(fitted.predict(np.linspace(at - width, at + width, 41)))) for at in points]
    logits = [math.log(each / (1 - each)) for each in smooth]
    return tuple(
        (round(float(x), 4), round(max(-_SURE, min(_SURE, y)), 4)) for x, y in zip(points, logits, strict=True)
    )
