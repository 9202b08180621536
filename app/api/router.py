"""All routes of the API."""

from fastapi import FastAPI

from app.api import auth, operations, progress, sync


def include(app: FastAPI) -> None:
    """Put every route on the app."""
    for module in (auth, sync, progress, operations):
        app.include_router(module.router)
