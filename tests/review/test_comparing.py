"""How alike two records are: by what both say, each part from 0 to 1."""

import pytest

from app.review.comparing import ComparedRecord, compare, likelihood, likeness
from app.review.explaining import explained

EMBEDDED_IS_ENOUGH = True
ANSWERS = {
    "legal_name": "Warung Bu Sari",
    "kbli": "47112",
    "phone": "0812-3456-7890",
    "owner": {"name": "Sari Dewi"},
}
LATITUDE = -4.1266
HERE = ComparedRecord(ANSWERS, "16.01.14.1003", LATITUDE, 104.1702)


def test_a_record_is_wholly_like_itself() -> None:
    alike = likeness(HERE, HERE)
    assert alike == dict.fromkeys(("name", "owner", "phone", "village", "place", "kbli"), 1.0)
    assert likelihood(alike) == 100


def test_what_only_one_says_weighs_nothing() -> None:
    silent = ComparedRecord({}, "16.01.14.1003", None, None)
    assert likeness(HERE, silent) == {"village": 1.0}
    assert likelihood(likeness(HERE, silent)) == 100
    assert likelihood({}) == 0
    odd = ComparedRecord(
        {"owner": "Sari", "phone": 812, "legal_name": ["Warung"], "kbli": 47112}, "16.01.14.1004", 0.0, None
    )
    assert likeness(HERE, odd) == {"village": 0.0}


@pytest.mark.parametrize(("kbli", "alike"), [("47112", 1.0), ("47119", 0.6), ("47999", 0.3), ("10110", 0.0)])
def test_activities_of_one_group_are_alike_in_part(kbli: str, alike: float) -> None:
    assert likeness(HERE, HERE._replace(answers={**ANSWERS, "kbli": kbli}))["kbli"] == alike


@pytest.mark.parametrize(("metres", "alike"), [(0, 1.0), (40, 1.0), (1_025, 0.5), (3_000, 0.0)])
def test_places_are_alike_by_their_distance(metres: int, alike: float) -> None:
    north = HERE._replace(latitude=LATITUDE + metres / 111_195)
    assert likeness(HERE, north)["place"] == pytest.approx(alike, abs=0.01)


def test_a_phone_is_the_same_whatever_its_prefix_and_wherever_it_stands() -> None:
    for answers in ({"owner": {"phone": "+62 812 3456 7890"}}, {"chair": {"phone": "081234567890"}}):
        assert likeness(HERE, HERE._replace(answers=answers))["phone"] == 1.0
    assert "phone" not in likeness(HERE, HERE._replace(answers={"phone": "112"}))


def test_answers_are_the_same_however_they_are_spelled() -> None:
    other = HERE._replace(
        answers={"legal_name": "warung bu-sari", "kbli": "47111", "note": "x", "owner": {"name": "!"}}
    )
    found = {each.pointer: each.same for each in compare(HERE, other)}
    names = {pointer.strip("/"): same for pointer, same in found.items()}
    assert names == {"legal_name": True, "kbli": False, "phone": None, "owner/name": False, "note": None}


def test_a_sentence_says_what_speaks_for_it_the_strongest_first_then_what_speaks_against_it() -> None:
    reasons = {"kbli": "KBLI sama", "name": "tetapi nama usaha lain", "owner": "nama pemilik sama"}
    stored = {"kbli": 1.5, "owner": 3.5, "name": -0.5, "year": -2, "phone": 5.0}
    reasons |= {"year": "tetapi tahun mulai beda 20 tahun", "phone": "telepon sama"}
    sentence = "Nama pemilik sama, KBLI sama, tetapi tahun mulai beda 20 tahun dan nama usaha lain."
    assert explained({**stored, "reasons": reasons}, unmasked=False)["sentence"] == sentence
    sentence = f"Telepon sama, n{sentence[1:]}"
    assert explained({**stored, "reasons": reasons}, unmasked=True)["sentence"] == sentence
    doubts = {"name": reasons["name"], "year": reasons["year"]}
    assert explained({**stored, "reasons": doubts}, unmasked=True)["sentence"].startswith(
        "Tahun mulai beda 20 tahun dan nama"
    )
    assert "sentence" not in explained(stored, unmasked=True)
