"""The plan of a migration, for people and for machines."""

from rich.markup import escape

from app.cli.shell import document, out
from app.upgrading.locks import Wait
from app.upgrading.plan import Plan, Statement
from migrations.rights import API_ROLE

_COLOURS = dict.fromkeys((Wait.NOBODY, Wait.ITSELF, Wait.A_MOMENT, Wait.ROWS), "green")


def show_plan(plan: Plan, *, as_json: bool) -> None:
    """Print what is to be done."""
    if as_json:
        document(_as_json(plan))
        return
    if not (plan.migrations or plan.rights or plan.steps):
        out.print(f"[green]✓[/] Nothing is to be done: the database is at {plan.current}.", highlight=False)
        return
    for migration in plan.migrations:
        out.print(f"[bold]{migration.revision}[/]  {escape(migration.title)}", highlight=False)
        for statement in migration.statements:
            out.print(f"  {escape(_shortened(statement.sql))}", highlight=False, soft_wrap=True)
            colour = _COLOURS.get(statement.lock.wait, "yellow")
            out.print(
                f"    [{colour}]{statement.lock.wait}[/][dim]{escape(_about(statement))}[/]",
                highlight=False,
                soft_wrap=True,
            )
    for change in plan.rights:
        for verb, privileges, to in (("GRANT", change.granted, "TO"), ("REVOKE", change.revoked, "FROM")):
            if privileges:
                out.print(
                    f"[bold]rights[/]  {verb} {', '.join(privileges)} ON {escape(change.table)} {to} {API_ROLE}",
                    highlight=False,
                    soft_wrap=True,
                )
    for step in plan.steps:
        out.print(
            f"[bold]data[/]  {escape(step.subject)}, in chunks, beside servers at work", highlight=False, soft_wrap=True
        )
    out.print(
        "Each migration is a transaction of its own. One that does not get its lock within five seconds stops; run"
        " `kumkm migrate` again then. Rights of the server's login are changed at the end, all at once.",
        highlight=False,
        soft_wrap=True,
    )


def _about(statement: Statement) -> str:
    lock, rows = statement.lock, statement.rows
    named = f"; {lock.table}: {lock.mode}" if lock.table and lock.mode else ""
    return named + (
        f", about {rows:,} rows, {(statement.bytes or 0) / 1e6:,.1f} MB" if named and rows is not None else ""
    )


def _shortened(sql: str) -> str:
    whole = " ".join(sql.split())
    return whole if len(whole) <= 160 else f"{whole[:159]}…"  # noqa: PLR2004  (two lines of a terminal)


def _as_json(plan: Plan) -> dict[str, object]:
    return {
        "current": plan.current,
        "head": plan.head,
        "items": [
            {
                "revision": migration.revision,
                "title": migration.title,
                "statements": [
                    {
                        "sql": statement.sql,
                        "table": statement.lock.table,
                        "lock": statement.lock.mode,
                        "wait": statement.lock.wait.name.lower(),
                        "rows": statement.rows,
                        "bytes": statement.bytes,
                    }
                    for statement in migration.statements
                ],
            }
            for migration in plan.migrations
        ],
        "rights": [each._asdict() for each in plan.rights],
        "data_steps": [{"name": step.name, "subject": step.subject} for step in plan.steps],
    }
