"""What follows an attempt: settled, tried again after a while, or a dead letter. Pure.

Every answer but 2xx is a failure (redirects too: they are not followed). 410 and 422 are not tried again: the receiver
says that there is nothing behind the address any more, or that it will never take this delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

LONGEST_WAIT_S = 86_400.0
"""The most seconds that a receiver's `Retry-After` is waited for."""

CUT_SHORT = "cut_short"
"""The fault of an attempt that was ended early since others waited: not the receiver's, and so no failed attempt."""

CUT_AGAIN_S = 5.0
"""Seconds after which a delivery whose attempt was cut short is sent again."""

_GONE, _UNPROCESSABLE = 410, 422


class Next(StrEnum):
    """What is done after an attempt."""

    DELIVERED = "delivered"
    AGAIN = "again"
    CUT = "cut"
    DEAD = "dead"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt went. `status` is None where there was no answer; then `fault` says why."""

    status: int | None
    fault: str | None
    duration_ms: int
    retry_after: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004  (2xx)


def what_next(attempt: Attempt, failed_before: int, waits: Sequence[float]) -> Next:
    """What follows an attempt after so many failed ones. `waits`: seconds before each further attempt."""
    if attempt.succeeded:
        return Next.DELIVERED
    if attempt.fault == CUT_SHORT:
        return Next.CUT
    if attempt.status == _GONE:
        return Next.GONE
    if attempt.status == _UNPROCESSABLE or failed_before >= len(waits):
        return Next.DEAD
    return Next.AGAIN


def wait_s(attempt: Attempt, failed_before: int, waits: Sequence[float], now: datetime, luck: float) -> float:
    """Seconds until the next attempt: by the list, spread by `luck` from 0 to 1 so that many do not come at once, and
    not before the receiver's `Retry-After`, of at most a day."""
    own = waits[failed_before] * (0.75 + 0.5 * luck)
    return max(own, min(_asked_s(attempt.retry_after, now), LONGEST_WAIT_S))


def _asked_s(header: str | None, now: datetime) -> float:
    if header is None:
        return 0
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
