"""A world of seasons, never learnt from: one hamlet after another lives for two years, month by month, between two
campaigns that walk through it.

People share a house and its phone, open a stall, rename it, move it, hand it to a wife or a son, close it, and somebody
else opens at the same place. What a campaign writes down is what is so in its month, through the ears of its
enumerator: one abbreviates, one spells as in 1950, one takes the neighbour's word, one leaves out what is tedious, one
stands at the gate of the market for all its stalls. A NIK is asked of who shows a card, so that most of those who are
met twice have one only once, or one that was misread.
"""

from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from app.linkage.features import features_of
from kumkm_proof.bench.worlds.labelled import Labelled

Stall = dict[str, Any]
Person = dict[str, Any]

# By province: men; women; what may follow.
_GIVEN = {
    "11": "Faisal Irwandi Azhari Jailani Yusri Maimun;Husniati Rahmawati Yusra Dahlia Cut_Meutia;Syah Ismail Puteh Affan",
    "32": "Asep Dadang Ujang Cecep Dede Jajang Entis;Neneng Euis Imas Iis Tati Cucu Enok;Suryana Hidayat Sutisna Kurnia",
    "34": "Wagimin Sarju Tugiran Paryono Samidi Ngatijo Mujiyo Kasiran Pardi;Ponirah Wakinem Saminah Jumiyem Sutinah;",
    "51": "Wayan Made Nyoman Ketut Gede Kadek Putu;Wayan Made Nyoman Ketut Luh Kadek;Sukarta Widana Artha Sutama Murni",
    "52": "Lalu_Ahmad Amaq_Sahnan Muksin Saparudin Mahsun;Baiq_Nurul Inaq_Senah Sakmah Rohanah;Wirajaya Hadi Murniati",
    "61": "Kornelius Lukas Hironimus Atong Ahong;Yuliana Afung Margareta Theresia Amoi;Lim Bong Ngau Sera Jelani",
    "71": "Jantje Frangky Ronny Hengky Stenly;Meity Olga Deitje Syultje Vonny;Lumentut Pangemanan Mandagi Wowor Rondonuwu",
    "91": "Isak Melkias Otniel Septinus Ayub;Mama_Ester Fransina Yuliance Salomina;Warinussy Suabey Inden Ullo Dowansiba",
}
# KBLI, what is done, what is sold, what is on the sign.
_GOODS = [
    ("47112", "menjual kebutuhan harian", "kopi sachet", "Warung"),
    ("47111", "perdagangan sembako", "beras", "Toko Sembako"),
    ("47241", "jual beras eceran", "beras", "Kios Beras"),
    ("47211", "jual sayur dan buah", "sayur", "Lapak"),
    ("47831", "dagang pakaian di pasar", "jilbab", "Toko Busana"),
    ("47752", "jual obat herbal", "jamu", "Jamu"),
    ("47919", "jual makanan beku daring", "nugget", "Frozen"),
    ("56102", "warung nasi", "nasi bungkus", "Warung Nasi"),
    ("56104", "jual sate keliling", "sate", "Sate"),
    ("56303", "jual minuman", "es kelapa", "Es"),
    ("10710", "membuat kue basah", "kue lapis", "Kue"),
    ("10799", "membuat sambal kemasan", "sambal", "Dapur"),
    ("14111", "jahit baju", "seragam", "Penjahit"),
    ("16221", "membuat kusen dan pintu", "kusen", "Mebel"),
    ("23932", "membuat gerabah", "pot bunga", "Gerabah"),
    ("45201", "bengkel mobil", "servis", "Bengkel"),
    ("45407", "servis sepeda motor", "ganti ban", "Bengkel"),
    ("49411", "angkutan barang pick up", "sewa pick up", "Rental"),
    ("61994", "jual pulsa dan paket data", "pulsa", "Ponsel"),
    ("96111", "cukur rambut", "cukur", "Barbershop"),
    ("96200", "cuci setrika", "laundry", "Laundry"),
    ("01463", "memelihara ayam kampung", "telur", "Ternak"),
    ("03121", "tangkap ikan di sungai", "ikan", "Nelayan"),
]
_PROPER = (
    "Amanda Berdikari Cempaka Damai Elok Fajar Gemilang Hikmah Intan Kartini Mawar Pojok Rahayu Setia Teratai".split()
)
_FRANCHISES = [("56303", "Es Teh Kampung"), ("56102", "Sabana Ayam"), ("96200", "Wash Kilo"), ("61994", "Agen Brilink")]
_SPELT = {"u": "oe", "c": "tj", "j": "dj", "y": "j", "f": "p", "v": "f", "z": "s", "ai": "ei", "kh": "ch", "i": "y"}
_SHORT = {"Muhammad": "M.", "Abdul": "Abd.", "Wayan": "Wyn", "Nyoman": "Nym", "Ketut": "Kt", "Made": "Md", "Mama": "Ma"}


