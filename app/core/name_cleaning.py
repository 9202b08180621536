"""Names of people and businesses, in any script: kept as they were typed, without invisible characters. And texts that
have to say something. Pure."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from app.core.text import Said, formed

# Invisible characters that reorder, hide or mark their neighbours: directional marks, soft hyphens, zero-width spaces,
# tags. Joiners stay: in many scripts they decide how a word is written.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# What nearly every name is: printable ASCII with single blanks inside, and a letter or digit in front.
_PLAIN = re.compile(r"[A-Za-z0-9](?:[ ]?[!-~])*", re.ASCII)
_FILLERS = "\u115f\u1160\u3164\uffa0\u0640"  # invisible letters, or letters that only lengthen others


def is_plain(name: str) -> bool:
    """Whether a name is one and needs no tidying, a quick check; False decides nothing."""
    return _PLAIN.fullmatch(name) is not None


def tidied(name: str) -> str:
    """The name in the normal form NFC, without invisible characters, and with single blanks."""
    if name.isascii() and name.isprintable() and "  " not in name:
        return name.strip()
    return formed(_BLANKS.sub(" ", _UNSEEN.sub("", name)))


def is_name(text: str) -> bool:
    """Whether the text names something: it has a letter or a digit, of any script."""
    return any(unicodedata.category(sign)[0] in "LN" and sign not in _FILLERS for sign in text)


def _named(value: str) -> str:
    name = tidied(value)
    if not is_name(name):
        raise PydanticCustomError("name_without_letters", "a name has a letter or a digit")
    return name


def _saying(value: str) -> str:
    if not is_name(value):
        raise PydanticCustomError("text_without_letters", "a reason has a letter or a digit")
    return value


Named = AfterValidator(_named)
Stated = Annotated[Said, AfterValidator(_saying)]
"""Free text that has to say something: a letter or digit is left after long numbers were taken out."""
