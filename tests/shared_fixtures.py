"""Real PostgreSQL for every test that stores: the embedded one, and PostgreSQL 15 where it is on the machine.

Each worker migrates one template database per server and clones it for a test (about 0.02 s), or what many tests begin
from, which is made once (`scenes.py`). `make test` runs on the embedded server, `make proofs` on PostgreSQL 15 as well,
but for modules that say `EMBEDDED_IS_ENOUGH`: nothing in them depends on the server's version.
"""

import asyncio
import os
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher
from clones import Clones
from cluster_statements import Refused, watched
from fastapi import FastAPI
from forms import LONG
from hypothesis import settings as hypothesis_settings
from outside import OUTSIDE, nodes_of, one_after_another
from pydantic import SecretStr
from scenes import Scenes
from servers import POSTGRES_15, memory, start_binaries
from shapes import Call, Json
from templates import NOON, fill_template, hurry
from world import World

from app.accounts import passwords
from app.core.clock import SetClock
from app.core.embedded import start_embedded
from app.core.known_types import KnowingConnection
from app.core.roles import as_server
from app.core.settings import Settings, new_key
from app.main import create_app

_LONG_ENOUGH_S = 10

# How long one example takes says how busy the machine is: a rule that held failed by it.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


@pytest.fixture(autouse=True, scope="session")
def quick_hashes() -> Iterator[PasswordHasher]:
    """Password hashes that take a millisecond: what is tested is who gets in, not how long argon2 takes."""
    real = passwords._HASHER
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield real
    passwords._HASHER = real


