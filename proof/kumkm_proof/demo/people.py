"""People and businesses that do not exist: names, numbers and answers as they could be in Sumatera Selatan.

Everything comes from the random generator that is handed in, so that the same seed makes the same people.
"""

import itertools
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from kumkm_proof.demo.census import SIZE_MIX

_WOMEN = (
    "Sari",
    "Dewi",
    "Rina",
    "Yuliana",
    "Fitriani",
    "Nurhayati",
    "Siti Aminah",
    "Eka",
    "Lina",
    "Maya",
    "Rosmala",
    "Wati",
    "Endang",
    "Sumiati",
    "Marlina",
    "Novi",
    "Indah",
    "Ratna",
    "Desi",
    "Tuti",
    "Halimah",
    "Zubaidah",
    "Erni",
    "Mariana",
    "Susi",
    "Kartini",
    "Anita",
    "Yanti",
    "Leni",
    "Herlina",
    "Nuraini",
    "Winda",
    "Mega",
    "Aisyah",
    "Rukmini",
    "Suryani",
    "Juwita",
    "Melati",
    "Asnawati",
    "Komariah",
)
_MEN = (
    "Ahmad",
    "Budi",
    "Hendra",
    "Joko",
    "Rahmat",
    "Suparman",
    "Agus",
    "Dedi",
    "Iwan",
    "Yusuf",
    "Zainal",
    "Herman",
    "Rudi",
    "Samsul",
    "Edi",
    "Firdaus",
    "Ridwan",
    "Slamet",
    "Andi",
    "Taufik",
    "Irwan",
    "Sukri",
    "Bambang",
    "Marwan",
    "Husni",
    "Mulyadi",
    "Darmawan",
    "Fauzi",
    "Anwar",
    "Saiful",
    "Wahyu",
    "Junaidi",
    "Asep",
    "Kadir",
    "Nasrun",
    "Effendi",
    "Sarkowi",
    "Azhari",
    "Rozali",
    "Hamdan",
)
_SECOND = (
    "",
    "",
    "",
    "Saputra",
    "Wijaya",
    "Hidayat",
    "Lestari",
    "Pratama",
    "Utami",
    "Hasan",
    "Rahman",
    "Susanti",
    "Putri",
    "Kurniawan",
    "Setiawan",
    "Oktaviani",
    "Siregar",
    "Nasution",
    "Handayani",
    "Permata",
    "Gunawan",
    "Maulana",
    "Iskandar",
    "Safitri",
    "Anggraini",
    "Syahputra",
    "Marpaung",
    "Harahap",
    "Simanjuntak",
    "Rosyidi",
)


class Trade(NamedTuple):
    """A kind of business: how often it is met, its KBLI, how it is called, and what it makes or sells."""

    weight: int
    kbli: str
    names: tuple[str, ...]
    product: str
    place: str


_TRADES = (
    Trade(22, "47112", ("Warung {}", "Toko {}", "Kios {}", "Warung Sembako {}"), "sembako", "home"),
    Trade(11, "56102", ("Warung Makan {}", "Pecel Lele {}", "Rumah Makan {}", "Pempek {}"), "makanan", "stall"),
    Trade(6, "56103", ("Kedai {}", "Kedai Kopi {}", "Bakso {}"), "makanan", "stall"),
    Trade(5, "56104", ("Gorengan {}", "Siomay {}", "Es Campur {}"), "jajanan", "mobile"),
    Trade(4, "56303", ("Kafe {}", "Kopi {}"), "minuman kopi", "semi_permanent"),
    Trade(5, "10710", ("Kue {}", "Roti {}"), "kue dan roti", "home"),
    Trade(4, "10794", ("Kemplang {}", "Kerupuk {}", "Keripik {}"), "kemplang", "home"),
    Trade(2, "10391", ("Tempe {}",), "tempe", "home"),
    Trade(2, "10761", ("Kopi Bubuk {}",), "kopi bubuk", "home"),
    Trade(8, "01291", ("Kebun Karet {}",), "getah karet", "other"),
    Trade(5, "01262", ("Kebun Sawit {}",), "tandan buah segar", "other"),
    Trade(3, "01122", ("Sawah {}",), "padi", "other"),
    Trade(2, "03221", ("Kolam Ikan {}",), "ikan lele dan nila", "other"),
    Trade(2, "01463", ("Ternak Ayam {}",), "ayam kampung", "other"),
    Trade(5, "45407", ("Bengkel Motor {}", "Bengkel {}"), "servis motor", "permanent"),
    Trade(1, "45201", ("Bengkel Mobil {}",), "servis mobil", "permanent"),
    Trade(4, "14120", ("Penjahit {}",), "jahitan", "home"),
    Trade(4, "47711", ("Toko Baju {}", "Butik {}"), "pakaian", "permanent"),
    Trade(3, "96112", ("Salon {}",), "tata rias", "home"),
    Trade(3, "96111", ("Pangkas Rambut {}",), "pangkas rambut", "stall"),
    Trade(2, "96200", ("Laundry {}",), "cuci pakaian", "home"),
    Trade(2, "31001", ("Mebel {}",), "mebel kayu", "permanent"),
    Trade(2, "82190", ("Fotokopi {}",), "fotokopi", "permanent"),
    Trade(2, "49424", ("Ojek {}",), "antar penumpang", "mobile"),
    Trade(1, "43309", ("Tukang {}",), "renovasi rumah", "other"),
)
_TRADE_WEIGHTS = tuple(itertools.accumulate(trade.weight for trade in _TRADES))
_CLASSES = tuple(name for name, _ in SIZE_MIX)
_CLASS_WEIGHTS = tuple(itertools.accumulate(share for _, share in SIZE_MIX))
_MILLION = 1_000_000
_SALES = {  # annual, in millions of rupiah, within the bounds of each class
    "micro": (6, 1_900),
    "small": (2_050, 14_500),
    "medium": (15_500, 49_000),
    "large": (51_000, 80_000),
}
_COOPERATIVES = ("KUD Makmur", "KSP Sejahtera", "Koperasi Tani Maju", "KSP Mandiri", "Koperasi Wanita Melati")

