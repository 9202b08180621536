"""Canonical JSON: the text of a value that tablet and server hash, as defined in `openapi/README.md`. Pure.

Keys sorted by code point, no blanks, UTF-8, nothing escaped but quotes, backslashes, control signs and lone surrogates.
A whole number that was written as one keeps its digits; every other number is the double that it reads as, in its
shortest digits, never with an exponent and never with a fraction of zero: 1.0 is 1, 1e2 is 100, -0.0 is 0.
"""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

# A number so large that orjson may have read a whole one of more than 64 bits, and rounded it.
_ROUNDED = re.compile(rb"e\+?(?:1[89]|[2-9][0-9]|[0-9]{3})[,}\]]")
# What orjson writes otherwise than the contract: a fraction of zero, an exponent; and what Python, not orjson, writes
# with an exponent (0.00005). In texts it may look so, too. Each begins with two plain signs: that is much faster.
_FRACTION = re.compile(rb"\.0(?:[,}\]]|000)")
_SMALL, _LARGE = re.compile(rb"e-[0-9]+[,}\]]"), re.compile(rb"e\+[0-9]+[,}\]]")
_FLOAT = re.compile(rb"(?<=[:,\[])-?[0-9]+(?:\.0|(?:\.[0-9]+)?e[+-]?[0-9]+)(?=[,}\]])")
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS
_LONE = re.compile("[\ud800-\udfff]")


SMALLEST, LARGEST = -(2**63), 2**64 - 1
"""Whole numbers that are kept: those of 64 bits."""

DIGEST_BYTES = 16
"""Of one form of a content; see `sealing.Digester.content`."""


class Odd(NamedTuple):
    """A piece of JSON text that is kept as it came, since no client can hold what it says: `code` is why."""

    text: str
    code: str


class Repeated(dict[str, Any]):
    """An object with the same key more than once; as a dict it says what came last."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def canonical(value: Any) -> bytes:
    """The canonical JSON of a value as orjson or `json` parse it, with `Odd` and `Repeated` in it."""
    return forms(value)[0]


def forms(value: Any) -> list[bytes]:
    """The value's canonical JSON, and after it how server and reference client wrote it before contract 1.1, where that
    differs: what was hashed then is still known by those.
    """
    text = sorted_text(value)
    if text is None:
        return [written(value)]
    if is_canonical(text):
        return [text]
    ours = _FLOAT.sub(lambda found: number(float(found[0])).encode(), text)
    if orjson.loads(ours) != value:  # what looked like a number stood in a text
        ours = written(value)
    theirs = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return list(dict.fromkeys([ours, text, theirs.encode()]))


def sorted_text(value: Any) -> bytes | None:
    """The object or list with its keys sorted, as orjson writes it: canonical but for some numbers. None where it holds
    what orjson does not write: `Odd`, `Repeated`, lone surrogates, whole numbers beyond 64 bits, endless nesting.
    """
    try:
        return orjson.dumps(value, option=_SORTED) if isinstance(value, dict | list) else None
    except TypeError:
        return None


def is_canonical(text: bytes) -> bool:
    """Whether `sorted_text`, of one value or of several one after another, has no number to be written otherwise.

    What looks like one in a text of theirs is taken for one here.
    """
    return not (_FRACTION.search(text) or _SMALL.search(text) or (b"+" in text and _LARGE.search(text)))


def written(value: Any) -> bytes:
    """As `canonical`, but slow: for any value of any depth."""
    parts: list[str] = []
    waiting: list[Iterator[str | tuple[Any]]] = [iter([(value,)])]
    while waiting:
        for piece in waiting[-1]:
            if isinstance(piece, str):
                parts.append(piece)
            elif isinstance(piece[0], dict | list):
                waiting.append(_members(piece[0]))
                break
            else:
                parts.append(_scalar(piece[0]))
        else:
            waiting.pop()
    return "".join(parts).encode()


def _members(value: dict[str, Any] | list[Any]) -> Iterator[str | tuple[Any]]:
    """The pieces of an object or a list: text as it is, values wrapped up."""
    if isinstance(value, list):
        yield "["
        for at, inner in enumerate(value):
            if at:
                yield ","
            yield (inner,)
        yield "]"
        return
    pairs = value.pairs if isinstance(value, Repeated) else value.items()
    yield "{"
    for at, (key, inner) in enumerate(sorted(pairs, key=lambda pair: pair[0])):
        yield f"{',' if at else ''}{_text(key)}:"
        yield (inner,)
    yield "}"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return number(value)
    return value.text if isinstance(value, Odd) else str(value)


def _text(value: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def number(value: float) -> str:
    """A double in its shortest digits, without an exponent.

    Raises:
        ValueError: it is not finite.
    """
    text = format(Decimal(repr(value)), "f").removesuffix(".0")
    if not text[-1].isdigit():
        raise ValueError("JSON has no such number")
    return "0" if text == "-0" else text


def may_be_rounded(text: bytes) -> bool:
    """Whether what orjson wrote may stand for a whole number of more digits: then the body is to be read exactly."""
    return _ROUNDED.search(text) is not None


def same_content(one: bytes, other: bytes) -> bool:
    """Whether two contents are the same by their digests, one for each form (see `forms`) and joined."""
    if one == other or len(one) == len(other) == DIGEST_BYTES:
        return one == other
    return not set(_digests(one)).isdisjoint(_digests(other))


def _digests(joined: bytes) -> list[bytes]:
    return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]


class Contents:
    """The contents of a batch, by their digests."""

    def __init__(self, contents: Iterable[bytes]) -> None:
        self.sent = frozenset(contents)
        self._by_form = {form: content for content in self.sent for form in _digests(content)}

    def as_sent(self, stored: bytes) -> bytes:
        """The one that is the same content as what is stored, so that both are simply equal; else what is stored."""
        return next((self._by_form[form] for form in _digests(stored) if form in self._by_form), stored)
