"""The regions of Indonesia."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, literal_column

from app.core.schema import CODE, DAY, TEXT, SQLModel, key, optional, required
from app.core.word_search import WORDS_OF_NAME


class Region(SQLModel, table=True):
    """One region of any level, by its Kemendagri code. Regions that are no more are retired, never deleted."""

    __tablename__ = "region"
    __table_args__ = (
        CheckConstraint("level IN ('nation', 'province', 'regency', 'district', 'village')", name="level"),
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
