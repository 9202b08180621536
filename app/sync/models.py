"""The stored parts of the known-identities filter."""

from datetime import datetime

from app.core.column_types import CODE, DIGEST, MOMENT, SEALED
from app.core.schema import OfCampaign, key, required


class KnownFilterPart(OfCampaign, table=True):
    """The recorded numbers of a village as the known-identities filter knows them: hashes with names, sealed.

    A row of the regency itself, with nothing in it, says when they were made and under which key.
    """

    __tablename__ = "known_filter"

    region_code: str = key(CODE)
    tag: bytes = required(DIGEST)
    sealed: bytes = required(SEALED)
    made_at: datetime = required(MOMENT)
