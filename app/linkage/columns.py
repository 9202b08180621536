"""Businesses as columns of numbers, so that millions of pairs are compared at once: each distinct word, list of words,
code and number once, and of every row which of them it has. -1: nothing is known.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from app.identifiers.kbli_codes import DEFAULT
from app.linkage.features import OF_BUSINESSES, UNKNOWN_EDITION, Features, Words

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UNKNOWN = -1
_COMMON = frozenset(OF_BUSINESSES)
_DIGITS = {
    edition: str.maketrans("0123456789", letters)
    for edition, letters in {"2025": "abcdefghij", UNKNOWN_EDITION: "ABCDEFGHIJ"}.items()
}


@dataclass(frozen=True, slots=True)
class Field:
    """Words of each row: which of the distinct lists it has, and these as rows of word numbers, filled up with -1."""

    at: Ints
    words: Ints
    sizes: Ints

    @property
    def known(self) -> Bools:
        """Which rows have any word."""
        return self.sizes[self.at] > 0

    def of(self, rows: Ints) -> Ints:
        """The word numbers of these rows, as narrow as they may be."""
        lists = self.at[rows]
        width = int(self.sizes[lists].max(initial=1))
        return self.words[lists, : max(1, width)]


@dataclass(frozen=True, slots=True)
class Strings:
    """A text of each row: which of the distinct ones."""

    at: Ints
    texts: NDArray[np.object_]


class Columns:
    """The columns of some rows. Words are numbered in the order of the alphabet."""

    def __init__(self, rows: Sequence[Features]) -> None:
        by_name: dict[str, Sequence[Any]] = {name: [] for name in Features._fields}
        by_name |= dict(zip(Features._fields, zip(*rows, strict=True), strict=False))
        self.count = count = len(rows)
        lists = {name: _distinct(by_name[name]) for name in ("owner", "activity", "address", "contacts")}
        lists["signs"] = _distinct([*by_name["name"], *by_name["trade"]])
        lists["names"] = _distinct(list(map(_together, by_name["name"], by_name["trade"])))
        found = sorted(set(chain.from_iterable(chain.from_iterable(distinct) for _, distinct in lists.values())))
        self.vocabulary = np.array([*found, ""], np.object_)
        """Each word; the last one, which -1 leads to, is no word."""
        self.common = np.array([*map(_COMMON.__contains__, found), False])
        """Which words are what businesses are called (*toko*), and tell little."""
        numbers = dict(zip(found, range(len(found)), strict=True))
        fields = {name: _field(at, distinct, numbers) for name, (at, distinct) in lists.items()}
        self.owner, self.names = fields["owner"], fields["names"]
        self.activity, self.address, self.contacts = fields["activity"], fields["address"], fields["contacts"]
        signs = fields["signs"]
        self.name = Field(signs.at[:count], signs.words, signs.sizes)
        self.trade = Field(signs.at[count:], signs.words, signs.sizes)
        self.owner_text, self.name_text = _texts(lists["owner"]), _texts(lists["names"])

        village = _strings(by_name["village"])
        self.village = village.at
        self.district, self.regency = (_starts(village, size).at for size in (8, 5))
        self.edition = _strings(by_name["kbli_version"]).at
        self.whole_kbli = _strings(list(map(_apart, by_name["kbli"], by_name["kbli_version"])))
        self.kbli = [_starts(self.whole_kbli, size).at for size in (2, 3, 4, 5)]
        self.kind, self.sex, self.household = (_strings(by_name[name]).at for name in ("kind", "sex", "household"))
        self.habits = [_strings(column).at for column in zip(*by_name["habits"], strict=True)]
        self.nik, self.nib, self.birth = (_strings(by_name[name]) for name in ("nik", "nib", "birth"))
        self.born = _starts(self.birth, 4).at

        self.year, self.workers = _floats(by_name["year"]), _floats(by_name["workers"])
        self.sales, self.capital = _floats(by_name["sales"]), _floats(by_name["capital"])
        latitude, longitude = _floats(by_name["latitude"]), _floats(by_name["longitude"])
        half = np.isnan(latitude) | np.isnan(longitude)
        self.latitude, self.longitude = np.where(half, np.nan, latitude), np.where(half, np.nan, longitude)


def _apart(code: str, edition: str) -> str:
    """A code so that no start of it is the start of a code of another edition."""
    return code if edition == DEFAULT else code.translate(_DIGITS[edition])


def _together(name: Words, trade: Words) -> Words:
    return tuple(dict.fromkeys(name + trade)) if trade else name


def _numbered(values: Iterable[Hashable]) -> dict[Hashable, int]:
    distinct = dict.fromkeys(values)
    return dict(zip(distinct, range(len(distinct)), strict=True))


def _distinct(lists: Sequence[Words]) -> tuple[Ints, list[Words]]:
    numbers = _numbered(lists)
    return np.fromiter(map(numbers.__getitem__, lists), np.int64, len(lists)), cast("list[Words]", list(numbers))


def _field(at: Ints, distinct: Sequence[Words], numbers: dict[str, int]) -> Field:
    sizes = np.fromiter(map(len, distinct), np.int64, len(distinct))
    width = int(sizes.max(initial=1)) or 1
    words = np.full((len(distinct), width), UNKNOWN, np.int64)
    words[np.arange(width) < sizes[:, None]] = np.fromiter(
        map(numbers.__getitem__, chain.from_iterable(distinct)), np.int64, int(sizes.sum())
    )
    return Field(at, words, sizes)


def _texts(lists: tuple[Ints, list[Words]]) -> Strings:
    at, distinct = lists
    texts = np.array([*map(" ".join, distinct), ""], np.object_)
    return Strings(np.where(np.equal(texts, "")[at], UNKNOWN, at), texts)


def _strings(values: Sequence[str | None]) -> Strings:
    numbers: dict[Hashable, int] = _numbered(values)
    last = numbers.pop(None, None)
    numbers = {value: at for at, value in enumerate(numbers)} if last is not None else numbers
    texts = np.array([*numbers, ""], np.object_)
    numbers[None] = UNKNOWN
    return Strings(np.fromiter(map(numbers.__getitem__, values), np.int64, len(values)), texts)


def _starts(whole: Strings, size: int) -> Strings:
    """So many signs at the start of each."""
    starts = _strings([text[:size] for text in whole.texts[:-1]])
    return Strings(np.append(starts.at, UNKNOWN)[whole.at], starts.texts)


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array(values, np.float64) if values else np.empty(0)
