"""The same from the shell: a file that only its owner may read, its answers, and how many are confirmed."""

import asyncio
import csv
import json
from pathlib import Path

from typer.testing import CliRunner, Result
from verification_files import Office, answer_file
from world import nik

from app.cli import app as cli
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True


async def test_an_operator_asks_and_enters_answers(
    office: Office, settings: Settings, dsn: str, tmp_path: Path
) -> None:
    number = nik()
    _, business = await office.enter(nik=number)
    environment = {"DATABASE_URL": dsn, **settings.key_variables()}

    async def run(*arguments: object) -> Result:
        done = await asyncio.to_thread(CliRunner().invoke, cli, [str(a) for a in arguments], env=environment)
        assert done.exit_code == 0, (done.output, done.exception)
        return done

    file, back = tmp_path / "nik.csv", tmp_path / "jawaban.csv"
    made = await run("verification", "request", "nik", "dukcapil", file, "--reason", "Perjanjian 12/2022", "--json")
    request = json.loads(made.stdout)
    assert request["asked"] == 1
    assert file.stat().st_mode & 0o777 == 0o600
    (line,) = csv.DictReader(file.read_text().splitlines())
    assert line["nik"] == number
    back.write_bytes(answer_file({line["referensi"]: "SESUAI"}))
    for dry, state in (("--dry-run", "unverified"), ("--json", "match")):
        said = await run("verification", "answers", request["id"], back, dry)
        assert number not in said.output
        assert await office.state(business) == state
    rows = json.loads((await run("verification", "summary", "--region", "16.01", "--json")).stdout)["items"]
    assert (rows[0]["kind"], rows[0]["match"], rows[0]["unverified"]) == ("nik", 1, 0)
    assert "match" in (await run("verification", "summary")).output
