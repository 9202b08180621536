"""Broken clients: what they take for a receipt."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
from broken_clients import breaks
from shapes import Json

from kumkm_tablet import tablet
from kumkm_tablet.outbox import Batch

PURGE = {"outcome": "accepted", "client_action": "purge"}

# R20, R21: what is a receipt.


def _receipt(whether: Callable[[Any, Batch], list[Json] | None]) -> None:
    """Take for a receipt what is one by this rule: of the answer's JSON (None where it is none) and the batch."""

    def receipt(answer: httpx.Response | None, batch: Batch) -> Mapping[str, Any] | None:
        if answer is None or answer.status_code not in (200, 201, 204):
            return None
        try:
            told = answer.json()
        except ValueError:
            told = None
        lines = whether(told, batch)
        return None if lines is None else {"items": (lines + [PURGE] * len(batch.rows))[: len(batch.rows)]}

    tablet._receipt = receipt


@breaks("R20", "captive_portal")
def trusts_any_200() -> None:
    _receipt(lambda _told, _batch: [])


@breaks("R20", "captive_portal")
def trusts_any_json() -> None:
    _receipt(lambda told, _: None if told is None else told.get("items", []) if isinstance(told, dict) else [])


@breaks("R20", "receipt_of_something_else")
def trusts_any_receipt() -> None:
    def lines(told: Any, batch: Batch) -> list[Json] | None:
        found = told.get("items") if isinstance(told, dict) else None
        return found if found and len(found) == len(batch.rows) else None

    _receipt(lines)


@breaks("R20", "receipt_of_something_else")
def trusts_what_it_can_read_of_a_receipt() -> None:
    """Half a body that names the batch is enough."""

    def receipt(answer: httpx.Response | None, batch: Batch) -> Mapping[str, Any] | None:
        good = answer is not None and answer.status_code in (200, 201) and batch.id in answer.text
        return {"items": [PURGE] * len(batch.rows)} if good else None

    tablet._receipt = receipt


def _of_this_batch(told: Any, batch: Batch) -> list[Json] | None:
    return told["items"] if isinstance(told, dict) and told.get("batch_id") == batch.id else None


@breaks("R21", "receipt_does_not_fit")
def takes_a_short_receipt() -> None:
    _receipt(_of_this_batch)


@breaks("R21", "receipt_does_not_fit")
def takes_lines_as_they_come() -> None:
    def lines(told: Any, batch: Batch) -> list[Json] | None:
        found = _of_this_batch(told, batch)
        return found if found is not None and len(found) == len(batch.rows) else None

    _receipt(lines)


@breaks("R21", "receipt_does_not_fit")
def takes_a_long_receipt() -> None:
    real = tablet._receipt

    def receipt(answer: httpx.Response | None, batch: Batch) -> Mapping[str, Any] | None:
        found = real(answer, batch)
        if found is None and answer is not None and answer.status_code in (200, 201):
            lines = (answer.json() or {}).get("items", [])
            return {"items": lines[: len(batch.rows)]} if len(lines) > len(batch.rows) else None
        return found

    tablet._receipt = receipt


@breaks("R21", "receipt_does_not_fit")
def looks_up_lines_by_record() -> None:
    """In whatever order they come, and whatever revision they are of."""

    def lines(told: Any, batch: Batch) -> list[Json] | None:
        found = {line["record_id"]: line for line in _of_this_batch(told, batch) or ()}
        return (
            [found[row.record_id] for row in batch.rows] if all(row.record_id in found for row in batch.rows) else None
        )

    _receipt(lines)
