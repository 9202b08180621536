"""Typed problems with stable codes, raised anywhere without knowing HTTP, rendered once in `api/errors.py`.

The list is closed: a code that was retired is never used again. Texts are Indonesian first, English beside; none ever
contains a value of a request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

MAX_FAULTS = 1_000
"""The most faults in one answer."""


class Text(NamedTuple):
    """One sentence in both languages."""

    id: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.id


class FieldError(NamedTuple):
    """One fault in a request: an RFC 6901 pointer to it, a stable code, and what is wrong in words."""

    pointer: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Definition:
    """What is the same for every problem of a code."""

    status: int
    title: Text
    detail: Text
    retryable: bool = False


class Code(Enum):
    """Every problem that the server can answer with."""

    MALFORMED_JSON = Definition(
        400,
        Text("JSON tidak terbaca", "Unreadable JSON"),
        Text("Isi permintaan bukan JSON UTF-8 yang sah.", "The request body is not valid UTF-8 JSON."),
    )
    MALFORMED_ENCODING = Definition(
        400,
        Text("Kompresi tidak terbaca", "Unreadable compression"),
        Text(
            "Isi permintaan tidak dapat diurai dengan Content-Encoding yang disebut.",
            "The request body could not be decoded with the Content-Encoding it names.",
        ),
    )
    MALFORMED_REQUEST = Definition(
        400,
        Text("Permintaan tidak lengkap", "Malformed request"),
        Text("Permintaan tidak mengikuti bentuk yang diminta.", "The request does not have the form asked for."),
    )
    UNREADABLE_FILE = Definition(
        400,
        Text("Berkas tidak terbaca", "Unreadable file"),
        Text(
            "Berkas bukan CSV UTF-8, XLSX, atau GeoJSON yang sah, atau terlalu rumit.",
            "The file is not a sound UTF-8 CSV, XLSX or GeoJSON, or it is too complex.",
        ),
    )
    INVALID_GRANT = Definition(
        400,
        Text("Tidak dapat masuk", "Sign-in refused"),
        Text(
            "Yang dipakai untuk masuk salah, atau tidak berlaku lagi.",
            "What was given to sign in is wrong, or is no longer good.",
        ),
    )
    PASSKEY_REFUSED = Definition(
        400,
        Text("Kunci sandi ditolak", "Passkey refused"),
        Text(
            "Kunci sandi ini tidak dikenal di sini, atau waktunya sudah lewat; coba lagi atau pakai kata sandi.",
            "This passkey is not known here, or it took too long; try again, or use the password.",
        ),
    )
    ORGANISATION_SIGN_IN_STALE = Definition(
        400,
        Text("Masuk harus diulang", "Sign-in has to start again"),
        Text(
            "Upaya masuk ini tidak dimulai di peramban ini, terlalu lama, atau sudah dipakai; mulai lagi dari halaman"
            " masuk.",
            "This sign-in was not begun in this browser, took too long, or was used already; start again from the"
            " sign-in page.",
        ),
    )
    ORGANISATION_ANSWER_UNSOUND = Definition(
        400,
        Text("Jawaban organisasi tidak sah", "Unsound answer of the organisation"),
        Text(
            "Jawaban layanan masuk organisasi tidak dapat dipercaya; hubungi pengelola, atau pakai kata sandi.",
            "The answer of the organisation's sign-in cannot be trusted; tell the operator, or use the password.",
        ),
    )
    UNSUPPORTED_GRANT_TYPE = Definition(
        400,
        Text("Cara masuk tidak dikenal", "Unknown grant type"),
        Text(
            "grant_type harus password, refresh_token, atau client_credentials.",
            "grant_type must be password, refresh_token or client_credentials.",
        ),
    )
    INVALID_SCOPE = Definition(
        400,
        Text("Lingkup tidak diizinkan", "Scope not granted"),
        Text("Salah satu scope tidak dimiliki akun ini.", "One of the scopes is not granted to this account."),
    )
    INVALID_CURSOR = Definition(
        400,
        Text("Kursor tidak sah", "Invalid cursor"),
        Text(
            "Kursor bukan dari permintaan ini; mulai dari awal.",
            "The cursor is not from this list; start over.",
        ),
    )
    NOT_SIGNED_IN = Definition(
        401,
        Text("Belum masuk", "Not signed in"),
        Text("Permintaan ini memerlukan token akses yang berlaku.", "This request needs a valid access token."),
    )
    KEY_ENDED = Definition(
        401,
        Text("Kunci tidak berlaku lagi", "The key is over"),
        Text(
            "Kunci ini habis masanya, dicabut, atau pembuatnya tidak lagi berhak. Minta kunci baru.",
            "This key expired, was revoked, or its maker may no longer give it. Ask for a new one.",
        ),
    )
    KEY_IN_ADDRESS = Definition(
        400,
        Text("Kunci tertulis di alamat", "A key stands in the address"),
        Text(
            "Alamat tercatat di banyak tempat. Cabut kunci ini, dan kirim yang baru sebagai kata sandi (Basic) atau di"
            " kepala Authorization (Bearer).",
            "Addresses are kept in many places. Revoke this key, and send a new one as the password (Basic) or in the"
            " header Authorization (Bearer).",
        ),
    )
    KEY_READS_ONLY = Definition(
        403,
        Text("Kunci ini hanya membaca", "This key reads only"),
        Text(
            "Dengan kunci baca tidak ada yang dapat diubah atau dikirim, dan tidak semua dapat dibaca.",
            "Nothing can be changed or sent with a read-only key, and not everything can be read.",
        ),
    )
    TOO_MANY_KEYS = Definition(
        409,
        Text("Terlalu banyak kunci", "Too many keys"),
        Text(
            "Paling banyak 50 kunci berlaku sekaligus. Cabut yang tidak dipakai.",
            "At most 50 keys are good at a time. Revoke those that are not used.",
        ),
    )
    SESSION_EXPIRED = Definition(
        401,
        Text("Sesi habis", "Session expired"),
        Text("Sudah lama tidak dipakai; masuk lagi.", "It was not used for long; sign in again."),
    )
    SESSION_ENDED = Definition(
        401,
        Text("Sesi berakhir", "Session ended"),
        Text(
            "Sesi ini sudah diakhiri, misalnya karena keluar di tempat lain atau kata sandi diganti; masuk lagi.",
            "This session was ended, for instance by signing out elsewhere or a new password; sign in again.",
        ),
    )
    FOREIGN_PAGE = Definition(
        403,
        Text("Bukan dari halaman ini", "Not from this page"),
        Text(
            "Sesi peramban hanya dilayani dari halaman server ini sendiri.",
            "Sessions of browsers are for the pages of this server alone.",
        ),
    )
    PROOF_NEEDED = Definition(
        403,
        Text("Buktikan sekali lagi", "Prove it once more"),
        Text(
            "Sudah lebih dari sepuluh menit sejak masuk; sebutkan kata sandi sekarang atau masuk lagi.",
            "More than ten minutes have passed since the sign-in; give the present password, or sign in again.",
        ),
    )
    NOT_ALLOWED = Definition(
        403,
        Text("Tidak diizinkan", "Not allowed"),
        Text("Peran akun ini tidak boleh melakukan hal ini.", "The role of this account may not do this."),
    )
    ACCOUNT_DEACTIVATED = Definition(
        403,
        Text("Akun dinonaktifkan", "Account deactivated"),
        Text(
            "Akun ini sudah dinonaktifkan; hubungi koordinator. Data di tablet jangan dihapus.",
            "This account was deactivated; ask the coordinator. Do not delete what is on the tablet.",
        ),
    )
    ORGANISATION_DENIED = Definition(
        403,
        Text("Organisasi tidak mengizinkan masuk", "Refused by the organisation"),
        Text(
            "Layanan masuk organisasi tidak mengizinkan, atau upaya masuk dibatalkan; coba lagi atau pakai kata sandi.",
            "The organisation's sign-in did not allow it, or it was cancelled; try again, or use the password.",
        ),
    )
    ORGANISATION_ACCOUNT_UNKNOWN = Definition(
        403,
        Text("Belum punya akun di sini", "No account here"),
        Text(
            "Akun organisasi ini tidak punya akun di sini; minta petugas Dinas membuatkannya dengan nama pengguna yang"
            " sama.",
            "There is no account here for this account of the organisation; ask an officer for one of the same user"
            " name.",
        ),
    )
    ORGANISATION_ACCOUNT_UNFIT = Definition(
        403,
        Text("Akun ini masuk dengan cara lain", "This account signs in otherwise"),
        Text(
            "Akun pencacah tidak masuk dengan akun organisasi; pakai kata sandi di tablet.",
            "Enumerators do not sign in with an organisation's account; use the password on the tablet.",
        ),
    )
    ORGANISATION_OTHER_ACCOUNT = Definition(
        403,
        Text("Akun organisasi yang lain", "Another account of the organisation"),
        Text(
            "Akun di sini milik akun organisasi yang lain; masuk dengan akun yang semula, atau minta petugas mengatur"
            " ulang akun ini.",
            "The account here belongs to another account of the organisation; use that one, or ask an officer to reset"
            " this account.",
        ),
    )
    DEVICE_NOT_ENROLLED = Definition(
        403,
        Text("Bukan dari tablet terdaftar", "Not on an enrolled tablet"),
        Text(
            "Ini hanya untuk tablet terdaftar: masuk lagi dengan device_id. Data di tablet jangan dihapus.",
            "This is for enrolled tablets only: sign in again with a device_id. Do not delete what is on the tablet.",
        ),
    )
    DEVICE_REVOKED = Definition(
        403,
        Text("Tablet dicabut", "Tablet revoked"),
        Text(
            "Tablet ini sudah dicabut: tidak ada yang dapat dibaca, dan kirimannya hanya disimpan selama masa serah"
            " terima. Hubungi koordinator; data di tablet jangan dihapus.",
            "This tablet was revoked: it can read nothing, and what it sends is kept only while it may hand over. Ask"
            " the coordinator; do not delete what is on the tablet.",
        ),
    )
    DEVICE_LIMIT_REACHED = Definition(
        403,
        Text("Sudah ada tablet lain", "Another tablet is enrolled"),
        Text(
            "Akun ini masih terdaftar pada tablet lain; minta koordinator mencabutnya atau mengizinkan satu lagi.",
            "This account is enrolled on another tablet; ask the coordinator to revoke that one or to allow one more.",
        ),
    )
    NOT_FOUND = Definition(
        404,
        Text("Tidak ditemukan", "Not found"),
        Text(
            "Tidak ada di sini, atau di luar wilayah akun ini.",
            "Not here, or outside this account's territory.",
        ),
    )
    WAY_NOT_OFFERED = Definition(
        404,
        Text("Cara masuk tidak tersedia", "Not offered here"),
        Text(
            "Cara masuk ini tidak diaktifkan di server ini; pakai kata sandi.",
            "This way of signing in is switched off on this server; use the password.",
        ),
    )
    KNOWN_FILTER_RETIRED = Definition(
        404,
        Text("Filter versi lama sudah tidak ada", "The old filter is gone"),
        Text(
            "Filter nomor yang sudah terdata versi 1 tidak lagi diberikan; perbarui aplikasi, yang menyebut versi 2"
            " dalam Accept. Isian tetap dapat dikirim seperti biasa.",
            "The known-identities filter of version 1 is no longer given; update the app, which names version 2 in"
            " Accept. Records can be sent as before.",
        ),
    )
    METHOD_NOT_ALLOWED = Definition(
        405,
        Text("Metode tidak dilayani", "Method not allowed"),
        Text("Alamat ini tidak melayani metode itu.", "This address does not serve that method."),
    )
    NOT_ACCEPTABLE = Definition(
        406,
        Text("Bentuk jawaban tidak ada", "No such form of the answer"),
        Text(
            "Jawaban ini tidak ada dalam bentuk yang diminta Accept.",
            "This answer does not come in any form that Accept takes.",
        ),
    )
    NO_EDITION = Definition(
        404,
        Text("Belum ada edisi", "No edition"),
        Text(
            "Edisi statistik itu tidak ada, atau pendataan ini belum mempunyai edisi.",
            "There is no such edition of the statistics, or the campaign has none yet.",
        ),
    )
    EDITION_IN_WORK = Definition(
        409,
        Text("Edisi sedang dibuat", "An edition is being made"),
        Text(
            "Edisi statistik pendataan ini sedang dibuat; `current` menyebut yang mana. Tunggu sesuai Retry-After.",
            "An edition of the campaign's statistics is being made; `current` says which. Wait for Retry-After.",
        ),
        retryable=True,
    )
    TOO_FEW_BUSINESSES = Definition(
        409,
        Text("Pelaku usaha terlalu sedikit", "Too few businesses"),
        Text(
            "Pendataan ini belum mempunyai pelaku usaha sebanyak ambang kerahasiaan; belum ada yang dapat diterbitkan.",
            "The campaign has fewer businesses than the threshold of its statistics; there is nothing to publish yet.",
        ),
    )
    BATCH_IN_FLIGHT = Definition(
        409,
        Text("Kiriman sedang diproses", "Batch in flight"),
        Text(
            "Kiriman yang sama sedang diproses; ulangi sebentar lagi.",
            "The same batch is being worked on; send it again shortly.",
        ),
        retryable=True,
    )
    ALREADY_EXISTS = Definition(
        409,
        Text("Sudah ada", "Already there"),
        Text("Nama atau kode itu sudah dipakai.", "That name or code is taken."),
    )
    WEBHOOK_LIMIT = Definition(
        409,
        Text("Webhook sudah terlalu banyak", "Too many webhooks"),
        Text(
            "Akun ini sudah mempunyai sepuluh webhook; hapus satu yang tidak dipakai lagi.",
            "This account has ten webhooks already; remove one that is no longer used.",
        ),
    )
    RECEIVER_CLOSED = Definition(
        409,
        Text("Akun penerima tidak boleh lagi", "The receiver's account may not"),
        Text(
            "Akun sistem webhook ini ditutup, atau tidak lagi berhak membaca umpan (feed:read); seorang admin"
            " memutuskan tentang akun itu dulu.",
            "The webhook's system account is closed, or may no longer read the feed (feed:read); an admin decides about"
            " the account first.",
        ),
    )
    NO_DEAD_LETTER = Definition(
        409,
        Text("Kiriman ini tidak gagal", "No dead letter"),
        Text(
            "Kiriman ini sudah sampai, dilewati, atau masih menunggu; hanya kiriman yang gagal dapat dikirim lagi.",
            "This delivery arrived, was skipped, or still waits; only a dead letter can be sent again.",
        ),
    )
    PASSKEY_LIMIT_REACHED = Definition(
        409,
        Text("Kunci sandi sudah terlalu banyak", "Too many passkeys"),
        Text(
            "Akun ini sudah mempunyai 20 kunci sandi; hapus satu dulu.",
            "This account has 20 passkeys; remove one first.",
        ),
    )
    NOT_REVIEWABLE = Definition(
        409,
        Text("Belum dapat diverifikasi", "Cannot be verified yet"),
        Text(
            "Isian ini tidak terhitung masuk, atau revisi terakhirnya menunggu keputusan; kembalikan, atau tunggu.",
            "This record does not count as entered, or its last revision awaits a decision; return it, or wait.",
        ),
    )
    CORRECTION_CONFLICTS = Definition(
        409,
        Text("Koreksi bertentangan", "Correction conflicts"),
        Text(
            "Nomor dalam koreksi ini milik pelaku usaha lain; selesaikan dulu di daftar duplikat.",
            "A number in this correction is another business's; decide on that among the duplicates first.",
        ),
    )
    NOT_RESOLVABLE = Definition(
        409,
        Text("Keputusan tidak cocok", "Decision does not fit"),
        Text(
            "Pelaku usaha atau isian yang disebut bukan bagian dari kasus ini, jenisnya berbeda, atau jawabannya tidak"
            " lagi disimpan.",
            "The business or record that is named has no part in this case, is of another kind, or its answers are no"
            " longer kept.",
        ),
    )
    STATE_CHANGED = Definition(
        409,
        Text("Keadaan sudah berubah", "State changed"),
        Text(
            "Hal ini sudah diputuskan atau keadaannya tidak lagi memungkinkan; muat ulang.",
            "This was decided already, or its state no longer allows it; look again.",
        ),
    )
    EDITION_IN_USE = Definition(
        409,
        Text("Edisi KBLI sudah dipakai", "The edition is in use"),
        Text(
            "Kampanye ini sudah punya data; edisi KBLI yang pertama tidak dapat diganti lagi.",
            "The campaign has records, which were read by its first edition of KBLI: that one stays.",
        ),
    )
    REINTERVIEW_TAKEN_AWAY = Definition(
        409,
        Text("Wawancara ulang dialihkan", "Re-interview taken away"),
        Text(
            "Wawancara ulang ini sekarang milik petugas lain; jawaban tidak disimpan di server. Simpan di tablet: bila"
            " dikembalikan kepada Anda, jawaban itu berlaku.",
            "Another enumerator does this re-interview now; the server stored nothing. Keep the answers on the tablet:"
            " they count if it is given back to you.",
        ),
    )
    REINTERVIEW_NOT_NEEDED = Definition(
        409,
        Text("Wawancara ulang tidak diperlukan lagi", "Re-interview no longer needed"),
        Text(
            "Isiannya tidak lagi dihitung, sudah diwawancarai ulang, pendataan sudah ditutup, atau jawaban ini lebih"
            " lama atau kurang berarti daripada yang sudah ada di server; jawaban tidak disimpan, dan boleh dihapus"
            " dari tablet.",
            "The record no longer counts, it was asked again already, the campaign is over, or this is older than, or"
            " worth less than, what the server has already; nothing was stored, and it may be deleted from the"
            " tablet.",
        ),
    )
    ASSIGNED_TO_ANOTHER = Definition(
        409,
        Text("Sedang dikerjakan orang lain", "Assigned to somebody else"),
        Text(
            "Kasus ini sedang dikerjakan orang lain; `current` menyebut siapa dan sampai kapan.",
            "Somebody else works on this case; `current` says who, and until when.",
        ),
    )
    NOT_SAFE_TOGETHER = Definition(
        409,
        Text("Harus diputuskan satu per satu", "To be decided one by one"),
        Text(
            "Kasus ini tidak cukup jelas untuk diputuskan bersama yang lain; buka dan putuskan sendiri.",
            "This case is not clear enough to be decided together with others; look at it and decide on it alone.",
        ),
    )
    UPLOAD_OUT_OF_ORDER = Definition(
        409,
        Text("Bagian tidak berurutan", "Part out of order"),
        Text(
            "Bagian ini bukan lanjutan dari yang sudah diterima; lanjutkan dari Upload-Offset pada jawaban ini.",
            "This part does not follow what has come; go on from the Upload-Offset of this answer.",
        ),
        retryable=True,
    )
    CURSOR_OUTDATED = Definition(
        410,
        Text("Kursor sudah usang", "Cursor outdated"),
        Text(
            "Basis data dipulihkan sejak kursor ini dibuat, atau kursor ini lebih tua dari 120 hari. Cocokkan"
            " (reconcile) semua isian yang masih ada di tablet, lalu ambil perubahan dari awal tanpa kursor; jangan"
            " menghapus apa pun sebelum itu.",
            "The server's database was restored since this cursor was made, or the cursor is older than 120 days."
            " Reconcile every record that is still on the tablet, then pull changes from the start without a cursor;"
            " delete nothing before that.",
        ),
    )
    FEED_RESTORED = Definition(
        410,
        Text("Kursor umpan sudah usang", "Feed cursor outdated"),
        Text(
            "Basis data dipulihkan sejak kursor ini dibuat, atau kursor ini lebih tua dari 90 hari. Ambil ekspor"
            " lengkap (/v1/exports/businesses.ndjson), ganti salinan Anda seluruhnya, lalu lanjutkan dari"
            " X-Feed-Cursor pada jawabannya. Atau kosongkan salinan dan baca /v1/feed dari awal, tanpa kursor.",
            "The server's database was restored since this cursor was made, or the cursor is older than 90 days."
            " Take a whole export (/v1/exports/businesses.ndjson), replace your mirror by it, and go on from its"
            " X-Feed-Cursor. Or empty your mirror and read /v1/feed from the start, without a cursor.",
        ),
    )
    TOO_SLOW = Definition(
        408,
        Text("Kiriman terlalu lambat", "Too slow"),
        Text(
            "Permintaan tidak selesai tepat waktu; kirim lagi, bagi menjadi kiriman yang lebih kecil.",
            "The request did not come in time; send again, in smaller batches.",
        ),
        retryable=True,
    )
    HEAD_TOO_LARGE = Definition(
        431,
        Text("Kepala permintaan terlalu besar", "Request head too large"),
        Text(
            "Alamat atau header permintaan melebihi batas.",
            "The address or the headers of the request are over the limit.",
        ),
    )
    BODY_TOO_LARGE = Definition(
        413,
        Text("Kiriman terlalu besar", "Body too large"),
        Text(
            "Isi permintaan melebihi batas; bagi menjadi kiriman yang lebih kecil.",
            "The request body is over the limit; send smaller batches.",
        ),
    )
    TOO_MANY_ITEMS = Definition(
        413,
        Text("Terlalu banyak isian", "Too many items"),
        Text(
            "Jumlah isian dalam satu kiriman melebihi batas; bagi menjadi beberapa kiriman.",
            "The batch has more items than allowed; send several smaller ones.",
        ),
    )
    EXPORT_TOO_LONG = Definition(
        422,
        Text("Terlalu banyak baris", "Too many rows"),
        Text(
            "Bentuk berkas ini tidak memuat baris sebanyak itu; persempit penyaringnya, atau pilih CSV atau Parquet.",
            "This form of file does not take so many rows; narrow the filters, or choose CSV or Parquet.",
        ),
    )
    UNSUPPORTED_MEDIA_TYPE = Definition(
        415,
        Text("Jenis isi tidak dilayani", "Unsupported media type"),
        Text(
            "Isi harus application/json, tanpa kompresi atau dengan gzip atau zstd.",
            "The body must be application/json, plain or coded with gzip or zstd.",
        ),
    )
    NOT_A_PHOTO_TYPE = Definition(
        415,
        Text("Bukan jenis foto", "Not a type of photo"),
        Text("Foto harus image/jpeg, image/png, atau image/webp.", "A photo is image/jpeg, image/png or image/webp."),
    )
    ATTACHMENT_HASH_MISMATCH = Definition(
        422,
        Text("Isi foto tidak cocok", "Hash mismatch"),
        Text(
            "Isi yang diterima tidak sesuai dengan SHA-256 pada alamat; kirim ulang dari byte pertama.",
            "What came does not have the SHA-256 of the address; send it again from its first byte.",
        ),
    )
    ATTACHMENT_NOT_AN_IMAGE = Definition(
        422,
        Text("Bukan foto", "Not a photo"),
        Text(
            "Isi bukan foto utuh dari jenis yang disebut, atau terlalu banyak piksel.",
            "The content is no whole photo of the type it is said to be, or has too many pixels.",
        ),
    )
    INVALID_FIELDS = Definition(
        422,
        Text("Isian permintaan salah", "Invalid fields"),
        Text("Ada bagian permintaan yang salah; lihat errors.", "Parts of the request are wrong; see errors."),
    )
    BATCH_ID_REUSED = Definition(
        422,
        Text("Nomor kiriman sudah terpakai", "Batch id reused"),
        Text(
            "Nomor kiriman ini sudah dipakai untuk isi lain; buat nomor baru.",
            "This batch id came before with other content; make a new id.",
        ),
    )
    UNKNOWN_CAMPAIGN = Definition(
        422,
        Text("Pendataan tidak dikenal", "Unknown campaign"),
        Text("Tidak ada pendataan dengan kode itu.", "There is no campaign with that code."),
    )
    TOO_MANY_UPLOADS = Definition(
        429,
        Text("Terlalu banyak foto yang belum selesai", "Too many unfinished uploads"),
        Text(
            "Selesaikan dulu foto yang sudah mulai dikirim.",
            "Finish the photos that were begun first.",
        ),
        retryable=True,
    )
    TOO_MANY_REQUESTS = Definition(
        429,
        Text("Terlalu sering", "Too many requests"),
        Text("Tunggu sesuai Retry-After, lalu ulangi.", "Wait for Retry-After, then try again."),
        retryable=True,
    )
    INTERNAL_FAULT = Definition(
        500,
        Text("Kesalahan server", "Internal fault"),
        Text(
            "Terjadi kesalahan di server; kirim ulang, dan sebutkan trace_id bila berulang.",
            "The server failed; send again, and quote the trace_id if it keeps failing.",
        ),
        retryable=True,
    )
    FEED_NOT_READY = Definition(
        503,
        Text("Umpan belum siap", "Feed not ready"),
        Text(
            "Basis data dipulihkan dari salinan; petugas server harus menjalankan `kumkm migrate`.",
            "The database was restored from a dump; the operator has to run `kumkm migrate`.",
        ),
        retryable=True,
    )
    ORGANISATION_UNAVAILABLE = Definition(
        503,
        Text("Layanan masuk organisasi tidak terjangkau", "The organisation's sign-in is away"),
        Text(
            "Layanan masuk organisasi tidak menjawab; tunggu sebentar lalu mulai lagi, atau pakai kata sandi.",
            "The organisation's sign-in does not answer; wait a moment and start again, or use the password.",
        ),
        retryable=True,
    )
    DATABASE_AWAY = Definition(
        503,
        Text("Basis data tidak terjangkau", "Database away"),
        Text(
            "Basis data sedang tidak dapat dipakai. Tunggu Retry-After, lalu kirim hal yang sama: tidak akan ganda.",
            "The database cannot be used at the moment. Wait for Retry-After, then send the same: it is stored once.",
        ),
        retryable=True,
    )
    SERVER_STOPPING = Definition(
        503,
        Text("Server sedang dihentikan", "Server stopping"),
        Text(
            "Server dihentikan sebelum ini selesai. Tunggu Retry-After, lalu kirim hal yang sama: tidak akan ganda.",
            "The server was stopped before this was done. Wait for Retry-After, then send the same: it is stored once.",
        ),
        retryable=True,
    )
    OVERLOADED = Definition(
        503,
        Text("Server sedang penuh", "Server busy"),
        Text(
            "Server sedang penuh; tidak ada yang disimpan. Tunggu sesuai Retry-After, lalu kirim ulang.",
            "The server is busy and stored nothing. Wait for Retry-After, then send again.",
        ),
        retryable=True,
    )

    @property
    def code(self) -> str:
        """The stable word on the wire: the member's name in lower case."""
        return self.name.lower()


class Problem(Exception):
    """A request that cannot be served as asked.

    `retry_after` is in seconds and sent as `Retry-After`; `headers` are sent unchanged; `current` is the present state,
    if the client assumed another one; `detail` says more exactly what is wrong than the code does.
    """

    def __init__(
        self,
        code: Code,
        *,
        errors: tuple[FieldError, ...] = (),
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        current: Mapping[str, str] | None = None,
        detail: Text | None = None,
    ) -> None:
        super().__init__(code.code)
        self.code = code
        self.detail = code.value.detail if detail is None else detail
        self.errors = errors
        self.retry_after = retry_after
        self.headers = headers or {}
        self.current = current
