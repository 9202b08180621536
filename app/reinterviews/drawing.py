"""Which records are drawn: a keyed hash of the seed and the record's id, so that anybody who has the seed can confirm
the sample, and nobody without it can foresee it. Pure.

A record is drawn where its value lies below the share. Who has so many records that one is expected, and none of the
first of them lies below, has the lowest of these drawn: nobody who works is left out. No record depends on the others
otherwise, so the order in which they came does not matter, and what is drawn stays drawn.
"""

import hmac
import math
from collections.abc import Iterable, Sequence
from uuid import UUID

from app.campaigns.reinterviews import Reinterviews

_BYTES = 8
_SPAN = 1 << (8 * _BYTES)


def value_of(seed: str, record_id: UUID) -> float:
    """Of a record, from 0 up to 1: the first 8 bytes of HMAC-SHA-256 (RFC 2104) of the id's 16 bytes under the seed."""
    return int.from_bytes(hmac.digest(seed.encode(), record_id.bytes, "sha256")[:_BYTES]) / _SPAN


def is_drawn(by: Reinterviews, record_id: UUID) -> bool:
    """Whether the record's own value has it drawn."""
    return by.seed is not None and value_of(by.seed, record_id) * 100 < by.share_percent


def enough(by: Reinterviews) -> int | None:
    """Of so many records one is expected to be drawn; None where none ever is."""
    return math.ceil(100 / by.share_percent) if by.share_percent else None


def lowest(by: Reinterviews, first: Sequence[UUID]) -> UUID | None:
    """Of an enumerator's first records, in the order in which they came: the one that is drawn in any case; None while
    there are too few."""
    least = enough(by)
    if by.seed is None or least is None or len(first) < least:
        return None
    return _lowest(by.seed, first[:least])


def _lowest(seed: str, record_ids: Iterable[UUID]) -> UUID:
    return min(record_ids, key=lambda each: (value_of(seed, each), each.bytes))
