"""Re-interviews of a campaign (*wawancara ulang*): how many records are drawn, by which seed, and what agrees. Pure.

The seed makes the sample: who has it can confirm which records are drawn, and foresee it. So only officers and
admins see it. What is senseless is refused where it is set.
"""

import secrets
from typing import Annotated, Any, Literal

from pydantic import Field

from app.campaigns.documents import Change, Part
from app.core.bulk import Whole
from app.core.text import Handle

_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
SharePercent = Annotated[_Number, Field(ge=0, le=20)]
Seed = Annotated[Handle, Field(min_length=8, max_length=100)]
Assigning = Literal["automatic", "manual"]


class Reinterviews(Part):
    """The whole document."""

    share_percent: SharePercent = Field(
        default=0.0, description="So much of each enumerator's entered records is drawn; 0: none."
    )
    seed: Seed | None = Field(
        default=None, description="Makes the sample; only officers and admins see it. Made at random where none is set."
    )
    assignment: Assigning = Field(
        default="automatic", description="Whether the server gives what is drawn to enumerators, or a person does."
    )
    days: Whole = Field(default=14, ge=1, le=90, description="So many days after it was given, one is overdue.")
    money_tolerance: Annotated[_Number, Field(ge=0, le=0.9)] = Field(
        default=0.2, description="Sums agree where they differ by so much of the larger one, or less."
    )
    point_m: Whole = Field(default=250, ge=10, le=5_000, description="Points agree within so many metres.")

    def with_seed(self) -> "Reinterviews":
        """The same, with a seed made at random where records are drawn and none is set."""
        if self.seed is not None or not self.share_percent:
            return self
        return self.model_copy(update={"seed": secrets.token_hex(16)})


class ReinterviewsChange(Change):
    """What of the document is changed; null puts back the default."""

    share_percent: SharePercent | None = None
    seed: Seed | None = None
    assignment: Assigning | None = None
    days: Whole | None = Field(default=None, ge=1, le=90)
    money_tolerance: Annotated[_Number, Field(ge=0, le=0.9)] | None = None
    point_m: Whole | None = Field(default=None, ge=10, le=5_000)

    def applied(self, stored: dict[str, Any]) -> dict[str, Any]:
        """What is stored after the change, of what was stored; with a seed where one is needed."""
        changed = super().applied(stored)
        seed = Reinterviews.model_validate(changed).with_seed().seed
        return changed if seed is None else changed | {"seed": seed}
