"""What a tablet is told is written and read by one type."""

from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import ValidationError
from shapes import Json

from app.changes import news
from app.changes.news import Change, HeldChange, TombstoneChange

RECORD = UUID(int=1)
KINDS: tuple[type[Any], ...] = get_args(get_args(Change)[0])
EXAMPLES: dict[str, Json] = {
    "review": {"record_id": RECORD, "revision": 2, "decision": "returned", "reason": "?", "decided_at": 0},
    "held": {
        "record_id": RECORD,
        "revision": None,
        "decision": "refused",
        "outcome": None,
        "reason": "-",
        "decided_at": 0,
    },
    "resolution": {"record_id": RECORD, "revision": 1, "decision": "same", "outcome": "duplicate", "decided_at": 0},
    "assignment": {"campaign": "c", "region_code": "16.01", "starts_on": 0, "ends_on": None, "removed": False},
    "campaign": {"campaign": "c", "name": "C", "starts_on": 0, "ends_on": 0, "accepts_until": 0},
    "reference": {"list": "kbli"},
    "tombstone": {"record_id": RECORD, "reason": "erased"},
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_is_read_as_it_was_written(kind: type[Any]) -> None:
    name = get_args(kind.model_fields["kind"].annotation)[0]
    change = kind(kind=name, **EXAMPLES[name])
    assert news.read(*news.written(change)) == change


def test_a_kind_that_is_not_told_has_no_place_in_the_stream() -> None:
    with pytest.raises(ValidationError):
        news.read("rumour", "{}")


def test_a_key_that_is_missing_is_found_when_the_change_is_made() -> None:
    lacking: Json = {"kind": "tombstone", "reason": "erased"}
    with pytest.raises(ValidationError):
        TombstoneChange(**lacking)
    with pytest.raises(ValidationError):
        HeldChange(kind="held", record_id=None, decision="refused", outcome=None, reason=None, decided_at=0)
