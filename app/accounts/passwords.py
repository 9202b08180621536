"""Passwords: requirements, argon2id hashes (the library's RFC 9106 low-memory profile, off the event loop), codes."""

import hashlib
import secrets
import unicodedata
from functools import cache

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from precis_i18n import get_profile

from app.core.problems import Text

_HASHER = PasswordHasher()
_OPAQUE = get_profile("OpaqueString")
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_MISREAD = str.maketrans("ILO", "110")


@cache
def _at_work() -> anyio.CapacityLimiter:
    # Each hash takes 64 MiB and a core for tens of milliseconds: two at a time leave room for batches.
    return anyio.CapacityLimiter(2)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody has this password")


def _one_form(password: str) -> str:
    """The form in which a password is hashed: PRECIS OpaqueString (RFC 8265), the same on every keyboard.

    Raises:
        ValueError: it holds what no password may, such as a control sign.
    """
    formed: str = _OPAQUE.enforce(password)
    return formed


def _forms(password: str) -> list[str]:
    """In which forms a password is compared: the one form, and those in which hashes were made before there was one."""
    try:
        formed = _one_form(password)
    except ValueError:
        return [password]
    return list(dict.fromkeys((formed, password, unicodedata.normalize("NFD", password))))


def hash_password(password: str) -> str:
    """A salted argon2id hash in the PHC string format."""
    return _HASHER.hash(_one_form(password))


async def hash_new_password(password: str) -> str:
    """Hash a new password in a thread, so that the event loop is not blocked. Returns as `hash_password`."""
    return await anyio.to_thread.run_sync(hash_password, password, limiter=_at_work())


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        matches = _HASHER.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and password_hash is not None


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long without a hash, so that the time does not reveal whether an account
    exists."""
    for form in _forms(password):
        if await anyio.to_thread.run_sync(_verify, password_hash, form, limiter=_at_work()):
            return True
    return False


MIN_LENGTH = 12
MAX_LENGTH = 200
_MIN_GUESSES = 8  # powers of ten
_LOOKED_AT = 72  # more signs would only make the estimate slow
_LOCAL_WORDS = ("kumkm", "umkm", "koperasi", "enumerator", "koordinator", "indonesia", "bismillah", "sensus", "rahasia")

_TOO_SHORT = Text(
    f"Kata sandi paling sedikit {MIN_LENGTH} huruf; beberapa kata sekaligus mudah diingat.",
    f"A password has at least {MIN_LENGTH} characters; a few words are easy to remember.",
)
_UNTYPABLE = Text(
    "Kata sandi tidak boleh berisi tanda kendali atau tanda yang tidak dikenal.",
    "A password holds no control signs and no signs that are not known.",
)
_TOO_COMMON = Text(
    "Kata sandi ini mudah ditebak; pakai beberapa kata yang tidak berkaitan.",
    "This password is easily guessed; take a few words that have nothing to do with each other.",
)


def weakness_of(password: str, *about: str) -> tuple[str, Text] | None:
    """What is wrong with a new password, as a stable code with its words; None where it will do.

    Length first and no rules about kinds of signs (NIST SP 800-63B, section 3.1.1.2); what stands in lists of common
    passwords, runs along the keyboard or is made of what is known about the account (`about`) is refused, by the
    estimate and the packaged lists of zxcvbn.
    """
    try:
        password = _one_form(password)
    except ValueError:
        return "password_not_typable", _UNTYPABLE
    if len(password) < MIN_LENGTH:
        return "password_too_short", _TOO_SHORT
    from zxcvbn import zxcvbn  # noqa: PLC0415  (its lists take 20 MiB, and passwords are set rarely)

    known_words = [part for text in about for part in (text, *text.replace(".", " ").split()) if part]
    estimate = zxcvbn(password[:_LOOKED_AT], user_inputs=[*known_words, *_LOCAL_WORDS])
    return ("password_too_common", _TOO_COMMON) if estimate["guesses_log10"] < _MIN_GUESSES else None


def new_activation_code() -> tuple[str, bytes]:
    """A code with which people set their own password, and the digest under which it is stored: 80 random bits."""
    code = activation_code(secrets.token_bytes(10))
    return code, activation_digest(code)


def activation_code(bits: bytes) -> str:
    """Eighty bits in signs that are not taken for one another when they are read out."""
    number = int.from_bytes(bits)
    signs = "".join(_SIGNS[number >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(signs[at : at + 4] for at in range(0, 16, 4))


def activation_digest(code: str) -> bytes:
    """What the database knows of an activation code, however it was typed."""
    return hashlib.sha256(
        "".join(sign for sign in code.upper().translate(_MISREAD) if sign.isalnum()).encode()
    ).digest()


def new_client_secret() -> str:
    """The secret of a system client."""
    return secrets.token_urlsafe(32)
