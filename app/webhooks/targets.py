"""Where deliveries may go: never to an inside address, unless the operator named its network. Pure.

The rules hold twice: for the URL when it is entered, and for the address that its name has at the moment of each
attempt, to which the connection is then made. So a name that means another machine a moment later leads nowhere else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import AnyUrl

from app.core.problems import Text

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

LONGEST_URL = 2_000

_ENCODED = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HTTPS, _HTTP = 443, 80
_FIRST_FREE_PORT = 1024
# Ports from 1024 on that belong to other protocols: those that browsers refuse (WHATWG Fetch, "port blocking"), and by
# the IANA registry of ports or their makers' documentation those of services that are found inside networks.
_OTHERS_PORTS: Mapping[str, Sequence[int]] = {
    "refused by browsers": (
        *(1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566),
        *(6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    ),
    "Microsoft SQL Server": (1433, 1434),
    "Oracle": (1521, 1522, 1526, 1630, 1830, 2483, 2484),
    "MySQL, MariaDB": (3306, 33060, 33061, 33062),
    "PostgreSQL, PgBouncer, Redshift": (5432, 5433, 5434, 5439, 6432),
    "Db2, Derby, Informix, SAP, Sybase": (1527, 9088, 9089, 30013, 30015, 50000, 2638),
    "Firebird, Teradata, Vertica": (3050, 1025, 5450),
    "MongoDB": (27017, 27018, 27019, 27020, 28017),
    "CouchDB, Couchbase": (5984, 6984, *range(8091, 8098), *range(18091, 18098), 11207, 11209, 11210),
    "Cassandra, ScyllaDB": (7000, 7001, 7199, 9042, 9142, 9160, 9180),
    "Neo4j, ArangoDB, RethinkDB, InfluxDB": (7473, 7474, 7687, 8529, 28015, 29015, 8086),
    "Elasticsearch, OpenSearch, Solr": (9200, 9300, 9600, 8983),
    "ClickHouse, CockroachDB": (8123, 9009, 9004, 9005, 26257),
    "Redis, Valkey, with cluster and Sentinel": (6379, 6380, 6381, 16379, 16380, 26379),
    "memcached": (11211, 11212, 11213, 11214, 11215),
    "RabbitMQ, AMQP, EPMD": (4369, 5671, 5672, 15671, 15672, 25672, 61613, 61614),
    "ActiveMQ, Artemis": (8161, 61616, 61617, 61618),
    "Kafka, ZooKeeper": (2181, 2182, 2281, 2888, 3888, 9092, 9093, 9094, 9095),
    "MQTT, NATS, NSQ, Pulsar, Beanstalk, IBM MQ": (
        *(1883, 8883, 4222, 5222, 6222, 8222, 4150, 4151, 4160, 4161, 6650, 6651, 11300, 1414),
    ),
    "LDAP of Active Directory, RADIUS, Diameter": (3268, 3269, 1645, 1646, 1812, 1813, 3868),
    "etcd, Consul, Vault, Nomad": (
        *(2379, 2380, 8200, 8201, 8600),
        *(*range(8300, 8303), *range(8500, 8504), *range(4646, 4649)),
    ),
    "Docker, Kubernetes": (2375, 2376, 2377, 4243, 7946, 6443, 10248, 10249, 10250, 10255, 10256, 10257, 10259),
    "remote control: RDP, VNC, X, WinRM, ADB": (
        *(3389, 5555, 5985, 5986),
        *(*range(5800, 5810), *range(5900, 5911), *range(6001, 6064)),
    ),
    "files and code: iSCSI, Ceph, GlusterFS, NFS, Git, Subversion, HDFS": (
        *(3260, 3300, 6789, 24007, 24008, 20048, 9418, 3690, 50010, 50070),
    ),
    "proxies: SOCKS, Squid, Tor": (1080, 3128, 9050, 9051, 9150),
    "Java: RMI, JMX, AJP, debugging": (1098, 1099, 1199, 8009, 5005),
    "telephones: SIP, XMPP, STUN, RTSP": (5223, 5269, 5280, 3478, 3479, 5349, 5350, 1935, 8554),
    "discovery: SSDP, mDNS, LLMNR, WS-Discovery": (1900, 5353, 5355, 3702),
    "monitoring: Zabbix, NRPE, Munin, statsd, Graphite": (10050, 10051, 5666, 4949, 8125, 2003, 2004),
    "printers": (9100, 9101, 9102),
    "machines: OPC UA, DNP3, EtherNet/IP, BACnet, Fox": (4840, 20000, 44818, 47808, 1911),
    "tunnels: OpenVPN, WireGuard, L2TP": (1194, 1701, 51820),
    "Spark, Hive": (7077, 9083),
}
_REFUSED_PORTS = frozenset(port for ports in _OTHERS_PORTS.values() for port in ports)
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
    if port in _REFUSED_PORTS or (port < _FIRST_FREE_PORT and port not in (_HTTPS, _HTTP)):
        raise PORT_REFUSED
    _refuse_host(host, secure, allowed)
    return Target(host, port, secure)


def normal_form(url: str) -> str:
    """How URLs are compared (RFC 3986, sections 6.2.2 and 6.2.3): two ways to write the same one have one form. Without
    the case of scheme and host, the port that the scheme has anyway, the encoding of signs that need none, `.` and `..`
    in the path, and with `/` for an empty path. For comparing alone: what is called is the URL as it was given.

    `url` is one that `target_of` took, or took once.
    """
    return str(AnyUrl(_decoded(url)))  # which leaves encoded signs as they are


def _decoded(text: str) -> str:
    def sign(found: re.Match[str]) -> str:
        said = chr(int(found[1], 16))
        return said if said in _UNRESERVED else found[0].upper()

    return _ENCODED.sub(sign, text)


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
