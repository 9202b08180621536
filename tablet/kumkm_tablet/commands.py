"""What the commands of `kumkm-tablet` do. Texts for the field are in Indonesian."""

import argparse
import asyncio
import contextlib
import getpass
import hashlib
import json
import mimetypes
import os
import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from kumkm_tablet.asking import ask_item, drop_draft, mend, now, put, value_of, visit_item
from kumkm_tablet.conformance.kit import CannotTest, CommandDriver, Report, examine, own_command
from kumkm_tablet.conformance.rules import RULES
from kumkm_tablet.conformance.scenarios import Scenario
from kumkm_tablet.form import Form
from kumkm_tablet.listing import Door
from kumkm_tablet.network import Offline, Policy, Refused, SignInNeeded
from kumkm_tablet.outbox import Outbox, Row, State
from kumkm_tablet.saying import Told, good, say, show
from kumkm_tablet.tablet import Report as SyncReport
from kumkm_tablet.tablet import Tablet

_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+")
_STATES: Mapping[State, tuple[str, str]] = {
    State.QUEUED: ("menunggu dikirim", "waiting to be sent"),
    State.SENDING: ("sedang dikirim", "being sent"),
    State.ACKNOWLEDGED: ("diterima", "acknowledged"),
    State.CONFIRMED: ("tersimpan di server", "stored on the server"),
    State.KEPT: ("menunggu keputusan", "waits for a decision"),
    State.TO_FIX: ("perlu diperbaiki", "to be corrected"),
    State.RETURNED: ("dikembalikan", "returned"),
    State.SUPERSEDED: ("diganti revisi baru", "superseded"),
    State.PURGED: ("selesai", "done"),
}


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (Offline, "Server tidak terjangkau; tidak ada yang hilang. Coba lagi nanti. / Offline; nothing is lost."),
    (SignInNeeded, "Sesi berakhir: jalankan `kumkm-tablet enrol` lagi. / The session is over: enrol again."),
    (UnicodeError, "Ada huruf yang tidak sah. / A letter is not valid."),
    (sqlite3.DatabaseError, "Kotak keluar tablet ini tidak terbaca. / The outbox of this tablet cannot be read."),
)
FAULTS = (Told, Refused, Offline, SignInNeeded, OSError, UnicodeError, sqlite3.DatabaseError)
"""What a command may end with; `in_words` says what it means."""

_NOT_ENROLLED = "Tablet belum terdaftar: jalankan `kumkm-tablet enrol`. / Not enrolled yet."


def in_words(exc: BaseException) -> str:
    """What went wrong, in words for the enumerator."""
    if isinstance(exc, Refused):
        return f"{exc} [{exc.code}]"
    if isinstance(exc, BrokenPipeError):
        raise exc
    if isinstance(exc, OSError):
        return f"{exc.strerror or type(exc).__name__}: {exc.filename or ''}".rstrip(": ")
    return next((text for kind, text in _WORDS if isinstance(exc, kind)), str(exc))


def _password() -> str:
    given = os.environ.get("KUMKM_TABLET_PASSWORD")
    if given:
        return given
    try:
        return getpass.getpass("Kata sandi: ")
    except EOFError as exc:
        raise Told(
            "Kata sandi tidak diberikan: ketik, atau isi KUMKM_TABLET_PASSWORD. / No password was given: type it, or"
            " set KUMKM_TABLET_PASSWORD."
        ) from exc


def enrol(options: argparse.Namespace) -> int:
    server = _address(options.server)
    password = _password()
    options.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.closing(Outbox(options.home / "outbox.db")) as outbox:
        outbox.set("server", server)
    _run(options, lambda tablet: tablet.enrol(options.username, password, options.name))
    shaken = _opened(options).get("handshake")
    for campaign in shaken["campaigns"]:
        regions = ", ".join(f"{each['region']['name']} ({each['region']['code']})" for each in campaign["assignments"])
        say(f"{campaign['name']}: {regions or '-'}")
    good("Tablet terdaftar. / Enrolled.")
    return 0


