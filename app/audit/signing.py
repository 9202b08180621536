"""An event as bytes, and its signature, which proves that the server wrote it. Pure.

An event is signed when it is written, under a key that is not in the database: a person with the server's own login to
the database may add events, but none that holds. The key comes with the connection (`core/database.py: signing`).
"""

import hmac
from collections.abc import Sequence
from datetime import UTC
from functools import cache
from typing import Any

import asyncpg
import orjson

from app.audit.actions import Action

SIGNED_FROM = Action.TRAIL_SIGNED_FROM
"""The event that says from where on in the chain every event is signed; itself signed, and linked like all others."""

_MAC_BYTES = 16
_EXACT = 2**53


def said(event: Sequence[Any]) -> bytes:
    """An event as the chain covers it: id, time, actor, action, subject's type and id, detail as JSON text, trace id.

    Never fails: a row that was written into the table without the server is covered unchanged.
    """
    id_, occurred_at, actor_id, action, subject_type, subject_id, detail, trace_id = event
    try:
        return orjson.dumps(
            [
                str(id_),
                occurred_at.astimezone(UTC).isoformat(),
                str(actor_id),
                action,
                subject_type,
                subject_id,
                orjson.loads(detail),
                trace_id,
            ],
            option=orjson.OPT_SORT_KEYS,
        )
    except (ValueError, TypeError, OverflowError, RecursionError):
        return repr([str(each) for each in event]).encode()


def signature(secret: bytes, event: Sequence[Any]) -> bytes:
    """The MAC of an event, in the order that `said` takes. `secret`: the key of the trail.

    Raises:
        ValueError, TypeError, RecursionError: its detail is no JSON.
    """
    *rest, detail, trace_id = event
    text = orjson.dumps(_as_stored(orjson.loads(detail)), option=orjson.OPT_SORT_KEYS)
    return _mac(secret, said((*rest, text, trace_id)))


def is_signed(secret: bytes, event: Sequence[Any], mac: bytes | None) -> bool:
    """Whether the MAC of an event that was read is the server's."""
    if mac is None:
        return False
    try:
        return hmac.compare_digest(mac, signature(secret, event))
    except (ValueError, TypeError, RecursionError):
        return False


def secret_of(pg: asyncpg.Connection) -> bytes | None:
    """The key of the trail that came with a connection; None on one that was opened without keys.

    Events written there are not signed, and `kumkm audit verify` reports this.
    """
    return getattr(pg, "trail_key", None)


def _mac(secret: bytes, text: bytes) -> bytes:
    return hmac.digest(_event_key(secret), text, "sha256")[:_MAC_BYTES]


@cache
def _event_key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"kumkm audit event, version 1\x01", "sha256")


def _as_stored(value: Any) -> Any:
    """A JSON value as it comes back from the database, which writes 1e16 in digits: whole numbers as integers."""
    if isinstance(value, dict):
        return {key: _as_stored(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_stored(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        return float(value)
    return value
