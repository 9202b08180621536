"""The rules of the contract that a client must keep, by the numbers that `openapi/README.md` gives them.

A number never changes its rule, and is never used again.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """What a client must do, in both languages."""

    number: str
    text_id: str
    text_en: str


RULES = {
    number: Rule(number, text_id, text_en)
    for number, text_id, text_en in (
        # Signing in.
        (
            "R01",
            "Tablet punya satu `device_id`, tetap sama pada setiap masuk.",
            "The tablet has one `device_id`, the same at every sign-in.",
        ),
        (
            "R02",
            "401 di tengah jalan: perbarui token, lalu kirim yang sama.",
            "A 401 in the middle of anything: refresh, and send the same again.",
        ),
        (
            "R03",
            "`attempt_id` acak dan tercatat sebelum dikirim; percobaan yang sama memakai yang sama.",
            "An `attempt_id` is random, written down before it is sent, and the same when the attempt is made again.",
        ),
        (
            "R04",
            "Jawaban penyegaran terakhir yang berlaku: tokennya dipakai berikutnya.",
            "The last answer to a refresh counts: its token is the next one used.",
        ),
        ("R05", "Pengalihan (30x) tidak pernah diikuti.", "A redirect (30x) is never followed."),
        (
            "R06",
            "Jawaban tanpa token, atau bukan dari server, tidak mengakhiri sesi.",
            "An answer to a refresh that is not the server's, or without a token, does not end the session.",
        ),
        ("R07", "Sesi yang berakhir tidak menghapus apa pun.", "The end of a session deletes nothing."),
        ("R08", "Akun yang ditutup: tidak ada yang dihapus.", "On an account that was closed nothing is deleted."),
        (
            "R09",
            "Tablet yang dicabut menyerahkan isiannya dan tidak menghapus yang hanya ditahan.",
            "A revoked tablet hands over what it has, and deletes nothing that is only held.",
        ),
        # A record.
        (
            "R10",
            "Yang dicatat sudah ada di penyimpanan: mati kapan pun tidak menghilangkannya.",
            "What was recorded is on disk: nothing is lost, whenever the client is ended.",
        ),
        ("R11", "Isian dikirim persis seperti dicatat.", "An item is sent as it was recorded, every value of it."),
        ("R12", "Satu revisi tidak pernah berisi dua hal.", "A revision of a record never stands for two contents."),
        (
            "R13",
            "Perbaikan adalah revisi berikutnya dari isian yang sama.",
            "A correction is the next revision of the same record.",
        ),
        (
            "R14",
            "Yang perlu diperbaiki atau dikembalikan tidak dikirim lagi tanpa perubahan.",
            "What is to be fixed, or was returned, waits for a person and is not sent again unchanged.",
        ),
        (
            "R15",
            "`keep` berarti simpan: tidak dihapus dan tidak dikirim berulang.",
            "What is to be kept is neither deleted nor sent again and again.",
        ),
        ("R16", "Kata yang tidak dikenal berarti simpan.", "An outcome or action that is not known means keep."),
        (
            "R17",
            "Isian dengan kuesioner lama tetap dikirim.",
            "What was recorded with an older questionnaire is sent all the same.",
        ),
        # A batch.
        (
            "R18",
            "Nomor kiriman tercatat sebelum dikirim, dan tetap setelah mulai ulang.",
            "The id of a batch is written down before it is sent, and is the same after a restart.",
        ),
        ("R19", "Satu nomor kiriman tidak pernah berisi dua hal.", "The id of a batch never stands for other items."),
        (
            "R20",
            "200 saja bukan tanda terima: harus JSON dengan nomor kiriman ini.",
            "A 200 alone is no receipt: it is JSON with the id of this very batch.",
        ),
        (
            "R21",
            "Tanda terima memuat satu baris untuk setiap isian, berurutan.",
            "A receipt has a line for each item, in order.",
        ),
        (
            "R22",
            "Tanpa tanda terima, kiriman yang sama diulang dengan nomor yang sama.",
            "Without a receipt, the same batch is sent again under the same id.",
        ),
        (
            "R23",
            "Kiriman yang terlalu besar dibagi dua, tanpa kehilangan apa pun.",
            "What is too much is halved, and nothing of it is lost.",
        ),
        (
            "R24",
            "Satu isian yang ditolak tidak menahan isian lain.",
            "One item that is refused does not keep the others from the server.",
        ),
        (
            "R25",
            "Isian yang ditolak sendirian disisihkan: tidak hilang, tidak dikirim terus.",
            "An item that is refused alone is set aside: not lost, and not sent again.",
        ),
        (
            "R26",
            "`batch_id_reused`: isian yang sama dengan nomor baru.",
            "`batch_id_reused` means the same items under a new id.",
        ),
        (
            "R27",
            "Batas dari handshake dipatuhi, jumlah dan ukurannya.",
            "The limits of the handshake are kept, in items and in bytes.",
        ),
        ("R28", "200 sama baiknya dengan 201.", "200 is as good as 201: a batch that is delivered twice is one batch."),
        (
            "R29",
            "403, 404, dan 405 tidak menghapus apa pun dan tidak menyisihkan isian.",
            "A 403, 404 or 405 deletes nothing and sets nothing aside.",
        ),
        # Waiting and clocks.
        ("R30", "Tidak pernah lebih cepat daripada Retry-After.", "Never sooner than Retry-After."),
        (
            "R31",
            "Retry-After berlaku juga pada sinkronisasi berikutnya dan setelah mulai ulang.",
            "Retry-After holds for the next sync, too, and after a restart.",
        ),
        (
            "R32",
            "Jeda bertambah: gangguan tidak dibalas dengan rentetan permintaan.",
            "Waits grow: a burst of faults is not answered with a burst of requests.",
        ),
        ("R33", "Waktu tablet dikirim apa adanya.", "The tablet's times are sent as its own clock has them."),
        ("R34", "Jam tablet tidak menentukan penghapusan.", "The tablet's own clock does not decide what is deleted."),
        (
            "R35",
            "Jam server yang melompat tidak menghilangkan atau menahan apa pun.",
            "A server's clock that jumps loses nothing and stops nothing.",
        ),
        # Reconciling.
        (
            "R36",
            "Hanya yang dinyatakan `stored` dengan `purge` boleh dihapus.",
            "Only what is said to be stored, with purge, is deleted.",
        ),
        ("R37", "Yang `missing` dikirim lagi.", "What is missing is sent again."),
        (
            "R38",
            "Yang `different` disimpan dan tidak dikirim lagi tanpa perubahan.",
            "What is different is kept, and not sent again unchanged.",
        ),
        (
            "R39",
            "Isian tanpa baris jawabannya sendiri tidak dianggap tersimpan.",
            "What has no line of its own in the answer to a reconcile is not taken for stored.",
        ),
        (
            "R40",
            "`content_sha256` adalah SHA-256 dari JSON kanonis.",
            "`content_sha256` is the SHA-256 of the item's canonical JSON.",
        ),
        # Changes.
        ("R41", "Kursor disimpan bersama isi halamannya.", "A cursor is kept together with what its page brought."),
        (
            "R42",
            "Jenis perubahan yang tidak dikenal dilewati.",
            "An unknown kind of change is ignored, and the changes after it are processed.",
        ),
        (
            "R43",
            "410: cocokkan semua yang masih ada, lalu mulai tanpa kursor.",
            "After 410 everything that is still here is reconciled, then changes are read without a cursor.",
        ),
        (
            "R44",
            "410: tidak ada yang dihapus sebelum itu, dan hanya yang `missing` dikirim lagi.",
            "After 410 nothing is deleted before that, and only what is missing is sent again.",
        ),
        (
            "R45",
            "Tombstone menghapus isian itu seketika, dan hanya itu.",
            "A tombstone removes that record at once, and no other.",
        ),
        ("R46", "Isian yang dikembalikan sampai ke enumerator.", "A returned record reaches its enumerator."),
        (
            "R47",
            "Yang ditahan baru boleh dihapus setelah dicocokkan; `conflict` tetap disimpan.",
            "After a decision a kept record is deleted only after reconciling; a conflict stays.",
        ),
        (
            "R48",
            "Jawaban handshake, perubahan, dan referensi harus berisi yang diminta.",
            "An answer to handshake, changes or reference counts only if it has what was asked for.",
        ),
        # Photos.
        (
            "R49",
            "Bagian foto dikirim berurutan, dari tempat server berhenti.",
            "Parts of a photo are sent in order, from where the server is.",
        ),
        (
            "R50",
            "Berkas foto disimpan sampai server menyatakan lengkap.",
            "A photo's file is kept until the server says that it is complete.",
        ),
        # Since 1.1.
        (
            "R51",
            "Yang ditahan selalu ditanyakan lagi, paling lambat sekali sehari.",
            "What is kept is asked about with each sync, at the latest once a day.",
        ),
        (
            "R52",
            "Permintaan saringan menyebut versi 2 dalam `Accept`.",
            "A request for the known-identities filter names version 2 in `Accept`.",
        ),
        (
            "R53",
            "403 dari server atas kiriman mengakhiri sinkronisasi itu.",
            "A 403 of the server to a batch ends that sync.",
        ),
        (
            "R54",
            "Halaman perubahan diikuti sampai `more` bernilai false.",
            "Pages of changes are followed until `more` is false.",
        ),
        (
            "R55",
            "Isi permintaan sesuai kepalanya: JSON UTF-8, tanpa kode, `gzip`, atau `zstd`.",
            "A body is what its headers say: JSON in UTF-8, coded with `gzip`, `zstd` or not at all.",
        ),
        # Since 1.2.
        (
            "R56",
            "Server tidak punya kiriman yang sudah dijawabnya: semua dicocokkan, dan yang `missing` dikirim lagi.",
            "If the server lost the last receipted batch, all is reconciled, and what is missing is sent again.",
        ),
        # Since 1.3.
        (
            "R57",
            "Setelah `invalid_grant`, percobaan memperbarui sesi yang terakhir diulang sebelum sesi dianggap berakhir.",
            "After `invalid_grant`, the last attempts to refresh are repeated before the session counts as over.",
        ),
        (
            "R58",
            "Setiap kunjungan dikirim menurut urutan revisinya, juga bila ada revisi yang lebih tinggi di tablet.",
            "Every visit is sent in the order of its revisions, also if a higher revision is on the tablet.",
        ),
        (
            "R59",
            "Daftar awal dibaca sampai `more` bernilai false, dilanjutkan dari kursornya, dan setelah 410 dari awal.",
            "Pages of the listing are followed until `more` is false, go on from their cursor, start over after 410.",
        ),
    )
}
