"""Every setting of the server: one frozen object, read from the environment, handed to `create_app`.

A real deployment gets its secrets from the environment or from files (`KUMKM_SECRETS_DIR`), and the server refuses
to start with none, with weak ones, or with the demo's.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from limits import parse_many
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from app.core.browser_settings import BrowserSettings
from app.core.database_address import fault_of
from app.core.key_settings import KeySettings, decoded_key, trail_key_of
from app.core.keys import new_key
from app.core.publisher_settings import PublisherSettings
from app.core.secret_files import (
    SecretFileError,
    SecretFiles,
    read_secret,
    secret_file,
    text_of,
    unfit_files,
    unfit_variables,
)
from app.core.verifier_settings import VerifierSettings
from app.core.webhook_settings import WebhookSettings
from app.core.written_settings import ByCommas

__all__ = ["Settings", "SettingsError", "database_url_from_environment", "new_key", "settings_from_environment"]


class SettingsError(Exception):
    """A setting is missing or unfit; the text says which and what to do."""


_LOOKUPS_A_DAY = 2_000  # where the setting names no limit of a day


class Settings(KeySettings, BrowserSettings, WebhookSettings, PublisherSettings, VerifierSettings):
    """All settings. In the environment: the field's name in capitals after `KUMKM_` (but `DATABASE_URL`, `PORT`)."""

    model_config = SettingsConfigDict(
        env_prefix="KUMKM_", frozen=True, extra="ignore", hide_input_in_errors=True, validate_default=False
    )

    database_url: SecretStr = Field(
        validation_alias="DATABASE_URL",
        description="Where PostgreSQL 15 to 18 answers: `postgresql://user:password@host/database`; several machines by"
        " commas, `@a:5432,b:5432/`, of which the server takes the one that writes. Not a pooler.",
    )
    read_database_url: SecretStr | None = Field(
        default=None,
        description="A streaming standby of that database, or several by commas, which answers what dashboards, lists,"
        " maps and exports read. Not a pooler.",
    )
    read_staleness_s: float = Field(
        default=10.0,
        gt=0,
        le=3_600,
        description="Seconds that an answer of a standby may be behind, for clients that send `X-Position`; beyond, it"
        " is not asked.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, validation_alias="PORT", ge=0, le=65535, description="The port to listen on.")
    workers: int = Field(default=1, ge=1, le=64, description="Server processes.")
    worker_silent_s: int = Field(
        default=60,
        ge=5,
        description="Seconds that a server process may leave its parent without an answer before it is replaced; five"
        " times as long while it loads.",
    )
    pool_size: int = Field(default=8, ge=1, le=200, description="Database connections of each server process.")
    waiting_room: int = Field(
        default=32,
        ge=0,
        le=10_000,
        description="Requests of a process that may wait for a connection; beyond, the account asking most gets 503.",
    )
    waiting_s: float = Field(default=5.0, gt=0, le=60, description="Seconds that a request waits for a connection.")
    lock_timeout_ms: int = Field(default=5_000, ge=10, description="Milliseconds to wait for a lock before 503 or 409.")
    statement_timeout_ms: int = Field(default=30_000, ge=100, description="Milliseconds that one statement may take.")
    max_connections: int = Field(default=1_000, ge=10, description="Connections of a server process at a time.")
    max_connections_of_address: int = Field(
        default=100, ge=1, description="Connections of one address at a time; trusted proxies may have all."
    )
    max_body_bytes: int = Field(default=16 * 1024 * 1024, ge=1024, description="Bytes of a request body, decoded.")
    max_batch_items: int = Field(default=10_000, ge=1, le=10_000, description="Items of one batch.")
    max_item_bytes: int = Field(default=128 * 1024, ge=1024, description="Bytes of one item as JSON.")
    max_attachment_bytes: int = Field(default=8 * 1024 * 1024, ge=1024, description="Bytes of one photo.")
    storage: str = Field(
        default="kumkm-files",
        description="Where photos are kept: a folder, or `s3://bucket/prefix` where several machines serve.",
    )
    s3_endpoint: str | None = Field(default=None, description="Address of an S3-compatible store; by default AWS.")
    s3_region: str = Field(default="ap-southeast-3", description="Region of the bucket.")
    s3_access_key_id: str | None = Field(default=None, description="Whose bucket; by default the machine's own role.")
    s3_secret_access_key: SecretStr | None = Field(default=None, description="The secret of that key.")
    access_token_s: int = Field(default=900, ge=30, le=3600, description="Seconds that an access token lives.")
    refresh_token_s: int = Field(
        default=45 * 86_400,
        ge=3600,
        description="Seconds that a refresh token lives (weeks without a signal).",
    )
    browser_session_s: int = Field(
        default=12 * 3_600,
        ge=300,
        description="Seconds after which a session of a browser that is not used is over; none lasts longer than 30"
        " days.",
    )
    hand_over_s: int = Field(
        default=14 * 86_400,
        ge=0,
        description="Seconds after its revocation in which a tablet may still hand over what it has (two weeks).",
    )
    rate_sign_in: str = Field(default="600/minute", description="Sign-ins from one address, and keys that are none.")
    rate_lookup: str = Field(
        default="60/minute;2000/day",
        description="Lookups of a number by one account; those of a day in all together, and"
        " with the numbers in what it sends.",
    )
    rate_list: str = Field(default="600/minute", description="Pages of lists for one account.")
    rate_change: str = Field(default="300/minute", description="Changes by one account.")
    rate_export: str = Field(default="10/minute", description="Exports and files of one account.")
    rate_feed: str = Field(default="3600/minute", description="Pages of the feed for one account.")
    shared_limits: Literal["on", "off"] = Field(
        default="off",
        description="`on`: all server processes count rates and an account's open exports together, not each alone.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="Addresses and networks, by commas, whose `X-Forwarded-For` and `-Proto` are believed.",
    )
    web: Literal["on", "off"] = Field(default="on", description="`off` serves the API alone, without the control room.")
    root_path: str = Field(
        default="",
        pattern=r"^(/[A-Za-z0-9._~-]+)*$",
        description="The path under which a proxy hands the server out, e.g. `/kumkm`; the proxy cuts it off.",
    )
    cors_origins: Annotated[list[str], NoDecode, ByCommas] = Field(
        default=[], description="Origins, by commas, whose pages may call the API from a browser; none by default."
    )
    filter_refresh_s: int = Field(
        default=600, ge=0, description="Seconds for which a known-identities filter is used before it is built again."
    )
    judge_interval_s: float = Field(
        default=15,
        gt=0,
        description="Seconds between two looks what is to be judged next, and what is to be drawn for re-interviews.",
    )
    fold_interval_s: float = Field(
        default=0.5,
        gt=0,
        description="Seconds between two foldings of progress deltas into the rolled-up days.",
    )
    link_interval_s: float = Field(
        default=2.0, gt=0, description="Seconds between two linkings of audit events into their chain."
    )
    statistics_interval_s: float = Field(
        default=5.0, gt=0, description="Seconds between two looks whether an edition of the statistics is due."
    )
    export_interval_s: float = Field(
        default=2.0, gt=0, description="Seconds between two looks for exports that are to be made in the background."
    )
    shutdown_s: int = Field(default=30, ge=1, description="Seconds that a stopping server gives to batches in flight.")
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="The least level logged."
    )
    demo_starts_at: datetime | None = Field(
        default=None,
        description="Only the demo's: where its domain clock starts. Makes demo accounts acceptable.",
    )

    @field_validator("database_url")
    @classmethod
    def _is_an_address_of_postgresql(cls, value: SecretStr) -> SecretStr:
        fault = fault_of(value.get_secret_value())
        if fault:
            raise ValueError(fault)
        return value

    @field_validator("read_database_url")
    @classmethod
    def _is_an_address_of_readers(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        fault = fault_of(value.get_secret_value(), reads=True)
        if fault:
            raise ValueError(fault)
        return value

    @field_validator("cors_origins")
    @classmethod
    def _named_origins(cls, value: list[str]) -> list[str]:
        if any(not origin.startswith(("https://", "http://")) or "*" in origin for origin in value):
            raise ValueError("name each origin in full, e.g. https://dashboard.example.go.id; there is no `*`")
        return value

    @field_validator("rate_sign_in", "rate_lookup", "rate_list", "rate_change", "rate_export", "rate_feed")
    @classmethod
    def _rates_are_rates(cls, value: str) -> str:
        try:
            parse_many(value)
        except ValueError as exc:
            raise ValueError("a rate is written like `60/minute` or `60/minute;2000/day`") from exc
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values given, then variables, then files, also those that systemd named."""
        files = file_secret_settings
        if isinstance(files, SecretsSettingsSource):
            files = SecretFiles(settings_cls, secrets_dir=files.secrets_dir)
        return init_settings, env_settings, dotenv_settings, files

    @property
    def hand_over(self) -> timedelta:
        """How long a revoked tablet may hand over."""
        return timedelta(seconds=self.hand_over_s)

    @property
    def lookups_a_day(self) -> int:
        """Numbers that one account may ask about in a day, in all processes together."""
        amounts = [each.amount for each in parse_many(self.rate_lookup) if each.GRANULARITY.name == "day"]
        return min(amounts, default=_LOOKUPS_A_DAY)


def trail_key_from_environment() -> bytes | None:
    """Only the key of the audit trail, for commands that need no other; None where it is not set.

    Raises:
        SettingsError: it is no key.
    """
    try:
        if value := _variable("KUMKM_TRAIL_KEY"):
            return decoded_key(value, "KUMKM_TRAIL_KEY")
        return (
            trail_key_of(decoded_key(value, "KUMKM_DIGEST_KEY")) if (value := _variable("KUMKM_DIGEST_KEY")) else None
        )
    except ValueError as exc:
        raise SettingsError(str(exc)) from None


def _variable(variable: str) -> str:
    folder = _secrets_dir()
    file = secret_file(folder, variable) if folder else None
    try:
        if value := os.environ.get(variable):
            return text_of(variable, os.fsencode(value))
        return read_secret(file) if file else ""
    except SecretFileError as exc:
        raise SettingsError(f"{exc}.") from None


def database_url_from_environment() -> str:
    """Only where the database is, for commands that need nothing else.

    Raises:
        SettingsError: it is not set.
    """
    url = _variable("DATABASE_URL")
    if not url:
        raise SettingsError("DATABASE_URL is missing: say which database, e.g. postgresql://owner@host/kumkm")
    fault = fault_of(url)
    if fault:
        raise SettingsError(f"DATABASE_URL: {fault}")
    return url


def _secrets_dir() -> Path | None:
    folder = os.environ.get("KUMKM_SECRETS_DIR")
    if folder and not Path(folder).is_dir():
        raise SettingsError(f"KUMKM_SECRETS_DIR: there is no folder {folder}")
    return Path(folder) if folder else None


def _variables() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        yield str(field.validation_alias or f"KUMKM_{name.upper()}")


def settings_from_environment() -> Settings:
    """Read the settings, from variables and from files named like them in `KUMKM_SECRETS_DIR`; variables win.

    Raises:
        SettingsError: with one line per fault, none of which shows a value.
    """
    folder = _secrets_dir()
    if faults := [*unfit_variables(set(_variables())), *(unfit_files(folder, set(_variables())) if folder else ())]:
        raise SettingsError("\n".join(faults))
    try:
        return Settings(_secrets_dir=folder)
    except ValidationError as exc:
        lines = []
        for error in exc.errors(include_input=False, include_url=False):
            name = str(error["loc"][0]) if error["loc"] else ""
            variable = f"KUMKM_{name.upper()}" if name in Settings.model_fields else name
            fault = error["msg"].removeprefix("Value error, ")
            if error["type"] == "missing":
                fault = "is missing" + ("; make keys with `kumkm keys new`" if "_KEY" in variable else "")
            lines.append(f"{variable} {fault}" if fault.startswith("is ") else f"{variable or 'settings'}: {fault}")
        raise SettingsError("\n".join(lines)) from None
