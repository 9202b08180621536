"""Signatures are those of the Standard Webhooks specification, as its own library verifies them."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.webhooks.signing import secret_of, signed_headers, told_secret
from kumkm_client.errors import WrongSignature
from kumkm_client.webhooks import Webhook as ClientsWebhook

KEY, ID = bytes(range(32)), uuid.UUID(int=7)
BODY = json.dumps({"type": "ping", "nama": "Warung Bu Sari"}).encode()


def test_the_specifications_library_and_our_own_client_verify_what_is_signed() -> None:
    secret = secret_of(KEY, ID, b"salt")
    headers = signed_headers("msg_1", datetime.now(UTC), BODY, [secret])
    assert Webhook(told_secret(secret)).verify(BODY, headers)["type"] == "ping"
    assert ClientsWebhook(told_secret(secret)).verified(headers, BODY)["type"] == "ping"


def test_while_a_secret_changes_both_verify_and_no_other() -> None:
    new, former, other = (secret_of(KEY, ID, salt) for salt in (b"new", b"former", b"other"))
    headers = signed_headers("msg_1", datetime.now(UTC), BODY, [new, former])
    for known in (new, former):
        Webhook(told_secret(known)).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(told_secret(other)).verify(BODY, headers)
    with pytest.raises(WrongSignature):
        ClientsWebhook(told_secret(other)).verified(headers, BODY)


@pytest.mark.parametrize("changed", ["body", "webhook-id", "webhook-timestamp", "old"])
def test_what_was_changed_or_is_old_does_not_verify(changed: str) -> None:
    secret = secret_of(KEY, ID, b"salt")
    moment = datetime.now(UTC) - timedelta(minutes=10 if changed == "old" else 0)
    headers = signed_headers("msg_1", moment, BODY, [secret])
    if changed in headers:
        headers[changed] += "1"
    with pytest.raises(WebhookVerificationError):
        Webhook(told_secret(secret)).verify(BODY + b" " if changed == "body" else BODY, headers)


def test_a_secret_is_of_one_subscription_one_salt_and_one_server() -> None:
    ids, salts = (ID, uuid.UUID(int=8)), (b"a", b"b")
    assert len({secret_of(key, id_, salt) for key in (KEY, KEY[::-1]) for id_ in ids for salt in salts}) == 8
