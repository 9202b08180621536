"""Documents of a campaign, such as its thresholds: what is stored of one is what somebody set. Pure."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A document, or a part of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Change(Part):
    """What of a document is changed. Each part that is given takes the place of the old one."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("missing", "no part of the document is there")
        return self

    def applied(self, stored: dict[str, Any]) -> dict[str, Any]:
        """What is stored after the change, of what was stored."""
        said = self.model_dump(include=self.model_fields_set)
        kept = {name: value for name, value in stored.items() if name not in said}
        return kept | {name: value for name, value in said.items() if value is not None}
