"""Webhooks as the Standard Webhooks specification says (standardwebhooks.com, version 1)."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from typing import Any

from kumkm_client.errors import WrongSignature

_PREFIX = "whsec_"
_TOLERANCE_S = 300
_SHORTEST = 24  # bytes: by the specification, a secret has 24 to 64
_STAMP = re.compile("[0-9]{1,15}")  # seconds; more of them are no moment that anybody lives to see


class Delivery(dict[str, Any]):
    """What a delivery says, with its id.

    Attributes:
        id: Its `webhook-id`, which was signed: the same when it comes again.
    """

    def __init__(self, id_: str, said: Mapping[str, Any]) -> None:
        super().__init__(said)
        self.id = id_


class Webhook:
    """The secret of a webhook, which verifies what comes in.

    Args:
        secrets: Each as the server showed it (`whsec_…`). While a secret is changed, both hold.

    Raises:
        ValueError: No secret is given, or one is empty, cut, or not base64: what anybody could sign would pass.
    """

    def __init__(self, *secrets: str) -> None:
        if not secrets:
            raise ValueError("a secret is needed")
        self._keys = [_key(each) for each in secrets]

    def verified(self, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> Delivery:
        """What a delivery says, after its signature and its age were checked. `headers` in any case.

        A delivery may come twice, with the same `id`: keep the ids of those that you have worked on.

        Raises:
            WrongSignature: It was not signed with one of these secrets, or more than five minutes from now, or it is
                no delivery at all, whatever it is.
        """
        # Not what the types say: servers hand over what came.
        told = {
            name.lower(): value for name, value in headers.items() if isinstance(name, str) and isinstance(value, str)
        }
        id_, stamp = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
        now = time.time() if now is None else now
        if not id_ or _STAMP.fullmatch(stamp) is None or abs(now - int(stamp)) > _TOLERANCE_S:
            raise WrongSignature("not signed just now")
        signed = f"{id_}.{stamp}.".encode(errors="surrogatepass") + body
        good = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in self._keys]
        sent = [each[3:] for each in told.get("webhook-signature", "").split() if each[:3] == "v1,"]
        if not any(hmac.compare_digest(each.encode(errors="surrogatepass"), own) for each in sent for own in good):
            raise WrongSignature("not signed with this secret")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError) as exc:
            raise WrongSignature("signed, but not JSON") from exc
        if not isinstance(said, dict) or not isinstance(said.get("type"), str):
            raise WrongSignature("signed, but no delivery")
        return Delivery(id_, said)


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError as exc:
        raise ValueError("a secret is base64, after `whsec_`") from exc
    if len(key) < _SHORTEST:
        raise ValueError("a secret is empty or cut: it has at least 24 bytes, as base64 after `whsec_`")
    return key
