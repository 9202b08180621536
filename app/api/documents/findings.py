"""What the codes of faults mean whose words are said where they are found, often with a name or a number in them. Those
of items and answers are in `intake/finding_texts.py`.
"""

from collections.abc import Mapping

from app.core.cells import TEXTS as OF_CELLS
from app.core.problems import Text
from app.honour.running import REFUSED
from app.regions.boundary_texts import WORDS

ON_TABLETS: Mapping[str, Text] = {
    "password_not_typable": Text(
        "Kata sandi berisi tanda kendali atau tanda yang tidak dikenal.",
        "The password has control signs, or signs that are not known.",
    ),
    "password_too_short": Text("Kata sandi terlalu pendek.", "The password is too short."),
    "password_too_common": Text("Kata sandi mudah ditebak.", "The password is easily guessed."),
}
"""Of requests that tablets make, too."""

_OTHERS: Mapping[str, Text] = {
    "account_unknown": Text(
        "Tidak ada akun aktif dengan nama dan peran itu di wilayah Anda.",
        "There is no active account of that name and role in your territory.",
    ),
    "after_campaign": Text("Hari itu sesudah masa penerimaan.", "That day is after the campaign takes records."),
    "answer_contradicts": Text("Referensi ini sudah dijawab lain.", "This reference was answered otherwise."),
    "answer_unknown": Text("Jawaban verifikasi tidak dikenal.", "This is no answer to a request for verification."),
    "answers_known": Text(
        "Petugas itu sudah mendata usaha ini atau dapat membaca jawabannya di daftar pendataan; pilih petugas lain.",
        "That enumerator recorded this business, or could read its answers on a list; choose somebody else.",
    ),
    "before_campaign": Text("Hari itu sebelum pendataan dimulai.", "That day is before the campaign begins."),
    "bps_code_malformed": Text(
        "Kode BPS dari SLS terdiri dari 14 angka, dengan sub-SLS 16 angka.",
        "BPS's code of a neighbourhood has 14 digits, with a part of it 16.",
    ),
    "bps_code_repeated": Text("Kode BPS ini sudah dipakai SLS lain.", "Another neighbourhood has this code of BPS."),
    "code_not_a_neighbourhood": Text(
        "Kode SLS adalah kode desa/kelurahan, titik, dan empat angka.",
        "A neighbourhood's code is the village's, a dot and four digits.",
    ),
    "column_missing": Text("Sebuah kolom tidak ada.", "A column is missing."),
    "column_repeated": Text("Kolom ini sudah ada.", "This column is there twice."),
    "column_unknown": Text("Kolom ini tidak dikenal.", "This column is unknown."),
    "dates_out_of_order": Text("Tanggal akhir sebelum tanggal awal.", "The last day is before the first."),
    "day_out_of_range": Text(
        "Tanggal jawaban di luar masa antara permintaan dan hari ini.",
        "The day of the answer is not between that of the request and today.",
    ),
    "entry_in_another_village": Text(
        "Entri ini sudah ada di desa atau SLS lain.", "This entry is in another village or neighbourhood already."
    ),
    "enumerator_not_there": Text(
        "Tidak ada petugas aktif dengan nama itu yang bertugas di kabupaten/kota ini.",
        "No active enumerator of that name works in this regency.",
    ),
    "id_reused": Text("Nomor ini sudah dipakai untuk isi lain.", "This id came before with other content."),
    "in_future": Text("Hari itu belum tiba.", "That day has not come yet."),
    "level_not_below": Text("Tingkat itu tidak di bawah wilayah ini.", "That level is not below the region."),
    "missing": Text("Ini harus disebut.", "This has to be said."),
    "name_missing": Text("Nama SLS harus diisi.", "A neighbourhood has a name."),
    "not_comparable": Text("Kedua rilis tidak sebanding.", "The two cut-offs are not comparable."),
    "not_of_cutoff": Text(
        "Rilis sudah menentukan wilayah, pendataan, dan tanggalnya.",
        "The cut-off says the region, the campaign and the day.",
    ),
    "nothing_to_ask": Text("Tidak ada nomor untuk ditanyakan.", "There is no number to be asked about."),
    "nothing_to_hand_over": Text("Tidak ada tugas yang dapat diserahkan.", "There is nothing to hand over."),
    "of_another_village": Text(
        "Kode BPS ini milik SLS di desa lain.", "This code of BPS is that of a neighbourhood in another village."
    ),
    "out_of_range": Text("Lintang atau bujur di luar jangkauan.", "The latitude or longitude is out of range."),
    "range_too_long": Text("Terlalu banyak hari sekaligus.", "These are too many days at once."),
    "reason_missing": Text("Sebutkan alasannya.", "Say why."),
    "reference_unknown": Text("Referensi ini bukan milik permintaan ini.", "This reference is none of this request."),
    "repeated": Text("Ini sudah ada di atas.", "This is there twice."),
    "repeated_dimension": Text("Dimensi ini disebut dua kali.", "This dimension is named twice."),
    "required": Text("Ini harus diisi.", "This has to be filled in."),
    "role_not_allowed": Text("Peran ini tidak boleh Anda buat.", "You may not make accounts of this role."),
    "same_enumerator": Text(
        "Wawancara ulang tidak dilakukan oleh petugas isian itu sendiri.",
        "A re-interview is not done by the record's own enumerator.",
    ),
    "scope_not_allowed": Text("Peran ini tidak mempunyai scope itu.", "This role does not have that scope."),
    "sheet_not_read": Text(
        "Lembar lain memuat kolom yang sama, padahal hanya lembar pertama yang dibaca.",
        "Another sheet has the same columns, and only the first one is read.",
    ),
    "table_not_given": Text("Tabel itu tidak diterbitkan di sini.", "That table is not given here."),
    "team_unknown": Text("Tidak ada tim itu di wilayah tersebut.", "There is no such team in that region."),
    "too_many": Text("Terlalu banyak sekaligus.", "These are too many at once."),
    "too_many_columns": Text("Terlalu banyak kolom.", "There are too many columns."),
    "too_many_dimensions": Text("Terlalu banyak dimensi dalam satu tabel.", "A table has fewer dimensions."),
    "too_many_secrets": Text("Terlalu banyak rahasia lama masih berlaku.", "Too many former secrets are still valid."),
    "unknown_dimension": Text("Dimensi ini tidak dikenal.", "This dimension is unknown."),
    "url_inside": Text("Alamat itu ada di dalam jaringan.", "The address is inside a network."),
    "url_not_https": Text("URL harus https.", "The URL must be https."),
    "url_port_refused": Text("Porta itu milik protokol lain.", "The port belongs to another protocol."),
    "url_too_long": Text("URL terlalu panjang.", "The URL is too long."),
    "url_unreadable": Text("URL tidak terbaca.", "The URL cannot be read."),
    "url_with_credentials": Text(
        "URL memuat nama pengguna atau kata sandi.", "The URL has a user name or a password in it."
    ),
    "url_with_fragment": Text("URL memuat `#`.", "The URL has a `#` in it."),
    "username_is_a_number": Text("Nomor seseorang bukan nama pengguna.", "The number of a person is no user name."),
    "username_taken": Text("Nama pengguna ini sudah dipakai.", "This user name is taken."),
    "verifier_missing": Text(
        "Server ini tidak terhubung ke pemverifikasi dari sumber itu.",
        "This server is set up with no verifier of that source.",
    ),
    "village_unknown": Text("Tidak ada desa/kelurahan dengan kode itu.", "There is no village with that code."),
}

OTHERS: Mapping[str, Text] = {
    **_OTHERS,
    **OF_CELLS,
    **{code: text for code, (_, text) in REFUSED.items()},
    **{code: Text(*(each.replace("{other}", "…") for each in text)) for code, text in WORDS.items()},
}
"""Of all other requests."""
