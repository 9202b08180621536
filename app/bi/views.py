"""The views of the schema `bi`: progress, and the register without anything that names a person. Pure.

A column of the register is there if everybody may read it, and its values are counted, measured or chosen from a list.
So what people wrote in their own words, which may name them, is not: names of businesses and owners, addresses,
descriptions. Nor is the point, which is somebody's house. What is sealed or masked (NIK, NIB, phones, money) cannot be.
"""

import hashlib
import re
from collections.abc import Iterator

from app.bi.view import IS_READER, SCHEMA, View, ViewColumn, territory
from app.campaigns.targets import target_as_of
from app.exchange.column import Column
from app.exchange.columns import COLUMNS
from app.exchange.selecting import PLACES
from app.progress.models import COUNTERS, DOORS, SUBMITTED

_PLAIN = re.compile(r"[bs]\.\w+")
_ALSO = ("business_id", "campaigns")
_NOT = ("latitude", "longitude", "accuracy_m", "record_id", "revision")

_REGION = (
    ViewColumn("region_code", "region.code", "Kode wilayah Kemendagri; ID = Indonesia. | Code of the region."),
    ViewColumn("region_name", "region.name", "Nama wilayah. | Name of the region."),
    ViewColumn(
        "level",
        "region.level",
        "Tingkat: nation, province, regency, district, village, neighbourhood. | Level of the region.",
    ),
)
_MEANINGS = {
    "entered": "Pelaku usaha tercatat. | Businesses entered.",
    "duplicates": "Isian ganda. | Duplicates.",
    "conflicts": "Isian yang bertentangan. | Conflicts.",
    "invalid": "Isian yang tidak sah. | Invalid items.",
    "verified": "Isian terverifikasi. | Records verified.",
    "returned": "Isian dikembalikan. | Records returned.",
    "open_visits": "Kunjungan yang masih terbuka. | Doors to be visited again.",
    "refused": "Menolak. | Refused.",
    "closed": "Tutup. | Closed.",
    "moved": "Pindah. | Moved.",
    "not_found": "Tidak ditemukan. | Not found.",
    "not_eligible": "Di luar cakupan. | Not eligible.",
    "non_response": "Tidak merespons. | Non-response.",
    "listed": "Isi daftar awal. | Entries of the listing.",
    "listed_done": "Isi daftar awal yang selesai. | Entries of the listing that are done.",
    "listed_entered": "Tercatat dari daftar awal. | Entered from the listing.",
}
_SUMS = {
    "submissions": (SUBMITTED, "Isian: jumlah entered, duplicates, conflicts, invalid. | Sum of these four."),
    "doors": (DOORS, "Pintu: isian dan hasil kunjungan. | Doors: submissions and results of visits."),
}
_TOTALS = ", ".join(f"sum({name}) AS {name}" for name in COUNTERS)
# Each region's days are looked up by the primary key.
_DAYS = "FROM progress_day AS part WHERE part.campaign_id = campaign.id AND part.region_code = region.code"
# What EXPLAIN says of a condition comes from the statistics of all rows, hidden ones as well, where the condition is on
# a column of a table. So only codes and names of regions, which are no secret, are columns: conditions on them are
# quick. All else is an expression, and `OFFSET 0` lets no region that a reader names through to other tables.
_OPAQUE = "(ARRAY[{}])[1]"
_BUSINESSES = (
    f"{territory('place')} JOIN LATERAL (SELECT * FROM business AS own"
    " WHERE own.region_code = place.code AND own.merged_into IS NULL OFFSET 0) AS b ON true"
    " LEFT JOIN submission AS s ON s.record_id = b.record_id AND s.revision = b.revision"
    " AND s.regency_code = b.regency_code"
)
_CAMPAIGN = ViewColumn("campaign", "campaign.code", "Kode pendataan. | Code of the campaign.")


def _counters(expression: str) -> Iterator[ViewColumn]:
    for name in COUNTERS:
        yield ViewColumn(name, expression.format(name), _MEANINGS[name])
    for name, (parts, meaning) in _SUMS.items():
        yield ViewColumn(name, " + ".join(expression.format(part) for part in parts), meaning)


