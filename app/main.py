"""The app: `create_app` wires the parts together and looks after their life; nothing is decided here."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Protocol

import asyncpg
import structlog
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline
from starlette.middleware.cors import CORSMiddleware

from app import __version__
from app.accounts.activation_codes import SWEEP_S, forget_secrets
from app.accounts.browser_sessions import BrowserSessions
from app.accounts.deployment import refuse_demo_accounts
from app.accounts.organisation import Organisation
from app.accounts.own_sessions import SWEEP_S as SESSIONS_SWEPT_S
from app.accounts.own_sessions import forget_refresh_tokens, forget_sessions
from app.accounts.passkeys import Passkeys
from app.accounts.queries import owner_now
from app.accounts.signing_in import SignIn
from app.accounts.tokens import AccessTokens
from app.api import errors, router
from app.api.connections import Bounds
from app.api.documents import openapi
from app.api.door import DoorMiddleware
from app.api.envelope import EnvelopeMiddleware
from app.api.head import HeadMiddleware
from app.api.limits import Limits
from app.api.negotiation import CompressionMiddleware
from app.api.services import Services
from app.api.shared import Shared
from app.api.web import FieldRoute, WebRoute
from app.audit.chain import Chaining, ChainKey
from app.audit.trail import WITNESS
from app.background.forgetting import EVERY_S as FORGET_EVERY_S
from app.background.forgetting import FIRST_S as FORGET_FIRST_S
from app.background.worker import Worker, working
from app.changes.forgetting import forget_changes
from app.core.child_processes import ChildProcesses
from app.core.clock import Clock, MachineClock, ShiftedClock
from app.core.database import Database
from app.core.primary_watch import LOOK_S as PRIMARIES_S
from app.core.primary_watch import PrimaryWatch
from app.core.problems import Problem
from app.core.readers import LOOK_S, Readers
from app.core.readiness import Readiness
from app.core.roles import refuse_powerful_login
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings
from app.core.silence import LOOK_S as SILENCE_S
from app.core.silence import Silence
from app.core.storage import Storage
from app.core.telemetry import Metrics
from app.exchange.export_request import ExportRequest, export_of
from app.exchange.exporting import Export, ExportProgress
from app.exchange.jobs import Jobs
from app.exchange.places import forget_places
from app.exchange.streaming import Exports
from app.intake.forgetting import forget_batches
from app.intake.ingest import Ingest
from app.privacy.retention import forget_photos
from app.privacy.sealed import refuse_other_sealing_keys
from app.processes.lives import forget_processes
from app.processes.rates import FORGET_EVERY_S as RATES_FORGOTTEN_EVERY_S
from app.processes.rates import forget_rates
from app.progress.rollup import fold
from app.quality.rounds import Judging
from app.regions.region_code import NATION, local_date
from app.register.claims import note_first_key, refuse_outdated
from app.register.register import forget_marks
from app.reinterviews.rounds import Drawing
from app.statistics.rounds import MakingEditions
from app.sync.known_identities import KnownIdentities
from app.verification.answering import apply_round
from app.verification.forgetting import forget_requests
from app.verification.rounds import Verifying, verifier_of
from app.web.files import BUILT, CONSOLE, FIELD, built_app
from app.webhooks.forgetting import forget_deliveries
from app.webhooks.sending import Sending

_log = structlog.get_logger()


class Closing(Protocol):
    """A part of the server that holds something."""

    async def close(self) -> None:
        """Give it back."""


def create_app(settings: Settings, *, clock: Clock | None = None, metrics: Metrics | None = None) -> FastAPI:
    """The API over one database. `clock` is the domain's; by default the machine's, or the demo's where set."""
    metrics = metrics or Metrics()
    clock = clock or (ShiftedClock(settings.demo_starts_at) if settings.demo_starts_at else MachineClock())
    database = Database(settings)
    database.changed = metrics.follow(database)
    metrics.follow_groups(database.groups)
    tokens = AccessTokens(settings.token_ring(), lifetime_s=settings.access_token_s, starts=settings.token_starts())
    digester = Digester(settings.digest_key_bytes(), settings.number_ring())
    ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())
    shared = Shared(settings, database, digester, metrics)
    storage, readers = Storage(settings), Readers(settings, database, WITNESS)

    async def export(pg: asyncpg.Connection, asked: Mapping[str, Any], progress: ExportProgress) -> Export:
        today = local_date(clock.now(), NATION)
        return await export_of(pg, ExportRequest.model_validate(asked), ring, today, progress)

    async def refuse(pg: asyncpg.Connection, asked: Mapping[str, Any]) -> None:
        asking = ExportRequest.model_validate(asked)
        asking.refuse(await owner_now(pg, asking.account_id))

    services = Services(
        settings=settings,
        clock=clock,
        database=database,
        readiness=Readiness(database),
        primaries=PrimaryWatch(settings),
        readers=readers,
        tokens=tokens,
        sign_in=SignIn(
            database, tokens, digester, refresh_lifetime_s=settings.refresh_token_s, hand_over=settings.hand_over
        ),
        passkeys=Passkeys(database, digester),
        organisation=Organisation(settings, database, ring, digester),
        browser_sessions=BrowserSessions(database, tokens, digester, lifetime_s=settings.browser_session_s),
        ingest=Ingest(
            database=database,
            clock=clock,
            ring=ring,
            digester=digester,
            max_items=settings.max_batch_items,
            max_item_bytes=settings.max_item_bytes,
            hand_over=settings.hand_over,
            lookups_a_day=settings.lookups_a_day,
        ),
        metrics=metrics,
        limits=Limits(settings, shared.rates),
        shared=shared,
        storage=storage,
        exports=Exports(database, shared.places),
        jobs=Jobs(database, storage, ring, export, refuse, readers),
        files=ChildProcesses(children=1),
        photos=ChildProcesses(children=2),
        documents=ChildProcesses(children=1, kept=False),
        webhooks=Sending(settings, database, metrics),
        verifier=verifier_of(settings),
        known_identities=KnownIdentities(ring, settings.digest_key_bytes(), settings.filter_refresh_s),
    )

    metrics.follow_storage(storage)
    metrics.follow_readers(readers)
    metrics.follow_primaries(services.primaries)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async def vet(pg: asyncpg.Connection) -> None:
            await refuse_powerful_login(pg)
            await refuse_demo_accounts(pg, settings)
            await note_first_key(pg, digester)
            await refuse_outdated(pg, digester)
            await refuse_other_sealing_keys(pg, ring, settings.lost_sealing_keys)

        try:
            async with database.statement() as pg:
                await vet(pg)
        except Problem:  # it is away, which is in the log: it is looked at when it comes back, before anything else
            database.vet = vet
        chaining = Chaining(database, ChainKey(settings.trail_key_bytes()))
        _log.info("started", pool_size=settings.pool_size)
        try:
            async with shared.living(), working(_workers(services, chaining), services.metrics):
                yield {"bounds": _bounds(settings), "ending": services.waiting.ending}
        finally:
            for each in _parts(services):
                await each.close()
            _log.info("stopped")

    # The page at /docs comes with its scripts: an office without internet access can read it, too.
    app = FastAPIOffline(
        redoc_url=None,
        redirect_slashes=False,  # a redirect would have the client send its token and body once more
        static_url="/docs/static",
        title="KUMKM",
        version=__version__,
        routes=[router.TABLE, *router.API.routes],
        generate_unique_id_function=openapi.operation_id,
        lifespan=lifespan,
        root_path=settings.root_path,
        telemetry=_NO_TELEMETRY,
        **openapi.DESCRIPTION,
    )
    if settings.web == "on":
        web = WebRoute(built_app(BUILT / CONSOLE), settings.map_tiles, settings.map_attribution)
        app.router.routes += [FieldRoute(built_app(BUILT / FIELD)), web]  # the last ones
    app.state.services = services
    errors.install(app)
    openapi.install(app)
    _wrap(app, settings, services, tokens)
    return app


