"""Rows grow old at once: SQL that moves a moment, and that a cluster takes as well as one node."""

from datetime import timedelta


def earlier(by: timedelta, *columns: str) -> str:
    """What stands after SET to move these columns (`TIMESTAMPTZ`) back by so much; forward where it is negative.

    What is a day hangs on the time zone of the session, so `moment - interval` is STABLE, and Citus refuses it in an
    UPDATE. In UTC it hangs on nothing.
    """
    interval = f"interval '{by.total_seconds():f} seconds'"
    return ", ".join(f"{each} = (({each} AT TIME ZONE 'UTC') - {interval}) AT TIME ZONE 'UTC'" for each in columns)
