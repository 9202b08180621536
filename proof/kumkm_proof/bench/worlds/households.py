"""A world of households: villages of several peoples, families in one house with one phone, their shops, and
enumerators of whom each has habits of his own.

A village has one people mostly (Java, Minangkabau, Batak, Bugis, Bali, Palembang), whose names are made as theirs are.
A house has one to four grown-ups, a point, an address, and one phone for all or several. Some of them have a business,
few have two. Every house is visited; one in nine is visited again by another enumerator, from the next area or by
mistake, and what he writes is his: abbreviated names, nicknames, a point from the road, NIK left out or with a slip,
sometimes the wrong village. Twins live here, too: one birth date, serials that follow each other.
"""

import itertools
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.labelled import Labelled

_NAMES: dict[str, tuple[str, str, str]] = {  # men, women, what stands behind
    "jawa": (
        "Sutrisno Slamet Sugeng Paijo Wagiman Mulyono Sukardi Suwarno Tukiman Ponijan Sarjono Supriyadi Teguh Widodo Kasno",
        "Sulastri Ngatinem Sumiyati Wagiyem Parti Lestari Sri Endah Suharti Tumini Purwanti Rumini Ngatmi Kasiyem Warsini",
        "- - - - Santoso Prasetyo Wibowo Rahayu Utomo Nugroho Hartono Wahyuni",
    ),
    "minang": (
        "Syafrizal Zulkifli Afrizal Erizal Yulizar Syamsuar Nasrul Dasril Mawardi Bustami Chairul Jamaris Amrizal",
        "Yusnidar Erlinda Gusmawati Rosmaini Zulfa Nurlela Elfi Desmawati Syofia Asmarni Ermawati Yenita",
        "- - - Koto Chaniago Piliang Tanjung Sikumbang Guci Jambak",
    ),
    "batak": (
        "Parlindungan Binsar Tumpal Maruli Jonggi Saut Poltak Hotman Togar Mangasi Ramses Pardamean",
        "Rotua Tiurma Lamria Sondang Tiodor Rusmina Dameria Nurmala Masdalena Romauli",
        "Siregar Nainggolan Sitompul Hutabarat Sinaga Lubis Harahap Pasaribu Manurung Silalahi Simbolon",
    ),
    "bugis": (
        "Baso La Tenri Ambo Daeng Muh. Arsyad Abd. Rahman Sudirman Haeruddin Mappa Syarifuddin Kamaruddin Jufri Tahir",
        "Besse I Tenri Nurbaya Hasnah Sitti Aminah Hj. Rosdiana Jumriah Salmiah Hartati Fatmawati",
        "- - Dg. Tompo Patta Nai Mattalatta",
    ),
    "bali": (
        "I Wayan I Made I Nyoman I Ketut I Gede I Putu",
        "Ni Wayan Ni Made Ni Nyoman Ni Ketut Ni Luh Ni Putu",
        "Suarta Artawan Sudana Wirawan Astawa Suardika Sukerti Suryani Widiani Mudita Adnyana Budiasa Merta Yasa",
    ),
    "palembang": (
        "Nangcik Cek Din Kgs. Anwar Masagus Ali M. Nuh Ki Agus Umar Abu Bakar Mat Cik Romli Burlian Marzuki Syukri",
        "Nyimas Aisyah Nyayu Zaleha Rogaya Cik Ning Masayu Fatimah Robi'ah Maimunah Zubaidah Hamidah",
        "- - - - bin Abdullah Azwar Effendi",
    ),
}
_SHOPS = (
    ("47111", "Toko", "jual sembako", "beras dan gula"),
    ("47112", "Warung", "warung kelontong", "kebutuhan harian"),
    ("56102", "Warung Makan", "rumah makan", "nasi dan lauk"),
    ("10710", "Kue", "membuat kue", "kue basah"),
    ("10792", "Keripik", "industri keripik", "keripik pisang"),
    ("14120", "Penjahit", "menjahit pakaian", "baju"),
    ("45407", "Bengkel", "bengkel sepeda motor", "servis motor"),
    ("96111", "Pangkas Rambut", "pangkas rambut", "cukur"),
    ("31001", "Mebel", "industri mebel kayu", "lemari dan kursi"),
    ("47241", "Kios Beras", "perdagangan beras", "beras"),
    ("01463", "Ternak", "peternakan ayam", "ayam kampung"),
    ("61994", "Konter", "penjualan pulsa", "pulsa"),
    ("49424", "Ojek", "angkutan ojek", "jasa antar"),
    ("13122", "Tenun", "tenun songket", "kain songket"),
)
_ABBREVIATED = (
    ("Muhammad", "M."),
    ("Abd.", "Abdul"),
    ("Muh.", "Muhammad"),
    ("Syaf", "Saf"),
    ("Zul", "Jul"),
    ("Sri ", ""),
)
_OLD = (("Su", "Soe"), ("j", "dj"), ("c", "tj"), ("u", "oe"), ("y", "j"))
_DEGREE = 1 / 111_000


