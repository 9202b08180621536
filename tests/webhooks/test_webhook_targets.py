"""Nothing is sent to an inside address, in whatever clothes it comes, unless the operator named its network."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.targets import Target, UnfitURL, is_inside, normal_form, refuse_inside, target_of

INSIDE = [
    *("127.0.0.1", "127.255.0.3", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "64:ff9b:1::1"),
    "::ffff:0:127.0.0.1",
]
OUTSIDE = ["8.8.8.8", "202.43.162.1", "2404:6800:4003::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_known_in_every_form(address: str) -> None:
    assert is_inside(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_not_inside(address: str) -> None:
    assert not is_inside(ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://contoh.go.id/", "url_not_https"),
        ("https://user:pass@contoh.go.id/", "url_with_credentials"),
        ("https://@contoh.go.id/", "url_with_credentials"),
        ("https://contoh.go.id/#x", "url_with_fragment"),
        ("https://contoh.go.id/#", "url_with_fragment"),
        ("https://contoh.go.id/" + "a" * 10_000, "url_too_long"),
        ("https://contoh.go.id:22/", "url_port_refused"),
        ("https://contoh.go.id:25/", "url_port_refused"),
        ("https://contoh.go.id:6000/", "url_port_refused"),
        ("https://contoh.go.id:0/", "url_port_refused"),
        ("https://contoh.go.id:65536/", "url_unreadable"),
        ("https://contoh.go.id:x/", "url_unreadable"),
        ("https://\u0441\u043entoh.go.id/", "url_unreadable"),  # Cyrillic letters that look the same
        ("https://contoh\u3002go.id/", "url_unreadable"),
        ("https://contoh.go.id\\@inside/", "url_unreadable"),
        ("https://contoh.go.id/a b", "url_unreadable"),
        ("https://contoh.go.id/\r\nHost: x", "url_unreadable"),
        ("https://contoh..go.id/", "url_unreadable"),
        ("https://%31%32%37.0.0.1/", "url_unreadable"),
        ("https://[::1/", "url_unreadable"),
        ("https://2130706433/", "url_unreadable"),
        ("https://127.1/", "url_unreadable"),
        ("https://0x7f000001/", "url_unreadable"),
        ("https://0177.0.0.1/", "url_unreadable"),
        ("https:///x", "url_unreadable"),
        ("ftp://contoh.go.id/", "url_unreadable"),
        ("file:///etc/passwd", "url_unreadable"),
        ("", "url_unreadable"),
        ("https://localhost/", "url_inside"),
        ("https://localhost./", "url_inside"),
        ("https://a.localhost/", "url_inside"),
        ("https://server/", "url_inside"),
        ("https://metadata.google.internal/", "url_inside"),
        ("https://127.0.0.1/", "url_inside"),
        ("https://[::1]/", "url_inside"),
        ("https://[::ffff:169.254.169.254]/", "url_inside"),
        ("https://[fe80::1%25eth0]/", "url_unreadable"),
    ],
)
def test_a_url_is_refused_with_its_reason(url: str, code: str) -> None:
    with pytest.raises(UnfitURL) as refused:
        target_of(url)
    assert refused.value.code == code


OTHER_PROTOCOLS = {
    "databases": [1433, 1521, 3306, 33060, 5432, 6432, 27017, 5984, 9042, 9200, 9300, 7687, 3050, 26257, 50000, 28015],
    "queues": [5671, 5672, 15672, 9092, 2181, 61613, 61616, 1883, 8883, 4222, 4369, 11300, 1414],
    "caches": [6379, 6380, 16379, 26379, 11211],
    "directories": [3268, 3269, 1812, 2379, 8500, 8200],
    "machines": [2375, 2376, 6443, 10250, 3389, 5900, 5985, 6001, 6063, 9100, 47808],
    "others": [2049, 3260, 1080, 3128, 1099, 8009, 5060, 5222, 1900, 5353, 10051, 9418],
}


@pytest.mark.parametrize("port", [port for ports in OTHER_PROTOCOLS.values() for port in ports])
def test_a_port_of_another_protocol_is_refused_by_https_and_http(port: int) -> None:
    office = [ip_network("10.20.0.0/16")]
    for url, allowed in [
        (f"https://contoh.go.id:{port}/", ()),
        (f"https://10.20.0.7:{port}/", office),
        (f"http://10.20.0.7:{port}/", office),
        (f"http://kantor.go.id:{port}/", office),
    ]:
        with pytest.raises(UnfitURL) as refused:
            target_of(url, allowed)
        assert refused.value.code == "url_port_refused"


@pytest.mark.parametrize("port", [80, 443, 3000, 5000, 7443, 8000, 8080, 8081, 8443, 8888, 9000, 9443, 10443, 44300])
def test_ports_on_which_web_servers_listen_are_taken(port: int) -> None:
    assert target_of(f"https://contoh.go.id:{port}/").port == port


def test_a_sound_url_leads_to_its_host() -> None:
    assert target_of("https://contoh.go.id/kumkm?kunci=1") == Target("contoh.go.id", 443, secure=True)
    assert target_of("https://Contoh.go.id:8443") == Target("contoh.go.id", 8443, secure=True)
    assert target_of("https://xn--pple-43d.com/").host == "xn--pple-43d.com"
    assert target_of("https://8.8.8.8/").host == "8.8.8.8"


def test_a_named_network_may_be_reached_and_by_http_too() -> None:
    office = [ip_network("10.20.0.0/16"), ip_network("fd00:20::/48")]
    assert target_of("http://10.20.1.1/", office) == Target("10.20.1.1", 80, secure=False)
    assert target_of("http://[fd00:20::1]:8080/", office).port == 8080
    assert target_of("http://dinas.lan/", office).host == "dinas.lan"
    for url in ("https://10.21.1.1/", "https://[::ffff:10.21.0.1]/", "http://8.8.8.8/"):
        with pytest.raises(UnfitURL):
            target_of(url, office)
    refuse_inside([ip_address("::ffff:10.20.0.1")], secure=False, allowed=office)


def test_a_name_with_one_inside_address_among_others_is_refused() -> None:
    mixed = [ip_address("8.8.8.8"), ip_address("127.0.0.1")]
    with pytest.raises(UnfitURL):
        refuse_inside(mixed, secure=True, allowed=())
    refuse_inside(mixed[:1], secure=True, allowed=())
    with pytest.raises(UnfitURL):
        refuse_inside(mixed[:1], secure=False, allowed=())


HOSTLIKE = st.from_regex(r"https://[a-z0-9.\-]{1,12}\.[a-z]{2,6}(:[0-9]{0,5})?[/?][\x20-\x7e]{0,30}", fullmatch=True)


@given(st.text(max_size=60) | st.from_regex(r"https?://[\x00-\x7f]{0,40}", fullmatch=True) | HOSTLIKE)
def test_any_text_is_a_target_or_refused(text: str) -> None:
    try:
        found = target_of(text)
    except UnfitURL:
        return
    assert found.secure
    assert found.host
    form = normal_form(text)
    assert normal_form(form) == form


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://A.go.id", "https://a.go.id/"),
        ("HTTPS://a.go.id:443/", "https://a.go.id/"),
        ("https://a.go.id:/", "https://a.go.id/"),
        ("https://a.go.id:80/", "https://a.go.id:80/"),
        ("http://a.go.id:80/", "http://a.go.id/"),
        ("https://a.go.id:08443/", "https://a.go.id:8443/"),
        ("https://a.go.id/%61%2f%7e", "https://a.go.id/a%2F~"),
        ("https://a.go.id/A", "https://a.go.id/A"),
        ("https://a.go.id/a/", "https://a.go.id/a/"),
        ("https://a.go.id/a/%2E/../../b/..", "https://a.go.id/"),
        ("https://a.go.id/a/.", "https://a.go.id/a/"),
        ("https://a.go.id//a", "https://a.go.id//a"),
        ("https://a.go.id/%zz%4", "https://a.go.id/%zz%4"),
        ("https://a.go.id?", "https://a.go.id/?"),
        ("https://a.go.id?a=%41&b=%c3%A4/../", "https://a.go.id/?a=A&b=%C3%A4/../"),
        ("https://[2A00:0::1]:443/", "https://[2a00::1]/"),
    ],
)
def test_two_ways_to_write_a_url_have_one_form(url: str, form: str) -> None:
    assert normal_form(url) == form
    assert normal_form(form) == form
