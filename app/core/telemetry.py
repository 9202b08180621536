"""Telemetry: JSON logs with request ids and no personal data, and Prometheus metrics."""

import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from app.core.log_stream import LogStream
from app.core.problems import Code, Problem
from app.core.shared_metrics import added_up

_FRAMES_LOGGED = 12
_LATENCY = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_SIZES = (1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


class Pool(Protocol):
    """Metrics of a pool of connections."""

    size: int
    busy: int
    waiting: int


class Groups(Protocol):
    """How small batches are committed."""

    counted: Callable[[str], None]


class Primaries(Protocol):
    """Whether a machine takes writes that is not the primary."""

    sees_two: bool
    changed: Callable[[], None]


class ObjectStore(Protocol):
    """Why the storage does not do what it is asked for."""

    away: str | None
    changed: Callable[[], None]


class Standby(Protocol):
    """Metrics of a standby that answers reads."""

    behind_s: float
    answered: Callable[[str], None]
    changed: Callable[[], None]

    @property
    def fault(self) -> object:
        """None where it is used."""


class WebhooksStanding(Protocol):
    """How many webhooks wait for a decision, and what waits to be delivered."""

    @property
    def halted(self) -> int: ...
    @property
    def dead_letters(self) -> int: ...
    @property
    def oldest_s(self) -> float: ...


class Metrics:
    """The metrics of one app, in a registry of their own, so that several apps can live in one process."""

    def __init__(self, shared: Path | None = None) -> None:
        """`shared`: the folder in which all workers of the server keep theirs; see `core/shared_metrics.py`."""
        self._shared = shared
        self.registry = CollectorRegistry()
        self.requests = self._counter(
            "kumkm_requests_total", "Requests by route, method and status.", "route", "method", "status"
        )
        self.latency = Histogram(
            "kumkm_request_seconds",
            "Seconds from the request's head to the answer's end.",
            ["route", "method"],
            buckets=_LATENCY,
            registry=self.registry,
        )
        self.batch_items = Histogram(
            "kumkm_batch_items", "Items per new batch.", buckets=_SIZES, registry=self.registry
        )
        self.outcomes = self._counter("kumkm_item_outcomes_total", "Items of new batches by outcome.", "outcome")
        self.ingest_latency = Histogram(
            "kumkm_ingest_seconds",
            "Seconds to take a new batch, commit included.",
            buckets=_LATENCY,
            registry=self.registry,
        )
        self.pool_busy = self._gauge("kumkm_pool_busy", "Database connections at work.")
        self.pool_waiting = self._gauge("kumkm_pool_waiting", "Requests waiting for a connection.")
        self.small_batches = self._counter(
            "kumkm_small_batches_total",
            "Batches of at most 16 items by how they were committed: `alone`, `together` with others, or `left`: alone"
            " after they could not be done together.",
            "how",
        )
        self.pool_size = self._gauge("kumkm_pool_size", "Database connections allowed.")
        self.rate_asks = self._counter(
            "kumkm_rate_asks_total",
            "Requests whose rate was to be counted with the other processes, by what counted them.",
            "counted_by",
        )
        self.reader_reads = self._counter(
            "kumkm_reader_reads_total",
            "Reads that a standby may answer, by who answered; `repeated`: it broke off, and the primary was asked.",
            "answered_by",
        )
        self.reader_unused = self._gauge(
            "kumkm_reader_unused", "Processes whose standby is set, and not used at this moment."
        )
        self.reader_behind = Gauge(
            "kumkm_reader_behind_seconds",
            "Seconds that the standby is behind the primary.",
            registry=self.registry,
            multiprocess_mode="livemax",
        )
        self.two_primaries = self._gauge(
            "kumkm_two_primaries", "Processes that see a machine of DATABASE_URL take writes that is not the primary."
        )
        self.storage_away = self._gauge(
            "kumkm_storage_away", "Processes whose storage did not keep, give or remove what it was asked for last."
        )
        self.background_rounds = self._counter(
            "kumkm_background_rounds_total", "Rounds of work in the background, those that failed included.", "worker"
        )
        self.background_failures = self._counter(
            "kumkm_background_failures_total", "Rounds of work in the background that failed.", "worker"
        )
        self.background_succeeded = self._newest(
            "kumkm_background_last_success_seconds",
            "When a round of work in the background succeeded last, in seconds since 1970; at first, when it began.",
        )
        self.background_interval = self._newest(
            "kumkm_background_interval_seconds",
            "Seconds between two rounds of work in the background.",
        )
        self.reinterviews = self._counter(
            "kumkm_reinterviews_total", "Answers of re-interviews that came in, by their result.", "result"
        )
        self.webhook_attempts = self._counter(
            "kumkm_webhook_attempts_total", "Attempts to deliver to webhooks, by what followed.", "outcome"
        )
        self.webhook_latency = Histogram(
            "kumkm_webhook_seconds",
            "Seconds of an attempt to deliver to a webhook.",
            buckets=_LATENCY,
            registry=self.registry,
        )
        self.webhooks_halted = self._highest("kumkm_webhooks_halted", "Webhooks that wait until somebody decides.")
        self.webhook_dead_letters = self._highest(
            "kumkm_webhook_dead_letters", "Deliveries to webhooks that were given up and not sent again."
        )
        self.webhook_oldest = self._highest(
            "kumkm_webhook_oldest_seconds", "Seconds for which the oldest delivery to an active webhook has waited."
        )
        self.verifier_batches = self._counter(
            "kumkm_verifier_batches_total",
            "Batches of numbers that the verifier was asked about: `answered`, or why its answer could not be used.",
            "outcome",
        )
        self.fold_failures = Counter(  # from before there were other workers in the figures
            "kumkm_fold_failures_total", "Foldings of progress that failed.", registry=self.registry
        )

    def text(self) -> bytes:
        """All figures in the text form of Prometheus; of all workers, where they share them."""
        return generate_latest(self.registry) if self._shared is None else added_up(self._shared)

    def follow(self, pool: Pool) -> Callable[[], None]:
        """To be called whenever the pool's figures changed."""
        self.pool_size.set(pool.size)

        def changed() -> None:
            self.pool_busy.set(pool.busy)
            self.pool_waiting.set(pool.waiting)

        return changed

    def follow_groups(self, groups: Groups) -> None:
        """Have the figure of small batches follow how they are committed."""
        groups.counted = lambda how: self.small_batches.labels(how).inc()

    def follow_readers(self, readers: Standby) -> None:
        """Have the figures of a standby follow it."""
        readers.answered = lambda by: self.reader_reads.labels(by).inc()

        def changed() -> None:
            self.reader_unused.set(readers.fault is not None)
            self.reader_behind.set(readers.behind_s)

        readers.changed = changed
        changed()

    def follow_storage(self, storage: ObjectStore) -> None:
        """Have the figure of the storage follow what it does."""
        storage.changed = lambda: self.storage_away.set(storage.away is not None)

    def follow_primaries(self, primaries: Primaries) -> None:
        """Have the figure of machines that write follow what is seen of them."""
        primaries.changed = lambda: self.two_primaries.set(primaries.sees_two)

    def _counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(name, description, labels, registry=self.registry)

    def _newest(self, name: str, description: str) -> Gauge:
        """What one of the workers says of its work in the background: of all processes the highest."""
        return Gauge(name, description, ["worker"], registry=self.registry, multiprocess_mode="max")

    def _highest(self, name: str, description: str) -> Gauge:
        """How something in the database stands now, as one of the workers saw it last."""
        return Gauge(name, description, registry=self.registry, multiprocess_mode="livemostrecent")

    def _gauge(self, name: str, description: str) -> Gauge:
        """How something stands now: the sum of the workers that live."""
        return Gauge(name, description, registry=self.registry, multiprocess_mode="livesum")

    def worker_began(self, worker: str, every_s: float) -> None:
        """Note that work in the background began, with so many seconds between two rounds."""
        self.background_interval.labels(worker).set(every_s)
        self.background_succeeded.labels(worker).set_to_current_time()

    def round_ended(self, worker: str, *, failed: bool) -> None:
        """Count a round of work in the background."""
        self.background_rounds.labels(worker).inc()
        failures = self.background_failures.labels(worker)
        if not failed:
            self.background_succeeded.labels(worker).set_to_current_time()
            return
        failures.inc()
        if worker == "fold":
            self.fold_failures.inc()

    def tried_webhook(self, outcome: str, seconds: float) -> None:
        """Count an attempt to deliver to a webhook."""
        self.webhook_attempts.labels(outcome).inc()
        self.webhook_latency.observe(seconds)

    def follow_webhooks(self, webhooks: WebhooksStanding) -> None:
        """Have the figures say how all webhooks stand."""
        self.webhooks_halted.set(webhooks.halted)
        self.webhook_dead_letters.set(webhooks.dead_letters)
        self.webhook_oldest.set(webhooks.oldest_s)

    def took_reinterview(self, result: str) -> None:
        """Count new answers of a re-interview."""
        self.reinterviews.labels(result).inc()

    def took_batch(self, outcomes: Mapping[str, int], seconds: float) -> None:
        """Count a new batch: its items by outcome, and how long it took."""
        self.ingest_latency.observe(seconds)
        self.batch_items.observe(sum(outcomes.values()))
        for outcome, items in outcomes.items():
            if items:
                self.outcomes.labels(outcome).inc(items)


def tell_fault(log: Any, event: str, exc: BaseException) -> None:
    """Log a failure of background work: by the code of a problem, or the type of an exception, whose text may quote a
    request. An outage of the database is logged once, where it is noticed.
    """
    if not isinstance(exc, Problem):
        log.warning(event, fault=type(exc).__qualname__)
    elif exc.code is not Code.DATABASE_AWAY:
        log.warning(event, fault=exc.code.code)


def _by_type(logger: Any, _: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A library's line about an exception: its type and its place. Its text may quote a request, and asyncio writes it
    into the line itself, behind the first.
    """
    record = event.get("_record")
    exc_info = event.pop("exc_info", None)
    exc = sys.exc_info()[1] if exc_info is True else exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(exc, BaseException):
        frames = [f"{each.filename}:{each.lineno} {each.name}" for each in traceback.extract_tb(exc.__traceback__)]
        event["fault"], event["frames"] = type(exc).__qualname__, frames[-_FRAMES_LOGGED:]
    if getattr(record, "name", getattr(logger, "name", "")) == "asyncio":
        event["event"] = str(event["event"]).partition("\n")[0]
    if str(event["event"]).startswith("Traceback "):  # of an app that could not start; what it says is in the last line
        event["event"] = str(event["event"]).rstrip().rpartition("\n")[2]
    return event


def _is_news(record: logging.LogRecord) -> bool:
    """Not a future that asyncpg (0.32) leaves behind where a connection is cut in the middle of a COPY, and that nobody
    waits for: the caller of the COPY was answered, and the cut is in the log.
    """
    exc = record.exc_info[1] if record.exc_info else None
    left_over = isinstance(exc, asyncpg.ConnectionDoesNotExistError)
    return not (left_over and record.name == "asyncio" and record.getMessage().startswith("Future exception was never"))


def configure_logging(level: str) -> None:
    """Write every log line as one JSON object to standard error.

    Warnings of libraries come through as well, with their text only if it cannot quote a request. What they say besides
    may be an address with its path, which of a webhook is a secret (httpx). uvicorn says more; its access log is off,
    since the request log has ids instead of addresses and queries.
    """
    stream = LogStream(sys.stderr)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        # Our own lines go straight out: through the standard library each would take ten times as long.
        processors=[*shared, structlog.processors.JSONRenderer(serializer=orjson.dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(stream),  # type: ignore[arg-type]  # as much of a file as it uses
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.addFilter(_is_news)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _by_type,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    own = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(own, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.setLevel(own)
        logger.handlers[:] = []
        logger.propagate = name != "uvicorn.access"
