"""Text as it comes from outside, in bodies, queries, headers and files: the one reading of it. Pure.

What PostgreSQL cannot store is refused: NUL, and halves of UTF-16 pairs. The rest is kept in the normal form NFC,
without blanks around it: what looks the same is the same.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from app.core.redaction import hides_nik, hides_person, without_numbers

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL has such a text."""
    return "\x00" not in text and (text.isascii() or _HALF_A_PAIR.search(text) is None)


def formed(text: str) -> str:
    """The text in the normal form NFC, without blanks around it."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip()


def _storable(value: str) -> str:
    if not is_storable(value):
        raise PydanticCustomError("string_unicode", "PostgreSQL has no such text")
    return value


def _no_number_of_a_person(value: str) -> str:
    if hides_nik(value):
        raise PydanticCustomError("invalid_value", "a name that all may read is no number of a person")
    return value


def _nothing_to_take_out(value: str) -> str:
    if hides_person(value):
        raise PydanticCustomError("invalid_value", "what all may read has no number of a person")
    return value


Storable = AfterValidator(_storable)
"""For text that is taken as it is: a secret, a token."""

Line = Annotated[str, Storable, AfterValidator(formed)]
Said = Annotated[Line, AfterValidator(without_numbers)]
"""Free text from outside that is stored: a reason, a note, a name. Long numbers in it are not stored."""

Published = Annotated[Line, AfterValidator(_nothing_to_take_out)]
"""Text that stands as it was said: the number of a decree, the name of a cut-off. What may be a person's number is
refused, and nothing is taken out."""

Handle = Annotated[Line, AfterValidator(_no_number_of_a_person)]
"""A name by which something is found for good, so that a long number in it is refused instead."""
