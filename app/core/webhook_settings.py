"""Settings of what is pushed to other systems."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode

from app.core.written_settings import ByCommas


class WebhookSettings(BaseSettings):
    """A part of `Settings`."""

    webhook_networks: Annotated[list[str], NoDecode, ByCommas] = Field(
        default=[],
        description="Inside networks, by commas, such as `10.20.0.0/16`, to which webhooks may be sent, by http too; by"
        " default none: only public addresses, by https.",
    )
    webhook_retry_s: Annotated[list[float], NoDecode, ByCommas] = Field(
        default=[5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200],
        description="Seconds before each further attempt to deliver, by commas; after the last one the delivery is a"
        " dead letter. By default ten, in a good day.",
    )
    webhook_interval_s: float = Field(
        default=1.0, gt=0, description="Seconds between two looks whether something is to be pushed."
    )

    @field_validator("webhook_networks")
    @classmethod
    def _are_networks(cls, value: list[str]) -> list[str]:
        try:
            for each in value:
                ip_network(each)
        except ValueError as exc:
            raise ValueError("write each network with its length, e.g. 10.20.0.0/16 or fd00:20::/48") from exc
        return value

    @field_validator("webhook_retry_s")
    @classmethod
    def _are_waits(cls, value: list[float]) -> list[float]:
        if len(value) > 1_000 or not all(0 < each <= 7 * 86_400 for each in value):  # noqa: PLR2004  (a week)
            raise ValueError("write at most 1,000 waits, each above 0 and at most a week (604800)")
        return value

    def webhook_allowed(self) -> Sequence[IPv4Network | IPv6Network]:
        """The inside networks to which webhooks may be sent."""
        return [ip_network(each) for each in self.webhook_networks]

    def webhook_waits(self) -> Sequence[float]:
        """Seconds before each further attempt."""
        return self.webhook_retry_s