def _of_register() -> Iterator[ViewColumn]:
    yield ViewColumn(
        "region_code",
        "place.code",
        "Kode wilayah lokasi: desa/kelurahan atau SLS; cepat untuk menyaring."
        " | Region of the place: village or neighbourhood; the quick one to filter by.",
    )
    for column in COLUMNS:
        if is_shown(column):
            unit = f" [{column.unit}]" if column.unit else ""
            sql = _OPAQUE.format(column.sql) if _PLAIN.fullmatch(column.sql) else column.sql
            yield ViewColumn(column.name, sql, f"{column.definition_id} | {column.definition_en}{unit}")


def is_shown(column: Column) -> bool:
    """Whether the view of the register has a column of the exports."""
    if column.sealed or column.name in _NOT:
        return False
    return column.type != "text" or bool(column.codes or column.classification) or column.name in _ALSO


VIEWS = (
    View(
        "region",
        "Wilayah Anda dan semua di bawahnya. | Your region and all below it.",
        (
            *_REGION,
            ViewColumn("parent_code", "region.parent_code", "Kode wilayah di atasnya. | Code of the region above."),
            ViewColumn("bps_code", "region.bps_code", "Kode BPS, bila diketahui. | BPS's own code, where known."),
            ViewColumn("retired_on", "region.retired_on", "Tidak berlaku sejak. | No longer in use since."),
        ),
        territory("region"),
    ),
    View(
        "campaign",
        "Pendataan. | Census rounds.",
        (
            _CAMPAIGN,
            ViewColumn("name", "campaign.name", "Nama. | Name."),
            ViewColumn("starts_on", "campaign.starts_on", "Hari pertama. | First day."),
            ViewColumn("ends_on", "campaign.ends_on", "Hari terakhir. | Last day."),
        ),
        f"campaign WHERE {IS_READER}",
    ),
    View(
        "progress",
        "Kemajuan per wilayah sampai saat ini, menurut hari diterima, dengan target hari ini."
        " | Progress of each region up to now, by day received, with the target of today.",
        (
            _CAMPAIGN,
            *_REGION,
            ViewColumn(
                "target", "target.businesses", "Target hari ini (WIB). | Target of today, by Jakarta's calendar."
            ),
            *_counters("counted.{}"),
            ViewColumn(
                "percent",
                "CASE WHEN target.businesses > 0"
                " THEN round(counted.entered * 100.0 / target.businesses, 2)::double precision END",
                "entered dibagi target, persen, dua desimal. | entered in percent of target, two places.",
            ),
        ),
        f"{territory('region')} CROSS JOIN campaign JOIN LATERAL (SELECT {_TOTALS} {_DAYS} AND part.basis = 'received'"
        " HAVING count(*) > 0) AS counted ON true "
        + target_as_of("region.code", "(now() AT TIME ZONE 'Asia/Jakarta')::date").replace("$1", "campaign.id"),
    ),
    View(
        "progress_by_day",
        "Kemajuan per wilayah, hari dan dasar tanggal. Setiap tingkat memuat yang di bawahnya: jumlahkan satu saja."
        " | Progress by region, day and basis. Every level has all below it: add up one level only.",
        (
            _CAMPAIGN,
            ViewColumn(
                "basis",
                "based.basis",
                "Hari diterima (received) atau diisi (captured); pilih satu. | Received or captured: choose one.",
            ),
            *_REGION,
            ViewColumn("day", "counted.day", "Hari, waktu setempat. | Local day."),
            *_counters("counted.{}"),
        ),
        f"{territory('region')} CROSS JOIN campaign CROSS JOIN (VALUES ('received'), ('captured')) AS based (basis)"
        f" JOIN LATERAL (SELECT part.day + 0 AS day, {_TOTALS} {_DAYS}"
        " AND part.basis = based.basis GROUP BY part.day) AS counted ON true",
    ),
    View(
        "business",
        "Pelaku usaha yang tercatat, satu baris satu usaha, tanpa nama, nomor, alamat, titik dan uang."
        " | Businesses of the register, one a row, without names, numbers, addresses, points and money.",
        tuple(_of_register()),
        f"{_BUSINESSES} {PLACES}",
    ),
)

DIGEST = hashlib.sha256("\n".join(sql for view in VIEWS for sql in view.statements).encode()).hexdigest()[:16]
"""Of all views: whether those of a database are these."""

SAYS = f"Tampilan untuk analis | Views for analysts ({DIGEST})"
"""The comment of the schema."""

MAKE: tuple[str, ...] = (
    f"CREATE SCHEMA {SCHEMA}",
    *(sql for view in VIEWS for sql in view.statements),
    f"COMMENT ON SCHEMA {SCHEMA} IS '{SAYS}'",
)