_WITH_NIB, _WITHOUT_NUMBERS, _COOPERATIVE, _BORN_HERE = 0.34, 0.012, 0.006, 0.9


class Person(NamedTuple):
    """Somebody who could live there."""

    name: str
    sex: str
    birth_date: date
    nik: str


class Townsfolk:
    """Makes people and businesses, no number twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._serials: dict[str, int] = {}
        self._nib = itertools.count(rng.randrange(1_200_000_000_000, 1_300_000_000_000), 7)
        self._cooperative = itertools.count(1)

    def name(self, sex: str) -> str:
        """A name."""
        first = self._rng.choice(_WOMEN if sex == "female" else _MEN)
        return f"{first} {self._rng.choice(_SECOND)}".strip()

    def person(self, district: str) -> Person:
        """Somebody whose NIK was issued in the district, or now and then elsewhere in the province."""
        rng = self._rng
        sex = rng.choice(("male", "female"))
        birth_date = date(1952, 1, 1) + timedelta(days=rng.randrange(52 * 365))
        day = birth_date.day + (40 if sex == "female" else 0)
        issued = district if rng.random() < _BORN_HERE else f"16.71.{rng.randint(1, 16):02}"
        head = f"{issued.replace('.', '')}{day:02}{birth_date:%m%y}"
        serial = self._serials[head] = self._serials.get(head, 0) + 1
        return Person(self.name(sex), sex, birth_date, f"{head}{serial:04}")

    def answers(self, village: str) -> tuple[str, dict[str, Any]]:
        """A questionnaire's name and version, and the answers of a business in the village."""
        rng = self._rng
        if rng.random() < _COOPERATIVE:
            return "koperasi@1", self._cooperative_answers(village)
        trade = rng.choices(_TRADES, cum_weights=_TRADE_WEIGHTS)[0]
        owner = self.person(village[:8])
        size = rng.choices(_CLASSES, cum_weights=_CLASS_WEIGHTS)[0]
        low, high = _SALES[size]
        sales = round(low * (high / low) ** rng.random()) * _MILLION
        known_as = owner.name.split()[0]
        title = rng.choice(("", "Bu " if owner.sex == "female" else "Pak "))
        answers: dict[str, Any] = {
            "legal_name": rng.choice(trade.names).format(title + known_as),
            "place_type": trade.place,
            "address": f"Dusun {rng.randint(1, 6)} RT {rng.randint(1, 12):02}",
            "kbli": trade.kbli,
            "main_product": trade.product,
            "started_year": min(2022, owner.birth_date.year + rng.randint(18, 45)),
            "annual_sales_idr": sales,
            "founding_capital_idr": max(_MILLION, sales // rng.randint(4, 30)),
            "owner": {
                "name": owner.name,
                "sex": owner.sex,
                "birth_date": owner.birth_date.isoformat(),
                "nik": owner.nik,
                "phone": f"08{rng.randint(11, 59)}{rng.randint(10_000_000, 99_999_999)}",
            },
            "workers": {"paid_male": rng.choice((0, 0, 0, 1, 2)), "unpaid_female": rng.choice((0, 1, 1))},
        }
        if size != "micro" or rng.random() < _WITH_NIB:
            answers["nib"] = str(next(self._nib))
        if rng.random() < _WITHOUT_NUMBERS:
            answers.pop("nib", None)
            del answers["owner"]["nik"]
        return "umkm@1", answers

    def _cooperative_answers(self, village: str) -> dict[str, Any]:
        rng, number = self._rng, next(self._cooperative)
        return {
            "legal_name": f"{rng.choice(_COOPERATIVES)} {number}",
            "cooperative_number": f"{village[:8].replace('.', '')}{number:07}",
            "kbli": "64141",
            "business_volume_idr": rng.randint(40, 1_800) * _MILLION,
        }
