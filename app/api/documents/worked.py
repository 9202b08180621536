"""Examples of a tablet's requests and answers, written by hand; all others are composed of the glossary's."""

from collections.abc import Mapping
from typing import Any

from app.api.documents.glossary import BATCH, BUSINESS, CURSOR, DEVICE, RECORD, SHA256
from app.exchange.columns import NAMES as COLUMN_NAMES
from app.intake.finding_texts import text_of

_ITEM = {
    "record_id": RECORD,
    "revision": 1,
    "questionnaire": "umkm@1",
    "region_code": "16.01.14.1003",
    "started_at": "2022-09-12T08:55:10+07:00",
    "captured_at": "2022-09-12T09:14:40+07:00",
    "location": {"latitude": -4.1266, "longitude": 104.1702, "accuracy_m": 6.5},
    "answers": {
        "legal_name": "Warung Bu Sari",
        "kbli": "47112",
        "nib": None,
        "annual_sales_idr": 120000000,
        "owner": {"name": "Sari", "sex": "female", "nik": "1601145203850001"},
    },
}
_COOPERATIVE = {
    **_ITEM,
    "record_id": "01832f3e-8a40-7000-8000-000000000002",
    "questionnaire": "koperasi@1",
    "answers": {"legal_name": "KUD Makmur", "cooperative_number": "1601020010001", "kbli": "64141"},
}

_VISIT = {
    **_ITEM,
    "record_id": "01832f3e-8a40-7000-8000-000000000003",
    "questionnaire": "visit@1",
    "answers": {"result": "absent", "visited_at": "2022-09-12T09:14:40+07:00", "next_visit_on": "2022-09-16"},
}
_COUNTED_AS = {
    "accepted": "entered",
    "updated": "entered",
    "unchanged": "entered",
    "duplicate": "duplicate",
    "conflict": "conflict",
    "invalid": "invalid",
}


def _line(number: int, outcome: str, action: str, **fields: Any) -> dict[str, Any]:
    return {
        "record_id": f"01832f3e-8a40-7000-8000-00000000000{number}",
        "revision": fields.pop("revision", 1),
        "outcome": outcome,
        "client_action": action,
        "counted_as": fields.pop("counted_as", _COUNTED_AS.get(outcome)),
        "business_id": fields.pop("business_id", None),
        "matched_on": fields.pop("matched_on", []),
        "warnings": fields.pop("warnings", []),
        "errors": fields.pop("errors", []),
    }


def _doubt(pointer: str, code: str) -> dict[str, str]:
    return {"pointer": pointer, "code": code, "detail": text_of(code).id}


_LINES = [
    _line(
        1, "accepted", "purge", business_id=BUSINESS, warnings=[_doubt("/answers/owner/nik", "nik_district_unknown")]
    ),
    _line(2, "updated", "purge", business_id=BUSINESS, revision=2),
    _line(3, "unchanged", "purge", business_id=BUSINESS),
    _line(4, "duplicate", "purge", business_id=BUSINESS, matched_on=["nik"]),
    _line(5, "conflict", "keep", matched_on=["nik", "nib"]),
    _line(6, "held", "keep", errors=[_doubt("/region_code", "region_outside_assignment")]),
    _line(7, "invalid", "fix", errors=[_doubt("/answers/owner/nik", "nik_not_16_digits")]),
]
_OUTCOMES = ("accepted", "updated", "unchanged", "duplicate", "conflict", "held", "invalid")

RECEIPT = {
    "batch_id": BATCH,
    "received_at": "2022-09-12T19:00:04+07:00",
    "clock_skew_s": -3.2,
    "item_count": len(_LINES),
    "counts": dict.fromkeys(_OUTCOMES, 1),
    "items": _LINES,
}
_AT = "2022-09-13T10:02:11+07:00"
_CHANGES = [
    {
        "kind": "review",
        "record_id": RECORD,
        "revision": 1,
        "decision": "returned",
        "reason": "Nama usaha salah",
        "decided_at": _AT,
    },
    {"kind": "review", "record_id": RECORD, "revision": 2, "decision": "verified", "reason": None, "decided_at": _AT},
    {
        "kind": "held",
        "record_id": RECORD,
        "decision": "released",
        "outcome": "accepted",
        "reason": None,
        "decided_at": _AT,
    },
    {
        "kind": "assignment",
        "campaign": "pl-kumkm-2022",
        "region_code": "16.01.14",
        "starts_on": "2022-09-20",
        "ends_on": None,
        "removed": False,
    },
    {
        "kind": "campaign",
        "campaign": "pl-kumkm-2022",
        "name": "PL-KUMKM 2022",
        "starts_on": "2022-04-01",
        "ends_on": "2022-11-15",
        "accepts_until": "2022-12-15",
    },
    {"kind": "reference", "list": "kbli"},
    {"kind": "tombstone", "record_id": RECORD, "reason": "erased"},
]

