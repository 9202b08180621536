"""Why a database is away: one reason for each of the driver's errors, and none for what does not come of it."""

import asyncpg
import pytest

from app.core.outages import Outage, PoolerError, TwoPrimariesError, why_broken_off, why_not_connected

EMBEDDED_IS_ENOUGH = True
REASONS = {
    asyncpg.InvalidPasswordError("x"): Outage.LOGIN_REFUSED,
    asyncpg.InvalidCatalogNameError("x"): Outage.NO_SUCH_DATABASE,
    asyncpg.CannotConnectNowError("x"): Outage.STARTING,
    asyncpg.AdminShutdownError("x"): Outage.STOPPED,
    asyncpg.TooManyConnectionsError("x"): Outage.FULL,
    asyncpg.DiskFullError("x"): Outage.DISK_FULL,
    asyncpg.OutOfMemoryError("x"): Outage.OUT_OF_MEMORY,
    asyncpg.ReadOnlySQLTransactionError("x"): Outage.READ_ONLY,
}


@pytest.mark.parametrize("error", REASONS)
def test_an_error_has_its_reason_at_the_door_and_in_the_middle(error: asyncpg.PostgresError) -> None:
    assert why_not_connected(error) is why_broken_off(error) is REASONS[error]
    assert REASONS[error].code == REASONS[error].name.lower()


@pytest.mark.parametrize("error", [ConnectionResetError(), asyncpg.ConnectionDoesNotExistError("x")])
def test_a_connection_that_breaks_is_cut_and_one_that_never_was_is_unreachable(error: Exception) -> None:
    assert why_broken_off(error) is Outage.CUT
    assert why_not_connected(error) is Outage.UNREACHABLE


@pytest.mark.parametrize(
    ("error", "reason"), [(PoolerError(), Outage.POOLED), (TwoPrimariesError(), Outage.TWO_PRIMARIES)]
)
def test_what_the_program_itself_finds_has_its_own_reason_and_sentence(error: Exception, reason: Outage) -> None:
    assert why_broken_off(error) is why_not_connected(error) is reason
    assert str(error) == reason.value


def test_a_network_without_the_server_is_unreachable() -> None:
    assert why_not_connected(OSError()) is why_not_connected(asyncpg.InterfaceError("x")) is Outage.UNREACHABLE


@pytest.mark.parametrize(
    "error", [ValueError(), asyncpg.OutdatedSchemaCacheError("x"), asyncpg.UniqueViolationError("x")]
)
def test_what_does_not_come_of_the_database_has_no_reason(error: Exception) -> None:
    assert why_broken_off(error) is None
