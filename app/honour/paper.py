"""What a payment list and its statements say on paper, in Indonesian, as offices sign them: texts written out. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from app.core.name_cleaning import tidied
from app.core.rupiah import in_words, rupiah
from app.core.written import NOTHING, day, grouped, moment, month
from app.honour.schemas import HonourLineOut, HonourRunOut, HonourStatementDetail
from app.regions.region_code import zone_of

_ID = "id"
_LONGEST = 60  # letters of a name
MOST_SHEETS = 300
"""Pages of enumerators behind the list of everybody; with more, the list stands alone: they take 1.9 s and 400 MB."""
_COUNTED = {"entered": "isian terdata", "verified": "isian diverifikasi"}
_BASES = {"received": "hari penerimaan", "captured": "hari pendataan"}


class Payment(NamedTuple):
    """A run, or only one statement of it, with the campaign's name."""

    campaign_name: str
    about: HonourRunOut | HonourStatementDetail
    statements: Sequence[HonourStatementDetail]


def shown(text: str) -> str:
    """A name on one line, without signs that turn or hide its neighbours, and not endless."""
    tidy = tidied(text)
    return tidy if len(tidy) <= _LONGEST else tidy[: _LONGEST - 1] + "…"


def decrees(statements: Iterable[HonourStatementDetail]) -> list[str]:
    """The numbers of the decrees by which anything was paid, each once."""
    found = {
        line.decree: None for each in statements for line in each.lines if line.decree and (line.records or line.amount)
    }
    return [tidied(decree) for decree in found]


def paper(payment: Payment) -> dict[str, Any]:
    """All that the PDF shows. A run begins with the list of everybody, and has their pages unless they are too many; a
    statement stands alone.
    """
    about = payment.about
    return {
        "title": f"Daftar honor {about.number}",
        "number": about.number,
        "campaign": shown(payment.campaign_name),
        "region": shown(about.region.name),
        "month": month(about.month, _ID),
        "partial": _partial(about),
        "cutoff": f"{shown(about.cutoff.name)}, angka sampai {day(about.cutoff.as_of, _ID)}",
        "cutoff_id": str(about.cutoff.id),
        "foot": foot(about),
        "list": _list(about, payment.statements) if isinstance(about, HonourRunOut) else None,
        "sheets": [_sheet(each) for each in payment.statements] if len(payment.statements) <= MOST_SHEETS else [],
    }


def foot(about: HonourRunOut | HonourStatementDetail) -> str:
    """What every page says: which figures were paid, and when the list was made."""
    made = moment(about.made_at, zone_of(about.region.code), _ID)
    counted = _BASES[about.cutoff.basis]
    return f"{about.number} · rilis “{shown(about.cutoff.name)}” menurut {counted} · dibuat {made}"


def _partial(about: HonourRunOut | HonourStatementDetail) -> str | None:
    if about.whole_month:
        return None
    until = day(about.cutoff.as_of, _ID)
    return f"Bulan ini dihitung sampai {until}; selebihnya masuk daftar berikutnya."


def _list(about: HonourRunOut, statements: Sequence[HonourStatementDetail]) -> dict[str, Any]:
    return {
        "decrees": decrees(statements),
        "rows": [
            [
                str(number),
                shown(each.enumerator.name),
                each.number.rpartition("-")[2],
                grouped(each.records, _ID),
                rupiah(each.amount - each.corrections),
                _unless_zero(each.corrections),
                _unless_zero(each.carried_in),
                rupiah(each.payable),
            ]
            for number, each in enumerate(statements, start=1)
        ],
        "sums": [
            grouped(about.records, _ID),
            rupiah(about.amount - sum(each.corrections for each in statements)),
            _unless_zero(sum(each.corrections for each in statements)),
            _unless_zero(about.carried_in),
            rupiah(about.payable),
        ],
        "words": in_words(about.payable).capitalize(),
        "carried_out": _unless_zero(about.carried_out),
    }


def _sheet(each: HonourStatementDetail) -> dict[str, Any]:
    return {
        "number": each.number,
        "name": shown(each.enumerator.name),
        "username": each.enumerator.username,
        "coordinator": NOTHING if each.coordinator_name is None else shown(each.coordinator_name),
        "decrees": decrees([each]),
        "rows": [
            [
                month(line.month, _ID),
                grouped(line.entered, _ID),
                grouped(line.verified, _ID),
                NOTHING if line.rate is None else rupiah(line.rate),
                NOTHING if line.cap is None else grouped(line.cap, _ID),
                grouped(line.records, _ID),
                rupiah(line.due),
                rupiah(line.before),
                rupiah(line.amount),
            ]
            for line in each.lines
        ],
        "sums": [
            ("Jumlah rincian ini", rupiah(each.amount)),
            *([("Potongan kelebihan sebelumnya", rupiah(each.carried_in))] if each.carried_in else []),
            ("Dibayarkan", rupiah(each.payable)),
            *([("Kelebihan, dipotong pada rincian berikutnya", rupiah(each.carried_out))] if each.carried_out else []),
        ],
        "words": each.words.capitalize(),
        "notes": list(_notes(each)),
    }


def _notes(each: HonourStatementDetail) -> Iterable[str]:
    yield "Hak = isian dibayar × honor per isian; jumlah = hak − yang sudah dirinci sebelumnya untuk bulan itu."
    for line in each.lines:
        yield from _of_line(line)


def _of_line(line: HonourLineOut) -> Iterable[str]:
    name = month(line.month, _ID)
    if line.is_correction:
        change = grouped(line.records - line.records_before, _ID)
        yield f"Koreksi {name}: {change} isian sejak rincian sebelumnya ({rupiah(line.amount)})."
    if line.elsewhere > 0:
        yield f"{name}: {grouped(line.elsewhere, _ID)} isian sudah dibayar di wilayah lain, dalam batas yang sama."
    counted = line.verified if line.counts == "verified" else line.entered
    if line.counts is not None and line.records < counted:
        most, of = grouped(line.cap, _ID), grouped(counted, _ID)
        yield f"{name}: dibayar paling banyak {most} dari {of} {_COUNTED[line.counts]}."
    elif line.counts == "verified" and line.records:
        yield f"{name}: yang dibayar adalah isian yang sudah diverifikasi."


def _unless_zero(amount: int) -> str:
    return rupiah(amount) if amount else NOTHING
