"""Reads of KBLI for the hot path."""

from app.core.reference import ReferenceCodes
from app.kbli.loading import KBLI_VERSION


def kbli_codes() -> ReferenceCodes:
    """Which codes the current KBLI has."""
    return ReferenceCodes(f"SELECT code FROM kbli WHERE version = '{KBLI_VERSION}' AND code = ANY($1)")
