"""What an item that was kept raw may say of a business, whatever is wrong with it. Pure.

It was kept because something in it could not be read, so nothing in it is taken to be where it should be. A number is
found in any text, as a JSON number, and over the whole item, with whatever signs between its digits; a name is any
text, as it is heard; JSON in a text is read like the rest. Too much is found rather than too little: what is found is
only compared with the numbers and names of businesses that are about to be asked again.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any, NamedTuple

from app.core.canonical import Odd, Repeated
from app.core.exact_json import read_exactly
from app.core.problems import Problem
from app.identifiers.numbers import FOREIGN, PROVINCES
from app.identifiers.phonetic_name import phonetic_name

_NIK, _NIB = 16, 13  # digits
_COOPERATIVE = range(5, 21)
_NAME = 200  # signs; a longer text is no name
_LONG = 64  # digits in a row: of more, numbers are looked for only where a group of digits begins
_TEXTS_IN_TEXTS = 3
_MOST = 5_000  # numbers that are looked for; a filled form has some hundred
_VILLAGE, _DISTRICT = 10, 6  # digits of their codes
# Digits with anything between them but letters. The two signs are letters that show nothing.
_DIGITS = re.compile(r"[0-9](?:[\W_\u115f\u1160]*[0-9])*")
_GROUP = re.compile(r"[0-9]+")
_FOREIGN = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,20}", re.ASCII)
_SIGNS = re.compile(r"[A-Z0-9]+", re.ASCII)


class Said(NamedTuple):
    """What it may say: numbers with their kinds, names as they are heard, and the codes of villages, or else of
    districts, that it says it is from."""

    numbers: frozenset[tuple[str, str]]
    names: frozenset[str]
    places: frozenset[str]


def said_in(content: bytes) -> Said:
    """What an item says, by its bytes."""
    whole = content.decode(errors="replace")
    texts, places = [whole], set[str]()
    names = set[str]()
    for key, text in _scalars(whole, _TEXTS_IN_TEXTS):
        texts.append(text)
        if key is not None and len(text) <= _NAME:
            names.add(phonetic_name(text))
        if key == "region_code" and (place := _place(text)):
            places.add(place)
    # The shortest first, which numbers stand in: of a text that is full of digits not all is looked at.
    numbers = (each for text in sorted(dict.fromkeys(texts), key=len) for each in _numbers(_plain(text)))
    return Said(frozenset(islice(numbers, _MOST)), frozenset(names - {""}), frozenset(places))


def _scalars(text: str, deeper: int) -> Iterator[tuple[str | None, str]]:
    """The texts and numbers of a JSON text, each as a text with the key that it stands under; the keys with none."""
    try:
        waiting: list[tuple[str, Any]] = [("", read_exactly(text.encode(errors="replace")))]
    except Problem:
        return
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            pairs = value.pairs if isinstance(value, Repeated) else value.items()
            waiting += pairs
            yield from ((None, name) for name, _ in pairs)
        elif isinstance(value, list):
            waiting += ((key, each) for each in value)
        elif isinstance(value, Odd):
            yield key, value.text
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield key, str(value)
            yield None, str(value).zfill(_NIB)  # as a number it has lost its zeros
        elif isinstance(value, str):
            yield key, value
            if deeper and value.lstrip()[:1] in tuple('{["'):
                yield from _scalars(value, deeper - 1)


def _plain(text: str) -> str:
    """A text with digits of every script as plain ones, in capitals."""
    if text.isascii():
        return text.upper()
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", text)).upper()


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """What may be a number of some kind in a text. That a window of more digits is none does no harm: it is compared
    with numbers that there are."""
    for found in _DIGITS.finditer(text):
        groups = _GROUP.findall(found[0])
        digits = "".join(groups)
        begins = range(len(digits)) if len(digits) <= _LONG else _begins(groups)
        for at in begins:
            for kind, length in (("nik", _NIK), ("nib", _NIB)):
                if at + length <= len(digits) and (kind == "nib" or digits[at : at + 2] in PROVINCES):
                    yield kind, digits[at : at + length]
        yield from (
            ("cooperative_number", each) for each in dict.fromkeys((digits, *groups)) if len(each) in _COOPERATIVE
        )
    signs = _SIGNS.findall(text)
    for each in dict.fromkeys((*signs, *map("".join, pairwise(signs)))):
        if _FOREIGN.fullmatch(each):
            yield from ((kind, each) for kind in FOREIGN)


def _begins(groups: list[str]) -> Iterator[int]:
    at = 0
    for group in groups:
        yield at
        at += len(group)


def _place(text: str) -> str | None:
    """The dotted code of a village, also of the one that a neighbourhood lies in, or of a district."""
    digits = "".join(_GROUP.findall(_plain(text)))
    if len(digits) < _DISTRICT:
        return None
    district = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}"
    return f"{district}.{digits[6:_VILLAGE]}" if len(digits) >= _VILLAGE else district
