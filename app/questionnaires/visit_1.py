"""`visit@1`: what was found at a door where nobody was interviewed.

Most of what happens at a door is no interview: nobody is home, the owner refuses, the shop has closed. What each result
counts as is in `register/doors.py`.
"""

from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter

from app.core.timestamps import Moment
from app.questionnaires.fields import Block, Day, Line, Note, ask
from app.questionnaires.findings import Finding

Result = Literal["absent", "refused", "closed", "moved", "not_found", "not_eligible", "non_response"]
_YEARS = range(1900, 2200)
"""A tablet's clock may be at its beginning, 1970; what lies further off is no time of a visit."""

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


class Visit1(Block):
    """A visit without an interview."""

    result: Result = ask("Hasil kunjungan", "Result of the visit", open=True, default=...)
    visited_at: Moment | None = ask("Waktu kunjungan", "Time of the visit", open=True)
    next_visit_on: Day | None = ask("Kunjungan berikutnya", "Next visit on", open=True)
    reason: Line | None = ask("Alasan menolak", "Reason for refusing")
    moved_to: Line | None = ask("Pindah ke", "Moved to")
    note: Note | None = ask("Catatan", "Note")


class VisitSaid(NamedTuple):
    """What a visit says: times by the tablet's clock. `visited_at` is None where it was when the item was captured."""

    result: Result
    visited_at: datetime | None
    next_visit_on: date | None


def read_visit(answers: dict[str, Any]) -> tuple[VisitSaid | None, list[Finding], list[Finding]]:
    """What checked answers say of the visit, its errors, and its warnings."""
    text, next_on = answers.get("visited_at"), answers.get("next_visit_on")
    visited_at = None if text is None else _MOMENT.validate_python(text)
    if visited_at is not None and visited_at.year not in _YEARS:
        return None, [Finding("/answers/visited_at", "not_a_date")], []
    said = VisitSaid(answers["result"], visited_at, None if next_on is None else date.fromisoformat(next_on))
    warnings = []
    if said.result == "refused" and not (answers.get("reason") or "").strip():
        warnings.append(Finding("/answers/reason", "refusal_without_reason"))
    if said.next_visit_on is not None:
        if said.result != "absent":
            warnings.append(Finding("/answers/next_visit_on", "next_visit_needless"))
        elif visited_at is not None and said.next_visit_on < visited_at.date():
            warnings.append(Finding("/answers/next_visit_on", "next_visit_before_visit"))
    return said, [], warnings
