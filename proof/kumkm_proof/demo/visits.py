"""What a tablet of the demo has and sends: visits, and the evenings on which it has a signal."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID


@dataclass(slots=True, eq=False)
class Visit:
    """One revision of one record, as the tablet has it."""

    record_id: UUID
    questionnaire: str
    village: str
    captured_at: datetime
    answers: dict[str, Any]
    revision: int = 1
    minutes: float | None = None  # how long it took, where that is not drawn
    place: tuple[float, float] | None = None  # longitude and latitude, likewise

    @property
    def owner(self) -> dict[str, Any]:
        """The owner's answers; a cooperative has none."""
        owner: dict[str, Any] = self.answers.get("owner", {})
        return owner


@dataclass(slots=True, eq=False)
class Sync:
    """One evening on which a tablet has a signal, and what it sends then."""

    enumerator: str
    received_at: datetime
    since: datetime  # the evening before
    clock_ahead: timedelta
    visits: list[Visit] = field(default_factory=list)
