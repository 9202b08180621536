"""The meeting report as sheets: which columns of which kind, with the very values of the API. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.core.written import day
from app.regions.region_code import zone_of
from app.reports.gathering import Report
from app.reports.looking import SILENT_DAYS, silent
from app.reports.meeting import Words, foot, in_teams
from app.reports.recap import shown
from app.reports.wording import BY_CAPTURE, SOURCE, level_below

_COUNTS = (
    ("submissions", "Isian", "Records"),
    ("duplicates", "Duplikat", "Duplicates"),
    ("conflicts", "Bertentangan", "Conflicts"),
    ("invalid", "Tidak sah", "Invalid"),
    ("verified", "Diverifikasi", "Verified"),
    ("returned", "Dikembalikan", "Returned"),
    ("doors", "Pintu", "Doors"),
    ("open_visits", "Kunjungan ulang", "To visit again"),
    ("refused", "Menolak", "Refused"),
    ("closed", "Tutup", "Closed"),
    ("moved", "Pindah", "Moved"),
    ("not_found", "Tidak ditemukan", "Not found"),
    ("not_eligible", "Di luar cakupan", "Out of scope"),
    ("non_response", "Non-respons", "Non-response"),
)
_PACE = (
    ("needed_per_day", "Perlu per hari", "Needed a day", "one"),
    ("needed_per_enumerator_per_day", "Perlu per enumerator per hari", "Needed per enumerator a day", "two"),
    ("average_per_day", "Rata-rata per hari", "On average a day", "one"),
    ("last_7_days_per_day", "7 hari terakhir per hari", "Last 7 days, a day", "one"),
    ("projected_total", "Perkiraan jumlah", "Projected total", "whole"),
    ("projected_finish_on", "Perkiraan selesai", "Target reached", "day"),
)
Column = tuple[str, str, int | None]
"""What it is called, its kind, and its width where that is not the usual one."""


def workbook_of(report: Report, language: str) -> dict[str, Any]:
    """What `workbook.py` writes."""
    words = Words(language)
    region = report.item["region"]
    level = level_below(region["level"], language).capitalize()
    zone = zone_of(region["code"])
    return {
        "title": words.say("Laporan kemajuan pendataan KUMKM", "Progress of the KUMKM census"),
        "foot": foot(report, words, region["code"]),
        "made_at": report.read_at.astimezone(zone).replace(tzinfo=None, microsecond=0).isoformat(),
        "summary": {
            "name": words.say("Ringkasan", "Summary"),
            "lines": [
                shown(region["name"]),
                shown(report.campaign_name),
                words.say("Per ", "As of ") + day(report.counted_until, language, with_weekday=True),
                foot(report, words, region["code"]),
            ],
            "figures": _figures(report, words),
        },
        "tables": [
            _parts(report, words, level.replace("/", "-")[:31]),
            _people(report, words),
            _days(report, words),
        ],
        "charts": _charts(report, words, level),
        "notes": {"name": words.say("Catatan", "Notes"), "rows": _notes(report, words)},
    }


def _figures(report: Report, words: Words) -> list[tuple[str, str, Any]]:
    item = report.item
    rows: list[tuple[str, str, Any]] = [
        (words.say("Masuk", "Entered"), "whole", item["entered"]),
        (words.say("Target", "Target"), "whole", item["target"]),
        (words.say("Persen", "Percent"), "two", item["percent"]),
        (words.say("Peringkat", "Rank"), "whole", item["rank"]),
        (words.say("Dari", "Of"), "whole", item["rank_of"]),
        (words.say("Sisa hari", "Days left"), "whole", item["pace"]["days_left"]),
    ]
    rows += [(words.say(name, english), kind, item["pace"][key]) for key, name, english, kind in _PACE]
    rows += [(words.say(name, english), "whole", item[key]) for key, name, english in _COUNTS]
    rows += [
        (words.say("Enumerator", "Enumerators"), "whole", item["enumerators"]),
        (words.say("Enumerator aktif", "Enumerators active"), "whole", item["enumerators_active"]),
        (words.say("Koordinator", "Coordinators"), "whole", item["coordinators"]),
    ]
    return rows


def _parts(report: Report, words: Words, name: str) -> dict[str, Any]:
    columns: list[Column] = [
        (words.say("Kode", "Code"), "text", 14),
        (words.say("Wilayah", "Region"), "text", 34),
        (words.say("Target", "Target"), "whole", None),
        (words.say("Masuk", "Entered"), "whole", None),
        ("%", "two", 9),
        (words.say("Peringkat", "Rank"), "whole", 10),
        *((words.say(name, english), "whole", None) for _, name, english in _COUNTS),
        (words.say("Enumerator", "Enumerators"), "whole", None),
        (words.say("Enumerator aktif", "Enumerators active"), "whole", None),
        *((words.say(name, english), kind, None) for _, name, english, kind in _PACE),
    ]
    rows = [
        [
            row["region"]["code"],
            row["region"]["name"],
            row["target"],
            row["entered"],
            row["percent"],
            row["rank"],
            *(row[key] for key, _, _ in _COUNTS),
            row["enumerators"],
            row["enumerators_active"],
            *(row["pace"][key] for key, _, _, _ in _PACE),
        ]
        for row in report.parts
    ]
    return {"name": name, "columns": columns, "rows": rows, "frozen": 2}


def _people(report: Report, words: Words) -> dict[str, Any]:
    code = report.item["region"]["code"]
    zone = zone_of(code)
    people = report.enumerators or []
    quiet = {each.enumerator["id"] for each in silent(people, report.assigned, report.counted_until, code)}
    columns: list[Column] = [
        (words.say("Enumerator", "Enumerator"), "text", 30),
        (words.say("Nama pengguna", "User name"), "text", 18),
        (words.say("Koordinator", "Coordinator"), "text", 30),
        (words.say("Kuota", "Quota"), "whole", None),
        (words.say("Masuk", "Entered"), "whole", None),
        ("%", "two", 9),
        *((words.say(name, english), "whole", None) for _, name, english in _COUNTS),
        (words.say("Hari aktif", "Active days"), "whole", None),
        (words.say("Terakhir diterima", "Last received"), "moment", None),
        (words.say(f"Tanpa kiriman {SILENT_DAYS} hari", f"Silent for {SILENT_DAYS} days"), "text", None),
    ]
    rows = [
        [
            row["enumerator"]["name"],
            row["enumerator"]["username"],
            None if row["coordinator"] is None else row["coordinator"]["name"],
            row["quota"],
            row["entered"],
            row["percent"],
            *(row[key] for key, _, _ in _COUNTS),
            row["active_days"],
            _local(row["last_received_at"], zone),
            words.say("ya", "yes") if row["enumerator"]["id"] in quiet else None,
        ]
        for row in in_teams(people)
    ]
    return {"name": words.say("Enumerator", "Enumerators"), "columns": columns, "rows": rows, "frozen": 1}


def _days(report: Report, words: Words) -> dict[str, Any]:
    """Day by day up to the campaign's last, with the line that is needed; days to come have that alone."""
    columns: list[Column] = [
        (words.say("Tanggal", "Day"), "day", None),
        (words.say("Masuk", "Entered"), "whole", None),
        (words.say("Masuk sampai hari itu", "Entered up to then"), "whole", None),
        (words.say("Yang diperlukan", "Needed"), "one", None),
        *((words.say(name, english), "whole", None) for _, name, english in _COUNTS),
    ]
    rows: list[list[Any]] = [
        [row["date"], row["entered"], row["entered_total"], None, *(row[key] for key, _, _ in _COUNTS)]
        for row in report.days
    ]
    item = report.item
    left, target = (report.ends_on - report.as_of).days, item["target"]
    if rows and target is not None and left > 0:
        rows[-1][3] = item["entered"]
        step = (target - item["entered"]) / left
        for number in range(1, left + 1):
            on = report.as_of + timedelta(number)
            rows.append([on, None, None, round(item["entered"] + step * number, 1), *(None for _ in _COUNTS)])
    return {"name": words.say("Per hari", "By day"), "columns": columns, "rows": rows, "frozen": 1}


