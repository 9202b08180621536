"""The receipt of a batch (*tanda terima*): made once, stored compressed, returned byte for byte."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from app.intake.finding_texts import text_of
from app.intake.rules import Arrival
from app.questionnaires.findings import Finding
from app.register.verdicts import Outcome


class ReceiptLine(NamedTuple):
    """What the receipt says of one item."""

    record_id: UUID | None
    revision: int | None
    outcome: Outcome
    client_action: str
    business_id: UUID | None = None
    matched_on: Sequence[str] = ()
    warnings: Sequence[Finding] = ()
    errors: Sequence[Finding] = ()
    counted_as: str | None = None


def write_receipt(batch_id: UUID, arrival: Arrival, lines: Sequence[ReceiptLine], *, language: str) -> bytes:
    """The bytes of the receipt; details in the language of the first asking, "id" or "en"."""
    counts = Counter(line.outcome for line in lines)
    return orjson.dumps(
        {
            "batch_id": batch_id,
            "received_at": arrival.received_at,
            "clock_skew_s": round(arrival.skew.total_seconds(), 3),
            "item_count": len(lines),
            "counts": {outcome.value: counts[outcome] for outcome in Outcome},
            "items": [
                {
                    "record_id": line.record_id,
                    "revision": line.revision,
                    "outcome": line.outcome.value,
                    "client_action": line.client_action,
                    "counted_as": line.counted_as,
                    "business_id": line.business_id,
                    "matched_on": line.matched_on,
                    "warnings": _details(line.warnings, language),
                    "errors": _details(line.errors, language),
                }
                for line in lines
            ],
        },
        default=str,  # asyncpg's own UUIDs
    )


def _details(findings: Sequence[Finding], language: str) -> list[dict[str, Any]]:
    if not findings:
        return []
    return [
        {"pointer": pointer, "code": code, "detail": text_of(code).in_language(language)} for pointer, code in findings
    ]
