"""Webhooks as the Standard Webhooks specification says (standardwebhooks.com, version 1)."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from kumkm_client.errors import WrongSignature

_PREFIX = "whsec_"
_TOLERANCE_S = 300


class Webhook:
    """The secret of a webhook, which verifies what comes in.

    Args:
        secrets: Each as the server showed it (`whsec_…`). While a secret is changed, both hold.
    """

    def __init__(self, *secrets: str) -> None:
        if not secrets:
            raise ValueError("a secret is needed")
        self._keys = [_key(each) for each in secrets]

    def verified(self, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> Any:
        """What a delivery says, after its signature and its age were checked. `headers` in any case.

        A delivery may come twice, with the same `webhook-id`: keep the ids of those that you have worked on.

        Raises:
            WrongSignature: It was not signed with one of these secrets, or more than five minutes from now.
        """
        told = {name.lower(): value for name, value in headers.items()}
        id_, stamp = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
        now = time.time() if now is None else now
        if not id_ or not stamp.isascii() or not stamp.isdigit() or abs(now - int(stamp)) > _TOLERANCE_S:
            raise WrongSignature("not signed just now")
        signed = f"{id_}.{stamp}.".encode() + body
        good = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in self._keys]
        sent = [each.removeprefix("v1,") for each in told.get("webhook-signature", "").split() if each[:3] == "v1,"]
        if not any(hmac.compare_digest(one.encode(), other.encode()) for one in sent for other in good):
            raise WrongSignature("not signed with this secret")
        return json.loads(body)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as exc:
        raise ValueError("a secret is base64, after `whsec_`") from exc
