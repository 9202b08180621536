"""Listings from the command line: a round begins from the register of an earlier one."""

from functools import reduce
from typing import Annotated

import asyncpg
import typer

from app.accounts.permissions import OPERATOR
from app.cli.examples import examples
from app.cli.people import or_faults, sealing_in_force
from app.cli.shell import Json, document, err, out, progress_bar, with_connection
from app.listing.carrying import carry_over, carrying
from app.listing.schemas import CarriedOut, CarryIn

app = typer.Typer(no_args_is_help=True, help="The doors that a round begins from.")


@app.callback()
def _group() -> None:
    """The doors that a round begins from."""


@app.command(
    "from-campaign",
    epilog=examples(
        "kumkm listing from-campaign pl-kumkm-2023 --from pl-kumkm-2022",
        "kumkm listing from-campaign pl-kumkm-2023 --from pl-kumkm-2022 --region 16.01 --json",
    ),
)
def from_campaign(
    campaign: Annotated[str, typer.Argument(help="The campaign that begins.")],
    before: Annotated[str, typer.Option("--from", help="The earlier campaign whose register is listed.")],
    region: Annotated[str | None, typer.Option(help="Only this region and below.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """List every business of an earlier campaign, but for those that a later round found closed. Done again, it adds
    what is missing.
    """
    asked = CarryIn(campaign=campaign, from_campaign=before, region=region)
    sealing = sealing_in_force()

    async def work(pg: asyncpg.Connection) -> dict[str, CarriedOut]:
        what, regencies = await carrying(pg, OPERATOR, asked)
        found = dict[str, CarriedOut]()
        with progress_bar(err if as_json else out) as bar:
            task = bar.add_task("Listing…", total=len(regencies))
            for regency in regencies:
                async with pg.transaction():
                    ring, digester, now = sealing
                    one = await carry_over(pg, ring, digester, OPERATOR, what, regency, now, trace_id=None)
                found[regency] = one
                bar.advance(task)
        return found

    by_regency = or_faults(lambda: with_connection(work, audited=True))
    nothing = CarriedOut(listed=0, already_listed=0, closed=0, erased=0)
    done = reduce(CarriedOut.plus, by_regency.values(), nothing)
    if as_json:
        items = [{"regency": code, **each.model_dump()} for code, each in by_regency.items()]
        document({**done.model_dump(), "items": items})
        return
    out.print(
        f"[green]✓[/] {done.listed:,} businesses were listed, {done.already_listed:,} were listed already,"
        f" {done.closed:,} are closed and {done.erased:,} erased.",
        highlight=False,
    )