def _mobile(rng: Random) -> str:
    return f"0{rng.choice((812, 813, 822, 838, 857, 878, 896))}{rng.randint(1_000_000, 99_999_999)}"


def _person(rng: Random, hamlet: Stall, family: str = "") -> Person:
    men, women, more = (each.split() for each in hamlet["names"].split(";"))
    sex = rng.choice(("male", "female"))
    words = [rng.choice(men if sex == "male" else women)]
    words += [family] if family else [rng.choice(more)] if more and rng.random() < 0.7 else []
    return {
        "name": " ".join(words).replace("_", " "),
        "sex": sex,
        "birth": (rng.randint(1, 28), rng.randint(1, 12), round(rng.triangular(1952, 2002, 1982))),
        "serial": rng.randint(1, 25),
        "phone": _mobile(rng),
    }


def _nik(person: Person, hamlet: Stall) -> str:
    day, month, year = person["birth"]
    day += 40 * (person["sex"] == "female")
    return f"{hamlet['code'].replace('.', '')[:6]}{day:02}{month:02}{year % 100:02}{person['serial']:04}"


def _sign(rng: Random, person: Person) -> str:
    word = person["name"].split()[rng.randrange(len(person["name"].split()))]
    return str(
        rng.choice((word, word, f"Mbak {word}", rng.choice(_PROPER), f"{rng.choice(_PROPER)} {rng.randint(2, 9)}"))
    )


def _opens(rng: Random, hamlet: Stall, person: Person, house: Stall, ids: Iterator[int]) -> Stall:
    franchise = rng.random() < hamlet["franchised"]
    code, sign = rng.choice(_FRANCHISES) if franchise else ("", "")
    goods = next(each for each in _GOODS if each[0] == code) if franchise else rng.choice(_GOODS)
    market = rng.random() < hamlet["market"]
    return {
        "id": next(ids),
        "owner": person,
        "goods": goods,
        "sign": sign or f"{goods[3]} {_sign(rng, person)}",
        "since": round(rng.triangular(1995, 2022, 2018)),
        "turnover": rng.lognormvariate(17.2, 1.1),
        "at": hamlet["gate"] if market else house["at"],
        "lane": hamlet["market_name"] if market else house["lane"],
        "rt": house["rt"],
        "stall": "stall" if market else "home",
        "nib": f"{rng.randint(10**12, 10**13 - 1)}" if rng.random() < 0.2 else None,
        "gone": False,
    }


def _two_years(
    rng: Random, hamlet: Stall, stalls: list[Stall], people: Iterator[int], ids: Iterator[int]
) -> list[Stall]:
    """What stands after twenty-four months."""
    after = []
    for before in stalls:
        stall = dict(before)
        for event, each_month in hamlet["events"].items():
            if rng.random() < 1 - (1 - each_month) ** 24:
                _EVENTS[event](rng, hamlet, stall)
        if not stall["gone"]:
            after.append(stall)
        elif rng.random() < 0.5:  # another one takes the place, often in the same line
            person = _person(rng, hamlet) | {"id": next(people)}
            fresh = _opens(rng, hamlet, person, stall, ids) | {"at": stall["at"], "lane": stall["lane"]}
            after.append(fresh | ({"goods": stall["goods"]} if rng.random() < 0.6 else {}))
    return after


def _renamed(rng: Random, _: Stall, stall: Stall) -> None:
    stall["sign"] = f"{stall['goods'][3]} {_sign(rng, stall['owner'])}"


def _another_line(rng: Random, _: Stall, stall: Stall) -> None:
    stall["goods"] = rng.choice([each for each in _GOODS if each[0][:2] == stall["goods"][0][:2]])


def _moved(rng: Random, hamlet: Stall, stall: Stall) -> None:
    stall["at"], stall["lane"] = _near(rng, hamlet["at"], hamlet["wide"]), f"Jl. {rng.choice(_PROPER)}"