def record(options: argparse.Namespace) -> int:
    tablet = _at_the_door(options)
    outbox = tablet.outbox
    if options.door and not outbox.revisions(options.door):
        raise Told("Isian itu tidak ada di tablet ini. / There is no such record on this tablet.")
    campaign = options.campaign or _running_campaign(outbox)
    door = _listed(tablet, options.entry)
    if door is not None:
        campaign, options.door = door.campaign, options.door or door.record_id
    if options.file:
        told = _json_of(options.file)
        items = told if isinstance(told, list) else [told]
        if not all(isinstance(each, dict) for each in items):
            raise Told(f"{options.file}: setiap isian adalah objek JSON. / Every item is a JSON object.")
    else:
        form = _form(tablet, options.questionnaire, campaign)
        listed = None if door is None else door.entry
        items = [ask_item(form, outbox, options.questionnaire, every=options.all, listed=listed)]
        if options.door:
            items[0]["record_id"] = options.door
    faults = 0
    for each in items:
        item = {"captured_at": now(), "questionnaire": options.questionnaire, **each}
        errors, doubts = _form(tablet, item["questionnaire"], campaign).check(
            item.get("answers"), today=datetime.now(UTC).date()
        )
        if errors:
            faults += 1
            show(errors, "Salah / wrong")
            continue
        show(doubts, "Periksa / check")
        for kind in tablet.probably_recorded(item["questionnaire"], item["answers"]):
            say(f"⚠ {kind.upper()} ini mungkin sudah tercatat. / Probably recorded already.", colour="33")
        row = outbox.add(campaign, item)
        if not options.file:
            drop_draft(outbox, options.questionnaire)
        good(f"Tersimpan di tablet: {row.record_id}")
    return 1 if faults else 0


def visit(options: argparse.Namespace) -> int:
    tablet = _at_the_door(options)
    said = {name: getattr(options, name) for name in ("next_visit_on", "reason", "moved_to", "note")}
    door = _listed(tablet, options.entry)
    item = visit_item(
        tablet.outbox,
        options.result,
        record_id=options.record or (door and door.record_id),
        village=options.village,
        said=said,
        listed=door and door.entry,
    )
    campaign = (door and door.campaign) or options.campaign or _running_campaign(tablet.outbox)
    errors, _ = _form(tablet, item["questionnaire"], campaign).check(item["answers"], today=datetime.now(UTC).date())
    if errors:
        show(errors, "Salah / wrong")
        return 1
    row = tablet.outbox.add(campaign, item)
    good(f"Kunjungan tersimpan di tablet: {row.record_id}")
    return 0


def listing(options: argparse.Namespace) -> int:
    tablet = _at_the_door(options)
    doors = [each for each in tablet.listing.doors() if options.all or not each.done]
    if options.json:
        shown = [{**each.entry, "campaign": each.campaign, "record_id": each.record_id} for each in doors]
        sys.stdout.write(json.dumps({"doors": shown}) + "\n")
        return 0
    village = None
    for each in doors:
        if each.region_code != village:
            village = each.region_code
            say(f"\n{village}")
        entry, here = each.entry, " ✎" if each.record_id else ""
        owner = f", {entry['owner']}" if entry.get("owner") else ""
        say(f"  {each.id}  {entry['name']}{owner} [{entry['state']}]{here}")
        if entry.get("address"):
            say(f"      {entry['address']}")
    if not doors:
        say("Tidak ada pintu dalam daftar. / There is no door in the listing.")
    return 0


def _listed(tablet: Tablet, id_: str | None) -> Door | None:
    """The door of the listing that is named, if one is."""
    found = tablet.listing.door(id_) if id_ else None
    if id_ and found is None:
        raise Told("Entri itu tidak ada dalam daftar di tablet ini. / The listing on this tablet has no such entry.")
    return found


def fix(options: argparse.Namespace) -> int:
    tablet = _at_the_door(options)
    outbox = tablet.outbox
    rows = outbox.revisions(options.record_id)
    if not rows:
        raise Told("Isian itu tidak ada di tablet ini. / There is no such record on this tablet.")
    # An interview that is to be corrected stays so, also if a visit came after it.
    newest = next((row for row in rows if row.state in (State.TO_FIX, State.RETURNED)), rows[-1])
    if newest.content is None:
        raise Told("Isian itu tidak ada di tablet ini. / There is no such record on this tablet.")
    item = json.loads(newest.content)
    form = _form(tablet, item["questionnaire"], newest.campaign)
    if options.set:
        by_path = {".".join(question.path): question for question in form.questions()}
        for each in options.set:
            path, _, text = each.partition("=")
            if path not in by_path:
                raise Told(f"Tidak ada pertanyaan {path}. / There is no such question.")
            try:
                put(item["answers"], by_path[path], value_of(by_path[path], text))
            except ValueError as exc:
                raise Told(f"Tidak sah: {each}. / Not valid.") from exc
    else:
        _show_why(newest)
        mend(form, outbox, options.record_id, item["answers"])
    errors, doubts = form.check(item["answers"], today=datetime.now(UTC).date())
    if errors:
        show(errors, "Salah / wrong")
        return 1
    show(doubts, "Periksa / check")
    row = outbox.add(newest.campaign, {**item, "captured_at": now()})
    drop_draft(outbox, options.record_id)
    good(f"Revisi {row.revision} tersimpan di tablet. / Revision {row.revision} is in the outbox.")
    return 0


