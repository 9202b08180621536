"""Test vectors of outcomes: stories of items, and what each becomes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.intake.revision_status import CLIENT_ACTION, StoredRevision, status_if_sent_again, status_of
from app.register.deduplication import judge
from app.register.owners import Description
from app.register.verdicts import Claim, Ledger, Outcome

# The enumerator (a, b), the record, its revision, its numbers, its other content.
_Step = tuple[str, int, int, Mapping[str, str], str]
_DESCRIBED = {
    "warung": Description("Warung Padang Jaya", "", "Sari Dewi", "56101", "16.01.14.1003"),
    "bengkel": Description("Bengkel Motor Sumber", "", "Sari Dewi", "45407", "16.01.14.1003"),
    "bengkel, marked": Description(
        "Bengkel Motor Sumber", "", "Sari Dewi", "45407", "16.01.14.1003", other_business=True
    ),
    "stranger": Description("Toko Baut Makmur", "", "Hendra Gunawan", "47521", "16.01.13.1003"),
}
"""What such a content says in the answers that are compared where the NIK is known; other contents say nothing."""
_STORIES: Mapping[str, tuple[_Step, ...]] = {
    "the first of a business is accepted, every other one is a duplicate": (
        ("a", 1, 1, {"nik": "N"}, "x"),
        ("b", 2, 1, {"nik": "N"}, "x"),
        ("a", 3, 1, {"nik": "N", "nib": "B"}, "x"),
    ),
    "the same again changes nothing": (("a", 1, 1, {"nik": "N"}, "x"), ("a", 1, 1, {"nik": "N"}, "x")),
    "a higher revision updates, a lower one comes too late": (
        ("a", 1, 1, {"nik": "N"}, "x"),
        ("a", 1, 3, {"nik": "N"}, "y"),
        ("a", 1, 2, {"nik": "N"}, "z"),
    ),
    "a revision with other content is refused": (("a", 1, 1, {"nik": "N"}, "x"), ("a", 1, 1, {"nik": "N"}, "y")),
    "a record belongs to its enumerator": (("a", 1, 1, {"nik": "N"}, "x"), ("b", 1, 2, {"nik": "N"}, "y")),
    "numbers of two businesses are a conflict": (
        ("a", 1, 1, {"nik": "N"}, "x"),
        ("a", 2, 1, {"nib": "B"}, "x"),
        ("a", 3, 1, {"nik": "N", "nib": "B"}, "x"),
    ),
    "another number of a kind is a conflict": (
        ("a", 1, 1, {"nik": "N", "nib": "B"}, "x"),
        ("b", 2, 1, {"nik": "N", "nib": "C"}, "x"),
    ),
    "a duplicate whose number is corrected is accepted": (
        ("a", 1, 1, {"nik": "N"}, "x"),
        ("b", 2, 1, {"nik": "N"}, "x"),
        ("b", 2, 2, {"nik": "M"}, "y"),
    ),
    "a record's own number may be corrected as long as no other record rests on it": (
        ("a", 1, 1, {"nik": "N"}, "x"),
        ("a", 1, 2, {"nik": "M"}, "y"),
        ("b", 2, 1, {"nik": "N"}, "x"),
    ),
    "a number that another record rests on is not taken back": (
        ("a", 1, 1, {"nik": "N"}, "x"),
        ("b", 2, 1, {"nik": "N"}, "x"),
        ("a", 1, 2, {"nik": "M"}, "y"),
    ),
    "without a number nothing is recognised": (("a", 1, 1, {}, "x"), ("a", 2, 1, {}, "x")),
    "another business of an owner is accepted if it is marked, and each is known again": (
        ("a", 1, 1, {"nik": "N"}, "warung"),
        ("a", 2, 1, {"nik": "N"}, "bengkel, marked"),
        ("b", 3, 1, {"nik": "N"}, "bengkel"),
        ("b", 4, 1, {"nik": "N"}, "warung"),
    ),
    "without the mark another business of an owner is a duplicate": (
        ("a", 1, 1, {"nik": "N"}, "warung"),
        ("a", 2, 1, {"nik": "N"}, "bengkel"),
    ),
    "another NIB is another business of the owner": (
        ("a", 1, 1, {"nik": "N", "nib": "B"}, "warung"),
        ("a", 2, 1, {"nik": "N", "nib": "C"}, "bengkel"),
    ),
    "a NIK of somebody whose name is another is a conflict": (
        ("a", 1, 1, {"nik": "N"}, "warung"),
        ("b", 2, 1, {"nik": "N"}, "stranger"),
        ("b", 2, 2, {"nik": "M"}, "stranger"),
    ),
}


def outcomes() -> dict[str, Any]:
    """The file `outcomes.json`."""
    return {
        "about": "Items in the order in which the server takes them, from an empty register; letters stand for"
        " enumerators and numbers, `content` for what else is said (`contents` has the answers of some).",
        "contents": {content: _answers(said) for content, said in _DESCRIBED.items()},
        "client_action": {outcome.value: action for outcome, action in CLIENT_ACTION.items()},
        "stories": [{"story": story, "items": _written(steps)} for story, steps in _STORIES.items()],
        "standing": {
            "about": "The answer about revision 1, which the server has, when a tablet asks about it (reconcile) or"
            " sends it again (receipt). `newest`: the highest revision of its record that is in the register or held.",
            "cases": [_standing(about, kept, newest) for about, kept, revisions in _STANDING for newest in revisions],
        },
        "after_reconcile": {
            "about": "The state of a revision after the answer; a state or an action that a client does not know is"
            " `kept`.",
            "cases": [
                {"state": state, "client_action": action, "then": then} for state, action, then in _AFTER_RECONCILE
            ],
        },
    }


_STANDING = (
    ("accepted", StoredRevision(1, b"", Outcome.ACCEPTED), (1, 2)),
    ("a duplicate", StoredRevision(1, b"", Outcome.DUPLICATE), (1, 2)),
    ("a conflict without a decision", StoredRevision(1, b"", Outcome.CONFLICT, waits=True), (1,)),
    ("a conflict that was decided on, or superseded", StoredRevision(1, b"", Outcome.CONFLICT), (1, 2)),
    ("held, waiting for a supervisor", StoredRevision(1, b"", Outcome.HELD, waits=True), (1,)),
    ("held, and superseded", StoredRevision(1, b"", Outcome.HELD), (2,)),
    ("held, and refused", StoredRevision(1, b"", Outcome.HELD, refused=True), (1, 2)),
    ("invalid for its own faults", StoredRevision(1, b"", Outcome.INVALID), (1, 2)),
    ("other content under a revision that is taken", StoredRevision(1, b"", Outcome.INVALID, contradicts=True), (1, 2)),
)
_AFTER_RECONCILE = (
    ("stored", "purge", "confirmed"),
    ("stored", "keep", "kept"),
    ("stored", "fix", "to_fix"),
    ("missing", None, "queued"),
    ("different", None, "to_fix"),
    ("stored", "something new", "kept"),
    ("something new", None, "kept"),
)


def _standing(about: str, kept: StoredRevision, newest: int) -> dict[str, Any]:
    now, again = status_of(kept, newest), status_if_sent_again(kept, newest)
    return {
        "stored_as": about,
        "newest": newest,
        "reconcile": {"state": "stored", **now._asdict()},
        "receipt": again._asdict(),
    }


def _answers(said: Description) -> dict[str, Any]:
    """The item's fields that are compared."""
    mark = {"other_business_of_owner": True} if said.other_business else {}
    answers = {"legal_name": said.legal_name, "kbli": said.kbli, "owner": {"name": said.owner_name}, **mark}
    return {"region_code": said.region_code, "answers": answers}


def _written(steps: tuple[_Step, ...]) -> list[dict[str, Any]]:
    ledger, results = Ledger(), []
    for place, (who, record, revision, numbers, content) in enumerate(steps):
        claim = Claim(
            UUID(int=record),
            revision,
            UUID(int=ord(who)),
            1,
            content.encode(),
            "umkm",
            {kind: f"{kind}:{number}".encode() for kind, number in numbers.items()},
            UUID(int=1_000 + place),
            _DESCRIBED.get(content),
        )
        verdict = judge(ledger, claim)
        results.append(
            {
                "enumerator": who,
                "record": record,
                "revision": revision,
                "numbers": numbers,
                "content": content,
                "outcome": verdict.outcome,
                "matched_on": verdict.matched_on,
                **({} if verdict.warning is None else {"warning": verdict.warning}),
                "error": verdict.error,
            }
        )
    return results
