"""A world of provinces as far apart as Aceh and Papua, counted twice: the register of one campaign, and the next one two
years later by other people, of whom each village has its own kind.

Nothing is the same everywhere. Each village draws how its people are named (by the father, by a clan, by birth order,
by one word), what its campaign asked (no phone here, no year there), how well its enumerators hear and type, how far a
tablet is off, how many shops changed their sign, their phone, their goods, their place or who answers, and how many
doors were met again. So no figure is a good witness in all villages, and none a bad one.

To tell apart are: twins, houses where everybody uses one phone, halls where every stall has the point of the gate,
branches of a chain that share name, activity and products, brothers in the same trade, agents whose phone is on many
forms, and second businesses of one owner.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import features_of
from kumkm_proof.bench.worlds.labelled import Labelled, by_villages

_PEOPLES: dict[str, dict[str, str]] = {
    "aceh": {
        "men": "Teuku Iskandar|Muhammad Nasir|Tgk. Razali|Zulfikar|Marzuki|Bukhari|Saifuddin|Hasballah|Ridwan|Munir",
        "women": "Cut Nyak Ainon|Nurjannah|Cut Mutia|Safiah|Rohani|Mariana|Ti Aminah|Khadijah|Nuraini|Asmaul Husna",
        "behind": "|Abdullah|Ibrahim|Usman|Daud|bin Ali|M. Yusuf|Hanafiah",
    },
    "jawa": {
        "men": "Suparman|Sukarno|Ngadiman|Tukijo|Suyatno|Bejo|Paimin|Sugiyono|Rohmat|Agung|Eko|Dwi|Tri|Joko",
        "women": "Sumarni|Tumirah|Painem|Suwarti|Rubiyem|Siti Khotijah|Dwi Lestari|Eni|Sri Wahyuni|Yanti|Tukinah",
        "behind": "||||Purnomo|Handoko|Setyowati|Ningsih|Prabowo|Kusuma",
    },
    "bali": {
        "men": "I Wayan|I Made|I Nyoman|I Ketut|I Putu|I Komang|I Gusti Ngurah|Ida Bagus",
        "women": "Ni Wayan|Ni Made|Ni Nyoman|Ni Ketut|Ni Putu|Ni Komang|Ni Luh|I Gusti Ayu",
        "behind": "Sudarma|Wirata|Parwati|Ariani|Suwitra|Kariasa|Sumerta|Dharma|Lestari|Suparta|Yuliani|Darmayasa",
    },
    "papua": {
        "men": "Yohanis|Markus|Yulianus|Demianus|Obet|Yakob|Elias|Simson|Barnabas|Natanael",
        "women": "Mama Dorkas|Yosina|Welmince|Regina|Adolfina|Paskalina|Orpa|Martha|Debora|Naomi",
        "behind": "Wenda|Kogoya|Tabuni|Rumbiak|Mandacan|Yikwa|Kambuaya|Wanimbo|Rumaropen|Ayorbaba|Gebze",
    },
    "batak": {
        "men": "Jhonson|Hotmangapul|Lambok|Sahat|Monang|Robert|Sabar|Hasiholan|Edison|Tohap",
        "women": "Rosmawati|Tiomida|Lasma|Rumondang|Hotmaida|Derita|Marlina|Ester|Lince|Sartika",
        "behind": "Situmorang|Sihombing|Panjaitan|Simanjuntak|br. Sitorus|br. Tobing|Purba|Saragih|Nasution|Daulay",
    },
    "bugis": {
        "men": "Andi Baso|Daeng Rala|Muh. Ilyas|Ambo Tuo|Syamsuddin|Lauddin|Abdul Latif|Nurdin|Bahtiar|Rusli",
        "women": "Andi Tenri|Daeng Kanang|Hj. Halimah|Indo Tang|Marwah|Suriani|Nurhayati|Darmawati|Kasmawati",
        "behind": "||Dg. Ngalle|Mappanyukki|Tahir|Beddu|Palinrungi",
    },
}
_TRADES = [
    row.split("|")
    for row in """47112|warung kelontong|rokok, mi, sabun|Warung
