"""The services that one app consists of."""

import asyncio
from dataclasses import dataclass, field

from app.accounts.browser_sessions import BrowserSessions
from app.accounts.organisation import Organisation
from app.accounts.passkeys import Passkeys
from app.accounts.signing_in import SignIn
from app.accounts.tokens import AccessTokens
from app.api.limits import Limits
from app.api.shared import Shared
from app.core.child_processes import ChildProcesses
from app.core.clock import Clock
from app.core.database import Database
from app.core.primary_watch import PrimaryWatch
from app.core.readers import Readers
from app.core.readiness import Readiness
from app.core.settings import Settings
from app.core.storage import Storage
from app.core.telemetry import Metrics
from app.exchange.jobs import Jobs
from app.exchange.streaming import Exports
from app.intake.ingest import Ingest
from app.sync.known_identities import KnownIdentities
from app.verification.verifiers import Verifier
from app.webhooks.sending import Sending


@dataclass(slots=True)
class Waiting:
    """How many requests wait for something to happen, without a connection, and whether they are to wait on."""

    feed: int = 0
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where the server is to end: who waits is answered at once."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that endpoints use; `create_app` builds it once and keeps it in `app.state.services`."""

    settings: Settings
    clock: Clock
    database: Database
    readiness: Readiness
    primaries: PrimaryWatch
    readers: Readers
    tokens: AccessTokens
    sign_in: SignIn
    browser_sessions: BrowserSessions
    passkeys: Passkeys
    organisation: Organisation
    ingest: Ingest
    metrics: Metrics
    limits: Limits
    shared: Shared
    storage: Storage
    exports: Exports
    jobs: Jobs
    files: ChildProcesses
    photos: ChildProcesses
    documents: ChildProcesses
    webhooks: Sending
    known_identities: KnownIdentities
    verifier: Verifier | None
    waiting: Waiting = field(default_factory=Waiting)
