"""From the bytes of a body to drafts: the content of each item, before anything is looked up. Pure.

Bodies are parsed by orjson. One that it refuses, or where it may have lost something (a key that came twice, digits of
a whole number), is read exactly, so that one bad item does not refuse the good ones.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

import orjson
from pydantic import ValidationError

from app.core.canonical import DIGEST_BYTES, Repeated, forms, is_canonical, may_be_rounded, sorted_text
from app.core.exact_json import read_exactly
from app.core.ids import id_from_text
from app.core.problems import Code, FieldError, Problem
from app.core.sealing import Digester
from app.intake.finding_texts import text_of
from app.intake.schemas import ID_LENGTHS, Envelope, Item
from app.questionnaires.findings import Finding, findings_of, may_be_too_deep, too_deep, unstorable, with_whole_numbers

_KEY = b'":'
_MOST_CONTAINERS, _MOST_VALUES = 400_000, 1_200_000
"""Of a body. `umkm@2` filled in whole has 90 objects and lists and 380 values, so the largest body of them has half as
many; and one item with a table of three megabytes among sound ones is no reason to refuse those."""


class Draft(NamedTuple):
    """One item: parsed if it has the shape of an item, with its faults if not.

    `content` is the item as it is kept, `content_digest` the keyed digests of its SHA-256, one for each of its forms
    (`canonical.forms`), joined.
    """

    content: bytes
    content_digest: bytes
    item: Item | None
    errors: list[Finding]
    suspicious: bool
    readable_id: UUID | None
    readable_revision: int | None

    @property
    def record_id(self) -> UUID | None:
        """The record's id, also where other parts of the item could not be read."""
        return self.item.record_id if self.item else self.readable_id

    @property
    def revision(self) -> int | None:
        """The revision, likewise."""
        return self.item.revision if self.item else self.readable_revision

    @property
    def subject_id(self) -> UUID:
        """The record's id, or where it could not be read, an id made of the content."""
        return self.record_id or id_from_text(self.content_digest[:DIGEST_BYTES].hex())


@dataclass(frozen=True, slots=True)
class DraftBatch:
    """A batch as it was read. `content_digest` covers the campaign and the items, not when or by what they were sent:
    the same items sent again later are the same batch; `former_digest` is what it was before contract 1.1."""

    envelope: Envelope
    content_digest: bytes
    former_digest: bytes
    drafts: list[Draft]


def read_batch(body: bytes, digester: Digester, *, max_items: int, max_item_bytes: int) -> DraftBatch:
    """Read a batch.

    Raises:
        Problem: `malformed_json`, `invalid_fields` (the envelope's), `too_many_items`. Faults of items are kept in
            their drafts.
    """
    _refuse_heavy(body)
    try:
        data, exact = orjson.loads(body), False
    except orjson.JSONDecodeError:
        data, exact = read_exactly(body), True
    envelope, items = _opened(data, max_items)
    drafted = None if exact else _read_fast(body, data, items, digester, max_item_bytes)
    if drafted is None:
        envelope, items = (envelope, items) if exact else _opened(read_exactly(body), max_items)
        drafted = [read_item(item, digester, exact=True, max_bytes=max_item_bytes) for item in items]
    return DraftBatch(envelope, _digest(envelope, drafted, 0), _digest(envelope, drafted, 1), drafted)


def _refuse_heavy(body: bytes) -> None:
    """Refuse, before parsing, a body with far more objects than its items can have. Five million empty lists fit into a
    body and take seconds and half a gigabyte, and the event loop waits while orjson parses.
    """
    size = len(body)  # each takes a byte
    if size > _MOST_CONTAINERS and body.count(b"[") + body.count(b"{") > _MOST_CONTAINERS:
        raise Problem(Code.TOO_MANY_ITEMS)
    if size > _MOST_VALUES and body.count(b",") > _MOST_VALUES:
        raise Problem(Code.TOO_MANY_ITEMS)


