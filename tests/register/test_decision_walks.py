"""Whatever is sent, decided and undone, in whatever order: every number that a business says is known, and the business
that it is known for says it."""

from copy import deepcopy
from random import Random
from typing import Any
from uuid import UUID

import pytest
from forms import sized

from app.register.deduplication import judge
from app.register.owners import Description
from app.register.resolution import OF_BUSINESSES, Decision, Dispute, Undecidable, resolve
from app.register.verdicts import Claim, Ledger
from app.review.journal import BuiltUpon, images, journal_of, undo

WALKS, STEPS = 40, 16  # for each seed
DESCRIPTIONS = (
    Description("Warung Padang", owner_name="Sari Dewi", kbli="56101", region_code="16.01.14.1003"),
    Description("Bengkel Motor", owner_name="Sari", kbli="45407", region_code="16.01.14.1003", other_business=True),
    Description("Salon Ayu", owner_name="Dewi", kbli="96111", region_code="16.01.13.1003", other_business=True),
    Description("Toko Baut", owner_name="Hendra Gunawan", kbli="47521", region_code="16.01.13.1003"),
)


def faults(ledger: Ledger) -> set[tuple[str, bytes]]:
    """As `kumkm progress check` finds them: numbers that nobody says, and numbers that nobody knows."""
    found = set()
    says = {
        business.id: {*business.numbers.values(), *business.aliases}
        for business in ledger.businesses.values()
        if business.merged_into is None
    }
    for digest, owner in ledger.owners.items():
        if digest not in says.get(owner.business_id, ()):
            found.add(("not said", digest))
    shares = {(id_, digest) for id_, said in says.items() for digest in said}
    shares -= {(owner.business_id, digest) for digest, owner in ledger.owners.items()}
    sharers = {(id_, digest) for digest, those in ledger.sharers.items() for id_ in those}
    found |= {("not shared", digest) for _, digest in shares ^ sharers if digest in ledger.owners}
    return found | {("not known", digest) for said in says.values() for digest in said - ledger.owners.keys()}


class Walk:
    """A register with few numbers, so that they collide."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.ledger, self.log = rng, Ledger(), list[Any]()
        self.revisions: dict[int, int] = {}
        self.cases: list[dict[str, Any]] = []
        self.made = 1000

    def step(self) -> None:
        before = deepcopy(self.ledger)
        try:
            self.rng.choices((self.send, self.decide, self.undo), (5, 3, 2))[0]()
        except (BuiltUpon, Undecidable):
            self.ledger = before  # as a transaction that is rolled back

    def send(self) -> None:
        record = self.rng.choice([*self.revisions, len(self.revisions) + 1])
        revision = self.revisions[record] = self.revisions.get(record, 0) + 1
        chosen = {kind: b"%s %d" % (kind.encode(), self.rng.randrange(3)) for kind in ("nik", "nib")}
        numbers = {kind: number for kind, number in chosen.items() if self.rng.random() < 0.8}
        content = b"%16d" % (100 * record + revision)
        described = self.rng.choice((None, *DESCRIPTIONS))
        claim = Claim(
            UUID(int=record), revision, UUID(int=record + 500), 1, content, "umkm", numbers, self.new(), described
        )
        verdict = judge(self.ledger, claim)
        self.log.append(("send", record, revision, numbers, verdict.outcome))
        self.cases = [
            case
            for case in self.cases
            if case["journal"] or case["claim"].record_id != claim.record_id or case["kind"] in OF_BUSINESSES
        ]
        if verdict.case is not None:
            self.cases.append({"kind": verdict.case, "claim": claim, "parties": verdict.parties, "journal": None})

    def decide(self) -> None:
        if not (waiting := [case for case in self.cases if case["journal"] is None]):
            return
        case, before = self.rng.choice(waiting), images(self.ledger)
        parties = self.today(case)
        if case["kind"] in OF_BUSINESSES and len(parties) < 2:
            return  # one business by now
        claim = case["claim"]._replace(new_business_id=self.new())
        decision = self.rng.choice(list(Decision))
        resolve(
            self.ledger,
            Dispute(case["kind"], claim, parties),
            decision,
            survivor=self.rng.choice((None, *parties)) if decision is Decision.SAME else None,
            wrong_record=self.rng.choice((None, *(self.ledger.businesses[id_].record_id for id_ in parties))),
        )
        case["journal"] = journal_of(before, images(self.ledger))
        self.log.append(("decide", case["claim"].record_id.int, decision))

    def undo(self) -> None:
        if not (decided := [case for case in self.cases if case["journal"]]):
            return
        case = self.rng.choice(decided)
        undo(self.ledger, case["journal"], self.today(case)[0])
        case["journal"] = None
        self.log.append(("undo", case["claim"].record_id.int))

    def today(self, case: dict[str, Any]) -> tuple[UUID, ...]:
        def survivor(id_: UUID) -> UUID:
            into = self.ledger.businesses[id_].merged_into
            return id_ if into is None else survivor(into)

        return tuple(dict.fromkeys(map(survivor, case["parties"])))

    def new(self) -> UUID:
        self.made += 1
        return UUID(int=self.made)


@pytest.mark.long_form
@pytest.mark.parametrize("seed", range(sized(25, 60)))
def test_numbers_and_businesses_say_the_same_whatever_is_decided_and_undone(seed: int) -> None:
    rng = Random(seed)
    for _ in range(WALKS):
        walk = Walk(rng)
        for _ in range(STEPS):
            walk.step()
            assert not faults(walk.ledger), walk.log
