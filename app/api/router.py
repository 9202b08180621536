"""All routes of the API."""

from fastapi import FastAPI

from app.api import (
    accounts,
    attachments,
    audit,
    auth,
    businesses,
    campaigns,
    export_jobs,
    exports,
    feed,
    held,
    imports,
    operations,
    progress,
    reviews,
    sync,
    sync_reading,
    workforce,
)

MODULES = (
    auth, sync, sync_reading, attachments, held, reviews, progress, businesses, exports, export_jobs, feed, accounts,
    campaigns, workforce, imports, audit, operations,
)  # fmt: skip


def include(app: FastAPI) -> None:
    """Put every route on the app."""
    for module in MODULES:
        app.include_router(module.router)
