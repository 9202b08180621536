"""Rules that are checked in every request of a client, in all scenarios."""

import json
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kumkm_tablet.canonical import canonical, content_sha256
from kumkm_tablet.conformance.lies import RECONCILE
from kumkm_tablet.conformance.proxy import TOKEN, Seen
from kumkm_tablet.conformance.stage import Broken, Stage

_GZIP = b"\x1f\x8b"


def faults(stage: Stage) -> list[Broken]:
    """Every rule that the requests broke, once each."""
    found = [*without_device(stage.seen), *_one_id_one_content(stage), *_as_recorded(stage), *_hashes(stage)]
    return list({each.rule: each for each in reversed(found)}.values())


def without_device(seen: Sequence[Seen]) -> list[Broken]:
    """Whether the client signed in without a tablet; then refusals of the server are its own fault."""
    forms = [each.form for each in seen if each.path == TOKEN]
    nameless = any(form.get("grant_type") == "password" and not form.get("device_id") for form in forms)
    return [Broken("R01", "it signed in without a device_id")] if nameless else []


def not_what_it_says(seen: Sequence[Seen]) -> list[Broken]:
    """Whether a body does not match its headers. The server refuses it, and nothing else can be judged."""
    for request in seen:
        if not (request.is_batch or request.path == RECONCILE):
            continue
        coding = request.headers.get("content-encoding", "none")
        if request.body and not request.plain:
            return [Broken("R55", f"a body with Content-Encoding: {coding} is not {coding}")]
        if request.json() is None:
            what = "is gzip" if request.plain[:2] == _GZIP else "is no JSON in UTF-8"
            return [Broken("R55", f"a body with Content-Encoding: {coding} {what}")]
    return []


def _one_id_one_content(stage: Stage) -> list[Broken]:
    by_batch: dict[str, set[str]] = defaultdict(set)
    by_revision: dict[tuple[str, Any], set[str]] = defaultdict(set)
    for request in stage.batches:
        if request.items:
            by_batch[request.batch_id].add(_exact(request.items))
        for item in request.items:
            by_revision[str(item.get("record_id")), item.get("revision")].add(_exact(item))
    found = []
    if any(len(contents) > 1 for contents in by_batch.values()):
        found.append(Broken("R19", "a batch id was used for two different batches"))
    if any(len(contents) > 1 for contents in by_revision.values()):
        found.append(Broken("R12", "a revision of a record was sent with two different contents"))
    return found


def _as_recorded(stage: Stage) -> list[Broken]:
    for request in stage.batches:
        told = request.json(parse_float=Decimal)
        for item in told["items"] if isinstance(told, dict) and isinstance(told.get("items"), list) else []:
            recorded = stage.recorded.get((item.get("record_id"), item.get("revision")))
            place = None if recorded is None else _difference(_decimal(recorded), item, "")
            if place is not None:
                return [Broken("R11", f"an item was not sent as it was recorded: {place or 'it'} is another")]
    return []


def _hashes(stage: Stage) -> list[Broken]:
    expected = {key: content_sha256(canonical(item)) for key, item in stage.recorded.items()}
    for request in stage.seen:
        told = request.json() if request.path == RECONCILE else None
        for line in told.get("items", []) if isinstance(told, dict) else []:
            right = expected.get((line.get("record_id"), line.get("revision")))
            if right is not None and line.get("content_sha256") != right:
                return [Broken("R40", "its content_sha256 is not that of the item's canonical JSON")]
    return []


def _exact(told: Any) -> str:
    return json.dumps(told, sort_keys=True, ensure_ascii=True)


def _decimal(told: Any) -> Any:
    return json.loads(json.dumps(told), parse_float=Decimal)


def _difference(one: Any, other: Any, pointer: str) -> str | None:
    """Where two values of JSON differ; None where they are the same. 1 and 1.0 are one number, 1 and true are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one.keys() | other.keys():
            if name not in one or name not in other:
                return f"{pointer}/{name}"
            deeper = _difference(one[name], other[name], f"{pointer}/{name}")
            if deeper is not None:
                return deeper
        return None
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        places = (
            _difference(mine, theirs, f"{pointer}/{n}") for n, (mine, theirs) in enumerate(zip(one, other, strict=True))
        )
        return next((place for place in places if place is not None), None)
    same = one == other and isinstance(one, bool) == isinstance(other, bool)
    return None if same else pointer
