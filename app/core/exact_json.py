"""Lossless parsing of JSON: where orjson refuses a whole body or rounds a number, one value is the reason, and
the others are to be had. Pure.

What no client can hold is kept as its own text (`Odd`): NaN and infinity, whole numbers beyond 64 bits, decimals beyond
a double, what is nested deeper than any questionnaire. A key that comes twice is kept with both (`Repeated`).
"""

import json
import math
import re
import secrets
from typing import Any

from app.core.canonical import LARGEST, SMALLEST, Odd, Repeated
from app.core.problems import Code, Problem

_LEVELS = 64  # of objects and lists; what is deeper is cut out before it is parsed
_MOST_TOKENS = 2_000_000  # half a second; a batch has a twentieth of them
_DIGITS = 20
# A text, to its end or that of the body, or brackets in a row.
_TOKEN = re.compile(r'"(?:[^"\\]+|\\.?)*+(?:"|\Z)|[\[{]+|[\]}]+', re.DOTALL)


def read_exactly(body: bytes) -> Any:
    """The value of a body, with `Odd` and `Repeated` in it.

    Raises:
        Problem: `malformed_json`.
    """
    cut: dict[str, str] = {}
    try:
        text = body.decode()
        try:
            return _decoder(cut).decode(text)
        except RecursionError:
            return _decoder(cut).decode(_cut(text, cut))
    except (ValueError, RecursionError) as exc:
        raise Problem(Code.MALFORMED_JSON) from exc


def _decoder(cut: dict[str, str]) -> json.JSONDecoder:
    def real(text: str) -> Any:
        if text in cut:
            return Odd(cut[text], "nested_too_deep")
        value = float(text)
        return value if math.isfinite(value) else Odd(text, "number_out_of_range")

    return json.JSONDecoder(
        parse_float=real,
        parse_int=_whole,
        parse_constant=lambda text: Odd(text, "number_not_finite"),
        object_pairs_hook=_object,
    )


def _whole(text: str) -> Any:
    value = int(text) if len(text) <= _DIGITS else LARGEST + 1
    return value if SMALLEST <= value <= LARGEST else Odd(text, "number_out_of_range")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else Repeated(pairs)


def _cut(text: str, cut: dict[str, str]) -> str:
    """The text with a number that nobody can guess in the place of each value that is nested too deep."""
    kept, kept_to, depth, began = [], 0, 0, 0
    for tokens, token in enumerate(_TOKEN.finditer(text)):
        signs = len(token[0])
        if tokens > _MOST_TOKENS:
            raise Problem(Code.MALFORMED_JSON)
        if token[0][0] in "[{":
            if depth <= _LEVELS < depth + signs:
                began = token.start() + _LEVELS - depth
            depth += signs
        elif token[0][0] in "]}":
            if depth - signs <= _LEVELS < depth:
                ended, name = token.start() + depth - _LEVELS, f"0e{secrets.randbits(128)}"
                kept += [text[kept_to:began], name]
                cut[name], kept_to = text[began:ended], ended
            depth -= signs
    return "".join([*kept, text[kept_to:]])
