"""The daily recap as text for a messenger: every figure with what it is of, in Indonesian or English. Pure."""

from collections.abc import Iterator
from textwrap import shorten
from typing import Any

from app.core.name_cleaning import tidied
from app.core.problems import Text
from app.core.written import day, decimal, grouped, moment
from app.regions.region_code import zone_of
from app.reports.gathering import Report
from app.reports.looking import SILENT_DAYS, Silent, lagging, silent
from app.reports.wording import BY_CAPTURE, SOURCE, level_below

MOST_LAGGING, MOST_SILENT = 5, 10
_LONGEST = 60  # letters of a name
_LONGEST_NOTE = 600


def recap(report: Report, language: str) -> str:
    """The text; lines end with a line feed."""
    return "\n".join(_lines(report, language)).rstrip("\n") + "\n"


def shown(text: str, longest: int = _LONGEST) -> str:
    """A name on one line, without signs that turn or hide its neighbours, and not endless."""
    tidy = tidied(text)
    return tidy if len(tidy) <= longest else tidy[: longest - 1] + "…"


def _lines(report: Report, language: str) -> Iterator[str]:
    def said(indonesian: str, english: str) -> str:
        return Text(indonesian, english).in_language(language)

    item = report.item
    code = item["region"]["code"]
    yield said("*Rekap pendataan KUMKM*", "*KUMKM census recap*")
    yield shown(report.campaign_name)
    yield shown(item["region"]["name"])
    until = day(report.counted_until, language, with_weekday=True)
    yield said(f"Per {until}", f"As of {until}")
    if report.cutoff is not None:
        yield said(f"Rilis: {shown(report.cutoff.name)}", f"Cut-off: {shown(report.cutoff.name)}")
    yield ""
    yield from _figures(report, language)
    yield from _lagging(report, language)
    yield from _silent(report, language)
    yield ""
    if report.cutoff is not None and report.cutoff.note:
        more = said("… (selengkapnya di laporan rapat)", "… (all of it in the meeting report)")
        yield said("Catatan: ", "Note: ") + shorten(tidied(report.cutoff.note), _LONGEST_NOTE, placeholder=more)
    yield (SOURCE if report.basis == "received" else BY_CAPTURE).in_language(language)
    when = moment(report.read_at, zone_of(code), language)
    if report.cutoff is None:
        yield said(f"Dibaca {when}.", f"Read on {when}.")
    else:
        who = shown(report.cutoff.published_by.name)
        yield said(f"Diterbitkan {when} oleh {who}.", f"Published on {when} by {who}.")


def _figures(report: Report, language: str) -> Iterator[str]:
    def said(indonesian: str, english: str) -> str:
        return Text(indonesian, english).in_language(language)

    item, pace = report.item, report.item["pace"]
    entered = grouped(item["entered"], language)
    if item["target"] is None:
        yield said(f"*Masuk: {entered}* (belum ada target)", f"*Entered: {entered}* (no target yet)")
    else:
        of = said("dari", "of")
        yield (
            f"*{said('Masuk', 'Entered')}: {entered} {of} {grouped(item['target'], language)}"
            f" = {decimal(item['percent'], 2, language)} %*"
        )
    if item["rank"] is not None and report.parent_name is not None:
        place = f"{grouped(item['rank'], language)} {said('dari', 'of')} {grouped(item['rank_of'], language)}"
        yield said(f"Peringkat {place} di {report.parent_name}", f"Rank {place} in {report.parent_name}")
    ends_on, left = day(report.ends_on, language), grouped(pace["days_left"], language)
    yield said(f"Sisa {left} hari (sampai {ends_on})", f"{left} days left (until {ends_on})")
    if pace["needed_per_day"] is not None:
        needed = decimal(pace["needed_per_day"], 1, language)
        each = decimal(pace["needed_per_enumerator_per_day"], 2, language)
        yield said(
            f"Perlu {needed} per hari, {each} per enumerator per hari",
            f"Needed: {needed} a day, {each} per enumerator a day",
        )
    lately = decimal(pace["last_7_days_per_day"], 1, language)
    average = decimal(pace["average_per_day"], 1, language)
    yield said(
        f"7 hari terakhir {lately} per hari; rata-rata {average} per hari",
        f"Last 7 days: {lately} a day; on average {average} a day",
    )
    total = grouped(pace["projected_total"], language)
    yield said(f"Bila laju itu tetap: {total} sampai {ends_on}", f"At that pace: {total} by {ends_on}")
    counted = [
        (said("duplikat", "duplicates"), item["duplicates"]),
        (said("bertentangan", "conflicts"), item["conflicts"]),
        (said("tidak sah", "invalid"), item["invalid"]),
        (said("diverifikasi", "verified"), item["verified"]),
        (said("dikembalikan", "returned"), item["returned"]),
    ]
    yield said("Lainnya: ", "Beside these: ") + ", ".join(
        f"{name} {grouped(count, language)}" for name, count in counted
    )
    active, there = (grouped(item[name], language) for name in ("enumerators_active", "enumerators"))
    yield said(f"Enumerator aktif {active} dari {there}", f"Enumerators active: {active} of {there}")


def _lagging(report: Report, language: str) -> Iterator[str]:
    rows = lagging(report.item, report.parts, MOST_LAGGING)
    if not rows:
        return
    level = level_below(report.item["region"]["level"], language)
    yield ""
    yield f"*{Text(f'Yang tertinggal ({level})', f'Lagging ({level})').in_language(language)}*"
    for number, row in enumerate(rows, start=1):
        yield f"{number}. {shown(row['region']['name'])}: {_of_target(row, language)}"


def _of_target(row: dict[str, Any], language: str) -> str:
    entered = grouped(row["entered"], language)
    if row["target"] is None:
        lately = decimal(row["pace"]["last_7_days_per_day"], 1, language)
        return Text(f"{entered}, {lately} per hari", f"{entered}, {lately} a day").in_language(language)
    of = Text("dari", "of").in_language(language)
    return f"{entered} {of} {grouped(row['target'], language)} = {decimal(row['percent'], 2, language)} %"


def _silent(report: Report, language: str) -> Iterator[str]:
    if report.enumerators is None:
        return
    code = report.item["region"]["code"]
    found = silent(report.enumerators, report.assigned, report.counted_until, code)
    yield ""
    many, of = grouped(len(found), language), grouped(len(report.assigned), language)
    head = Text(
        f"Enumerator tanpa kiriman {SILENT_DAYS} hari atau lebih: {many} dari {of}",
        f"Enumerators silent for {SILENT_DAYS} days or more: {many} of {of}",
    )
    yield f"*{head.in_language(language)}*"
    for each in found[:MOST_SILENT]:
        yield f"- {shown(each.enumerator['name'])}{_led(each)}: {_since(each, language)}"
    if len(found) > MOST_SILENT:
        rest = grouped(len(found) - MOST_SILENT, language)
        yield Text(f"- dan {rest} lainnya", f"- and {rest} others").in_language(language)


def _led(each: Silent) -> str:
    return "" if each.coordinator is None else f" ({shown(each.coordinator['name'])})"


def _since(each: Silent, language: str) -> str:
    if each.last_day is None:
        return Text("belum pernah", "never yet").in_language(language)
    last = day(each.last_day, language)
    return Text(f"terakhir {last}", f"last on {last}").in_language(language)
