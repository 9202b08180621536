"""Codes of regions: their levels, what is above them, what lies within."""

from datetime import UTC, datetime

import pytest

from app.regions.region_code import (
    NATION,
    Level,
    ancestry,
    is_place,
    is_region_code,
    level_of,
    local_date,
    parent_of,
    regency_of,
    span_of,
    village_of,
    width_below,
)

EMBEDDED_IS_ENOUGH = True
LINE = (NATION, "16", "16.01", "16.01.14", "16.01.14.1003", "16.01.14.1003.0001")


def test_every_code_knows_its_level_its_parent_and_its_ancestry() -> None:
    assert [level_of(code) for code in LINE] == list(Level)
    assert [parent_of(code) for code in LINE] == [None, *LINE[:-1]]
    for n, code in enumerate(LINE, start=1):
        assert is_region_code(code)
        assert ancestry(code) == LINE[:n]
        assert is_place(code) == (n >= 5)
        assert village_of(code) == LINE[min(n, 5) - 1]
    assert [width_below(code) for code in LINE] == [*(len(code) for code in LINE[1:]), None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "16.",
        "16.1",
        "1601",
        "16.01.14.100",
        "16.01.14.10033",
        "16.01.14.1003\n",
        "16.01.14.1003.",
        "16.01.14.1003.001",
        "16.01.14.1003.00012",
        "ab",
    ],
)
def test_no_other_text_is_a_code(text: str) -> None:
    assert not is_region_code(text)


@pytest.mark.parametrize("code", LINE)
def test_a_span_holds_the_region_and_all_below_it_and_nothing_beside_it(code: str) -> None:
    first, end = span_of(code)
    below = [each for each in LINE if code in ancestry(each)]
    assert [each for each in LINE[1:] if first <= each < end] == [each for each in below if each != NATION]
    for beside in ("15", "17.01", "16.02", "16.01.15", "16.01.14.1004"):
        assert (first <= beside < end) == (code in ancestry(beside))


def test_a_day_is_that_of_the_regions_clock() -> None:
    late = datetime(2022, 9, 12, 16, 30, tzinfo=UTC)
    days = {code: local_date(late, code).day for code in ("16.01", "51.71", "91.01", NATION)}
    assert days == {"16.01": 12, "51.71": 13, "91.01": 13, NATION: 12}
    assert [regency_of(code) for code in LINE] == [NATION, "16", *["16.01"] * 4]
