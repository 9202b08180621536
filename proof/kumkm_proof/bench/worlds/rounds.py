"""A world of two rounds: what was counted once and is met again three years later.

The register of the first round is there; the second round finds most businesses by their numbers, and these are not
here. Here are those that it could not recognise: no number was asked in one of the rounds, or one was misread from a
card. In three years a business moves (one in ten, within the district), takes another phone (one in three), another
sign, another product, is coded by another coder, and its owner's spouse answers. Places of the first round are the
village's office for one in six, and villages were split: the code is another for a whole village.

Owners open second businesses beside the first, brothers and sisters open the same trade next door, and a shop that
closed is followed by another owner's at the same place, of the same trade.
"""

from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import Features, features_of
from kumkm_proof.bench.worlds.labelled import Labelled, by_villages

_SYLLABLES = {
    "male": ("Mar", "Her", "Sur", "Bam", "Jun", "Rus", "Nur", "Kus", "Dar", "Bah", "Sai", "Yan", "Ism", "Tar"),
    "female": ("Nur", "Mar", "Sul", "Kar", "Yul", "Har", "Ros", "Sum", "Rat", "Wid", "Mur", "Zub", "Her", "Asn"),
}
_ENDS = {
    "male": ("yono", "man", "wan", "di", "diansyah", "to", "ail", "din", "ul", "lan", "madi", "sono", "bang"),
    "female": ("ti", "wati", "ni", "yani", "mah", "iah", "lina", "nah", "tini", "sih", "yati", "lia"),
}
_CLANS = "Basri Sanusi Zakaria Amin Matondang Ginting Tarigan Mokodompit Lahay Rumengan Wenas Nahumury Pattiasina Sahetapy Bria Nahak Lewar".split()
_TRADES = {
    "47": (
        ("47112", "kelontong", "Toko"),
        ("47111", "minimarket", "Mart"),
        ("47831", "pakaian keliling", "Busana"),
        ("47241", "beras eceran", "Kios"),
    ),
    "56": (("56101", "rumah makan", "RM"), ("56102", "warung nasi", "Warung"), ("56304", "kopi dan minuman", "Kopi")),
    "10": (
        ("10710", "roti", "Roti"),
        ("10794", "kerupuk", "Kerupuk"),
        ("10391", "tahu tempe", "Tahu"),
        ("10722", "gula aren", "Gula"),
    ),
    "01": (("01135", "bawang dan cabai", "Tani"), ("01413", "sapi potong", "Ternak"), ("01220", "pisang", "Kebun")),
    "95": (("95220", "servis elektronik", "Servis"), ("95240", "perbaikan mebel", "Mebel")),
    "45": (("45407", "bengkel motor", "Bengkel"), ("45403", "suku cadang motor", "Motor")),
    "16": (("16221", "kusen kayu", "Kusen"), ("16293", "anyaman bambu", "Anyaman")),
}
_WORDS = "Berkah Rizki Cahaya Bintang Mitra Usaha Mandiri Karya Tunas Mekar Bersama Sahabat Keluarga Anugerah Kasih Immanuel Amanah".split()
_KEYS = {"a": "sq", "e": "wr", "i": "uo", "n": "bm", "r": "et", "s": "ad", "t": "ry", "d": "sf", "o": "ip", "u": "yi"}


@dataclass(frozen=True)
class _Shop:
    label: int
    owner: int
    person: str
    sex: str
    born: tuple[int, int, int]
    nik: str
    spouse: tuple[str, str]
    phone: str | None
    division: str
    trade: tuple[str, str, str]
    sign: str
    year: int
    sales: float
    village: str
    at: tuple[float, float]
    lane: str


