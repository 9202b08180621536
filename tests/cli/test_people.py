"""The first admin, and a census staffed from the shell."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner, Result
from world import World

from app.cli import app as cli
from app.core.settings import new_key

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
def kumkm(dsn: str) -> Callable[..., Awaitable[Result]]:
    async def run(*arguments: object, code: int = 0) -> Result:
        result = await asyncio.to_thread(
            CliRunner().invoke, cli, [str(a) for a in arguments], env={"DATABASE_URL": dsn}
        )
        assert result.exit_code == code, (result.output, result.exception)
        return result

    return run


async def test_from_an_empty_database_to_somebody_who_signs_in(
    kumkm: Callable[..., Awaitable[Result]], client: httpx.AsyncClient, pg: asyncpg.Connection
) -> None:
    await kumkm(
        "campaign",
        "put",
        "pl-kumkm-2022",
        "--name",
        "PL-KUMKM 2022",
        "--starts-on",
        "2022-04-01",
        "--ends-on",
        "2022-10-31",
        "--accepts-until",
        "2022-11-30",
    )
    made = await kumkm("account", "create", "pusat", "--name", "Admin Pusat", "--role", "admin")
    told = {"username": "pusat", "activation_code": made.stdout.strip(), "new_password": "empat sawah di tepi ogan"}
    assert (await client.post("/v1/auth/password", json=told)).status_code == 204
    form = {"grant_type": "password", "username": "pusat", "password": told["new_password"]}
    grant = (await client.post("/v1/auth/token", data=form)).json()
    headers = {"Authorization": f"Bearer {grant['access_token']}"}
    assert [row["code"] for row in (await client.get("/v1/campaigns", headers=headers)).json()["items"]] == [
        "pl-kumkm-2022"
    ]
    reset = await kumkm("account", "reset", "pusat")
    assert reset.stdout.strip() != made.stdout.strip()
    assert (await client.post("/v1/auth/token", data=form)).status_code == 400
    await kumkm("account", "deactivate", "pusat")
    assert "closed" in (await kumkm("account", "list")).output


async def test_a_file_is_tried_then_entered(
    kumkm: Callable[..., Awaitable[Result]], world: World, tmp_path: Path, pg: asyncpg.Connection
) -> None:
    file = tmp_path / "akun.csv"
    file.write_text("username;name;role;region_code\nbudi;Budi;coordinator;16.01\nsari;Sari;enumerator;99\n")
    result = await kumkm("import", "accounts", file, "--dry-run", code=1)
    assert "region_unknown" in result.output
    file.write_text("username;name;role;region_code\nbudi;Budi;coordinator;16.01\n")
    assert "1 would be new" in (await kumkm("import", "accounts", file, "--dry-run")).output
    assert await pg.fetchval("SELECT count(*) FROM account WHERE username = 'budi'") == 0
    entered = await kumkm("import", "accounts", file)
    assert "1 new" in entered.output
    assert entered.stdout.startswith("username,activation_code\nbudi,"), "what can be handed on is on standard output"
    assert await pg.fetchval("SELECT count(*) FROM account WHERE username = 'budi'") == 1
    await kumkm("import", "accounts", tmp_path / "nothing.csv", code=2)
    other = tmp_path / "akun.ods"
    other.write_text("")
    assert "must end in" in (await kumkm("import", "accounts", other, code=2)).output


async def test_what_cannot_be_made_is_told_in_words(kumkm: Callable[..., Awaitable[Result]], world: World) -> None:
    for arguments in (
        ("account", "create", "admin", "--name", "X", "--role", "admin"),
        ("account", "create", "new.one", "--name", "X", "--role", "officer"),
        ("account", "create", "new.one", "--name", "X", "--role", "officer", "--region", "99"),
        ("account", "reset", "nobody"),
    ):
        result = await kumkm(*arguments, code=1)
        assert type(result.exception).__name__ == "SettingsError", arguments
        assert str(result.exception)
    await kumkm(
        "campaign",
        "put",
        "x",
        "--name",
        "X",
        "--starts-on",
        "soon",
        "--ends-on",
        "2022-10-31",
        "--accepts-until",
        "2022-11-30",
        code=2,
    )


async def test_once_events_are_signed_a_command_without_the_key_does_nothing(
    pg: asyncpg.Connection, dsn: str, world: World
) -> None:
    await pg.execute(
        "INSERT INTO audit_event (id, occurred_at, action, subject_type, subject_id, detail)"
        " VALUES (gen_random_uuid(), now(), 'trail.signed_from', 'trail', 'all', '{}')"
    )
    arguments = ["account", "create", "baru", "--name", "Baru", "--role", "admin"]
    environment = {"DATABASE_URL": dsn, "KUMKM_DIGEST_KEY": "", "KUMKM_TRAIL_KEY": ""}
    refused = await asyncio.to_thread(CliRunner().invoke, cli, arguments, env=environment)
    assert "KUMKM_DIGEST_KEY is missing" in str(refused.exception)
    assert await pg.fetchval("SELECT count(*) FROM account WHERE username = 'baru'") == 0
    signed = environment | {"KUMKM_TRAIL_KEY": new_key()}
    assert (await asyncio.to_thread(CliRunner().invoke, cli, arguments, env=signed)).exit_code == 0
    assert await pg.fetchval("SELECT mac IS NOT NULL FROM audit_event WHERE action = 'account.created'")


async def test_keys_are_listed_and_ended_from_the_shell(
    kumkm: Callable[..., Awaitable[Result]], client: httpx.AsyncClient, world: World
) -> None:
    body = {"name": "Power BI", "scopes": ["progress:read"]}
    made = (await client.post("/v1/keys", json=body, headers=world.auth("officer"))).json()
    listed = await kumkm("api-key", "list", "--json")
    assert [row["id"] for row in json.loads(listed.stdout)["items"]] == [made["id"]]
    assert made["key"] not in listed.output
    await kumkm("api-key", "revoke", made["id"])
    answer = await client.get("/v1/me", headers={"Authorization": f"Bearer {made['key']}"})
    assert answer.json()["code"] == "key_ended"
    assert json.loads((await kumkm("api-key", "list", "--json")).stdout)["items"] == []
    await kumkm("api-key", "revoke", "01833a5e-8a40-7000-8000-000000000001", code=1)
