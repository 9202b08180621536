"""Settings of who confirms numbers by program."""

from datetime import timedelta
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings


class VerifierSettings(BaseSettings):
    """A part of `Settings`."""

    verifier: str = Field(
        default="off",
        pattern=r"^[a-z][a-z0-9_-]*$",
        description="Who confirms numbers by program: `off`, `http`, or the name of an entry point `kumkm.verifiers`.",
    )
    verifier_source: str = Field(
        default="verifier",
        pattern=r"^[a-z0-9][a-z0-9_.-]{1,39}$",
        description="How requests call the verifier, and the source of the states that it gives, such as `dukcapil`.",
    )
    verifier_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Where `http` asks; it may be an address inside the house.",
    )
    verifier_token: SecretStr | None = Field(default=None, description="Sent to it as `Authorization: Bearer`.")
    verifier_timeout_s: float = Field(
        default=20, gt=0, le=60, description="Seconds in which a whole answer of the verifier has to come."
    )
    verifier_batches_a_minute: float = Field(
        default=30, gt=0, le=6_000, description="The most batches, of up to 500 numbers, that it is asked in a minute."
    )
    verification_interval_s: float = Field(
        default=1.0, gt=0, description="Seconds between two looks for answers about numbers that are to be applied."
    )
    verification_kept_days: int = Field(
        default=365, ge=1, description="Days after which a request about numbers is forgotten but for its counts."
    )

    @model_validator(mode="after")
    def _verifier_has_an_address(self) -> Self:
        if self.verifier == "http" and not self.verifier_url:
            raise ValueError("verifier=http needs verifier_url, the address that is asked")
        return self

    @property
    def verification_kept(self) -> timedelta:
        """How long requests about numbers are kept whole."""
        return timedelta(days=self.verification_kept_days)
