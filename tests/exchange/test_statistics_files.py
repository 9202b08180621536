"""Files of Stata and SPSS, read back: names, labels, codes, days, long and strange texts, and what is missing."""

import csv
import io
from datetime import UTC, date, datetime
from math import isnan
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from app.exchange import encode
from app.exchange.code_labels import labels_of
from app.exchange.columns import COLUMNS, NAMES
from app.exchange.manifest import Manifest
from app.exchange.statistics_names import LONGEST_NAME, NOT_SHOWN, label, variable

EMBEDDED_IS_ENOUGH = True
MADE = Manifest(made_at=datetime(2022, 9, 12, 12, 0, 3, tzinfo=UTC), rows=3, region="16.01", filters={"kind": "umkm"})
TEXTS = ['=HYPERLINK("http://x";"y")', "\u202eRé 好\nbaris", "x" * 10_000]
FORMATS = ("dta", "sav")


def made(format_: str, tmp_path: Path, *rows: dict[str, Any], manifest: Manifest = MADE) -> tuple[Any, Any]:
    """The rows as a reader has them, and what it says of them."""
    source = io.StringIO(newline="")
    writer = csv.writer(source, lineterminator="\n")
    writer.writerows([NAMES, *([row.get(name, "") for name in NAMES] for row in rows)])
    target = io.BytesIO()
    encode.encode(format_, io.BytesIO(manifest.model_dump_json().encode() + b"\n" + source.getvalue().encode()), target)
    path = tmp_path / f"file.{format_}"
    path.write_bytes(target.getvalue())
    read = pyreadstat.read_dta if format_ == "dta" else pyreadstat.read_sav
    return read(path, output_format="dict")


def test_names_are_short_enough_and_labels_too() -> None:
    names = [variable(column) for column in COLUMNS]
    assert len({name.lower() for name in names}) == len(names)
    assert max(map(len, names)) <= LONGEST_NAME
    assert max(len(label(column, MADE)) for column in COLUMNS) <= 80


@pytest.mark.parametrize("format_", FORMATS)
def test_what_goes_in_comes_out(format_: str, tmp_path: Path) -> None:
    common = {"personal_answers": "masked", "kbli": "01122", "village_code": "16.01.14.1003"}
    rows = [
        {
            **common,
            "name": text,
            "size_class": size,
            "captured_on": "2022-09-12",
            "created_at": "2022-09-12T01:02:03.000000Z",
            "latitude": "-4.1266",
            "started_year": year,
            "exports": truth,
        }
        for text, size, year, truth in zip(
            TEXTS, ("micro", "large", ""), ("2015", "", "1999"), ("true", "false", ""), strict=True
        )
    ]
    found, about = made(format_, tmp_path, *rows)
    assert list(found) == [variable(column) for column in COLUMNS]
    assert [found[name][0] for name in ("kbli", "village_code")] == ["01122", "16.01.14.1003"]
    assert list(found["name"]) == TEXTS
    assert found["captured_on"][0] == date(2022, 9, 12)
    assert found["created_at"][0] == datetime(2022, 9, 12, 1, 2, 3)  # noqa: DTZ001  (as the file has it, in UTC)
    assert found["latitude"][0] == -4.1266
    for name, values in (("size_class", [1, 4, None]), ("started_year", [2015, None, 1999]), ("exports", [1, 0, None])):
        assert [None if value is None or isnan(value) else value for value in found[name]] == values
    assert about.variable_value_labels["size_class"] == {
        1: "Usaha mikro",
        2: "Usaha kecil",
        3: "Usaha menengah",
        4: "Usaha besar",
    }
    assert about.variable_value_labels["exports"] == {0: "Tidak", 1: "Ya"}
    assert about.column_names_to_labels["kbli"] == "Kode KBLI"
    assert about.column_names_to_labels["annual_sales_idr"] == "Penjualan setahun [disamarkan]"
    assert about.number_rows == 3
    assert about.file_label.startswith("KUMKM 16.01, 2022-09-12T19:00:03+07:00")


def test_every_code_has_its_label_in_both(tmp_path: Path) -> None:
    for format_ in FORMATS:
        _, about = made(format_, tmp_path, {"name": "Warung"})
        for column in COLUMNS:
            if column.codes:
                labels = [label.id for label in labels_of(column).values()]
                assert list(about.variable_value_labels[variable(column)].values())[: len(labels)] == labels


def test_masked_is_not_the_same_as_not_answered(tmp_path: Path) -> None:
    """In SPSS by a value that is declared missing; in both by `personal_answers`, and by the label of the variable."""
    rows = [{"name": "a", "personal_answers": "masked"}, {"name": "b", "personal_answers": "removed"}]
    _, about = made("sav", tmp_path, *rows)
    assert about.variable_value_labels["annual_sales_idr"] == {NOT_SHOWN: "Disamarkan"}
    found, _ = pyreadstat.read_sav(tmp_path / "file.sav", user_missing=True, output_format="dict")
    masked, removed = found["annual_sales_idr"]
    assert masked == NOT_SHOWN
    assert removed is None or isnan(removed)
    shown = MADE.model_copy(update={"unmasked": True})
    rows = [
        {"name": "a", "personal_answers": "shown", "annual_sales_idr": "120000000"},
        {"name": "b", "personal_answers": "shown"},
    ]
    found, about = made("sav", tmp_path, *rows, manifest=shown)
    assert found["annual_sales_idr"][0] == 120_000_000
    assert about.column_names_to_labels["annual_sales_idr"] == "Penjualan setahun"
    assert "annual_sales_idr" not in about.variable_value_labels


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_of_no_rows_is_a_sound_one(format_: str, tmp_path: Path) -> None:
    found, about = made(format_, tmp_path)
    assert about.number_rows == 0
    assert len(found) == len(NAMES)
