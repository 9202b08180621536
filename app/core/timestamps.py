"""Timestamps in requests: with their offset, and within the calendar also in UTC."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError


def is_in_calendar(value: datetime) -> bool:
    """Whether the time can be written in UTC: its offset may lead out of the years 1 to 9999."""
    if MINYEAR < value.year < MAXYEAR:
        return True
    try:
        value.astimezone(UTC)
    except OverflowError:
        return False
    return True


_MARGIN = timedelta(days=2)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC) + _MARGIN, datetime.max.replace(tzinfo=UTC) - _MARGIN


def kept(value: datetime) -> datetime:
    """A time of the calendar as it is kept: one of the first or the last two days is two days further in.

    asyncpg (0.32) takes the first and the last moment for infinite ones, with which nothing can be computed, and a time
    zone may lead out of the calendar. A clock that was never set says such times.
    """
    if value < _FIRST:
        return value.astimezone(UTC) + _MARGIN
    return value.astimezone(UTC) - _MARGIN if value > _LAST else value


def _in_the_calendar(value: datetime) -> datetime:
    if not is_in_calendar(value):
        raise PydanticCustomError("datetime_object_invalid", "not in the calendar of UTC")
    return kept(value)


def _only_written_out(value: Any) -> Any:
    # pydantic would take a number for seconds since 1970, and so would it digits alone: 20220913 was in August 1970.
    if value is None or isinstance(value, datetime) or (isinstance(value, str) and value[4:5] == "-"):
        return value
    raise PydanticCustomError("datetime_type", "not a time with its date")


InCalendar = AfterValidator(_in_the_calendar)
WrittenOut = BeforeValidator(_only_written_out)
Moment = Annotated[AwareDatetime, Field(strict=False), WrittenOut, InCalendar]


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


MomentInUTC = Annotated[Moment, AfterValidator(_in_utc)]
"""A time in one form, however it was written: a cursor is bound to it."""
