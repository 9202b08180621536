"""What makes an item fit to be judged: its times, its questionnaire, its place. Pure.

Two steps, since the second needs what the first names: `examine` looks at the item alone, `assess` holds it against
what is known. Errors make an item `invalid`, the reasons of `held` keep it for later, doubts are only warnings.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from app.questionnaires.assessment import Reading, doubts, read
from app.questionnaires.catalogue import Newer, Unknown, find
from app.questionnaires.findings import Finding
from app.regions.region_code import is_village, local_date
from app.register.deduplication import Outcome
from app.sync.known import Known
from app.sync.reading import Draft

SKEW_TOLERATED = timedelta(minutes=2)
"""A clock that is off by less is left alone (the contract's figure)."""

_INDONESIA = (-11.5, 6.5, 94.5, 141.5)  # south, north, west, east, with the seas between


class Moment(NamedTuple):
    """When a batch came in, and how far the tablet's clock is ahead of the server's."""

    received_at: datetime
    skew: timedelta

    def corrected(self, told: datetime) -> datetime:
        """A time of the tablet's in the server's, in UTC.

        Raises:
            OverflowError: the time lies at the end of the calendar.
        """
        moment = told.astimezone(UTC)
        return moment - self.skew if abs(self.skew) > SKEW_TOLERATED else moment


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
    """An item held against what is known. `outcome` is None where it may be judged."""

    examined: Examined
    outcome: Outcome | None
    errors: list[Finding]
    warnings: list[Finding]


def examine(draft: Draft, moment: Moment) -> Examined:
    """Look at the item alone: its times and its answers."""
    item = draft.item
    zone_code = item.region_code if item else ""
    received_on = local_date(moment.received_at, zone_code)
    if item is None:
        return Examined(draft, None, received_on, received_on, False, None, draft.errors, [])  # noqa: FBT003
    errors: list[Finding] = []
    warnings: list[Finding] = []
    captured_at, captured_on = moment.received_at, received_on
    try:
        captured_at = moment.corrected(item.captured_at)
        captured_on = local_date(captured_at, zone_code)
        if captured_on > received_on + timedelta(days=1):
            errors.append(Finding("/captured_at", "captured_in_future"))
        elif abs(moment.skew) > SKEW_TOLERATED:
            warnings.append(Finding("/captured_at", "clock_skewed"))
        if item.started_at is not None and item.started_at > item.captured_at:
            warnings.append(Finding("/started_at", "started_after_captured"))
    except (OverflowError, ValueError):
        errors.append(Finding("/captured_at", "captured_out_of_range"))
    if item.location is not None and not _in_indonesia(item.location.latitude, item.location.longitude):
        warnings.append(Finding("/location", "location_outside_indonesia"))
    captured_on = min(captured_on, received_on)
    questionnaire = find(item.questionnaire)
    if isinstance(questionnaire, Newer):
        return Examined(draft, captured_at, captured_on, received_on, True, None, errors, warnings)  # noqa: FBT003
    if isinstance(questionnaire, Unknown):
        errors.append(Finding("/questionnaire", "questionnaire_unknown"))
        return Examined(draft, captured_at, captured_on, received_on, False, None, errors, warnings)  # noqa: FBT003
    reading = read(questionnaire, item.answers, captured_on=captured_on, today=received_on, suspicious=draft.suspicious)
    errors += reading.errors
    warnings += reading.warnings
    return Examined(draft, captured_at, captured_on, received_on, False, reading, errors, warnings)  # noqa: FBT003


def assess(examined: Examined, known: Known) -> Assessed:
    """Hold an examined item against what is known. An item that is stored already is always judged, since what
    was once taken is answered `unchanged` even after the assignment ended."""
    if known.has(examined.draft):
        return Assessed(examined, None, [], examined.warnings)
    errors, warnings = list(examined.errors), list(examined.warnings)
    item = examined.draft.item
    if item is not None:
        if item.region_code not in known.regions:
            errors.append(Finding("/region_code", "region_unknown"))
        elif not is_village(item.region_code):
            errors.append(Finding("/region_code", "region_not_a_village"))
    if examined.reading is not None and not examined.reading.errors:
        more_errors, more_warnings = doubts(examined.reading, known_kbli=known.kbli, known_regions=known.regions)
        errors += more_errors
        warnings += more_warnings
    if errors or item is None:
        return Assessed(examined, Outcome.INVALID, errors, warnings)
    if examined.captured_on < known.campaign.starts_on:
        warnings.append(Finding("/captured_at", "captured_before_campaign"))
    elif examined.captured_on > known.campaign.ends_on:
        warnings.append(Finding("/captured_at", "captured_after_campaign"))
    reasons = _reasons_to_hold(examined, item.region_code, known)
    if reasons:
        return Assessed(examined, Outcome.HELD, reasons, warnings)
    return Assessed(examined, None, [], warnings)


def _reasons_to_hold(examined: Examined, village: str, known: Known) -> list[Finding]:
    reasons = []
    if examined.newer:
        reasons.append(Finding("/questionnaire", "questionnaire_newer"))
    if known.released:
        return reasons
    if known.standing.device_revoked:
        reasons.append(Finding("", "device_revoked"))
    if examined.received_on > known.campaign.accepts_until:
        reasons.append(Finding("", "campaign_closed"))
    if not any(region.covers(village, examined.captured_on) for region in known.assignments):
        reasons.append(Finding("/region_code", "region_outside_assignment"))
    return reasons


def _in_indonesia(latitude: float, longitude: float) -> bool:
    south, north, west, east = _INDONESIA
    return south <= latitude <= north and west <= longitude <= east
