"""The exported columns: source, type and meaning of each.

One list for exports, the feed and the metadata that Satu Data Indonesia asks for with all data (Perpres 39/2019:
concept, definition, classification, measure and unit). A `sealed` column shows something only to who may see it: its
answer is opened from where it was given; for everybody else numbers that identify are masked and the rest is left
empty.
"""

from typing import Literal, NamedTuple

from app.core.excel import sql_as_text
from app.questionnaires.catalogue import choices

Type = Literal["text", "integer", "number", "boolean", "date", "datetime"]
KEMENDAGRI = "Kode wilayah administrasi Kemendagri"
BPS = "Kode wilayah BPS"
KBLI = "KBLI 2020"
PP_7 = "PP 7/2021, pasal 35"
QUESTIONNAIRE = "Kuesioner PL-KUMKM"


class Column(NamedTuple):
    """One column. `sql` is what everybody sees of it; `sealed` the paths of the answer, in whichever questionnaire."""

    name: str
    type: Type
    sql: str
    label_id: str
    label_en: str
    definition_id: str
    definition_en: str
    concept: str = "Pelaku usaha"
    unit: str | None = None
    classification: str | None = None
    sealed: tuple[tuple[str, ...], ...] = ()
    codes: tuple[str, ...] = ()
    """All values that there are, where they are few."""


def _open(path: str) -> str:
    """An open answer as text; `owner.name` or the answer of a block."""
    *blocks, last = path.split(".")
    return "s.answers" + "".join(f" -> '{block}'" for block in blocks) + f" ->> '{last}'"


def _text(name: str, path: str, label_id: str, label_en: str, concept: str = "Pelaku usaha") -> Column:
    return Column(
        name,
        "text",
        _open(path),
        label_id,
        label_en,
        f"Jawaban atas “{label_id}”.",
        f"The answer to “{label_en}”.",
        concept,
    )


def _code(name: str, path: str, label_id: str, label_en: str, concept: str = "Pelaku usaha") -> Column:
    return Column(
        name,
        "text",
        _open(path),
        label_id,
        label_en,
        f"Pilihan jawaban atas “{label_id}”.",
        f"The choice for “{label_en}”.",
        concept,
        classification=QUESTIONNAIRE,
        codes=choices(path),
    )


def _count(name: str, path: str, label_id: str, label_en: str, concept: str = "Tenaga kerja") -> Column:
    return Column(
        name,
        "integer",
        f"({_open(path)})::bigint",
        label_id,
        label_en,
        f"Banyaknya: {label_id}.",
        f"Number of: {label_en}.",
        concept,
        unit="orang",
    )


def _yes(name: str, path: str, label_id: str, label_en: str) -> Column:
    return Column(
        name,
        "boolean",
        f"({_open(path)})::boolean",
        label_id,
        label_en,
        f"Ya atau tidak: {label_id}.",
        f"Yes or no: {label_en}.",
        "Praktik usaha",
    )


def _rupiah(name: str, path: str, label_id: str, label_en: str) -> Column:
    return Column(
        name,
        "integer",
        "NULL::bigint",
        label_id,
        label_en,
        f"{label_id}, rupiah penuh.",
        f"{label_en}, whole rupiah.",
        "Keuangan",
        unit="rupiah",
        sealed=((path,),),
    )


def _personal(name: str, paths: tuple[tuple[str, ...], ...], label_id: str, label_en: str) -> Column:
    return Column(
        name,
        "text",
        "NULL::text",
        label_id,
        label_en,
        f"{label_id}; data pribadi.",
        f"{label_en}; personal data.",
        "Data pribadi",
        sealed=paths,
    )


