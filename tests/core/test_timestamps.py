"""Times from outside are in the calendar of UTC, too."""

from datetime import datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from app.core.timestamps import Moment, MomentInUTC

EMBEDDED_IS_ENOUGH = True
READER = TypeAdapter(Moment)


@pytest.mark.parametrize(
    "told", ["2022-09-12T09:14:40+07:00", "0001-01-03T00:00:00+00:00", "9999-12-29T23:59:59+00:00"]
)
def test_a_time_that_utc_has_is_taken(told: str) -> None:
    assert READER.validate_python(told).isoformat() == told


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("0001-01-01T00:00:00Z", "0001-01-03T00:00:00+00:00"),
        ("0001-01-01T00:00:00-07:00", "0001-01-03T07:00:00+00:00"),
        ("0001-01-02T23:59:59+07:00", "0001-01-04T16:59:59+00:00"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-29T23:59:59.999999+00:00"),
        ("9999-12-31T23:59:59+07:00", "9999-12-29T16:59:59+00:00"),
    ],
)
def test_a_time_at_the_end_of_the_calendar_is_kept_two_days_further_in(told: str, kept: str) -> None:
    assert READER.validate_python(told).isoformat() == kept


@pytest.mark.parametrize(
    "told", ["0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-07:00", "2022-09-12T09:14:40", 20220913, "20220913"]
)
def test_a_time_that_utc_has_not_that_has_no_offset_or_is_not_written_out_is_refused(told: int | str) -> None:
    with pytest.raises(ValidationError):
        READER.validate_python(told)


def test_the_same_time_is_told_alike_however_it_was_written() -> None:
    reader: TypeAdapter[datetime] = TypeAdapter(MomentInUTC)
    written = [reader.validate_python(told) for told in ("2022-09-12T09:14:40+07:00", "2022-09-12T11:14:40+09:00")]
    assert [str(each) for each in written] == ["2022-09-12 02:14:40+00:00"] * 2
