"""What enumerators write at doors, and what offices write in their lists."""

import math
from abc import ABC, abstractmethod
from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any

from kumkm_proof.bench.worlds.registers_words import KOPERASI, WORDS, Business, Draft, Enumerator, Person, Spot, Village

METRE = 1 / 111_320  # in degrees of latitude


class Doors(ABC):
    """What stands in a row; the life of the people is made by a class that inherits from this one."""

    def __init__(self, seed: int) -> None:
        self.r = Random(seed)
        self.words: defaultdict[str, list[str]] = defaultdict(list)
        for line in WORDS.strip().split("\n"):
            key, _, words = line.partition("|")
            self.words[key] += [word.replace("_", " ") for word in words.split()]
        self.short = {word.split(",")[0]: word.split(",")[1:] for word in self.words["any short"]}
        self.villages: list[Village] = []
        self.agents: defaultdict[str, list[tuple[str, str, date]]] = defaultdict(list)

    @abstractmethod
    def spot(self, village: int, place: str) -> Spot:
        """A new place in a village: a house, a shop, a stall of the market or a door at the boundary."""

    @abstractmethod
    def spouse(self, person: Person) -> Person:
        """The husband or wife who answers in place of the owner."""

    @abstractmethod
    def nib(self, village: int) -> str:
        """A new NIB of a business in this village."""

    def p(self, share: float) -> bool:
        return self.r.random() < share

    def word(self, people: str, key: str) -> str:
        return self.r.choice(self.words[f"{people} {key}"])

    def moved(self, at: tuple[float, float], metres: float) -> tuple[float, float]:
        angle, far = self.r.uniform(0, math.tau), metres * math.sqrt(self.r.random()) * METRE
        return at[0] + far * math.sin(angle), at[1] + far * math.cos(angle)

    def phone(self) -> str:
        return f"08{self.r.choice((12, 13, 52, 21, 53, 23, 57, 78, 95))}{self.r.randrange(10**7, 10**8)}"

    def called(self, person: Person) -> str:
        """What the owner is called: the last word of the name, or the one before."""
        before = person.words[-2:][0]
        return person.words[-1] if before in self.short or before in {"I", "Ni"} or self.p(0.6) else before

    def door(self, b: Business, village: int, spouse: float = 0.02) -> Draft:
        """What an enumerator of this village wrote; the owner's spouse may have answered as the owner."""
        r, where, spot = self.r, self.villages[village], b.spot
        e = r.choice(where.enumerators)
        person = self.spouse(b.owner) if self.p(spouse) and not b.cooperative else b.owner
        if spot.village != village:  # beyond the boundary it is another hamlet and another RT
            other = self.spot(village, "house")
            spot = spot._replace(hamlet=other.hamlet, rt=other.rt, rw=other.rw, village=village)
        point = self.point(e, spot)
        if e.last and not spot.stall and self.p(e.copies):
            spot = e.last
        e.last = e.last if spot.stall else spot
        asked = {key for key, share in e.asks.items() if self.p(share)}
        who: dict[str, Any] = {"name": self.name(person, e.slips), "sex": "female" if person.female else "male"}
        out: dict[str, Any] = {("chair" if b.cooperative else "owner"): who, "address": self.address(spot)}
        out |= self.business_named(b, asked="trade" in asked)
        out |= {
            "main_activity": r.choice(b.trade.said),
            "main_product": r.choice(b.goods if self.p(0.8) else b.trade.goods),
        }
        at_home = spot.latitude == b.owner.home.latitude
        out["place_type"] = "market" if spot.stall else ("house" if at_home else r.choice(("shop", "shop", "kiosk")))
        out["legal_form"] = "cooperative" if b.cooperative else ("cv" if b.legal else "individual")
        who["phone"] = self.dialled(person.phone) if "phone" in asked else e.fills
        workers, year, capital = (
            max(1, b.workers + r.choice((0, 0, 0, 1, -1))),
            self.year(b),
            b.sales * r.uniform(0.05, 0.4),
        )
        levels = ("none", "primary", "junior", "senior", "diploma", "bachelor")
        born, swapped = person.born, self.p(0.05) and person.born.day < 13
        born = born.replace(month=born.day, day=born.month) if swapped else born
        said: dict[str, tuple[dict[str, Any], str, Any]] = {
            "birth": (who, "birth_date", (born if self.p(0.97) else born + timedelta(days=366)).isoformat()),
            "school": (who, "education", levels[(person.id * 7 + self.p(0.08)) % 6]),
            "products": (out, "products", [{"name": each} for each in b.goods]),
            "rt": (out, "rt", f"{spot.rt:0{r.choice((1, 2, 3))}}"),
            "year": (out, "founded_year" if b.cooperative else "started_year", year),
            "sales": (out, "business_volume_idr" if b.cooperative else "annual_sales_idr", self.money(b.sales, 0.3)),
            "capital": (out, "founding_capital_idr", self.money(capital, 0.5)),
            "workers": (out, "workers", {"paid_male": workers // 2, "unpaid_female": workers - workers // 2}),
            "nik": (who, "nik", self.slipped(person.nik) if self.p(0.02) else person.nik),
            "nib": (out, "nib", self.slipped(b.nib) if b.nib and self.p(0.02) else b.nib),
        }
        for key, (block, path, value) in said.items():
            if key in asked and not (key == "nik" and b.cooperative):
                block[path] = value
        out["rw"] = f"{spot.rw:02}"
        codes = b.trade.door
        return Draft("door", b, r.choices(codes, (70, 18, 8, 4)[: len(codes)])[0], village, out, point)

    def point(self, e: Enumerator, spot: Spot) -> tuple[float, float] | None:
        """The point of a tablet: at the door, at the end of the lane, in the evening at home, or none."""
        hall = self.villages[spot.village].at
        if e.points == "none" or self.p(0.06):
            return None
        if self.p(0.03):
            return round(hall[0], 4), round(hall[1], 4)  # at the village hall
        if e.points == "later" and self.p(0.7):
            return self.moved((hall[0] + 0.004, hall[1]), 30)
        return self.moved((spot.latitude, spot.longitude), 150 if e.points == "gate" else 25)

    def dinas(self, b: Business) -> Draft:
        """A clerk typed it from sheets of paper that a village had filled years ago."""
        r, village = self.r, b.spot.village if self.p(0.85) else b.owner.home.village
        village = r.choice(self.villages[village].beside or [village]) if self.p(0.04) else village
        where = self.villages[village]
        # The paper named the wife, or the chair of those years
        person = self.spouse(b.owner) if self.p(0.3 if b.cooperative else 0.07) else b.owner
        who: dict[str, Any] = {"name": self.name(person, 0.16, 0.12)}
        out: dict[str, Any] = {
            ("chair" if b.cooperative else "owner"): who,
            **self.business_named(b, asked=self.p(0.65)),
        }
        if not b.cooperative and self.p(0.5):
            nik = self.slipped(person.nik) if self.p(0.08) else person.nik
            who["nik"] = nik[:15] + "0" if self.p(0.3) else nik  # a spreadsheet keeps fifteen digits
        who["phone"] = self.dialled(person.phone if self.p(0.85) else where.office) if self.p(0.5) else ""
        out["nib"] = b.nib if self.p(0.12) else ""
        short = b.spot.hamlet if b.spot.village == village else person.home.hamlet
        out["address"] = r.choice((short, f"{short} {where.name}", self.address(b.spot)))
        out["main_activity"] = r.choice((*b.trade.said, *b.goods, "dagang", "perdagangan"))
        out["main_product"] = r.choice(b.goods) if self.p(0.6) else ""
        sales = self.money(b.sales * 0.75, 0.55) if self.p(0.55) else None
        out["business_volume_idr" if b.cooperative else "annual_sales_idr"] = sales
        out["workers"] = {"paid_male": max(1, b.workers + r.choice((0, 0, 1, -1)))} if self.p(0.4) else None
        out["founded_year" if b.cooperative else "started_year"] = self.year(b) if self.p(0.3) else None
        return Draft("dinas", b, r.choices(b.trade.door, (52, 28, 12, 8)[: len(b.trade.door)])[0], village, out, None)

    def oss(self, b: Business) -> Draft:
        """A licence: the card of the owner, the agent's phone, and a KBLI of low risk."""
        r, person = self.r, b.owner
        spot = b.spot if self.p(0.6) else person.home
        phone, email, _ = r.choice(self.agents[self.villages[spot.village].code[:5]])
        if self.p(0.42):
            phone, email = person.phone, f"{person.words[-1].lower()}{person.nik[8:12]}@gmail.com"
        phone = person.phone if self.p(0.25) else phone  # and only the mail is the agent's
        formal = " ".join(person.words).upper()
        who = {"name": formal, "sex": "female" if person.female else "male", "phone": phone}
        who["birth_date"] = person.born.isoformat() if self.p(0.75) else ""
        who["nik"] = person.nik if self.p(0.6) else ""
        b.nib = b.nib or self.nib(spot.village)
        out: dict[str, Any] = {("chair" if b.cooperative else "owner"): who, "email": email, "nib": b.nib}
        out["legal_name"] = f"{KOPERASI.get(b.cooperative, '')} {b.legal or formal}".upper()
        out["trade_name"] = b.sign.upper() if self.p(0.5) else ""
        out |= {"address": self.formal_address(spot), "rt": f"{spot.rt:03}", "rw": f"{spot.rw:03}"}
        out |= {"main_activity": b.trade.formal, "main_product": r.choice(b.goods) if self.p(0.35) else ""}
        out["founding_capital_idr"] = 1_000_000 * r.choice((1, 5, 5, 10, 25, 50))
        out["workers"] = {"paid_male": r.choice((1, 1, 2, b.workers)), "paid_female": 0} if self.p(0.5) else None
        out["legal_form"] = "cooperative" if b.cooperative else ("cv" if b.legal else "individual")
        return Draft("oss", b, r.choice(b.trade.licence), spot.village, out, None)

    def halal(self, b: Business) -> Draft:
        """A certificate names the kitchen, the brand and the products; many rows have the e-mail of the same helper."""
        r, person, spot = self.r, b.owner, b.owner.home if self.p(0.35) else b.spot
        phone, email, _ = self.agents[self.villages[spot.village].code[:5]][0]
        who = {"name": self.name(person, 0.05).upper(), "phone": person.phone if self.p(0.65) else phone}
        brand = b.sign or f"{r.choice(b.trade.signs)} {self.called(person)}"
        brand = f"{self.called(person)} {r.choice(('Snack', 'Food'))}" if self.p(0.12) else brand  # not as on the sign
        out: dict[str, Any] = {"owner": who, "email": email if self.p(0.6) else "", "trade_name": brand}
        out["nib"] = b.nib if self.p(0.5) else ""
        out["address"] = self.formal_address(spot) if self.p(0.5) else self.address(spot)
        out["products"] = [{"name": each} for each in (*b.goods, r.choice(b.trade.goods))]
        out["legal_name"] = b.legal or " ".join(person.words)
        codes = [code for code in (*b.trade.licence, *b.trade.door) if code[:2] in {"10", "11", "21"}]
        return Draft("halal", b, r.choice(codes or ["10799"]), spot.village, out, None)

    def market(self, b: Business) -> Draft:
        """A lease of a stall, signed by the person who was there."""
        r, where, person = self.r, self.villages[b.spot.village], self.spouse(b.owner) if self.p(0.12) else b.owner
        who = {"name": self.name(person, 0.14, 0.06), "phone": self.dialled(person.phone) if self.p(0.4) else ""}
        who["nik"] = person.nik if self.p(0.2) else ""
        out: dict[str, Any] = {"owner": who, "address": f"{b.spot.street} {b.spot.stall}", "place_type": "market"}
        out["main_activity"] = r.choice((*b.goods, *b.trade.said))
        out["started_year"] = b.since + r.choice((0, 0, 1, -1, 2, 4)) if self.p(0.6) else None
        out["trade_name"] = b.sign if self.p(0.25) else ""
        return Draft("market", b, r.choice(b.trade.door), b.spot.village, out, where.market if self.p(0.6) else None)

    def part(self, drafts: list[Draft]) -> None:
        """A number stands only once among the rows of a business: another row leaves it out, or has it wrong."""
        for key in ("nik", "nib"):
            blocks = [draft.answers if key == "nib" else draft.answers.get("owner", {}) for draft in drafts]
            for i, block in enumerate(blocks):
                while same := [each for each in blocks[:i] if block.get(key) and each.get(key) == block[key]]:
                    if self.p(0.3):
                        block[key] = self.slipped(block[key])
                    else:  # at the door the card is far away more often than in an office
                        (same[0] if drafts[i].source in {"oss", "dinas"} and self.p(0.6) else block)[key] = ""

    def name(self, person: Person, slips: float, typed: float = 0.02) -> str:
        """A name as it was heard or typed: shortened, spelt differently, words lost or reversed, often with a title."""
        r, words = self.r, list(person.words)
        if self.p(0.04):
            word = self.called(person)
            said = self.words[f"{person.people} said"][person.female]
            return f"{said} {word[-max(3, len(word) // 2) :].capitalize() if self.p(0.3) else word}"
        for i, word in enumerate(words):
            if word in self.short and self.p(0.3):
                words[i] = r.choice(self.short[word])
            elif self.p(slips):
                words[i] = self.spelt(word)
            elif self.p(typed):
                words[i] = self.typed(word)
        if len(words) > 1 and self.p(0.1):
            words.pop(0 if person.people == "bali" else -1)
        elif len(words) > 1 and self.p(0.015):
            words.reverse()
        name = " ".join(words)
        if person.title and self.p(0.6):
            name = f"{name}{person.title}" if person.title.startswith(",") else f"{person.title} {name}"
        return name.upper() if self.p(0.2) else name

    def spelt(self, word: str) -> str:
        pairs = [pair.split(",") for pair in self.words["any spelt"]]
        fitting = [(old, new) for old, new in pairs if old in word.lower()]
        return word.lower().replace(*self.r.choice(fitting), 1).capitalize() if fitting else word

    def typed(self, word: str) -> str:
        if len(word) < 4:
            return word
        i = self.r.randrange(1, len(word) - 1)
        return word[:i] + self.r.choice((word[i + 1 :], word[i + 1] + word[i] + word[i + 2 :], word[i] + word[i:]))

    def slipped(self, number: str) -> str:
        """One digit is wrong, or two neighbours are exchanged; the first two digits stay."""
        wrong = number
        while wrong == number:
            i = self.r.randrange(2, len(number) - 1)
            pair = number[i + 1] + number[i] if self.p(0.4) else f"{self.r.randrange(10)}{number[i + 1]}"
            wrong = number[:i] + pair + number[i + 2 :]
        return wrong

    def dialled(self, phone: str) -> str:
        phone = phone[:4] + self.slipped(phone[4:]) if self.p(0.025) else phone
        return self.r.choice((phone, phone, f"+62{phone[1:]}", f"{phone[:4]}-{phone[4:8]}-{phone[8:]}"))

    def year(self, b: Business) -> int:
        return b.since - b.since % 5 if self.p(0.15) else b.since + self.r.choice((0, 0, 0, 0, 1, -1))

    def money(self, value: float, unsure: float) -> int:
        """Money is said in round figures."""
        value *= math.exp(self.r.gauss(0, unsure))
        step = 10 ** (len(str(int(value))) - self.r.choice((1, 1, 2)))
        return int(max(step, round(value / step) * step))

    def business_named(self, b: Business, *, asked: bool) -> dict[str, str]:
        r, sign = self.r, b.sign
        if b.cooperative:
            full = KOPERASI[b.cooperative]
            return {"legal_name": f"{r.choice((b.cooperative, full, f'{full} ({b.cooperative})'))} {b.legal}"}
        if sign and self.p(0.1):
            sign = f"{r.choice(('', r.choice(b.trade.signs)))} {' '.join(sign.split()[1:])}"
        elif not sign and self.p(0.35):  # no sign: a name is made at the door
            said = self.words[f"{b.owner.people} said"][b.owner.female]
            sign = f"{r.choice(b.trade.signs)} {said} {self.called(b.owner)}"
        sign = " ".join(map(self.typed, sign.split())) if self.p(0.05) else sign
        return {"legal_name": b.legal if self.p(0.8) else "", "trade_name": sign if asked else ""}

    def address(self, spot: Spot) -> str:
        """An address as people say it."""
        r, village = self.r, self.villages[spot.village].name
        if spot.stall:
            return r.choice((f"{spot.street} {spot.stall}", spot.street, f"{spot.stall} {spot.street}"))
        number = f" {r.choice(('No. ', '', 'No '))}{spot.number}" if spot.number else ""
        street = f"{r.choice(('Jl.', 'Jln', 'Jalan'))} {spot.street}{number}"
        near = f"{spot.hamlet} {r.choice(('dekat masjid', 'depan SD', 'simpang', 'samping balai desa'))}"
        said = (street, f"{street} {spot.hamlet}", spot.hamlet, near, f"{spot.hamlet} {village}")
        return r.choices(said, (35, 25, 18, 6, 16))[0]

    def formal_address(self, spot: Spot) -> str:
        """An address as it stands on a card or a licence."""
        where = self.villages[spot.village]
        street = f"{spot.street} {spot.stall}" if spot.stall else f"JL. {spot.street} NO. {spot.number or '-'}"
        return f"{street} {spot.hamlet} RT {spot.rt:03} KEL. {where.name} KEC. {where.district}".upper()
