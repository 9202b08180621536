"""Masked answers for readers without the right to see them; two records can still be distinguished. Pure."""

import unicodedata
from typing import Any

from app.core.redaction import LEAST, digits_of, hide_numbers, without_numbers
from app.identifiers.numbers import FOREIGN, mask

MASK = "***"
_LONG = 8  # digits of a number that identifies a person
_FIRST, _LAST = 4, 2
_SHORT = 5  # signs of the shortest passport


def masked(value: Any) -> Any:
    """A sealed answer without its content; the shape of blocks and lists stays.

    Long numbers keep their first four signs and their last two (`1601**********01`, as the domain's texts show a NIK),
    everything else is stars. A question's own name is shown, unless it contains a number.
    """
    if isinstance(value, dict):
        return {without_numbers(key): _masked_answer(key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if value is None:
        return None
    if isinstance(value, str) and value.isdigit() and len(value) >= _LONG:
        return value[:_FIRST] + "*" * (len(value) - _FIRST - _LAST) + value[-_LAST:]
    return MASK


def masked_identity(kind: str, number: str) -> str:
    """A number that identifies, as lists and answers show it."""
    return str(_masked_answer(kind, number))


def _masked_answer(name: str, value: Any) -> Any:
    """Of a passport, which is short, the last two signs alone are shown."""
    if name in FOREIGN and isinstance(value, str):
        return MASK + value[-2:] if len(value) >= _SHORT else MASK
    return masked(value)


def without_long_numbers(answer: Any) -> Any:
    """An open answer with long numbers in it masked; the same object if there are none."""
    if isinstance(answer, str):
        return hide_numbers(answer, _masked_number)
    if isinstance(answer, list):
        plain = [without_long_numbers(inner) for inner in answer]
        return plain if any(one is not other for one, other in zip(plain, answer, strict=True)) else answer
    if isinstance(answer, dict):
        inner = {without_numbers(key): without_long_numbers(value) for key, value in answer.items()}
        return inner if any(inner.get(key) is not value for key, value in answer.items()) else answer
    if isinstance(answer, int | float) and digits_of(str(answer)) >= LEAST:
        return hide_numbers(str(answer), _masked_number)
    return answer


def _masked_number(number: str) -> str:
    return mask("".join(str(unicodedata.digit(sign)) for sign in number if unicodedata.digit(sign, None) is not None))
