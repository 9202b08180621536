"""What `DATABASE_URL` may say: one machine or several, `postgresql://user@a:5432,b:5433/kumkm` or
`postgresql:///kumkm?host=a,b&port=5432,5433`.

No sentence about a fault has a part of the address, which may contain a password. Pure but for PGPORT.
"""

import os
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

NO_ADDRESS = "this is no address of PostgreSQL; it is written postgresql://user:password@host/database"
_NO_HOSTS = (
    "one of the machines is not written as a name, host:port or [IPv6]:port; several stand between commas, as in"
    " postgresql://user:password@a:5432,b:5433/database, and in a password @ / : ? # are written %40 %2F %3A %3F %23"
)
_TWICE = "host and port are each said once: before the database, or as host=a,b&port=5432,5433"
_PORTS = "there are as many ports as machines, or one for all of them, each from 1 to 65535"
_READERS = "target_session_attrs is read-write or primary: the server writes"
_WRITERS = "target_session_attrs is standby or read-only: nothing is written there"

_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<path>/[^:,]+)|(?P<name>[^\[\]:,@/\s]+))(?::(?P<port>\d+))?")
_OF_WRITERS = ("read-write", "primary")
_OF_READERS = ("standby", "read-only")
SEVERAL = 2


class Place(NamedTuple):
    """A machine, or a folder with a socket, and a port."""

    host: str
    port: int


def fault_of(url: str, *, reads: bool = False) -> str | None:
    """What is wrong with an address of a database that is written to, or with `reads` only read, in a sentence without
    any part of it."""
    try:
        places = places_of(url)
    except ValueError as exc:
        return str(exc)
    asked = asked_of(url)
    fine = asked in (None, *(_OF_READERS if reads else _OF_WRITERS)) or (asked == "any" and len(places) < SEVERAL)
    return None if fine else _WRITERS if reads else _READERS


def places_of(url: str) -> tuple[Place, ...]:
    """The machines that an address names, in its order; none where it leaves them to the environment.

    Raises:
        ValueError: it is no address, with a sentence that has no part of it.
    """
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise ValueError(NO_ADDRESS) from None
    if parts.scheme not in ("postgresql", "postgres") or "://" not in url or parts.fragment:
        raise ValueError(NO_ADDRESS)
    before = parts.netloc.rpartition("@")[2]
    if any(len(query.get(name, ())) > 1 for name in ("host", "port", "target_session_attrs")):
        raise ValueError(_TWICE)
    if before and "host" in query:
        raise ValueError(_TWICE)
    named = before or query.get("host", [""])[0]
    if not named:
        return ()
    # A socket's folder has its slashes encoded where it stands before the database.
    hosts = [_HOST.fullmatch(unquote(each)) for each in named.split(",")]
    if parts.netloc.count("@") > 1 or not all(hosts):
        raise ValueError(_NO_HOSTS)
    found = [each for each in hosts if each]
    ports = _ports(query.get("port", [""])[0], len(found))
    if any(ports) and any(each["port"] for each in found):
        raise ValueError(_TWICE)
    return tuple(
        Place(each["six"] or each["path"] or each["name"], _port(each["port"]) or port or _usual_port())
        for each, port in zip(found, ports, strict=True)
    )


def _ports(value: str, machines: int) -> Sequence[int | None]:
    ports = [_port(each) for each in value.split(",")] if value else [None]
    if len(ports) not in (1, machines):
        raise ValueError(_PORTS)
    return ports * machines if len(ports) == 1 else ports


def _port(value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 2**16):
        raise ValueError(_PORTS)
    return int(value)


def _usual_port() -> int:
    value = os.environ.get("PGPORT", "")
    return int(value) if value.isascii() and value.isdigit() else 5432


def asked_of(url: str) -> str | None:
    """The `target_session_attrs` of an address."""
    return parse_qs(urlsplit(url).query).get("target_session_attrs", [None])[0]


def with_login(url: str, name: str, password: str | None) -> str:
    """The same database for another login."""
    parts = urlsplit(url)
    login = quote(name, safe="") + ("" if password is None else ":" + quote(password, safe=""))
    return _with_netloc(url, f"{login}@{parts.netloc.rpartition('@')[2]}")


def without_password(url: str) -> tuple[str, str | None]:
    """The address for a program whose arguments others can see, and the password that is to be given another way."""
    parts = urlsplit(url)
    login, at, machines = parts.netloc.rpartition("@")
    name, _, password = login.partition(":")
    return _with_netloc(url, f"{name}{at}{machines}"), unquote(password) or None


def _with_netloc(url: str, netloc: str) -> str:
    scheme, _, rest = url.partition("://")  # not `geturl`, which leaves out slashes before an empty one
    return f"{scheme}://{netloc}{rest.removeprefix(urlsplit(url).netloc)}"
