"""CSV to the files of Stata and SPSS, by pyreadstat: numbers with labels for codes, days as days, labels of variables.

Such a file begins with how long each text is at most, so all rows are in memory, as Arrow has them: hence `MOST_ROWS`.
"""

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

from app.exchange.column import Column
from app.exchange.columns import COLUMNS
from app.exchange.manifest import Manifest
from app.exchange.statistics_names import (
    NOT_SHOWN,
    NOT_SHOWN_LABEL,
    label,
    numbers_of,
    title,
    value_labels,
    variable,
)
from app.exchange.to_parquet import arrow_schema, tables

_AT_ONCE = 5_000
_TITLE = 80  # signs of a title in Stata; SPSS has 64
_TITLE_OF_SPSS = 64
_TEXT_OF_SPSS = 32_767  # bytes of a text
_FORMATS_OF_STATA = {"date": "%td", "datetime": "%tc"}  # others are not taken for days by every reader
_FORMATS_OF_SPSS = {"date": "SDATE10", "datetime": "DATETIME20"}


def stata(source: IO[bytes], target: IO[bytes], manifest: Manifest) -> None:
    """A file of Stata 14 and later, in UTF-8. A text that is missing is empty there, as Stata has it."""
    import pyreadstat  # noqa: PLC0415  (takes a while)

    frame = _frame(source, manifest, _text_of_stata)
    write = partial(
        pyreadstat.write_dta,
        file_label=title(manifest, _TITLE),
        version=15,
        column_labels=_labels(manifest),
        variable_value_labels=_value_labels(),
        variable_format=_formats(_FORMATS_OF_STATA),
    )
    _through_a_file(write, frame, target)


def spss(source: IO[bytes], target: IO[bytes], manifest: Manifest) -> None:
    """A file of SPSS, in UTF-8. A number that is masked is `NOT_SHOWN`, which is declared missing; one that was not
    answered is the system's missing."""
    import polars as pl  # noqa: PLC0415  (takes a while)
    import pyreadstat  # noqa: PLC0415  (as above)

    hidden = [] if manifest.unmasked else [variable(each) for each in COLUMNS if _is_hidden_number(each)]
    masked = pl.col("personal_answers") == numbers_of(_column("personal_answers"))["masked"]
    frame = _frame(source, manifest, _text_of_spss).with_columns(
        pl.when(masked).then(pl.lit(NOT_SHOWN, pl.Float64)).otherwise(pl.col(name)).alias(name) for name in hidden
    )
    labels = _value_labels()
    for name in hidden:
        labels[name] = {**labels.get(name, {}), NOT_SHOWN: NOT_SHOWN_LABEL}
    write = partial(
        pyreadstat.write_sav,
        file_label=title(manifest, _TITLE_OF_SPSS),
        row_compress=True,
        note=[f"{subject}: {said}"[:_TITLE] for subject, said, _ in manifest.notes],
        column_labels=_labels(manifest),
        variable_value_labels=labels,
        missing_ranges={name: [NOT_SHOWN] for name in hidden},
        variable_format=_formats(_FORMATS_OF_SPSS),
        variable_measure={variable(each): _measure(each) for each in COLUMNS},
    )
    _through_a_file(write, frame, target)


def _frame(source: IO[bytes], manifest: Manifest, text: Callable[[Any], Any]) -> Any:
    """The rows as Polars has them: codes as numbers, truths as 0 and 1, other numbers as both programs calculate."""
    import polars as pl  # noqa: PLC0415  (takes a while)

    wanted = [_expression(pl.col(each.name), each, text).alias(variable(each)) for each in COLUMNS]
    parts = [
        pl.DataFrame(pl.from_arrow(each)).select(wanted) for each in tables(source, arrow_schema(manifest), _AT_ONCE)
    ]
    return pl.concat(parts, rechunk=False)


def _expression(cells: Any, column: Column, text: Callable[[Any], Any]) -> Any:
    import polars as pl  # noqa: PLC0415  (takes a while)

    if column.codes:
        return cells.replace_strict(numbers_of(column), default=None, return_dtype=pl.Int32)
    if column.type == "text":
        return text(cells)
    if column.type == "datetime":
        return cells.dt.replace_time_zone(None)
    casts: dict[str, Any] = {"boolean": pl.Int32, "integer": pl.Float64}
    return cells.cast(casts[column.type]) if column.type in casts else cells


def _text_of_stata(cells: Any) -> Any:
    # A text that is missing among long ones is one that the library cannot write.
    return cells.fill_null("")


def _text_of_spss(cells: Any) -> Any:
    import polars as pl  # noqa: PLC0415  (takes a while)

    longest = _TEXT_OF_SPSS // 4  # signs, of four bytes at most
    return pl.when(cells.str.len_bytes() > _TEXT_OF_SPSS).then(cells.str.head(longest)).otherwise(cells)


def _column(name: str) -> Column:
    return next(each for each in COLUMNS if each.name == name)


def _is_hidden_number(column: Column) -> bool:
    return column.seen == "hidden" and column.type in ("integer", "number", "boolean") and not column.codes


def _labels(manifest: Manifest) -> dict[str, str | None]:
    return {variable(each): label(each, manifest) for each in COLUMNS}


def _value_labels() -> dict[str, dict[int | float, str]]:
    return {variable(each): labels for each in COLUMNS if (labels := value_labels(each))}


def _formats(formats: dict[str, str]) -> dict[str, str]:
    whole = "%20.0f" if "%" in formats["date"] else "F20.0"
    return {
        variable(each): formats.get(each.type, whole)
        for each in COLUMNS
        if each.type in formats or (each.type == "integer" and not each.codes)
    }


def _measure(column: Column) -> str:
    if column.codes or column.type in ("text", "boolean"):
        return "nominal"
    return "scale"


def _through_a_file(write: Callable[..., None], frame: Any, target: IO[bytes]) -> None:
    """The library writes files only."""
    with tempfile.TemporaryDirectory(prefix="kumkm-export-") as folder:
        path = Path(folder) / "file"
        write(frame, path)
        with path.open("rb") as file:
            shutil.copyfileobj(file, target)
