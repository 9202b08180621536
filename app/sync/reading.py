"""From the bytes of a body to drafts: what each item says of itself, before anything is looked up. Pure.

Bodies are parsed by orjson. One that it refuses is parsed again by the standard library, which lets lone surrogates,
NaN and huge numbers through, so that the one bad item can be told from the good ones.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

import orjson
from pydantic import ValidationError

from app.core.ids import id_from_text
from app.core.problems import Code, FieldError, Problem
from app.core.sealing import Digester
from app.questionnaires.findings import Finding, findings_of, unstorable
from app.sync.problems import text_of
from app.sync.schemas import Envelope, Item

_MAX_DIGITS = 40


class Draft(NamedTuple):
    """One item: parsed where it has the shape of an item, with its faults where it has not.

    `content` is the item as canonical JSON (keys sorted, no blanks), `content_digest` the keyed digest of its SHA-256.
    """

    content: bytes
    content_digest: bytes
    item: Item | None
    errors: list[Finding]
    suspicious: bool

    @property
    def told_record_id(self) -> UUID | None:
        """The record's id, also where other parts of the item could not be read."""
        return self.item.record_id if self.item else _told_record_id(self.content)

    @property
    def subject_id(self) -> UUID:
        """The record's id, or where it could not be read, an id made of the content."""
        return self.told_record_id or id_from_text(self.content_digest.hex())


@dataclass(frozen=True, slots=True)
class DraftBatch:
    """A batch as it was read. `content_digest` covers the campaign and the items, not when or by what they were sent:
    the same items sent again later are the same batch."""

    envelope: Envelope
    content_digest: bytes
    drafts: list[Draft]


def read_batch(body: bytes, digester: Digester, *, max_items: int, max_item_bytes: int) -> DraftBatch:
    """Read a batch.

    Raises:
        Problem: `malformed_json`, `invalid_fields` (the envelope's), `too_many_items`. Faults of items are kept in
            their drafts.
    """
    data, suspicious = _parse(body)
    try:
        envelope = Envelope.model_validate_json(
            orjson.dumps({**data, "items": None}) if isinstance(data, dict) else b"0"
        )
    except ValidationError as exc:
        _refuse(findings_of(exc))
    except TypeError:  # the envelope itself has a lone surrogate
        _refuse([Finding("", "text_not_storable")])
    items = data.get("items")
    if not isinstance(items, list):
        _refuse([Finding("/items", "wrong_type" if "items" in data else "field_required")])
    if not items:
        _refuse([Finding("/items", "too_short")])
    if len(items) > max_items:
        raise Problem(Code.TOO_MANY_ITEMS)
    drafts = [read_item(item, digester, suspicious=suspicious, max_bytes=max_item_bytes) for item in items]
    whole = hashlib.sha256(envelope.campaign.encode())
    for draft in drafts:
        whole.update(draft.content_digest)
    return DraftBatch(envelope, whole.digest(), drafts)


def _parse(body: bytes) -> tuple[Any, bool]:
    try:
        return orjson.loads(body), False
    except orjson.JSONDecodeError:
        pass
    try:
        text = body.decode("utf-8")
        return json.loads(text, parse_int=_integer), True
    except (ValueError, RecursionError) as exc:
        raise Problem(Code.MALFORMED_JSON) from exc


def _integer(digits: str) -> int | float:
    # Python refuses to parse very long integers; as infinity they fail where the number is checked.
    return int(digits) if len(digits) <= _MAX_DIGITS else float("inf")


def read_item(raw: Any, digester: Digester, *, suspicious: bool, max_bytes: int) -> Draft:
    """Read one item, parsed from JSON; `suspicious` where its text may hold what cannot be stored."""
    try:
        content = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
        suspicious = suspicious or b"\\u0000" in content
    except TypeError:
        content = json.dumps(raw, sort_keys=True, separators=(",", ":")).encode()
        suspicious = True
    digest = digester.content(hashlib.sha256(content).digest())
    errors: list[Finding] = []
    if len(content) > max_bytes:
        errors = [Finding("", "item_too_large")]
    elif suspicious:
        errors = unstorable(raw)
    item = None
    if not errors:
        try:
            item = Item.model_validate(raw)
        except ValidationError as exc:
            errors = findings_of(exc)
    return Draft(content, digest, item, errors, suspicious)


def _told_record_id(content: bytes) -> UUID | None:
    try:
        return id_from_text(orjson.loads(content)["record_id"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _refuse(findings: list[Finding]) -> NoReturn:
    raise Problem(
        Code.INVALID_FIELDS,
        errors=tuple(FieldError(finding.pointer, finding.code, text_of(finding.code)) for finding in findings),
    )
