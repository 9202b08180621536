"""Which editions of KBLI a campaign takes, and which activities it leaves out: a document of the campaign. Pure.

What an item says without an edition is of the first one, so the first one stays once there are records: tablets that
are offline would be misread. What is left out is a doubt, never a reason to refuse an item.
"""

from functools import cache
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.campaigns.documents import Change, Part
from app.identifiers.kbli_codes import DEFAULT, Edition, Scope


def _each_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise PydanticCustomError("repeated", "each may be there once")
    return values


Editions = Annotated[tuple[Edition, ...], Field(min_length=1, max_length=2), AfterValidator(_each_once)]
LeftOut = Annotated[tuple[Scope, ...], Field(max_length=4), AfterValidator(_each_once)]


class Activities(Part):
    """The whole document."""

    editions: Editions = Field(
        default=(DEFAULT,),
        description="Editions of KBLI that it takes. A code that comes without `kbli_version` is of the first one.",
    )
    out_of_scope: LeftOut = Field(
        default=("government", "households", "international"),
        description="Activities that are not counted as businesses: items with them are taken with a warning.",
    )


class ActivitiesChange(Change):
    """What of the document is changed; null puts back the default."""

    editions: Editions | None = None
    out_of_scope: LeftOut | None = None


@cache
def activities_of(stored: str | None) -> Activities:
    """The document of a campaign, by its JSON text."""
    return Activities.model_validate(orjson.loads(stored or "{}"))