@pytest.fixture(autouse=True, scope="session")
def one_trust_store() -> Iterator[None]:
    """The authorities that clients of httpx trust are read once from each place: to read them takes 20 ms."""
    make = httpx.create_ssl_context
    stores: dict[tuple[str | None, ...], ssl.SSLContext] = {}

    def trusting(verify: Any = True, cert: Any = None, trust_env: bool = True) -> ssl.SSLContext:
        if verify is not True or cert is not None:
            return make(verify, cert, trust_env)
        place = tuple(os.environ.get(name) if trust_env else None for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
        if place not in stores:
            stores[place] = make(trust_env=trust_env)
        return stores[place]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", trusting)
        yield


@pytest.fixture(autouse=True, scope="session")
def statements() -> Iterator[Refused]:
    """What the server sends on its connections, as far as a cluster would refuse it."""
    with pytest.MonkeyPatch.context() as patch, watched(patch) as refused:
        yield refused


@pytest.fixture(autouse=True)
def fits_a_cluster(statements: Refused) -> Iterator[None]:
    """A test fails that has the server send a statement that a cluster would refuse."""
    statements.clear()
    yield
    assert not statements


@pytest.fixture
async def minute_of_its_own() -> None:
    """A test that counts exactly how much a rate lets through ends before the minute does: rates are counted by minutes
    of the clock, and where a new one begins there is room for one more."""
    left = 60 - time.time() % 60
    if left < _LONG_ENOUGH_S:
        await asyncio.sleep(left)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", params=["embedded", "postgres-15"] if LONG else ["embedded"])
def server_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a running server."""
    with tempfile.TemporaryDirectory(prefix="kumkm-test-", dir=memory(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        if request.param == "embedded" and OUTSIDE is not None:
            yield OUTSIDE
            return
        if request.param == "embedded":
            server = start_embedded(Path(folder) / "postgres")
        elif POSTGRES_15.exists():
            server = start_binaries(POSTGRES_15, Path(folder) / "postgres")  # type: ignore[assignment]  # stops alike
        else:
            pytest.skip("PostgreSQL 15 is not on this machine")
        asyncio.run(hurry(server.dsn("postgres")))
        if request.param == "embedded":
            server.run("pg_ctl", "-D", server.folder, "-m", "fast", "-w", "stop")
            server.start_again()
        yield server.dsn("postgres")
        server.stop()


@pytest.fixture(scope="session")
def server_major(server_url: str) -> int:
    """The version of the server, without its minor one."""
    return asyncio.run(_major_of(server_url))


async def _major_of(server_url: str) -> int:
    pg = await asyncpg.connect(server_url)
    version = pg.get_server_version().major
    await pg.close()
    return version


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """The name of a migrated database with reference data; with `_peopled` after it, one with a small census, too."""
    name = f"kumkm_template_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"  # an outside server has those of all
    asyncio.run(_make_template(server_url, name))
    return name


async def _make_template(server_url: str, name: str) -> None:
    async with one_after_another(server_url):
        await fill_template(server_url, name)


@pytest.fixture(scope="session")
def clones(server_url: str) -> Iterator[Clones]:
    """The databases of tests, made on one connection (to each node) for all of them."""
    with asyncio.Runner() as runner:
        admins = [runner.run(asyncpg.connect(node)) for node in runner.run(nodes_of(server_url))]
        yield Clones(server_url, runner, admins)
        for admin in admins:
            runner.run(admin.close())


@pytest.fixture(scope="session")
def administer(clones: Clones) -> Callable[[str], None]:
    """Runs a statement as the server's administrator."""
    return clones.administer


@pytest.fixture(scope="session")
def scenes(
    server_url: str,
    template: str,
    administer: Callable[[str], None],
    settings_of_all: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Scenes:
    """What many tests begin from, made once."""
    storage = {"storage": str(tmp_path_factory.mktemp("scenes"))}
    return Scenes(server_url, template, administer, settings_of_all.model_copy(update=storage))


@pytest.fixture
def dsn(request: pytest.FixtureRequest, scenes: Scenes, clones: Clones) -> Iterator[str]:
    """The address of a database of the test's own; what was written to it is thrown away at the end."""
    with clones.of(scenes.database_for(request.fixturenames)) as address:
        yield address


@pytest.fixture
async def pg(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database of the test's own."""
    connection = await asyncpg.connect(
        dsn, server_settings={"timezone": "UTC", "jit": "off"}, connection_class=KnowingConnection
    )
    yield connection
    await connection.close()


@pytest.fixture
def clock() -> SetClock:
    """The domain's clock, at noon of 12 September 2022 in OKU; a test may set it."""
    return SetClock(NOON)


@pytest.fixture(scope="session")
def keys() -> Json:
    """Keys as a deployment has them."""
    return {
        "token_keys": {"old": SecretStr(new_key()), "now": SecretStr(new_key())},
        "sealing_keys": {1: SecretStr(new_key())},
        "digest_key": SecretStr(new_key()),
    }


@pytest.fixture(scope="session")
def settings_of_all(keys: Json) -> Settings:
    """What the settings of all tests have in common; to make them takes as long as to make a database."""
    # Background work is done by the tests that need it, so that it disturbs no other.
    return Settings(
        DATABASE_URL=SecretStr("postgresql://127.0.0.1/none"),
        fold_interval_s=3600,
        judge_interval_s=3600,
        link_interval_s=3600,
        export_interval_s=3600,
        statistics_interval_s=3600,
        webhook_interval_s=3600,
        verification_interval_s=3600,
        storage="files",
        **keys,
    )


@pytest.fixture
def settings(settings_of_all: Settings, dsn: str, tmp_path: Path) -> Settings:
    """As a deployment has them: the server's login owns nothing, `pg` and `dsn` are the owner's."""
    own = {"database_url": SecretStr(as_server(dsn)), "storage": str(tmp_path / "files")}
    return settings_of_all.model_copy(update=own)


@pytest.fixture
async def app(settings: Settings, clock: SetClock) -> AsyncIterator[FastAPI]:
    """The app, started."""
    made = create_app(settings, clock=clock)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def world(pg: asyncpg.Connection, app: FastAPI) -> World:
    """Two campaigns, teams and people in OKU, with tokens."""
    return await World.of(pg, app.state.services)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app that turns a fault of the app into a 500, as a server does."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kumkm.test") as made:
        yield made


@pytest.fixture
def act(client: httpx.AsyncClient, world: World) -> Call:
    """Call as somebody: `act("officer", "POST", "accounts", {...})`."""

    async def call(who: str, method: str, path: str, body: Any = None, **kwargs: Any) -> httpx.Response:
        return await client.request(method, f"/v1/{path}", json=body, headers=world.auth(who), **kwargs)

    return call
