"""Times as they come from outside: with their offset, and in the calendar also when they are told in UTC."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime
from pydantic_core import PydanticCustomError


def is_in_calendar(value: datetime) -> bool:
    """Whether the time can be told in UTC: its offset may lead out of the years 1 to 9999."""
    if MINYEAR < value.year < MAXYEAR:
        return True
    try:
        value.astimezone(UTC)
    except OverflowError:
        return False
    return True


def _in_the_calendar(value: datetime) -> datetime:
    if not is_in_calendar(value):
        raise PydanticCustomError("datetime_object_invalid", "not in the calendar of UTC")
    return value


InCalendar = AfterValidator(_in_the_calendar)
Moment = Annotated[AwareDatetime, InCalendar]
