"""Labels of the codes that columns may contain, in both languages: those of the forms, and the register's own."""

from collections.abc import Mapping

from app.core.problems import Text
from app.exchange.column import Column
from app.exchange.verification_columns import CONFIRMATION
from app.identifiers.numbers import CONFIRMABLE
from app.questionnaires.schema import CHOICES

_OWN: Mapping[str, Mapping[str, Text]] = {
    "kind": {"umkm": Text("UMKM", "Enterprise"), "koperasi": Text("Koperasi", "Cooperative")},
    "kbli_state": {
        "recorded": Text("Menurut pencacah", "As recorded"),
        "coded": Text("Hasil pengodean petugas", "Coded by an officer"),
        "unknown": Text("Tidak ada dalam edisinya, menunggu pengodean", "Not in its edition, waits for coding"),
    },
    "size_class": {
        "micro": Text("Usaha mikro", "Micro"),
        "small": Text("Usaha kecil", "Small"),
        "medium": Text("Usaha menengah", "Medium"),
        "large": Text("Usaha besar", "Large"),
    },
    "annual_sales_band": {
        "to_2bn": Text("Sampai Rp2 miliar", "Up to Rp 2 billion"),
        "to_15bn": Text("Di atas Rp2 miliar sampai Rp15 miliar", "Over Rp 2 billion, up to Rp 15 billion"),
        "to_50bn": Text("Di atas Rp15 miliar sampai Rp50 miliar", "Over Rp 15 billion, up to Rp 50 billion"),
        "over_50bn": Text("Di atas Rp50 miliar", "Over Rp 50 billion"),
    },
    "review_state": {
        "unreviewed": Text("Belum diperiksa", "Unreviewed"),
        "verified": Text("Terverifikasi", "Verified"),
        "returned": Text("Dikembalikan", "Returned"),
    },
    "life": {
        "active": Text("Masih ada", "Still there"),
        "closed": Text("Tutup", "Closed"),
        "moved": Text("Pindah", "Moved"),
    },
    **dict.fromkeys((f"{kind}_state" for kind in CONFIRMABLE), CONFIRMATION),
    "personal_answers": {
        "shown": Text("Ditampilkan", "Shown"),
        "masked": Text("Disamarkan", "Masked"),
        "removed": Text("Sudah dihapus", "No longer kept"),
    },
}


def labels_of(column: Column) -> dict[str, Text]:
    """Each code of a column, or of the items in it, with its labels; empty where its values are no codes."""
    own = _OWN.get(column.name, {})
    return {code: own.get(code) or CHOICES[code] for code in (*column.codes, *column.items)}
