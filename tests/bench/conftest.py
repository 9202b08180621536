"""One server with one template for all benchmarks of the suite: making them takes longer than what is tested here.

Each benchmark makes its own in earnest, in the same way.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from some_regions import some_regions

from app.core.embedded import start_embedded
from kumkm_proof.bench import growth, ingest, linkage, progress, read, scene, sync, tablets


@pytest.fixture(scope="session")
def scenery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[scene.Scenery]:
    embedded = start_embedded(tmp_path_factory.mktemp("bench") / "postgres")
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
