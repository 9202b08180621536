"""What the meeting report says, as its documents show it: texts written out, in Indonesian or English. Pure."""

from collections.abc import Sequence
from typing import Any

from app.core.problems import Text
from app.core.written import NOTHING, day, decimal, grouped, moment, short_day
from app.regions.region_code import local_date, zone_of
from app.reports import charts
from app.reports.gathering import MAX_ENUMERATORS, Report
from app.reports.looking import SILENT_DAYS, lagging, silent
from app.reports.recap import MOST_LAGGING, shown
from app.reports.wording import BY_CAPTURE, SOURCE, level_below

MOST_BARS = 15
_LONGEST_NOTE = 2_000


class Words:
    """Writes in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, indonesian: str, english: str) -> str:
        """One of both."""
        return Text(indonesian, english).in_language(self.language)

    def whole(self, value: int | None) -> str:
        """A whole number."""
        return grouped(value, self.language)

    def part(self, value: float | None, places: int) -> str:
        """A number with places."""
        return decimal(value, places, self.language)


def meeting(report: Report, language: str) -> dict[str, Any]:
    """All that the PDF shows."""
    words = Words(language)
    item = report.item
    code = item["region"]["code"]
    level = level_below(item["region"]["level"], language)
    until = day(report.counted_until, language)
    return {
        "lang": language,
        "title": words.say("Laporan kemajuan pendataan KUMKM", "Progress of the KUMKM census"),
        "campaign": shown(report.campaign_name),
        "region": shown(item["region"]["name"]),
        "until": words.say("Per ", "As of ") + day(report.counted_until, language, with_weekday=True),
        "headline": headline(report, words),
        "figures": figures(report, words),
        "curve": charts.curve(report, language),
        "bars": charts.bars(report, language),
        "ranking": _named(charts.ranking(report.parts, MOST_BARS, language)),
        "attention": attention(report, words, level),
        "parts": {"title": words.say(f"Menurut {level}", f"By {level}"), **parts_table(report, words)},
        "people": {"title": words.say("Menurut enumerator", "By enumerator"), **people_table(report, words)},
        "foot": foot(report, words, code),
        "note": shown(report.cutoff.note, _LONGEST_NOTE) if report.cutoff is not None and report.cutoff.note else None,
        "source": (SOURCE if report.basis == "received" else BY_CAPTURE).in_language(language),
        "words": {
            "curve": words.say("Masuk sampai hari itu", "Entered up to each day"),
            "curve_alt": words.say(
                f"Grafik: masuk {words.whole(item['entered'])} dari awal sampai {until}.",
                f"Chart: {words.whole(item['entered'])} entered from the start to {until}.",
            ),
            "bars": words.say("Masuk per hari", "Entered each day"),
            "bars_alt": words.say("Grafik batang: masuk per hari.", "Bar chart: entered each day."),
            "ranking": words.say(f"Capaian {level}", f"How far the {level} are"),
            "ranking_alt": words.say(
                f"Grafik batang: capaian {level}; angkanya ada di tabel.", "Bars; figures in the table."
            ),
            "line": words.say("masuk", "entered"),
            "needed": words.say("yang diperlukan", "needed"),
            "projected": words.say("bila laju tetap", "at this pace"),
            "target": words.say("target", "target"),
            "note": words.say("Catatan rilis", "Note of the cut-off"),
            "page": words.say("Halaman", "Page"),
            "of": words.say("dari", "of"),
        },
    }


def headline(report: Report, words: Words) -> dict[str, str]:
    """The first figure, with what it is of."""
    item = report.item
    rank = None
    if item["rank"] is not None and report.parent_name is not None:
        of = words.say("dari", "of")
        rank = words.say(
            f"Peringkat {words.whole(item['rank'])} {of} {words.whole(item['rank_of'])} di {report.parent_name}",
            f"Rank {words.whole(item['rank'])} {of} {words.whole(item['rank_of'])} in {report.parent_name}",
        )
    return {
        "percent": NOTHING if item["percent"] is None else f"{words.part(item['percent'], 2)} %",
        "entered": words.whole(item["entered"]),
        "of": words.say(
            f"masuk dari target {words.whole(item['target'])}", f"entered of {words.whole(item['target'])}"
        ),
        "rank": rank or "",
    }


def figures(report: Report, words: Words) -> list[tuple[str, str]]:
    """The other figures of the first page: what it is, and how much."""
    item, pace = report.item, report.item["pace"]
    each_day = words.say("per hari", "a day")
    return [
        (words.say("Sisa hari", "Days left"), words.whole(pace["days_left"])),
        (words.say("Perlu per hari", "Needed a day"), words.part(pace["needed_per_day"], 1)),
        (
            words.say("Perlu per enumerator per hari", "Needed per enumerator a day"),
            words.part(pace["needed_per_enumerator_per_day"], 2),
        ),
        (words.say("7 hari terakhir, ", "Last 7 days, ") + each_day, words.part(pace["last_7_days_per_day"], 1)),
        (words.say("Rata-rata, ", "On average, ") + each_day, words.part(pace["average_per_day"], 1)),
        (
            words.say("Perkiraan sampai ", "Projected by ") + short_day(report.ends_on, words.language),
            words.whole(pace["projected_total"]),
        ),
        (
            words.say("Target tercapai", "Target reached"),
            day(pace["projected_finish_on"], words.language),
        ),
        (
            words.say("Enumerator aktif", "Enumerators active"),
            f"{words.whole(item['enumerators_active'])} {words.say('dari', 'of')} {words.whole(item['enumerators'])}",
        ),
        (words.say("Duplikat", "Duplicates"), words.whole(item["duplicates"])),
        (words.say("Bertentangan", "Conflicts"), words.whole(item["conflicts"])),
        (words.say("Tidak sah", "Invalid"), words.whole(item["invalid"])),
        (words.say("Diverifikasi", "Verified"), words.whole(item["verified"])),
        (words.say("Dikembalikan", "Returned"), words.whole(item["returned"])),
        (words.say("Pintu didatangi", "Doors"), words.whole(item["doors"])),
        (words.say("Menolak", "Refused"), words.whole(item["refused"])),
        (words.say("Kunjungan ulang", "To visit again"), words.whole(item["open_visits"])),
    ]


def attention(report: Report, words: Words, level: str) -> list[str]:
    """What to talk about."""
    said = []
    behind = lagging(report.item, report.parts, MOST_LAGGING)
    if behind:
        names = "; ".join(
            f"{shown(row['region']['name'])}"
            + (f" {words.part(row['percent'], 2)} %" if row["percent"] is not None else "")
            for row in behind
        )
        said.append(words.say(f"Tertinggal ({level}): {names}.", f"Lagging ({level}): {names}."))
    if report.enumerators is not None:
        code = report.item["region"]["code"]
        found = silent(report.enumerators, report.assigned, report.counted_until, code)
        many, of = words.whole(len(found)), words.whole(len(report.assigned))
        said.append(
            words.say(
                f"Enumerator tanpa kiriman {SILENT_DAYS} hari atau lebih: {many} dari {of}.",
                f"Enumerators silent for {SILENT_DAYS} days or more: {many} of {of}.",
            )
        )
    return said


def parts_table(report: Report, words: Words) -> dict[str, Any]:
    """The table of the regions below."""
    head = words.say(
        "Kode|Wilayah|Target|Masuk|%|Peringkat|7 hari/hari|Perlu/hari|Duplikat|Diverifikasi|Dikembalikan|Aktif",
        "Code|Region|Target|Entered|%|Rank|Last 7 days|Needed/day|Duplicates|Verified|Returned|Active",
    ).split("|")
    rows = [
        [
            row["region"]["code"],
            shown(row["region"]["name"]),
            words.whole(row["target"]),
            words.whole(row["entered"]),
            words.part(row["percent"], 2),
            words.whole(row["rank"]),
            words.part(row["pace"]["last_7_days_per_day"], 1),
            words.part(row["pace"]["needed_per_day"], 1),
            words.whole(row["duplicates"]),
            words.whole(row["verified"]),
            words.whole(row["returned"]),
            words.whole(row["enumerators_active"]),
        ]
        for row in report.parts
    ]
    return {"head": head, "rows": rows, "text": 2, "empty": words.say("Tidak ada wilayah di bawahnya.", "No regions.")}


def people_table(report: Report, words: Words) -> dict[str, Any]:
    """The table of enumerators, by coordinator and name."""
    head = words.say(
        "Enumerator|Koordinator|Kuota|Masuk|%|Duplikat|Tidak sah|Diverifikasi|Dikembalikan|Hari aktif|Terakhir",
        "Enumerator|Coordinator|Quota|Entered|%|Duplicates|Invalid|Verified|Returned|Active days|Last",
    ).split("|")
    code = report.item["region"]["code"]
    rows = [
        [
            shown(row["enumerator"]["name"]),
            NOTHING if row["coordinator"] is None else shown(row["coordinator"]["name"]),
            words.whole(row["quota"]),
            words.whole(row["entered"]),
            words.part(row["percent"], 2),
            words.whole(row["duplicates"]),
            words.whole(row["invalid"]),
            words.whole(row["verified"]),
            words.whole(row["returned"]),
            words.whole(row["active_days"]),
            NOTHING
            if row["last_received_at"] is None
            else short_day(local_date(row["last_received_at"], code), words.language),
        ]
        for row in in_teams(report.enumerators or [])
    ]
    most = words.whole(MAX_ENUMERATORS)
    empty = words.say(
        f"Lebih dari {most} enumerator: pilih wilayah yang lebih kecil.",
        f"More than {most} enumerators: choose a smaller region.",
    )
    if report.enumerators is not None:
        empty = words.say("Tidak ada enumerator.", "No enumerators.")
    return {"head": head, "rows": rows, "text": 2, "empty": empty}


def in_teams(enumerators: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Enumerators by coordinator and name, those without a coordinator last."""

    def place(row: dict[str, Any]) -> tuple[bool, str, str, str]:
        led = row["coordinator"]
        return led is None, "" if led is None else led["name"], row["enumerator"]["name"], row["enumerator"]["id"]

    return sorted(enumerators, key=place)


def foot(report: Report, words: Words, code: str) -> str:
    """What every page says: of which moment its figures are, and of which cut-off."""
    when = moment(report.read_at, zone_of(code), words.language)
    if report.cutoff is None:
        return words.say(f"Dibaca {when}; bukan rilis", f"Read on {when}; no cut-off")
    who, name = shown(report.cutoff.published_by.name), shown(report.cutoff.name, 80)
    return words.say(f"Rilis “{name}”, diterbitkan {when} oleh {who}", f"Cut-off “{name}”, {when}, by {who}")


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "name": shown(row["name"], 28)} for row in rows]