47111|toko sembako|beras, minyak|Toko
47192|toko serba ada|alat rumah tangga|Toko
47221|jual ikan|ikan segar|Los
47511|jual kain|kain batik|Toko
47523|toko bangunan|semen, cat|UD
47911|jualan online|baju anak|Olshop
56101|rumah makan|nasi campur|RM
56103|warung kopi|kopi, gorengan|Warkop
56109|kedai bakso|bakso, mi ayam|Bakso
10710|produksi roti|roti, bolu|Roti
10779|abon dan dendeng|abon|Dapur
10734|gula merah|gula aren|Usaha
13912|rajutan noken|noken|Kerajinan
13123|tenun ikat|kain tenun|Tenun
15201|sandal kulit|sandal|Kulit
16291|anyaman rotan|keranjang|Anyaman
25120|las besi|pagar, teralis|Las
45407|bengkel motor|ganti oli|Bengkel
49424|ojek pangkalan|antar orang|Ojek
77305|sewa tenda|tenda, kursi|Sewa
95230|tambal ban|tambal ban|Tambal Ban
96112|salon|potong rambut|Salon
96200|cuci pakaian|laundry kiloan|Laundry
01411|ternak sapi|sapi bali|Ternak
01463|ternak ayam|ayam potong|Ternak
03111|nelayan|ikan laut|Nelayan
01122|kebun kopi|biji kopi|Kebun""".splitlines()
]
_FANCY = (
    "Barokah|Sejahtera|Tiga Putra|Abadi|Sumber Rejeki|Pelangi|Maju Jaya|Dua Saudara|Harapan|Nusantara|Lestari|"
    "Sinar|Cendrawasih|Horas|Meutuah|Sekar|Dewata|Bunda|Ananda|Family"
).split("|")
_CHAINS = (
    "Indomart|minuman",
    "Ayam Geprek Juara|ayam",
    "Es Teh Nusa|es teh",
    "Laundry Kilat|laundry",
    "Kopi Janji|kopi",
)
_BY_EAR = "dj|j j|dj oe|u u|oe sy|s y|i i|y f|p v|f kh|h z|j ck|k d|t b|p e|i o|u".split()
_ASKED = "phone birth year sales capital address rt activity product place workers nib education"


@dataclass(frozen=True)
class _Village:
    """What is so here: shares of answers and of mishaps."""

    code: str
    newer: str
    people: str
    middle: tuple[float, float]
    wide: float
    hall: bool
    again: float
    asked: dict[str, float]
    heard: float
    typed: float
    off: float
    unplaced: float
    misread: float
    moved: float
    renamed: float
    rephoned: float
    other_goods: float
    spouse: float
    coder: float
    family: float
    agent: str | None


@dataclass
class _Shop:
    label: int
    owner: int
    person: str
    sex: str
    born: str
    nik: str
    nib: str | None
    phone: str
    trade: list[str]
    sign: str
    year: int
    sales: float
    at: tuple[float, float]
    lane: str
    rt: int
    home: str


class _World:
    def __init__(self, seed: int) -> None:
        self.rng = Random(f"provinces {seed}")
        self.rows: list[Labelled] = []
        self.shops = self.owners = 0

    def village(self) -> None:
        rng = self.rng
        place, houses = self._drawn(), rng.randint(15, 160)
        chain = rng.choice(_CHAINS).split("|") if rng.random() < 0.25 else None
        while houses > 0:
            houses -= 1
            shop = self._opened(place)
            people = [shop]
            if rng.random() < place.family:
                people += [self._relative(shop, place) for _ in range(rng.choice((1, 1, 2)))]
            if chain and rng.random() < 0.15:
                people[0] = replace(shop, sign=chain[0], trade=["56109", chain[0].lower(), chain[1], ""], nib=None)
            for each in people:
                self._met(each, place)
                if rng.random() < 0.06:
                    self._met(self._second(each, place), place)

    def _drawn(self) -> _Village:
        rng = self.rng
        people, province = rng.choice(
            (("aceh", 11), ("jawa", 33), ("jawa", 35), ("bali", 51), ("papua", 94), ("batak", 12), ("bugis", 73))
        )
        code = f"{province}.{rng.randint(1, 20):02}.{rng.randint(1, 15):02}.{2001 + rng.randrange(12)}"
        asked = {name: rng.betavariate(0.7, 0.7) for name in _ASKED.split()} | {"nik": rng.betavariate(1.5, 1.5)}
        return _Village(
            code=code,
            newer=code if rng.random() < 0.88 else f"{code[:9]}{2013 + rng.randrange(5)}",
            people=people,
            middle=(rng.uniform(-9, 5), rng.uniform(95, 140)),
            wide=rng.choice((60, 250, 700, 1500)),
            hall=rng.random() < 0.12,
            again=rng.uniform(0.05, 0.3),
            asked=asked,
            heard=rng.betavariate(1, 3),
            typed=rng.betavariate(1, 4),
            off=rng.choice((4, 10, 25, 80)),
            unplaced=rng.choice((0, 0.05, 0.2, 0.7)),
            misread=rng.betavariate(1.5, 3),
            moved=rng.betavariate(1, 9),
            renamed=rng.betavariate(1, 4),
            rephoned=rng.betavariate(1.2, 2.5),
            other_goods=rng.betavariate(1, 4),
            spouse=rng.betavariate(1, 12),
            coder=rng.betavariate(1, 4),
            family=rng.betavariate(1, 8),
            agent=self._phone() if rng.random() < 0.2 else None,
        )

    def _phone(self) -> str:
        return f"08{self.rng.choice((11, 12, 13, 21, 52, 53, 82, 95))}{self.rng.randrange(10**7, 10**8)}"

    def _named(self, people: str, sex: str) -> str:
        rng, names = self.rng, _PEOPLES[people]
        first, behind = rng.choice(names["men" if sex == "male" else "women"].split("|")), names["behind"].split("|")
        more = [rng.choice(behind)] + ([rng.choice(behind)] if people == "bali" and rng.random() < 0.4 else [])
        return " ".join((first, *more)).strip()

    def _card(self, code: str, sex: str, born: str) -> str:
        year, month, day = born.split("-")
        sealed = int(day) + 40 * (sex == "female")
        return f"{code.replace('.', '')[:6]}{sealed:02}{month}{year[2:]}{self.rng.randint(1, 60):04}"

    def _spot(self, place: _Village) -> tuple[float, float]:
        if place.hall:
            return place.middle
        return self._off(place.middle, place.wide)

    def _off(self, at: tuple[float, float], metres: float) -> tuple[float, float]:
        return at[0] + self.rng.gauss(0, metres) / 111_000, at[1] + self.rng.gauss(0, metres) / 111_000

    def _opened(self, place: _Village) -> _Shop:
        rng = self.rng
        self.shops += 1
        self.owners += 1
        sex = rng.choice(("male", "female"))
        born = f"{int(rng.triangular(1950, 2003, 1979))}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        person = self._named(place.people, sex)
        return _Shop(
            label=self.shops,
            owner=self.owners,
            person=person,
            sex=sex,
            born=born,
            nik=self._card(place.code, sex, born),
            nib=f"{rng.choice((12, 91, 2))}{rng.randrange(10**10, 10**11)}" if rng.random() < 0.3 else None,
            phone=place.agent if place.agent and rng.random() < 0.3 else self._phone(),
            trade=rng.choices(_TRADES, [1 / (at + 2) for at in range(len(_TRADES))])[0],
            sign=self._sign(person),
            year=int(rng.triangular(1990, 2022, 2017)),
            sales=10 ** rng.gauss(7.5, 0.6),
            at=self._spot(place),
            lane=rng.choice(("Jl. Merdeka", "Gang Buntu", "Dusun Tengah", "Kampung Baru", "Banjar Kaja", "Jl. Pasar")),
            rt=rng.randint(1, 9),
            home=rng.choice(("home", "stall", "permanent")),
        )

    def _sign(self, person: str) -> str:
        rng, words = self.rng, person.split()
        own = rng.choice([word for word in words if len(word) > 2] or words)
        return rng.choice((own, own, f"Bu {own}", f"Pak {own}", rng.choice(_FANCY), f"{rng.choice(_FANCY)} {own}"))

    def _relative(self, shop: _Shop, place: _Village) -> _Shop:
        """A twin, a child or a brother: one house, one phone, often one trade."""
        rng, other = self.rng, self._opened(place)
        clan = shop.person.split()[-1]
        person = f"{other.person.split()[0]} {clan}" if len(shop.person.split()) > 1 else other.person
        other = replace(other, person=person, at=shop.at, lane=shop.lane, rt=shop.rt, home=shop.home)
        if rng.random() < 0.6:
            other.phone = shop.phone
        if rng.random() < 0.35:
            other.trade = shop.trade
        if rng.random() < 0.2:
            other.sign = shop.sign
        if rng.random() < 0.2:  # a twin
            other.born, other.sex = shop.born, shop.sex
            other.nik = f"{shop.nik[:12]}{int(shop.nik[12:]) % 9998 + 1:04}"
        return other

    def _second(self, shop: _Shop, place: _Village) -> _Shop:
        """Another business of the same owner."""
        rng, other = self.rng, self._opened(place)
        self.owners -= 1
        trade = rng.choice([each for each in _TRADES if each[0] != shop.trade[0]])
        return replace(
            shop,
            label=other.label,
            nib=other.nib,
            trade=trade,
            sign=other.sign if rng.random() < 0.5 else self._sign(shop.person) if rng.random() < 0.6 else shop.sign,
            year=other.year,
            sales=other.sales,
            at=shop.at if rng.random() < 0.6 else other.at,
            home=other.home,
        )

    def _met(self, shop: _Shop, place: _Village) -> None:
        """In the first campaign; and some again in the second, by others, without a number that is the same."""
        rng = self.rng
        shown = rng.choice((1, 2, 3))  # in which of the two campaigns the owner showed a card
        self._write(shop, place, place.code, shop.nik if shown & 1 else None, shop.nib if rng.random() < 0.5 else None)
        if rng.random() > place.again:
            return
        later, code = replace(shop, sales=shop.sales * rng.lognormvariate(0.1, 0.6)), place.newer
        if rng.random() < place.moved:
            later.at, later.lane, later.rt = self._spot(place), "Jl. Baru", rng.randint(1, 9)
        if rng.random() < place.renamed:
            later.sign = self._sign(shop.person)
        if rng.random() < place.rephoned:
            later.phone = self._phone()
        if rng.random() < place.other_goods:
            later.trade = rng.choice([each for each in _TRADES if each[0][:2] == shop.trade[0][:2]])
        nik = self._misread(shop.nik) if shown == 3 else shop.nik if shown == 2 else None
        if rng.random() < place.spouse:
            later.sex = "female" if shop.sex == "male" else "male"
            later.person, later.born = self._named(place.people, later.sex), f"{shop.born[:3]}5-03-17"
            nik = self._card(code, later.sex, later.born) if nik else None
        self._write(later, place, code, nik, None)

    def _misread(self, digits: str) -> str:
        rng, at = self.rng, self.rng.randrange(15)
        if rng.random() < 0.4:
            return (
                digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
                if digits[at] != digits[at + 1]
                else (digits[:15] + str((int(digits[15]) + 1) % 10))
            )
        return digits[:at] + str((int(digits[at]) + rng.randint(1, 9)) % 10) + digits[at + 1 :]

    def _written(self, text: str, place: _Village) -> str:
        """As it was heard and typed."""
        rng = self.rng
        if rng.random() < place.heard:
            lowered = text.lower()
            fits = [each.split("|") for each in _BY_EAR if each.split("|")[0] in lowered]
            for heard, written in rng.sample(fits, min(len(fits), rng.choice((1, 1, 2)))):
                lowered = lowered.replace(heard, written, 1)
            text = lowered.title()
        if rng.random() < place.typed:
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice(("", text[at] * 2, rng.choice("aiuenr"))) + text[at + 1 :]
        words = text.split()
        if len(words) > 1 and rng.random() < place.heard / 2:
            words = rng.choice((words[:1], words[1:], words[::-1], [*words[:-1], words[-1][0]], ["".join(words)]))
        return " ".join(words) or text

    def _write(self, shop: _Shop, place: _Village, code: str, nik: str | None, nib: str | None) -> None:
        rng = self.rng

        def asked(name: str) -> bool:
            return rng.random() < place.asked[name]

        kbli = shop.trade[0]
        if rng.random() < place.coder:
            kbli = rng.choice([each[0] for each in _TRADES if each[0][:2] == kbli[:2]] + [f"{kbli[:3]}90"])
        sign = self._written(shop.sign, place)
        answers: dict[str, Any] = {
            "legal_name": rng.choice((f"{shop.trade[3]} {sign}".strip(), sign, f"Usaha {shop.trade[1]} {sign}")),
            "main_activity": shop.trade[1] if asked("activity") else None,
            "main_product": rng.choice(shop.trade[2].split(", ")) if asked("product") else None,
            "started_year": shop.year + rng.choice((0, 0, 0, -1, 1, 2)) if asked("year") else None,
            "annual_sales_idr": round(shop.sales, -5) + 100_000 if asked("sales") else None,
            "founding_capital_idr": shop.label % 90 * 500_000 + 500_000 if asked("capital") else None,
            "address": f"{shop.lane} No. {shop.label % 70}" if asked("address") else None,
            "rt": str(shop.rt) if asked("rt") else None,
            "rw": "2",
            "place_type": shop.home if asked("place") else None,
            "workers": {"paid_male": shop.label % 3, "unpaid_female": rng.randint(0, 1)} if asked("workers") else None,
            "nib": nib if asked("nib") else None,
            "owner": {
                "name": self._written(shop.person, place),
                "sex": shop.sex,
                "nik": nik if asked("nik") else None,
                "phone": shop.phone if asked("phone") else None,
                "birth_date": shop.born if asked("birth") else None,
                "education": ("SD", "SMP", "SMA")[shop.label % 3] if asked("education") else None,
            },
        }
        at: tuple[float | None, float | None] = self._off(shop.at, place.off)
        if rng.random() < place.unplaced:
            at = rng.choice(((None, None), self._off(place.middle, 3)))
        features = features_of(UUID(int=len(self.rows) + 1), "umkm", code, kbli, answers, *at)
        self.rows.append(Labelled(features, shop.label, shop.owner))


def world(seed: int, size: int) -> list[Labelled]:
    """About `size` rows."""
    return by_villages(_World(seed), size)
