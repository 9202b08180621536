"""Settings of the keys: of tokens, of personal data, of numbers and of the audit trail."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from app.core.keys import KEY_BYTES, id_and_start
from app.core.written_settings import ByCommas

_HIGHEST_KEY = 255  # a sealed value names its key in one byte


class KeySettings(BaseSettings):
    """A part of `Settings`."""

    token_keys: Annotated[dict[str, SecretStr], NoDecode] = Field(
        description="Keys of access tokens, `id:key,id@from:key`; the last one whose time has come signs."
    )
    sealing_keys: Annotated[dict[str, SecretStr], NoDecode] = Field(
        description="Keys of personal data, `1:key,2@from:key`; the last one whose time has come seals."
    )
    lost_sealing_keys: Annotated[frozenset[int], NoDecode, ByCommas] = Field(
        default=frozenset(),
        description="Numbers of sealing keys that are lost for ever, by commas. A server with no key for what is sealed"
        " starts only where these are named; one that lacks some of them starts, and logs `sealing_keys_missing`.",
    )
    digest_key: SecretStr = Field(description="The key under which NIK, NIB and cooperative numbers are matched.")
    number_keys: SecretStr | None = Field(
        default=None,
        description="The keys of the digests of numbers, by commas, the newest last; by default the digest key.",
    )
    trail_key: SecretStr | None = Field(
        default=None, description="The key that proves the audit trail; by default derived from the digest key."
    )

    @field_validator("token_keys", "sealing_keys", mode="before")
    @classmethod
    def _split_ring(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return {str(name): key for name, key in value.items()} if isinstance(value, Mapping) else value
        pairs = [part.strip().partition(":") for part in value.split(",") if part.strip()]
        return {number: key for number, _, key in pairs}

    @field_validator("token_keys", "sealing_keys")
    @classmethod
    def _ids_and_times(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        try:
            for name in value:
                id_and_start(name)
        except ValueError as exc:
            raise ValueError("a ring is written `id:key,id:key`, with a time `id@20261123T1030Z:key`") from exc
        return value

    @field_validator("sealing_keys")
    @classmethod
    def _numbers(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        ids = [id_and_start(name)[0] for name in value]
        if not all(id_.isascii() and id_.isdigit() and 1 <= int(id_) <= _HIGHEST_KEY for id_ in ids):
            raise ValueError("ids are numbers from 1 to 255")
        return value

    @model_validator(mode="after")
    def _keys_are_strong(self) -> Self:
        if not self.token_keys or not self.sealing_keys:
            raise ValueError("token_keys and sealing_keys need a key each; make them with `kumkm keys new`")
        if self.lost_sealing_keys & self.sealing_ring().keys():
            raise ValueError("a key of sealing_keys is in lost_sealing_keys; give a new key a number of its own")
        every = [*self.token_ring().values(), *self.sealing_ring().values(), self.digest_key_bytes()]
        every += [self.trail_key_bytes(), *(key for key in self.number_ring() if key != self.digest_key_bytes())]
        if len(set(every)) != len(every):
            raise ValueError("token_keys, sealing_keys and digest_key must all differ; make them with `kumkm keys new`")
        return self

    def key_variables(self) -> dict[str, str]:
        """The keys in plain text, as variables of the environment."""

        def ring(keys: Mapping[Any, SecretStr]) -> str:
            return ",".join(f"{name}:{key.get_secret_value()}" for name, key in keys.items())

        variables = {
            "KUMKM_TOKEN_KEYS": ring(self.token_keys),
            "KUMKM_SEALING_KEYS": ring(self.sealing_keys),
            "KUMKM_DIGEST_KEY": self.digest_key.get_secret_value(),
        }
        for name, key in (("KUMKM_NUMBER_KEYS", self.number_keys), ("KUMKM_TRAIL_KEY", self.trail_key)):
            if key is not None:
                variables[name] = key.get_secret_value()
        return variables

    def token_ring(self) -> dict[str, bytes]:
        """Token keys by key id."""
        return {
            id_and_start(name)[0]: decoded_key(key.get_secret_value(), "token_keys")
            for name, key in self.token_keys.items()
        }

    def token_starts(self) -> dict[str, datetime]:
        """From when each token key signs."""
        return dict(map(id_and_start, self.token_keys))

    def sealing_ring(self) -> dict[int, bytes]:
        """Sealing keys by number."""
        return {
            int(id_and_start(name)[0]): decoded_key(key.get_secret_value(), "sealing_keys")
            for name, key in self.sealing_keys.items()
        }

    def sealing_starts(self) -> dict[int, datetime]:
        """From when each sealing key seals."""
        return {int(number): start for number, start in map(id_and_start, self.sealing_keys)}

    def number_ring(self) -> list[bytes]:
        """The keys of numbers, the newest last."""
        keys_text = self.number_keys.get_secret_value() if self.number_keys else ""
        keys = [decoded_key(each.strip(), "number_keys") for each in keys_text.split(",") if each.strip()]
        return keys or [self.digest_key_bytes()]

    def trail_key_bytes(self) -> bytes:
        """The key of the audit trail."""
        if self.trail_key is not None:
            return decoded_key(self.trail_key.get_secret_value(), "trail_key")
        return trail_key_of(self.digest_key_bytes())

    def digest_key_bytes(self) -> bytes:
        """The key of the digests."""
        return decoded_key(self.digest_key.get_secret_value(), "digest_key")


def decoded_key(value: str, name: str) -> bytes:
    """The bytes of a key that is written in URL-safe base64. `name`: of its setting.

    Raises:
        ValueError: it is no key, or a weak one.
    """
    try:
        key = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError) as exc:
        raise ValueError(
            f"{name}: a key is {KEY_BYTES} bytes in URL-safe base64; make one with `kumkm keys new`"
        ) from exc
    if len(key) != KEY_BYTES:
        raise ValueError(f"{name}: a key has {KEY_BYTES} bytes, this one {len(key)}; make one with `kumkm keys new`")
    if len(set(key)) < KEY_BYTES // 4:
        raise ValueError(f"{name}: this key is not random; make one with `kumkm keys new`")
    return key


def trail_key_of(digest_key: bytes) -> bytes:
    """The key of the audit trail where none is set: derived for this purpose alone (RFC 5869, one block), so that a
    person with this key does not have the digest key.
    """
    return hmac.digest(digest_key, b"kumkm audit chain, version 1\x01", "sha256")
