"""The stored parts of the known-identities filter."""

from datetime import datetime

from sqlalchemy import ForeignKey

from app.core.column_types import CODE, DIGEST, MOMENT, SEALED, SMALL
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, required


class KnownFilterPart(SQLModel, table=True):
    """The recorded numbers of a village as the known-identities filter knows them: hashes with names, sealed.

    A row of the regency itself, with nothing in it, says when they were made and under which key.
    """

    __tablename__ = "known_filter"
    __distribution__ = LOCAL

    campaign_id: int = key(SMALL, ForeignKey("campaign.id"))
    region_code: str = key(CODE)
    tag: bytes = required(DIGEST)
    sealed: bytes = required(SEALED)
    made_at: datetime = required(MOMENT)