def _new_phone(rng: Random, _: Stall, stall: Stall) -> None:
    stall["owner"] = stall["owner"] | {"phone": _mobile(rng)}


def _handed_on(rng: Random, hamlet: Stall, stall: Stall) -> None:
    """Within the family: the business is the same one."""
    other = _person(rng, hamlet)
    stall["owner"] = stall["owner"] | {key: other[key] for key in ("name", "sex", "birth", "serial")}


def _closed(_rng: Random, _: Stall, stall: Stall) -> None:
    stall["gone"] = True


_EVENTS: dict[str, Callable[[Random, Stall, Stall], None]] = {
    "renamed": _renamed,
    "another line": _another_line,
    "moved": _moved,
    "new phone": _new_phone,
    "handed on": _handed_on,
    "closed": _closed,
}


def _near(rng: Random, at: tuple[float, float], metres: float) -> tuple[float, float]:
    return at[0] + rng.gauss(0, metres) / 111_320, at[1] + rng.gauss(0, metres) / 111_320


def _enumerator(rng: Random, *, cards: float) -> Stall:
    """What is special about who asks."""
    return {
        "cards": cards,
        "old spelling": rng.random() < 0.2,
        "abbreviates": rng.random() < 0.3,
        "first name only": rng.choice((0, 0, 0.1, 0.5)),
        "slips": rng.choice((0.02, 0.08, 0.2)),
        "tedious": rng.choice((0.05, 0.25, 0.6)),
        "gps": rng.choice((5, 8, 20, 60)),
        "no gps": rng.choice((0, 0.03, 0.4)),
        "gate": rng.random() < 0.2,
        "rounds money": rng.random() < 0.5,
    }


def _said(rng: Random, by: Stall, text: str) -> str:
    words = text.split()
    if by["abbreviates"]:
        words = [_SHORT.get(word, word) if rng.random() < 0.7 else word for word in words]
    if len(words) > 1 and rng.random() < by["first name only"]:
        words = words[:1]
    text = " ".join(words)
    if by["old spelling"]:
        heard = [each for each in _SPELT if each in text.lower()]
        for each in rng.sample(heard, min(2, len(heard))):
            text = text.lower().replace(each, _SPELT[each]).title()
    if rng.random() < by["slips"] * 3 and len(text) > 3:
        at = rng.randrange(1, len(text) - 1)
        text = rng.choice(
            (
                text[:at] + text[at + 1 :],
                text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :],
                text[:at] + "h" + text[at:],
            )
        )
    return text


def _digits(rng: Random, by: Stall, digits: str) -> str:
    if rng.random() > by["slips"] * 2:
        return digits
    at = rng.randrange(len(digits) - 2)
    return rng.choice(
        (
            digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :],
            digits[:at] + rng.choice("0123456789") + digits[at + 1 :],
            digits[:at] + digits[at] + digits[at:-1],
        )
    )


def _asked(rng: Random, by: Stall, hamlet: Stall, stall: Stall, year: int, known: set[str]) -> tuple[Stall, Any]:
    """The answers, and the point."""
    owner, (code, does, sells, _) = stall["owner"], stall["goods"]

    def bothers() -> bool:
        return bool(rng.random() > by["tedious"])

    nik = _digits(rng, by, _nik(owner, hamlet)) if rng.random() < by["cards"] else None
    nib = _digits(rng, by, stall["nib"]) if stall["nib"] and bothers() else None
    nik, nib = (None if number in known else number for number in (nik, nib))
    known.update(each for each in (nik, nib) if each)
    day, month, born = owner["birth"]
    sales = stall["turnover"] * rng.lognormvariate(0.05 * (year - 2022), 0.35)
    answers = {
        "legal_name": _said(rng, by, stall["sign"]) if rng.random() > 0.1 else f"Usaha {does.split()[-1]}",
        "trade_name": stall["sign"] if rng.random() < 0.08 else None,
        "kbli": code if rng.random() > 0.12 else rng.choice([each[0] for each in _GOODS if each[0][0] == code[0]]),
        "main_activity": does if rng.random() < 0.6 else does.split()[0],
        "main_product": sells if bothers() else None,
        "started_year": (stall["since"] if bothers() else year - 5) + rng.choice((0, 0, 0, 0, -1, 1)),
        "annual_sales_idr": (round(sales, -6) + 1_000_000 if by["rounds money"] else int(sales)) if bothers() else None,
        "address": stall["lane"] if bothers() else None,
        "rt": f"{stall['rt']:03}" if bothers() else None,
        "rw": f"{hamlet['rw']:03}",
        "place_type": stall["stall"] if rng.random() < 0.85 else "permanent",
        "nib": nib,
        "owner": {
            "name": _said(rng, by, owner["name"]),
            "sex": owner["sex"],
            "nik": nik,
            "phone": owner["phone"] if rng.random() < 0.85 - by["tedious"] / 3 else None,
            "birth_date": f"{born}-{month:02}-{day:02}" if rng.random() < 0.35 else None,
        },
    }
    if rng.random() < by["no gps"]:
        return answers, (None, None)
    return answers, _near(rng, hamlet["gate"] if by["gate"] and stall["stall"] == "stall" else stall["at"], by["gps"])


