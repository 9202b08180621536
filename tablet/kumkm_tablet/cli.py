"""`kumkm-tablet`: enrol, record, correct, sync, show the outbox. What the commands do is loaded when one is called."""

import argparse
import contextlib
import io
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from kumkm_tablet import __version__

FAILED, FAULT, STOPPED = 1, 70, 130
MOST_ATTEMPTS = 20
_RESULTS = ("absent", "refused", "closed", "moved", "not_found", "not_eligible", "non_response")
_CODES = (
    "kode keluar / exit codes: 0 selesai / done; 1 ada yang harus dilakukan / something is to be done; 2 salah pakai /"
    " wrong use; 70 kesalahan program / a fault of the program; 130 dihentikan / stopped by Ctrl-C"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if it went well, 1 if the user has to do something, 2 for wrong use, 70 for a fault of the
    program, 130 if it was stopped.
    """
    for stream in (sys.stdout, sys.stderr):  # names have signs that a terminal's encoding may not have
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        from kumkm_tablet import commands  # noqa: PLC0415  (help and version wait for none of them)

        try:
            with contextlib.ExitStack() as options.closing:
                result: int = getattr(commands, options.run)(options)
            sys.stdout.flush()
        except commands.FAULTS as exc:
            return _fail(commands.in_words(exc))
    except BrokenPipeError:  # the reader closed the pipe, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return _fail("Dihentikan; tidak ada yang hilang. / Stopped; nothing is lost.", STOPPED)
    except Exception as exc:  # noqa: BLE001  (the last resort of the command line)
        if os.environ.get("KUMKM_TRACEBACK"):
            traceback.print_exc()
        kind = type(exc).__name__
        return _fail(f"Kesalahan program ({kind}). / A fault of the program; KUMKM_TRACEBACK=1 shows where.", FAULT)
    return result


def _fail(text: str, code: int = FAILED) -> int:
    sys.stderr.write(f"kumkm-tablet: {text}\n")
    return code


class _Parser(argparse.ArgumentParser):
    """A wrong choice is answered with the nearest one, too."""

    def error(self, message: str) -> NoReturn:
        wrong = re.search(r"invalid choice: '(.*)' \(choose from (.*)\)", message)
        near = get_close_matches(wrong[1], wrong[2].replace("'", "").split(", "), 1) if wrong else []
        super().error(message + (f". Maksud Anda / did you mean: {near[0]}?" if near else ""))


def _attempts(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_ATTEMPTS:
        raise argparse.ArgumentTypeError(f"1 sampai {MOST_ATTEMPTS} / 1 to {MOST_ATTEMPTS}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="kumkm-tablet",
        description="Klien tablet KUMKM: mencatat tanpa sinyal, mengirim saat ada sinyal.",
        epilog=_CODES,
    )
    parser.add_argument("--version", action="version", version=f"kumkm-tablet {__version__}")
    home = os.environ.get("KUMKM_TABLET_HOME", str(Path.home() / ".kumkm-tablet"))
    parser.add_argument("--home", type=Path, default=Path(home), help="folder data tablet / where the outbox is")
    commands = parser.add_subparsers(title="perintah / commands", required=True, metavar="PERINTAH")

    def command(name: str, text: str, *examples: str) -> argparse.ArgumentParser:
        lines = "\n".join(f"  kumkm-tablet {name} {each}".rstrip() for each in examples)
        made = commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=f"contoh / examples:\n{lines}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.set_defaults(run=name)
        return made

    enrol = command(
        "enrol",
        "masuk dan daftarkan tablet ini / sign in and enrol this tablet",
        "https://kumkm.example.go.id enumerator.7",
    )
    enrol.add_argument("server", help="alamat server, mis. https://kumkm.example.go.id")
    enrol.add_argument("username", help="nama pengguna")
    enrol.add_argument("--name", default="Tablet", help="nama tablet")

    record = command("record", "catat pelaku usaha / record a business (form, or --file)", "", "--file items.json")
    record.add_argument("--questionnaire", default="umkm@1", help="umkm@1 atau koperasi@1")
    record.add_argument("--campaign", help="kode pendataan; biasanya hanya ada satu")
    record.add_argument("--file", type=Path, help="isian dari berkas JSON, satu atau banyak / items from a JSON file")
    record.add_argument("--all", action="store_true", help="tanyakan semua pertanyaan / ask every question")

    record.add_argument("--entry", help="entri daftar awal, lihat `listing` / an entry of the listing")
    record.add_argument("--door", metavar="RECORD", help="pintu yang sudah dikunjungi / a door that was visited before")

    visit = command(
        "visit",
        "catat kunjungan tanpa wawancara / record a visit without an interview",
        "absent --next 2022-09-16",
        "refused --record 01833a5e-8a40-7000-8000-000000000001 --reason 'tidak sempat'",
    )
    visit.add_argument("result", choices=_RESULTS, help="hasil / result")
    visit.add_argument("--record", help="pintu yang sudah dikunjungi / a door that was visited before")
    visit.add_argument("--entry", help="entri daftar awal, lihat `listing` / an entry of the listing")
    visit.add_argument("--village", help="kode desa/kelurahan atau SLS / code of the village or neighbourhood")
    visit.add_argument("--campaign", help="kode pendataan; biasanya hanya ada satu")
    visit.add_argument("--next", dest="next_visit_on", metavar="HARI", help="kunjungan berikutnya, mis. 2022-09-16")
    visit.add_argument("--reason", help="alasan menolak / reason for refusing")
    visit.add_argument("--moved-to", help="pindah ke mana / where they moved")
    visit.add_argument("--note", help="catatan / note")

    listing = command("listing", "pintu dalam daftar awal / the doors of the listing", "", "--all")
    listing.add_argument("--all", action="store_true", help="juga yang selesai / also those that are done")
    listing.add_argument("--json", action="store_true", help="untuk mesin / for machines")

    fix = command(
        "fix",
        "perbaiki isian yang dikembalikan atau salah / correct a record",
        "01833a5e-8a40-7000-8000-000000000001 --set owner.nik=1601145203850001",
    )
    fix.add_argument("record_id")
    fix.add_argument("--set", action="append", default=[], metavar="JALUR=NILAI", help="mis. owner.nik=1601…")

    photo = command(
        "photo",
        "tambahkan foto pada isian / add a photo to a record",
        "01833a5e-8a40-7000-8000-000000000001 warung.jpg --purpose place",
    )
    photo.add_argument("record_id")
    photo.add_argument("file", type=Path)
    photo.add_argument("--purpose", choices=["place", "product"], default="place")

    sync = command("sync", "kirim dan terima / send and receive", "", "--attempts 10")
    sync.add_argument(
        "--attempts", type=_attempts, default=5, help="percobaan per permintaan, 1–20 / attempts per request"
    )
    sync.add_argument("--json", action="store_true", help="untuk mesin / for machines")

    outbox = command("outbox", "lihat isi kotak keluar / show the outbox", "", "--json")
    outbox.add_argument("--json", action="store_true", help="untuk mesin / for machines")

    _conformance(command)
    return parser


def _conformance(command: Callable[..., argparse.ArgumentParser]) -> None:
    kit = command(
        "conformance",
        "uji klien terhadap kontrak / test a client against the contract",
        "http://127.0.0.1:8000 enumerator.8",
        "http://127.0.0.1:8000 enumerator.8 --client ./my-client --only R07",
    )
    kit.add_argument("server", help="server uji, bukan yang sesungguhnya / a test server, never the real one")
    kit.add_argument("username", help="enumerator pada server itu / an enumerator on it")
    kit.add_argument("--client", help="perintah klien yang diuji / command of the client under test; default: this one")
    kit.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="hanya skenario atau aturan ini / only this scenario or rule, e.g. R07",
    )
    kit.add_argument("--json", action="store_true", help="laporan untuk mesin / report for machines")
