"""`koperasi@2`: the cooperative's questionnaire with what is known of the 2022 round's form.

Everything of `koperasi@1` is here in its place. `docs/questionnaires.md` has each known item of the form.
"""

from typing import Annotated, Literal

from pydantic import Field

from app.questionnaires.fields import Balance, Line, Money, Number, Short, Year, ask
from app.questionnaires.fields import Block as Questions
from app.questionnaires.koperasi_1 import Koperasi1
from app.questionnaires.pages import Page
from app.questionnaires.umkm_2 import GUIDANCE_SKIPS
from app.questionnaires.umkm_2_blocks import Assets, Debts, Facilities, Guidance, Respondent2, Workers2, YearSums


class Office(Questions):
    """R107 The office (*kantor*)."""

    kind: Literal["own", "rented", "borrowed", "home", "none", "other"] | None = ask(
        "Jenis kantor", "Kind of office", open=True
    )
    street: Line | None = ask("Jalan", "Street")
    number: Short | None = ask("Nomor", "Number")
    building: Line | None = ask("Gedung", "Building")
    floor: Short | None = ask("Lantai", "Floor")
    rt: Short | None = ask("RT", "Neighbourhood (RT)")
    rw: Short | None = ask("RW", "Hamlet (RW)")


class Equity(Questions):
    """R501a Equity at the end of a year."""

    year: Year | None = ask("Tahun", "Year")
    idr: Balance | None = ask("Ekuitas seluruhnya (Rp)", "Equity, total (Rp)")
    own_capital_idr: Balance | None = ask("Modal sendiri (Rp)", "Own capital (Rp)")
    principal_savings_idr: Money | None = ask("Simpanan pokok (Rp)", "Principal savings (Rp)")
    compulsory_savings_idr: Money | None = ask("Simpanan wajib (Rp)", "Compulsory savings (Rp)")
    general_reserve_idr: Money | None = ask("Cadangan umum (Rp)", "General reserve (Rp)")
    special_reserve_idr: Money | None = ask("Cadangan khusus (Rp)", "Special reserve (Rp)")
    grants_idr: Money | None = ask("Hibah (Rp)", "Grants (Rp)")
    donations_idr: Money | None = ask("Donasi (Rp)", "Donations (Rp)")
    retained_surplus_idr: Balance | None = ask("SHU ditahan (Rp)", "Retained surplus (Rp)")
    surplus_of_year_idr: Balance | None = ask("SHU tahun berjalan (Rp)", "Surplus of the year (Rp)")
    participating_capital_idr: Money | None = ask("Modal penyertaan (Rp)", "Participating capital (Rp)")


class YearBalance(Questions):
    """A sum that may be a loss, with the year that it is of."""

    year: Year | None = ask("Tahun", "Year")
    idr: Balance | None = ask("Nilai setahun (Rp)", "Sum of the year (Rp)")


class Koperasi2(Koperasi1):
    """A cooperative, with what is known of the form."""

    main_activity: Line | None = ask(
        "Kegiatan utama",
        "Main activity",
        open=True,
        hint=(
            "Kata kerja, dengan masukan, proses, dan keluaran; jangan menulis “koperasi”.",
            "A verb, with input, process and output; do not write “cooperative”.",
        ),
    )
    main_product: Line | None = ask("Produk utama", "Main product", open=True)
    nitku: Number | None = ask(
        "NITKU",
        "Number of the place of business (NITKU)",
        hint=("22 angka: NPWP 16 angka dan 6 angka tempat.", "22 digits: NPWP of 16 digits and 6 of the place."),
    )
    office: Office | None = ask("Kantor", "Office", open=True)
    website: Line | None = ask("Situs web", "Website", open=True)
    business_volume: YearSums | None = ask("Volume usaha menurut tahun", "Business volume by year")
    surplus: Annotated[list[YearBalance], Field(max_length=5)] | None = ask(
        "Sisa hasil usaha menurut tahun", "Surplus (SHU) by year"
    )
    equity: Annotated[list[Equity], Field(max_length=5)] | None = ask("Ekuitas akhir tahun", "Equity at year's end")
    assets: Annotated[list[Assets], Field(max_length=5)] | None = ask("Aset akhir tahun", "Assets at the end of a year")
    debts: Annotated[list[Debts], Field(max_length=5)] | None = ask("Utang akhir tahun", "Debts at the end of a year")
    workers: Workers2 | None = ask("Tenaga kerja", "Workers", open=True)
    facilities: Facilities | None = ask("Sarana", "Facilities", open=True)
    guidance: Guidance | None = ask("Pembinaan", "Guidance", open=True)
    respondent: Respondent2 | None = ask("Responden", "Respondent", open=True)


PAGES = (
    Page(
        "I",
        "Tempat",
        "Place",
        ("legal_name", "address", "postcode", "phone", "email", "website", "office"),
    ),
    Page(
        "II",
        "Kelembagaan",
        "The institution",
        (
            *("main_activity", "main_product", "kbli", "kbli_version", "cooperative_number", "nib", "npwp", "nitku"),
            *("legal_status", "kind", "founded_year", "last_annual_meeting_on"),
        ),
    ),
    Page("III", "Pengurus dan anggota", "Board and members", ("chair", "members_male", "members_female")),
    Page(
        "V",
        "Usaha dan keuangan",
        "Business and finance",
        (
            *("own_capital_idr", "founding_capital_idr", "equity", "assets_idr", "assets", "debts"),
            *("business_volume_idr", "business_volume", "surplus_idr", "surplus"),
        ),
    ),
    Page("VI", "Tenaga kerja", "Workers", ("workers",)),
    Page("VII", "Sarana dan pembinaan", "Facilities and guidance", ("facilities", "guidance")),
    Page("XIV", "Catatan", "Notes", ("notes",)),
    Page("XV", "Responden", "Respondent", ("respondent",)),
)

SKIPS = GUIDANCE_SKIPS
