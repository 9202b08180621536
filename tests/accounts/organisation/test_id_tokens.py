"""Answers of an organisation's provider: a token that is not exactly right signs nobody in."""

import base64
import json
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from browsers import TOKEN
from desk import STATE, Desk, code_of, refused
from joserfc import jws, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OctKey, RSAKey
from one_by_one import each
from openid import CLIENT_ID, EVERY, Json, OpenID, ec, rsa

from app.accounts import openid_provider as shell

EMBEDDED_IS_ENOUGH = True


def lied(**told: Any) -> Callable[[OpenID], None]:
    """Claims that are not as they were asked for; None leaves one out."""

    def lie(provider: OpenID) -> None:
        provider.lie = lambda claims: {k: v for k, v in {**claims, **told}.items() if v is not None}

    return lie


def timed(**seconds: int) -> Callable[[OpenID], None]:
    """Claims of times, in seconds from when the token is made: a quarter of an hour may pass before a case is run."""

    def lie(provider: OpenID) -> None:
        provider.lie = lambda claims: claims | {name: claims["iat"] + off for name, off in seconds.items()}

    return lie


def signed_by_a_stranger(provider: OpenID) -> None:
    stranger = rsa.__wrapped__("satu")
    provider.forge = lambda claims: jwt.encode({"alg": "RS256", "kid": "satu"}, claims, stranger)


def not_signed(provider: OpenID) -> None:
    def forge(claims: Json) -> str:
        head, body = (
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
            for part in ({"alg": "none", "kid": "satu"}, claims)
        )
        return f"{head}.{body}."

    provider.forge = forge


def signed_with_the_public_key(provider: OpenID) -> None:
    secret = OctKey.import_key(base64.urlsafe_b64encode(provider.key.as_bytes(private=False)).decode())
    provider.forge = lambda claims: jws.serialize_compact(
        {"alg": "HS256", "kid": "satu"}, json.dumps(claims), secret, EVERY
    )


def signed_with_a_key_of_its_own(provider: OpenID) -> None:
    stranger = rsa("lain")
    header = {"alg": "RS256", "jwk": stranger.as_dict(private=False)}
    provider.forge = lambda claims: jwt.encode(header, claims, stranger)


def short_key(provider: OpenID) -> None:
    with pytest.warns(SecurityWarning):
        provider.key = RSAKey.generate_key(1024, {"kid": "pendek"})


def key_for_encryption(provider: OpenID) -> None:
    provider.public = [RSAKey.import_key({**provider.key.as_dict(private=False), "use": "enc"})]


def changed_after_signing(provider: OpenID) -> None:
    def forge(claims: Json) -> str:
        head, _, signature = jwt.encode({"alg": "RS256", "kid": "satu"}, claims, provider.key).split(".")
        body = json.dumps({**claims, "preferred_username": "admin"}).encode()
        return f"{head}.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}.{signature}"

    provider.forge = forge


UNSOUND: dict[str, Callable[[OpenID], None]] = {
    "another nonce": lied(nonce="lain"),
    "no nonce": lied(nonce=None),
    "another audience": lied(aud="lain"),
    "an audience like ours": lied(aud=f"{CLIENT_ID}2"),
    "audiences without the party": lied(aud=[CLIENT_ID, "lain"]),
    "another party": lied(aud=[CLIENT_ID, "lain"], azp="lain"),
    "another party alone": lied(azp="lain"),
    "another audience, though for this party": lied(aud="lain", azp=CLIENT_ID),
    "no audience": lied(aud=None),
    "another issuer": lied(iss="https://evil.test"),
    "an issuer like it": lambda provider: lied(iss=f"{provider.address}/")(provider),
    "no issuer": lied(iss=None),
    "expired": timed(exp=-120, iat=-300),
    "no end": lied(exp=None),
    "an end that is no time": lied(exp=float("nan")),
    "no beginning": lied(iat=None),
    "made in the future": timed(iat=900, exp=1200),
    "made long ago": timed(iat=-3600),
    "not before later": timed(nbf=900),
    "no subject": lied(sub=None),
    "an empty subject": lied(sub=""),
    "a subject that is no text": lied(sub=7),
    "another access token": lied(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "a stranger's signature": signed_by_a_stranger,
    "no signature": not_signed,
    "the public key as a secret": signed_with_the_public_key,
    "a key that comes along": signed_with_a_key_of_its_own,
    "a short key": short_key,
    "a key that is for encryption": key_for_encryption,
    "changed after signing": changed_after_signing,
    "no token": lambda provider: provider.tokens.update(id_token="bukan.token"),
    "a token that is no text": lambda provider: provider.tokens.update(id_token=7),
    "no JSON": lambda provider: provider.answers.update({"/token": (200, b"<html>")}),
    "no object": lambda provider: provider.answers.update({"/token": (200, b"[]")}),
    "a redirect": lambda provider: provider.answers.update({"/token": (302, b"{}")}),
    "the client is not known": lambda provider: provider.answers.update(
        {"/token": (401, b'{"error":"invalid_client"}')}
    ),
    "too much": lambda provider: provider.answers.update({"/token": (200, b" " * 300_000 + b"{}")}),
    "keys that are none": lambda provider: provider.answers.update({"/keys": (200, b'{"keys":[{"kty":"RSA"},7]}')}),
}


@pytest.mark.proof
@each("what", UNSOUND)
async def test_what_is_not_exactly_right_in_the_providers_answer_signs_nobody_in(
    desk: Desk, provider: OpenID, pg: asyncpg.Connection, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    await pg.execute("DELETE FROM audit_event")
    await desk.configured()  # no keys from the case before
    desk.browser.client.cookies.clear()  # nor a session, if that one failed
    before = dict(vars(provider), tokens={}, answers={})
    UNSOUND[what](provider)
    answer = await desk.come()
    vars(provider).update(before)
    assert (answer.status_code, code_of(answer)) == (400, "organisation_answer_unsound"), answer.text
    assert TOKEN not in desk.browser.cookies
    assert STATE not in desk.browser.cookies
    assert await refused(pg) == [("sign_in", "organisation_answer_unsound")]


@pytest.mark.proof
@each("algorithm", ["RS256", "PS256", "RS512", "ES256"])
async def test_every_algorithm_with_a_key_of_the_provider_alone_will_do(
    desk: Desk, provider: OpenID, algorithm: str
) -> None:
    await desk.configured()
    provider.algorithm = algorithm
    provider.key = ec("lengkung") if algorithm == "ES256" else rsa(algorithm)
    provider.lie = lambda claims: {k: v for k, v in claims.items() if k != "at_hash"}
    assert (await desk.come()).status_code == 303


async def test_a_new_key_is_fetched_when_it_is_first_seen_but_not_again_and_again(
    desk: Desk, provider: OpenID, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await desk.come()).status_code == 303
    provider.key = rsa("dua")
    assert code_of(await desk.come()) == "organisation_answer_unsound", "keys were fetched a moment ago"
    monkeypatch.setattr(shell, "KEYS_AGAIN_S", 0)
    assert (await desk.come()).status_code == 303
    assert (await desk.come()).status_code == 303
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


async def test_a_key_without_a_name_will_do_only_where_it_is_the_only_one(desk: Desk, provider: OpenID) -> None:
    provider.header = {"kid": None}
    assert (await desk.come()).status_code == 303
    await desk.configured()
    provider.public = [provider.key, rsa("dua")]
    assert code_of(await desk.come()) == "organisation_answer_unsound"
