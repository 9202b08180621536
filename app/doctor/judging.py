"""What the facts of a database mean for a deployment. Pure."""

from collections.abc import Iterator, Sequence

from app.core.outages import Outage
from app.core.readers import Look, Unfit
from app.core.roles import Rights
from app.core.settings import Settings
from app.doctor.facts import ContentFacts, DatabaseFacts
from app.doctor.finding import Finding, fault, good, note, warning

OLDEST, NEWEST = 15, 18
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_CLOCK_WARNING_S, _CLOCK_FAULT_S = 2.0, 60.0
_FOR_COMMANDS = 5  # connections for `kumkm` commands, backup and monitoring
_XID_WARNING, _XID_FAULT = 1_000_000_000, 1_800_000_000
_UNLINKED_S, _EXPORT_S, _DELTAS = 600.0, 1800.0, 100_000
_NAMED = 5  # of a list, in a sentence
_ANYBODY = ("*", "0.0.0.0/0", "::/0")


def judge_settings(settings: Settings) -> Iterator[Finding]:
    """Settings that are complete, but do not go together."""
    before = len(settings.token_starts())
    yield good("settings", f"Lengkap; {before} kunci token.", f"Complete; {before} token keys.")
    if settings.demo_starts_at is not None:
        yield fault(
            "demo_clock",
            "KUMKM_DEMO_STARTS_AT diisi: jam dan akun demo berlaku. Hapus pengaturan itu.",
            "KUMKM_DEMO_STARTS_AT is set: the demo's clock and accounts hold. Remove it.",
        )
    if settings.storage and "://" not in settings.storage and not settings.storage.startswith(("/", "~")):
        yield warning(
            "storage_relative",
            "KUMKM_STORAGE bukan jalur lengkap: foto bergantung pada folder tempat server dijalankan.",
            "KUMKM_STORAGE is no full path: photos depend on the folder in which the server is started.",
        )
    if settings.host not in _LOOPBACK and settings.trusted_proxies == Settings.model_fields["trusted_proxies"].default:
        yield warning(
            "trusted_proxies",
            "Server menerima dari luar mesin, tetapi KUMKM_TRUSTED_PROXIES hanya menyebut mesin ini: semua permintaan"
            " lewat proxy tampak berasal dari satu alamat.",
            "The server listens beyond this machine, but KUMKM_TRUSTED_PROXIES names this machine alone: all requests"
            " through a proxy seem to come from one address.",
        )
    if any(each.strip() in _ANYBODY for each in settings.trusted_proxies.split(",")):
        yield fault(
            "trusted_proxies",
            "KUMKM_TRUSTED_PROXIES memercayai siapa pun: setiap permintaan dapat memalsukan alamatnya, sehingga batas"
            " percobaan kata sandi tidak berlaku. Sebut alamat proxy saja.",
            "KUMKM_TRUSTED_PROXIES believes everybody: each request can forge its address, so that the limits of"
            " guesses at passwords do not hold. Name the proxies alone.",
        )
    if not settings.public_origin:
        yield note(
            "public_origin",
            "KUMKM_PUBLIC_ORIGIN kosong: kunci sandi (passkey) dan masuk lewat organisasi tidak tersedia.",
            "KUMKM_PUBLIC_ORIGIN is empty: no passkeys, and no sign-in by an organisation.",
        )
    elif settings.public_origin.startswith("http://"):
        yield warning(
            "public_origin",
            "KUMKM_PUBLIC_ORIGIN tanpa TLS (http://): peramban menolak passkey dan kuki.",
            "KUMKM_PUBLIC_ORIGIN is without TLS (http://): browsers refuse passkeys and cookies.",
        )


