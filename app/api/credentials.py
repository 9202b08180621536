"""What a request shows to prove who asks: an access token, or a read-only key. Pure."""

import base64
import binascii
from typing import NamedTuple

from app.accounts.api_keys import PREFIX


class Shown(NamedTuple):
    """One of both, or neither."""

    token: str | None = None
    key: str | None = None


def shown_in(header: str | None) -> Shown:
    """What an `Authorization` header shows: `Bearer` with a token or a key, or `Basic` with a key as the password, or
    as the name where there is no password. Any other name and password prove nothing here.
    """
    scheme, _, said = (header or "").partition(" ")
    said = said.strip()
    match scheme.lower():
        case "bearer":
            return Shown(key=said) if said.startswith(PREFIX) else Shown(token=said)
        case "basic":
            name, password = _name_and_password(said)
            key = password or name
            return Shown(key=key) if key.startswith(PREFIX) else Shown()
    return Shown()


def _name_and_password(coded: str) -> tuple[str, str]:
    try:
        name, _, password = base64.b64decode(coded, validate=True).decode("latin-1").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, password
