"""A revision's times by the tablet's clock, as SQL over `submission`: all of them finite.

Release 0.3.0 kept the first and the last moment of the calendar, as a clock that was never set says it, as infinite
ones. With these Python computes nothing, nor does PostgreSQL before 17.
"""

STARTED_AT = "CASE WHEN isfinite(submission.started_at) THEN submission.started_at END"
CAPTURED_AT_TOLD = (
    "CASE WHEN isfinite(submission.captured_at_told) THEN submission.captured_at_told ELSE submission.captured_at END"
)
MINUTES = f"extract(epoch FROM ({CAPTURED_AT_TOLD}) - ({STARTED_AT})) / 60"
"""How long the interview took; null where nobody says when it began."""
