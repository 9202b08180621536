"""Which pairs resemble each other enough to be worth a closer look: a few points for each respect, the cheap ones
first; names are compared letter by letter only where it can still matter.
"""

import numpy as np

from app.linkage.columns import Bools, Columns, Field, Ints, Strings
from app.linkage.comparing import METRE
from app.linkage.wording import alike, once, overlapping, slips

LEAST = 8
"""Points that a pair must have."""

_NEAR, _FAR, _FARTHEST = 60, 250, 1_500  # metres, along both axes together
_SAME, _ALIKE, _WORD, _LIKE, _UNNAMED = 5, 4, 3, 2, 1  # of names
_LIKE_SIGN = 1
_CLOSE, _RESEMBLING = 0.9, 0.78  # Jaro and Winkler's likeness
_CONTACT, _BIRTH, _NIK, _NIK_SLIPS = 4, 3, 4, 2
_ADDRESS = 2  # the whole of it, with a number or a name
_MOST_OF_WORDS = 2 * _SAME + _CONTACT + 2 + _NIK


class Resemblance:
    """Counts the points of pairs among these rows."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._y, self._x = columns.latitude / METRE, columns.longitude / METRE

    def enough(self, one: Ints, other: Ints) -> Bools:
        """Which of these pairs have `LEAST` points."""
        found = np.zeros(len(one), np.bool_)
        rows = np.flatnonzero(self.columns.kind[one] == self.columns.kind[other])
        points = self._numbers(one[rows], other[rows])
        able = np.flatnonzero(points + _MOST_OF_WORDS >= LEAST)
        rows, points = rows[able], points[able]
        more, gains = self._words(one[rows], other[rows])
        points = points + more
        for step, letters in enumerate((self._letters_of_owners, self._letters_of_signs, self._niks)):
            # What has enough already needs no more, and what cannot reach it, neither.
            found[rows[points >= LEAST]] = True
            open_ = np.flatnonzero((points < LEAST) & (points + gains[step:].sum(axis=0) >= LEAST))
            rows, points, gains = rows[open_], points[open_], gains[:, open_]
            points = points + letters(one[rows], other[rows])
        found[rows[points >= LEAST]] = True
        return found

    def _numbers(self, one: Ints, other: Ints) -> Ints:
        columns = self.columns
        two, three, _, five = (each[one] == each[other] for each in columns.kbli)
        points = np.select([five, three, two], [3, 2, 1], 0)
        far = np.abs(self._y[one] - self._y[other]) + np.abs(self._x[one] - self._x[other])
        village = columns.village[one] == columns.village[other]
        points += np.select([far <= _NEAR, far <= _FAR, village | (far <= _FARTHEST)], [3, 2, 1], 0)
        points += np.where((columns.birth.at[one] >= 0) & (columns.birth.at[one] == columns.birth.at[other]), _BIRTH, 0)
        points += np.abs(columns.year[one] - columns.year[other]) <= 1
        address = columns.address.at[one]
        points += np.where((address == columns.address.at[other]) & (columns.address.sizes[address] > 1), _ADDRESS, 0)
        points += (columns.nik.at[one] < 0) | (columns.nik.at[other] < 0)
        return points

    def _words(self, one: Ints, other: Ints) -> tuple[Ints, Ints]:
        """The points for words that are the same; and what their letters and a NIK can add to them at most."""
        columns = self.columns
        owners = columns.owner.of(one), columns.owner.of(other)
        names = columns.names.of(one), columns.names.of(other)
        unnamed = ~(columns.owner.known[one] & columns.owner.known[other])
        same, word = _same(columns.owner_text, one, other), overlapping(*owners)
        points = np.select([same, word, unnamed], [_SAME, _WORD, _UNNAMED], 0)
        of_owner = np.select([same | unnamed, word], [0, _ALIKE - _WORD], _ALIKE)
        same, word = _same(columns.name_text, one, other), overlapping(*names)
        points += np.select([same, word], [_SAME, _WORD], 0)
        of_sign = np.select([same, word], [0, _ALIKE - _WORD], _ALIKE)
        points += np.where(overlapping(columns.contacts.of(one), columns.contacts.of(other)), _CONTACT, 0)
        points += overlapping(owners[0], names[1]) | overlapping(owners[1], names[0])
        points += overlapping(columns.activity.of(one), columns.activity.of(other))
        of_nik = np.where((columns.nik.at[one] >= 0) & (columns.nik.at[other] >= 0), _NIK, 0)
        return points, np.stack([of_owner, of_sign, of_nik])

    def _niks(self, one: Ints, other: Ints) -> Ints:
        nik = self.columns.nik
        known = np.flatnonzero((nik.at[one] >= 0) & (nik.at[other] >= 0))
        points = np.zeros(len(one), np.int64)
        left, right = nik.at[one[known]], nik.at[other[known]]
        points[known[slips(nik.texts[left], nik.texts[right], _NIK_SLIPS) <= _NIK_SLIPS]] = _NIK
        return points

    def _letters_of_owners(self, one: Ints, other: Ints) -> Ints:
        return _letters(self.columns.owner_text, self.columns.owner, _LIKE, one, other)

    def _letters_of_signs(self, one: Ints, other: Ints) -> Ints:
        return _letters(self.columns.name_text, self.columns.names, _LIKE_SIGN, one, other)


def _letters(texts: Strings, names: Field, like: int, one: Ints, other: Ints) -> Ints:
    """What the letters of names give beyond a common word; `like`: where they resemble each other, and no more."""
    known = np.flatnonzero((texts.at[one] >= 0) & (texts.at[other] >= 0))
    points = np.zeros(len(one), np.int64)
    one, other = one[known], other[known]
    word = overlapping(names.of(one), names.of(other))
    close, resembling = _likeness(texts, one, other)
    gain = np.select([close, resembling], [np.where(word, _ALIKE - _WORD, _ALIKE), np.where(word, 0, like)], 0)
    points[known] = np.where(_same(texts, one, other), 0, gain)
    return points


def _same(texts: Strings, one: Ints, other: Ints) -> Bools:
    same: Bools = (texts.at[one] >= 0) & (texts.at[one] == texts.at[other])
    return same


def _likeness(texts: Strings, one: Ints, other: Ints) -> tuple[Bools, Bools]:
    """Whose letters are alike, and whose resemble each other at least."""
    left, right, inverse = once(texts.at[one], texts.at[other])
    likeness = alike(texts.texts[left], texts.texts[right], _RESEMBLING)[inverse]
    return likeness >= _CLOSE, likeness >= _RESEMBLING