def judge_database(facts: DatabaseFacts, settings: Settings, machines: int) -> Iterator[Finding]:
    """The database as a whole, for `machines` machines with these settings."""
    yield from _judge_schema(facts)
    yield from _judge_durability(facts)
    version = int(facts.settings["server_version_num"]) // 10_000
    if OLDEST <= version <= NEWEST:
        yield good("database_version", f"PostgreSQL {version}.", f"PostgreSQL {version}.")
    else:
        yield fault(
            "database_version",
            f"PostgreSQL {version}; yang didukung {OLDEST} sampai {NEWEST}.",
            f"PostgreSQL {version}; {OLDEST} to {NEWEST} are supported.",
        )
    if facts.settings["server_encoding"] != "UTF8":
        yield fault("database_encoding", "Pengodean basis data bukan UTF8.", "The database's encoding is not UTF8.")
    for name in facts.extensions_missing:
        yield fault(
            "extension",
            f"Ekstensi {name} tidak ada: jalankan `kumkm migrate` sebagai pemilik.",
            f"The extension {name} is missing: run `kumkm migrate` as the owner.",
        )
    yield _judge_clock(facts.clock_ahead_s)
    yield _judge_connections(facts, settings, machines)
    yield from _judge_limits(settings, machines * settings.workers)
    if not facts.encrypted:
        yield warning(
            "database_tls",
            "Sambungan ke basis data lewat jaringan tanpa TLS: tambahkan `?sslmode=verify-full` pada DATABASE_URL.",
            "The connection to the database crosses a network without TLS: add `?sslmode=verify-full` to DATABASE_URL.",
        )
    if facts.xid_age > _XID_WARNING:
        judged = fault if facts.xid_age > _XID_FAULT else warning
        yield judged(
            "vacuum_age",
            f"Transaksi tertua berumur {facts.xid_age:,}: VACUUM tertinggal; cari transaksi atau slot yang lama.",
            f"The oldest transaction is {facts.xid_age:,} old: VACUUM is behind; look for an old transaction or slot.",
        )


def judge_writing(machines: int) -> Iterator[Finding]:
    """How many machines of DATABASE_URL write: one."""
    if machines > 1:
        yield fault(
            "database_two_primaries",
            f"{machines} mesin dalam DATABASE_URL menerima tulisan: data terpecah. Matikan yang lama sekarang juga; apa"
            " yang ditulis di sana dikirim lagi oleh tablet.",
            f"{machines} machines of DATABASE_URL take writes: the data goes apart. Stop the old one at once; what was"
            " written there is sent again by the tablets.",
        )


def judge_reader(found: Look | Outage | Unfit | None) -> Iterator[Finding]:
    """The standby of KUMKM_READ_DATABASE_URL, or why it does not answer; None: the primary takes no writes."""
    fault_found = found.fault if isinstance(found, Look) else found
    if fault_found is not None:
        yield warning(
            "reader",
            f"Server siaga di KUMKM_READ_DATABASE_URL tidak dipakai ({fault_found.code}); semua bacaan dijawab oleh"
            " server utama.",
            f"The standby of KUMKM_READ_DATABASE_URL is not used: {fault_found.value}. The primary answers all reads.",
        )
    elif isinstance(found, Look) and not found.reached:
        yield warning(
            "reader_behind",
            "Server siaga di KUMKM_READ_DATABASE_URL tertinggal; selama itu server utama yang menjawab.",
            "The standby of KUMKM_READ_DATABASE_URL is behind; as long as it is, the primary answers.",
        )
    elif found is not None:
        yield good("reader", "Server siaga mengikuti server utama.", "The standby for reads follows the primary.")


def judge_reader_login(unfit: str | None) -> Iterator[Finding]:
    """The login of KUMKM_READ_DATABASE_URL: it has to be the server's as well, since its machine may be promoted."""
    if unfit is not None:
        yield fault(
            "reader_login",
            "Login di KUMKM_READ_DATABASE_URL boleh mengubah tabel atau jejak audit: pakai login server, seperti di"
            " DATABASE_URL (`kumkm server-login`).",
            "The login in KUMKM_READ_DATABASE_URL may alter tables or change the audit trail: use the server's, as in"
            " DATABASE_URL (`kumkm server-login`).",
        )


def _judge_schema(facts: DatabaseFacts) -> Iterator[Finding]:
    if facts.schema is None:
        yield good("database_schema", "Tabel sesuai rilis ini.", "The tables are those of this release.")
    else:
        run = facts.schema is not Outage.NEWER_SCHEMA
        yield fault(
            "database_schema",
            "Tabel tidak sesuai rilis ini: "
            + ("jalankan `kumkm migrate`." if run else "pasang rilis yang lebih baru."),
            f"{facts.schema.value.capitalize()}.",
        )
    if facts.read_only:
        yield fault(
            "database_read_only",
            "Basis data hanya dapat dibaca: server siaga, atau diatur demikian.",
            "The database only reads: a standby, or set so.",
        )


