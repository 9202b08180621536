"""Codes of two editions of KBLI are never taken for one another, wherever activities are compared."""

import math
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from app.campaigns.reinterviews import Reinterviews
from app.identifiers.kbli_codes import activity_group
from app.linkage.columns import Columns
from app.linkage.comparing import MEASURES, Corpus
from app.linkage.features import UNKNOWN_EDITION, features_of
from app.quality.interviews import interview
from app.register.owners import Description, likeness
from app.reinterviews.comparing import Interview
from app.reinterviews.comparing import compare as agreement
from app.review.comparing import ComparedRecord, compare
from app.review.comparing import likeness as likeness_of_records

ANSWERS: dict[str, Any] = {"legal_name": "Warung Bu Sari", "kbli": "47112"}
OTHER = ANSWERS | {"kbli_version": "2025"}


def test_the_group_of_a_code_has_its_edition_and_that_of_an_unknown_one_is_itself() -> None:
    assert activity_group("2020", "47112", known=True) == activity_group("2020", "47119", known=True)
    assert activity_group("2020", "47112", known=True) != activity_group("2025", "47112", known=True)
    assert activity_group("2020", "96210", known=False) != activity_group("2020", "96200", known=True)
    assert activity_group("2020", "96210", known=False) == activity_group("2020", "96210", known=False)
    assert activity_group("2020", "", known=True) == ""


def test_owners_of_several_businesses() -> None:
    one = Description("Warung", kbli="47112", region_code="16.01.14.1003")
    assert likeness(one, one._replace(kbli="47119")).activity
    assert not likeness(one, one._replace(kbli_version="2025")).activity
    assert not likeness(one, one._replace(kbli="47119", kbli_known=False)).activity
    assert not likeness(one._replace(kbli=""), one._replace(kbli="")).activity


def test_records_side_by_side() -> None:
    here = ComparedRecord(ANSWERS, "16.01.14.1003", None, None)
    there = here._replace(answers=OTHER)
    assert likeness_of_records(here, here)["kbli"] == 1.0
    assert likeness_of_records(there, there)["kbli"] == 1.0
    assert "kbli" not in likeness_of_records(here, there)
    assert {each.pointer: each.same for each in compare(here, here)}["/kbli"] is True
    assert {each.pointer: each.same for each in compare(here, there)}["/kbli"] is False


def test_re_interviews() -> None:
    def agreed(one: dict[str, Any], other: dict[str, Any]) -> tuple[bool, bool]:
        found = agreement("umkm@1", Interview(one, None), Interview(other, None), Reinterviews())
        return "/kbli" in found.same, "/kbli" in found.different

    assert agreed(ANSWERS, ANSWERS) == agreed(ANSWERS, ANSWERS | {"kbli_version": "2020"}) == (True, False)
    assert agreed(ANSWERS, ANSWERS | {"kbli": "47119"}) == (False, True)
    assert agreed(ANSWERS, OTHER) == (False, False)


def test_quality_compares_within_an_edition() -> None:
    def group(answers: dict[str, Any]) -> str:
        return interview(
            record_id=UUID(int=1),
            revision=1,
            region_code="16.01.14.1003",
            enumerator_id=UUID(int=2),
            business_id=None,
            questionnaire="umkm@1",
            started_at=None,
            captured_at=datetime(2022, 9, 12, tzinfo=UTC),
            latitude=None,
            longitude=None,
            answers=answers,
        ).group

    assert group(ANSWERS) == group(ANSWERS | {"kbli": "47999"})
    assert group(ANSWERS) != group(OTHER)


@pytest.mark.parametrize(
    ("editions", "digits"),
    [
        (("2020", "2020"), 5),
        (("2025", "2025"), 5),
        (("2020", "2025"), None),
        (("2020", UNKNOWN_EDITION), None),
        ((UNKNOWN_EDITION, UNKNOWN_EDITION), 5),
    ],
)
def test_likely_duplicates(editions: tuple[str, str], digits: float | None) -> None:
    rows = [
        features_of(UUID(int=number), "umkm", "16.01.14.1003", "47112", ANSWERS, -4.1, 104.1, edition)
        for number, edition in enumerate(editions, 1)
    ]
    (found,) = Corpus(Columns(rows)).compare(np.array([0]), np.array([1])).tolist()
    figures = dict(zip((measure.name for measure in MEASURES), found, strict=True))
    if digits is None:
        assert math.isnan(figures["kbli_digits"])
        assert math.isnan(figures["kbli_bits"])
    else:
        assert figures["kbli_digits"] == digits
        assert figures["kbli_bits"] >= 0