class _Enumerator(NamedTuple):
    """How often he does what."""

    leaves_nik: float
    leaves_phone: float
    slips: float
    off_m: float
    short: float
    titles: float


class _House(NamedTuple):
    village: str
    place: tuple[float, float]
    lane: str
    number: int
    phones: tuple[str, ...]
    people: str


def world(seed: int, size: int) -> list[Labelled]:
    """About `size` rows."""
    rng = Random(f"households {seed}")
    ids, labels, owners = itertools.count(1), itertools.count(1), itertools.count(1)
    rows: list[Labelled] = []
    for number in itertools.count():
        village = f"{rng.choice((13, 16, 73, 51))}.{rng.randint(1, 1 + size // 20_000):02}.{1 + number // 12 % 30:02}.{2001 + number % 12}"
        people = rng.choice(tuple(_NAMES))
        lanes = [f"{rng.choice(('Jl.', 'Gg.', 'Dusun'))} {rng.choice(_LANES)}" for _ in range(5)]
        centre = (rng.uniform(-6, 1), rng.uniform(98, 120))
        team = [_enumerator(rng) for _ in range(4)]
        for at in range(rng.randint(60, 160)):
            if len(rows) >= size:
                return rows
            folk = people if rng.random() < 0.8 else rng.choice(tuple(_NAMES))
            spot = tuple(middle + rng.gauss(0, 450) * _DEGREE for middle in centre)
            phones = tuple(_phone(rng) for _ in range(rng.choice((1, 1, 2, 3))))
            house = _House(village, (spot[0], spot[1]), rng.choice(lanes), at, phones, folk)
            for business, owner, truth in _businesses(rng, house, labels, owners):
                rows.append(
                    Labelled(_written(rng, next(ids), house, truth, rng.choice(team), first=True), business, owner)
                )
                if rng.random() < 0.11:
                    again = _written(rng, next(ids), house, truth, rng.choice(team), first=False)
                    rows.append(Labelled(again, business, owner))
    raise AssertionError


_LANES = "Merdeka Melati Mawar Pahlawan Sudirman Kartini Masjid Pasar Sekolah Kenanga Veteran Balai Flamboyan Durian Beringin".split()


def _enumerator(rng: Random) -> _Enumerator:
    return _Enumerator(
        rng.betavariate(2, 4),
        rng.betavariate(1, 5),
        rng.betavariate(1, 4),
        rng.choice((4, 8, 15, 40)),
        rng.betavariate(1, 4),
        rng.betavariate(1, 5),
    )


def _phone(rng: Random) -> str:
    return f"08{rng.choice((12, 13, 21, 22, 52, 53, 78))}{rng.randint(1_000_000, 99_999_999)}"


