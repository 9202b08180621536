"""One server with one template for all benchmarks of the suite: making them takes longer than what is tested here.

Each benchmark makes its own in earnest, in the same way.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from servers import memory
from some_regions import some_regions

from app.core.embedded import start_embedded
from kumkm_proof.bench import growth, ingest, linkage, progress, read, scene, sync, tablets


@pytest.fixture(scope="session")
def scenery() -> Iterator[scene.Scenery]:
    # Not in pytest's folder: another run of pytest by root closes that to the user who runs the server.
    with tempfile.TemporaryDirectory(prefix="kumkm-test-", dir=memory(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        embedded = start_embedded(Path(folder) / "postgres")
        address = embedded.dsn("postgres")
        template = "kumkm_bench_of_all"

        async def make() -> None:
            async with scene._template(address) as made:
                await scene._execute(address, f"CREATE DATABASE {template} TEMPLATE {made}")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(scene, "packaged_regions", some_regions)
            asyncio.run(make())
        yield scene.Scenery(address, template, embedded)
        embedded.stop()


@pytest.fixture
def prepared(scenery: scene.Scenery, monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmarks that are called find their server there."""

    @asynccontextmanager
    async def server(_: object) -> AsyncIterator[scene.Scenery]:
        yield scenery

    for bench in (growth, ingest, linkage, progress, read, sync, tablets):
        monkeypatch.setattr(bench, "server", server)
