"""Reads of regions for the hot path."""

from app.core.reference import ReferenceCodes


def region_codes() -> ReferenceCodes:
    """Which codes exist, retired ones included: a record keeps the code it was recorded under."""
    return ReferenceCodes("SELECT code FROM region WHERE code = ANY($1)")