_ROW = dict.fromkeys(COLUMN_NAMES) | {
    "business_id": BUSINESS,
    "kind": "umkm",
    "name": "Warung Bu Sari",
    "nik": "1601**********01",
    "province_code": "16",
    "regency_code": "16.01",
    "district_code": "16.01.14",
    "village_code": "16.01.14.1003",
    "kbli": "47112",
    "review_state": "unreviewed",
    "campaigns": "pl-kumkm-2022",
    "captured_on": "2022-09-12",
    "record_id": RECORD,
    "revision": 1,
    "created_at": "2022-09-12T19:00:04+07:00",
    "updated_at": "2022-09-12T19:00:04+07:00",
}

REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "put_batch": {
        "enterprise": {
            "campaign": "pl-kumkm-2022",
            "sent_at": "2022-09-12T19:00:03+07:00",
            "app_version": "1.4.0",
            "unsent": 1,
            "items": [_ITEM],
        },
        "cooperative": {
            "campaign": "pl-kumkm-2022",
            "sent_at": "2022-09-12T19:00:03+07:00",
            "items": [_COOPERATIVE],
        },
        "visit": {
            "campaign": "pl-kumkm-2022",
            "sent_at": "2022-09-12T19:00:03+07:00",
            "items": [_VISIT],
        },
    },
    "post_reconcile": {"one": {"items": [{"record_id": RECORD, "revision": 1, "content_sha256": SHA256}]}},
    "post_review": {
        "verify": {"decision": "verified", "revision": 1},
        "return": {"decision": "returned", "reason": "Nama usaha salah"},
    },
}
"""Bodies of requests by operation and name."""

RESPONSES: Mapping[str, Mapping[str, Any]] = {
    "put_batch": {"every_outcome": RECEIPT},
    "get_batch": {"every_outcome": RECEIPT},
    "get_feed": {
        "changes": {
            "items": [
                {"kind": "business", "business_id": BUSINESS, "business": _ROW},
                {"kind": "merged", "business_id": DEVICE, "into": BUSINESS},
                {"kind": "moved_out", "business_id": DEVICE},
            ],
            "next_cursor": "q2k0X7m9cE1uYyJ0b2tlbiI6MX0",
            "more": False,
        }
    },
    "get_handshake": {
        "oku": {
            "server_time": "2022-09-12T19:00:04+07:00",
            "limits": {
                "max_items": 10000,
                "max_bytes": 16777216,
                "max_item_bytes": 131072,
                "max_photo_bytes": 8388608,
                "max_photo_part_bytes": 1048576,
                "max_photos_begun": 50,
            },
            "questionnaires": ["umkm@1", "koperasi@1"],
            "device": {"id": DEVICE, "state": "active"},
            "campaigns": [
                {
                    "code": "pl-kumkm-2022",
                    "name": "PL-KUMKM 2022",
                    "starts_on": "2022-04-01",
                    "ends_on": "2022-10-31",
                    "accepts_until": "2022-11-30",
                    "reinterviews": True,
                    "kbli_versions": ["2020"],
                    "assignments": [
                        {
                            "region": {"code": "16.01", "name": "Kabupaten Ogan Komering Ulu", "level": "regency"},
                            "starts_on": "2022-04-01",
                            "ends_on": None,
                        }
                    ],
                }
            ],
            "retry": {
                "first_s": 2,
                "factor": 2,
                "longest_s": 300,
                "jitter": "full",
                "honour_retry_after": True,
                "halve_on": [408, 413],
            },
            "newest_batch": {"id": BATCH, "received_at": "2022-09-11T19:02:11+07:00"},
        }
    },
    "post_reconcile": {
        "every_state": {
            "items": [
                {
                    "record_id": RECORD,
                    "revision": 1,
                    "state": "stored",
                    "outcome": "accepted",
                    "client_action": "purge",
                },
                {"record_id": RECORD, "revision": 2, "state": "missing", "outcome": None, "client_action": None},
                {"record_id": RECORD, "revision": 3, "state": "different", "outcome": None, "client_action": None},
            ]
        }
    },
    "get_changes": {
        "every_kind": {"items": _CHANGES, "next_cursor": CURSOR, "more": False},
        "nothing_new": {"items": [], "next_cursor": CURSOR, "more": False},
    },
    "get_returned": {
        "one": {"campaign": "pl-kumkm-2022", "reason": "Nama usaha salah", "item": _ITEM},
    },
}
"""Answers by operation and name."""
