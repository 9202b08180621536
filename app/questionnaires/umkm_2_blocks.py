"""The blocks of questions that `umkm@2` has beside those of `umkm@1`; `koperasi@2` asks some of them, too."""

from typing import Annotated, Literal

from pydantic import Field

from app.questionnaires.fields import Balance as Surplus
from app.questionnaires.fields import (
    Block,
    Count,
    Days,
    HoursADay,
    Line,
    Money,
    Months,
    Names,
    Number,
    People,
    Percent,
    Quantity,
    Short,
    Year,
    Yes,
    ask,
)
from app.questionnaires.umkm_1 import Inputs, Marketing, Owner, Permits, Practice, Product, Respondent, Workers

_OF_REFERENCE_YEAR = ("Untuk tahun acuan, rupiah penuh.", "Of the reference year, whole rupiah.")
_SHARES = ("Semua bagian bersama-sama 100 %.", "All shares together are 100 %.")
_PEOPLE = ("Jumlah orang.", "Number of people.")


class YearSum(Block):
    """A sum of money, with the year that it is of."""

    year: Year | None = ask("Tahun", "Year")
    idr: Money | None = ask("Nilai setahun (Rp)", "Sum of the year (Rp)")


class Assets(YearSum):
    """What the business owned at the end of a year."""

    current_idr: Money | None = ask("Aset lancar (Rp)", "Current assets (Rp)")
    fixed_idr: Money | None = ask("Aset tetap (Rp)", "Fixed assets (Rp)")
    investment_idr: Money | None = ask("Investasi (Rp)", "Investments (Rp)")


class Debts(YearSum):
    """What it owed at the end of a year."""

    current_idr: Money | None = ask("Utang jangka pendek (Rp)", "Current debts (Rp)")
    non_current_idr: Money | None = ask("Utang jangka panjang (Rp)", "Non-current debts (Rp)")


YearSums = Annotated[list[YearSum], Field(max_length=5)]


class Residence(Block):
    """307 Where the owner lives, if not where the business is."""

    province: Line | None = ask("Provinsi", "Province")
    regency: Line | None = ask("Kabupaten/kota", "Regency or city")
    district: Line | None = ask("Kecamatan", "District")
    village: Line | None = ask("Desa/kelurahan/nagari", "Village")
    street: Line | None = ask("Jalan dan nomor", "Street and number")
    rt: Short | None = ask("RT", "Neighbourhood (RT)")
    rw: Short | None = ask("RW", "Hamlet (RW)")
    postcode: Short | None = ask("Kode pos", "Postcode")
    email: Line | None = ask("Surel", "E-mail")


OtherJob = Literal["farmer", "fisher", "trader", "employee", "civil_servant", "military_police", "other"]


class Owner2(Owner):
    """III Owner (*pengusaha*)."""

    passport: Number | None = ask(
        "Nomor paspor",
        "Passport number",
        hint=("Untuk pemilik tanpa NIK; huruf dan angka.", "For an owner without a NIK; letters and digits."),
    )
    kitas: Number | None = ask(
        "Nomor KITAS/KITAP",
        "Residence permit number (KITAS, KITAP)",
        hint=("Untuk pemilik tanpa NIK; huruf dan angka.", "For an owner without a NIK; letters and digits."),
    )
    has_disability: Yes | None = ask("Penyandang disabilitas", "Has a disability")
    status: Literal["owner", "owner_manager", "manager", "heir", "other"] | None = ask(
        "Status pengusaha", "Status of the entrepreneur", open=True
    )
    lives_at_business: Yes | None = ask(
        "Alamat rumah sama dengan alamat usaha", "Home address is the business's", open=True
    )
    residence: Residence | None = ask("Alamat rumah", "Home address")
    whatsapp: Short | None = ask("Nomor WhatsApp", "WhatsApp number")
    cooperative_kind: Literal["consumer", "producer", "services", "marketing", "savings_and_loans"] | None = ask(
        "Jenis koperasi", "Kind of cooperative", open=True
    )
    other_job: Yes | None = ask("Punya pekerjaan lain", "Has another job", open=True)
    other_jobs: Annotated[list[OtherJob], Field(max_length=7)] | None = ask("Pekerjaan lain", "Other jobs", open=True)
    other_job_named: Line | None = ask("Pekerjaan lain, sebutkan", "Other job, named")


