"""What the statistics count by: attributes of a business, with the metadata that Satu Data Indonesia asks for. Pure.

Perpres 39/2019 (article 7) wants of all data concept, definition, classification, measure and unit; beside them are the
question that was asked and the period. A missing answer is a code of its own: `unanswered` (*tidak dijawab*).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from app.core.problems import Text
from app.questionnaires.catalogue import choices
from app.statistics.categories import CATEGORIES

UNANSWERED = "unanswered"
_NOT_SAID = {UNANSWERED: Text("Tidak dijawab", "Not answered")}
_FORM = "Kuesioner PL-KUMKM"


class Attribute(NamedTuple):
    """An attribute of businesses.

    `column`: the answers that it is derived from by `of`. `labels`: of its codes; of divisions those of KBLI
    are in the database. `alone`: it is tabulated with regions only, never with others.
    """

    name: str
    column: str
    label: Text
    concept: Text
    definition: Text
    classification: Text
    question: Text
    source: Text
    labels: Mapping[str, Text]
    of: Callable[[str], str] = str
    alone: bool = False


def _before_bar(said: str) -> str:
    return said.partition("|")[0]


def _behind_bar(said: str) -> str:
    return said.partition("|")[2]


def _category(said: str) -> str:
    return said if said == UNKNOWN else said.partition("|")[0]


def _division(said: str) -> str:
    return said if said == UNKNOWN else said.partition("|")[2]


UNKNOWN = "unknown"
"""An activity that its edition of KBLI does not have, and that waits for coding."""

_REGISTER = Text("Basis data tunggal KUMKM", "The single register")
_ACTIVITY = Text("Kegiatan utama usaha (kode KBLI)", "Main activity of the business (KBLI code)")
_FORMS = {
    "individual": Text("Perorangan", "Sole proprietor"),
    "firma": Text("Firma", "Firm (firma)"),
    "cv": Text("CV", "Limited partnership (CV)"),
    "pt": Text("PT", "Limited company (PT)"),
    "pt_individual": Text("PT perorangan", "Single-member company"),
    "foundation": Text("Yayasan", "Foundation"),
    "other": Text("Lainnya", "Other"),
}
_FORM_CODES = choices("legal_form")

ATTRIBUTES = (
    Attribute(
        "kind",
        "form",
        Text("Jenis pelaku usaha", "Kind of business"),
        Text("Pelaku usaha", "Business"),
        Text("UMKM atau koperasi, menurut kuesioner yang diisi.", "Enterprise or cooperative, by the form filled."),
        Text("UU 20/2008 dan UU 25/1992", "Laws 20/2008 and 25/1992"),
        Text("Kuesioner UMKM atau koperasi", "The form of enterprises or of cooperatives"),
        _REGISTER,
        {"umkm": Text("UMKM", "Enterprise"), "koperasi": Text("Koperasi", "Cooperative")},
        _before_bar,
    ),
    Attribute(
        "legal_form",
        "form",
        Text("Badan usaha", "Legal form"),
        Text("Badan usaha", "Legal form"),
        Text("Bentuk badan usaha; koperasi adalah satu bentuk.", "Legal form; a cooperative is one of them."),
        Text(_FORM, "PL-KUMKM questionnaire"),
        Text("Apa bentuk badan usaha?", "What is the legal form?"),
        Text("umkm@1, umkm@2: legal_form", "umkm@1, umkm@2: legal_form"),
        {code: _FORMS[code] for code in _FORM_CODES} | {"cooperative": Text("Koperasi", "Cooperative")} | _NOT_SAID,
        _behind_bar,
    ),
    Attribute(
        "category",
        "activity",
        Text("Kategori lapangan usaha", "Category of activity"),
        Text("Lapangan usaha", "Economic activity"),
        Text(
            "Huruf kategori KBLI kegiatan utama, dengan edisinya (2020:G); huruf bergeser antaredisi.",
            "KBLI's letter of the main activity with its edition (2020:G); letters moved between editions.",
        ),
        Text("KBLI 2020 (Peraturan BPS 2/2020), KBLI 2025 (Peraturan BPS 7/2025)", "KBLI 2020 and KBLI 2025"),
        _ACTIVITY,
        Text("umkm@1, umkm@2, koperasi@1, koperasi@2: kbli", "umkm@1, umkm@2, koperasi@1, koperasi@2: kbli"),
        {**CATEGORIES, UNKNOWN: Text("Menunggu pengodean", "Waits for coding")},
        _category,
    ),
    Attribute(
        "division",
        "activity",
        Text("Golongan pokok lapangan usaha", "Division of activity"),
        Text("Lapangan usaha", "Economic activity"),
        Text(
            "Dua angka pertama kode KBLI kegiatan utama, dengan edisinya (2020:47).",
            "First two digits of the main activity's KBLI code, with its edition (2020:47).",
        ),
        Text("KBLI 2020 (Peraturan BPS 2/2020), KBLI 2025 (Peraturan BPS 7/2025)", "KBLI 2020 and KBLI 2025"),
        _ACTIVITY,
        Text("umkm@1, umkm@2, koperasi@1, koperasi@2: kbli", "umkm@1, umkm@2, koperasi@1, koperasi@2: kbli"),
        {UNKNOWN: Text("Menunggu pengodean", "Waits for coding")},
        _division,
        alone=True,
    ),
    Attribute(
        "size_class",
        "size_class",
        Text("Kelas usaha", "Size class"),
        Text("Skala usaha", "Size of business"),
        Text(
            "Menurut penjualan setahun, atau modal pendirian bila belum menjual: mikro sampai Rp 2 miliar, kecil sampai"
            " Rp 15 miliar, menengah sampai Rp 50 miliar (modal: 1, 5, 10 miliar).",
            "By annual sales, or by founding capital where nothing was sold yet: micro up to Rp 2 billion, small up to"
            " Rp 15 billion, medium up to Rp 50 billion (capital: 1, 5, 10 billion).",
        ),
        Text("PP 7/2021, pasal 35", "PP 7/2021, article 35"),
        Text("Penjualan setahun; modal pendirian", "Annual sales; founding capital"),
        Text(
            "umkm@1, umkm@2: annual_sales_idr, sales, founding_capital_idr",
            "annual_sales_idr, sales, founding_capital_idr",
        ),
        {
            "micro": Text("Mikro", "Micro"),
            "small": Text("Kecil", "Small"),
            "medium": Text("Menengah", "Medium"),
            "large": Text("Besar", "Large"),
        }
        | _NOT_SAID,
    ),
    Attribute(
        "sex",
        "sex",
        Text("Jenis kelamin pemilik atau ketua", "Sex of owner or chair"),
        Text("Pemilik", "Owner"),
        Text("Jenis kelamin pemilik UMKM, atau ketua koperasi.", "Sex of the owner, or of a cooperative's chair."),
        Text(_FORM, "PL-KUMKM questionnaire"),
        Text("Jenis kelamin", "Sex"),
        Text("umkm: owner.sex; koperasi: chair.sex", "umkm: owner.sex; koperasi: chair.sex"),
        {"female": Text("Perempuan", "Female"), "male": Text("Laki-laki", "Male")} | _NOT_SAID,
    ),
    Attribute(
        "nib",
        "nib",
        Text("Memiliki NIB", "Has a business number (NIB)"),
        Text("Perizinan", "Licence"),
        Text(
            "Apakah NIB tercatat; usaha yang tidak menyebut NIB dihitung tidak memiliki.",
            "Whether a NIB is recorded; a business that states none counts as having none.",
        ),
        Text("Nomor Induk Berusaha (PP 5/2021)", "Business number (PP 5/2021)"),
        Text("NIB", "NIB"),
        Text("umkm, koperasi: nib", "umkm, koperasi: nib"),
        {"yes": Text("Ada NIB", "Has one"), "no": Text("Tidak ada NIB", "Has none")},
    ),
    Attribute(
        "digital",
        "digital",
        Text("Memakai internet atau pembayaran digital", "Uses the internet or digital payment"),
        Text("Praktik usaha", "Practice"),
        Text(
            "Ya bila usaha memakai internet atau menerima pembayaran digital; tidak dijawab bila keduanya kosong.",
            "Yes where it uses the internet or takes digital payment; not answered where both are empty.",
        ),
        Text(_FORM, "PL-KUMKM questionnaire"),
        Text("Memakai internet; pembayaran digital", "Uses the internet; digital payment"),
        Text("umkm: practice.internet, practice.digital_payment", "umkm: practice.internet, practice.digital_payment"),
        {"yes": Text("Ya", "Yes"), "no": Text("Tidak", "No")} | _NOT_SAID,
    ),
    Attribute(
        "workers",
        "workers",
        Text("Jumlah pekerja", "Number of workers"),
        Text("Tenaga kerja", "Workers"),
        Text("Pekerja dibayar dan tidak dibayar, dalam kelompok.", "Paid and unpaid workers, in bands."),
        Text("Kelompok BPS: 1–4, 5–19, 20–99, 100 atau lebih", "Bands of BPS: 1–4, 5–19, 20–99, 100 or more"),
        Text("Pekerja dibayar dan tidak dibayar", "Paid and unpaid workers"),
        Text("umkm, koperasi: workers", "umkm, koperasi: workers"),
        {
            "0": Text("Tanpa pekerja", "None"),
            "1-4": Text("1–4 pekerja", "1–4 workers"),
            "5-19": Text("5–19 pekerja", "5–19 workers"),
            "20-99": Text("20–99 pekerja", "20–99 workers"),
            "100+": Text("100 pekerja atau lebih", "100 workers or more"),
        }
        | _NOT_SAID,
    ),
    Attribute(
        "life",
        "life",
        Text("Keadaan usaha", "State of the business"),
        Text("Keadaan usaha", "State of the business"),
        Text(
            "Masih ada, tutup, atau pindah, menurut kunjungan terakhir.",
            "Still there, closed or moved, as the last visit found.",
        ),
        Text(_FORM, "PL-KUMKM questionnaire"),
        Text("Hasil kunjungan", "Result of the visit"),
        Text("visit@1: result", "visit@1: result"),
        {
            "active": Text("Aktif", "Active"),
            "closed": Text("Tutup", "Closed"),
            "moved": Text("Pindah", "Moved"),
        },
    ),
)

COLUMNS = tuple(dict.fromkeys(each.column for each in ATTRIBUTES))
"""The answers that the attributes are derived from, in the order in which they are read."""

BY_NAME = {each.name: each for each in ATTRIBUTES}
REGION = "region"
DIMENSIONS = (REGION, *BY_NAME)
"""What may be asked for in `by`."""

MOST_DIMENSIONS = 3
"""So many of them has a table at the most."""

REGION_LABEL = Text("Wilayah", "Region")
REGION_DEFINITION = Text(
    "Wilayah lokasi usaha pada tingkat yang diminta, dari provinsi sampai desa/kelurahan.",
    "Region where the business is, on the level that is asked for, from provinces to villages.",
)
COUNT = Text("Jumlah pelaku usaha", "Number of businesses")
COUNT_DEFINITION = Text(
    "Banyaknya pelaku usaha unik dalam basis data tunggal yang masuk pada pendataan itu, pada saat edisi.",
    "Unique businesses of the single register that are entered in the campaign, at the moment of the edition.",
)
