"""Names and labels of variables as Stata and SPSS take them. Pure."""

from collections.abc import Mapping

from app.exchange.code_labels import labels_of
from app.exchange.column import Column
from app.exchange.manifest import Manifest

LONGEST_NAME = 32
"""Signs of a name in Stata; SPSS takes twice as many, and gets the same ones."""

_LONGEST_LABEL = 80  # of a variable, in Stata
_SHORT = {"marketing": "mkt", "destination": "dest"}
YES_AND_NO: Mapping[int | float, str] = {0: "Tidak", 1: "Ya"}
NOT_SHOWN = -9
"""In SPSS, for a number that is masked: it is declared missing, and says so."""
NOT_SHOWN_LABEL = "Disamarkan"


def variable(column: Column) -> str:
    """The name of a column; where it is too long, with shorter words."""
    if len(column.name) <= LONGEST_NAME:
        return column.name
    return "_".join(_SHORT.get(word, word) for word in column.name.split("_"))


def label(column: Column, manifest: Manifest) -> str:
    """The label of a variable, in Indonesian; whether it is not shown stands behind it."""
    behind = " [disamarkan]" if column.seen == "hidden" and not manifest.unmasked else ""
    longest = _LONGEST_LABEL - len(behind)
    return (column.label_id if len(column.label_id) <= longest else column.label_id[: longest - 1] + "…") + behind


def numbers_of(column: Column) -> Mapping[str, int]:
    """The number that stands for each code, in the order of the codes, from 1; empty where its values are no codes.

    Value labels of Stata are of numbers, so both programs get numbers with labels.
    """
    return {code: number for number, code in enumerate(column.codes, start=1)}


def value_labels(column: Column) -> dict[int | float, str]:
    """What each number of a variable means, in Indonesian."""
    if column.type == "boolean":
        return dict(YES_AND_NO)
    labels = labels_of(column)
    return {number: labels[code].id for code, number in numbers_of(column).items()}


def title(manifest: Manifest, longest: int) -> str:
    """What the file is, in a line."""
    said = f"KUMKM {manifest.region or 'ID'}, {manifest.moment}, {manifest.rows} baris"
    filtered = f"{said}, {manifest.filtered}" if manifest.filters else said
    return filtered if len(filtered.encode()) <= longest else said