def _wrap(app: FastAPI, settings: Settings, services: Services, tokens: AccessTokens) -> None:
    """Put the middleware around the app, the innermost first."""
    app.add_middleware(DoorMiddleware, table=router.TABLE, tokens=tokens, max_body_bytes=settings.max_body_bytes)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "If-None-Match",
                "X-Access-Reason",
                "X-Position",
                "X-Request-ID",
            ],
            expose_headers=[
                *("Content-Disposition", "ETag", "Link", "Retry-After"),
                *("X-As-Of", "X-Feed-Cursor", "X-Position", "X-Request-ID"),
            ],
            max_age=600,
        )
    app.add_middleware(CompressionMiddleware, minimum_size=1_000, compresslevel=4)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(EnvelopeMiddleware, metrics=services.metrics)


def _parts(services: Services) -> tuple[Closing, ...]:
    """What is closed when the server stops, in this order; the database is the last."""
    verifier = () if services.verifier is None else (services.verifier,)
    return (
        services.webhooks,
        *verifier,
        services.organisation,
        services.files,
        services.photos,
        services.documents,
        services.readers,
        services.readiness,
        services.database,
    )


def _workers(services: Services, chaining: Chaining) -> tuple[Worker, ...]:
    """What a server does in the background."""
    settings, database, clock, storage = services.settings, services.database, services.clock, services.storage
    readers, primaries = services.readers, services.primaries
    return (
        Worker("fold", settings.fold_interval_s, lambda: database.run(fold)),
        Worker("judge", settings.judge_interval_s, Judging(database, services.ingest.ring, clock).round),
        Worker("draw", settings.judge_interval_s, Drawing(services.ingest, clock).round),
        Worker("make_statistics", settings.statistics_interval_s, MakingEditions(database, clock).round),
        Worker(
            "confirm", settings.verification_interval_s, lambda: database.run(lambda pg: apply_round(pg, clock.now()))
        ),
        *_verifying(services),
        Worker("chain", settings.link_interval_s, chaining.round),
        Worker("export", settings.export_interval_s, services.jobs.round),
        Worker("remove_old_exports", settings.export_interval_s, services.jobs.remove_old),
        Worker("push", settings.webhook_interval_s, services.webhooks.round),
        Worker("forget_secrets", SWEEP_S, lambda: database.run(forget_secrets)),
        Worker("forget_sessions", SESSIONS_SWEPT_S, lambda: database.run(forget_sessions), FORGET_FIRST_S),
        *(
            Worker(name, FORGET_EVERY_S, partial(database.run, work), FORGET_FIRST_S)
            for name, work in {
                "forget_deliveries": forget_deliveries,
                "forget_refresh_tokens": forget_refresh_tokens,
                "forget_batches": lambda pg: forget_batches(pg, clock.now()),
                "forget_changes": forget_changes,
                "forget_marks": forget_marks,
                "forget_photos": lambda pg: forget_photos(pg, storage, clock.now()),
                "forget_processes": forget_processes,
                "forget_places": forget_places,
                "forget_requests": lambda pg: forget_requests(pg, clock.now(), settings.verification_kept),
            }.items()
        ),
        Worker("forget_rates", RATES_FORGOTTEN_EVERY_S, lambda: database.run(forget_rates)),
        Worker("look_for_silence", SILENCE_S, Silence(database, settings.database_url.get_secret_value()).look),
        *services.shared.workers,
        *((Worker("look_at_primaries", PRIMARIES_S, primaries.look),) if primaries.there else ()),
        *((Worker("look_at_reader", LOOK_S, readers.look),) if readers.there else ()),
    )


def _verifying(services: Services) -> tuple[Worker, ...]:
    """What asks the verifier, where one is set."""
    settings, metrics, verifier = services.settings, services.metrics, services.verifier
    if verifier is None:
        return ()
    ingest = services.ingest
    verifying = Verifying(
        services.database,
        services.clock,
        verifier,
        (ingest.ring, ingest.digester),
        timeout_s=settings.verifier_timeout_s,
        pause_s=60 / settings.verifier_batches_a_minute,
        count=lambda outcome: metrics.verifier_batches.labels(outcome).inc(),
    )
    return (Worker("verify", settings.verification_interval_s, verifying.round),)


_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""The framework's own would look for somebody who listens with every request, and tell them what people sent. Figures
and log lines are those of `core/telemetry.py`."""


def _bounds(settings: Settings) -> Bounds:
    return Bounds(
        most=settings.max_connections,
        of_one_address=settings.max_connections_of_address,
        trusted=settings.trusted_proxies,
    )
