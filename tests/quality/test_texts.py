"""Every flag has its words in both languages, with all of its numbers put in."""

from random import Random
from typing import get_args

import pytest
from made_up import MORNING, honest, of

from app.campaigns.thresholds import Thresholds
from app.quality.judging import Circumstances, judge
from app.quality.texts import EnumeratorCode, RecordCode, name_of, text_of_enumerator, text_of_record

NUMBERS: dict[str, dict[str, float]] = {
    "short_interview": {"minutes": 1.2, "usual": 14.8, "deviations": -4.1, "compared_with": 312},
    "rapid_sequence": {"seconds": 25, "usual": 4042, "deviations": -5.0, "compared_with": 312},
    "copied_answers": {"alike": 0.93, "records_before": 1, "answers": 12},
    "same_point": {"records": 40, "villages": 3, "doubtful_share": 0.5},
    "far_point": {"points": 40, "metres": 9834, "usual": 764, "deviations": 12.5},
    "out_of_range": {"annual_sales_idr": 7.5},
    "empty_answers": {"share": 0.9, "usual": 0.75, "deviations": 4.5, "compared_with": 312},
    "repeated_number": {"records": 500},
    "short_names": {"letters": 1},
}


_REINTERVIEWED = ("low_agreement", "business_not_found")


@pytest.mark.parametrize("code", get_args(RecordCode))
def test_a_records_flag_says_its_numbers(code: str) -> None:
    text = text_of_record(code, NUMBERS[code])
    for said in (text.id, text.en):
        assert said
        assert "{" not in said
    assert text.id != text.en


def test_numbers_are_written_as_the_language_has_it() -> None:
    text = text_of_record("short_interview", NUMBERS["short_interview"])
    assert text.id == "Wawancara hanya 1,2 menit; biasanya 14,8 menit untuk kegiatan ini."
    assert text.en == "The interview took 1.2 minutes; 14.8 are usual for this activity."
    far = text_of_record("far_point", {"points": 40, "metres": 12_379, "usual": 1_234_567, "deviations": 12.5})
    assert far.id == "Titik lokasi 12.379 m dari titik lain di desa ini; biasanya 1.234.567 m."
    assert far.en == "The point is 12,379 m from the others of this village; 1,234,567 m is usual."
    assert "90,0\N{NO-BREAK SPACE}%" in text_of_record("empty_answers", NUMBERS["empty_answers"]).id
    assert "75.0\N{NO-BREAK SPACE}%" in text_of_record("empty_answers", NUMBERS["empty_answers"]).en


def test_outside_of_a_boundary_there_may_be_no_distance_to_points() -> None:
    alone = of(90_001, 0, MORNING, Random(1), region_code="16.01.14.1099", latitude=-3.0)
    by = Circumstances(Thresholds(), {"16.01.14.1099": (104.0, -4.2, 104.3, -4.0)})
    (judged,) = [each for each in judge([*honest(), alone], by).records if each.interview.record_id.int == 90_001]
    assert judged.flags["far_point"].keys() == {"points", "metres_outside"}
    assert text_of_record("far_point", judged.flags["far_point"]).en == "The point is far from its village."


@pytest.mark.parametrize("code", [each for each in get_args(EnumeratorCode) if each not in _REINTERVIEWED])
def test_an_enumerators_flag_says_of_how_many(code: str) -> None:
    text = text_of_enumerator(code, {"flagged": 59, "records": 147, "share": 0.401, "usual": 0.01})
    assert (
        text.id == f"{name_of(code).id}: 59 dari 147 isian (40,1\N{NO-BREAK SPACE}%); biasanya 1,0\N{NO-BREAK SPACE}%."
    )
    assert text.en == f"{name_of(code).en}: 59 of 147 records (40.1\N{NO-BREAK SPACE}%); usual: 1.0\N{NO-BREAK SPACE}%."


def test_a_flag_of_reinterviews_says_its_numbers() -> None:
    numbers: dict[str, float] = {"agreed": 20, "compared": 50, "share": 0.4, "low": 0.276, "high": 0.538, "least": 0.8}
    text = text_of_enumerator("low_agreement", numbers)
    assert text.id.startswith("Jawaban berbeda saat wawancara ulang: hanya 20 dari 50 jawaban sama (40,0")
    assert "{" not in text.id + text.en
    assert "53.8" in text.en
    text = text_of_enumerator("business_not_found", {"not_found": 2, "reinterviews": 7})
    assert text == (
        "Usaha tidak ditemukan saat wawancara ulang: 2 dari 7 wawancara ulang.",
        "Businesses not found again: 2 of 7 re-interviews.",
    )


def test_a_point_for_each_village_is_said_with_the_number_of_villages() -> None:
    text = text_of_record("same_point", {"records": 40, "villages_with_one": 3})
    assert text.en.startswith("40 records at the same point; in 3 villages")
    assert "{" not in text.id


def test_a_copy_of_a_colleagues_record_says_so() -> None:
    text = text_of_record("copied_answers", {"alike": 0.93, "of_colleague": 1, "answers": 12})
    assert text.id == "Jawaban hampir sama (93,0\xa0%) dengan isian petugas lain tentang usaha lain."
    assert text.en == "The answers are nearly those (93.0\xa0%) of another enumerator's record, of another business."