Permit = Literal[
    "building",
    "location",
    "nuisance",
    "business_registration",
    "company_registration",
    "financial_services",
    "fishery_coordinates",
    "environment_forestry",
    "energy_minerals",
    "labour",
    "industry",
    "public_works_housing",
    "transport",
    "health",
]


class Permits2(Permits):
    """IV, 401 Permits (*perizinan*)."""

    pmdn_count: Count | None = ask("Banyaknya izin PMDN", "Domestic investment permits (PMDN)", open=True)
    pirt_count: Count | None = ask("Banyaknya izin PIRT", "Home food industry permits (PIRT)", open=True)
    bpom_count: Count | None = ask("Banyaknya izin MD/BPOM", "Food and drug permits (MD/BPOM)", open=True)
    held: Annotated[list[Permit], Field(max_length=14)] | None = ask("Izin yang dimiliki", "Permits held", open=True)


class Standards(Block):
    """IV, 402 Standards and certificates: how many of each."""

    sni: Count | None = ask("SNI", "National standard (SNI)", open=True)
    halal: Count | None = ask("Halal", "Halal", open=True)
    product_test: Count | None = ask("Nilai gizi/uji produk", "Nutrition facts or product test", open=True)
    haccp: Count | None = ask("HACCP", "HACCP", open=True)
    trademark: Count | None = ask("Merek", "Trademark", open=True)
    disaster_mitigation: Count | None = ask("Mitigasi bencana", "Disaster mitigation", open=True)
    quality_management: Count | None = ask("Manajemen mutu", "Quality management", open=True)
    food_safety: Count | None = ask("Manajemen keamanan pangan", "Food-safety management", open=True)
    environment: Count | None = ask("Manajemen lingkungan", "Environmental management", open=True)
    others: Names | None = ask("Standar lain", "Other standards", open=True)


class Awards(Block):
    """V, 500 Awards (*penghargaan*)."""

    government: Count | None = ask("Dari pemerintah", "From government", open=True)
    non_government: Count | None = ask("Dari lembaga nonpemerintah", "From non-government bodies", open=True)
    international: Count | None = ask("Internasional", "International", open=True)


class Material(Block):
    """601 One material."""

    kind: Literal["main", "other", "auxiliary"] | None = ask("Jenis bahan", "Kind of material", open=True)
    name: Line | None = ask("Nama bahan", "Material", open=True)
    quantity: Quantity | None = ask("Banyaknya setahun", "Quantity a year", open=True)
    unit: Short | None = ask("Satuan", "Unit", open=True)
    value_idr: Money | None = ask(
        "Nilai setahun (Rp)", "Value a year (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True
    )
    supplier: Line | None = ask("Nama pemasok", "Supplier")
    supplier_phone: Short | None = ask("Telepon pemasok", "Supplier's phone")


class BySupplier(Block):
    """602 Shares of materials by the size of the supplier."""

    micro: Percent | None = ask("Usaha mikro (%)", "Micro (%)", open=True)
    small: Percent | None = ask("Usaha kecil (%)", "Small (%)", open=True)
    medium: Percent | None = ask("Usaha menengah (%)", "Medium (%)", open=True)
    large: Percent | None = ask("Usaha besar (%)", "Large (%)", open=True)
    cooperative: Percent | None = ask("Koperasi (%)", "Cooperatives (%)", open=True)
    other: Percent | None = ask("Lainnya (%)", "Others (%)", open=True)


class ByPlace(Block):
    """603 and 705 Shares by place, from the same village to abroad."""

    same_village: Percent | None = ask("Desa/kelurahan yang sama (%)", "Same village (%)", open=True)
    same_district: Percent | None = ask("Desa lain, kecamatan yang sama (%)", "Same district (%)", open=True)
    same_regency: Percent | None = ask("Kecamatan lain, kabupaten/kota yang sama (%)", "Same regency (%)", open=True)
    same_province: Percent | None = ask("Kabupaten/kota lain, provinsi yang sama (%)", "Same province (%)", open=True)
    other_province: Percent | None = ask("Provinsi lain (%)", "Other province (%)", open=True)
    abroad: Percent | None = ask("Luar negeri (%)", "Abroad (%)", open=True)


