"""What each flag says, in both languages, with its numbers put in. Pure. The list of codes is closed."""

from collections.abc import Mapping
from typing import Literal

from app.core.problems import Text
from app.quality.record_flags import Numbers

RecordCode = Literal[
    "short_interview",
    "rapid_sequence",
    "copied_answers",
    "same_point",
    "far_point",
    "out_of_range",
    "empty_answers",
    "repeated_number",
    "short_names",
]
EnumeratorCode = Literal[RecordCode, "no_nik", "other_business", "same_amounts", "low_agreement", "business_not_found"]

_OF_RECORDS: Mapping[str, Text] = {
    "short_interview": Text(
        "Wawancara hanya {minutes} menit; biasanya {usual} menit untuk kegiatan ini.",
        "The interview took {minutes} minutes; {usual} are usual for this activity.",
    ),
    "rapid_sequence": Text(
        "Selesai {seconds} detik setelah wawancara sebelumnya; biasanya {usual} detik.",
        "It ended {seconds} seconds after the interview before; {usual} are usual.",
    ),
    "copied_answers": Text(
        "Jawaban hampir sama ({alike}) dengan isian {records_before} sebelumnya, padahal usaha lain.",
        "The answers are nearly those ({alike}) of the record {records_before} before it, of another business.",
    ),
    "same_point": Text(
        "{records} isian pada titik yang sama, dari {villages} desa; {doubtful_share} di antaranya meragukan.",
        "{records} records at the same point, of {villages} villages; {doubtful_share} of them are doubtful.",
    ),
    "far_point": Text("Titik lokasi jauh dari desanya.", "The point is far from its village."),
    "out_of_range": Text(
        "Nilai atau jumlah pekerja jauh dari yang biasa untuk kegiatan ini.",
        "Money or workers are far from what is usual for this activity.",
    ),
    "empty_answers": Text(
        "{share} pertanyaan tidak terjawab; biasanya {usual}.",
        "{share} of the questions are unanswered; usual: {usual}.",
    ),
    "repeated_number": Text("NIK yang sama pada {records} isian.", "The same NIK in {records} records."),
    "short_names": Text("Nama hanya {letters} huruf.", "A name of {letters} letters."),
}
_ONE_FOR_EACH_VILLAGE = Text(
    "{records} isian pada titik yang sama; di {villages_with_one} desa hampir semua isian petugas ini bertitik sama.",
    "{records} records at the same point; in {villages_with_one} villages nearly all of this enumerator's share one.",
)
_FAR_WITH_DISTANCE = Text(
    "Titik lokasi {metres} m dari titik lain di desa ini; biasanya {usual} m.",
    "The point is {metres} m from the others of this village; {usual} m is usual.",
)
_COPIED_FROM_ANOTHER = Text(
    "Jawaban hampir sama ({alike}) dengan isian petugas lain tentang usaha lain.",
    "The answers are nearly those ({alike}) of another enumerator's record, of another business.",
)
_WHAT: Mapping[str, Text] = {
    "short_interview": Text("Wawancara singkat", "Short interviews"),
    "rapid_sequence": Text("Jeda antarwawancara sangat pendek", "Interviews in rapid sequence"),
    "copied_answers": Text("Jawaban disalin", "Copied answers"),
    "same_point": Text("Banyak isian di satu titik", "Many records at one point"),
    "far_point": Text("Titik jauh dari desa", "Points far from the village"),
    "out_of_range": Text("Nilai tidak lazim", "Unusual amounts"),
    "empty_answers": Text("Banyak pertanyaan kosong", "Many questions unanswered"),
    "repeated_number": Text("NIK berulang", "Repeated NIK"),
    "short_names": Text("Nama satu huruf", "Names of a letter"),
    "no_nik": Text("Tanpa NIK", "Without NIK"),
    "other_business": Text(
        "Ditandai usaha lain dari pemilik yang sama", "Marked as another business of the same owner"
    ),
    "same_amounts": Text("Omzet atau modal yang sama berulang-ulang", "The same sales or capital again and again"),
    "low_agreement": Text("Jawaban berbeda saat wawancara ulang", "Other answers in re-interviews"),
    "business_not_found": Text("Usaha tidak ditemukan saat wawancara ulang", "Businesses not found again"),
}
_OF_ENUMERATORS = Text(
    "{what}: {flagged} dari {records} isian ({share}); biasanya {usual}.",
    "{what}: {flagged} of {records} records ({share}); usual: {usual}.",
)
_OF_REINTERVIEWS: Mapping[str, Text] = {
    "low_agreement": Text(
        "{what}: hanya {agreed} dari {compared} jawaban sama ({share}); paling banyak {high} dengan kepastian 95 %,"
        " padahal diharapkan {least}.",
        "{what}: only {agreed} of {compared} answers agree ({share}); {high} at most with a certainty of 95 %, and"
        " {least} are expected.",
    ),
    "business_not_found": Text(
        "{what}: {not_found} dari {reinterviews} wawancara ulang.",
        "{what}: {not_found} of {reinterviews} re-interviews.",
    ),
}
_INDONESIAN = str.maketrans(",.", ".,")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_SHARES = ("share", "doubtful_share", "alike", "low", "high", "least")


def name_of(code: str) -> Text:
    """What a flag is called."""
    return _WHAT[code]


def text_of_record(code: str, numbers: Numbers) -> Text:
    """What a record's flag says."""
    text = _OF_RECORDS[code]
    if code == "far_point" and "metres" in numbers:
        text = _FAR_WITH_DISTANCE
    elif "villages_with_one" in numbers:
        text = _ONE_FOR_EACH_VILLAGE
    elif "of_colleague" in numbers:
        text = _COPIED_FROM_ANOTHER
    return _filled(text, numbers, of_shares=code == "empty_answers")


def text_of_enumerator(code: str, numbers: Numbers) -> Text:
    """What an enumerator's flag says."""
    what = _WHAT[code]
    said = _filled(_OF_REINTERVIEWS.get(code, _OF_ENUMERATORS), numbers, of_shares=True)
    return Text(said.id.replace("{what}", what.id), said.en.replace("{what}", what.en))


def _filled(text: Text, numbers: Numbers, *, of_shares: bool) -> Text:
    shares = (*_SHARES, "usual") if of_shares else _SHARES

    def put(sentence: str, *, comma: bool) -> str:
        for name, value in numbers.items():
            said = f"{value * 100:.1f}{_NO_BREAK}%" if name in shares else f"{value:,.9g}"
            sentence = sentence.replace("{" + name + "}", said.translate(_INDONESIAN) if comma else said)
        return sentence

    return Text(put(text.id, comma=True), put(text.en, comma=False))
