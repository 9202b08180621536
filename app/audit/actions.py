"""What the audit trail records: the closed list of actions, and what each means.

An action is never renamed: events of years ago carry its name. The possible subjects are beside each; `detail` holds
counts and codes, never answers or numbers of persons.
"""

from enum import StrEnum
from typing import Self

from app.core.problems import Text


class Action(StrEnum):
    """An action. Its value is the word in the trail."""

    meaning: Text

    def __new__(cls, value: str, indonesian: str, english: str) -> Self:
        """A member with its value and its meaning."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.meaning = Text(indonesian, english)
        return made

    # accounts, sessions, tablets
    ACCOUNT_CREATED = "account.created", "Akun dibuat.", "An account was made."
    ACCOUNT_CHANGED = "account.changed", "Data akun diubah.", "An account was changed."
    ACCOUNT_CODE_TOLD_AGAIN = (
        "account.code_told_again",
        "Kode aktivasi diberikan lagi karena impor diulang.",
        "An activation code was shown again, since an import was repeated.",
    )
    ACCOUNT_DEACTIVATED = "account.deactivated", "Akun dinonaktifkan.", "An account was closed."
    ACCOUNT_REACTIVATED = "account.reactivated", "Akun diaktifkan lagi.", "A closed account was opened again."
    ACCOUNT_CREDENTIALS_RESET = (
        "account.credentials_reset",
        "Kata sandi dihapus dan kode aktivasi baru dibuat.",
        "A password was removed and a new activation code made.",
    )
    ACCOUNT_PASSWORD_SET = "account.password_set", "Kata sandi dibuat.", "A password was set."
    ACCOUNT_ORGANISATION_LINKED = (
        "account.organisation_linked",
        "Akun dihubungkan dengan akun organisasi pada masuk pertama.",
        "An account was linked to an account of the organisation at the first sign-in.",
    )
    SESSION_STARTED = "session.started", "Seseorang masuk.", "Somebody signed in."
    SESSION_ENDED = "session.ended", "Seseorang keluar atau mengakhiri sesi.", "Somebody signed out or ended a session."
    SESSION_REFUSED = "session.refused", "Upaya masuk ditolak.", "A sign-in was refused."
    SESSION_REUSE_DETECTED = (
        "session.reuse_detected",
        "Token penyegar dipakai dua kali; sesi diakhiri.",
        "A refresh token was used twice; its session was ended.",
    )
    PASSKEY_ADDED = "passkey.added", "Kunci sandi ditambahkan.", "A passkey was added."
    PASSKEY_RENAMED = "passkey.renamed", "Kunci sandi diberi nama lain.", "A passkey was renamed."
    PASSKEY_REMOVED = "passkey.removed", "Kunci sandi dihapus.", "A passkey was removed."
    PASSKEY_COPIED = (
        "passkey.copied",
        "Kunci sandi ditolak: pencacahnya mundur, mungkin disalin.",
        "A passkey was refused: its counter went back, as that of a copy.",
    )
    KEY_MADE = "key.made", "Kunci baca dibuat.", "A read-only key was made."
    KEY_REVOKED = "key.revoked", "Kunci baca dicabut.", "A read-only key was revoked."
    DEVICE_ENROLLED = "device.enrolled", "Tablet didaftarkan.", "A tablet was enrolled."
    DEVICE_PERMITTED = "device.permitted", "Tablet berikutnya diizinkan.", "A next tablet was permitted."
    DEVICE_REVOKED = "device.revoked", "Tablet dicabut.", "A tablet was revoked."
    DEVICE_RESTORED = "device.restored", "Pencabutan tablet dibatalkan.", "A revocation was taken back."

    # the census
    CAMPAIGN_ENTERED = "campaign.entered", "Kampanye dibuat atau diubah.", "A campaign was made or changed."
    CAMPAIGN_THRESHOLDS_CHANGED = (
        "campaign.thresholds_changed",
        "Ambang batas mutu kampanye diubah.",
        "A campaign's thresholds of quality were changed.",
    )
    CAMPAIGN_REINTERVIEWS_CHANGED = (
        "campaign.reinterviews_changed",
        "Wawancara ulang kampanye diatur.",
        "What is drawn for a campaign's re-interviews was changed.",
    )
    CAMPAIGN_ACTIVITIES_CHANGED = (
        "campaign.activities_changed",
        "Edisi KBLI atau cakupan kampanye diubah.",
        "A campaign's editions of KBLI, or what it leaves out, were changed.",
    )
    CAMPAIGN_STATISTICS_CHANGED = (
        "campaign.statistics_changed",
        "Ambang kerahasiaan atau jadwal statistik kampanye diubah.",
        "What a campaign's statistics suppress, or how often they are made, was changed.",
    )
    EDITION_ASKED = (
        "statistics.edition_asked",
        "Edisi statistik diminta.",
        "An edition of the statistics was asked for.",
    )
    ACTIVITY_CODED = "activity.coded", "Kegiatan usaha dikodekan.", "The activity of a business was coded."
    CODING_UNDONE = "activity.coding_undone", "Pengodean kegiatan dibatalkan.", "The coding of an activity was undone."
    TARGET_SET = "target.set", "Target ditetapkan.", "A target was set."
    BOUNDARIES_LOADED = "boundaries.loaded", "Batas wilayah dimuat.", "Boundaries of regions were loaded."
    LISTING_ENTERED = "listing.entered", "Daftar awal dimasukkan.", "Entries of a listing were entered."
    TARGET_REMOVED = "target.removed", "Target dihapus.", "A target was removed."
    CUTOFF_PUBLISHED = "cutoff.published", "Angka rilis diterbitkan.", "A cut-off was published."
    HONOUR_RULES_SET = "honour.rules_set", "Aturan honor ditetapkan.", "What enumerators are paid was set."
    HONOUR_STATED = "honour.stated", "Daftar honor dibuat.", "Statements of honour were made."
    TEAM_ENTERED = "team.entered", "Tim dicatat.", "Teams were entered."
    TEAM_MEMBER_ENTERED = "team_member.entered", "Anggota tim dicatat.", "Members of teams were entered."
    ASSIGNMENT_ENTERED = "assignment.entered", "Penugasan dicatat.", "Assignments were entered."
    ASSIGNMENT_HANDED_OVER = (
        "assignment.handed_over",
        "Wilayah kerja dialihkan ke petugas lain.",
        "Areas of one enumerator were handed over to another.",
    )
    BATCH_RECEIVED = "batch.received", "Kiriman diterima.", "A batch was received."
    NUMBERS_HELD = (
        "numbers.held",
        "Isian ditahan karena terlalu banyak nomor ditanyakan.",
        "Items were held, since they asked about too many numbers.",
    )
    KNOWN_IDENTITIES_READ = (
        "known_identities.read",
        "Daftar nomor yang sudah tercatat diunduh.",
        "The filter of recorded numbers was downloaded.",
    )
    HELD_RELEASED = "held.released", "Isian yang ditahan diterima.", "A held item was released."
    HELD_REFUSED = "held.refused", "Isian yang ditahan ditolak.", "A held item was refused."
    RECORD_VERIFIED = "record.verified", "Isian diverifikasi.", "A record was verified."
    RECORD_RETURNED = "record.returned", "Isian dikembalikan.", "A record was returned."
    RECORD_CORRECTED = "record.corrected", "Isian dikoreksi.", "A record was corrected."
    DUPLICATE_SAME = "duplicate.same", "Duplikat: usaha yang sama.", "A case of duplicates: one business."
    DUPLICATE_SEPARATE = "duplicate.separate", "Duplikat: usaha berbeda.", "A case of duplicates: two businesses."
    DUPLICATE_WRONG_IDENTITY = (
        "duplicate.wrong_identity",
        "Duplikat: nomor milik usaha lain.",
        "A case of duplicates: the number is another business's.",
    )
    DUPLICATE_OWNER_CHANGED = (
        "duplicate.owner_changed",
        "Duplikat: pemilik usaha berganti.",
        "A case of duplicates: the business has another owner.",
    )
    DUPLICATE_UNDONE = "duplicate.undone", "Keputusan duplikat dibatalkan.", "A decision on duplicates was undone."
    DUPLICATE_ASSIGNED = (
        "duplicate.assigned",
        "Kasus duplikat diambil, dibagikan atau dilepas.",
        "A case of duplicates was taken, assigned or let go.",
    )
    FLAG_DISMISSED = (
        "flag.dismissed",
        "Tanda mutu diperiksa dan dikesampingkan.",
        "A flag of quality was looked at and dismissed.",
    )
    FLAG_RESTORED = (
        "flag.restored",
        "Pengesampingan tanda mutu dibatalkan.",
        "The dismissal of a flag of quality was undone.",
    )
    REINTERVIEW_ASSIGNED = (
        "reinterview.assigned",
        "Wawancara ulang diberikan kepada petugas.",
        "A re-interview was given to an enumerator.",
    )
    REINTERVIEWS_READ = (
        "reinterviews.read",
        "Daftar wawancara ulang dengan nama dan alamat diunduh.",
        "Re-interviews were downloaded, with names and addresses.",
    )
    REINTERVIEW_ANSWERED = (
        "reinterview.answered",
        "Jawaban wawancara ulang diterima.",
        "The answers of a re-interview came in.",
    )
    LINKAGE_RUN = "linkage.run", "Pencarian duplikat dijalankan.", "Likely duplicates were looked for."

    VERIFICATION_REQUESTED = (
        "verification.requested",
        "Nomor diminta untuk dikonfirmasi.",
        "Numbers were chosen to be confirmed by an agency.",
    )
    VERIFICATION_ANSWERED = (
        "verification.answered",
        "Jawaban konfirmasi nomor diterima.",
        "Answers of an agency about numbers came in.",
    )

    # looks at personal data, and what leaves the house
    VERIFICATION_FETCHED = (
        "verification.fetched",
        "Berkas nomor untuk dikonfirmasi diunduh.",
        "A file of numbers to be confirmed was fetched.",
    )
    NUMBER_LOOKED_UP = "number.looked_up", "Nomor dicari di register.", "A number was looked up in the register."
    PII_READ = "pii.read", "Data pribadi dilihat.", "Personal data was read."
    PII_COMPARED = "pii.compared", "Data pribadi dua isian dibandingkan.", "Personal data of two records was compared."
    EXPORT_MADE = "export.made", "Ekspor dibuat.", "An export was made."
    EXPORT_UNMASKED = "export.unmasked", "Ekspor dengan data pribadi dibuat.", "An export with personal data was made."
    EXPORT_FETCHED = "export.fetched", "Berkas ekspor diunduh.", "The file of an export was fetched."
    LISTING_READ = (
        "listing.read",
        "Daftar awal suatu wilayah diunduh ke tablet.",
        "A tablet began to read an area's listing.",
    )
    FEED_BEGUN = "feed.begun", "Umpan perubahan dibaca dari awal.", "The feed was read from its start."
    WEBHOOK_ENTERED = "webhook.entered", "Webhook dibuat atau diubah.", "A webhook was made or changed."
    WEBHOOK_REMOVED = "webhook.removed", "Webhook dihapus.", "A webhook was removed."
    WEBHOOK_SECRET_ROTATED = (
        "webhook.secret_rotated",
        "Rahasia webhook diganti.",
        "A webhook was given another secret.",
    )
    WEBHOOK_PAUSED = "webhook.paused", "Webhook dijeda.", "A webhook was paused."
    WEBHOOK_RESUMED = "webhook.resumed", "Webhook dilanjutkan.", "A webhook goes on."
    WEBHOOK_TESTED = "webhook.tested", "Webhook diuji.", "A webhook was tested."
    WEBHOOK_SENT_AGAIN = (
        "webhook.sent_again",
        "Kiriman webhook yang gagal dikirim lagi.",
        "A dead letter of a webhook is sent again.",
    )
    WEBHOOK_DEAD_LETTER = (
        "webhook.dead_letter",
        "Kiriman webhook gagal dan dilewati.",
        "A delivery of a webhook was given up and skipped.",
    )
    WEBHOOK_HALTED = (
        "webhook.halted",
        "Webhook dihentikan server sampai seseorang memutuskan.",
        "The server halted a webhook until somebody decides.",
    )

    SQL_READER_ADDED = (
        "sql_reader.added",
        "Akses SQL untuk analis dibuat.",
        "A login was made with which an analyst reads views of a region.",
    )
    SQL_READER_REMOVED = "sql_reader.removed", "Akses SQL untuk analis dihapus.", "An analyst's login was removed."

    # privacy and keys, by the operator
    SUBJECT_REPORTED = (
        "subject.reported",
        "Data tentang seseorang dikumpulkan atas permintaannya.",
        "What is known of a person was gathered at that person's wish.",
    )
    SUBJECT_ERASED = "subject.erased", "Data tentang seseorang dihapus.", "What is known of a person was erased."
    RETENTION_APPLIED = (
        "retention.applied",
        "Data yang lewat masa simpan dihapus.",
        "What was past its time of keeping was removed.",
    )
    LEFTOVERS_REMOVED = (
        "leftovers.removed",
        "Berkas di penyimpanan yang tidak dikenal basis data dihapus.",
        "Files of the storage that the database does not know were removed.",
    )
    KEYS_RESEALED = "keys.resealed", "Data disegel ulang dengan kunci baru.", "Data was sealed again under a new key."
    KEYS_REDIGESTED = (
        "keys.redigested",
        "Sidik nomor dibuat ulang dengan kunci baru.",
        "Digests of numbers were made again under a new key.",
    )
    TRAIL_SIGNED_FROM = (
        "trail.signed_from",
        "Sejak saat ini setiap peristiwa ditandatangani.",
        "From here on every event is signed.",
    )
    DATABASE_RESTORED = (
        "database.restored",
        "Basis data dipulihkan dari cadangan.",
        "The database was restored from a backup.",
    )
    TRAIL_CUT = (
        "trail.cut",
        "Bagian lama jejak audit dipindahkan ke arsip.",
        "The older part of the trail was moved into an archive.",
    )
    DEMO_COMPLETED = "demo.completed", "Data contoh selesai dibuat.", "The demo's data is complete."
