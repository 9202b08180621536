"""`umkm@1`: the enterprise's questionnaire, the public part of the 2022 round's form.

Blocks I to XIV: place, business, owner, permits and inputs, products, workers, technology and partnership, notes.
Only the name and the activity are required; a door that is half opened is still a business.
"""

from typing import Annotated, Literal

from pydantic import Field

from app.identifiers.kbli_codes import Edition
from app.questionnaires.fields import (
    Block,
    Day,
    Hours,
    Line,
    Money,
    Name,
    Names,
    Note,
    Number,
    People,
    Percent,
    Sex,
    Short,
    Year,
    Yes,
    ask,
)


class Owner(Block):
    """III Owner (*pemilik*)."""

    name: Name | None = ask("Nama pemilik", "Owner's name", open=True, names=True)
    sex: Sex | None = ask("Jenis kelamin", "Sex", open=True)
    nik: Number | None = ask("NIK", "Citizen number (NIK)")
    birth_date: Day | None = ask("Tanggal lahir", "Birth date")
    disability: Line | None = ask("Disabilitas", "Disability")
    npwp: Number | None = ask("NPWP pemilik", "Owner's taxpayer number")
    address: Line | None = ask("Alamat pemilik", "Owner's address")
    phone: Short | None = ask("Nomor telepon", "Phone")
    education: Literal["none", "primary", "junior", "senior", "diploma", "bachelor", "master", "doctor"] | None = ask(
        "Pendidikan terakhir", "Education", open=True
    )
    cooperative_member: Yes | None = ask("Anggota koperasi", "Member of a cooperative", open=True)


class Permits(Block):
    """IV Permits and certificates (*perizinan dan sertifikat*)."""

    business_permit: Yes | None = ask("Izin usaha", "Business permit", open=True)
    halal: Yes | None = ask("Sertifikat halal", "Halal certificate", open=True)
    sni: Yes | None = ask("SNI", "National standard (SNI)", open=True)
    pirt: Yes | None = ask("PIRT", "Home food industry permit (PIRT)", open=True)
    bpom: Yes | None = ask("Izin edar BPOM", "Food and drug permit (BPOM)", open=True)
    trademark: Yes | None = ask("Merek terdaftar", "Registered trademark", open=True)
    others: Names | None = ask("Izin lain", "Other permits", open=True)


class Inputs(Block):
    """V to VI Inputs (*bahan baku*)."""

    materials: Names | None = ask("Bahan baku utama", "Main materials", open=True)
    source: Literal["local", "domestic", "import", "mixed"] | None = ask("Asal bahan", "Origin of materials", open=True)
    purchases_idr: Money | None = ask("Pembelian setahun (Rp)", "Purchases a year (Rp)")


class Product(Block):
    """One product or service."""

    name: Name | None = ask("Nama produk", "Product", open=True)
    unit: Short | None = ask("Satuan", "Unit", open=True)
    share_percent: Percent | None = ask("Bagian dari penjualan (%)", "Share of sales (%)", open=True)


class Marketing(Block):
    """VII Sales channels (*pemasaran*)."""

    channels: Names | None = ask("Saluran penjualan", "Channels", open=True)
    marketplaces: Names | None = ask("Lokapasar", "Marketplaces", open=True)
    exports: Yes | None = ask("Ekspor", "Exports", open=True)
    export_countries: Names | None = ask("Negara tujuan ekspor", "Export countries", open=True)
    export_sales_idr: Money | None = ask("Nilai ekspor setahun (Rp)", "Export sales a year (Rp)")


class Workers(Block):
    """VIII Workers (*tenaga kerja*)."""

    paid_male: People | None = ask("Dibayar, laki-laki", "Paid, men", open=True)
    paid_female: People | None = ask("Dibayar, perempuan", "Paid, women", open=True)
    unpaid_male: People | None = ask("Tidak dibayar, laki-laki", "Unpaid, men", open=True)
    unpaid_female: People | None = ask("Tidak dibayar, perempuan", "Unpaid, women", open=True)
    with_disability: People | None = ask("Penyandang disabilitas", "With a disability")
    wages_idr: Money | None = ask("Upah sebulan (Rp)", "Wages a month (Rp)")
    hours_per_week: Hours | None = ask("Jam kerja seminggu", "Hours a week", open=True)


