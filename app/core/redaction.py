"""Redaction of long numbers in free text: people write a NIK into other fields, too. Pure.

People write numbers of persons into reasons, names and notes, with any characters between the digits, and in the digits
of any script. A number that is found here is never stored unmasked.
"""

import re
import unicodedata
from collections.abc import Callable

LEAST = 10
"""From so many digits on, a number may be a person's: phones have ten, NIB thirteen, NIK sixteen."""

# Besides decimal digits of all scripts: raised, lowered and circled ones, which are read as digits all the same.
_DIGIT = (
    r"[\d\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd"
    r"\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792]"
)
# Everything that is neither a letter nor a digit, and the letters of Korean that show nothing.
_BETWEEN = r"[\W_\u115f\u1160\u3164\uffa0]{0,8}"
_LONG = re.compile(rf"{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{{LEAST - 1},}}")
_TOGETHER = re.compile(rf"{_DIGIT}{{{LEAST},}}")
_PHONE = re.compile(r"(?<![0-9])(?:\+?62|0)[-. ()]{0,2}8(?:[-. ()]{0,2}[0-9]){7,}", re.ASCII)
_ANY_DIGIT = re.compile(_DIGIT)
_REGION = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}(?:\.[0-9]{4})?", re.ASCII)
GONE = "…"
_NIK = re.compile(r"[1-9][0-9]{5}(?:0[1-9]|[12][0-9]|3[01]|4[1-9]|[56][0-9]|7[01])(?:0[1-9]|1[0-2])[0-9]{6}", re.ASCII)


def hides_number(text: str, least: int = LEAST) -> bool:
    """Whether a text has so many digits in a row, with anything but letters between them."""
    return any(
        len(_ANY_DIGIT.findall(found[0])) >= least and not _REGION.fullmatch(found[0]) for found in _LONG.finditer(text)
    )


def hides_person(text: str) -> bool:
    """Whether a text may have the number of a person: a NIK with anything but letters between its digits, a phone, or
    ten digits side by side. Numbers of decrees, dates and codes of regions have signs between them, and are none.
    """
    return hides_nik(text) or _TOGETHER.search(text) is not None or _PHONE.search(_in_ascii(text)) is not None


def hides_nik(text: str) -> bool:
    """Whether a text has digits in a row that could be a NIK: its province, day and month. Random ids seldom have."""
    return any(_NIK.search(_ascii(found[0])) for found in _LONG.finditer(text))


def may_hide_number(*texts: str) -> bool:
    """Whether `hide_numbers` would look more closely at one of the texts."""
    return _LONG.search("x".join(texts)) is not None  # a letter between them, so that no number continues


def hide_numbers(text: str, shown: Callable[[str], str]) -> str:
    """The text with each long number replaced by what `shown` makes of its characters; codes of regions stay. Gives
    the same object if there is none.
    """
    if len(text) < LEAST or not _LONG.search(text):
        return text
    hidden = _LONG.sub(lambda found: found[0] if _REGION.fullmatch(found[0]) else shown(found[0]), text)
    return text if hidden == text else hidden


def without_numbers(text: str) -> str:
    """A text to store, without possible numbers of persons, in any way of writing."""
    return hide_numbers(text, lambda _: GONE)


def _ascii(number: str) -> str:
    return "".join(str(unicodedata.digit(sign)) for sign in _ANY_DIGIT.findall(number))


def _in_ascii(text: str) -> str:
    """The text with all digits as ASCII has them."""
    return _ANY_DIGIT.sub(lambda sign: str(unicodedata.digit(sign[0])), text)


def digits_of(number: str) -> int:
    """How many digits a number that was found has."""
    return len(_ANY_DIGIT.findall(number))
