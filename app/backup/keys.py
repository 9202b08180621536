"""The keys of a deployment in a backup: sealed under a passphrase that the operator keeps apart, never in plain.

The passphrase becomes a key by scrypt (RFC 7914; 128 MiB of memory), under which AES-256-GCM seals the settings. They
are bound to the database cluster.
"""

import base64
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from app.accounts.passwords import weakness_of
from app.backup.folder import BackupError, Fingerprints
from app.core.sealing import fingerprint
from app.core.settings import Settings

_COST = 2**17
_MOST = 2**20  # of a file that somebody changed


def fingerprints_of(settings: Settings) -> Fingerprints:
    """Which keys these are."""
    return Fingerprints(
        sealing={str(number): fingerprint(key).hex() for number, key in settings.sealing_ring().items()},
        digest=fingerprint(settings.digest_key_bytes()).hex(),
        numbers=[fingerprint(key).hex() for key in settings.number_ring()],
        trail=fingerprint(settings.trail_key_bytes()).hex(),
    )


def refuse_other_keys(needed: Fingerprints, settings: Settings) -> None:
    """Refuse keys that do not open what the backup holds.

    Raises:
        BackupError: a key is missing or another one; the text names its variable.
    """
    given = fingerprints_of(settings)
    wrong = [
        f"KUMKM_SEALING_KEYS (key {number})"
        for number, print_ in needed.sealing.items()
        if given.sealing.get(number) != print_
    ]
    wrong += ["KUMKM_DIGEST_KEY"] if given.digest != needed.digest else []
    wrong += ["KUMKM_NUMBER_KEYS"] if needed.numbers[-1] not in given.numbers else []
    wrong += ["KUMKM_TRAIL_KEY"] if given.trail != needed.trail else []
    if wrong:
        raise BackupError(
            f"these keys do not fit the backup: {', '.join(wrong)}. Set those that were in force when it was made, or"
            " take them from its sealed copy: leave the variables out and give --keys-to FILE"
        )


def seal_keys(settings: Settings, passphrase: str, cluster: str) -> bytes:
    """The sealed copy, as JSON.

    Raises:
        BackupError: the passphrase is too short, or easily guessed.
    """
    weakness = weakness_of(passphrase)
    if weakness is not None:
        raise BackupError(f"of the passphrase: {weakness[1].en} With it and a backup one has everything")
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = json.dumps(settings.key_variables()).encode()
    sealed = AESGCM(_derived(passphrase, salt, _COST)).encrypt(nonce, plain, cluster.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    how = {"kdf": "scrypt", "n": _COST, "r": 8, "p": 1, "cipher": "AES-256-GCM"}
    return json.dumps(how | {name: base64.b64encode(part).decode() for name, part in parts.items()}, indent=1).encode()


def unseal_keys(sealed: bytes, passphrase: str, cluster: str) -> dict[str, str]:
    """The keys as variables of the environment.

    Raises:
        BackupError: the passphrase is another one, or the copy was changed.
    """
    try:
        stored = json.loads(sealed)
        salt, nonce, content = (base64.b64decode(stored[name], validate=True) for name in ("salt", "nonce", "sealed"))
        key = _derived(passphrase, salt, min(int(stored["n"]), _MOST))
        variables: dict[str, str] = json.loads(AESGCM(key).decrypt(nonce, content, cluster.encode()))
    except InvalidTag as exc:
        raise BackupError("the sealed keys do not open: this is another passphrase, or they were changed") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise BackupError("the sealed keys are damaged") from exc
    return variables


def _derived(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())
