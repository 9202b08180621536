"""The highlands: a made-up world of small businesses in North Sumatra, West Sumatra and Lampung.

Districts have a small town with a daily market and rows of shops, and villages around it. Weekly markets go from
village to village, and their traders with them: the same woman sells her chillies on Monday here and on Thursday there,
and is counted in both, or at her house, too. In a Batak village every third family has the founders' marga, so that
names repeat; in a nagari or a Javanese settlement many have one word for a name. Wives answer for husbands and husbands
for wives; a shop is written down in his name this year and in hers four years later. Coffee is grown, bought and ground
by neighbours.

A business has a second row because another hand came by, another round, an office sent its list, the stall and the
house were both counted, a border was walked twice, a paper was typed twice. One of its rows, at most, has a NIK and a
NIB, or a slip of the finger parts them.
"""

from collections.abc import Iterator
from itertools import combinations
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from app.linkage.features import features_of
from kumkm_proof.bench.worlds.highlands_again import again, first
from kumkm_proof.bench.worlds.highlands_doors import Written, slip, write
from kumkm_proof.bench.worlds.highlands_hands import Door
from kumkm_proof.bench.worlds.highlands_life import Life
from kumkm_proof.bench.worlds.highlands_people import Business, Village
from kumkm_proof.bench.worlds.labelled import Labelled


class Told(NamedTuple):
    """A row with why it is there: empty for the first row of a business."""

    labelled: Labelled
    reason: str
    business: Business


_TYPED = {"legal_name", "trade_name", "address", "main_activity", "main_product", "email"}


def _typed_twice(rng: Random, row: Written) -> Written:
    """The same paper once more, by the same hand."""
    answers: dict[str, Any] = {}
    for name, value in row.answers.items():
        if rng.random() < 0.05 and name != "legal_name":
            continue
        answers[name] = dict(value) if isinstance(value, dict) else value
        if isinstance(value, str) and rng.random() < 0.16 and name in _TYPED:
            answers[name] = slip(rng, value) if rng.random() < 0.7 else value.upper()
    for block in (answers.get("owner"), answers.get("chair")):
        if block and rng.random() < 0.3:
            block["name"] = slip(rng, block["name"])
    there = row.latitude is not None and rng.random() < 0.5
    return row._replace(
        answers=answers,
        latitude=row.latitude if there else None,
        longitude=row.longitude if there else None,
    )


def _digits(row: Written, name: str) -> str:
    block = row.answers if name == "nib" else row.answers.get("owner", {})
    text = block.get(name, "")
    return "".join(filter(str.isdigit, text))


def _apart(rng: Random, rows: list[Written]) -> None:
    """No number in common: a later visit did not get it, or got it with a slip of one digit or two."""
    for name, slips in (("nik", 0.28), ("nib", 0.12)):
        for one, other in combinations(rows, 2):
            while _digits(one, name) and _digits(one, name) == _digits(other, name):
                row = other if rng.random() < 0.6 else one
                block = row.answers if name == "nib" else row.answers["owner"]
                if rng.random() > slips:
                    del block[name]
                    continue
                block[name] = _slipped(rng, block[name])


def _slipped(rng: Random, digits: str) -> str:
    at = rng.randrange(2, len(digits) - 1)
    if rng.random() < 0.4 and digits[at] != digits[at + 1]:
        return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return digits[:at] + str((int(digits[at]) + rng.randint(1, 9)) % 10) + digits[at + 1 :]


def _rows(life: Life, business: Business) -> Iterator[Told]:
    rng = life.rng
    door = first(life, business)
    made: list[tuple[Business, Door]] = [(business, door)]
    share = 0.2 if len(business.home.village.rounds) > 1 else 0.125
    share += 0.2 * (len(business.markets) > 1) + 0.12 * (business.kind == "cooperative") - 0.06 * (not business.sign)
    if rng.random() < share:
        made.append(again(life, business, door))
        if rng.random() < 0.11:
            made.append(again(life, business, door))
    written: list[Written] = []
    for state, way in made:
        twice = way.reason.startswith("typed")
        written.append(_typed_twice(rng, written[0]) if twice else write(rng, state, way))
    _apart(rng, written)
    for (state, way), row in zip(made, written, strict=True):
        features = features_of(
            UUID(int=rng.getrandbits(128)),
            *(business.kind, row.region, row.kbli, row.answers, row.latitude, row.longitude, row.edition),
        )
        yield Told(Labelled(features, business.key, state.owner_key), way.reason, business)


def _village(life: Life, where: Village, most: int) -> Iterator[Told]:
    target, made = min(life.rng.randint(60, 250), most), 0
    for business in life.common_goods(where):
        for row in _rows(life, business):
            made += 1
            yield row
    while made < target:
        for business in life.family(where):
            for row in _rows(life, business):
                made += 1
                yield row


def told(seed: int, rows: int) -> list[Told]:
    """The rows of `world`, each with why it is there."""
    life = Life(seed)
    found: list[Told] = []
    while len(found) < rows:
        for where in life.district():
            if len(found) < rows:
                found += _village(life, where, rows - len(found))
    life.rng.shuffle(found)
    return found


def world(seed: int, rows: int) -> list[Labelled]:
    """About so many rows of the highlands, in no order."""
    return [each.labelled for each in told(seed, rows)]
