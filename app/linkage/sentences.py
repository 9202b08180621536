"""Why two businesses are likely one, in a few Indonesian words: of the respects that speak for it, the strongest first;
then what speaks most against it. Pure.

Each respect's words stand by themselves, since a reader may not be entitled to all of them (`review/cases.py` leaves
out those of sealed answers and makes one sentence of the others).
"""

from collections.abc import Callable, Mapping

from app.linkage.comparing import MEASURES, Figures
from app.linkage.features import Features

_AT = {measure.name: at for at, measure in enumerate(MEASURES)}
_LEAST = 0.15
"""In nats: what weighs less is not worth a word."""
_ALIKE, _OTHER = ("sama", "mirip"), " lain"  # what agrees is not named against, nor what differs for
_HARDLY = "hanya sedikit serupa"  # how alike something is that speaks against it
_NEAR, _KILOMETRE = 3, 1_000.0
_DIGITS = {1: "satu", 2: "dua", 3: "tiga"}

Known = Callable[[str], float | None]


def reasons(one: Features, other: Features, figures: Figures, parts: Mapping[str, float]) -> dict[str, str]:
    """By respect, the words; the order is that of the sentence."""

    def known(name: str) -> float | None:
        return figures[_AT[name]]

    named: dict[str, str] = {}
    for respect, part in sorted(parts.items(), key=lambda item: (-item[1], item[0])):
        words = _WORDS[respect](known, one, other)
        if words is None or abs(part) < _LEAST:
            continue
        if part < 0:
            words = words.replace("sebagian sama", _HARDLY).replace("mirip", _HARDLY)
        alike = any(each in words for each in _ALIKE)
        if alike is (part > 0) or not (alike or words.endswith(_OTHER)):
            named[respect] = words if part > 0 else f"tetapi {words}"
    if not named:  # nothing by itself, all of it together
        respect = max(parts, key=lambda name: parts[name])
        named[respect] = _WORDS[respect](known, one, other) or "mirip dalam banyak hal kecil"
    return named


def _phone(known: Known, _one: Features, _other: Features) -> str | None:
    if known("phone_shared") is None:
        return None
    if known("phone_shared"):
        return "telepon sama"
    return "telepon beda satu angka" if known("phone_slip") else "telepon lain"


def _person(known: Known, one: Features, other: Features) -> str | None:
    if known("owner_bits") is None:
        return None
    if one.owner == other.owner:
        return "nama pemilik sama"
    if not known("owner_bits"):
        return "nama pemilik lain"
    return "nama pemilik sebagian sama" if known("owner_contra") else "nama pemilik mirip"


def _name(known: Known, one: Features, other: Features) -> str | None:
    if known("name_bits") is None:
        return None
    if one.name == other.name:
        return "nama usaha sama"
    if not known("name_bits"):
        return "nama usaha lain"
    return "nama usaha sebagian sama" if known("name_contra") else "nama usaha mirip"


def _crossed(known: Known, _one: Features, _other: Features) -> str | None:
    return "nama pemilik ada di nama usaha yang lain" if known("crossed_bits") else None


def _place(known: Known, _one: Features, _other: Features) -> str | None:
    log = known("metres_log")
    if log is None:
        return None
    metres = 2**log - 1
    if metres < _NEAR:
        crowd = round(2 ** (known("crowd_log") or 0))
        return "titik sama" if crowd <= _NEAR else f"titik sama (ada {crowd} usaha di situ)"
    return f"jarak {metres:.0f} m" if metres < _KILOMETRE else f"jarak {metres / 1000:.1f} km".replace(".", ",")


def _area(known: Known, _one: Features, _other: Features) -> str:
    return ("kabupaten lain", "satu kabupaten", "satu kecamatan", "satu desa")[round(known("area") or 0)]


def _kbli(known: Known, _one: Features, _other: Features) -> str:
    if known("kbli_digits") is None:
        return "KBLI tidak sebanding (edisi lain atau kode tidak dikenal)"
    return {5: "KBLI sama", 4: "subgolongan KBLI sama", 3: "golongan KBLI sama", 2: "golongan pokok KBLI sama"}.get(
        round(known("kbli_digits") or 0), "KBLI lain"
    )


def _activity(known: Known, _one: Features, _other: Features) -> str | None:
    bits = known("activity_bits")
    return None if bits is None else "kegiatan dan produk mirip" if bits else "kegiatan dan produk lain"


def _year(_known: Known, one: Features, other: Features) -> str | None:
    if one.year is None or other.year is None:
        return None
    apart = abs(one.year - other.year)
    return f"tahun mulai beda {apart} tahun" if apart else "tahun mulai sama"


def _money(known: Known, _one: Features, _other: Features) -> str | None:
    """Bands only: sums are sealed."""
    ratio = known("money_ratio")
    if ratio is None:
        return None if known("workers") is None else "jumlah pekerja " + ("beda" if known("workers") else "sama")
    return "nilai usaha hampir sama" if ratio < 1 else "nilai usaha beda"


def _birth(known: Known, _one: Features, _other: Features) -> str | None:
    if known("birth") is None:
        return None if known("sex") is None else f"jenis kelamin {'sama' if known('sex') else 'lain'}"
    return {1.0: "tanggal lahir sama", 0.6: "tanggal lahir beda satu angka", 0.2: "tahun lahir sama"}.get(
        known("birth") or 0.0, "tanggal lahir lain"
    )


def _nik(known: Known, _one: Features, _other: Features) -> str | None:
    edits = known("nik_edits")
    if edits is None:
        return None
    if round(edits) not in _DIGITS:
        return "NIK lain"
    return f"NIK beda {_DIGITS[round(edits)]} angka" + (" di nomor urut" if known("nik_serial") else "")


def _nib(known: Known, _one: Features, _other: Features) -> str | None:
    edits = known("nib_edits")
    return (
        None if edits is None else f"NIB beda {_DIGITS[round(edits)]} angka" if round(edits) in _DIGITS else "NIB lain"
    )


def _address(known: Known, _one: Features, _other: Features) -> str | None:
    if known("address_bits"):
        return "alamat sama" if not known("address_contra") else "alamat sebagian sama"
    if known("household") is not None:
        return "RT/RW sama" if known("household") else "RT/RW lain"
    return None if known("address_bits") is None else "alamat lain"


def _habits(known: Known, _one: Features, _other: Features) -> str | None:
    share = known("habits")
    return None if share is None else f"jenis tempat usaha dan cara kerja {'sama' if share == 1 else 'beda'}"


_WORDS: Mapping[str, Callable[[Known, Features, Features], str | None]] = {
    "phone": _phone,
    "owner": _person,
    "name": _name,
    "crossed": _crossed,
    "place": _place,
    "area": _area,
    "kbli": _kbli,
    "activity": _activity,
    "year": _year,
    "money": _money,
    "birth": _birth,
    "nik": _nik,
    "nib": _nib,
    "address": _address,
    "habits": _habits,
}
