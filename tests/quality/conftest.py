"""A field that was worked, and the worker that judges it."""

from interviewed import field, judge_all, judging  # noqa: F401  (pytest finds fixtures here)
