"""Settings of who publishes what the server gives: catalogues for portals say it."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from app.core.addresses import is_safe


class PublisherSettings(BaseSettings):
    """A part of `Settings`."""

    publisher: str = Field(
        default="Kementerian Koperasi dan UKM",
        min_length=1,
        max_length=200,
        description="Who publishes the statistics, as the catalogue for portals names it.",
    )
    publisher_homepage: str = Field(default="", description="The publisher's site, an https address.")
    contact_name: str = Field(
        default="", max_length=200, description="Whom readers of the statistics may ask, such as a desk."
    )
    contact_email: str = Field(
        default="", pattern=r"^([^@\s<>\"]+@[^@\s<>\"]+)?$", max_length=200, description="The address of that desk."
    )
    statistics_licence: str = Field(
        default="",
        description="The licence of the statistics by its address, such as"
        " `https://creativecommons.org/licenses/by/4.0/`; by default the catalogue names none.",
    )

    @field_validator("publisher_homepage", "statistics_licence")
    @classmethod
    def _is_a_whole_address(cls, value: str) -> str:
        if value and not is_safe(value):
            raise ValueError("write a whole https address")
        return value