class _World:
    def __init__(self, seed: int) -> None:
        self.rng = Random(f"rounds {seed}")
        self.label = self.owner = 0
        self.rows: list[Labelled] = []

    def village(self) -> None:
        rng = self.rng
        regency = f"{rng.choice((53, 71, 81, 82, 12))}.{rng.randint(1, 25):02}"
        code = f"{regency}.{rng.randint(1, 20):02}.{2001 + rng.randrange(15)}"
        newer = code if rng.random() < 0.85 else f"{code[:9]}{2020 + rng.randrange(9)}"
        middle = (rng.uniform(-10, 2), rng.uniform(118, 130))
        wide = rng.choice((200, 500, 1200))
        last: _Shop | None = None
        for _ in range(rng.randint(40, 250)):
            shop = self.opened(code, middle, wide)
            if last is not None and rng.random() < 0.08:  # brother or sister, next door, of the same trade
                clan = last.person.split()[-1]
                at = (last.at[0] + rng.uniform(-3e-4, 3e-4), last.at[1] + rng.uniform(-3e-4, 3e-4))
                shop = replace(
                    shop,
                    person=f"{shop.person.split()[0]} {clan}",
                    division=last.division,
                    trade=last.trade,
                    at=at,
                    lane=last.lane,
                    phone=rng.choice((last.phone, shop.phone)),
                )
            last = shop
            self.meet(shop, code, newer, middle)
            if rng.random() < 0.05:
                self.label += 1
                division = rng.choice(tuple(_TRADES))
                second = replace(
                    shop,
                    label=self.label,
                    division=division,
                    trade=rng.choice(_TRADES[division]),
                    sign=self.sign(shop.person) if rng.random() < 0.6 else shop.sign,
                    year=rng.randint(2000, 2024),
                    sales=rng.lognormvariate(17.5, 1),
                    at=shop.at if rng.random() < 0.6 else self.place(middle, wide),
                )
                self.meet(second, code, newer, middle)
            elif rng.random() < 0.03:  # another took over the place
                after = self.opened(code, middle, wide)
                self.meet(
                    replace(after, at=shop.at, division=shop.division, trade=shop.trade, lane=shop.lane),
                    code,
                    newer,
                    middle,
                )

    def place(self, middle: tuple[float, float], wide: float) -> tuple[float, float]:
        return middle[0] + self.rng.gauss(0, wide) / 111_000, middle[1] + self.rng.gauss(0, wide) / 111_000

    def named(self, sex: str) -> str:
        rng = self.rng
        first = rng.choice(_SYLLABLES[sex]) + rng.choice(_ENDS[sex])
        if rng.random() < 0.35:
            return first
        return f"{first} {rng.choice(_CLANS) if rng.random() < 0.6 else rng.choice(_SYLLABLES[sex]) + rng.choice(_ENDS[sex])}"

    def sign(self, person: str) -> str:
        rng = self.rng
        return rng.choice(
            (
                person.split()[0],
                f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}",
                rng.choice(_WORDS),
                f"Mama {person.split()[0]}",
            )
        )

    def opened(self, code: str, middle: tuple[float, float], wide: float) -> _Shop:
        rng = self.rng
        self.label += 1
        self.owner += 1
        sex = rng.choice(("male", "female"))
        born = (rng.randint(1, 28), rng.randint(1, 12), int(rng.triangular(1948, 2000, 1978)))
        other = "female" if sex == "male" else "male"
        division = rng.choices(tuple(_TRADES), (8, 5, 3, 4, 1, 2, 1))[0]
        person = self.named(sex)
        return _Shop(
            self.label,
            self.owner,
            person,
            sex,
            born,
            self.card(code, sex, born),
            (self.named(other), other),
            None if rng.random() < 0.25 else f"0{rng.randint(81 * 10**8, 859 * 10**7 + 999)}",
            division,
            rng.choice(_TRADES[division]),
            self.sign(person),
            rng.randint(1988, 2021),
            rng.lognormvariate(17.5, 1),
            code,
            self.place(middle, wide),
            rng.choice(("Jl. Trans", "Jl. Raya", "Lingkungan", "Jaga", "Lorong")) + f" {rng.randint(1, 12)}",
        )

    def card(self, code: str, sex: str, born: tuple[int, int, int]) -> str:
        day = born[0] + 40 * (sex == "female")
        return f"{code[:2]}{code[3:5]}{code[6:8]}{day:02}{born[1]:02}{born[2] % 100:02}{self.rng.randint(1, 30):04}"

    def meet(self, shop: _Shop, code: str, newer: str, middle: tuple[float, float]) -> None:
        """Once, or in both rounds."""
        rng = self.rng
        numbered = rng.random() < 0.55
        first = self.answers(shop, nik=shop.nik if numbered else None)
        office = rng.random() < 1 / 6
        self.add(shop, code, first, middle if office else self.measured(shop.at, 12))
        if rng.random() > 0.13:
            return
        later = replace(shop, sales=shop.sales * rng.lognormvariate(0.2, 0.5))
        code = newer
        if rng.random() < 0.1:
            later = replace(later, at=self.place(middle, 900), lane=f"Jl. Baru {rng.randint(1, 9)}")
            code = f"{newer[:9]}{2001 + rng.randrange(15)}" if rng.random() < 0.5 else newer
        if rng.random() < 0.33:
            later = replace(later, phone=f"0{rng.randint(81 * 10**8, 859 * 10**7 + 999)}")
        if rng.random() < 0.15:
            later = replace(later, sign=self.sign(later.person))
        if rng.random() < 0.2:
            later = replace(later, trade=rng.choice(_TRADES[later.division]))
        nik = None if numbered and rng.random() < 0.5 else self.misread(shop.nik) if numbered else shop.nik
        if rng.random() < 0.08:
            spouse, sex = shop.spouse
            later = replace(later, person=spouse, sex=sex)
            nik = self.card(code, sex, (rng.randint(1, 28), rng.randint(1, 12), shop.born[2] + 3))
        said = self.answers(later, nik=nik)
        said["owner"]["name"] = self.mistyped(said["owner"]["name"])
        if rng.random() < 0.4:
            said["legal_name"] = self.mistyped(said["legal_name"])
        self.add(later, code, said, self.measured(later.at, 10))

    def measured(self, at: tuple[float, float], metres: float) -> tuple[float | None, float | None]:
        rng = self.rng
        if rng.random() < 0.08:
            return None, None
        far = metres if rng.random() < 0.9 else 15 * metres
        return at[0] + rng.gauss(0, far) / 111_000, at[1] + rng.gauss(0, far) / 111_000

    def answers(self, shop: _Shop, *, nik: str | None) -> dict[str, Any]:
        rng = self.rng
        kbli, product, sort = shop.trade
        return {
            "legal_name": rng.choice(
                (f"{sort} {shop.sign}", f"{sort} {shop.sign}", shop.sign, f"Usaha {product} {shop.sign}")
            ),
            "trade_name": shop.sign if rng.random() < 0.15 else None,
            "kbli": kbli,
            "main_product": product if rng.random() < 0.8 else None,
            "main_activity": rng.choice((f"usaha {product}", f"penjualan {product}", product)),
            "started_year": shop.year + (rng.choice((-2, -1, 1, 2)) if rng.random() < 0.3 else 0),
            "annual_sales_idr": int(shop.sales) if rng.random() < 0.7 else None,
            "address": shop.lane if rng.random() < 0.6 else None,
            "rt": f"0{shop.label % 9 + 1}" if rng.random() < 0.4 else None,
            "rw": "01",
            "place_type": rng.choice(("home", "stall")),
            "founding_capital_idr": int(shop.sales / 8) if rng.random() < 0.3 else None,
            "workers": {"unpaid_male": rng.randint(0, 1), "unpaid_female": 1, "paid_male": rng.choice((0, 0, 0, 2))},
            "owner": {
                "name": shop.person,
                "sex": shop.sex,
                "nik": nik,
                "phone": shop.phone if rng.random() < 0.85 else None,
                "birth_date": f"{shop.born[2]}-{shop.born[1]:02}-{shop.born[0]:02}" if rng.random() < 0.5 else None,
            },
        }

    def misread(self, digits: str) -> str:
        """As eyes confuse digits; now and then two."""
        rng = self.rng
        for _ in range(rng.choice((1, 1, 1, 2))):
            at = rng.randrange(6, 16)
            digits = (
                digits[:at]
                + {"1": "7", "7": "1", "3": "8", "8": "3", "5": "6", "6": "5", "0": "8", "9": "4", "4": "9", "2": "7"}[
                    digits[at]
                ]
                + digits[at + 1 :]
            )
        return digits

    def mistyped(self, text: str) -> str:
        """As fingers confuse keys, and as ears hear."""
        rng = self.rng
        fate = rng.random()
        if fate < 0.45:
            return text
        if fate < 0.6:
            return text.split()[0]
        if fate < 0.7:
            return text.lower().replace("y", "j").replace("u", "oe", 1).title()
        at = rng.randrange(len(text))
        letter = text[at].lower()
        written: str = rng.choice((*_KEYS.get(letter, "x"), "", letter * 2))
        return text[:at] + written + text[at + 1 :]

    def add(self, shop: _Shop, code: str, answers: dict[str, Any], at: tuple[float | None, float | None]) -> None:
        features: Features = features_of(
            UUID(int=len(self.rows) + 1), "umkm", code, answers["kbli"], answers, at[0], at[1]
        )
        self.rows.append(Labelled(features, shop.label, shop.owner))


def world(seed: int, size: int) -> list[Labelled]:
    """About `size` rows."""
    return by_villages(_World(seed), size)