class ByBuyer(Block):
    """704 Shares of sales by buyer."""

    household: Percent | None = ask("Rumah tangga (%)", "Households (%)", open=True)
    micro: Percent | None = ask("Usaha mikro (%)", "Micro (%)", open=True)
    small: Percent | None = ask("Usaha kecil (%)", "Small (%)", open=True)
    medium: Percent | None = ask("Usaha menengah (%)", "Medium (%)", open=True)
    large: Percent | None = ask("Usaha besar (%)", "Large (%)", open=True)
    government: Percent | None = ask("Pemerintah (%)", "Government (%)", open=True)


class Inputs2(Inputs):
    """VI Materials (*bahan baku dan penolong*)."""

    material_table: Annotated[list[Material], Field(max_length=30)] | None = ask(
        "Tabel bahan", "Table of materials", open=True
    )
    by_supplier: BySupplier | None = ask("Asal menurut pemasok", "Bought from", open=True, hint=_SHARES)
    by_origin: ByPlace | None = ask("Asal menurut wilayah", "Where from", open=True, hint=_SHARES)


class Product2(Product):
    """701 One product or service."""

    quantity: Quantity | None = ask("Banyaknya setahun", "Quantity a year", open=True)
    value_idr: Money | None = ask(
        "Nilai setahun (Rp)", "Value a year (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True
    )


