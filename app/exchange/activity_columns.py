"""Columns of the activity: its code with the edition that it is of, title, letter, and where the code is from."""

from app.exchange.column import KBLI, Column
from app.identifiers.kbli_codes import EDITIONS

ACTIVITY = (
    Column(
        "kbli",
        "text",
        "b.kbli",
        "Kode KBLI",
        "Activity code",
        "Kode lima angka kegiatan utama.",
        "Five-digit code of the main activity.",
        "Kegiatan usaha",
        classification=KBLI,
        question="kbli",
    ),
    Column(
        "kbli_title",
        "text",
        "kbli.title",
        "Judul KBLI",
        "Activity",
        "Judul kegiatan utama.",
        "Title of the main activity.",
        "Kegiatan usaha",
        classification=KBLI,
    ),
    Column(
        "kbli_version",
        "text",
        "b.kbli_version",
        "Versi KBLI",
        "KBLI version",
        "Edisi KBLI dari kode itu; nomor yang sama sering berarti kegiatan lain dalam edisi lain.",
        "Edition of KBLI that the code is of; the same number is often another activity in the other edition.",
        "Kegiatan usaha",
        codes=EDITIONS,
    ),
    Column(
        "kbli_category",
        "text",
        "kbli.category",
        "Kategori KBLI",
        "KBLI category",
        "Huruf kategori kegiatan utama; hurufnya bergeser antara edisi 2020 dan 2025.",
        "Letter of the category of the main activity; letters moved between the editions of 2020 and 2025.",
        "Kegiatan usaha",
        classification=KBLI,
    ),
    Column(
        "kbli_state",
        "text",
        "CASE WHEN b.kbli_unknown THEN 'unknown' WHEN b.coding_id IS NOT NULL THEN 'coded' ELSE 'recorded' END",
        "Asal kode KBLI",
        "Origin of the activity code",
        "Kode menurut pencacah, hasil pengodean petugas, atau tidak ada dalam edisinya dan menunggu pengodean.",
        "The code as recorded, as an officer coded it, or one that its edition does not have, which waits for coding.",
        "Kegiatan usaha",
        codes=("recorded", "coded", "unknown"),
    ),
)
