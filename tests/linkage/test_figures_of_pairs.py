"""What is compared of two businesses, and what an agreement is worth where many share it."""

import math
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from app.linkage.columns import Columns
from app.linkage.comparing import MEASURES, Corpus
from app.linkage.features import Features, features_of, person_words

HERE = (-4.1, 104.1)


def business(number: int = 1, kind: str = "umkm", village: str = "16.01.14.1003", **answers: Any) -> Features:
    place = answers.pop("place", HERE)
    said = {"legal_name": "Warung Melati", "kbli": "47112", **answers}
    return features_of(UUID(int=number), kind, village, said["kbli"], said, *place)


def figures(one: Features, other: Features, *more: Features) -> dict[str, float | None]:
    (found,) = Corpus(Columns([one, other, *more])).compare(np.array([0]), np.array([1])).tolist()
    known = (None if math.isnan(each) else each for each in found)
    return dict(zip((measure.name for measure in MEASURES), known, strict=True))


def judged(*rows: Features) -> bool:
    """Of the first two."""
    return bool(Corpus(Columns(rows)).judged(np.array([0]), np.array([1]))[0])


def owner(**said: Any) -> dict[str, Any]:
    return {"owner": said}


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("H. Moh. Soetardjo, S.E.", ("muhamad", "sutarjo")),
        ("Hj. Siti Noerhajati binti Ahmad", ("siti", "nurhajati")),
        ("Tan Tjoen Hok", ("tan", "cun", "hok")),
        ("Drs. Parlindungan Siregar", ("parlindungan", "siregar")),
        ("Ibu", ("ibu",)),
        ("", ()),
    ],
)
def test_names_are_words_as_they_are_heard(written: str, heard: tuple[str, ...]) -> None:
    assert person_words(written) == heard


def test_birth_and_sex_come_from_the_nik_where_nobody_said_them() -> None:
    row = business(**owner(nik="1601014708850002"))
    assert (row.birth, row.sex) == ("1985-08-07", "female")
    assert business(**owner(nik="1601013208850002")).birth is None, "there is no 32nd"
    assert business(**owner(nik="1601014708850002", birth_date="1985-08-08")).birth == "1985-08-08"


@pytest.mark.parametrize(
    "odd", [{"owner": "Sari"}, {"owner": [1]}, {"products": {"name": 1}}, {"workers": 3}, {"phone": 8}]
)
def test_answers_of_a_wrong_shape_count_as_not_given(odd: dict[str, Any]) -> None:
    assert business(**odd)[6:] == business()[6:]


def test_sums_of_later_questionnaires_are_of_the_newest_year() -> None:
    assert business(sales=[{"year": 2021, "idr": 5}, {"year": 2024, "idr": 9}]).sales == 9.0
    assert business(annual_sales_idr=7).sales == 7.0


def test_a_phone_that_many_have_says_less() -> None:
    shared = owner(phone="0812-3456-7890")
    pair = business(1, **shared), business(2, phone="+62 812 3456 7890")
    others = [business(number, **shared) for number in range(3, 43)]
    assert figures(*pair)["phone_shared"] == 1
    assert figures(*pair, *others)["phone_shared"] == pytest.approx(1 / 41)
    assert figures(business(**shared), business(2, **owner(phone="081234567891")))["phone_slip"] == 1
    assert figures(business(**shared), business(2))["phone_shared"] is None


def test_a_point_where_hundreds_stand_says_less() -> None:
    crowd = [business(number) for number in range(3, 300)]
    alone, among = figures(business(1), business(2)), figures(business(1), business(2), *crowd)
    assert alone["crowd_log"] == 1
    assert (among["crowd_log"] or 0) > 8
    assert alone["metres_log"] == among["metres_log"] == 0


def test_half_a_point_is_none() -> None:
    half = business(1, place=(-4.1, None)), business(2, place=(None, 104.1)), business(3)
    assert figures(half[0], half[1])["metres_log"] is None
    assert figures(half[0], half[2])["crowd_log"] is None
    assert figures(half[2], business(4), *half[:2])["crowd_log"] == 1, "of the two that have one"


def test_a_rare_name_says_more_than_a_common_one() -> None:
    sari = [business(number, **owner(name="Sari Dewi")) for number in range(1, 400)]
    rare = business(500, **owner(name="Mangasi")), business(501, **owner(name="Mangasi"))
    assert (figures(*rare, *sari)["owner_bits"] or 0) > 1.5 * (figures(*sari)["owner_bits"] or 0)


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("Sutarjo Wibowo", "Soetardjo Wibowo", True),
        ("Nurhayati", "Yati", True),
        ("M Yusuf", "Muhammad Yusuf", True),
        ("Zainal Abidin", "Zaenal Abidn", True),
        ("Slamet Riyadi", "Slamet Mulyono", False),
        ("Agus", "Dewi", False),
    ],
)
def test_names_fit_where_nothing_contradicts(one: str, other: str, fits: bool) -> None:
    found = figures(business(1, **owner(name=one)), business(2, **owner(name=other)))
    assert (found["owner_contra"] == 0) is fits


def test_of_legal_and_trade_names_the_best_two_count() -> None:
    one, other = (
        business(1, legal_name="UD Sumber Rejeki", trade_name="Bakso Cak Man"),
        business(2, legal_name="Bakso Cak Man"),
    )
    assert figures(one, other)["name_contra"] == 0


def test_the_owner_in_the_other_ones_sign_is_seen_but_not_where_both_have_it() -> None:
    sari = owner(name="Sari Wulandari")
    assert (figures(business(1, **sari), business(2, legal_name="Warung Wulandari"))["crossed_bits"] or 0) > 5
    both = business(1, legal_name="Warung Sari", **sari), business(2, legal_name="Warung Sari", **sari)
    assert figures(*both)["crossed_bits"] == 0


def test_twins_differ_by_their_serial_alone() -> None:
    first, twin = business(1, **owner(nik="1601014708850002")), business(2, **owner(nik="1601014708850003"))
    slip = business(2, **owner(nik="1601014708950002"))
    assert (figures(first, twin)["nik_edits"], figures(first, twin)["nik_serial"]) == (1, 1)
    assert (figures(first, slip)["nik_edits"], figures(first, slip)["nik_serial"]) == (1, 0)


def test_what_rules_or_people_judged_is_never_compared() -> None:
    number = owner(nik="1601014708850002")
    one, other = business(1, **number), business(2, **number)
    assert judged(one, other), "one NIK: the door has said what they are"
    cooperative = business(3, "koperasi", chair={"name": "Sari", "phone": "081234567890"})
    assert judged(one, cooperative)
    nib = business(4, nib="9120001234567"), business(5, nib="9120001234567")
    assert judged(*nib)
    agent = [business(number_, **number) for number_ in range(1, 501)]
    assert not judged(*agent), "500 have it: an agent's, which says nothing"
    assert figures(*agent)["nik_edits"] is None
