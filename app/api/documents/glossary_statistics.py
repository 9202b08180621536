"""The fields of the statistics, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

STATISTICS_TERMS: Mapping[str, Term] = {
    "statistics": Term("Statistik", "What its statistics suppress, and how often they are made.", None),
    "StatisticsDocument.threshold": Term("Ambang kerahasiaan", "Cells of fewer businesses are suppressed.", 3),
    "StatisticsChange.threshold": Term("Ambang kerahasiaan", "Cells of fewer businesses are suppressed.", 3),
    "every_days": Term("Selang edisi (hari)", "So many days after an edition the next one is made.", 30),
    "EditionOut.threshold": Term("Ambang kerahasiaan", "Cells of fewer businesses are suppressed.", 3),
    "StatisticsOut.threshold": Term("Ambang kerahasiaan", "Cells of fewer businesses are suppressed.", 3),
    "EditionOut.businesses": Term("Pelaku usaha", "Businesses of the reader's territory in it.", 13495),
    "EditionOut.as_of": Term("Saat edisi", "The moment whose register it is.", "2022-09-13T05:00:00+07:00"),
    "StatisticsOut.as_of": Term("Saat edisi", "The moment whose register it is.", "2022-09-13T05:00:00+07:00"),
    "given": Term(
        "Tabel yang ada",
        "By level of regions the sets of attributes that can be asked for together.",
        {"district": [[], ["category"], ["size_class"]]},
    ),
    "edition": Term("Edisi", "Id of the edition.", "01832f3e-8a40-7000-8000-0000000000e1"),
    "StatisticsOut.by": Term(
        "Menurut", "The dimensions, in the order in which they were asked for.", ["region", "category"]
    ),
    "filters": Term("Saringan", "Attributes that were narrowed, with their codes.", {"kind": "umkm"}),
    "StatisticsOut.region": Term("Wilayah", "Kemendagri code of the region that was asked for.", "16.01"),
    "StatisticsOut.level": Term("Tingkat wilayah", "Level of the regions that are shown.", "district"),
    "StatisticsOut.items": Term(
        "Baris",
        "The cells.",
        [
            {
                "region_code": "16.01.14",
                "region_name": "Baturaja Timur",
                "region_level": "district",
                "category": "2020:G",
                "category_label": "Perdagangan; Reparasi Mobil dan Sepeda Motor",
                "businesses": 812,
                "suppressed": False,
            }
        ],
    ),
    "suppressed": Term("Dirahasiakan", "How many rows are suppressed.", 12),
    "EditionIn.id": Term("Nomor", "The client's own, so that it may ask the same again.", None),
    "EditionIn.campaign": Term("Pendataan", "Code of a campaign.", "pl-kumkm-2022"),
    "EditionStateOut.state": Term("Keadaan", "queued, in_work, made or failed.", "in_work"),
    "EditionStateOut.percent": Term("Persen selesai", "About how much of the work is done.", 40),
    "EditionStateOut.as_of": Term("Saat edisi", "The moment whose register it is.", "2022-09-13T05:00:00+07:00"),
    "EditionStateOut.businesses": Term("Pelaku usaha", "All businesses in it; null until it is made.", None),
    "ending": Term("Bentuk", "jsonld, ttl or rdf.", "ttl"),
    "VariableOut.name": Term("Nama variabel", "As it stands in `by` and in CSV.", "category"),
    "VariableOut.label": Term("Judul", "In words.", "Kategori lapangan usaha"),
    "VariableOut.role": Term("Peran", "Dimension or measure.", "dimension"),
    "VariableOut.concept": Term("Konsep", "What it is about.", "Lapangan usaha"),
    "definition": Term(
        "Definisi", "What exactly it says.", "Huruf kategori KBLI kegiatan utama, dengan edisinya (2020:G)."
    ),
    "VariableOut.classification": Term(
        "Klasifikasi", "The standard that its codes are of.", "KBLI 2020 (Peraturan BPS 2/2020)"
    ),
    "measure": Term("Ukuran", "What is measured.", "ciri kategorik"),
    "VariableOut.unit": Term("Satuan", "Unit of the measure.", "tanpa satuan"),
    "period": Term("Periode", "To which time it refers.", "keadaan pada saat edisi (as_of)"),
    "VariableOut.question": Term("Pertanyaan", "The question in the form.", "Kegiatan utama usaha (kode KBLI)"),
    "VariableOut.source": Term("Sumber", "Fields of the questionnaires.", "umkm@1, umkm@2: kbli"),
    "VariableOut.codes": Term(
        "Kode", "Codes and their words.", {"2020:G": "Perdagangan; Reparasi Mobil dan Sepeda Motor"}
    ),
}
