"""Of the demo's 84 enumerators four cheat, each in another way: they are the first to be looked at."""

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest

from app.campaigns.thresholds import Thresholds
from app.quality.interviews import Interview, interview
from app.quality.judging import Circumstances, Judged, judge
from app.regions.loading import packaged_regions
from kumkm_proof.demo.census import OKU, SEED
from kumkm_proof.demo.cheats import CHEATS
from kumkm_proof.demo.fieldwork import Batch, field_work
from kumkm_proof.demo.people import Townsfolk
from kumkm_proof.demo.staff import id_of

pytestmark = pytest.mark.proof
TOGETHER = True
OWN_FLAGS = {
    "enumerator.17": {"rapid_sequence", "copied_answers", "same_point"},
    "enumerator.38": {"short_interview"},
    "enumerator.52": {"far_point"},
    "enumerator.71": {"no_nik", "other_business"},
}


@pytest.fixture(scope="module")
def batches() -> list[Batch]:
    codes = [region.code for region in packaged_regions() if len(region.code) == 13]
    own, outside = ([code for code in codes if code.startswith(f"{regency}.")] for regency in (OKU.code, "16.08"))
    return field_work(OKU, own, outside, Townsfolk(Random(SEED)), Random(SEED))


def newest(batches: Iterable[Batch]) -> list[Interview]:
    """The newest revision of each record that counts."""
    items: dict[str, tuple[str, Any]] = {}
    for batch in batches:
        for item in batch.body["items"]:
            known = items.get(item["record_id"])
            if item["region_code"].startswith(OKU.code) and (known is None or known[1]["revision"] < item["revision"]):
                items[item["record_id"]] = batch.enumerator, item
    return [
        interview(
            record_id=UUID(item["record_id"]),
            revision=item["revision"],
            region_code=item["region_code"],
            enumerator_id=id_of(enumerator),
            business_id=None,
            questionnaire=item["questionnaire"],
            started_at=datetime.fromisoformat(item["started_at"]),
            captured_at=datetime.fromisoformat(item["captured_at"]),
            latitude=item["location"]["latitude"],
            longitude=item["location"]["longitude"],
            answers=item["answers"],
        )
        for enumerator, item in items.values()
    ]


@pytest.fixture(scope="module")
def judged(batches: list[Batch]) -> Judged:
    return judge(newest(batches), Circumstances(Thresholds()))


def test_all_four_cheats_are_among_the_first_six(judged: Judged) -> None:
    names = {id_of(f"enumerator.{n}"): f"enumerator.{n}" for n in range(1, OKU.enumerators + 1)}
    first = [names[each.enumerator_id] for each in judged.enumerators[:6]]
    assert set(CHEATS) <= set(first)


@pytest.mark.parametrize("who", OWN_FLAGS)
def test_each_is_found_by_what_it_does(judged: Judged, who: str) -> None:
    flags = {each.enumerator_id: set(each.flags) for each in judged.enumerators}
    assert OWN_FLAGS[who] <= flags[id_of(who)]


def test_the_honest_are_left_alone(judged: Judged) -> None:
    cheats = {id_of(name) for name in CHEATS}
    suspected = [each for each in judged.enumerators if each.enumerator_id not in cheats and each.score]
    assert len(suspected) <= 4
    assert max((each.score for each in suspected), default=0) < min(
        each.score for each in judged.enumerators if each.enumerator_id in cheats
    )