def photo(options: argparse.Namespace) -> int:
    outbox = _opened(options)
    content = _bytes_of(options.file)
    kind = mimetypes.guess_type(options.file.name)[0] or ""
    if kind not in ("image/jpeg", "image/png", "image/webp"):
        raise Told("Foto harus JPEG, PNG, atau WebP. / A photo is JPEG, PNG or WebP.")
    outbox.add_photo(options.record_id, hashlib.sha256(content).hexdigest(), options.purpose, kind, content)
    good("Foto tersimpan di tablet. / The photo is in the outbox.")
    return 0


def sync(options: argparse.Namespace) -> int:
    bar = _Bar()

    async def sync(tablet: Tablet) -> tuple[SyncReport, set[str]]:
        report = await tablet.sync()
        return report, {row.record_id for row in tablet.outbox.rows(State.RETURNED)}

    report, returned = _run(options, sync, policy=Policy(attempts=options.attempts), tell=bar.tell)
    bar.end()
    news = [
        # A tablet that starts over hears again of what it has corrected since.
        change
        for change in report.changes
        if change["kind"] == "review" and change["decision"] == "returned" and change["record_id"] in returned
    ]
    if options.json:
        items = [{"record_id": each["record_id"], "reason": each["reason"]} for each in news]
        shown = {"sent": report.sent, "outcomes": dict(report.outcomes), "device_state": report.device_state}
        sys.stdout.write(json.dumps({**shown, "returned": items}) + "\n")
        return 0
    for outcome, count in sorted(report.outcomes.items()):
        say(f"  {outcome:<10} {count:>6}")
    for change in news:
        say(f"↩ Dikembalikan / returned: {change['record_id']} — {change['reason']}", colour="33")
    if report.device_state == "revoked":
        say("⚠ Tablet ini sudah dicabut; hubungi koordinator. / This tablet was revoked.", colour="31")
    good(f"Selesai: {report.sent} isian terkirim. / {report.sent} sent.")
    return 0


def outbox(options: argparse.Namespace) -> int:
    outbox = _opened(options)
    rows = outbox.rows()
    if options.json:
        shown = [
            {"record_id": row.record_id, "revision": row.revision, "state": row.state, "outcome": row.outcome}
            for row in rows
        ]
        sys.stdout.write(json.dumps({"records": shown, "photos": len(outbox.photos())}) + "\n")
        return 0
    for state, count in sorted(Counter(row.state for row in rows).items()):
        indonesian, english = _STATES[state]
        say(f"{count:>6}  {indonesian} / {english}")
    for row in rows:
        if row.state in (State.TO_FIX, State.RETURNED, State.KEPT):
            say(f"\n{row.record_id} (revisi {row.revision}): {_STATES[row.state][0]}", colour="33")
            _show_why(row)
    if not rows:
        say("Kotak keluar kosong. / The outbox is empty.")
    return 0


def conformance(options: argparse.Namespace) -> int:
    password = _password()

    def tell(each: Scenario, faults: list[str]) -> None:
        if not options.json:
            say(f"{'✗' if faults else '✓'} {each.name} ({', '.join(each.rules)})", colour="31" if faults else "32")
            for fault in faults:
                say(f"    {fault}", colour="31")

    with tempfile.TemporaryDirectory(prefix="kumkm-conformance-") as folder:
        driver = CommandDriver(options.client or own_command(), options.username, password, Path(folder))
        try:
            report = examine(driver, options.server, only=options.only, tell=tell)
        except CannotTest as exc:
            raise Told(str(exc)) from exc
    if options.json:
        told = {"rules": report.rules, "broken": report.broken, "not_judged": report.not_judged}
        sys.stdout.write(json.dumps({**told, "scenarios": report.scenarios}) + "\n")
    else:
        _show_report(report)
    return 1 if report.broken or report.failed else 0


