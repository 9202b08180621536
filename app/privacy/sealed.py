"""All that is sealed of what was collected, room by room."""

from collections.abc import Sequence

from app.core.sealed_rows import SealedRow, SealedRows
from app.intake.sealed import RAW_ITEMS
from app.listing.sealed import ENTRIES
from app.reinterviews.sealed import VERSIONS
from app.submissions.sealed import REVISIONS

SEALED: Sequence[SealedRows[SealedRow]] = (REVISIONS, RAW_ITEMS, VERSIONS, ENTRIES)
