"""Test vectors of outcomes: stories of items, and what each becomes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.intake.revision_status import CLIENT_ACTION, StoredRevision, status_if_sent_again, status_of
from app.questionnaires.visit_1 import Result
from app.register.deduplication import judge
from app.register.owners import Description
from app.register.verdicts import Claim, Ledger, Outcome, Visited

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
_RESULTS: tuple[tuple[Result, int], ...] = (
    ("absent", 5),
    ("absent", 6),
    ("absent", 7),
    ("absent", 8),
    ("refused", 5),
    ("closed", 6),
    ("closed", 7),
    ("non_response", 5),
)
_VISITS = {f"{result}, day {day}": Visited(result, datetime(2022, 9, day, 2, tzinfo=UTC)) for result, day in _RESULTS}
"""Contents that are visits without an interview."""
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
    "a door is visited until somebody is interviewed": (
        ("a", 1, 1, {}, "absent, day 5"),
        ("a", 1, 2, {}, "absent, day 6"),
        ("a", 1, 3, {"nik": "N"}, "x"),
        ("b", 2, 1, {"nik": "N"}, "x"),
    ),
    "the third absence ends a door": (
        ("a", 1, 1, {}, "absent, day 5"),
        ("a", 1, 2, {}, "absent, day 6"),
        ("a", 1, 3, {}, "absent, day 7"),
        ("a", 1, 4, {}, "absent, day 8"),
    ),
    "a final result stands until another one, and an absence changes nothing": (
        ("a", 1, 1, {}, "refused, day 5"),
        ("a", 1, 2, {}, "absent, day 6"),
        ("a", 1, 3, {}, "closed, day 7"),
    ),
    "a visit at the same time is corrected": (
        ("a", 1, 1, {}, "refused, day 5"),
        ("a", 1, 2, {}, "absent, day 5"),
    ),
    "a visit after the interview changes nothing": (
        ("a", 1, 1, {"nik": "N"}, "x"),
        ("a", 1, 2, {}, "closed, day 6"),
        ("a", 1, 3, {"nik": "N"}, "y"),
    ),
    "a visit before the last one, and a non-response too early, are doubted": (
        ("a", 1, 1, {}, "absent, day 6"),
        ("a", 1, 2, {}, "non_response, day 5"),
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
        "contents": {content: _answers(said) for content, said in _DESCRIBED.items()}
        | {content: _visit(visited) for content, visited in _VISITS.items()},
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


def _visit(visited: Visited) -> dict[str, Any]:
    """The item's fields of a visit without an interview."""
    answers = {"result": visited.result, "visited_at": visited.visited_at.isoformat()}
    return {"questionnaire": "visit@1", "answers": answers}


def _counted_as(ledger: Ledger, claim: Claim) -> str | None:
    """What the record counts as after the item; nothing is said of another enumerator's."""
    record = ledger.records[claim.record_id]
    return record.counted_as.value if record.enumerator_id == claim.enumerator_id else None


def _written(steps: tuple[_Step, ...]) -> list[dict[str, Any]]:
    ledger, results = Ledger(), []
    for place, (who, record, revision, numbers, content) in enumerate(steps):
        claim = Claim(
            UUID(int=record),
            revision,
            UUID(int=ord(who)),
            1,
            content.encode(),
            "visit" if content in _VISITS else "umkm",
            {kind: f"{kind}:{number}".encode() for kind, number in numbers.items()},
            UUID(int=1_000 + place),
            _DESCRIBED.get(content),
            _VISITS.get(content),
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
                **({"warnings": [each.code for each in verdict.doubts]} if content in _VISITS else {}),
                "error": verdict.error,
                "counted_as": _counted_as(ledger, claim),
            }
        )
    return results
