"""CSV for Excel, on request: no text is run as a formula or turned into a number or a date.

Plain CSV is what was stored, sign by sign (RFC 4180); a program reads it. Excel takes `=1+1` in it for a formula,
`16.01.29` for a day and `01122` for a number. For Excel such a text is written as a formula that is nothing but that
text, `="01122"`, which shows as it was stored. The other tables that Excel opens are XLSX, which says what is text.

Pure. The same rule stands here twice, for rows that PostgreSQL writes and for rows that are written here; a test holds
them to the same text.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

BOM = "\ufeff"
DELIMITER = ";"
"""Of Excel where the comma is the sign of decimals, as in Indonesia."""

_LONGEST = 255  # signs of a text within a formula
_WORDS = ("true", "false", "benar", "salah")
_LEFT_ALONE = "^[A-Za-z][^0-9]*$"
"""What Excel takes for nothing but text: it begins with a letter, and there is no digit in it."""

_left_alone = re.compile(_LEFT_ALONE)


def as_text(text: str) -> str:
    """A text as Excel shows it unaltered."""
    if not text or (_left_alone.fullmatch(text) and text.lower() not in _WORDS):
        return text
    inner = text.replace('"', '""')
    return f'="{inner}"' if len(inner) <= _LONGEST else f"'{text}"


def sql_as_text(sql: str) -> str:
    """The same as an SQL expression over one that gives text."""
    inner = f"""replace(({sql}), '"', '""')"""
    words = ", ".join(f"'{word}'" for word in _WORDS)
    return (
        f"CASE WHEN ({sql}) = '' OR (({sql}) ~ '{_LEFT_ALONE}' AND lower({sql}) NOT IN ({words})) THEN ({sql})"
        f" WHEN length({inner}) <= {_LONGEST} THEN '=\"' || {inner} || '\"' ELSE '''' || ({sql}) END"
    )


def as_number(number: object) -> str:
    """A number with a decimal comma."""
    return str(number).replace(".", ",")


def table(heading: Iterable[str], rows: Iterable[Iterable[Any]], *, excel: bool = False) -> str:
    """A CSV of values: plain, or for Excel."""
    out = io.StringIO(newline="")
    if excel:
        out.write(BOM)
    writer = csv.writer(out, delimiter=DELIMITER if excel else ",")
    writer.writerow(heading)
    writer.writerows([_cell(value, excel=excel) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Any, *, excel: bool) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if excel and isinstance(value, str):
        return as_text(value)
    return as_number(value) if excel and isinstance(value, float) else value
