"""The questionnaires as JSON Schemas (draft 2020-12), so that a tablet draws and checks its form offline by the same
rules as the server.

Beside the standard keywords: `x-label-id` and `x-label-en` are the question in both languages, `x-choices` the words
of a choice, `x-sealed` whether the answer is personal data, `x-name` that it must have a letter or a digit, `x-number`
that the text is a number with rules of its own (`openapi/README.md`), `x-doubt` that breaking those is only a doubt,
`x-list` that it must be a code of a list.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.core.problems import Text
from app.questionnaires.catalogue import Questionnaire

_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# Where a number stands and how it is called; of an NPWP every fault is a doubt.
_NUMBERS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "umkm": {
        "Umkm1.nib": {"x-number": "nib"},
        "Umkm1.npwp": {"x-number": "npwp", "x-doubt": True},
        "Owner.nik": {"x-number": "nik"},
        "Owner.npwp": {"x-number": "npwp", "x-doubt": True},
    },
    "koperasi": {
        "Koperasi1.cooperative_number": {"x-number": "cooperative_number"},
        "Koperasi1.nib": {"x-number": "nib"},
        "Koperasi1.npwp": {"x-number": "npwp", "x-doubt": True},
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
    for name, block in blocks.items():
        for field, schema in block.get("properties", {}).items():
            schema.pop("default", None)  # what is not answered is left out
            schema.update(_NUMBERS[questionnaire.kind].get(f"{name}.{field}", {}))
            if field == "kbli":
                schema.update(_KBLI)
            words = list(_choices(schema))
            if words:
                schema["x-choices"] = {word: CHOICES[word]._asdict() for word in words}
    return {"$schema": _DIALECT, "$id": f"urn:kumkm:questionnaire:{questionnaire.name}", **made}


def _choices(schema: Mapping[str, Any]) -> Iterator[str]:
    for each in (schema, *schema.get("anyOf", ())):
        yield from each.get("enum", ())
