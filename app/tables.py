"""Imports every package's models, so that Alembic and the tests see all tables."""

from sqlmodel import SQLModel

import app.accounts.models
import app.attachments.models
import app.audit.models
import app.campaigns.models
import app.changes.models
import app.exchange.models
import app.intake.models
import app.kbli.models
import app.progress.models
import app.regions.models
import app.register.models
import app.review.models
import app.submissions.models
import app.sync.models
import app.upgrading.models
import app.workforce.models  # noqa: F401  (each import registers its tables)

metadata = SQLModel.metadata
