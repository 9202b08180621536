"""Findings: what is wrong or doubtful in an item, as a pointer and a stable code. Never with the value. Pure."""

import math
from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from typing import Any, NamedTuple

from pydantic import ValidationError

from app.core.canonical import LARGEST, SMALLEST, Odd, Repeated
from app.core.redaction import without_numbers
from app.core.text import is_storable

MAX_DEPTH = 16
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_ALL_BUT_BRACKETS = bytes(each for each in range(256) if each not in b'{}[]"\\')

_CODES = {
    "missing": "field_required",
    "string_type": "wrong_type",
    "int_type": "wrong_type",
    "int_from_float": "wrong_type",
    "int_parsing": "wrong_type",
    "float_type": "wrong_type",
    "float_parsing": "wrong_type",
    "bool_type": "wrong_type",
    "bool_parsing": "wrong_type",
    "list_type": "wrong_type",
    "dict_type": "wrong_type",
    "model_type": "wrong_type",
    "model_attributes_type": "wrong_type",
    "json_invalid": "wrong_type",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "greater_than": "number_out_of_range",
    "greater_than_equal": "number_out_of_range",
    "less_than": "number_out_of_range",
    "less_than_equal": "number_out_of_range",
    "int_parsing_size": "number_out_of_range",
    "finite_number": "number_not_finite",
    "literal_error": "not_a_choice",
    "enum": "not_a_choice",
    "uuid_type": "not_a_uuid",
    "uuid_parsing": "not_a_uuid",
    "string_unicode": "text_not_storable",
    "extra_forbidden": "field_unknown",
    "captured_out_of_range": "captured_out_of_range",
    "name_without_letters": "name_without_letters",
    "text_without_letters": "text_without_letters",
}


class Finding(NamedTuple):
    """An RFC 6901 pointer from the item on, and a stable code."""

    pointer: str
    code: str


def code_of_pydantic(error_type: str) -> str:
    """The stable code of one of pydantic's error types; theirs may change with the library."""
    if error_type.startswith(("date", "time", "timezone")):
        return "not_a_date"
    return _CODES.get(error_type, "invalid_value")


def findings_of(error: ValidationError, prefix: str = "") -> list[Finding]:
    """A validation error as findings."""
    return [
        Finding(prefix + pointer(each["loc"]), code_of_pydantic(each["type"]))
        for each in error.errors(include_input=False, include_url=False, include_context=False)
    ]


def with_whole_numbers(value: Any, error: ValidationError) -> Any:
    """A copy of what was refused, with 2.0 as 2 where a whole number was asked for: canonical JSON writes both alike,
    and JSON Schema takes both. None where the error is not about any such number.
    """
    places = [
        each["loc"]
        for each in error.errors(include_url=False, include_context=False)
        if each["type"] == "int_type" and isinstance(each["input"], float) and each["input"].is_integer()
    ]
    if not places:
        return None
    whole = deepcopy(value)
    for *way, last in places:
        holder = reduce(lambda inside, name: inside[name], way, whole)
        holder[last] = int(holder[last])
    return whole


def pointer(path: Iterator[Any] | tuple[Any, ...]) -> str:
    """The RFC 6901 pointer of a path; a name that is only a long number is left out."""
    return "".join("/" + without_numbers(str(part)).replace("~", "~0").replace("/", "~1") for part in path)


def unstorable(value: Any) -> list[Finding]:
    """What in a JSON value cannot be kept: NUL, lone surrogates, numbers that no client holds, keys that come twice,
    objects and lists of more than 16 levels, the value itself being the first.

    A pointer leads to the nearest place that can be named in sound text.
    """
    return list(dict.fromkeys(_unstorable(value, ())))


def may_be_too_deep(text: bytes) -> bool:
    """Whether JSON text may have more levels than are kept. Where a text in it has brackets or signs that are escaped,
    nothing is known, and the value is to be walked (`too_deep`).
    """
    if text.count(b"{") + text.count(b"[") <= MAX_DEPTH:
        return False
    left = text.translate(_BRACKETS, _ALL_BUT_BRACKETS).replace(b'""', b"")
    if b'"' in left or b"\\" in left:
        return True
    for _ in range(MAX_DEPTH):  # each time the innermost ones go
        if not left:
            return False
        left = left.replace(b"[]", b"")
    return bool(left)


def too_deep(value: Any, levels: int = MAX_DEPTH) -> bool:
    """Whether objects and lists have more levels than are kept."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(levels):
        level = [
            each
            for one in level
            for each in (one.values() if isinstance(one, dict) else one)
            if isinstance(each, (dict, list))
        ]
        if not level:
            return False
    return bool(level)


def _unstorable(value: Any, path: tuple[Any, ...]) -> Iterator[Finding]:
    if isinstance(value, dict | list):
        if len(path) >= MAX_DEPTH:
            yield Finding(pointer(path), "nested_too_deep")
            return
        if isinstance(value, Repeated):
            yield Finding(pointer(path), "repeated_field")
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(key, int) or is_storable(key):
                yield from _unstorable(inner, (*path, key))
            else:
                yield Finding(pointer(path), "text_not_storable")
    elif code := _fault_of(value):
        yield Finding(pointer(path), code)


def _fault_of(value: Any) -> str | None:
    if isinstance(value, Odd):
        return value.code
    if isinstance(value, str):
        return None if is_storable(value) else "text_not_storable"
    if isinstance(value, int):
        return None if SMALLEST <= value <= LARGEST else "number_out_of_range"
    return "number_not_finite" if isinstance(value, float) and not math.isfinite(value) else None