class Practice(Block):
    """IX to XII Technology, partnership, finance, training."""

    computer: Yes | None = ask("Memakai komputer", "Uses a computer", open=True)
    internet: Yes | None = ask("Memakai internet", "Uses the internet", open=True)
    digital_payment: Yes | None = ask("Pembayaran digital", "Digital payment", open=True)
    partnership: Yes | None = ask("Kemitraan", "Partnership", open=True)
    partners: Names | None = ask("Mitra", "Partners")
    financial_report: Literal["none", "notes", "simple", "full"] | None = ask(
        "Laporan keuangan", "Financial report", open=True
    )
    loan_idr: Money | None = ask("Pinjaman (Rp)", "Loans (Rp)")
    training: Names | None = ask("Pelatihan yang diikuti", "Training taken", open=True)


class Respondent(Block):
    """XIV Who answered (*responden*)."""

    name: Name | None = ask("Nama responden", "Respondent's name")
    position: Line | None = ask("Jabatan", "Position")
    phone: Short | None = ask("Nomor telepon", "Phone")


class Umkm1(Block):
    """An enterprise."""

    # I Place
    legal_name: Name = ask("Nama usaha", "Legal name", open=True, names=True, default=...)
    trade_name: Line | None = ask("Nama komersial", "Trade name", open=True)
    place_type: Literal["permanent", "semi_permanent", "home", "stall", "mobile", "online", "other"] | None = ask(
        "Jenis tempat usaha", "Type of place", open=True
    )
    address: Line | None = ask("Alamat usaha", "Address")
    rt: Short | None = ask("RT", "Neighbourhood (RT)")
    rw: Short | None = ask("RW", "Hamlet (RW)")
    postcode: Short | None = ask("Kode pos", "Postcode", open=True)
    phone: Short | None = ask("Telepon usaha", "Phone")
    email: Line | None = ask("Surel", "E-mail")
    website: Line | None = ask("Situs web", "Website", open=True)
    # II Business
    main_activity: Line | None = ask("Kegiatan utama", "Main activity", open=True)
    main_product: Line | None = ask("Produk utama", "Main product", open=True)
    kbli: Short = ask("KBLI lima digit", "Activity (KBLI, five digits)", open=True, default=...)
    kbli_version: Edition | None = ask("Edisi KBLI", "Edition of KBLI", open=True)
    legal_form: Literal["individual", "firma", "cv", "pt", "pt_individual", "foundation", "other"] | None = ask(
        "Badan usaha", "Legal form", open=True
    )
    nib: Number | None = ask("NIB", "Business number (NIB)")
    founding_capital_idr: Money | None = ask(
        "Modal pendirian tanpa tanah dan bangunan (Rp)", "Founding capital without land and building (Rp)"
    )
    npwp: Number | None = ask("NPWP usaha", "Business's taxpayer number")
    started_year: Year | None = ask("Tahun mulai usaha", "Year of start", open=True)
    # III to XII
    owner: Owner | None = ask("Pemilik", "Owner", open=True)
    other_business_of_owner: Yes | None = ask(
        "Usaha lain dari pemilik yang sama", "Another business of the same owner", open=True
    )
    permits: Permits | None = ask("Perizinan", "Permits", open=True)
    inputs: Inputs | None = ask("Bahan baku", "Inputs", open=True)
    products: Annotated[list[Product], Field(max_length=30)] | None = ask("Produk", "Products", open=True)
    annual_sales_idr: Money | None = ask("Penjualan setahun (Rp)", "Annual sales (Rp)")
    marketing: Marketing | None = ask("Pemasaran", "Marketing", open=True)
    workers: Workers | None = ask("Tenaga kerja", "Workers", open=True)
    practice: Practice | None = ask("Teknologi, kemitraan, keuangan", "Technology, partnership, finance", open=True)
    # XIII to XIV
    notes: Note | None = ask("Catatan", "Notes")
    respondent: Respondent | None = ask("Responden", "Respondent", open=True)
