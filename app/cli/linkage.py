"""`kumkm link`: finding businesses that are likely one, for people to decide."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import asyncpg
import typer

from app.accounts.permissions import Territory
from app.cli.examples import examples
from app.cli.shell import err, out, progress_bar, settings_in_force, with_connection
from app.core.sealing import KeyRing
from app.core.settings import SettingsError
from app.regions.queries import live_regions
from app.regions.region_code import NATION, is_region_code

if TYPE_CHECKING:
    from app.linkage.linking import Retrained
    from app.linkage.model import Model

app = typer.Typer()


@app.command(
    epilog=examples(
        "kumkm link 16.01",
        "kumkm link 16.01 --threshold 0.9",
        "kumkm link 16.01 --train oku.json",
        "kumkm link 16.01 --model oku.json",
    )
)
def link(
    region: Annotated[str, typer.Argument(help="Kemendagri code of a regency or province, e.g. 16.01.")],
    threshold: Annotated[float, typer.Option(help="The least probability of a pair.", min=0.01, max=0.99)] = 0.5,
    model: Annotated[Path | None, typer.Option(help="A model made by --train; by default the packaged one.")] = None,
    train: Annotated[
        Path | None,
        typer.Option(help="Learn from this region's decisions (same, separate) into a file, and link nothing."),
    ] = None,
) -> None:
    """Look for businesses of a region that are likely one, though no number says so, and put them into the queue of
    duplicates (GET /v1/duplicates?kind=likely). Nothing is merged by machine. Safe to run again.
    """
    try:
        from app.linkage.linking import Linking, retrain  # noqa: PLC0415  (needed here only)
        from app.linkage.model import packaged  # noqa: PLC0415  (as above)
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

        trained = packaged() if model is None else _read(model)
        if train is not None:
            done = with_connection(lambda pg: retrain(pg, ring, territory, trained, advance))
            _write(train, region, done)
            return
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


def _read(file: Path) -> "Model":
    from app.linkage.model import model_of  # noqa: PLC0415  (as above)

    try:
        return model_of(json.loads(file.read_text("utf-8"))["model"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise SettingsError(f"{file} is no model of this release; make one with --train") from exc


def _write(file: Path, region: str, learnt: "Retrained") -> None:
    about = f"{region}, {datetime.now(UTC):%Y-%m-%d}, {learnt.decisions:,} decisions"
    file.write_text(json.dumps({"trained_on": about, "model": learnt.model.as_json()}), "utf-8")
    if learnt.used:
        err.print(f"[green]✓[/] Learnt from {learnt.decisions:,} decisions; link with --model {file}.", highlight=False)
    else:
        err.print(
            f"[yellow]![/] {learnt.decisions:,} decisions of {region} on likely pairs: too few to learn from, or all"
            f" of one kind. {file} has the model as it was.",
            highlight=False,
        )
