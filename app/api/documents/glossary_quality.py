"""The fields of quality: flags, thresholds and dismissals, as in `glossary.py`."""

from collections.abc import Mapping

from app.api.documents.glossary import Term

QUALITY_TERMS: Mapping[str, Term] = {
    "EnumeratorDismissalIn.region_code": Term("Kabupaten/kota", "Kemendagri code of the regency.", "16.01"),
    "flag": Term("Tanda", "Only with this flag.", "short_interview"),
    "warning": Term("Peringatan", "Only with this warning.", "unidentified"),
    "FlagOut.code": Term("Kode tanda", "Which flag; stable.", "short_interview"),
    "FlagOut.numbers": Term(
        "Angka", "What the flag rests on.", {"minutes": 1.2, "usual": 14.8, "deviations": -4.1, "compared_with": 312}
    ),
    "CodeCount.code": Term("Kode", "Of a flag or a warning; stable.", "rapid_sequence"),
    "CopiedAnswers.alike": Term("Kemiripan", "From which likeness on answers count as copied.", 0.65),
    "DismissalIn.code": Term("Kode tanda", "Which flag.", "short_interview"),
    "EnumeratorDismissalIn.code": Term("Kode tanda", "Which flag.", "no_nik"),
    "before": Term("Isian sebelumnya", "With how many records before it is compared.", 5),
    "copied_answers": Term("Jawaban disalin", "When answers count as copied.", None),
    "deviations": Term("Simpangan", "So many deviations from what is usual.", 3.0),
    "dismissal": Term("Pengesampingan", "Who looked at it and dismissed it; null while it is open.", None),
    "dismissed": Term("Dikesampingkan", "How many were dismissed.", 2),
    "dismissed_at": Term("Waktu dikesampingkan", "When it was dismissed.", "2022-09-13T08:30:00+07:00"),
    "doubtful": Term("Bagian meragukan", "So large a share of them is doubtful in time or answers.", 0.5),
    "empty_answers": Term("Pertanyaan kosong", "When too many questions are unanswered.", None),
    "Thresholds.enumerators": Term("Pencacah", "When an enumerator's share of flagged records is unusual.", None),
    "ThresholdsChange.enumerators": Term("Pencacah", "When an enumerator's share of flagged records is unusual.", None),
    "far_point": Term("Titik jauh", "When a point is far from its village.", None),
    "flagged_records": Term("Isian bertanda", "Records with a flag that nobody dismissed.", 12),
    "flags": Term("Tanda", "What is unusual.", None),
    "QualityCounts.flags": Term("Tanda", "How often each flag is there.", None),
    "QualityCounts.warnings": Term("Peringatan", "How often each warning is there.", None),
    "least_excess": Term("Selisih terkecil", "So much above what is usual, or more.", 0.05),
    "least_group": Term("Kelompok terkecil", "Smaller groups are not compared with.", 20),
    "least_m": Term("Jarak terkecil (m)", "So many metres away, or more.", 1000),
    "least_records": Term("Isian paling sedikit", "Who has fewer records is not judged.", 10),
    "letters": Term("Huruf", "So many letters, or fewer.", 1),
    "out_of_range": Term("Nilai tidak lazim", "When money or workers are unusual.", None),
    "quality": Term("Ambang batas mutu", "From which point on records and enumerators are flagged.", None),
    "rapid_sequence": Term("Jeda pendek", "When interviews follow each other too fast.", None),
    "records": Term("Jumlah isian", "How many records.", 156),
    "repeated_number": Term("NIK berulang", "When one NIK is in too many records.", None),
    "same_point": Term("Titik sama", "When many records at one point are doubtful.", None),
    "score": Term("Skor", "The higher, the sooner to be looked at.", 41.5),
    "short_interview": Term("Wawancara singkat", "When an interview is too short.", None),
    "short_names": Term("Nama pendek", "When a name is too short.", None),
    "text": Term(
        "Penjelasan", "In words, in the language of the request.", "Wawancara hanya 1,2 menit; biasanya 14,8 menit."
    ),
    "villages": Term("Desa", "Of so many villages.", 3),
}
