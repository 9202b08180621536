"""`koperasi@1`: the cooperative's questionnaire. No form of the 2022 round is public; this one asks what the programme
says it wants to know: name, numbers, legal status, chair, members, annual meeting, capital, volume, surplus, workers.
"""

from typing import Literal

from app.identifiers.kbli_codes import Edition
from app.questionnaires.fields import (
    Balance,
    Block,
    Day,
    Line,
    Money,
    Name,
    Note,
    Number,
    People,
    Sex,
    Short,
    Year,
    ask,
)
from app.questionnaires.umkm_1 import Respondent, Workers


class Chair(Block):
    """The chair (*ketua*). Its NIK never identifies the cooperative: the chair may own a shop."""

    name: Name | None = ask("Nama ketua", "Chair's name", open=True, names=True)
    sex: Sex | None = ask("Jenis kelamin", "Sex", open=True)
    nik: Number | None = ask("NIK ketua", "Chair's citizen number (NIK)")
    phone: Short | None = ask("Nomor telepon", "Phone")


class Koperasi1(Block):
    """A cooperative."""

    legal_name: Name = ask("Nama koperasi", "Legal name", open=True, names=True, default=...)
    cooperative_number: Number | None = ask("Nomor Induk Koperasi", "Cooperative number")
    nib: Number | None = ask("NIB", "Business number (NIB)")
    npwp: Number | None = ask("NPWP koperasi", "Cooperative's taxpayer number")
    legal_status: Literal["registered", "in_process", "pre_cooperative"] | None = ask(
        "Status badan hukum", "Legal status", open=True
    )
    kind: Literal["consumer", "producer", "services", "marketing", "savings_and_loans"] | None = ask(
        "Jenis koperasi", "Kind of cooperative", open=True
    )
    kbli: Short = ask("KBLI lima digit", "Activity (KBLI, five digits)", open=True, default=...)
    kbli_version: Edition | None = ask("Edisi KBLI", "Edition of KBLI", open=True)
    founded_year: Year | None = ask("Tahun berdiri", "Year of foundation", open=True)
    address: Line | None = ask("Alamat", "Address")
    postcode: Short | None = ask("Kode pos", "Postcode", open=True)
    phone: Short | None = ask("Telepon", "Phone")
    email: Line | None = ask("Surel", "E-mail")
    chair: Chair | None = ask("Ketua", "Chair", open=True)
    members_male: People | None = ask("Anggota laki-laki", "Members, men", open=True)
    members_female: People | None = ask("Anggota perempuan", "Members, women", open=True)
    last_annual_meeting_on: Day | None = ask("RAT terakhir", "Last annual meeting (RAT)", open=True)
    own_capital_idr: Money | None = ask("Modal sendiri (Rp)", "Own capital (Rp)")
    founding_capital_idr: Money | None = ask(
        "Modal pendirian tanpa tanah dan bangunan (Rp)", "Founding capital without land and building (Rp)"
    )
    assets_idr: Money | None = ask("Aset (Rp)", "Assets (Rp)")
    business_volume_idr: Money | None = ask("Volume usaha setahun (Rp)", "Business volume a year (Rp)")
    surplus_idr: Balance | None = ask("Sisa hasil usaha (Rp)", "Surplus (SHU, Rp)")
    workers: Workers | None = ask("Tenaga kerja", "Workers", open=True)
    notes: Note | None = ask("Catatan", "Notes")
    respondent: Respondent | None = ask("Responden", "Respondent", open=True)
