"""All routes of the API."""

from fastapi import FastAPI

from app.api import accounts, audit, auth, businesses, campaigns, held, imports, operations, progress, sync, workforce


def include(app: FastAPI) -> None:
    """Put every route on the app."""
    for module in (auth, sync, held, progress, businesses, accounts, campaigns, workforce, imports, audit, operations):
        app.include_router(module.router)
