"""Numbers that identify, in texts that may be anything: of any script, with whatever stands between their digits, and
encoded as web pages and addresses have it. Pure.

Too much is found rather than too little: what is found is only compared with numbers that there are.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from itertools import chain, islice, pairwise
from urllib.parse import unquote

from app.identifiers.numbers import FOREIGN, PROVINCES

_NIK, _NIB = 16, 13  # digits
_LENGTHS = (("nik", _NIK), ("nib", _NIB))
_COOPERATIVE = range(5, 21)
_LEAST = 5  # signs of a number of any kind
_LONG = 64  # digits in a row: of more, numbers are looked for only where a group of digits begins
_MOST = 5_000  # numbers that are looked for; a filled form has some hundred
_MOST_OF_PARTS = 500
_CODES_IN_CODES = 3
_PART = 4  # digits of a part of a number; with one more digit many numbers are another person's
_MIXED = range(_NIB, 200)  # signs of a text that is taken for a number with letters in it
# Digits with anything between them but letters. The two signs are letters that show nothing.
_DIGITS = re.compile(r"[0-9](?:[\W_\u115f\u1160]*[0-9])*")
_GROUP = re.compile(r"[0-9]+")
_NO_LETTER = re.compile(r"[0-9\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN = re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,20}", re.ASCII)
_SIGNS = re.compile(r"[A-Z0-9]+", re.ASCII)
_TAKEN_FOR_DIGITS = str.maketrans("OIL", "011")

Found = tuple[str, str]
"""A kind of number, and its digits."""


def numbers_in(texts: Iterable[str], values: Iterable[str]) -> frozenset[Found]:
    """The numbers in these texts, and those that two `values` of them are together, in whichever order."""
    plain = {text: plain_digits(text) for text in texts}
    # The shortest first, which numbers stand in: of a text that is full of digits not all is looked at.
    shortest = sorted({text for text in plain.values() if len(text) >= _LEAST and _GROUP.search(text)}, key=len)
    every = (each for text in shortest for each in chain(_numbers(text), _mixed(text)))
    parts = _of_two_parts(plain[value] for value in dict.fromkeys(values))
    return frozenset(chain(islice(parts, _MOST_OF_PARTS), islice(every, _MOST)))


def decoded(text: str) -> str:
    """The text without the encoding of addresses (`%31`) and pages (`&#49;`), also where it was encoded twice."""
    for _ in range(_CODES_IN_CODES):
        if "%" not in text and "&" not in text:
            break
        text = unquote(unescape(text))
    return text


def plain_digits(text: str) -> str:
    """A text with digits of every script as plain ones, in capitals."""
    if text.isascii():
        return text.upper()
    return "".join(map(_digit, unicodedata.normalize("NFKC", text))).upper()


@lru_cache(maxsize=4_096)
def _digit(sign: str) -> str:
    """Decimal digits, and signs that say one, such as those of Chinese."""
    number = unicodedata.numeric(sign, -1)
    return str(int(number)) if number in range(10) else sign


def _numbers(text: str) -> Iterator[Found]:
    """What may be a number of some kind in a text. That a window of more digits is none does no harm."""
    for found in _DIGITS.finditer(text):
        groups = _GROUP.findall(found[0])
        digits = "".join(groups)
        begins = range(len(digits)) if len(digits) <= _LONG else _begins(groups)
        yield from _at(digits, begins)
        yield from (
            ("cooperative_number", each) for each in dict.fromkeys((digits, *groups)) if len(each) in _COOPERATIVE
        )
    signs = _SIGNS.findall(text)
    for each in dict.fromkeys((*signs, *map("".join, pairwise(signs)))):
        if _FOREIGN.fullmatch(each):
            yield from ((kind, each) for kind in FOREIGN)


def _mixed(text: str) -> Iterator[Found]:
    """The NIK or NIB that a text is that has letters among its digits: letters that look like digits, or any others,
    where there are no more of them than digits."""
    if len(text) not in _MIXED or not _LETTER.search(text):
        return
    for each in (text, text.translate(_TAKEN_FOR_DIGITS)):
        digits = "".join(_GROUP.findall(each))
        if len(_LETTER.findall(each)) <= len(digits):
            yield from (found for found in _at(digits, range(len(digits))) if found[0] == "nik" or found[1] == digits)


def _of_two_parts(values: Iterable[str]) -> Iterator[Found]:
    by_length = defaultdict[int, list[str]](list)
    for value in values:
        if len(value) <= _LONG and _NO_LETTER.fullmatch(value):
            part = "".join(_GROUP.findall(value))
            by_length[len(part)].append(part)
    for kind, length in _LENGTHS:
        for size in range(_PART, length - _PART + 1):
            for first in by_length.get(size, ()):
                for second in by_length.get(length - size, ()):
                    if kind == "nib" or (first + second)[:2] in PROVINCES:
                        yield kind, first + second


def _at(digits: str, begins: Iterable[int]) -> Iterator[Found]:
    for at in begins:
        for kind, length in _LENGTHS:
            if at + length <= len(digits) and (kind == "nib" or digits[at : at + 2] in PROVINCES):
                yield kind, digits[at : at + length]


def _begins(groups: list[str]) -> Iterator[int]:
    at = 0
    for group in groups:
        yield at
        at += len(group)
