"""How lists of words compare, for many pairs of lists at once: which words fit, what those that do not are worth, and
what only one list has. Lists and words are numbers of `Columns`; each distinct pair is compared once.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from app.linkage.columns import Bools, Floats, Ints

MOST_BITS = 12.0

_NICKNAME = 3  # letters at least
_ALIKE, _LONG = 0.9, 4  # of two words: Jaro and Winkler's likeness; from so many letters on, one may be wrong
_WORTH = np.array((0.0, 0.3, 0.6, 0.85))  # what nothing, an initial, a nickname and a slip are of a whole word
_INITIAL, _PART, _SLIP = 1, 2, 3


class Aligned(NamedTuple):
    """Bits of the words that fit, of those that do not on both sides, and of what only one side has more; nan where a
    list is empty."""

    agreed: Floats
    against: Floats
    extra: Floats

    def at(self, rows: Ints) -> "Aligned":
        """Of these."""
        return Aligned(self.agreed[rows], self.against[rows], self.extra[rows])


def once(one: Ints, other: Ints) -> tuple[Ints, Ints, Ints]:
    """The distinct pairs, and which of them each pair is."""
    width = int(other.max(initial=0)) + 2
    found, inverse = np.unique((one + 1) * width + other + 1, return_inverse=True)
    return found // width - 1, found % width - 1, inverse


def within(one: Ints, other: Ints) -> Bools:
    """Which words of the one list of each pair are in the other."""
    found: Bools = (one[:, :, None] == other[:, None, :]).any(axis=2) & (one >= 0)
    return found


def overlapping(one: Ints, other: Ints) -> Bools:
    """Which pairs of lists have a word in common."""
    found = np.zeros(len(one), np.bool_)
    for column in range(one.shape[1]):
        words = one[:, column]
        for across in range(other.shape[1]):
            found |= (words == other[:, across]) & (words >= 0)
    return found


def aligned(one: Ints, other: Ints, bits: Floats, vocabulary: NDArray[np.object_]) -> Aligned:
    """Compare these lists, word by word: the same words first, then each other word of the one with what is most like
    it in the other (of two that are, the later in the alphabet)."""
    mine, theirs = one >= 0, other >= 0
    width = max(one.shape[1], other.shape[1])
    same = (_wide(one, width) == _wide(other, width)).all(axis=1)
    worth, others = np.where(mine, bits[one], 0.0), np.where(theirs, bits[other], 0.0)
    shared = within(one, other)
    mine &= ~shared
    theirs &= ~within(other, one)
    agreed = (worth * shared).sum(axis=1)
    left, right = (worth * mine).sum(axis=1), (others * theirs).sum(axis=1)
    unsettled = np.flatnonzero(mine.any(axis=1) & theirs.any(axis=1))
    if len(unsettled):
        fits = _likeness(one[unsettled], other[unsettled], mine[unsettled], theirs[unsettled], vocabulary)
        gained, from_left, from_right = _matched(fits, other[unsettled], worth[unsettled], others[unsettled])
        agreed[unsettled] += gained
        left[unsettled] -= from_left
        right[unsettled] -= from_right
    known = (one[:, 0] >= 0) & (other[:, 0] >= 0)
    return Aligned(
        np.where(known, np.minimum(2 * MOST_BITS, agreed), np.nan),
        np.where(known, np.where(same, 0.0, np.maximum(0.0, _rounded(np.minimum(left, right)))), np.nan),
        np.where(known, np.where(same, 0.0, np.abs(_rounded(left - right))), np.nan),
    )


def _rounded(bits: Floats) -> Floats:
    """Nothing is left where what was taken away was all, and not 1e-15, for which a tree would turn."""
    return np.round(bits, 9)


def _wide(words: Ints, width: int) -> Ints:
    return np.pad(words, ((0, 0), (0, width - words.shape[1])), constant_values=-1)


def _matched(fits: NDArray[np.int8], other: Ints, worth: Floats, others: Floats) -> tuple[Floats, Floats, Floats]:
    """One word of the left after the other takes what is most like it and still free."""
    gained, from_left, from_right = np.zeros(len(fits)), np.zeros(len(fits)), np.zeros(len(fits))
    fits = fits.copy()
    several = int(other.max(initial=0)) + 2
    for column in range(fits.shape[1]):
        rank = fits[:, column, :].astype(np.int64) * several + other + 1
        best = rank.argmax(axis=1)
        kind = fits[np.arange(len(fits)), column, best]
        rows = np.flatnonzero(kind)
        taken = best[rows]
        gained[rows] += _WORTH[kind[rows]] * np.minimum(worth[rows, column], others[rows, taken])
        from_left[rows] += worth[rows, column]
        from_right[rows] += others[rows, taken]
        fits[rows, :, taken] = 0
    return gained, from_left, from_right


def _likeness(one: Ints, other: Ints, mine: Bools, theirs: Bools, vocabulary: NDArray[np.object_]) -> NDArray[np.int8]:
    """Of each word that is left on both sides, how alike they are: nothing, an initial, a nickname, a slip."""
    fits = np.zeros((*one.shape, other.shape[1]), np.int8)
    at, column, across = np.nonzero(mine[:, :, None] & theirs[:, None, :])
    # Every likeness is the same both ways.
    a, b = one[at, column], other[at, across]
    lower, upper, inverse = once(np.minimum(a, b), np.maximum(a, b))
    fits[at, column, across] = like(vocabulary[lower], vocabulary[upper])[inverse]
    return fits


def like(one: NDArray[np.object_], other: NDArray[np.object_]) -> NDArray[np.int8]:
    """How alike two words are that are not the same: 0 not at all, 1 an initial, 2 a nickname or words that were run
    together, 3 a slip."""
    found = np.zeros(len(one), np.int8)
    sizes = np.fromiter(map(len, one), np.int64, len(one)), np.fromiter(map(len, other), np.int64, len(other))
    shorter = np.minimum(*sizes)
    long = np.flatnonzero(shorter >= _LONG)
    if len(long):
        found[long[alike(one[long], other[long], _ALIKE) >= _ALIKE]] = _SLIP
        near = long[(found[long] == 0) & (np.abs(sizes[0][long] - sizes[1][long]) <= 1)]
        found[near[slips(one[near], other[near]) <= 1]] = _SLIP
    for at in np.flatnonzero((found == 0) & ((shorter >= _NICKNAME) | (shorter == 1))):
        a, b = one[at], other[at]
        short, whole = (a, b) if len(a) <= len(b) else (b, a)
        if whole.startswith(short) or (len(short) > 1 and whole.endswith(short)):
            found[at] = _PART if len(short) > 1 else _INITIAL
    return found


def alike(one: NDArray[np.object_], other: NDArray[np.object_], least: float) -> Floats:
    """How alike texts are by Jaro and Winkler; 0 below the least."""
    if not len(one):
        return np.zeros(0)
    return process.cpdist(one, other, scorer=JaroWinkler.similarity, dtype=np.float64, score_cutoff=least)


def slips(one: NDArray[np.object_], other: NDArray[np.object_], most: int = 1) -> Ints:
    """Wrong letters or swapped neighbours, up to one more than `most`."""
    if not len(one):
        return np.zeros(0, np.int64)
    return process.cpdist(one, other, scorer=OSA.distance, dtype=np.int64, score_cutoff=most)