def _charts(report: Report, words: Words, level: str) -> list[dict[str, Any]]:
    """Charts of columns of the tables, by their places; those of days from the first on which anything was entered."""
    entered, needed = words.say("Masuk", "Entered"), words.say("Yang diperlukan", "Needed")
    upto = words.say("Masuk sampai hari itu", "Entered up to each day")
    each = words.say("Masuk per hari", "Entered each day")
    has_targets = any(row["percent"] is not None for row in report.parts)
    ranked = (4, "%") if has_targets else (3, entered)
    share = words.say(f"Capaian {level.lower()} ({ranked[1]})", f"How far the {level.lower()} are ({ranked[1]})")
    before = next((number for number, row in enumerate(report.days) if row["entered_total"] > 0), 0)
    by_day = {"table": 2, "category": 0, "first": before + 1}
    return [
        {**by_day, "type": "line", "title": upto, "alt": upto, "series": [(2, entered, None), (3, needed, "dash")]},
        {**by_day, "type": "column", "title": each, "alt": each, "series": [(1, entered, None)]},
        {
            "table": 0,
            "category": 1,
            "first": 1,
            "type": "bar",
            "title": share,
            "alt": share,
            "series": [(*ranked, None)],
        },
    ]


def _until(report: Report, words: Words) -> str:
    last, until = (day(each, words.language) for each in (report.as_of, report.counted_until))
    if report.as_of == report.counted_until:
        return until
    return words.say(f"{until}; pada {last} belum ada kiriman", f"{until}; nothing came on {last} yet")


def _rates(report: Report, words: Words) -> str:
    last = day(report.as_of, words.language)
    return words.say(
        f"Rata-rata per hari dibagi semua hari sejak kiriman pertama sampai {last}; sisa hari dihitung dari {last}",
        f"Averages a day are over all days from the first entry to {last}; days left count from {last}",
    )


def _notes(report: Report, words: Words) -> Sequence[tuple[str, str]]:
    region = report.item["region"]
    source = SOURCE if report.basis == "received" else BY_CAPTURE
    rows = [
        (words.say("Wilayah", "Region"), f"{region['code']} {region['name']}"),
        (words.say("Pendataan", "Campaign"), f"{report.campaign_name} ({report.campaign})"),
        (words.say("Hari terakhir yang dihitung", "Last day that counts"), _until(report, words)),
        (words.say("Laju", "Rates"), _rates(report, words)),
        (words.say("Dasar", "Basis"), report.basis),
        (words.say("Saat", "Moment"), foot(report, words, region["code"])),
        (words.say("Sumber", "Source"), source.in_language(words.language)),
    ]
    if report.cutoff is not None:
        rows.append((words.say("Nomor rilis", "Cut-off id"), str(report.cutoff.id)))
        if report.cutoff.note:
            rows.append((words.say("Catatan rilis", "Note of the cut-off"), report.cutoff.note))
    return rows


def _local(moment: datetime | None, zone: Any) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
