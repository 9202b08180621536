"""A payment list as sheets: which columns of which kind, with the very values of the API. Pure."""

from datetime import date
from typing import Any

from app.core.rupiah import in_words
from app.core.written import day, month
from app.honour.paper import Payment, decrees, foot, shown
from app.regions.region_code import zone_of

_LIST: list[tuple[str, str, int | None]] = [
    ("No.", "whole", 6),
    ("Rincian", "text", 16),
    ("Nama petugas", "text", 32),
    ("Nama pengguna", "text", 22),
    ("Koordinator", "text", 28),
    ("Isian", "whole", None),
    ("Honor", "whole", 16),
    ("Koreksi", "whole", 14),
    ("Jumlah", "whole", 16),
    ("Potongan", "whole", 14),
    ("Dibayarkan", "whole", 16),
    ("Dipotong berikutnya", "whole", 16),
]
_LINES: list[tuple[str, str, int | None]] = [
    ("Rincian", "text", 16),
    ("Nama petugas", "text", 32),
    ("Bulan", "day", None),
    ("Koreksi", "text", 10),
    ("Terdata", "whole", None),
    ("Diverifikasi", "whole", None),
    ("Honor per isian", "whole", 14),
    ("Batas per bulan", "whole", 14),
    ("Yang dibayar", "text", 14),
    ("Isian dibayar", "whole", None),
    ("Dibayar di wilayah lain", "whole", 14),
    ("Hak", "whole", 16),
    ("Isian sebelumnya", "whole", 14),
    ("Sudah dirinci", "whole", 16),
    ("Jumlah", "whole", 16),
    ("Nomor SK", "text", 30),
]
_NOTES = (
    ("Rupiah", "Semua jumlah uang dalam rupiah utuh. / All sums are whole rupiah."),
    ("Isian", "Isian yang ditambah atau dikurangi oleh rincian ini. / Records that the statement adds or takes back."),
    ("Koreksi", "Perubahan atas yang sudah dirinci. / Changes of what was stated before."),
    ("Potongan", "Kelebihan dari rincian sebelumnya. / What was paid too much before."),
    ("Hak", "Isian dibayar × honor per isian. / Records paid × rupiah per record."),
    ("Jumlah", "Hak − yang sudah dirinci sebelumnya. / What is due less what was stated before."),
)
_COUNTED = {"entered": "terdata", "verified": "diverifikasi"}


def sheets_of(payment: Payment) -> dict[str, Any]:
    """What `reports/workbook.py` writes."""
    about, statements = payment.about, payment.statements
    made_at = about.made_at.astimezone(zone_of(about.region.code)).replace(tzinfo=None, microsecond=0)
    corrections = sum(each.corrections for each in statements)
    return {
        "title": f"Daftar honor {about.number}",
        "foot": foot(about),
        "made_at": made_at.isoformat(),
        "summary": {
            "name": "Ringkasan",
            "lines": [
                f"{shown(about.region.name)}, {month(about.month, 'id')}",
                shown(payment.campaign_name),
                f"Nomor SK: {'; '.join(decrees(statements)) or '–'}",
                f"Rilis: {shown(about.cutoff.name)}, angka sampai {day(about.cutoff.as_of, 'id')}",
                f"Terbilang: {in_words(about.payable)}",
            ],
            "figures": [
                ("Petugas", "whole", len(statements)),
                ("Isian", "whole", about.records),
                ("Honor (Rp)", "whole", about.amount - corrections),
                ("Koreksi (Rp)", "whole", corrections),
                ("Jumlah (Rp)", "whole", about.amount),
                ("Potongan dari sebelumnya (Rp)", "whole", about.carried_in),
                ("Dibayarkan (Rp)", "whole", about.payable),
                ("Dipotong pada daftar berikutnya (Rp)", "whole", about.carried_out),
            ],
        },
        "tables": [
            {"name": "Daftar", "columns": _LIST, "rows": _list(payment), "frozen": 3},
            {"name": "Rincian", "columns": _LINES, "rows": list(_lines(payment)), "frozen": 2},
        ],
        "charts": [],
        "notes": {"name": "Catatan", "rows": _notes(payment)},
    }


def _list(payment: Payment) -> list[list[Any]]:
    return [
        [
            number,
            each.number,
            each.enumerator.name,
            each.enumerator.username,
            each.coordinator_name,
            each.records,
            each.amount - each.corrections,
            each.corrections,
            each.amount,
            each.carried_in,
            each.payable,
            each.carried_out,
        ]
        for number, each in enumerate(payment.statements, start=1)
    ]


def _lines(payment: Payment) -> list[list[Any]]:
    return [
        [
            each.number,
            each.enumerator.name,
            line.month,
            "ya" if line.is_correction else None,
            line.entered,
            line.verified,
            line.rate,
            line.cap,
            line.counts and _COUNTED[line.counts],
            line.records,
            line.elsewhere,
            line.due,
            line.records_before,
            line.before,
            line.amount,
            line.decree,
        ]
        for each in payment.statements
        for line in each.lines
    ]


def _notes(payment: Payment) -> list[tuple[str, str]]:
    about = payment.about
    until: date = about.cutoff.as_of
    return [
        ("Nomor", about.number),
        ("Wilayah", f"{about.region.code} {about.region.name}"),
        ("Kegiatan", f"{payment.campaign_name} ({about.campaign})"),
        ("Bulan", month(about.month, "id") + ("" if about.whole_month else f", sampai {day(until, 'id')}")),
        ("Nomor rilis", str(about.cutoff.id)),
        ("Dasar", about.cutoff.basis),
        ("Dibuat", foot(about)),
        *_NOTES,
    ]