class Trade(Block):
    """702 For trade (*perdagangan*), in the reference year."""

    sales_idr: Money | None = ask("Penjualan (Rp)", "Sales (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True)
    cost_of_goods_idr: Money | None = ask("Harga pokok penjualan (Rp)", "Cost of goods sold (Rp)")
    consignment_idr: Money | None = ask("Komisi neto konsinyasi (Rp)", "Net consignment commission (Rp)")
    vehicle_repair_idr: Money | None = ask("Perbaikan kendaraan (Rp)", "Motor-vehicle repair (Rp)")
    gross_margin_idr: Surplus | None = ask("Margin kotor (Rp)", "Gross margin (Rp)")


class Income(Block):
    """703 and 1102 Other income, in the reference year."""

    operating_idr: Money | None = ask(
        "Operasional (Rp)", "Operating (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True
    )
    non_operating_idr: Money | None = ask("Nonoperasional (Rp)", "Non-operating (Rp)")
    business_subsidy_idr: Money | None = ask("Subsidi usaha (Rp)", "Business subsidy (Rp)")
    fiscal_subsidy_idr: Money | None = ask("Subsidi fiskal (Rp)", "Fiscal subsidy (Rp)")


Method = Literal[
    "digital",
    "non_digital",
    "intermediary",
    "vendor_central",
    "vendor_province",
    "vendor_regency",
    "other",
]


class MarketingCost(Block):
    """707 What a way of marketing costs in the reference year."""

    method: Method | None = ask("Cara pemasaran", "Way of marketing", open=True)
    year_idr: Money | None = ask(
        "Biaya setahun (Rp)", "Cost a year (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True
    )


class Channel(Block):
    """708 A digital channel."""

    kind: Literal["messaging", "social", "marketplace", "other"] | None = ask(
        "Jenis saluran", "Kind of channel", open=True
    )
    name: Line | None = ask("Nama saluran", "Channel", open=True)
    account: Line | None = ask("Nama akun", "Account name")


class Marketing2(Marketing):
    """VII Marketing (*pemasaran*)."""

    by_buyer: ByBuyer | None = ask("Pembeli", "Sold to", open=True, hint=_SHARES)
    by_destination: ByPlace | None = ask("Tujuan penjualan", "Where sold", open=True, hint=_SHARES)
    methods: Annotated[list[Method], Field(max_length=7)] | None = ask("Cara pemasaran", "Ways of marketing", open=True)
    costs: Annotated[list[MarketingCost], Field(max_length=7)] | None = ask(
        "Biaya pemasaran", "Costs of marketing", open=True
    )
    accounts: Annotated[list[Channel], Field(max_length=30)] | None = ask("Akun digital", "Digital accounts", open=True)


class ByEducation(Block):
    """802 Workers with one level of education."""

    level: Literal["none", "primary", "junior", "senior", "diploma", "bachelor", "master", "doctor"] | None = ask(
        "Pendidikan", "Education", open=True
    )
    male: People | None = ask("Laki-laki", "Men", open=True)
    female: People | None = ask("Perempuan", "Women", open=True)
    male_disabled: People | None = ask("Laki-laki penyandang disabilitas", "Men with a disability")
    female_disabled: People | None = ask("Perempuan penyandang disabilitas", "Women with a disability")


class Pay(Block):
    """803 What workers are paid in the reference year."""

    kind: Literal["wages", "incentives"] | None = ask("Jenis balas jasa", "Kind of pay")
    male_idr: Money | None = ask("Laki-laki (Rp)", "Men (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True)
    female_idr: Money | None = ask("Perempuan (Rp)", "Women (Rp)")
    male_disabled_idr: Money | None = ask("Laki-laki penyandang disabilitas (Rp)", "Men with a disability (Rp)")
    female_disabled_idr: Money | None = ask("Perempuan penyandang disabilitas (Rp)", "Women with a disability (Rp)")


class Workers2(Workers):
    """VIII Workers (*tenaga kerja*). The counts of `umkm@1` are of all, those with a disability among them."""

    paid_male_disabled: People | None = ask("Dibayar, laki-laki disabilitas", "Paid, men with a disability")
    paid_female_disabled: People | None = ask("Dibayar, perempuan disabilitas", "Paid, women with a disability")
    unpaid_male_disabled: People | None = ask("Tidak dibayar, laki-laki disabilitas", "Unpaid, men with a disability")
    unpaid_female_disabled: People | None = ask(
        "Tidak dibayar, perempuan disabilitas", "Unpaid, women with a disability"
    )
    by_education: Annotated[list[ByEducation], Field(max_length=8)] | None = ask(
        "Menurut pendidikan", "By education", open=True, hint=_PEOPLE
    )
    pay: Annotated[list[Pay], Field(max_length=2)] | None = ask("Balas jasa setahun", "Pay a year")
    months_per_year: Months | None = ask("Bulan kerja setahun", "Months worked a year", open=True)
    days_per_month: Days | None = ask("Hari kerja sebulan", "Days worked a month", open=True)
    hours_per_day: HoursADay | None = ask("Jam kerja sehari", "Hours worked a day", open=True)


class Practice2(Practice):
    """IX to XI Technology, partnership, books."""

    technologies: (
        Annotated[
            list[Literal["manual", "mechanical", "electronic", "digital", "artificial_intelligence"]],
            Field(max_length=5),
        ]
        | None
    ) = ask("Teknologi", "Technology", open=True)


class Facilities(Block):
    """IX Facilities (*sarana*)."""

    buildings: Count | None = ask("Bangunan (unit)", "Buildings", open=True)
    warehouse_m2: Quantity | None = ask("Gudang (m²)", "Warehouse (m²)", open=True)
    drying_floor_m2: Quantity | None = ask("Lantai jemur (m²)", "Drying floor (m²)", open=True)
    vehicles: Count | None = ask("Kendaraan (unit)", "Vehicles", open=True)
    machines: Count | None = ask("Mesin (unit)", "Machines", open=True)
    tools: Count | None = ask("Peralatan (unit)", "Tools", open=True)


class Partner(Block):
    """X, 1001 One partner."""

    name: Line | None = ask("Nama mitra", "Partner")
    address: Line | None = ask("Alamat mitra", "Partner's address")
    phone: Short | None = ask("Telepon mitra", "Partner's phone")
    scope: Short | None = ask("Kode lingkup mitra", "Code of the partner's scope", open=True)
    pattern: Short | None = ask("Kode pola kemitraan", "Code of the pattern of partnership", open=True)


class MonthlyCost(Block):
    """1104A A cost of a usual month."""

    item: (
        Literal[
            "fuel",
            "lpg",
            "lubricants",
            "coal",
            "biomass",
            "other_fuel",
            "electricity",
            "city_gas",
            "water",
            "phone_internet",
            "stationery",
            "packaging",
            "bank_fees",
            "subcontracting",
            "other",
        ]
        | None
    ) = ask("Jenis biaya", "Cost")
    quantity: Quantity | None = ask(
        "Volume sebulan",
        "Volume a month",
        hint=("Liter, kg, kWh, atau m³.", "Litres, kg, kWh or m³."),
    )
    month_idr: Money | None = ask("Nilai sebulan (Rp)", "Sum a month (Rp)")


class YearlyCost(Block):
    """1104B A cost of a month and of the reference year."""

    item: (
        Literal[
            "transport",
            "spare_parts",
            "business_travel",
            "research",
            "services",
            "loan_interest",
            "mobilisation_interest",
            "building_rent",
            "vehicle_rent",
            "training",
            "vat",
            "depreciation",
            "exploration",
            "social",
            "other",
        ]
        | None
    ) = ask("Jenis biaya", "Cost")
    month_idr: Money | None = ask("Nilai sebulan (Rp)", "Sum a month (Rp)")
    year_idr: Money | None = ask(
        "Nilai setahun (Rp)", "Sum a year (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True
    )


class Finance(Block):
    """XI, 1103 to 1108 Taxes and costs."""

    income_tax_25_idr: Money | None = ask(
        "PPh pasal 25 (Rp)", "Income tax, article 25 (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True
    )
    final_tax_idr: Money | None = ask(
        "PPh final (Rp)", "Final income tax (Rp)", hint=_OF_REFERENCE_YEAR, of_reference_year=True
    )
    monthly_costs: Annotated[list[MonthlyCost], Field(max_length=20)] | None = ask("Biaya bulanan", "Monthly costs")
    yearly_costs: Annotated[list[YearlyCost], Field(max_length=20)] | None = ask("Biaya tahunan", "Yearly costs")
    repair_value_added_idr: Money | None = ask(
        "Nilai tambah perbaikan barang (Rp)",
        "Value added by repairing goods (Rp)",
        hint=_OF_REFERENCE_YEAR,
        of_reference_year=True,
    )


Organiser = Literal["own_firm", "government", "other_firm", "ngo", "other"]
Topic = Literal[
    "production",
    "marketing",
    "financing",
    "export",
    "digitalisation",
    "management",
    "standards",
    "intellectual_property",
    "disaster_mitigation",
]
Aid = Literal["capital", "marketing", "export", "digitalisation", "standards", "intellectual_property"]


class Guidance(Block):
    """XII Guidance (*pembinaan*)."""

    received: Yes | None = ask("Pernah menerima pembinaan atau bantuan", "Ever received guidance or support", open=True)
    topics: Annotated[list[Topic], Field(max_length=9)] | None = ask("Materi pembinaan", "Topics", open=True)
    organisers: Annotated[list[Organiser], Field(max_length=5)] | None = ask("Penyelenggara", "Organisers", open=True)
    organiser_named: Line | None = ask("Penyelenggara lain, sebutkan", "Other organiser, named", open=True)
    aids: Annotated[list[Aid], Field(max_length=6)] | None = ask("Jenis bantuan", "Kinds of support", open=True)
    providers: Annotated[list[Organiser], Field(max_length=5)] | None = ask(
        "Pemberi bantuan", "Providers of support", open=True
    )
    provider_named: Line | None = ask("Pemberi bantuan lain, sebutkan", "Other provider, named", open=True)
    needs: Annotated[list[Literal["production", "capital", "marketing", "other"]], Field(max_length=4)] | None = ask(
        "Informasi yang diperlukan", "Information needed", open=True
    )


class Respondent2(Respondent):
    """XIV Who answered (*responden*)."""

    email: Line | None = ask("Surel", "E-mail")
