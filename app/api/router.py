"""All routes of the API."""

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from app.api import (
    accounts,
    attachments,
    audit,
    auth,
    boundaries,
    businesses,
    campaigns,
    coding,
    cutoffs,
    doors,
    duplicates_work,
    export_jobs,
    exports,
    feed,
    field_work,
    held,
    honour,
    imports,
    keys,
    listing,
    maps,
    operations,
    organisation,
    passkeys,
    progress,
    quality,
    reference,
    reinterviews,
    reports,
    review_queue,
    reviews,
    sessions,
    statistics,
    statistics_catalogue,
    sync,
    sync_reading,
    sync_reinterviews,
    verification,
    webhooks,
    workforce,
)
from app.api.bodies import sound_body
from app.api.documents import openapi
from app.api.parameters import known_query
from app.api.route_table import RouteTable

MODULES = (
    auth,
    sessions,
    passkeys,
    organisation,
    sync,
    sync_reading,
    sync_reinterviews,
    attachments,
    held,
    doors,
    listing,
    reviews,
    duplicates_work,
    review_queue,
    coding,
    quality,
    reinterviews,
    progress,
    cutoffs,
    reports,
    honour,
    field_work,
    maps,
    boundaries,
    reference,
    businesses,
    verification,
    exports,
    export_jobs,
    feed,
    webhooks,
    statistics,
    statistics_catalogue,
    accounts,
    keys,
    campaigns,
    workforce,
    imports,
    audit,
    operations,
)


API = APIRouter(
    generate_unique_id_function=openapi.operation_id, dependencies=[Depends(known_query), Depends(sound_body)]
)
for _module in MODULES:
    _module.router.add_to(API)

TABLE = RouteTable(route for route in API.routes if isinstance(route, APIRoute))