def _person(rng: Random, people: str, sex: str) -> str:
    men, women, behind = (each.split() for each in _NAMES[people])
    if people == "bali":
        return f"{rng.choice(_BALI_M if sex == 'male' else _BALI_F)} {rng.choice(behind)}"
    first = rng.choice(men if sex == "male" else women)
    more = rng.choice(behind)
    second = f" {rng.choice(men if sex == 'male' else women)}" if rng.random() < 0.25 else ""
    return f"{first}{second}" + ("" if more == "-" else f" {more}")


_BALI_M = ("I Wayan", "I Made", "I Nyoman", "I Ketut", "I Gede", "I Putu")
_BALI_F = ("Ni Wayan", "Ni Made", "Ni Nyoman", "Ni Ketut", "Ni Luh", "Ni Putu")


def _businesses(rng: Random, house: _House, labels: Any, owners: Any) -> list[tuple[int, int, dict[str, Any]]]:
    found = []
    twin: str | None = None
    trade: tuple[str, str, str, str] | None = None
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        if rng.random() < 0.45:
            continue
        owner, sex = next(owners), rng.choice(("male", "female"))
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(50, 99)
        nik = f"{house.village[:2]}{house.village[3:5]}{house.village[6:8]}{day + 40 * (sex == 'female'):02}{month:02}{year}{rng.randint(1, 60):04}"
        if twin and rng.random() < 0.1:
            nik = f"{twin[:12]}{int(twin[12:]) + 1:04}"
            sex = "female" if int(nik[6:8]) > 40 else "male"
        twin = nik
        name = _person(rng, house.people, sex)
        phone = rng.choice(house.phones)
        for _ in range(1 if rng.random() < 0.93 else 2):
            trade = trade if trade and rng.random() < 0.15 else rng.choice(_SHOPS)  # of the family, now and then
            kbli, sort, activity, product = trade
            called = rng.choice(
                (
                    name.split()[-1],
                    name.split()[0],
                    rng.choice(_LANES),
                    f"{'Bu' if sex == 'female' else 'Pak'} {name.split()[-1]}",
                )
            )
            truth = {
                "legal_name": f"{sort} {called}",
                "trade_name": rng.choice((None, None, f"{called} {rng.choice(('Jaya', 'Berkah', 'Maju', 'Baru'))}")),
                "kbli": kbli,
                "main_activity": activity,
                "main_product": product,
                "started_year": rng.randint(1990, 2022),
                "annual_sales_idr": int(rng.lognormvariate(18, 0.9)),
                "founding_capital_idr": int(rng.lognormvariate(16, 1)),
                "place_type": rng.choice(("home", "home", "stall", "permanent")),
                "workers": {
                    "unpaid_male": rng.randint(0, 1),
                    "unpaid_female": rng.randint(0, 2),
                    "paid_male": rng.choice((0, 0, 1, 3)),
                },
                "owner": {
                    "name": name,
                    "sex": sex,
                    "nik": nik,
                    "phone": phone,
                    "education": rng.choice(("primary", "junior", "senior")),
                },
                "nib": f"{rng.randint(10**11, 10**12):013}" if rng.random() < 0.2 else None,
            }
            found.append((next(labels), owner, truth))
    return found