def _judge_durability(facts: DatabaseFacts) -> Iterator[Finding]:
    for name in ("fsync", "full_page_writes", "autovacuum", "track_counts"):
        if facts.settings[name] != "on":
            yield fault(
                f"database_{name}",
                f"{name} = {facts.settings[name]}: setelah listrik padam atau lama berjalan, basis data rusak.",
                f"{name} = {facts.settings[name]}: after a power cut, or in the long run, the database breaks.",
            )
    if facts.settings["synchronous_commit"] in ("off", "local"):
        yield fault(
            "database_synchronous_commit",
            f"synchronous_commit = {facts.settings['synchronous_commit']}: catatan yang sudah diterima dapat hilang.",
            f"synchronous_commit = {facts.settings['synchronous_commit']}: records that were confirmed may be lost.",
        )
    if facts.settings["data_checksums"] != "on":
        yield warning(
            "database_checksums",
            "Tanpa data_checksums, kerusakan disk tidak diketahui: `pg_checksums --enable`, saat server berhenti.",
            "Without data_checksums, damage of the disk is not noticed: `pg_checksums --enable`, while it is stopped.",
        )
    if not facts.settings["synchronous_standby_names"]:
        yield warning(
            "database_standby",
            "Tidak ada server siaga sinkron: jika server ini hilang, catatan yang sudah diterima ikut hilang.",
            "There is no synchronous standby: with this server, records that were confirmed are lost.",
        )
    elif not facts.sees_standbys:
        yield note(
            "database_standby",
            "synchronous_standby_names diisi; login ini tidak melihat siaga: `GRANT pg_monitor TO kumkm_server`.",
            "synchronous_standby_names is set; this login does not see standbys: `GRANT pg_monitor TO kumkm_server`.",
        )
    elif not facts.synchronous_standbys:
        yield fault(
            "database_standby",
            "synchronous_standby_names diisi, tetapi tidak ada siaga sinkron yang tersambung: penulisan menunggu.",
            "synchronous_standby_names is set, but no synchronous standby is connected: writes wait.",
        )
    else:
        standbys = facts.synchronous_standbys
        yield good("database_standby", f"{standbys} server siaga sinkron.", f"{standbys} synchronous standbys.")


def _judge_clock(ahead_s: float) -> Finding:
    text = (f"Jam basis data berbeda {ahead_s:+.1f} detik.", f"The database's clock differs by {ahead_s:+.1f} seconds.")
    if abs(ahead_s) <= _CLOCK_WARNING_S:
        return good("clock", *text)
    return (fault if abs(ahead_s) > _CLOCK_FAULT_S else warning)("clock", *text)


def _judge_connections(facts: DatabaseFacts, settings: Settings, machines: int) -> Finding:
    offered = int(facts.settings["max_connections"]) - int(facts.settings["superuser_reserved_connections"])
    wanted = machines * settings.workers * settings.pool_size
    sums = f"{machines} × {settings.workers} × {settings.pool_size} = {wanted}"
    if wanted + _FOR_COMMANDS + facts.connections_for_others <= offered:
        return good("connections", f"{sums} dari {offered} sambungan.", f"{sums} of {offered} connections.")
    return fault(
        "connections",
        f"mesin × proses × KUMKM_POOL_SIZE: {sums} sambungan; basis data memberi {offered}, dan"
        f" {facts.connections_for_others + _FOR_COMMANDS} untuk yang lain. Naikkan max_connections.",
        f"machines × processes × KUMKM_POOL_SIZE: {sums} connections; the database gives {offered}, and"
        f" {facts.connections_for_others + _FOR_COMMANDS} are for others. Raise max_connections.",
    )


def _judge_limits(settings: Settings, processes: int) -> Iterator[Finding]:
    if processes > 1 and settings.shared_limits == "off":
        yield note(
            "shared_limits",
            f"{processes} proses menghitung batas laju masing-masing: sampai {processes} kali lipat yang lolos. Isi"
            " KUMKM_SHARED_LIMITS=on.",
            f"{processes} processes count rates each for itself: up to {processes} times as much gets through. Set"
            " KUMKM_SHARED_LIMITS=on.",
        )


