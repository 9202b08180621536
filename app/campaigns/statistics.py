"""The statistics of a campaign: from which number on cells are shown, and how often an edition is made. Pure."""

from functools import cache

import orjson
from pydantic import Field

from app.campaigns.documents import Change, Part
from app.core.bulk import Whole


class StatisticsDocument(Part):
    """The whole document."""

    threshold: Whole = Field(
        default=3, ge=3, le=50, description="Cells of fewer businesses are suppressed; at least three (ESSnet SDC)."
    )
    every_days: Whole = Field(
        default=30,
        ge=1,
        le=366,
        description="So many days after the last edition the next one is made, while the campaign takes batches.",
    )


class StatisticsChange(Change):
    """What of the document is changed; null puts back the default."""

    threshold: Whole | None = Field(default=None, ge=3, le=50)
    every_days: Whole | None = Field(default=None, ge=1, le=366)


@cache
def statistics_of(said: str | None) -> StatisticsDocument:
    """The document of a campaign, of what is stored of it."""
    return StatisticsDocument.model_validate(orjson.loads(said or "{}"))