COLUMNS: tuple[Column, ...] = (
    Column(
        "business_id",
        "text",
        "b.id::text",
        "Nomor pelaku usaha",
        "Business id",
        "Nomor tetap pelaku usaha dalam basis data tunggal.",
        "The id of the business; it never changes.",
    ),
    Column(
        "kind",
        "text",
        "b.kind",
        "Jenis pelaku usaha",
        "Kind",
        "UMKM atau koperasi.",
        "Enterprise or cooperative.",
        codes=("umkm", "koperasi"),
    ),
    Column(
        "name", "text", "b.name", "Nama usaha", "Name", "Nama usaha menurut pemilik.", "The name as the owner tells it."
    ),
    _text("trade_name", "trade_name", "Nama komersial", "Trade name"),
    Column(
        "nik",
        "text",
        "b.nik_masked",
        "NIK pemilik",
        "Owner's citizen number",
        "Nomor Induk Kependudukan pemilik, 16 angka.",
        "Citizen number of the owner, 16 digits.",
        "Identitas",
        sealed=(("owner", "nik"),),
    ),
    Column(
        "nib",
        "text",
        "b.nib_masked",
        "NIB",
        "Business number",
        "Nomor Induk Berusaha, 13 angka.",
        "Licence number of the business, 13 digits.",
        "Identitas",
        sealed=(("nib",),),
    ),
    Column(
        "cooperative_number",
        "text",
        "b.cooperative_number_masked",
        "Nomor Induk Koperasi",
        "Cooperative number",
        "Nomor Induk Koperasi.",
        "Registration number of the cooperative.",
        "Identitas",
        sealed=(("cooperative_number",),),
    ),
    Column(
        "province_code",
        "text",
        "left(b.region_code, 2)",
        "Kode provinsi",
        "Province code",
        "Kode provinsi lokasi usaha.",
        "Code of the province.",
        "Wilayah",
        classification=KEMENDAGRI,
    ),
    Column(
        "province_name",
        "text",
        "province.name",
        "Provinsi",
        "Province",
        "Nama provinsi lokasi usaha.",
        "Name of the province.",
        "Wilayah",
        classification=KEMENDAGRI,
    ),
    Column(
        "regency_code",
        "text",
        "left(b.region_code, 5)",
        "Kode kabupaten/kota",
        "Regency code",
        "Kode kabupaten/kota lokasi usaha.",
        "Code of the regency.",
        "Wilayah",
        classification=KEMENDAGRI,
    ),
    Column(
        "regency_name",
        "text",
        "regency.name",
        "Kabupaten/kota",
        "Regency",
        "Nama kabupaten/kota lokasi usaha.",
        "Name of the regency.",
        "Wilayah",
        classification=KEMENDAGRI,
    ),
    Column(
        "district_code",
        "text",
        "left(b.region_code, 8)",
        "Kode kecamatan",
        "District code",
        "Kode kecamatan lokasi usaha.",
        "Code of the district.",
        "Wilayah",
        classification=KEMENDAGRI,
    ),
    Column(
        "district_name",
        "text",
        "district.name",
        "Kecamatan",
        "District",
        "Nama kecamatan lokasi usaha.",
        "Name of the district.",
        "Wilayah",
        classification=KEMENDAGRI,
    ),
    Column(
        "village_code",
        "text",
        "b.region_code",
        "Kode desa/kelurahan",
        "Village code",
        "Kode desa/kelurahan lokasi usaha.",
        "Code of the village.",
        "Wilayah",
        classification=KEMENDAGRI,
    ),
    Column(
        "village_name",
        "text",
        "village.name",
        "Desa/kelurahan",
        "Village",
        "Nama desa/kelurahan lokasi usaha.",
        "Name of the village.",
        "Wilayah",
        classification=KEMENDAGRI,
    ),
    Column(
        "bps_village_code",
        "text",
        "village.bps_code",
        "Kode desa/kelurahan BPS",
        "BPS village code",
        "Kode BPS desa/kelurahan, bila diketahui.",
        "BPS's own code of the village, where known.",
        "Wilayah",
        classification=BPS,
    ),
    Column(
        "latitude",
        "number",
        "s.latitude",
        "Lintang",
        "Latitude",
        "Lintang lokasi usaha, WGS 84.",
        "Latitude of the place, WGS 84.",
        "Lokasi",
        unit="derajat",
    ),
    Column(
        "longitude",
        "number",
        "s.longitude",
        "Bujur",
        "Longitude",
        "Bujur lokasi usaha, WGS 84.",
        "Longitude of the place, WGS 84.",
        "Lokasi",
        unit="derajat",
    ),
    Column(
        "accuracy_m",
        "number",
        "s.accuracy_m",
        "Ketelitian lokasi",
        "Accuracy",
        "Ketelitian lokasi menurut tablet.",
        "Radius of the place as the tablet tells it.",
        "Lokasi",
        unit="meter",
    ),
    _personal("address", (("address",),), "Alamat usaha", "Address"),
    _text("postcode", "postcode", "Kode pos", "Postcode", "Lokasi"),
    _code("place_type", "place_type", "Jenis tempat usaha", "Type of place", "Lokasi"),
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
        "Tahun klasifikasi.",
        "Year of the classification.",
        "Kegiatan usaha",
    ),
    _text("main_activity", "main_activity", "Kegiatan utama", "Main activity", "Kegiatan usaha"),
    _text("main_product", "main_product", "Produk utama", "Main product", "Kegiatan usaha"),
    Column(
        "size_class",
        "text",
        "b.size_class",
        "Kelas usaha",
        "Size class",
        "Mikro, kecil, menengah, atau besar menurut penjualan setahun atau modal.",
        "Micro, small, medium or large, by annual sales or founding capital.",
        "Skala usaha",
        classification=PP_7,
        codes=("micro", "small", "medium", "large"),
    ),
    _code("legal_form", "legal_form", "Badan usaha", "Legal form"),
    _code("legal_status", "legal_status", "Status badan hukum koperasi", "Legal status of the cooperative", "Koperasi"),
    _code("cooperative_kind", "kind", "Jenis koperasi", "Kind of cooperative", "Koperasi"),
    Column(
        "started_year",
        "integer",
        "coalesce(s.answers ->> 'started_year', s.answers ->> 'founded_year')::bigint",
        "Tahun mulai usaha",
        "Year of start",
        "Tahun usaha dimulai atau koperasi didirikan.",
        "Year in which the business began or the cooperative was founded.",
        unit="tahun",
    ),
    _rupiah("annual_sales_idr", "annual_sales_idr", "Penjualan setahun", "Annual sales"),
    _rupiah("founding_capital_idr", "founding_capital_idr", "Modal pendirian", "Founding capital"),
    _rupiah("business_volume_idr", "business_volume_idr", "Volume usaha koperasi setahun", "Business volume a year"),
    Column(
        "owner_name",
        "text",
        "coalesce(s.answers -> 'owner' ->> 'name', s.answers -> 'chair' ->> 'name')",
        "Nama pemilik atau ketua",
        "Owner or chair",
        "Nama pemilik, atau ketua koperasi.",
        "Name of the owner, or of the cooperative's chair.",
        "Pemilik",
    ),
    Column(
        "owner_sex",
        "text",
        "coalesce(s.answers -> 'owner' ->> 'sex', s.answers -> 'chair' ->> 'sex')",
        "Jenis kelamin pemilik atau ketua",
        "Sex of owner or chair",
        "Laki-laki (male) atau perempuan (female).",
        "Male or female.",
        "Pemilik",
        classification=QUESTIONNAIRE,
        codes=choices("owner.sex"),
    ),
    _code("owner_education", "owner.education", "Pendidikan terakhir pemilik", "Owner's education", "Pemilik"),
    _personal("phone", (("phone",), ("owner", "phone"), ("chair", "phone")), "Telepon", "Phone"),
    _personal("email", (("email",),), "Surel", "E-mail"),
    _personal("npwp", (("npwp",), ("owner", "npwp")), "NPWP", "Taxpayer number"),
    _count("members_male", "members_male", "anggota laki-laki", "members, men", "Koperasi"),
    _count("members_female", "members_female", "anggota perempuan", "members, women", "Koperasi"),
    _count("workers_paid_male", "workers.paid_male", "pekerja dibayar, laki-laki", "paid workers, men"),
    _count("workers_paid_female", "workers.paid_female", "pekerja dibayar, perempuan", "paid workers, women"),
    _count("workers_unpaid_male", "workers.unpaid_male", "pekerja tidak dibayar, laki-laki", "unpaid workers, men"),
    _count(
        "workers_unpaid_female", "workers.unpaid_female", "pekerja tidak dibayar, perempuan", "unpaid workers, women"
    ),
    _yes("halal_certificate", "permits.halal", "sertifikat halal", "halal certificate"),
    _yes("exports", "marketing.exports", "ekspor", "exports"),
    _yes("uses_internet", "practice.internet", "memakai internet", "uses the internet"),
    _yes("digital_payment", "practice.digital_payment", "pembayaran digital", "digital payment"),
    Column(
        "review_state",
        "text",
        "b.review_state",
        "Keadaan verifikasi",
        "Review state",
        "Belum diperiksa (unreviewed), terverifikasi (verified), atau dikembalikan (returned).",
        "Unreviewed, verified or returned.",
        "Mutu data",
        codes=("unreviewed", "verified", "returned"),
    ),
    Column(
        "campaigns",
        "text",
        "(SELECT string_agg(code, ' ' ORDER BY id) FROM campaign WHERE id = ANY(b.campaign_ids))",
        "Pendataan",
        "Campaigns",
        "Kode pendataan tempat usaha ini tercatat, dipisah spasi.",
        "Codes of the campaigns in which it is entered, by blanks.",
        "Mutu data",
    ),
    Column(
        "captured_on",
        "date",
        "s.captured_on",
        "Tanggal pengisian",
        "Captured on",
        "Tanggal wawancara, waktu setempat.",
        "Local day of the interview.",
        "Mutu data",
    ),
    Column(
        "created_at",
        "datetime",
        "b.created_at",
        "Masuk pada",
        "Created at",
        "Saat pertama tercatat.",
        "When it was entered first.",
        "Mutu data",
    ),
    Column(
        "updated_at",
        "datetime",
        "b.updated_at",
        "Diubah pada",
        "Updated at",
        "Saat terakhir berubah.",
        "When it changed last.",
        "Mutu data",
    ),
    Column(
        "record_id",
        "text",
        "b.record_id::text",
        "Nomor isian",
        "Record id",
        "Isian yang jawabannya berlaku.",
        "The record whose answers are in force.",
        "Mutu data",
    ),
    Column(
        "revision",
        "integer",
        "b.revision::bigint",
        "Revisi",
        "Revision",
        "Revisi isian yang berlaku.",
        "The revision that is in force.",
        "Mutu data",
    ),
)

