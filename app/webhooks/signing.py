"""Signatures after the Standard Webhooks specification (standardwebhooks.com), version 1, symmetric. Pure."""

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"
_PURPOSE = b"kumkm webhook secret, version 1"


def secret_of(server_key: bytes, webhook_id: UUID, salt: bytes) -> bytes:
    """The 32 bytes with which a subscription's deliveries are signed; another salt, another secret."""
    # Another purpose, another key (HKDF-Expand of one block, RFC 5869).
    return hmac.digest(server_key, _PURPOSE + webhook_id.bytes + salt + b"\x01", "sha256")


def told_secret(secret: bytes) -> str:
    """A secret as its receiver knows it."""
    return PREFIX + base64.b64encode(secret).decode()


def signed_headers(message_id: str, moment: datetime, body: bytes, secrets: Sequence[bytes]) -> dict[str, str]:
    """The headers of one attempt: signed with each secret, so that a receiver may know the new or the former one."""
    timestamp = str(int(moment.timestamp()))
    content = b"%s.%s.%s" % (message_id.encode(), timestamp.encode(), body)
    signatures = [f"v1,{base64.b64encode(hmac.digest(each, content, 'sha256')).decode()}" for each in secrets]
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}
