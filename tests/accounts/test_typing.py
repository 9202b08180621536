"""However a keyboard writes it: passwords are compared in one form, user names kept trimmed and in small letters."""

from typing import Any

import asyncpg
import httpx
import pytest
from one_by_one import each
from shapes import Json, the
from world import World, item, nik, outcomes

from app.accounts import passwords
from app.accounts.passwords import hash_password, verify_password, weakness_of
from app.accounts.schemas import AccountIn, as_kept

EMBEDDED_IS_ENOUGH = True
PASSWORD = "empat sawah di tepi ogan"
COMPOSED, DECOMPOSED = "kopi susu caf\u00e9 pagi", "kopi susu cafe\u0301 pagi"
WIDE_BLANK = "kopi\u3000susu\u00a0caf\u00e9\u2003pagi"


@each("typed", [COMPOSED, DECOMPOSED, WIDE_BLANK])
async def test_a_password_is_the_same_on_every_keyboard(typed: str) -> None:
    for kept in (COMPOSED, DECOMPOSED, WIDE_BLANK):
        assert await verify_password(hash_password(kept), typed)
    assert not await verify_password(hash_password(COMPOSED), typed.upper()), "capitals are others"


@each("kept", [COMPOSED, DECOMPOSED, WIDE_BLANK, "a\u0000b of before", "\u2126 and \ud7c7"])
async def test_a_hash_of_before_there_was_one_form_still_works(kept: str) -> None:
    old = passwords._HASHER.hash(kept)
    assert await verify_password(old, kept)
    assert not await verify_password(old, kept + "x")


async def test_what_was_kept_in_another_form_is_found_from_the_usual_keyboard() -> None:
    assert await verify_password(passwords._HASHER.hash(DECOMPOSED), COMPOSED)


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\n", "\x7f", "\x85", "\u200b", "\ufdd0", "\ue000", "\U000e0001"])
def test_a_control_sign_is_refused_when_a_password_is_set(sign: str) -> None:
    code, text = the(weakness_of(f"empat sawah{sign}di tepi ogan"))
    assert code == "password_not_typable"
    assert text.id
    assert text.en


async def test_a_nul_is_refused_by_the_api_and_the_code_stays_good(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection
) -> None:
    code, digest = passwords.new_activation_code()
    await pg.execute(
        "UPDATE account SET activation_digest = $1, activation_expires_at = now() + '1 day' WHERE username = 'officer'",
        digest,
    )
    told = {"username": " OFFICER\u200b ", "activation_code": code}
    for faulty in ("empat sawah\u0000di tepi ogan", "\ud800 sawah di tepi ogan"):
        body = f'{{"username": "officer", "activation_code": "{code}", "new_password": {_json(faulty)}}}'
        answer = await client.post("/v1/auth/password", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422), answer.text
    assert (await client.post("/v1/auth/password", json={**told, "new_password": PASSWORD})).status_code == 204
    for username in ("officer", " Officer", "OFFICER\t"):
        form = {"grant_type": "password", "username": username, "password": PASSWORD}
        assert (await client.post("/v1/auth/token", data=form)).status_code == 200, username


def _json(text: str) -> str:
    return '"' + "".join(f"\\u{ord(sign):04x}" if ord(sign) < 32 or ord(sign) > 126 else sign for sign in text) + '"'


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Enumerator.1", "enumerator.1"),
        ("  enumerator.1\n", "enumerator.1"),
        ("\ufeffenumerator.1\u200b", "enumerator.1"),
        ("\u00a0ENUMERATOR.1\u3000", "enumerator.1"),
        ("", ""),
    ],
)
def test_a_user_name_is_trimmed_and_in_small_letters(typed: str, kept: str) -> None:
    assert as_kept(typed) == kept


def test_an_account_is_made_under_the_name_as_it_is_kept() -> None:
    told = AccountIn(username=" Sari.Dewi ", name="Sari", role="enumerator", region_code="16.01")
    assert told.username == "sari.dewi"


async def test_a_user_name_is_found_however_it_was_typed_wherever_one_is_entered(
    client: httpx.AsyncClient, world: World
) -> None:
    await outcomes(client, world, "enumerator.1", item(nik=nik()))
    headers, name = world.auth("officer"), " Enumerator.1 "

    async def get(path: str, **params: Any) -> list[Json]:
        answer = await client.get(f"/v1/{path}", headers=headers, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    assert len(await get("accounts", username=name)) == 1
    assert len(await get("businesses", enumerator=name)) == 1
    assert await get("progress/dates", region="16.01", enumerator=name)
    assert len(await get("progress/enumerators", region="16.01", coordinator=" COORDINATOR.1")) == 3
    member = {
        "campaign": "pl-kumkm-2022",
        "region_code": "16.01",
        "team": "Tim 1",
        "enumerator": name,
        "starts_on": "2022-04-01",
        "quota": 500,
    }
    assert (await client.put("/v1/teams/members", headers=headers, json=member)).json()["unchanged"] == 1


@pytest.mark.parametrize("secret", ["Rahasia-123_xyz"])
async def test_a_system_is_found_however_its_name_was_typed(
    client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, secret: str
) -> None:
    await pg.execute("UPDATE account SET password_hash = $1 WHERE username = 'system'", hash_password(secret))
    form = {"grant_type": "client_credentials"}
    assert (await client.post("/v1/auth/token", data=form, auth=("System ", secret))).status_code == 200