def _opened(data: Any, max_items: int) -> tuple[Envelope, list[Any]]:
    """The envelope of a parsed body, and its items as they are."""
    if not isinstance(data, dict):
        _refuse([Finding("", "wrong_type")])
    if isinstance(data, Repeated):
        _refuse([Finding("", "repeated_field")])
    fields = {name: data[name] for name in Envelope.model_fields if name in data}
    if faults := unstorable(fields):
        _refuse(faults)
    try:
        envelope = Envelope.model_validate_json(orjson.dumps(fields))
    except ValidationError as exc:
        whole = with_whole_numbers(fields, exc)
        if whole is not None:
            return _opened(data | whole, max_items)
        _refuse(findings_of(exc))
    items = data.get("items")
    if not isinstance(items, list):
        _refuse([Finding("/items", "wrong_type" if "items" in data else "field_required")])
    if not items:
        _refuse([Finding("/items", "too_short")])
    if len(items) > max_items:
        raise Problem(Code.TOO_MANY_ITEMS)
    return envelope, items


def _read_fast(
    body: bytes, data: dict[str, Any], items: list[Any], digester: Digester, max_bytes: int
) -> list[Draft] | None:
    """The drafts of items that orjson parsed; None where something may be lost, and the body is to be read exactly.

    A body with more keys than its values have lost some. One with fewer has blanks or escapes where few write them: it
    is read exactly, too, to be sure. What can be looked for in all items at once is not looked for in each.
    """
    texts = [sorted_text(item) for item in items]
    whole = b",".join([text or b"" for text in texts])
    others = sorted_text({name: value for name, value in data.items() if name != "items"})
    if body.endswith(b"[" + whole + b"]}"):  # as the contract's clients write it
        body, counted = body[: -len(whole) - 2], b""
    else:
        counted = whole
    alike, plain = is_canonical(whole), b"\\" not in whole or b"\\u0000" not in whole
    if others is None or body.count(_KEY) != 1 + others.count(_KEY) + counted.count(_KEY):
        return None
    if not alike and may_be_rounded(whole):
        return None
    return [
        draft_of(
            item, [text] if alike and text is not None else forms(item), digester, plain=plain, max_bytes=max_bytes
        )
        for item, text in zip(items, texts, strict=True)
    ]


def _digest(envelope: Envelope, drafts: list[Draft], form: int) -> bytes:
    whole = hashlib.sha256(envelope.campaign.encode())
    for draft in drafts:
        digest = draft.content_digest
        at = form * DIGEST_BYTES if form * DIGEST_BYTES < len(digest) else 0
        whole.update(digest[at : at + DIGEST_BYTES])
    return whole.digest()


def read_item(raw: Any, digester: Digester, *, exact: bool, max_bytes: int) -> Draft:
    """Read one item, parsed from JSON; `exact` where it may hold what orjson does not let through."""
    written = forms(raw)
    return draft_of(raw, written, digester, plain=not exact and b"\\u0000" not in written[-1], max_bytes=max_bytes)


def draft_of(raw: Any, written: list[bytes], digester: Digester, *, plain: bool, max_bytes: int) -> Draft:
    """The draft of an item with its forms; `plain` where no text or number in it can be one that is not kept."""
    content = written[0] if len(written) == 1 else written[1]  # as close to the sent form as possible
    digest = digester.content(hashlib.sha256(written[0]).digest())
    for form in written[1:]:
        digest += digester.content(hashlib.sha256(form).digest())
    nested = may_be_too_deep(content) and too_deep(raw)
    errors: list[Finding] = []
    if len(content) > max_bytes:
        errors = [Finding("", "item_too_large")]
    elif nested or not plain:
        errors = unstorable(raw)
    item = None
    if not errors:
        try:
            item = Item.model_validate(raw)
        except ValidationError as exc:
            whole = with_whole_numbers(raw, exc)
            if whole is not None:
                return draft_of(whole, written, digester, plain=plain, max_bytes=max_bytes)
            errors = findings_of(exc)
    suspicious = nested or not plain
    readable = (None, None) if item else (_readable_id(raw), _readable_revision(raw))
    return Draft(content, digest, item, errors, suspicious, *readable)


def _readable_id(raw: Any) -> UUID | None:
    text = raw.get("record_id") if isinstance(raw, dict) else None
    try:
        return id_from_text(text) if isinstance(text, str) and len(text) in ID_LENGTHS else None
    except ValueError:
        return None


def _readable_revision(raw: Any) -> int | None:
    number = raw.get("revision") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _refuse(findings: list[Finding]) -> NoReturn:
    raise Problem(
        Code.INVALID_FIELDS,
        errors=tuple(FieldError(finding.pointer, finding.code, text_of(finding.code)) for finding in findings),
    )
