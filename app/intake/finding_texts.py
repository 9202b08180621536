"""Texts of the findings in receipts: those of the questionnaires and those of intake."""

from collections.abc import Mapping

from app.core.problems import Text
from app.questionnaires.texts import TEXTS as QUESTIONNAIRE_TEXTS

_OWN: Mapping[str, Text] = {
    "item_too_large": Text("Isian ini terlalu besar.", "This item is too large."),
    "unknown_parameter": Text("Parameter ini tidak dikenal.", "This parameter is unknown."),
    "place_beyond_territory": Text(
        "Isian ini dari luar wilayah Anda: hanya pengawas wilayah itu yang dapat menerimanya; Anda dapat menolaknya.",
        "This item is from beyond your territory: only a supervisor of that place may release it; you may refuse it.",
    ),
    "field_unknown": Text("Isian ini tidak dikenal.", "This field is unknown."),
    "text_without_letters": Text(
        "Tuliskan sesuatu: setidaknya satu huruf atau angka, selain nomor seseorang.",
        "Say something: at least one letter or digit beside somebody's number.",
    ),
    "proof_surplus": Text(
        "Cukup satu bukti: kode aktivasi atau kata sandi sekarang.",
        "One proof is enough: the activation code or the present password.",
    ),
    "repeated_parameter": Text("Parameter ini disebut lebih dari sekali.", "This parameter is there more than once."),
    "questionnaire_unknown": Text("Kuesioner ini tidak dikenal.", "This questionnaire is unknown."),
    "questionnaire_newer": Text(
        "Kuesioner ini lebih baru daripada server; isian disimpan dan akan diproses nanti.",
        "This questionnaire is newer than the server; the item is kept and will be processed later.",
    ),
    "region_unknown": Text("Kode wilayah ini tidak ada.", "There is no region with this code."),
    "region_not_a_village": Text(
        "Kode wilayah harus kode desa/kelurahan atau SLS.", "The region must be a village or a neighbourhood."
    ),
    "region_outside_assignment": Text(
        "Desa ini di luar wilayah tugas pada tanggal itu; isian disimpan sampai diputuskan.",
        "This village is outside the assignment of that day; the item is kept until somebody decides.",
    ),
    "campaign_closed": Text(
        "Masa penerimaan pendataan ini sudah berakhir; isian disimpan sampai diputuskan.",
        "This campaign no longer accepts records; the item is kept until somebody decides.",
    ),
    "device_revoked": Text(
        "Tablet ini sudah dicabut; isian disimpan sampai diputuskan.",
        "This tablet was revoked; the item is kept until somebody decides.",
    ),
    "number_keeps_changing": Text(
        "NIK atau nomor lain pada isian ini sudah berulang kali diganti; isian disimpan sampai diputuskan pengawas.",
        "The NIK or another number of this record was changed again and again; it is kept until a supervisor decides.",
    ),
    "too_many_numbers": Text(
        "Terlalu banyak nomor yang ditanyakan hari ini; isian disimpan sampai diputuskan pengawas.",
        "Too many numbers were asked about today; the item is kept until a supervisor decides.",
    ),
    "owner_known": Text(
        "Pemilik ini sudah mempunyai usaha lain yang tercatat; isian ini diterima sebagai usaha tersendiri.",
        "This owner has another business in the register; this one is taken as a business of its own.",
    ),
    "number_of_another": Text(
        "NIK ini milik orang lain yang sudah tercatat; periksa angkanya. Isian menunggu keputusan.",
        "This NIK is that of somebody else in the register; check its digits. The record waits for a decision.",
    ),
    "captured_in_future": Text(
        "Waktu pengisian ada di masa depan; periksa jam tablet.",
        "The time of capture lies in the future; look at the tablet's clock.",
    ),
    "captured_out_of_range": Text(
        "Waktu pengisian di luar jangkauan; periksa jam tablet.",
        "The time of capture is out of range; look at the tablet's clock.",
    ),
    "captured_before_campaign": Text(
        "Waktu pengisian sebelum pendataan dimulai; mungkin jam tablet salah.",
        "The time of capture is before the campaign began; the tablet's clock may be wrong.",
    ),
    "captured_after_campaign": Text(
        "Waktu pengisian setelah pendataan berakhir; mungkin jam tablet salah.",
        "The time of capture is after the campaign ended; the tablet's clock may be wrong.",
    ),
    "started_after_captured": Text("Waktu mulai setelah waktu selesai.", "The start is after the capture."),
    "location_outside_indonesia": Text("Lokasi di luar Indonesia.", "The location is outside Indonesia."),
    "clock_skewed": Text(
        "Jam tablet tidak tepat; waktu pengisian dikoreksi.", "The tablet's clock is off; the time was corrected."
    ),
    "revision_reused": Text(
        "Revisi ini sudah pernah dikirim dengan isi lain; naikkan nomor revisi.",
        "This revision came before with other content; raise the revision.",
    ),
    "revision_superseded": Text(
        "Revisi yang lebih baru sudah ada di server; revisi ini disimpan dan tidak mengubah apa pun.",
        "The server has a higher revision of this record; this one is kept and changes nothing.",
    ),
    "answers_erased": Text(
        "Jawaban isian ini sudah dihapus dari server; revisi ini tidak disimpan lagi.",
        "The answers of this record were erased from the server; nothing of this revision is kept.",
    ),
    "item_refused": Text(
        "Isian ini sudah ditolak pengawas; hanya revisi yang lebih tinggi dinilai lagi.",
        "A supervisor refused this item; only a higher revision is judged again.",
    ),
    "revision_skipped": Text(
        "Ada nomor revisi yang terlewati; isian tetap diterima.", "Revisions are missing in between; it is taken."
    ),
    "correction_overwritten": Text(
        "Isian ini menggantikan koreksi petugas kantor yang belum ada di tablet; koreksi itu perlu diperiksa lagi.",
        "This replaces an officer's correction that the tablet did not have; the correction needs another look.",
    ),
    "still_returned": Text(
        "Isian ini dikembalikan dan belum berubah; perbaiki, lalu kirim sebagai revisi berikutnya.",
        "This record was returned and is unchanged; correct it and send it as its next revision.",
    ),
    "visited_after_captured": Text(
        "Waktu kunjungan setelah waktu pengisian.", "The time of the visit is after the capture."
    ),
    "visited_before_last": Text(
        "Waktu kunjungan ini sebelum kunjungan yang sudah tercatat; mungkin jam tablet salah.",
        "This visit is before one that is recorded already; the tablet's clock may be wrong.",
    ),
    "more_than_three_visits": Text(
        "Sudah lebih dari tiga kunjungan; tetap disimpan.", "These are more than three visits; this one is kept."
    ),
    "fewer_than_three_visits": Text(
        "Nonrespons baru setelah tiga kunjungan; tetap disimpan.",
        "A non-response comes after three visits; this one is kept.",
    ),
    "visit_after_final": Text(
        "Hasil untuk pintu ini sudah tetap; hanya hasil tetap yang lain atau wawancara yang mengubahnya.",
        "The result of this door is final; only another final result or an interview changes it.",
    ),
    "visit_after_interview": Text(
        "Wawancara di pintu ini sudah masuk dan tetap berlaku; kunjungan disimpan dan tidak mengubah apa pun.",
        "This door was interviewed, which remains in force; the visit is kept and changes nothing.",
    ),
    "listing_unknown": Text(
        "Entri daftar ini tidak ada; isian disimpan tanpa entri daftar.",
        "There is no such entry of a listing; the record is kept without one.",
    ),
    "listing_of_another_campaign": Text(
        "Entri daftar ini milik pendataan lain; isian disimpan tanpa entri daftar.",
        "This entry is of another campaign's listing; the record is kept without one.",
    ),
    "listing_outside_assignment": Text(
        "Entri daftar ini di luar wilayah tugas; isian disimpan tanpa entri daftar.",
        "This entry of the listing is outside the assignment; the record is kept without one.",
    ),
    "listing_in_another_village": Text(
        "Entri daftar ini di desa lain daripada isian; periksa desanya.",
        "This entry of the listing is in another village than the record; look at the village.",
    ),
    "listing_claimed": Text(
        "Isian lain sudah menentukan entri daftar ini; isian ini tetap dihitung sendiri.",
        "Another record decides this entry of the listing already; this one counts by itself.",
    ),
    "record_of_another": Text(
        "Nomor isian ini milik enumerator lain.", "This record id belongs to another enumerator's record."
    ),
    "record_of_another_campaign": Text(
        "Nomor isian ini milik pendataan lain.", "This record id belongs to a record of another campaign."
    ),
    "questionnaire_differs": Text(
        "Kuesionernya harus sama dengan kuesioner tugas itu.", "It has to be the questionnaire of the task."
    ),
    "answers_without_interview": Text(
        "Tanpa wawancara tidak ada jawaban; pakai hasil `done`.",
        "Without an interview there are no answers; use `done`.",
    ),
    "interview_without_answers": Text(
        "Ini belum wawancara: tidak ada jawaban selain yang sudah ditampilkan. Tanyakan pertanyaan lainnya, atau"
        " pilih hasil tanpa wawancara.",
        "This is no interview: it answers nothing but what was shown. Ask the other questions, or choose a result"
        " without an interview.",
    ),
}


TEXTS: Mapping[str, Text] = {**QUESTIONNAIRE_TEXTS, **_OWN}


def text_of(code: str) -> Text:
    """What a code means, in both languages. The list of codes is closed."""
    return TEXTS[code]
