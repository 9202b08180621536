"""The status of a stored revision: one function for receipts and for reconciling, so that they cannot contradict each
other. Pure.

`outcome` is what became of the revision when it was judged, `client_action` what its tablet is to do now:

| what the server has of it | reconcile | receipt, when the same comes again |
| --- | --- | --- |
| accepted, updated, duplicate, unchanged | its outcome, purge | unchanged, purge |
| conflict, undecided | conflict, keep | conflict, keep |
| conflict, decided or superseded | conflict, purge | unchanged, purge |
| held, waiting | held, keep | held, keep |
| held, superseded | held, purge | unchanged, purge, warning `revision_superseded` |
| held, refused | held, purge | held, purge, error `item_refused` |
| held, released | what became of it in the register | the same |
| invalid | invalid, fix | invalid, fix |
| invalid for its own faults, superseded | invalid, purge | unchanged, purge, warning `revision_superseded` |
| a copy of another enumerator's record | unchanged, purge | unchanged, purge |
| other content under this revision, and this one never came | different | invalid, fix: `revision_reused` |
| other content under this revision, and this one came as well | invalid, fix | invalid, fix: `revision_reused` |
| answers erased, of it or of a higher one; it came | unchanged, purge | unchanged, purge |
| answers erased, of it or of a higher one; it never came | missing, different | unchanged, purge: `answers_erased` |
| nothing | missing | it is judged |

A revision is superseded by a higher one of its record that is in the register or held; an interview by no visit. A
revision that comes after the one that supersedes it is superseded at once. What is `keep` changes only by a decision or
by a higher revision, and what is `purge` stays `purge`, unless a decision is undone.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from app.core.canonical import same_content
from app.register.verdicts import Outcome

State = Literal["stored", "missing", "different"]

CLIENT_ACTION = {
    Outcome.ACCEPTED: "purge",
    Outcome.UPDATED: "purge",
    Outcome.UNCHANGED: "purge",
    Outcome.DUPLICATE: "purge",
    Outcome.CONFLICT: "keep",
    Outcome.HELD: "keep",
    Outcome.INVALID: "fix",
}
"""What the tablet does with its copy of what was judged just now: `keep` waits for a decision, `fix` for a corrected
revision."""

CONTRADICTIONS = frozenset({"revision_reused", "record_of_another", "record_of_another_campaign"})
"""Errors of items that contradict what is stored; a higher revision does not resolve them."""


_WITHOUT_EFFECT = (Outcome.INVALID, Outcome.UNCHANGED)


class StoredRevision(NamedTuple):
    """One revision that the server has of a record from one enumerator: in the register or raw.

    `revision` is None where the item's could not be read, and for copies of another enumerator's record. `waits`: for
    a decision. `contradicts`: it is invalid by one of `CONTRADICTIONS`. `is_visit`: nobody was interviewed.
    """

    revision: int | None
    digest: bytes
    outcome: Outcome
    waits: bool = False
    refused: bool = False
    contradicts: bool = False
    is_visit: bool = False


class RevisionStatus(NamedTuple):
    """What is reported about a revision."""

    outcome: Outcome
    client_action: str


def newest_of(history: Iterable[StoredRevision], *, of_visit: bool = False) -> int:
    """The highest revision in the register or held that supersedes a visit, or an interview; 0 where none does. What
    was stored without changing anything supersedes nothing: it came too late, or is a visit after the interview.
    """
    found = (each for each in history if each.outcome not in _WITHOUT_EFFECT and (of_visit or not each.is_visit))
    return max((each.revision or 0 for each in found), default=0)


def is_superseded(kept: StoredRevision, newest: int) -> bool:
    """Whether a higher revision supersedes this one, held or invalid."""
    return kept.revision is not None and kept.revision < newest and not kept.contradicts


def status_of(kept: StoredRevision, newest: int) -> RevisionStatus:
    """What reconciling answers about a stored revision."""
    if kept.outcome in (Outcome.HELD, Outcome.CONFLICT):
        return RevisionStatus(kept.outcome, "keep" if kept.waits else "purge")
    if kept.outcome is Outcome.INVALID:
        return RevisionStatus(kept.outcome, "purge" if is_superseded(kept, newest) else "fix")
    return RevisionStatus(kept.outcome, "purge")


def status_if_sent_again(kept: StoredRevision, newest: int) -> RevisionStatus:
    """What a receipt answers about a revision that was stored before: the same as reconciling, except that what needs
    nothing more is `unchanged`."""
    now = status_of(kept, newest)
    return now if now.client_action != "purge" or kept.refused else RevisionStatus(Outcome.UNCHANGED, "purge")


def find(history: Iterable[StoredRevision], revision: int, digest: bytes) -> tuple[State, StoredRevision | None]:
    """Whether this content is stored, and as what. Of the same content the first in the history is returned."""
    taken = False
    for each in history:
        if same_content(each.digest, digest):
            return "stored", each
        taken = taken or (each.revision == revision and each.outcome is not Outcome.INVALID)
    return ("different" if taken else "missing"), None
