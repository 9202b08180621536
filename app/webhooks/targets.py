"""Where deliveries may go: never to an inside address, unless the operator named its network. Pure.

The rules hold twice: for the URL when it is entered, and for the address that its name has at the moment of each
attempt, to which the connection is then made. So a name that means another machine a moment later leads nowhere else.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from app.core.problems import Text

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

LONGEST_URL = 2_000

_HTTPS, _HTTP = 443, 80
_FIRST_FREE_PORT = 1024
# Ports of other protocols (WHATWG Fetch, "port blocking"), as far as they are not below 1024.
_OTHERS_PORTS = frozenset(
    (1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080)
)
_INSIDE_NAMES = ("localhost", "local", "internal", "localdomain", "home.arpa", "lan", "intranet")
_NAT64 = IPv6Network("64:ff9b::/96")
_NOT_OUTSIDE: Sequence[Network] = (
    *map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    ),
    *map(
        IPv6Network,
        ("::/96", "::ffff:0:0:0/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7"),
    ),
    *map(IPv6Network, ("64:ff9b:1::/48", "fe80::/10", "fec0::/10", "ff00::/8")),
)


class Target(NamedTuple):
    """Where a URL leads: name or address, port, and whether by TLS."""

    host: str
    port: int
    secure: bool


class UnfitURL(ValueError):
    """A URL to which nothing is delivered; with a stable code."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


def _unfit(code: str, indonesian: str, english: str) -> UnfitURL:
    return UnfitURL(code, Text(indonesian, english))


NOT_A_URL = _unfit(
    "url_unreadable",
    "Tulis URL lengkap dengan huruf ASCII, misalnya https://contoh.go.id/kumkm; nama dengan huruf lain ditulis xn--….",
    "Write a whole URL in ASCII, such as https://example.go.id/kumkm; a name in other letters is written xn--….",
)
TOO_LONG = _unfit("url_too_long", "URL paling panjang 2.000 huruf.", "A URL has at most 2,000 letters.")
NOT_SECURE = _unfit(
    "url_not_https",
    "URL harus https; http hanya untuk jaringan yang diizinkan pengelola server.",
    "The URL must be https; http is only for networks that the server's operator allowed.",
)
WITH_CREDENTIALS = _unfit(
    "url_with_credentials",
    "URL tidak boleh memuat nama pengguna atau kata sandi; pengirim dibuktikan dengan tanda tangan.",
    "The URL must not have a user name or password; the signature proves who sends.",
)
WITH_FRAGMENT = _unfit("url_with_fragment", "URL tidak boleh memuat `#`.", "The URL must not have a `#`.")
PORT_REFUSED = _unfit(
    "url_port_refused",
    "Porta ini milik protokol lain; pakai 443 atau porta mulai 1024.",
    "This port belongs to another protocol; use 443, or one from 1024 on.",
)
INSIDE = _unfit(
    "url_inside",
    "Alamat ini ada di dalam jaringan; hanya alamat umum, atau jaringan yang diizinkan pengelola server.",
    "This address is inside a network; only public addresses, or networks that the server's operator allowed.",
)


def target_of(url: str, allowed: Sequence[Network] = ()) -> Target:
    """Where a URL leads, as far as the URL itself says it.

    Raises:
        UnfitURL: nothing is delivered there.
    """
    if len(url) > LONGEST_URL:
        raise TOO_LONG
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in ' \\<>"^`{|}'):
        raise NOT_A_URL
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as exc:
        raise NOT_A_URL from exc
    if parts.scheme not in ("https", "http") or not host or "%" in parts.netloc:
        raise NOT_A_URL
    if "@" in parts.netloc:
        raise WITH_CREDENTIALS
    if "#" in url:
        raise WITH_FRAGMENT
    secure = parts.scheme == "https"
    if not secure and not allowed:
        raise NOT_SECURE
    port = (_HTTPS if secure else _HTTP) if port is None else port
    if port in _OTHERS_PORTS or (port < _FIRST_FREE_PORT and port not in (_HTTPS, _HTTP)):
        raise PORT_REFUSED
    _refuse_host(host, secure, allowed)
    return Target(host, port, secure)


def _refuse_host(host: str, secure: bool, allowed: Sequence[Network]) -> None:  # noqa: FBT001  (of a target)
    address = _literal(host)
    if address is not None:
        refuse_inside([address], secure=secure, allowed=allowed)
        return
    labels = host.removesuffix(".").split(".")
    if not all(0 < len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum() for label in labels):  # noqa: PLR2004  (RFC 1035)
        raise NOT_A_URL
    if labels[-1].isdigit() or labels[-1].startswith("0x"):  # an address in another notation, such as 127.1
        raise NOT_A_URL
    name = host.removesuffix(".")
    inside = len(labels) == 1 or any(name.endswith(f".{each}") for each in _INSIDE_NAMES)
    if inside and not allowed:
        raise INSIDE


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def refuse_inside(addresses: Iterable[Address], *, secure: bool, allowed: Sequence[Network]) -> None:
    """Let only addresses pass to which may be sent: each of them public, or in an allowed network. Plain http only goes
    to allowed networks.

    Raises:
        UnfitURL: one of them is not.
    """
    for address in addresses:
        named = _is_in(address, allowed)
        if not named and is_inside(address):
            raise INSIDE
        if not named and not secure:
            raise NOT_SECURE


def is_inside(address: Address) -> bool:
    """Whether an address is not one of the public internet; those of IPv4 in clothes of IPv6 included."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return True
        worn = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            return True
        if address in _NAT64:
            worn = IPv4Address(int(address) & 0xFFFF_FFFF)
        if worn is not None:
            return is_inside(worn)
    return _is_in(address, _NOT_OUTSIDE) or not address.is_global


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address.version == network.version and address in network for network in networks)
