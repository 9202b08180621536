"""What an item that was kept raw may say of a business, whatever is wrong with it. Pure.

It was kept because something in it could not be read, so nothing in it is taken to be where it should be. A number is
found in any text, as a JSON number, and over the whole item (`raw_numbers.py`); JSON in a text is read like the rest.

With names that would take ordinary people for who heard the business: a form is full of words, and shops are called by
what they sell. So a text is compared by where it stands (`form_places.py`): as it is heard where a form asks for the
name of the business or of a person of it, in full where no form has such a place, or as the name of a field; and
in those places, and where a form has something described, it is searched for whole names. Where others are named (the
address, suppliers), it is not. The code of a choice is a name only where one is asked for.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.core.canonical import Odd, Repeated
from app.core.exact_json import read_exactly
from app.core.problems import Problem
from app.reinterviews.form_places import CHOICES, FIELDS, Place, place_of
from app.reinterviews.naming import in_full, keys_of, visible
from app.reinterviews.raw_numbers import decoded, numbers_in, plain_digits

_NAME = 200  # signs; a longer text is no name
_WORDS = 10  # of a list that is a name, word by word
_TEXTS_IN_TEXTS = 3
_VILLAGE, _DISTRICT = 10, 6  # digits of their codes
_GROUP = re.compile(r"[0-9]+")
_LETTER = re.compile(r"[^\W\d_]")


class Said(NamedTuple):
    """What it may say: numbers with their kinds; names as they are heard, and in full; texts that names may stand in;
    and the codes of villages, or else of districts, that it says it is from."""

    numbers: frozenset[tuple[str, str]]
    heard: frozenset[str]
    full: frozenset[str]
    sentences: tuple[str, ...]
    places: frozenset[str]


class _Text(NamedTuple):
    """A text or a number of an item as a text, where it stands, and under which field; the names of fields under none.
    Of a number a second one, which says nothing but digits."""

    text: str
    place: Place
    field: str | None


def said_in(content: bytes) -> Said:
    """What an item says, by its bytes."""
    whole = content.decode(errors="replace")
    texts, values, places = {whole: None, decoded(whole): None}, list[str](), set[str]()
    heard, full, sentences = set[str](), set[str](), dict[str, None]()
    for text, place, field in _texts(whole, _TEXTS_IN_TEXTS):
        texts[text] = None
        if field is not None:
            values.append(text)
        if field == "region_code" and (code := _place(text)):
            places.add(code)
        if place in ("sentence", "unknown"):
            sentences[text] = None
        if len(text) > _NAME:
            continue
        if place == "name":
            keys = keys_of(text)
            heard.add(keys.heard)
            full.add(keys.full)
        elif place == "unknown" and text.casefold() not in CHOICES and _LETTER.search(text):
            full.add(in_full(text))
    return Said(
        numbers_in(texts, values),
        frozenset(heard - {""}),
        frozenset(full - {""}),
        tuple(sentences),
        frozenset(places),
    )


def _texts(text: str, deeper: int) -> Iterator[_Text]:
    """The texts and numbers of a JSON text."""
    try:
        waiting: list[tuple[str, str, Any]] = [("", "", read_exactly(text.encode(errors="replace")))]
    except Problem:
        return
    while waiting:
        parent, key, value = waiting.pop()
        if isinstance(value, dict):
            pairs = value.pairs if isinstance(value, Repeated) else value.items()
            waiting += ((key, name, each) for name, each in pairs)
            yield from (_Text(decoded(name), "unknown" if name not in FIELDS else "other", None) for name, _ in pairs)
        elif isinstance(value, list):
            waiting += ((parent, key, each) for each in value)
            if 1 < len(value) <= _WORDS and all(isinstance(each, str) for each in value):
                yield _Text(" ".join(value), place_of(parent, key), key)
        elif isinstance(value, Odd):
            yield _Text(value.text, place_of(parent, key), key)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield _Text(str(value), place_of(parent, key), key)
            yield _Text(str(value).zfill(13), "other", None)  # as a number a NIB has lost its zeros
        elif isinstance(value, str):
            yield from _of_text(value, place_of(parent, key), key, deeper)


def _of_text(text: str, place: Place, field: str, deeper: int) -> Iterator[_Text]:
    """A text as it is and as it is read, and those of the JSON in it."""
    plain = visible(decoded(text))
    yield _Text(plain, place, field)
    if plain != text:
        yield _Text(text, "other", field)
    if deeper and text.lstrip()[:1] in tuple('{["'):
        yield from _texts(text, deeper - 1)


def _place(text: str) -> str | None:
    """The dotted code of a village, also of the one that a neighbourhood lies in, or of a district."""
    digits = "".join(_GROUP.findall(plain_digits(text)))
    if len(digits) < _DISTRICT:
        return None
    district = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}"
    return f"{district}.{digits[6:_VILLAGE]}" if len(digits) >= _VILLAGE else district