def _written(
    rng: Random, number: int, house: _House, truth: dict[str, Any], who: _Enumerator, *, first: bool
) -> Features:
    owner, said = dict(truth["owner"]), dict(truth)
    owner["name"] = _name(rng, owner["name"], who)
    nik = owner["nik"]
    if rng.random() < who.leaves_nik:
        owner["nik"] = None
    elif not first:
        owner["nik"] = _slip_of_digits(rng, nik) if rng.random() < 0.6 else None
    if said["nib"] and not first:
        said["nib"] = None if rng.random() < 0.5 else _slip_of_digits(rng, said["nib"])
    if rng.random() < who.leaves_phone:
        owner["phone"] = None
    elif not first and rng.random() < 0.25:
        owner["phone"] = rng.choice((*house.phones, _phone(rng)))
    if not first:
        said["legal_name"] = _shop(rng, truth, who)
        if rng.random() < 0.2:
            said["trade_name"] = None
        said["started_year"] += rng.choice((0, 0, 0, 1, -1, 2))
        said["annual_sales_idr"] = int(said["annual_sales_idr"] * rng.lognormvariate(0, 0.4))
        if rng.random() < 0.18:
            near = [each for each in _SHOPS if each[0][:2] == said["kbli"][:2]]
            said["kbli"], _, said["main_activity"], said["main_product"] = rng.choice(near)
        if rng.random() < 0.3:
            said["main_product"] = said["main_activity"]
    place = house.place
    if not first:
        said["founding_capital_idr"] = int(said["founding_capital_idr"] * rng.lognormvariate(0, 0.7)) + 1
        if rng.random() < 0.5:
            said["workers"] = {"unpaid_male": rng.randint(0, 1), "unpaid_female": rng.randint(0, 2), "paid_male": 0}
        if rng.random() < 0.07:  # moved
            place = (place[0] + rng.gauss(0, 700) * _DEGREE, place[1] + rng.gauss(0, 700) * _DEGREE)
        if rng.random() < 0.08:  # wife or husband
            sex = "male" if owner["sex"] == "female" else "female"
            owner |= {"name": _person(rng, house.people, sex), "sex": sex, "nik": None}
        if rng.random() < 0.08:
            said["legal_name"] = (
                f"{said['legal_name'].split()[0]} {rng.choice(('Berkah', 'Rejeki', 'Kita', 'Bersama'))}"
            )
    village = house.village
    if not first and rng.random() < 0.07:
        village = f"{village[:9]}{2001 + rng.randrange(12)}"
    said["address"] = f"{house.lane} No. {house.number}" if rng.random() < 0.7 else house.lane
    said["rt"] = f"{1 + house.number // 30:03}"
    said["rw"] = rng.choice(("01", "1", "001")) if rng.random() < 0.6 else None
    said["owner"] = owner
    where = tuple(at + rng.gauss(0, who.off_m) * _DEGREE for at in place) if rng.random() < 0.93 else (None, None)
    return features_of(UUID(int=number), "umkm", village, said["kbli"], said, where[0], where[1])


def _name(rng: Random, name: str, who: _Enumerator) -> str:
    if rng.random() < who.short and len(name.split()) > 1:
        name = rng.choice((name.split()[0], " ".join(name.split()[:-1]), name.split()[-1]))
    if rng.random() < who.slips:
        name = _typo(rng, name)
    if rng.random() < 0.1:
        for one, other in rng.sample((*_ABBREVIATED, *_OLD), 3):
            name = name.replace(one, other, 1)
    return f"{rng.choice(('H.', 'Hj.', 'Bpk.', 'Ibu', 'Drs.'))} {name}" if rng.random() < who.titles else name


def _shop(rng: Random, truth: dict[str, Any], who: _Enumerator) -> str:
    name = str(truth["legal_name"])
    fate = rng.random()
    if fate < 0.1 and truth["trade_name"]:
        return str(truth["trade_name"])
    if fate < 0.25:
        name = f"{name.split()[0]} {truth['owner']['name'].split()[0]}"
    elif fate < 0.33:
        name = name.split()[-1]
    return _typo(rng, name) if rng.random() < who.slips else name


def _typo(rng: Random, text: str) -> str:
    at = rng.randrange(max(1, len(text) - 1))
    return rng.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + rng.choice("aeiournst") + text[at + 1 :],
        )
    )


def _slip_of_digits(rng: Random, digits: str) -> str:
    at = rng.randrange(len(digits) - 1)
    if rng.random() < 0.6:
        return digits[:at] + rng.choice("0123456789".replace(digits[at], "")) + digits[at + 1 :]
    if digits[at] == digits[at + 1]:
        return digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]
    return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
