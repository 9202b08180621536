"""`kumkm-tablet` as an enumerator uses it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
from ageing import earlier
from field import CAMPAIGN, PASSWORD, Field, sent_item
from PIL import Image
from processes import environment_of, free_port, start_process
from test_tablet import decide
from world import World, nik

from app.core.settings import Settings
from kumkm_tablet import cli

EMBEDDED_IS_ENOUGH = True
RECORD = "01833a5e-8a40-7000-8000-000000000001"


@dataclass
class Command:
    """A tablet before a real server: runs a command, with answers to its questions, and gives what it says."""

    url: str
    run: Callable[..., Awaitable[tuple[int, str]]]

    async def __call__(self, *arguments: str, answers: Sequence[str] = ()) -> tuple[int, str]:
        return await self.run(*arguments, answers=answers)


@pytest.fixture
async def tablet(
    field: Field,
    settings: Settings,
    pg: asyncpg.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> AsyncIterator[Command]:
    process, base_url = await start_process(environment_of(settings), free_port())
    monkeypatch.setenv("KUMKM_TABLET_PASSWORD", PASSWORD)
    monkeypatch.setenv("KUMKM_TABLET_HOME", str(tmp_path / "home"))

    async def run(*arguments: str, answers: Sequence[str] = ()) -> tuple[int, str]:
        waiting = iter(answers)

        def ask(_: str) -> str:
            answer = next(waiting, None)
            if answer is None:
                raise EOFError
            return answer

        monkeypatch.setattr("builtins.input", ask)
        code = await asyncio.to_thread(cli.main, list(arguments))
        told = capsys.readouterr()
        return code, told.out + told.err

    yield Command(base_url, run)
    process.kill()
    process.wait()


async def test_an_evening_of_an_enumerator(
    tablet: Command, field: Field, tmp_path: Path, pg: asyncpg.Connection
) -> None:
    code, told = await tablet("enrol", tablet.url, "enumerator.1", "--name", "Tablet Sari")
    assert (code, "Tablet terdaftar" in told) == (0, True)
    assert "Kabupaten Ogan Komering Ulu (16.01)" in told

    number = nik()
    answers = ["kemalaraja", "Warung Bu Sari", "47112", "", "", number, ""]
    code, told = await tablet("record", answers=answers)
    assert (code, "Tersimpan di tablet" in told) == (0, True), told
    record_id = told.split("Tersimpan di tablet: ")[1].split()[0]

    Image.new("RGB", (64, 48), "green").save(tmp_path / "warung.jpg")
    assert (await tablet("photo", record_id, str(tmp_path / "warung.jpg")))[0] == 0

    code, told = await tablet("sync")
    assert (code, "accepted" in told, "1 isian terkirim" in told) == (0, True, True), told
    assert await pg.fetchval("SELECT count(*) FROM attachment WHERE completed_at IS NOT NULL") == 1

    await decide(field, record_id, "returned", reason="Nama usaha salah")
    assert "Dikembalikan" in (await tablet("sync"))[1]
    assert "Nama usaha salah" in (await tablet("outbox"))[1]
    code, told = await tablet("fix", record_id, "--set", "legal_name=Warung Sari Rasa")
    assert (code, "Revisi 2" in told) == (0, True), told
    assert "updated" in (await tablet("sync"))[1]
    assert await pg.fetchval("SELECT name FROM business") == "Warung Sari Rasa"

    code, told = await tablet("outbox", "--json")
    assert {(row["revision"], row["state"]) for row in json.loads(told)["records"]} == {
        (1, "superseded"),
        (2, "confirmed"),
    }

    await pg.execute("DELETE FROM batch")  # lost: the tablet starts over, and hears of the return once more
    code, told = await tablet("sync")
    assert (code, "Dikembalikan" in told) == (0, False), told


async def test_a_door_is_visited_without_a_signal_until_somebody_is_interviewed(
    tablet: Command, field: Field, pg: asyncpg.Connection
) -> None:
    await tablet("enrol", tablet.url, "enumerator.1")
    code, told = await tablet("visit", "absent", "--village", "16.01.14.1003", "--next", "2022-09-16")
    assert code == 0, told
    door = told.split("Kunjungan tersimpan di tablet: ")[1].split()[0]
    assert (await tablet("visit", "absent", "--next", "Jumat", "--record", door))[0] == 1
    assert "tidak ada di tablet ini" in (await tablet("visit", "absent", "--record", RECORD))[1]
    assert "tidak ada di tablet ini" in (await tablet("record", "--door", RECORD))[1]
    assert (await tablet("visit", "absent", "--record", door, "--note", "Datang sore"))[0] == 0
    assert "accepted" in (await tablet("sync"))[1]
    assert [tuple(row) for row in await pg.fetch("SELECT counted_as, visits FROM door")] == [("open_visits", 2)]
    answers = ["kemalaraja", "Warung Bu Sari", "47112", "", "", nik(), ""]
    code, told = await tablet("record", "--door", door, answers=answers)
    assert (code, door in told) == (0, True), told
    assert (await tablet("visit", "closed", "--record", door))[0] == 0
    await tablet("sync")
    assert await pg.fetchval("SELECT count(*) FROM door") == 0
    assert await pg.fetchval("SELECT counted_as FROM record") == "entered"
    await decide(field, door, "returned", reason="Nama usaha salah")
    assert "Dikembalikan" in (await tablet("sync"))[1]
    code, told = await tablet("fix", door, "--set", "legal_name=Warung Sari Rasa")
    assert (code, "Revisi 5" in told) == (0, True), told
    assert "updated" in (await tablet("sync"))[1]
    assert await pg.fetchval("SELECT name FROM business") == "Warung Sari Rasa"


async def test_items_from_a_file_are_checked_before_they_are_kept(tablet: Command, tmp_path: Path) -> None:
    await tablet("enrol", tablet.url, "enumerator.1")
    good, bad = sent_item(nik=nik()), sent_item(nik="1601145203850000", kbli="4711")
    (tmp_path / "items.json").write_text(json.dumps([good, bad]))
    code, told = await tablet("record", "--file", str(tmp_path / "items.json"))
    assert code == 1
    assert "/answers/owner/nik nik_serial_zero" in told
    assert "/answers/kbli kbli_not_five_digits" in told
    assert len(json.loads((await tablet("outbox", "--json"))[1])["records"]) == 1


async def test_the_doorstep_warning_is_said(tablet: Command, tmp_path: Path, pg: asyncpg.Connection) -> None:
    await tablet("enrol", tablet.url, "enumerator.1")
    item = sent_item(nik=nik())
    del item["captured_at"]  # now, by the tablet's clock
    (tmp_path / "item.json").write_text(json.dumps(item))
    await tablet("record", "--file", str(tmp_path / "item.json"))
    await tablet("sync")
    await pg.execute(f"UPDATE known_filter SET {earlier(timedelta(hours=1), 'made_at')}")
    await tablet("sync")
    assert "mungkin sudah tercatat" in (await tablet("record", "--file", str(tmp_path / "item.json")))[1]


async def test_faults_say_what_to_do(tablet: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "jalankan `kumkm-tablet enrol`" in (await tablet("sync"))[1]
    monkeypatch.setenv("KUMKM_TABLET_PASSWORD", "salah")
    code, told = await tablet("enrol", tablet.url, "enumerator.1")
    assert (code, "[invalid_grant]" in told) == (1, True)
    (tmp_path / "item.json").write_text(json.dumps(sent_item(nik=nik())))
    for options in ((), ("--campaign", CAMPAIGN)):
        code, told = await tablet("record", "--file", str(tmp_path / "item.json"), *options)
        assert (code, "jalankan `kumkm-tablet enrol`" in told) == (1, True), told
    monkeypatch.setenv("KUMKM_TABLET_PASSWORD", PASSWORD)
    await tablet("enrol", tablet.url, "enumerator.1")
    (tmp_path / "item.json").write_text(json.dumps({**sent_item(nik=nik()), "questionnaire": "umkm@9"}))
    assert "Tidak ada kuesioner umkm@9" in (await tablet("record", "--file", str(tmp_path / "item.json")))[1]
    assert "tidak ada di tablet ini" in (await tablet("fix", RECORD))[1]
    assert "tersimpan sebagai draf" in (await tablet("record", answers=["kemalaraja", "Warung"]))[1]
    code, told = await tablet("record", answers=["y", "", "4711", "", "", "", "", "47112"])
    assert (code, "kbli_not_five_digits" in told, "Tersimpan di tablet" in told) == (0, True, True), told


def test_where_nobody_can_type_a_password_it_is_asked_for_in_a_sentence(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "KUMKM_TABLET_PASSWORD"}
    command = [
        sys.executable,
        "-m",
        "kumkm_tablet",
        "--home",
        str(tmp_path),
        "enrol",
        "http://127.0.0.1:9",
        "enumerator.1",
    ]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == cli.FAILED
    assert "KUMKM_TABLET_PASSWORD" in done.stderr


async def test_a_door_of_the_listing_is_confirmed_without_a_signal(
    tablet: Command, field: Field, pg: asyncpg.Connection, world: World
) -> None:
    body = "campaign,region_code,name,owner,address\r\npl-kumkm-2022,16.01.14.1003,Warung Sari,Sari,Jl. Garuda 1\r\n"
    headers = {**world.auth("officer"), "Content-Type": "text/csv"}
    async with httpx.AsyncClient(base_url=tablet.url) as client:
        assert (await client.post("/v1/imports/listing", content=body, headers=headers)).json()["created"] == 1
    await tablet("enrol", tablet.url, "enumerator.1")
    code, told = await tablet("sync")
    assert code == 0, told
    code, told = await tablet("listing", "--json")
    (door,) = json.loads(told)["doors"]
    assert (door["name"], door["owner"], door["address"]) == ("Warung Sari", "Sari", "Jl. Garuda 1")
    assert "Warung Sari, Sari [open]" in (await tablet("listing"))[1]
    assert "tidak ada dalam daftar" in (await tablet("visit", "absent", "--entry", RECORD))[1]
    assert (await tablet("visit", "absent", "--entry", door["listing_id"]))[0] == 0
    # The name and the owner are confirmed by an empty line each.
    code, told = await tablet("record", "--entry", door["listing_id"], answers=["", "47112", "", "", nik(), ""])
    assert (code, "Tersimpan di tablet" in told) == (0, True), told
    code, told = await tablet("sync")
    assert code == 0, told
    row = await pg.fetchrow("SELECT state, (SELECT count(*) FROM record) AS records FROM listing_entry")
    assert tuple(row or ()) == ("entered", 1)
    assert "Tidak ada pintu" in (await tablet("listing"))[1]
    assert "[entered]" in (await tablet("listing", "--all"))[1]
