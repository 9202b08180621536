"""`umkm@2`: the enterprise's questionnaire with every item of the 2022 round's form.

Everything of `umkm@1` is here in its place, and again only the name and the activity are required. What is new: sums
of money with the year that they are of, shares, tables, owners without a NIK. `docs/questionnaires.md` has each item of
the form with its field, or the reason why it is not asked.

A table is one answer, open or sealed as a whole; where some of its columns are open and others sealed, each row is
divided (`assessment.py`).
"""

from typing import Annotated

from pydantic import Field

from app.questionnaires.fields import Month, Number, Short, Year, ask
from app.questionnaires.pages import Page, When
from app.questionnaires.umkm_1 import Umkm1
from app.questionnaires.umkm_2_blocks import (
    Assets,
    Awards,
    Debts,
    Facilities,
    Finance,
    Guidance,
    Income,
    Inputs2,
    Marketing2,
    Owner2,
    Partner,
    Permits2,
    Practice2,
    Product2,
    Respondent2,
    Standards,
    Trade,
    Workers2,
    YearSums,
)


class Umkm2(Umkm1):
    """An enterprise, with the whole form."""

    # I and II
    phone_extension: Short | None = ask("Pesawat telepon", "Phone extension")
    fax: Short | None = ask("Faksimile", "Fax")
    nitku: Number | None = ask(
        "NITKU",
        "Number of the place of business (NITKU)",
        hint=("22 angka: NPWP 16 angka dan 6 angka tempat.", "22 digits: NPWP of 16 digits and 6 of the place."),
    )
    started_month: Month | None = ask("Bulan mulai usaha", "Month of start", open=True)
    # III and IV
    owner: Owner2 | None = ask("Pemilik", "Owner", open=True)
    permits: Permits2 | None = ask("Perizinan", "Permits", open=True)
    standards: Standards | None = ask("Standar dan sertifikat", "Standards and certificates", open=True)
    # V to VII
    awards: Awards | None = ask("Penghargaan", "Awards", open=True)
    reference_year: Year | None = ask(
        "Tahun acuan",
        "Reference year",
        open=True,
        hint=(
            "Tahun dari semua nilai uang yang tidak menyebut tahunnya sendiri.",
            "The year of all sums of money that do not say their own.",
        ),
    )
    inputs: Inputs2 | None = ask("Bahan baku", "Inputs", open=True)
    products: Annotated[list[Product2], Field(max_length=30)] | None = ask(  # type: ignore[assignment]  # rows have more
        "Produk", "Products", open=True
    )
    trade: Trade | None = ask("Perdagangan", "Trade")
    income: Income | None = ask("Pendapatan lain", "Other income")
    sales: YearSums | None = ask(
        "Penjualan menurut tahun",
        "Sales by year",
        hint=("Omzet setahun, dengan tahunnya.", "Turnover of a year, with the year."),
    )
    sales_domestic: YearSums | None = ask("Penjualan dalam negeri menurut tahun", "Domestic sales by year")
    sales_abroad: YearSums | None = ask("Penjualan luar negeri menurut tahun", "Sales abroad by year")
    marketing: Marketing2 | None = ask("Pemasaran", "Marketing", open=True)
    # VIII to XII
    workers: Workers2 | None = ask("Tenaga kerja", "Workers", open=True)
    practice: Practice2 | None = ask("Teknologi, kemitraan, keuangan", "Technology, partnership, finance", open=True)
    facilities: Facilities | None = ask("Sarana", "Facilities", open=True)
    partner_table: Annotated[list[Partner], Field(max_length=10)] | None = ask(
        "Tabel mitra", "Table of partners", open=True
    )
    finance: Finance | None = ask("Pajak dan biaya", "Taxes and costs")
    assets: Annotated[list[Assets], Field(max_length=5)] | None = ask("Aset akhir tahun", "Assets at the end of a year")
    debts: Annotated[list[Debts], Field(max_length=5)] | None = ask("Utang akhir tahun", "Debts at the end of a year")
    guidance: Guidance | None = ask("Pembinaan", "Guidance", open=True)
    # XIV
    respondent: Respondent2 | None = ask("Responden", "Respondent", open=True)


PAGES = (
    Page(
        "I",
        "Tempat usaha",
        "Place of business",
        (
            *("legal_name", "trade_name", "place_type", "address", "rt", "rw", "postcode", "phone"),
            *("phone_extension", "fax", "email", "website"),
        ),
    ),
    Page(
        "II",
        "Ciri usaha",
        "The business",
        (
            *("main_activity", "main_product", "kbli", "kbli_version", "legal_form", "nib", "founding_capital_idr"),
            *("npwp", "nitku", "started_year", "started_month"),
        ),
    ),
    Page("III", "Pengusaha", "The entrepreneur", ("owner", "other_business_of_owner")),
    Page("IV", "Perizinan dan standar", "Permits and standards", ("permits", "standards")),
    Page("V", "Penghargaan", "Awards", ("awards",)),
    Page("VI", "Bahan baku dan penolong", "Materials", ("reference_year", "inputs")),
    Page(
        "VII",
        "Produksi, pendapatan, pemasaran",
        "Production, income, marketing",
        (
            *("products", "trade", "income", "marketing"),
            *("annual_sales_idr", "sales", "sales_domestic", "sales_abroad"),
        ),
    ),
    Page("VIII", "Tenaga kerja", "Workers", ("workers",)),
    Page("IX", "Proses produksi", "Production process", ("practice", "facilities")),
    Page("X", "Kemitraan", "Partnership", ("partner_table",)),
    Page("XI", "Keuangan", "Finance", ("finance", "assets", "debts")),
    Page("XII", "Pembinaan", "Guidance", ("guidance",)),
    Page("XIII", "Catatan", "Notes", ("notes",)),
    Page("XIV", "Responden", "Respondent", ("respondent",)),
)

GUIDANCE_SKIPS = {
    "guidance.topics": When("guidance.received", of=(True,)),
    "guidance.organisers": When("guidance.received", of=(True,)),
    "guidance.organiser_named": When("guidance.organisers", of=("other",)),
    "guidance.aids": When("guidance.received", of=(True,)),
    "guidance.providers": When("guidance.received", of=(True,)),
    "guidance.provider_named": When("guidance.providers", of=("other",)),
}
SKIPS = {
    "owner.residence": When("owner.lives_at_business", of=(False,)),
    "owner.cooperative_kind": When("owner.cooperative_member", of=(True,)),
    "owner.other_jobs": When("owner.other_job", of=(True,)),
    "owner.other_job_named": When("owner.other_jobs", of=("other",)),
    "permits.pirt_count": When("permits.pirt", of=(True,)),
    "permits.bpom_count": When("permits.bpom", of=(True,)),
    "standards.halal": When("permits.halal", of=(True,)),
    "standards.sni": When("permits.sni", of=(True,)),
    "standards.trademark": When("permits.trademark", of=(True,)),
    "marketing.export_countries": When("marketing.exports", of=(True,)),
    "marketing.export_sales_idr": When("marketing.exports", of=(True,)),
    "sales_abroad": When("marketing.exports", of=(True,)),
    "marketing.accounts": When("marketing.methods", of=("digital",)),
    "partner_table": When("practice.partnership", of=(True,)),
    "practice.partners": When("practice.partnership", of=(True,)),
    **GUIDANCE_SKIPS,
}

SHARES = ("inputs.by_supplier", "inputs.by_origin", "marketing.by_buyer", "marketing.by_destination")