NAMES = tuple(column.name for column in COLUMNS)
SEALED = tuple(column for column in COLUMNS if column.sealed)

# The record in force is looked up row by row: with a hash over all submissions the first row would come after the last.
SOURCE = """
business AS b
CROSS JOIN LATERAL (
    SELECT answers, latitude, longitude, accuracy_m, captured_on, sealed FROM submission
    WHERE submission.record_id = b.record_id AND submission.revision = b.revision LIMIT 1
) AS s
LEFT JOIN region AS village ON village.code = b.region_code
LEFT JOIN region AS district ON district.code = left(b.region_code, 8)
LEFT JOIN region AS regency ON regency.code = left(b.region_code, 5)
LEFT JOIN region AS province ON province.code = left(b.region_code, 2)
LEFT JOIN kbli ON kbli.version = b.kbli_version AND kbli.code = b.kbli
"""


def selected(*, as_text: bool = False, excel: bool = False) -> str:
    """The columns as SQL selects them.

    `as_text`: times as RFC 3339, booleans as words, as CSV has them; `excel`: texts and numbers as Excel reads them in
    Indonesia (`core/excel.py`).
    """
    return ", ".join(f"{_sql(column, as_text=as_text, excel=excel)} AS {column.name}" for column in COLUMNS)


def _sql(column: Column, *, as_text: bool, excel: bool) -> str:
    if as_text and column.type == "boolean":
        return f"({column.sql})::text"
    if as_text and column.type == "datetime":
        return f"""to_char({column.sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    if excel and column.type == "text":
        return sql_as_text(column.sql)
    if excel and column.type == "number":
        return f"replace(({column.sql})::text, '.', ',')"
    return column.sql