def _show_report(report: Report) -> None:
    """The rules that were broken, with their texts, and those that could not be judged."""
    for number, fault in sorted(report.rules.items()):
        if fault:
            say(f"\n✗ {number} {RULES[number].text_id} / {RULES[number].text_en}\n    {fault}", colour="31")
    for number, reason in sorted(report.not_judged.items()):
        say(f"- {number} tidak dinilai / not judged: {reason}", colour="33")
    of = len(report.rules)
    if report.broken:
        say(f"\n{report.broken} dari {of} aturan dilanggar. / {report.broken} of {of} rules broken.", colour="31")
    else:
        good(f"Semua {of} aturan dipatuhi. / All {of} rules were kept.")


class _NoSignal(httpx.AsyncBaseTransport):
    """Commands at the door need no network, and use none."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no signal", request=request)


def _at_the_door(options: argparse.Namespace) -> Tablet:
    """A tablet that needs no network."""
    return _tablet(_opened(options), httpx.AsyncClient(transport=_NoSignal()))


def _address(text: str) -> str:
    with contextlib.suppress(httpx.InvalidURL, ValueError):
        url = httpx.URL(text)
        if url.scheme in ("http", "https") and _HOST.fullmatch(url.host):
            return text.rstrip("/")
    raise Told("Alamat server ditulis seperti https://kumkm.example.go.id. / Write the server's address like this.")


def _form(tablet: Tablet, questionnaire: str, campaign: str) -> Form:
    try:
        return tablet.form(questionnaire, campaign)
    except KeyError:
        if tablet.outbox.get("reference") is None:  # the enrolment was broken off
            raise Told(_NOT_ENROLLED) from None
        raise Told(f"Tidak ada kuesioner {questionnaire}. / There is no such questionnaire.") from None


def _opened(options: argparse.Namespace) -> Outbox:
    if not (options.home / "outbox.db").exists():
        raise Told(_NOT_ENROLLED)
    outbox = Outbox(options.home / "outbox.db")
    options.closing.callback(outbox.close)
    return outbox


def _tablet(outbox: Outbox, http: httpx.AsyncClient, **how: Any) -> Tablet:
    return Tablet(http, outbox, **how)


def _run(options: argparse.Namespace, work: Callable[[Tablet], Coroutine[Any, Any, Any]], **how: Any) -> Any:
    outbox = _opened(options)

    async def run() -> Any:
        async with httpx.AsyncClient(base_url=outbox.get("server"), timeout=_TIMEOUT) as http:
            return await work(_tablet(outbox, http, clock=_clock, **how))

    return asyncio.run(run())


def _running_campaign(outbox: Outbox) -> str:
    """The campaign that runs today by the server's calendar; of several, the one that began last."""
    shaken = outbox.get("handshake")
    if shaken is None:
        raise Told(_NOT_ENROLLED)
    today = shaken["server_time"][:10]
    mine = [each for each in shaken["campaigns"] if each["assignments"]]
    running = [each for each in mine if each["starts_on"] <= today <= each["ends_on"]]
    if not running and len(mine) != 1:
        codes = ", ".join(each["code"] for each in mine) or "tidak ada / none"
        raise Told(f"Pilih pendataan dengan --campaign: {codes}")
    return str(max(running or mine, key=lambda each: each["starts_on"])["code"])


def _clock() -> datetime:
    """The tablet's clock: the machine's, put forward where the conformance kit asks for it."""
    ahead = timedelta(days=float(os.environ.get("KUMKM_TABLET_CLOCK_DAYS", "0")))
    return datetime.now(UTC).astimezone() + ahead


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except ValueError as exc:  # a name that no file can have
        raise Told("Nama berkas tidak sah. / No file can have this name.") from exc


def _json_of(file: Path) -> Any:
    try:
        return json.loads(sys.stdin.read() if str(file) == "-" else _bytes_of(file))
    except ValueError as exc:  # no UTF-8, or no JSON
        raise Told(f"{file} bukan JSON. / This is no JSON.") from exc


def _show_why(row: Row) -> None:
    told = json.loads(row.told or "null") or {}
    if told.get("reason"):
        say(f"  Alasan / reason: {told['reason']}")
    for each in told.get("errors", ()):
        say(f"  {each.get('pointer', '')} {each['code']} {each.get('detail', '')}")


class _Bar:
    """A progress bar on a terminal; on anything else, nothing."""

    _WIDTH = 30

    def tell(self, what: str, done: int, of: int) -> None:
        if sys.stderr.isatty() and of:
            full = self._WIDTH * done // of
            bar = "█" * full + "░" * (self._WIDTH - full)
            sys.stderr.write(f"\r{'Mengirim' if what == 'send' else 'Foto':<9}{bar} {done}/{of} ")
            sys.stderr.flush()

    def end(self) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
