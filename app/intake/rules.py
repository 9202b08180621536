"""Checks before an item is judged: its times, its questionnaire, its place. Pure.

Two steps, since the second needs rows that the first one names: `examine` checks the item alone, `assess` compares it
with what is known. Errors make an item `invalid`, the reasons of `held` keep it for later, doubts are only warnings.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.intake.known import Known
from app.intake.parsing import Draft
from app.questionnaires.assessment import Reading, doubts, read
from app.questionnaires.catalogue import Newer, Unknown, find
from app.questionnaires.findings import Finding
from app.regions.region_code import is_place, local_date
from app.register.verdicts import Outcome

SKEW_TOLERATED = timedelta(minutes=2)
"""A clock that is off by less is not corrected (the contract's figure)."""

_INDONESIA = (-11.5, 6.5, 94.5, 141.5)  # south, north, west, east, with the seas between


class Arrival(NamedTuple):
    """When a batch came in, and how far the tablet's clock is ahead of the server's."""

    received_at: datetime
    skew: timedelta

    def corrected(self, by_tablet: datetime) -> datetime:
        """A time of the tablet's in the server's, in UTC.

        Raises:
            OverflowError: the time lies at the end of the calendar.
        """
        time = by_tablet.astimezone(UTC)
        return time - self.skew if abs(self.skew) > SKEW_TOLERATED else time


class Examined(NamedTuple):
    """An item looked at alone. With errors it is `invalid`; with `newer` it is to be `held`."""

    draft: Draft
    captured_at: datetime | None
    captured_on: date
    received_on: date
    newer: bool
    reading: Reading | None
    errors: list[Finding]
    warnings: list[Finding]

    @property
    def region_codes(self) -> tuple[str, ...]:
        """Every region code that the item depends on."""
        codes = (self.draft.item.region_code,) if self.draft.item else ()
        nik = self.reading.nik if self.reading else None
        return (*codes, nik.regency_code, nik.district_code) if nik else codes


class Assessed(NamedTuple):
    """An item compared with what is known. `outcome` is None where it may be judged."""

    examined: Examined
    outcome: Outcome | None
    errors: list[Finding]
    warnings: list[Finding]


def examine(draft: Draft, arrival: Arrival) -> Examined:
    """Look at the item alone: its times and its answers."""
    item = draft.item
    zone_code = item.region_code if item else ""
    received_on = local_date(arrival.received_at, zone_code)
    if item is None:
        return Examined(
            draft, None, received_on, received_on, newer=False, reading=None, errors=draft.errors, warnings=[]
        )
    errors: list[Finding] = []
    warnings: list[Finding] = []
    captured_at: datetime | None = None
    captured_on = received_on
    try:
        captured_at = arrival.corrected(item.captured_at)
        captured_on = local_date(captured_at, zone_code)
        if captured_on > received_on + timedelta(days=1):
            errors.append(Finding("/captured_at", "captured_in_future"))
        elif abs(arrival.skew) > SKEW_TOLERATED:
            warnings.append(Finding("/captured_at", "clock_skewed"))
        if item.started_at is not None and item.started_at > item.captured_at:
            warnings.append(Finding("/started_at", "started_after_captured"))
    except (OverflowError, ValueError):
        captured_at = None
        errors.append(Finding("/captured_at", "captured_out_of_range"))
    if item.location is not None and not _in_indonesia(item.location.latitude, item.location.longitude):
        warnings.append(Finding("/location", "location_outside_indonesia"))
    captured_on = min(captured_on, received_on)
    questionnaire = find(item.questionnaire)
    if isinstance(questionnaire, Newer):
        return Examined(
            draft, captured_at, captured_on, received_on, newer=True, reading=None, errors=errors, warnings=warnings
        )
    if isinstance(questionnaire, Unknown):
        errors.append(Finding("/questionnaire", "questionnaire_unknown"))
        return Examined(
            draft, captured_at, captured_on, received_on, newer=False, reading=None, errors=errors, warnings=warnings
        )
    reading = read(questionnaire, item.answers, captured_on=captured_on, today=received_on, suspicious=draft.suspicious)
    errors += reading.errors
    warnings += reading.warnings
    if reading.visit and reading.visit.visited_at and reading.visit.visited_at > item.captured_at:
        warnings.append(Finding("/answers/visited_at", "visited_after_captured"))
    return Examined(
        draft, captured_at, captured_on, received_on, newer=False, reading=reading, errors=errors, warnings=warnings
    )


def recall(examined: Examined, known: Known, arrival: Arrival) -> Examined:
    """Examine a corrected revision again with the clock offset of the revision that first had its time of capture.

    The revision before had the same time, so it was captured then, and is corrected as it was then: the clock may have
    been corrected since, or the tablet is another one. A time that the server corrected before is not changed.
    """
    item = examined.draft.item
    times = known.capture_times.get(item.record_id) if item else None
    if item is None or not times:
        return examined
    then = next((each.corrected for each in times if each.by_tablet == item.captured_at), None)
    if then is None and any(each.corrected == item.captured_at for each in times):
        then = item.captured_at
    if then is None or then == examined.captured_at:
        return examined
    return examine(examined.draft, arrival._replace(skew=item.captured_at - then))


def assess_all(items: Sequence[Examined], known: Known) -> list[Assessed]:
    """Compare examined items with what is known, in order; a held item also uses up its revision."""
    taken = {
        (subject, raw.revision): raw.content_digest
        for subject, history in known.raw_items.items()
        for raw in history
        if raw.outcome is Outcome.HELD and raw.revision is not None
    }
    assessed = []
    for examined in items:
        done = assess(examined, known, taken)
        item = examined.draft.item
        if item is not None and done.outcome is Outcome.HELD:
            taken.setdefault((item.record_id, item.revision), examined.draft.content_digest)
        assessed.append(done)
    return assessed


def assess(examined: Examined, known: Known, taken: Mapping[tuple[UUID, int], bytes]) -> Assessed:
    """Compare an examined item with what is known; `taken`: contents of held revisions.

    An item that is stored already is always judged, since what was once taken is answered `unchanged` even after the
    assignment ended; an item that was refused remains refused.
    """
    decided = _decided(examined, known)
    if decided is not None:
        return decided
    item = examined.draft.item
    errors, warnings = _faults(examined, known)
    if errors or item is None:
        return Assessed(examined, Outcome.INVALID, errors, warnings)
    digest = examined.draft.content_digest
    if not known.released and taken.get((item.record_id, item.revision), digest) != digest:
        return Assessed(examined, Outcome.INVALID, [Finding("/revision", "revision_reused")], warnings)
    if examined.captured_on < known.campaign.starts_on:
        warnings.append(Finding("/captured_at", "captured_before_campaign"))
    elif examined.captured_on > known.campaign.ends_on:
        warnings.append(Finding("/captured_at", "captured_after_campaign"))
    reasons = _reasons_to_hold(examined, item.region_code, known)
    if reasons:
        return Assessed(examined, Outcome.HELD, reasons, warnings)
    return Assessed(examined, None, [], warnings)


def _decided(examined: Examined, known: Known) -> Assessed | None:
    """What is known of an item before anybody looks at it: it is stored, was erased, or was refused."""
    if known.has(examined.draft):
        return Assessed(examined, None, [], examined.warnings)
    if known.was_erased(examined.draft):
        return Assessed(examined, Outcome.UNCHANGED, [], [Finding("/revision", "answers_erased")])
    if not known.released and known.refused(examined.draft):
        return Assessed(examined, Outcome.HELD, [Finding("", "item_refused")], examined.warnings)
    return None


def _faults(examined: Examined, known: Known) -> tuple[list[Finding], list[Finding]]:
    """What is wrong with an item, and what is doubtful, its place and codes included."""
    errors, warnings = list(examined.errors), list(examined.warnings)
    item = examined.draft.item
    if item is not None:
        if item.region_code not in known.regions:
            errors.append(Finding("/region_code", "region_unknown"))
        elif not is_place(item.region_code):
            errors.append(Finding("/region_code", "region_not_a_village"))
    if examined.reading is not None and not examined.reading.errors:
        taken = known.campaign.activities
        warnings += doubts(
            examined.reading,
            known_kbli=known.kbli,
            known_regions=known.regions,
            editions=taken.editions,
            left_out=taken.out_of_scope,
            reference_year=known.campaign.reference_year,
        )
    return errors, warnings


def _reasons_to_hold(examined: Examined, village: str, known: Known) -> list[Finding]:
    reasons = []
    if examined.newer:
        reasons.append(Finding("/questionnaire", "questionnaire_newer"))
    if known.released:
        return reasons
    if known.standing.device_revoked_at is not None:
        reasons.append(Finding("", "device_revoked"))
    if examined.received_on > known.campaign.accepts_until:
        reasons.append(Finding("", "campaign_closed"))
    if not any(region.covers(village, examined.captured_on) for region in known.assignments):
        reasons.append(Finding("/region_code", "region_outside_assignment"))
        if examined.captured_on < known.campaign.starts_on:  # the clock may be the reason
            reasons.append(Finding("/captured_at", "captured_before_campaign"))
    return reasons


def _in_indonesia(latitude: float, longitude: float) -> bool:
    south, north, west, east = _INDONESIA
    return south <= latitude <= north and west <= longitude <= east
