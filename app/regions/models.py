"""The regions of Indonesia."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, literal_column

from app.core.column_types import CODE, DAY, MOMENT, REAL, TEXT
from app.core.distribution import LOCAL, REFERENCE
from app.core.schema import SQLModel, key, optional, required
from app.core.word_search import WORDS_OF_NAME


class Region(SQLModel, table=True):
    """One region of any level, by its Kemendagri code. Regions that no longer exist are retired, never deleted."""

    __tablename__ = "region"
    __distribution__ = REFERENCE
    __table_args__ = (
        CheckConstraint(
            "level IN ('nation', 'province', 'regency', 'district', 'village', 'neighbourhood')", name="level"
        ),
        Index(None, "parent_code"),
        Index(
            "region_words_idx",
            literal_column(WORDS_OF_NAME).label("words"),
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
        ),
    )

    code: str = key(CODE)
    name: str = required(TEXT)
    level: str = required(CODE)
    type: str = required(CODE)  # provinsi, kabupaten, kota, kecamatan, distrik, kelurahan, desa, …
    parent_code: str | None = optional(CODE)
    postcode: str | None = optional(CODE)
    bps_code: str | None = optional(CODE)  # BPS numbers regions differently
    source: str = required(TEXT)
    retired_on: date | None = optional(DAY)


class RegionBoundary(SQLModel, table=True):
    """The boundary of a region as it was loaded, and drawings of it: as GeoJSON in degrees of WGS 84."""

    __tablename__ = "region_boundary"
    __distribution__ = LOCAL

    region_code: str = key(CODE, ForeignKey("region.code"))
    digest: bytes = required(LargeBinary())  # of the exact one and of its drawings
    exact: bytes = required(LargeBinary())  # packed
    far: str = required(TEXT)
    middle: str = required(TEXT)
    near: str = required(TEXT)
    west: float = required(REAL)
    south: float = required(REAL)
    east: float = required(REAL)
    north: float = required(REAL)
    loaded_at: datetime = required(MOMENT)
