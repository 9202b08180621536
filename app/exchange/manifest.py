"""What an export says of itself: when it was made, of what, by which filters, how many rows, and who may see what.
Pure.

Every form has it: the notes of a workbook, the metadata of Parquet, members of GeoJSON, the label of Stata and SPSS,
the description of a data package; CSV and NDJSON, which have no place for it, in the headers of the answer, and in the
description of the job that made them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from app import __version__
from app.core.problems import Text
from app.core.table_schema import data_package
from app.exchange.table import register_schema

SOURCE_ID: Final = "Basis Data Tunggal KUMKM"
SOURCE_EN: Final = "Single register of cooperatives and micro, small and medium enterprises (KUMKM)"
_WIB = timezone(timedelta(hours=7), "WIB")
_MASKED = Text(
    "Data pribadi disamarkan: dari NIK, NIB, dan nomor lain hanya sebagian angka; alamat, telepon, dan nilai rupiah"
    " tidak ditampilkan. Kosong di kolom data pribadi bukan berarti tidak dijawab (personal_answers = masked).",
    "Personal data are masked: of NIK, NIB and other numbers some digits, of addresses, phones and money nothing."
    " Empty in a personal column does not mean that there was no answer (personal_answers = masked).",
)
_SHOWN = Text(
    "Dengan data pribadi, diminta dengan hak dan alasan. Jangan diteruskan. Kosong berarti tidak dijawab, kecuali"
    " personal_answers = removed.",
    "With personal data, asked for by right and with a reason. Do not pass it on. Empty means not answered, but"
    " where personal_answers = removed.",
)


class Manifest(BaseModel):
    """Of one export. `made_at`: the moment that all of it shows; `filters`: those that were asked for, by name, without
    long numbers; `region`: the code that it is of, empty for the whole country.
    """

    model_config = ConfigDict(frozen=True)

    made_at: datetime
    rows: int
    region: str = ""
    filters: Mapping[str, str] = {}
    unmasked: bool = False
    version: str = __version__

    @property
    def moment(self) -> str:
        """When it was made, in western Indonesia, with the zone."""
        return f"{self.made_at.astimezone(_WIB).isoformat(timespec='seconds')} (WIB)"

    @property
    def filtered(self) -> str:
        """The filters in one line."""
        return "; ".join(f"{name} = {value}" for name, value in self.filters.items())

    @property
    def notes(self) -> list[tuple[str, str, str]]:
        """What a person reads: subject, in Indonesian, in English."""
        return [
            ("Sumber / Source", SOURCE_ID, SOURCE_EN),
            ("Saat / Moment", self.moment, self.made_at.isoformat(timespec="seconds")),
            ("Wilayah / Region", self.region or "Seluruh Indonesia", self.region or "All of Indonesia"),
            ("Penyaring / Filters", self.filtered or "tidak ada", self.filtered or "none"),
            ("Baris / Rows", f"{self.rows:,}".replace(",", "."), f"{self.rows:,}"),
            ("Data pribadi / Personal data", *(_SHOWN if self.unmasked else _MASKED)),
            ("Versi / Version", f"KUMKM {self.version}", f"KUMKM {self.version}"),
        ]

    def as_members(self) -> dict[str, Any]:
        """What a program reads: JSON values."""
        return {**self.model_dump(mode="json"), "source": SOURCE_ID, "personal_data": self.personal_data}

    @property
    def personal_data(self) -> str:
        """`shown` or `masked`."""
        return "shown" if self.unmasked else "masked"

    def package(self, path: str, *, rows: int, size: int, sha256: str) -> dict[str, Any]:
        """The description of the CSV as a data package: as `datapackage.json` says it."""
        return data_package(
            "businesses",
            path,
            register_schema(unmasked=self.unmasked),
            title=SOURCE_EN,
            created=self.made_at.isoformat(),
            sources=[{"title": SOURCE_ID}],
            rows=rows,
            size=size,
            sha256=sha256,
            more={"title_id": SOURCE_ID, "kumkm": self.as_members()},
        )
