"""CSV for Excel and LibreOffice, on request: the same table in every language that a computer is set to.

Plain CSV is what was stored, sign by sign (RFC 4180); a program reads it. A spreadsheet takes `=1+1` in it for a
formula, `16.01.29` for a day, `01122` for a number, and `1.5` for one or for a text, as its language has it. So:

- A text that means more to it than a text is a formula that is nothing but that text: `="01122"`.
- A number with decimals is a formula without a sign of decimals: `=-41266E-4` is -4.1266 in every language.
- A whole number of more than 15 digits, of which it keeps 15, is text.
- Cells end with tabs, in UTF-16 with a mark of it: Excel divides such a file by itself in every language, while it
  takes a comma or a semicolon as its language has it.

The other tables that Excel opens are XLSX, which says what is text.

Pure. The same rule stands here twice, for rows that PostgreSQL writes and for rows that are written here; a test holds
them to the same text.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable
from typing import Any

MEDIA_TYPE = "text/csv; charset=utf-16"
DELIMITER = "\t"
ENCODING = "utf-16-le"
BOM = codecs.BOM_UTF16_LE

_LONGEST = 255  # signs of a text within a formula
_DIGITS = 15  # of a number that are kept
_WORDS = ("true", "false", "benar", "salah")
_LEFT_ALONE = "^[A-Za-z][^0-9]*$"
"""What a spreadsheet takes for nothing but text: it begins with a letter, and there is no digit in it."""
_LONG_LEFT_ALONE = r"^[A-Za-z[{]"
"""Of a text longer than any number or day: how it begins where it is no formula."""

_left_alone = re.compile(_LEFT_ALONE)
_long_left_alone = re.compile(_LONG_LEFT_ALONE)


def as_text(text: str) -> str:
    """A text as a spreadsheet shows it unaltered."""
    if not text or (_left_alone.fullmatch(text) and text.lower() not in _WORDS):
        return text
    inner = text.replace('"', '""')
    if len(inner) <= _LONGEST:
        return f'="{inner}"'
    return text if _long_left_alone.match(text) else f"'{text}"


def sql_as_text(sql: str) -> str:
    """The same as an SQL expression over one that gives text."""
    inner = f"""replace(({sql}), '"', '""')"""
    words = ", ".join(f"'{word}'" for word in _WORDS)
    return (
        f"CASE WHEN ({sql}) = '' OR (({sql}) ~ '{_LEFT_ALONE}' AND lower({sql}) NOT IN ({words})) THEN ({sql})"
        f" WHEN length({inner}) <= {_LONGEST} THEN '=\"' || {inner} || '\"'"
        f" WHEN ({sql}) ~ '{_LONG_LEFT_ALONE}' THEN ({sql}) ELSE '''' || ({sql}) END"
    )


def as_number(number: float) -> str:
    """A number as a spreadsheet reads it in every language."""
    text = str(number)
    mantissa, _, exponent = text.partition("e")
    whole, point, fraction = mantissa.partition(".")
    if point:
        return f"={int(whole + fraction)}E{int(exponent or 0) - len(fraction)}"
    return f'="{text}"' if len(text.lstrip("-")) > _DIGITS else text


def sql_as_number(sql: str) -> str:
    """The same as an SQL expression over one that gives a number."""
    text = f"({sql})::text"
    mantissa, exponent = f"split_part({text}, 'e', 1)", f"split_part({text}, 'e', 2)"
    return (
        f"CASE WHEN position('.' IN {text}) > 0 THEN '=' || replace({mantissa}, '.', '')::numeric || 'E'"
        f" || (coalesce(nullif({exponent}, ''), '0')::int - length(split_part({mantissa}, '.', 2)))"
        f" WHEN length(ltrim({text}, '-')) > {_DIGITS} THEN '=\"' || {text} || '\"' ELSE {text} END"
    )


def table(heading: Iterable[str], rows: Iterable[Iterable[Any]], *, excel: bool = False) -> bytes:
    """A CSV of values: plain in UTF-8, or for Excel as `MEDIA_TYPE`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=DELIMITER if excel else ",")
    writer.writerow(heading)
    writer.writerows([_cell(value, excel=excel) for value in row] for row in rows)
    return BOM + out.getvalue().encode(ENCODING) if excel else out.getvalue().encode()


def _cell(value: Any, *, excel: bool) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()  # as PostgreSQL writes it in exports
    if excel and isinstance(value, str):
        return as_text(value)
    return as_number(value) if excel and isinstance(value, int | float) else value
