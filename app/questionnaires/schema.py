"""The questionnaires as JSON Schemas (draft 2020-12), so that a tablet draws and checks its form offline by the same
rules as the server.

Beside the standard keywords: `x-label-id` and `x-label-en` are the question in both languages, `x-choices` the words
of a choice, `x-sealed` whether the answer is personal data, `x-name` that it must have a letter or a digit, `x-number`
that the text is a number with rules of its own (`openapi/README.md`), `x-doubt` that breaking those is only a doubt,
`x-list` that it must be a code of a list. Of later versions: `x-pages` at the top has the pages of the form, with their
questions in order; `x-when` at a question the answer to another one with which it is asked (`pages.py`); `x-shares` at
a block that its percentages add up to 100, or else there is a doubt; `x-years` at a table that each row says its year,
once; `x-reference-year` at a sum that it is of the reference year; `x-help-id` and `x-help-en` what helps to answer.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.core.problems import Text
from app.questionnaires.catalogue import Questionnaire

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Where a number stands and how it is called; of an NPWP every fault is a doubt.
_NUMBERS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "umkm": {
        "nib": {"x-number": "nib"},
        "npwp": {"x-number": "npwp", "x-doubt": True},
        "nitku": {"x-number": "nitku", "x-doubt": True},
        "owner.nik": {"x-number": "nik"},
        "owner.npwp": {"x-number": "npwp", "x-doubt": True},
        "owner.passport": {"x-number": "passport"},
        "owner.kitas": {"x-number": "kitas"},
    },
    "koperasi": {
        "cooperative_number": {"x-number": "cooperative_number"},
        "nib": {"x-number": "nib"},
        "npwp": {"x-number": "npwp", "x-doubt": True},
        "nitku": {"x-number": "nitku", "x-doubt": True},
    },
    "visit": {},
}
_KBLI = {"x-list": "kbli", "pattern": r"^\s*[0-9]{5}\s*$"}

CHOICES: Mapping[str, Text] = {
    "male": Text("Laki-laki", "Male"),
    "female": Text("Perempuan", "Female"),
    "none": Text("Tidak ada", "None"),
    "primary": Text("SD/sederajat", "Primary school"),
    "junior": Text("SMP/sederajat", "Junior high school"),
    "senior": Text("SMA/sederajat", "Senior high school"),
    "diploma": Text("Diploma", "Diploma"),
    "bachelor": Text("Sarjana (S1)", "Bachelor"),
    "master": Text("Magister (S2)", "Master"),
    "doctor": Text("Doktor (S3)", "Doctor"),
    "local": Text("Setempat", "Local"),
    "domestic": Text("Dalam negeri", "Domestic"),
    "import": Text("Impor", "Imported"),
    "mixed": Text("Campuran", "Mixed"),
    "notes": Text("Catatan sederhana", "Notes"),
    "simple": Text("Pembukuan sederhana", "Simple books"),
    "full": Text("Laporan lengkap", "Full report"),
    "permanent": Text("Bangunan permanen", "Permanent building"),
    "semi_permanent": Text("Bangunan semipermanen", "Semi-permanent building"),
    "home": Text("Rumah", "Home"),
    "stall": Text("Kios/los", "Stall"),
    "mobile": Text("Keliling", "Mobile"),
    "online": Text("Daring", "Online"),
    "other": Text("Lainnya", "Other"),
    "individual": Text("Perorangan", "Individual"),
    "firma": Text("Firma", "General partnership (firma)"),
    "cv": Text("CV", "Limited partnership (CV)"),
    "pt": Text("PT", "Limited company (PT)"),
    "pt_individual": Text("PT perorangan", "Individual company (PT perorangan)"),
    "foundation": Text("Yayasan", "Foundation"),
    "2020": Text("KBLI 2020", "KBLI 2020"),
    "2025": Text("KBLI 2025", "KBLI 2025"),
    "registered": Text("Berbadan hukum", "Registered"),
    "in_process": Text("Dalam proses", "In process"),
    "pre_cooperative": Text("Prakoperasi", "Pre-cooperative"),
    "consumer": Text("Konsumen", "Consumer"),
    "producer": Text("Produsen", "Producer"),
    "services": Text("Jasa", "Services"),
    "marketing": Text("Pemasaran", "Marketing"),
    "savings_and_loans": Text("Simpan pinjam", "Savings and loans"),
    "owner": Text("Pemilik", "Owner"),
    "owner_manager": Text("Pemilik sekaligus pengelola", "Owner and manager"),
    "manager": Text("Pengelola", "Manager"),
    "heir": Text("Ahli waris", "Heir"),
    "farmer": Text("Petani/peternak", "Farmer"),
    "fisher": Text("Nelayan", "Fisher"),
    "trader": Text("Pedagang", "Trader"),
    "employee": Text("Karyawan", "Employee"),
    "civil_servant": Text("Pegawai negeri", "Civil servant"),
    "military_police": Text("TNI/Polri", "Military or police"),
    "building": Text("Izin mendirikan bangunan", "Building permit"),
    "location": Text("Izin lokasi", "Location permit"),
    "nuisance": Text("Izin gangguan (HO)", "Nuisance permit (HO)"),
    "business_registration": Text("Tanda daftar usaha", "Business registration"),
    "company_registration": Text("Tanda daftar perusahaan (TDP)", "Company registration (TDP)"),
    "financial_services": Text("Jasa keuangan", "Financial services"),
    "fishery_coordinates": Text("Koordinat perikanan", "Coordinates for fisheries"),
    "environment_forestry": Text("Lingkungan hidup dan kehutanan", "Environment and forestry"),
    "energy_minerals": Text("Energi dan sumber daya mineral", "Energy and minerals"),
    "labour": Text("Ketenagakerjaan", "Labour"),
    "industry": Text("Perindustrian", "Industry"),
    "public_works_housing": Text("Pekerjaan umum dan perumahan", "Public works and housing"),
    "transport": Text("Perhubungan/transportasi", "Transport"),
    "health": Text("Kesehatan, obat, dan makanan", "Health, drugs and food"),
    "main": Text("Bahan utama", "Main"),
    "auxiliary": Text("Bahan penolong", "Auxiliary"),
    "digital": Text("Digital", "Digital"),
    "non_digital": Text("Nondigital", "Non-digital"),
    "intermediary": Text("Perantara", "Intermediary"),
    "vendor_central": Text("Penyedia pemerintah pusat", "Vendor to the central government"),
    "vendor_province": Text("Penyedia pemerintah provinsi", "Vendor to the province"),
    "vendor_regency": Text("Penyedia pemerintah kabupaten/kota", "Vendor to the regency"),
    "messaging": Text("Pesan instan", "Instant messaging"),
    "social": Text("Media sosial/kegiatan sosial", "Social media, social activities"),
    "marketplace": Text("Lokapasar", "Marketplace"),
    "wages": Text("Upah dan gaji", "Wages and salaries"),
    "incentives": Text("Insentif lain", "Other incentives"),
    "manual": Text("Manual", "Manual"),
    "mechanical": Text("Mekanik", "Mechanical"),
    "electronic": Text("Elektronik", "Electronic"),
    "artificial_intelligence": Text("Kecerdasan buatan", "Artificial intelligence"),
    "fuel": Text("Bahan bakar minyak (l)", "Fuel (l)"),
    "lpg": Text("LPG (kg)", "LPG (kg)"),
    "lubricants": Text("Pelumas (l)", "Lubricants (l)"),
    "coal": Text("Batu bara (kg)", "Coal (kg)"),
    "biomass": Text("Biomassa", "Biomass"),
    "other_fuel": Text("Bahan bakar lain", "Other fuel"),
    "electricity": Text("Listrik (kWh)", "Electricity (kWh)"),
    "city_gas": Text("Gas kota (m³)", "City gas (m³)"),
    "water": Text("Air (m³)", "Water (m³)"),
    "phone_internet": Text("Telepon dan internet", "Phone and internet"),
    "stationery": Text("Alat tulis", "Stationery"),
    "packaging": Text("Kemasan", "Packaging"),
    "bank_fees": Text("Biaya bank", "Bank fees"),
    "subcontracting": Text("Subkontrak", "Subcontracting"),
    "spare_parts": Text("Suku cadang", "Spare parts"),
    "business_travel": Text("Perjalanan dinas", "Business travel"),
    "research": Text("Penelitian dan pengembangan", "Research and development"),
    "loan_interest": Text("Bunga pinjaman", "Loan interest"),
    "mobilisation_interest": Text("Bunga penghimpunan dana", "Interest on mobilised funds"),
    "building_rent": Text("Sewa bangunan", "Rent of buildings"),
    "vehicle_rent": Text("Sewa kendaraan", "Rent of vehicles"),
    "training": Text("Pelatihan", "Training"),
    "vat": Text("PPN", "VAT"),
    "depreciation": Text("Penyusutan dan amortisasi", "Depreciation and amortisation"),
    "exploration": Text("Eksplorasi", "Exploration"),
    "own_firm": Text("Usaha sendiri", "Own firm"),
    "government": Text("Pemerintah", "Government"),
    "other_firm": Text("Usaha lain", "Other firm"),
    "ngo": Text("Lembaga swadaya masyarakat", "Non-governmental organisation"),
    "production": Text("Produksi", "Production"),
    "financing": Text("Pembiayaan", "Financing"),
    "export": Text("Ekspor", "Exports"),
    "digitalisation": Text("Digitalisasi", "Digitalisation"),
    "management": Text("Manajemen", "Management"),
    "standards": Text("Standar", "Standards"),
    "intellectual_property": Text("Kekayaan intelektual", "Intellectual property"),
    "disaster_mitigation": Text("Mitigasi bencana", "Disaster mitigation"),
    "capital": Text("Modal", "Capital"),
    "own": Text("Milik sendiri", "Own"),
    "rented": Text("Sewa", "Rented"),
    "borrowed": Text("Pinjam", "Borrowed"),
    "absent": Text("Tidak dapat ditemui", "Nobody could be met"),
    "refused": Text("Menolak", "Refused"),
    "closed": Text("Tutup", "Closed down"),
    "moved": Text("Pindah", "Moved"),
    "not_found": Text("Tidak ditemukan", "Not found"),
    "not_eligible": Text("Di luar cakupan", "Out of scope"),
    "non_response": Text("Nonrespons setelah tiga kunjungan", "Non-response after three visits"),
}
"""What the words of choices are called."""


def json_schema(questionnaire: Questionnaire) -> dict[str, Any]:
    """The schema of a questionnaire's answers; whole in itself."""
    made = questionnaire.model.model_json_schema()
    blocks = {questionnaire.model.__name__: made, **made.get("$defs", {})}
    for block in blocks.values():
        for field, schema in block.get("properties", {}).items():
            schema.pop("default", None)  # what is not answered is left out
            if field == "kbli":
                schema.update(_KBLI)
            words = list(_choices(schema))
            if words:
                schema["x-choices"] = {word: CHOICES[word]._asdict() for word in words}
    for path, keywords in _NUMBERS[questionnaire.kind].items():
        _question(made, path).update(keywords)
    for path, when in questionnaire.skips.items():
        _question(made, path)["x-when"] = {"question": when.pointer, "of": list(when.of)}
    for path in questionnaire.shares:
        _question(made, path)["x-shares"] = True
    for path in questionnaire.series:
        _question(made, path)["x-years"] = True
    head = {"$schema": _DIALECT, "$id": f"urn:kumkm:questionnaire:{questionnaire.name}"}
    pages = [
        {
            "name": page.name,
            "x-label-id": page.label_id,
            "x-label-en": page.label_en,
            "questions": [f"/{name}" for name in page.questions],
        }
        for page in questionnaire.pages
    ]
    return {**head, **made, **({"x-pages": pages} if pages else {})}


def _question(made: dict[str, Any], path: str) -> dict[str, Any]:
    """The schema of a question, which its block alone has: `owner.nik`."""
    found: dict[str, Any] = {}
    block = made
    for name in path.split("."):
        found = block["properties"].get(name, {})  # an older version may not have it
        references = [each["$ref"] for each in (found, *found.get("anyOf", ())) if "$ref" in each]
        block = made["$defs"][references[0].rpartition("/")[2]] if references else {"properties": {}}
    return found


def _choices(schema: Mapping[str, Any]) -> Iterator[str]:
    for each in (schema, *schema.get("anyOf", ())):
        yield from each.get("enum", ())
        items = each.get("items", {})
        yield from items.get("enum", ()) if each.get("type") == "array" else ()
