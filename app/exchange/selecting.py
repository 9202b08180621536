"""How SQL selects the exported columns."""

from app.core.excel import sql_as_number, sql_as_text
from app.exchange.column import Column
from app.exchange.columns import COLUMNS

PLACES = """
LEFT JOIN region AS neighbourhood ON neighbourhood.code = b.region_code AND length(b.region_code) = 18
LEFT JOIN region AS village ON village.code = left(b.region_code, 13)
LEFT JOIN region AS district ON district.code = left(b.region_code, 8)
LEFT JOIN region AS regency ON regency.code = left(b.region_code, 5)
LEFT JOIN region AS province ON province.code = left(b.region_code, 2)
LEFT JOIN kbli ON kbli.version = b.kbli_version AND kbli.code = b.kbli
"""
"""What is joined to a business `b` for the names and titles that its codes stand for."""

# The record in force is looked up row by row: with a hash over all submissions the first row would come after the last.
SOURCE = f"""
business AS b
CROSS JOIN LATERAL (
    SELECT answers, latitude, longitude, accuracy_m, captured_on, sealed FROM submission
    WHERE submission.record_id = b.record_id AND submission.revision = b.revision
      AND submission.regency_code = b.regency_code LIMIT 1
) AS s
{PLACES}"""


def selected(*, as_text: bool = False, excel: bool = False) -> str:
    """The columns as SQL selects them.

    `as_text`: times as RFC 3339, booleans as words, as CSV has them; `excel`: texts and numbers as spreadsheets read
    them in every language (`core/excel.py`).
    """
    return ", ".join(f"{_sql(column, as_text=as_text, excel=excel)} AS {column.name}" for column in COLUMNS)


def _sql(column: Column, *, as_text: bool, excel: bool) -> str:
    if as_text and column.type == "boolean":
        return f"({column.sql})::text"
    if as_text and column.type == "datetime":
        return f"""to_char({column.sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    if excel and column.type == "text":
        return sql_as_text(column.sql)
    if excel and column.type in ("integer", "number"):
        return sql_as_number(column.sql)
    return column.sql
