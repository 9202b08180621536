"""The verifier of a password as PostgreSQL stores it, so that the password itself is in no statement nor log. Pure.

The rule: SCRAM-SHA-256 of RFC 5802 and RFC 7677, in the form that PostgreSQL documents for `pg_authid.rolpassword`. For
passwords of ASCII letters alone, as those that are made here: others are first prepared by SASLprep.
"""

import hashlib
import hmac
from base64 import b64encode

ITERATIONS = 4096


def scram_verifier(password: str, salt: bytes, iterations: int = ITERATIONS) -> str:
    """What PostgreSQL compares the password with."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    said = [b64encode(each).decode() for each in (salt, stored, server)]
    return f"SCRAM-SHA-256${iterations}:{said[0]}${said[1]}:{said[2]}"
