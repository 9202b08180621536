"""From which point on records and enumerators are flagged: a document of the campaign, with defaults. Pure.

Deviations are counted from the median of the same activity group and district, in units of 1.4826 × MAD, which is the
standard deviation where values are normal (Rousseeuw and Croux 1993). What is senseless is refused where it is set.
"""

from typing import Annotated

from pydantic import Field

from app.campaigns.documents import Change, Part
from app.core.bulk import Whole

_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Deviations = Annotated[_Number, Field(ge=1.5, le=50)]
Share = Annotated[_Number, Field(gt=0, le=1)]


class ShortInterview(Part):
    """From the first question to the last."""

    deviations: Deviations = Field(default=3.0, description="Below the usual length, in deviations of its logarithm.")


class RapidSequence(Part):
    """From the end of one interview to the end of the next."""

    deviations: Deviations = Field(default=3.0, description="Below the usual gap, in deviations of its logarithm.")


class SamePoint(Part):
    """Many records at one point. In a market that is usual: what speaks against it is time, answers or villages."""

    records: Whole = Field(default=8, ge=2, le=10_000, description="So many of one enumerator within ten metres.")
    villages: Whole = Field(
        default=3, ge=2, le=100, description="They are of so many villages, or in so many there is one for most, or:"
    )
    doubtful: Share = Field(default=0.5, description="so large a share is short, in rapid sequence or copied.")


class FarPoint(Part):
    """A point far from its village."""

    deviations: Deviations = Field(default=6.0, description="Beyond the usual distance from the middle of others.")
    least_m: Whole = Field(default=1_000, ge=50, le=100_000, description="And so many metres, or more.")


class CopiedAnswers(Part):
    """Nearly the same answers as one of the records before."""

    alike: Share = Field(
        default=0.65, ge=0.3, description="How much of what the answers say is the same; what many answer says little."
    )
    before: Whole = Field(
        default=5,
        ge=1,
        le=50,
        description="Compared with so many records before it, and with earlier ones of which it has rare answers.",
    )


class OutOfRange(Part):
    """Money and workers that are far from those of the same activity in the district."""

    deviations: Deviations = Field(default=5.0, description="Away from the usual, in deviations of the logarithm.")


class EmptyAnswers(Part):
    """The share of questions without an answer."""

    deviations: Deviations = Field(default=4.0, description="Above the usual share.")
    least_excess: Share = Field(default=0.05, description="And so much above it.")


class RepeatedNumber(Part):
    """One NIK in many records."""

    records: Whole = Field(default=5, ge=2, le=10_000)


class ShortName(Part):
    """Names of hardly a letter."""

    letters: Whole = Field(default=1, ge=1, le=10, description="So many letters, or fewer.")


class Enumerators(Part):
    """When the share of flagged records of an enumerator is more than that of the others."""

    least_records: Whole = Field(default=10, ge=2, le=10_000, description="Who has fewer is not judged.")
    deviations: Deviations = Field(default=3.0, description="Above the usual share of enumerators.")
    least_excess: Share = Field(default=0.05, description="And so much above it.")


class Reinterviewed(Part):
    """When the answers of an enumerator's records do not agree with what others heard there again."""

    least_share: Share = Field(
        default=0.8,
        lt=1,
        description="Flagged where surely fewer of the answers agree (95 %, by businesses, of three or more).",
    )
    least_answers: Whole = Field(default=20, ge=5, le=10_000, description="Of fewer compared answers nothing is said.")
    not_found: Whole = Field(default=1, ge=1, le=1_000, description="So many businesses were not found again.")


class Thresholds(Part):
    """The whole document."""

    least_group: Whole = Field(
        default=20, ge=5, le=100_000, description="Smaller groups are compared with the next larger one."
    )
    short_interview: ShortInterview = ShortInterview()
    rapid_sequence: RapidSequence = RapidSequence()
    same_point: SamePoint = SamePoint()
    far_point: FarPoint = FarPoint()
    copied_answers: CopiedAnswers = CopiedAnswers()
    out_of_range: OutOfRange = OutOfRange()
    empty_answers: EmptyAnswers = EmptyAnswers()
    repeated_number: RepeatedNumber = RepeatedNumber()
    short_names: ShortName = ShortName()
    enumerators: Enumerators = Enumerators()
    reinterviewed: Reinterviewed = Reinterviewed()


class ThresholdsChange(Change):
    """What of the document is changed: a part that is given takes the place of the old one, with defaults for what it
    does not say; null puts back the default."""

    least_group: Whole | None = Field(default=None, ge=5, le=100_000)
    short_interview: ShortInterview | None = None
    rapid_sequence: RapidSequence | None = None
    same_point: SamePoint | None = None
    far_point: FarPoint | None = None
    copied_answers: CopiedAnswers | None = None
    out_of_range: OutOfRange | None = None
    empty_answers: EmptyAnswers | None = None
    repeated_number: RepeatedNumber | None = None
    short_names: ShortName | None = None
    enumerators: Enumerators | None = None
    reinterviewed: Reinterviewed | None = None
