"""All scenarios: one module for each part of the contract."""

from kumkm_tablet.conformance import (
    batches,
    killing,
    listing,
    news,
    photos,
    reconciling,
    records,
    signing,
    waiting,
)
from kumkm_tablet.conformance.stage import SCENARIOS, Broken, Scenario

__all__ = ["PARTS", "SCENARIOS", "Broken", "Scenario"]

PARTS = (signing, records, batches, killing, waiting, reconciling, news, photos, listing)
