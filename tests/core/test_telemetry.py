"""What the server tells of itself holds nothing of what somebody sent."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest
import structlog
from shapes import Json

from app.core.telemetry import configure_logging

EMBEDDED_IS_ENOUGH = True


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[Json]]]:
    """What was written; afterwards logging is as it was."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield lambda: [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


def fail() -> None:
    raise ValueError("1601145203850001")


def test_what_libraries_log_of_an_exception_has_no_text_of_it(logged: Callable[[], list[Json]]) -> None:
    configure_logging("info")
    try:
        fail()
    except ValueError as exc:
        logging.getLogger("asyncio").error("Task failed\nexception=%r", exc, exc_info=exc)  # noqa: TRY400  (as asyncio does it)
        logging.getLogger("other").exception("it failed")
    told = logged()
    assert [line["event"] for line in told] == ["Task failed", "it failed"]
    assert {line["fault"] for line in told} == {"ValueError"}
    assert "160114520385" not in json.dumps(told)
    assert all("test_telemetry.py" in line["frames"][-1] for line in told)


def test_of_a_future_that_the_driver_leaves_behind_nothing_is_logged(logged: Callable[[], list[Json]]) -> None:
    configure_logging("info")
    cut = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
    logger = logging.getLogger("asyncio")
    logger.error("Future exception was never retrieved\nfuture: <Future>", exc_info=cut)
    logger.error("Future exception was never retrieved\nfuture: <Future>", exc_info=ValueError())
    logger.error("Task exception was never retrieved\nfuture: <Task>", exc_info=cut)
    logger.error("Future exception was never retrieved")
    assert [(line["event"][:4], line.get("fault")) for line in logged()] == [
        ("Futu", "ValueError"),
        ("Task", "ConnectionDoesNotExistError"),
        ("Futu", None),
    ]


def test_a_line_that_cannot_be_written_is_lost_and_nothing_else(
    logged: Callable[[], list[Json]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full, monkeypatch.context() as changed:
        changed.setattr(sys, "stderr", full)
        configure_logging("info")
        structlog.get_logger().info("ours")
        logging.getLogger("other").warning("of a library")
    assert logged() == []


@pytest.mark.parametrize("level", ["info", "warning"])
def test_what_a_client_of_others_says_of_its_requests_is_not_logged(
    logged: Callable[[], list[Json]], level: str
) -> None:
    configure_logging(level)
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        client.post("https://a.go.id/secret-path?token=secret")
    logging.getLogger("uvicorn.error").info("Started")
    logging.getLogger("other").warning("odd")
    assert [line["event"] for line in logged()] == (["Started", "odd"] if level == "info" else ["odd"])
