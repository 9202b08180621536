"""Settings of what browsers do: where they find the server, and how people sign in with an organisation's account."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from app.core.addresses import is_safe


class BrowserSettings(BaseSettings):
    """A part of `Settings`."""

    public_origin: str = Field(
        default="",
        description="Where browsers find the server, such as `https://kumkm.example.go.id`; by default as each request"
        " says. Passkeys and signing in with an organisation's account need it.",
    )
    oidc_issuer: str = Field(
        default="",
        description="The organisation's OpenID provider, exactly as it names itself, such as"
        " `https://sso.example.go.id/realms/dinas`; by default nobody signs in with an organisation's account.",
    )
    oidc_client_id: str = Field(
        default="", max_length=300, description="As what the provider knows this server (`client_id`)."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The secret by which the provider knows it; without one it is a public client."
    )
    oidc_claim: str = Field(
        default="preferred_username",
        pattern=r"^[A-Za-z0-9_.:/-]{1,200}$",
        description="The claim that has the user name of the account; it must be one that people cannot change"
        " themselves.",
    )
    oidc_domain: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$",
        description="Where the claim is an address, its domain: `dinas.go.id` takes `budi@dinas.go.id` for the user"
        " name `budi`, and nobody of another domain.",
    )
    oidc_scopes: str = Field(
        default="openid profile",
        pattern=r"^[!#-\[\]-~]+( [!#-\[\]-~]+)*$",
        description="What the provider is asked for, by blanks.",
    )
    oidc_name: str = Field(
        default="", max_length=60, description="What the button calls the organisation, such as `SSO Kabupaten OKU`."
    )
    map_tiles: str = Field(
        default="",
        pattern=r"^(https?://[A-Za-z0-9.:-]+/[^\s\"'<>;,\\]*)?$",
        description="Pictures under the map, such as `https://tile.example.go.id/{z}/{x}/{y}.png`; by default none:"
        " browsers then ask no other server for anything.",
    )
    map_attribution: str = Field(
        default="", max_length=200, description="Whose map that is, as its owner wants it said."
    )

    @field_validator("map_tiles")
    @classmethod
    def _has_places(cls, value: str) -> str:
        if value and not all(place in value for place in ("{z}", "{x}", "{y}")):
            raise ValueError("an address of tiles has {z}, {x} and {y}")
        return value

    @field_validator("public_origin")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        origin = urlsplit(value)
        if value and (
            origin.scheme not in ("https", "http") or value.lower() != f"{origin.scheme}://{origin.netloc}".lower()
        ):
            raise ValueError(
                "write scheme and host, with the port where it is another, e.g. https://kumkm.example.go.id"
            )
        return value.lower()

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str) -> str:
        if value and (not is_safe(value) or "?" in value):
            raise ValueError("write the provider's issuer: an https address without a query or a fragment")
        return value

    @model_validator(mode="after")
    def _organisation_is_whole(self) -> Self:
        if not self.oidc_issuer:
            others = ("oidc_client_id", "oidc_client_secret", "oidc_domain", "oidc_name")
            if left := [f"KUMKM_{name.upper()}" for name in others if getattr(self, name)]:
                raise ValueError(f"{', '.join(left)} without KUMKM_OIDC_ISSUER; name the provider, or leave them out")
            return self
        scopes = self.oidc_scopes.split(" ")
        faults = {
            "KUMKM_OIDC_CLIENT_ID is missing; say as what the provider knows this server": not self.oidc_client_id,
            "KUMKM_PUBLIC_ORIGIN is missing or no https address; say where browsers find the server, since the"
            " provider sends them back there": not is_safe(self.public_origin),
            "KUMKM_OIDC_SCOPES needs `openid`": "openid" not in scopes,
            "KUMKM_OIDC_SCOPES needs `email`, since KUMKM_OIDC_CLAIM is `email`": self.oidc_claim == "email"
            and "email" not in scopes,
        }
        if any(faults.values()):
            wrong = "; ".join(text for text, is_so in faults.items() if is_so)
            raise ValueError(f"KUMKM_OIDC_ISSUER is set, but {wrong}")
        return self