def judge_content(facts: ContentFacts) -> Iterator[Finding]:
    """The keys, the trail, and what works in the background."""
    for check, sentence in (("login", facts.unfit_login), ("demo_accounts", facts.demo_accounts)):
        if sentence is not None:
            yield fault(check, f"Server tidak akan mulai: {sentence}", f"The server will not start: {sentence}")
    if facts.unfit_login is None:
        yield from _judge_rights(facts.rights)
    if facts.other_number_key is not None:
        yield fault(
            "number_key",
            "KUMKM_NUMBER_KEYS (atau KUMKM_DIGEST_KEY) bukan kunci basis data ini: setiap nomor akan dianggap baru.",
            facts.other_number_key,
        )
    yield from _judge_keys(facts)
    yield from _judge_background(facts)


def _judge_rights(rights: Rights) -> Iterator[Finding]:
    """Of a login that is fit: one that is not may do everything."""
    if rights.missing:
        named = _some(rights.missing)
        yield fault(
            "table_rights",
            f"Login server tidak boleh melakukan yang diperlukan ({named}): jalankan `kumkm migrate` sebagai pemilik.",
            f"The server's login may not do what it needs ({named}): run `kumkm migrate` as the owner.",
        )
    if rights.beyond:
        named = _some(rights.beyond)
        yield fault(
            "table_rights_beyond",
            f"Login server boleh lebih dari yang diperlukan ({named}): cabut dengan REVOKE, atau buat login baru dengan"
            " `kumkm server-login`.",
            f"The server's login may do more than it needs ({named}): REVOKE it, or make another login with"
            " `kumkm server-login`.",
        )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f", … ({len(names)})" if len(names) > _NAMED else "")


def _judge_keys(facts: ContentFacts) -> Iterator[Finding]:
    if facts.sealed_unopened:
        yield fault(
            "sealing_keys",
            f"{facts.sealed_unopened} dari {facts.sealed} jawaban tersegel tidak terbuka dengan KUMKM_SEALING_KEYS:"
            " kembalikan kunci yang hilang.",
            f"{facts.sealed_unopened} of {facts.sealed} sealed answers do not open with KUMKM_SEALING_KEYS: put the"
            " missing key back.",
        )
    elif facts.sealed:
        yield good("sealing_keys", f"{facts.sealed} contoh terbuka.", f"{facts.sealed} samples open.")
    if facts.signed_otherwise:
        yield fault(
            "trail_key",
            f"{facts.signed_otherwise} dari {facts.signed} kejadian audit tidak cocok dengan kunci jejak audit: kunci"
            " lain, atau jejak diubah. Jalankan `kumkm audit verify`.",
            f"{facts.signed_otherwise} of {facts.signed} events of the audit trail do not hold under its key: another"
            " key, or the trail was changed. Run `kumkm audit verify`.",
        )
    elif facts.signed:
        yield good("trail_key", f"{facts.signed} kejadian audit sah.", f"{facts.signed} events of the trail hold.")


def _judge_background(facts: ContentFacts) -> Iterator[Finding]:
    late = False
    for check, behind, limit, id_, en in (
        ("background_link", facts.unlinked_s, _UNLINKED_S, "merangkai jejak audit", "linking of the audit trail"),
        ("background_export", facts.exports_waiting_s, _EXPORT_S, "pembuatan ekspor", "making of exports"),
    ):
        if behind > limit:
            late = True
            yield warning(
                check,
                f"Pekerjaan latar tertinggal {behind / 60:,.0f} menit: {id_}. Apakah ada server yang berjalan?",
                f"Work in the background is {behind / 60:,.0f} minutes behind: {en}. Does a server run?",
            )
    if facts.deltas > _DELTAS:
        late = True
        yield warning(
            "background_fold",
            f"{facts.deltas:,} perubahan progres belum dijumlahkan: laporan menjadi lambat.",
            f"{facts.deltas:,} changes of progress are not added up: reports become slow.",
        )
    if not late:
        yield good("background", "Pekerjaan latar tidak tertinggal.", "Work in the background is not behind.")
