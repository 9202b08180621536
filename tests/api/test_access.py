"""Who may do what, whose, where: every route for every role, inside and outside the territory, own and another's.

The rows are held against the app's own routes: a route without a row, or a row without a route, fails.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from forms import LONG
from one_by_one import each
from stage import Asked, Stage, just
from test_routes import routes
from world import World

from app.api.sync_reading import KNOWN_IDENTITIES
from app.core.settings import Settings

EMBEDDED_IS_ENOUGH = True

# What is asked for belongs to enumerator.1, who is in coordinator.1's team, in Kabupaten OKU (16.01).
CALLERS = (
    "nobody",
    "enumerator.1",  # own
    "enumerator.2",  # of the same team
    "enumerator.4",  # of another team
    "coordinator.1",  # own team
    "coordinator.2",  # another team
    "officer",  # inside
    "officer.palembang",  # outside
    "system",  # inside, progress:read
    "system.reader",  # inside, businesses:read and pii:read
    "system.blind",  # inside, no scope at all
    "admin",
)
ENUMERATORS = ("enumerator.1", "enumerator.2", "enumerator.4")
PEOPLE = (*ENUMERATORS, "coordinator.1", "coordinator.2", "officer", "officer.palembang", "admin")
SUPERVISORS = PEOPLE[3:]
SYSTEMS = ("system", "system.reader", "system.blind")


def expect(default: int, statuses: dict[Any, int]) -> dict[str, int]:
    """The status for every caller: `default`, or what is told for it, or for a group it is in."""
    told = {"nobody": 401}
    for who, status in statuses.items():
        told |= dict.fromkeys((who,) if isinstance(who, str) else who, status)
    return {caller: told.get(caller, default) for caller in CALLERS}


def open_to_all(status: int) -> dict[str, int]:
    return dict.fromkeys(CALLERS, status)


INSIDE = expect(403, {PEOPLE: 200, "officer.palembang": 404, "system": 200})
OWN_TEAM = expect(
    403, {"coordinator.1": 200, "coordinator.2": 404, "officer": 200, "officer.palembang": 404, "admin": 200}
)
DISMISSED = {who: 204 if status == 200 else status for who, status in OWN_TEAM.items()}
TERRITORY = expect(403, {"officer": 200, "officer.palembang": 404, "admin": 200})
ENTERED = expect(403, {"officer": 200, "officer.palembang": 422, "admin": 200})
OWN_JOB = expect(403, {SUPERVISORS: 404, "officer": 200, "system.reader": 404})
OFFICERS = expect(403, {"officer": 200, "officer.palembang": 200, "admin": 200})
TEAM = {"campaign": "pl-kumkm-2022", "region_code": "16.01", "name": "Tim 1", "coordinator": "coordinator.1"}
MEMBER = {
    "campaign": "pl-kumkm-2022",
    "region_code": "16.01",
    "team": "Tim 1",
    "enumerator": "enumerator.1",
    "starts_on": "2022-04-01",
    "quota": 500,
}
ASSIGNMENT = {
    "campaign": "pl-kumkm-2022",
    "enumerator": "enumerator.1",
    "region_code": "16.01",
    "starts_on": "2022-04-01",
}
CAMPAIGN = {
    "code": "pl-kumkm-2022",
    "name": "PL-KUMKM 2022",
    "starts_on": "2022-04-01",
    "ends_on": "2022-10-31",
    "accepts_until": "2022-11-30",
}
HONOUR = {"valid_from": "2022-04-01", "rate": 20_000, "counts": "entered", "decree": "SK 1/2022"}
CARRYING = {"campaign": "pl-kumkm-2023", "from_campaign": "pl-kumkm-2022", "region": "16.01"}
BOUNDARY = {
    "content": b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"16.01.14.1003"},'
    b'"geometry":{"type":"Polygon","coordinates":[[[104.1,-4.2],[104.2,-4.2],[104.2,-4.1],[104.1,-4.2]]]}}]}',
    "headers": {"Content-Type": "application/geo+json"},
}
CSV = {
    "content": b"campaign,region_code,businesses\npl-kumkm-2022,16.01.14,10",
    "headers": {"Content-Type": "text/csv"},
}

RECONCILE = {
    "items": [{"record_id": "01832f3e-0000-7000-8000-00000000000a", "revision": 1, "content_sha256": "0" * 64}]
}
REFRESH = {"data": {"grant_type": "refresh_token", "refresh_token": "x"}}
PASSKEY = {
    "credential": {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA"}},
    "name": "Ponsel",
}
OWN_HEADERS = {"X-KUMKM-Session": "1", "Sec-Fetch-Site": "same-origin"}
SIGN_OUT = {"json": {"grant": "sign_out"}, "headers": OWN_HEADERS}
OWN_PAGE = {"json": {}, "headers": OWN_HEADERS}

MATRIX: dict[tuple[str, str], tuple[Callable[[Stage], Awaitable[Asked]], dict[str, int]]] = {
    ("GET", "/healthz"): (just(), open_to_all(200)),
    ("GET", "/readyz"): (just(), open_to_all(200)),
    ("GET", "/metrics"): (just(), open_to_all(200)),
    ("POST", "/v1/auth/token"): (just(send=REFRESH), open_to_all(400)),
    ("POST", "/v1/auth/password"): (Stage.wrong_password, open_to_all(400)),
    ("POST", "/v1/auth/revoke"): (just(send={"data": {"token": "x"}}), open_to_all(200)),
    ("POST", "/v1/auth/session"): (just(send=SIGN_OUT), open_to_all(204)),
    ("GET", "/v1/auth/sessions"): (just(), expect(200, {})),
    ("DELETE", "/v1/auth/sessions"): (Stage.everywhere, expect(204, {})),
    ("DELETE", "/v1/auth/sessions/{session_id}"): (Stage.session, expect(404, {"enumerator.1": 204})),
    ("GET", "/v1/auth/ways"): (just(), open_to_all(200)),
    ("POST", "/v1/auth/passkeys/sign-in"): (just(), open_to_all(404)),  # no public origin is set
    ("POST", "/v1/auth/oidc/start"): (just(send=OWN_PAGE), open_to_all(404)),  # no provider is set
    ("GET", "/v1/auth/oidc/callback"): (just(), open_to_all(404)),
    ("POST", "/v1/auth/passkeys/registration"): (just(send={"json": {}}), expect(403, {PEOPLE: 404})),
    ("POST", "/v1/auth/passkeys"): (just(send={"json": PASSKEY}), expect(403, {PEOPLE: 404})),
    ("GET", "/v1/auth/passkeys"): (just(), expect(403, {PEOPLE: 200})),
    ("PATCH", "/v1/auth/passkeys/{passkey_id}"): (Stage.passkey, expect(403, {PEOPLE: 404, "enumerator.1": 200})),
    ("DELETE", "/v1/auth/passkeys/{passkey_id}"): (Stage.passkey, expect(403, {PEOPLE: 404, "enumerator.1": 204})),
    ("GET", "/v1/me"): (just(), expect(200, {})),
    ("GET", "/v1/sync/handshake"): (just(), expect(403, {ENUMERATORS: 200})),
    ("PUT", "/v1/sync/batches/{batch_id}"): (Stage.new_batch, expect(403, {ENUMERATORS: 201})),
    ("GET", "/v1/sync/batches/{batch_id}"): (Stage.batch, expect(403, {ENUMERATORS: 404, "enumerator.1": 200})),
    ("POST", "/v1/sync/reconcile"): (just(send={"json": RECONCILE}), expect(403, {ENUMERATORS: 200})),
    ("GET", "/v1/sync/changes"): (just(), expect(403, {ENUMERATORS: 200})),
    ("GET", "/v1/sync/returned/{record_id}"): (Stage.returned, expect(403, {ENUMERATORS: 404, "enumerator.1": 200})),
    ("GET", "/v1/sync/reinterviews"): (just(), expect(403, {ENUMERATORS: 200})),
    ("PUT", "/v1/sync/reinterviews/{reinterview_id}"): (
        Stage.asked_again,
        expect(403, {ENUMERATORS: 404, "enumerator.4": 201}),
    ),
    ("HEAD", "/v1/sync/attachments/{sha256}"): (Stage.photo, expect(403, {ENUMERATORS: 404, "enumerator.1": 200})),
    ("PUT", "/v1/sync/attachments/{sha256}"): (Stage.new_photo, expect(403, {ENUMERATORS: 201})),
    ("GET", "/v1/submissions/{record_id}/attachments"): (
        Stage.photo,
        {**OWN_TEAM, "enumerator.1": 200, "enumerator.2": 404, "enumerator.4": 404},
    ),
    ("GET", "/v1/submissions/{record_id}/attachments/{sha256}"): (
        Stage.photo,
        {**OWN_TEAM, "enumerator.1": 200, "enumerator.2": 404, "enumerator.4": 404},
    ),
    ("GET", "/v1/sync/reference"): (just(), expect(403, {ENUMERATORS: 200})),
    ("GET", "/v1/sync/known-identities"): (
        just(send={"params": {"region": "16.01"}, "headers": {"Accept": KNOWN_IDENTITIES}}),
        expect(403, {ENUMERATORS: 200}),
    ),
    ("POST", "/v1/submissions/{record_id}/review"): (Stage.to_review, OWN_TEAM),
    ("GET", "/v1/reviews"): (just(), expect(403, {SUPERVISORS: 200})),
    ("POST", "/v1/reviews"): (Stage.several_to_review, expect(403, {SUPERVISORS: 200})),
    ("GET", "/v1/coding"): (just(), expect(403, {SUPERVISORS: 200})),
    ("GET", "/v1/coding/activities"): (just(send={"params": {"q": "warung"}}), expect(403, {SUPERVISORS: 200})),
    ("POST", "/v1/coding/{business_id}/decision"): (Stage.to_code, OWN_TEAM),
    ("POST", "/v1/coding/{business_id}/decision/undo"): (Stage.coded, OWN_TEAM),
    ("GET", "/v1/quality/records"): (just(), expect(403, {SUPERVISORS: 200})),
    ("GET", "/v1/quality/enumerators"): (just(), expect(403, {SUPERVISORS: 200})),
    ("GET", "/v1/quality/counts"): (just(), expect(403, {SUPERVISORS: 200})),
    ("POST", "/v1/quality/records/{record_id}/dismissal"): (Stage.flagged, DISMISSED),
    ("POST", "/v1/quality/records/{record_id}/dismissal/undo"): (Stage.flagged, DISMISSED),
    ("POST", "/v1/quality/enumerators/{enumerator_id}/dismissal"): (Stage.flagged_person, DISMISSED),
    ("POST", "/v1/quality/enumerators/{enumerator_id}/dismissal/undo"): (Stage.flagged_person, DISMISSED),
    ("GET", "/v1/quality/reinterviews"): (just(), expect(403, {SUPERVISORS: 200})),
    ("GET", "/v1/quality/agreement"): (just(), expect(403, {SUPERVISORS: 200})),
    ("PUT", "/v1/quality/reinterviews/{reinterview_id}/assignment"): (Stage.drawn, DISMISSED),
    ("GET", "/v1/queues"): (just(), expect(403, {SUPERVISORS: 200})),
    **{
        ("GET", f"/v1/progress/{name}{end}"): (sent, INSIDE)
        for name, sent in (
            ("regions", just(send={"params": {"parent": "16.01"}})),
            ("regions/{code}", just(path={"code": "16.01"})),
            ("enumerators", just(send={"params": {"region": "16.01"}})),
            ("dates", just(send={"params": {"region": "16.01"}})),
            ("stale", just(send={"params": {"region": "16.01"}})),
        )
        for end in ("", ".csv")
    },
    ("POST", "/v1/progress/cutoffs"): (
        just(send={"json": {"region": "16.01", "name": "Rapat"}}),
        expect(403, {"officer": 201, "officer.palembang": 404, "admin": 201}),
    ),
    ("GET", "/v1/progress/cutoffs"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    ("GET", "/v1/progress/cutoffs/{id}"): (Stage.cutoff, INSIDE),
    **{
        ("GET", f"/v1/progress/cutoffs/{{id}}/{name}{end}"): (Stage.cutoff, INSIDE)
        for name in ("regions", "enumerators", "months")
        for end in ("", ".csv")
    },
    **{("GET", f"/v1/progress/cutoffs/{{id}}/comparison{end}"): (Stage.two_cutoffs, INSIDE) for end in ("", ".csv")},
    ("GET", "/v1/honour/rules"): (just(), expect(403, {PEOPLE: 200})),
    ("PUT", "/v1/honour/rules"): (just(send={"json": {"rules": [HONOUR]}}), expect(403, {"admin": 200})),
    ("POST", "/v1/honour/statements"): (
        Stage.honour_asked,
        expect(403, {"officer": 201, "officer.palembang": 422, "admin": 201}),
    ),
    ("GET", "/v1/honour/runs"): (just(send={"params": {"region": "16.01"}}), TERRITORY),
    ("GET", "/v1/honour/runs/{id}"): (Stage.honour_run, TERRITORY),
    ("GET", "/v1/honour/runs/{id}/list.pdf"): (Stage.honour_run, TERRITORY),
    ("GET", "/v1/honour/runs/{id}/list.xlsx"): (Stage.honour_run, TERRITORY),
    ("GET", "/v1/honour/statements/{id}/statement.pdf"): (
        Stage.honour_statement,
        expect(404, {"enumerator.1": 200, "coordinator.1": 200, "officer": 200, "admin": 200, SYSTEMS: 403}),
    ),
    ("GET", "/v1/honour/statements"): (
        just(send={"params": {"region": "16.01"}}),
        expect(403, {PEOPLE: 200, "officer.palembang": 404}),
    ),
    ("GET", "/v1/honour/statements/{id}"): (
        Stage.honour_statement,
        expect(404, {"enumerator.1": 200, "coordinator.1": 200, "officer": 200, "admin": 200, SYSTEMS: 403}),
    ),
    ("GET", "/v1/honour/own"): (just(), expect(403, {ENUMERATORS: 200})),
    ("GET", "/v1/progress/series"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    ("GET", "/v1/progress/series.csv"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    **{
        ("GET", f"/v1/progress/{name}{end}"): (
            just(send={"params": {"region": "16.01"}}),
            expect(403, {SUPERVISORS: 200, "officer.palembang": 404}),
        )
        for name in ("field-force", "activity")
        for end in ("", ".csv")
    },
    **{
        ("GET", f"/v1/statistics/businesses{end}"): (
            just(send={"params": {"region": "16.01"}}),
            # No edition was made here: who may ask is told so.
            expect(403, {("officer", "officer.palembang", "admin"): 404}),
        )
        for end in ("", ".csv")
    },
    ("GET", "/v1/statistics/businesses/datapackage.json"): (
        just(send={"params": {"region": "16.01"}}),
        expect(403, {("officer", "officer.palembang", "admin"): 404}),
    ),
    ("GET", "/v1/statistics/catalogue"): (just(), expect(403, {("officer", "officer.palembang", "admin"): 200})),
    ("GET", "/v1/statistics/catalogue.{ending}"): (
        just(path={"ending": "ttl"}, send={"params": {"region": "16.01"}}),
        expect(403, {("officer", "admin"): 200, "officer.palembang": 404}),
    ),
    ("GET", "/v1/statistics/editions"): (just(), expect(403, {("officer", "officer.palembang", "admin"): 200})),
    ("POST", "/v1/statistics/editions"): (Stage.to_count, expect(403, {"admin": 202})),
    ("GET", "/v1/statistics/editions/{id}"): (
        just(path={"id": "01832f3e-8a40-7000-8000-0000000000e1"}),
        expect(403, {("officer", "officer.palembang", "admin"): 404}),
    ),
    ("GET", "/v1/statistics/variables"): (just(), open_to_all(200)),
    ("GET", "/v1/statistics/variables.csv"): (just(), open_to_all(200)),
    ("GET", "/v1/reports/recap"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    ("GET", "/v1/reports/meeting.pdf"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    ("GET", "/v1/reports/meeting.xlsx"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    ("GET", "/v1/map/boundaries"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    ("GET", "/v1/map/points"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    ("GET", "/v1/live"): (just(send={"params": {"region": "16.01"}}), INSIDE),
    ("GET", "/v1/regions"): (just(send={"params": {"parent": "16.01"}}), INSIDE),
    ("GET", "/v1/reference"): (just(), expect(403, {PEOPLE: 200, "system.reader": 200})),
    ("GET", "/v1/businesses"): (just(), expect(403, {PEOPLE: 200, "system.reader": 200})),
    ("GET", "/v1/businesses/{business_id}"): (
        Stage.business,
        {**OWN_TEAM, "enumerator.1": 200, "enumerator.2": 404, "enumerator.4": 404, "system.reader": 200},
    ),
    ("POST", "/v1/businesses/{business_id}/corrections"): (
        Stage.business,
        expect(403, {"officer": 201, "officer.palembang": 404, "admin": 201}),
    ),
    ("POST", "/v1/businesses/lookup"): (
        just(send={"json": {"nib": "9000000000001"}}),
        expect(403, {PEOPLE: 200, "system.reader": 200}),
    ),
    ("GET", "/v1/submissions/{record_id}"): (
        Stage.record,
        {**OWN_TEAM, "enumerator.1": 200, "enumerator.2": 404, "enumerator.4": 404, "system.reader": 200},
    ),
    ("GET", "/v1/duplicates"): (just(), expect(403, {SUPERVISORS: 200})),
    ("GET", "/v1/duplicates/{id}"): (Stage.duplicate, OWN_TEAM),
    ("PUT", "/v1/duplicates/{id}/assignment"): (Stage.free_case, OWN_TEAM),
    ("DELETE", "/v1/duplicates/{id}/assignment"): (Stage.free_case, OWN_TEAM),
    ("POST", "/v1/duplicates/next"): (just(send={"json": {}}), expect(403, {SUPERVISORS: 200})),
    ("POST", "/v1/duplicates/resolutions"): (Stage.case_among_others, expect(403, {SUPERVISORS: 200})),
    ("GET", "/v1/queues/duplicates"): (just(), expect(403, {SUPERVISORS: 200})),
    ("POST", "/v1/duplicates/{id}/resolution"): (Stage.duplicate, OWN_TEAM),
    ("POST", "/v1/duplicates/{id}/resolution/undo"): (Stage.resolved, OWN_TEAM),
    ("GET", "/v1/verification/summary"): (
        just(send={"params": {"region": "16.01"}}),
        expect(403, {SUPERVISORS: 200, "officer.palembang": 404}),
    ),
    ("GET", "/v1/verification/requests"): (just(), OFFICERS),
    # The right to see numbers is asked for beside the role (`tests/verification`).
    ("POST", "/v1/verification/requests"): (just(send={"json": {"kind": "nik", "source": "oss"}}), expect(403, {})),
    ("GET", "/v1/verification/requests/{request_id}"): (Stage.asked_about, TERRITORY),
    ("GET", "/v1/verification/requests/{request_id}/file.{format}"): (Stage.asked_about, expect(403, {})),
    ("POST", "/v1/verification/requests/{request_id}/answers"): (Stage.asked_about, expect(403, {})),
    ("GET", "/v1/metadata"): (just(), expect(200, {"system.reader": 403, "system.blind": 403})),
    ("GET", "/v1/exports/businesses.{format}"): (
        just(path={"format": "csv"}),
        expect(403, {SUPERVISORS: 200, "system.reader": 200}),
    ),
    ("GET", "/v1/exports/businesses/datapackage.json"): (just(), expect(403, {SUPERVISORS: 200, "system.reader": 200})),
    ("GET", "/v1/exports/businesses/codebook.{form}"): (
        just(path={"form": "xml"}),
        expect(403, {SUPERVISORS: 200, "system.reader": 200}),
    ),
    ("POST", "/v1/exports"): (
        just(send={"json": {"format": "csv"}}),
        expect(403, {SUPERVISORS: 202, "system.reader": 202}),
    ),
    ("GET", "/v1/exports"): (just(), expect(403, {SUPERVISORS: 200, "system.reader": 200})),
    ("GET", "/v1/exports/{id}"): (Stage.job, OWN_JOB),
    ("GET", "/v1/exports/{id}/file"): (Stage.job, {**OWN_JOB, "officer": 409}),
    ("GET", "/v1/exports/{id}/datapackage.json"): (Stage.job, {**OWN_JOB, "officer": 409}),
    ("DELETE", "/v1/exports/{id}"): (Stage.job, {**OWN_JOB, "officer": 204}),
    ("GET", "/v1/feed"): (just(), expect(403, {"officer": 200, "officer.palembang": 200, "admin": 200})),
    ("GET", "/v1/webhooks"): (just(), OFFICERS),
    ("POST", "/v1/webhooks"): (Stage.new_webhook, {**ENTERED, "officer": 201, "admin": 201}),
    ("GET", "/v1/webhooks/{webhook_id}"): (Stage.webhook, TERRITORY),
    ("PATCH", "/v1/webhooks/{webhook_id}"): (Stage.webhook, TERRITORY),
    ("DELETE", "/v1/webhooks/{webhook_id}"): (Stage.webhook, {**TERRITORY, "officer": 204, "admin": 204}),
    ("POST", "/v1/webhooks/{webhook_id}/pause"): (Stage.webhook, TERRITORY),
    ("POST", "/v1/webhooks/{webhook_id}/resume"): (Stage.webhook_to_resume, TERRITORY),
    ("POST", "/v1/webhooks/{webhook_id}/secret"): (Stage.webhook_secret, TERRITORY),
    ("POST", "/v1/webhooks/{webhook_id}/ping"): (Stage.webhook, TERRITORY),
    ("GET", "/v1/webhooks/{webhook_id}/deliveries"): (Stage.webhook, TERRITORY),
    ("POST", "/v1/webhooks/{webhook_id}/deliveries/{sequence}/resend"): (Stage.dead_letter, TERRITORY),
    ("GET", "/v1/doors"): (just(), expect(403, {PEOPLE: 200})),
    ("GET", "/v1/sync/listing"): (just(), expect(403, {ENUMERATORS: 200})),
    ("GET", "/v1/listing"): (just(), expect(403, {SUPERVISORS: 200})),
    ("POST", "/v1/listing/from-campaign"): (just(send={"json": CARRYING}), TERRITORY),
    ("GET", "/v1/held"): (just(), expect(403, {SUPERVISORS: 200})),
    ("GET", "/v1/held/{id}"): (Stage.held, OWN_TEAM),
    ("POST", "/v1/held/{id}/release"): (Stage.held, OWN_TEAM),
    ("POST", "/v1/held/{id}/refuse"): (Stage.held, OWN_TEAM),
    ("GET", "/v1/accounts"): (just(), OFFICERS),
    ("POST", "/v1/accounts"): (Stage.new_account, {**ENTERED, "officer": 201, "admin": 201}),
    ("GET", "/v1/accounts/{account_id}"): (Stage.account, TERRITORY),
    ("PATCH", "/v1/accounts/{account_id}"): (Stage.account, TERRITORY),
    ("POST", "/v1/accounts/{account_id}/deactivate"): (Stage.account, TERRITORY),
    ("POST", "/v1/accounts/{account_id}/reactivate"): (Stage.account, TERRITORY),
    ("POST", "/v1/accounts/{account_id}/credentials"): (Stage.account, TERRITORY),
    ("POST", "/v1/accounts/{account_id}/next-tablet"): (Stage.enumerator, OWN_TEAM),
    ("GET", "/v1/keys"): (just(), OFFICERS),
    ("POST", "/v1/keys"): (
        just(send={"json": {"name": "Excel", "scopes": ["progress:read"], "region_code": "16.01"}}),
        expect(403, {"officer": 201, "officer.palembang": 404, "admin": 201}),
    ),
    ("DELETE", "/v1/keys/{key_id}"): (Stage.key, expect(403, {"officer": 204, "officer.palembang": 404, "admin": 204})),
    ("GET", "/v1/devices"): (just(), expect(403, {PEOPLE: 200})),
    ("POST", "/v1/devices/{device_id}/revoke"): (Stage.device, OWN_TEAM),
    ("POST", "/v1/devices/{device_id}/restore"): (Stage.device, OWN_TEAM),
    ("GET", "/v1/campaigns"): (just(), expect(403, {PEOPLE: 200})),
    ("PUT", "/v1/campaigns/{code}"): (
        just(path={"code": "pl-kumkm-2022"}, send={"json": CAMPAIGN}),
        expect(403, {"admin": 200}),
    ),
    ("PATCH", "/v1/campaigns/{code}"): (
        just(path={"code": "pl-kumkm-2022"}, send={"json": {"quality": {"short_names": {"letters": 1}}}}),
        expect(403, {"admin": 200}),
    ),
    ("GET", "/v1/targets"): (just(send={"params": {"region": "16.01"}}), TERRITORY),
    ("PUT", "/v1/targets/{region_code}"): (
        just(path={"region_code": "16.01.14"}, send={"json": {"businesses": 5}}),
        TERRITORY,
    ),
    ("DELETE", "/v1/targets/{region_code}"): (
        just(path={"region_code": "16.01.14"}),
        {**TERRITORY, "officer": 204, "admin": 204},
    ),
    ("GET", "/v1/teams"): (just(), expect(403, {SUPERVISORS: 200})),
    ("PUT", "/v1/teams"): (just(send={"json": TEAM}), ENTERED),
    ("PUT", "/v1/teams/members"): (just(send={"json": MEMBER}), ENTERED),
    ("GET", "/v1/assignments"): (just(), expect(403, {PEOPLE: 200})),
    ("PUT", "/v1/assignments"): (just(send={"json": ASSIGNMENT}), ENTERED),
    ("POST", "/v1/assignments/handover"): (Stage.handover, ENTERED),
    ("POST", "/v1/imports/{kind}"): (just(path={"kind": "targets"}, send=CSV), ENTERED),
    ("PUT", "/v1/regions/boundaries"): (just(send=BOUNDARY), ENTERED),
    ("GET", "/v1/audit"): (just(), expect(403, {"admin": 200})),
}


async def test_every_route_has_its_row_and_every_row_its_route(app: FastAPI) -> None:
    assert {(method, route.path) for route in routes(app) for method in route.methods} == set(MATRIX)


def test_every_row_tells_of_every_caller() -> None:
    for key, (_, statuses) in MATRIX.items():
        assert set(statuses) == set(CALLERS), key


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """One that lets everybody ask as often as all rows do together."""
    rates = [name for name in Settings.model_fields if name.startswith("rate_")]
    return settings.model_copy(update=dict.fromkeys(rates, "1000000/second"))


def asking(key: tuple[str, str]) -> list[str]:
    """In the long form everybody; in the short one somebody for each status of the row, others in each row."""
    if LONG:
        return list(CALLERS)
    at, statuses = [*MATRIX].index(key), MATRIX[key][1]
    by_status = {status: [who for who in CALLERS if statuses[who] == status] for status in statuses.values()}
    return [callers[at % len(callers)] for callers in by_status.values()]


def test_in_the_short_form_everybody_asks_and_every_status_is_seen_in_every_row() -> None:
    asked = [asking(key) for key in MATRIX]
    assert set(CALLERS) == {who for callers in asked for who in callers}
    for key, callers in zip(MATRIX, asked, strict=True):
        statuses = MATRIX[key][1]
        assert {statuses[who] for who in callers} == set(statuses.values()), key


@pytest.mark.long_form
@each("key", MATRIX)
async def test_who_may(
    key: tuple[str, str], client: httpx.AsyncClient, world: World, pg: asyncpg.Connection, app: FastAPI
) -> None:
    method, path = key
    prepare, statuses = MATRIX[key]
    await pg.execute("UPDATE account SET sessions_ended = 0")  # the row before may have ended them
    await pg.execute("DELETE FROM numbers_asked")  # all rows together find more people than one may on a day
    stage = Stage(client, world, pg)
    asked, found = await prepare(stage), dict[str, int]()
    for caller in asking(key):
        if method not in ("GET", "HEAD") and found:  # what was asked for may be gone
            asked = await prepare(stage)
        answer = await stage.call(caller, method, path.format(**asked.path), **asked.send)
        found[caller] = answer.status_code
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
    assert found == {caller: statuses[caller] for caller in found}
