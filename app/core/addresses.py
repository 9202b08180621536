"""Addresses of other servers as an operator or another server names them. Pure."""

from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Addresses of the machine itself, where nobody can listen on the way."""


def is_safe(address: str) -> bool:
    """Whether what is sent there is read by that server alone: https, or http on the machine itself; a whole address
    without a user, blanks or a fragment."""
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or "#" in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
