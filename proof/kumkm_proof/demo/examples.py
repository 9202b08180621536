"""What `/docs` of the demo shows as examples: ids that this very demo has, so that "Execute" works at the first try."""

from collections.abc import Mapping

import asyncpg
from fastapi import FastAPI

from kumkm_proof.demo.census import OKU
from kumkm_proof.demo.staff import id_of

ENUMERATOR = "enumerator.1"
"""Whose batch is shown; others get 404 for it."""

_FOUND = """
SELECT
  (SELECT id FROM business WHERE regency_code = $1 AND merged_into IS NULL ORDER BY id LIMIT 1),
  (SELECT record_id FROM business WHERE regency_code = $1 AND merged_into IS NULL ORDER BY id LIMIT 1),
  (SELECT id FROM duplicate_case WHERE regency_code = $1 ORDER BY id LIMIT 1),
  (SELECT id FROM raw_item WHERE regency_code = $1 AND outcome = 'held' ORDER BY id LIMIT 1),
  (SELECT id FROM batch WHERE enumerator_id = $2 ORDER BY id LIMIT 1),
  (SELECT id FROM webhook ORDER BY id LIMIT 1),
  (SELECT id FROM verification_request ORDER BY id LIMIT 1)
"""


async def found_examples(pg: asyncpg.Connection) -> dict[str, str]:
    """By path and parameter."""
    ((business, record, case, held, batch, webhook, request),) = await pg.fetch(_FOUND, OKU.code, id_of(ENUMERATOR))
    found = {
        "/v1/businesses/{business_id}": business,
        "/v1/submissions/{record_id}": record,
        "/v1/submissions/{record_id}/attachments": record,
        "/v1/duplicates/{id}": case,
        "/v1/held/{id}": held,
        "/v1/accounts/{account_id}": id_of(ENUMERATOR),
        "/v1/sync/batches/{batch_id}": batch,
        "/v1/verification/requests/{request_id}": request,
        "/v1/webhooks/{webhook_id}": webhook,
        "/v1/webhooks/{webhook_id}/deliveries": webhook,
    }
    return {path: str(value) for path, value in found.items() if value is not None}


def show_examples(app: FastAPI, found: Mapping[str, str]) -> None:
    """Put them into the app's document, where the path has its one parameter."""
    for path, value in found.items():
        for parameter in app.openapi()["paths"][path]["get"]["parameters"]:
            if parameter["in"] == "path":
                parameter["example"] = value