def _hamlet(rng: Random) -> Stall:
    province = rng.choice(sorted(_GIVEN))
    at = (rng.uniform(-8.5, 4.5), rng.uniform(96, 138))
    return {
        "code": f"{province}.{rng.randint(1, 15):02}.{rng.randint(1, 12):02}.{2001 + rng.randrange(18)}",
        "names": _GIVEN[province],
        "at": at,
        "gate": _near(rng, at, 200),
        "market_name": f"Pasar {rng.choice(_PROPER)}",
        "wide": rng.choice((120, 350, 900)),
        "market": rng.choice((0, 0.05, 0.6)),
        "franchised": rng.choice((0, 0.02, 0.1)),
        "one phone": rng.uniform(0.1, 0.7),
        "rw": rng.randint(1, 6),
        "events": {
            "renamed": rng.uniform(0.002, 0.012),
            "another line": rng.uniform(0.001, 0.008),
            "moved": rng.uniform(0.001, 0.006),
            "new phone": rng.uniform(0.006, 0.025),
            "handed on": rng.uniform(0, 0.003),
            "closed": rng.uniform(0.003, 0.012),
        },
    }


def _lived(rng: Random, people: Iterator[int], ids: Iterator[int]) -> Iterator[tuple[str, Stall, Stall, Any]]:
    """Of one hamlet what both campaigns wrote: the village, the stall, the answers, the point."""
    hamlet, stalls = _hamlet(rng), list[Stall]()
    for _ in range(rng.randint(20, 110)):
        house = {
            "at": _near(rng, hamlet["at"], hamlet["wide"]),
            "lane": f"{rng.choice(('Jl.', 'Gg.', 'Dusun'))} {rng.choice(_PROPER)} {rng.randint(1, 40)}",
            "rt": rng.randint(1, 12),
        }
        first = _person(rng, hamlet) | {"id": next(people)}
        family = first["name"].split()[-1] if " " in first["name"] else ""
        grown = [
            first,
            *(_person(rng, hamlet, family) | {"id": next(people)} for _ in range(rng.choice((0, 0, 0, 1, 2)))),
        ]
        for other in grown[1:]:
            if rng.random() < hamlet["one phone"]:
                other["phone"] = first["phone"]
            if rng.random() < 0.1:  # twins
                other |= {"birth": first["birth"], "sex": first["sex"], "serial": first["serial"] + 1}
        for person in grown:
            stalls += [_opens(rng, hamlet, person, house, ids) for _ in range(rng.choices((1, 2), (93, 7))[0])]
    known: set[str] = set()
    ago = [_enumerator(rng, cards=rng.choice((0.1, 0.8))) for _ in range(3)]
    now = [_enumerator(rng, cards=rng.choice((0.1, 0.5))) for _ in range(3)]
    for stall in stalls:
        yield hamlet["code"], stall, *_asked(rng, rng.choice(ago), hamlet, stall, 2022, known)
    for stall in _two_years(rng, hamlet, stalls, people, ids):
        if rng.random() < 0.25:  # the others were recognised by their numbers
            yield hamlet["code"], stall, *_asked(rng, rng.choice(now), hamlet, stall, 2024, known)


def world(seed: int, size: int) -> list[Labelled]:
    """About `size` rows."""
    rng, people, ids = Random(f"seasons {seed}"), count(1), count(1)
    rows: list[Labelled] = []
    while len(rows) < size:
        for code, stall, answers, at in _lived(rng, people, ids):
            number = UUID(int=len(rows) + 1)
            rows.append(
                Labelled(
                    features_of(number, "umkm", code, answers["kbli"], answers, *at), stall["id"], stall["owner"]["id"]
                )
            )
    return rows[:size]
