"""Imports every package's models, so that Alembic and the tests see all tables."""

from sqlmodel import SQLModel

import app.accounts.models
import app.attachments.models
import app.audit.models
import app.bi.models
import app.campaigns.models
import app.changes.models
import app.cutoffs.models
import app.exchange.models
import app.honour.models
import app.intake.models
import app.kbli.models
import app.listing.models
import app.processes.models
import app.progress.models
import app.quality.models
import app.regions.models
import app.register.models
import app.reinterviews.models
import app.review.models
import app.statistics.models
import app.submissions.models
import app.sync.models
import app.upgrading.models
import app.verification.models
import app.webhooks.models
import app.workforce.models  # noqa: F401  (each import registers its tables)
from app.core.distribution import Distribution

metadata = SQLModel.metadata


def distributions() -> dict[str, Distribution]:
    """Of what kind each table is, by name."""
    models = (mapper.class_ for mapper in SQLModel._sa_registry.mappers)  # noqa: SLF001  (the list of all models)
    return {model.__tablename__: model.__distribution__ for model in models}
