"""`kumkm link`: finding businesses that are likely one, for people to decide."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer

from app.accounts.permissions import Territory
from app.cli.examples import examples
from app.cli.shell import err, out, progress_bar, settings_in_force, with_connection
from app.core.sealing import KeyRing
from app.core.settings import SettingsError
from app.regions.queries import live_regions
from app.regions.region_code import NATION, is_region_code

app = typer.Typer()

MIN_TO_TRAIN = 1_000


@app.command(epilog=examples("kumkm link 16.01", "kumkm link 16.01 --threshold 0.9"))
def link(
    region: Annotated[str, typer.Argument(help="Kemendagri code of a regency or province, e.g. 16.01.")],
    threshold: Annotated[float, typer.Option(help="The least probability of a pair.", min=0.01, max=1)] = 0.8,
    model: Annotated[Path | None, typer.Option(help="A model made by --train; by default the packaged one.")] = None,
    train: Annotated[
        Path | None, typer.Option(help="Estimate a model from this region's register into a file, and link nothing.")
    ] = None,
) -> None:
    """Look for businesses of a region that are likely one, though no number says so, and put them into the queue of
    duplicates (GET /v1/duplicates?kind=likely). Nothing is merged by machine. Safe to run again.
    """
    try:
        from app.linkage.linking import Linking, read_features  # noqa: PLC0415  (needed here only)
        from app.linkage.model import connect, load, packaged  # noqa: PLC0415  (as above)
        from app.linkage.model import train as train_model  # noqa: PLC0415  (as above)
    except ImportError as exc:
        raise SettingsError("Linkage is not installed: `pip install kumkm[linkage]`.") from exc
    if not is_region_code(region):
        raise SettingsError(f"{region} is no region code; a regency is written like 16.01")
    settings = settings_in_force()
    ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())
    territory = Territory(region)
    with_connection(lambda pg: _refuse_unknown(pg, region))
    with progress_bar(err) as bars:
        tasks: dict[str, Any] = {}

        def advance(step: str, number: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=None)
            bars.advance(tasks[step], number)

        async def learn(pg: asyncpg.Connection) -> dict[str, Any]:
            rows = [
                row async for chunk in read_features(pg, ring, territory, lambda n: advance("read", n)) for row in chunk
            ]
            if len(rows) < MIN_TO_TRAIN:
                raise SettingsError(
                    f"{len(rows):,} businesses are too few to learn from; {MIN_TO_TRAIN:,} are the least"
                )
            connection = connect()
            await asyncio.to_thread(load, connection, rows)
            return await asyncio.to_thread(train_model, connection)

        if train is not None:
            learned = {"trained_on": f"{region}, {datetime.now(UTC):%Y-%m-%d}", "model": with_connection(learn)}
            train.write_text(json.dumps(learned, indent=1), "utf-8")
            err.print(f"[green]✓[/] The model is in {train}; link with --model {train}.", highlight=False)
            return
        trained = packaged() if model is None else _read(model)
        linking = Linking(ring, trained, threshold, datetime.now(UTC))
        found = with_connection(lambda pg: linking.link(pg, territory, advance))
    out.print(
        f"[green]✓[/] {found.businesses:,} businesses, {found.pairs:,} likely pairs, {found.opened:,} new cases"
        " for review.",
        highlight=False,
    )


async def _refuse_unknown(pg: asyncpg.Connection, region: str) -> None:
    if region != NATION and not await live_regions(pg, {region}):
        raise SettingsError(f"There is no region {region}; `kumkm load-reference` loads them.")


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))["model"]
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise SettingsError(f"{file} is no model; make one with --train") from exc
    return found
