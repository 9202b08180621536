"""Keeps a copy of the register, and goes on until it is stopped. It may be killed at any moment: start it again.

    pip install ./clients/python[mirror]
    KUMKM_URL=… KUMKM_CLIENT=… KUMKM_SECRET=… python docs/mirror.py sqlite:///register.sqlite
    KUMKM_URL=… KUMKM_CLIENT=… KUMKM_SECRET=… python docs/mirror.py postgresql+psycopg://user@host/database

The system needs the scopes `feed:read` and `businesses:read`. What a page of the feed brings and where it ends are
stored in one transaction, so nothing is skipped. The first copy is an export, from which the feed goes on; so is the
copy that is made when the server's database was restored to an earlier moment. `--once` ends when nothing new is there.
"""

import itertools
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import JSON, Column, Connection, Engine, MetaData, String, Table, create_engine, delete, insert, select

from kumkm_client import Business, Client, ClientCredentials, CursorLost, FeedPage

METADATA = MetaData()
BUSINESS = Table("business", METADATA, Column("id", String(36), primary_key=True), Column("columns", JSON))
PLACE = Table("place", METADATA, Column("cursor", String, nullable=False))
AT_ONCE = 1000


def put(db: Connection, businesses: Iterable[Business]) -> None:
    """Replace what is there of these businesses."""
    rows = [{"id": each.id, "columns": dict(each.columns)} for each in businesses]
    remove(db, [row["id"] for row in rows])
    if rows:
        db.execute(insert(BUSINESS), rows)


def remove(db: Connection, ids: Iterable[object]) -> None:
    """Remove these businesses, if they are there."""
    db.execute(delete(BUSINESS).where(BUSINESS.c.id.in_(list(ids))))


def go_to(db: Connection, cursor: str) -> None:
    """Note where the feed goes on."""
    db.execute(delete(PLACE))
    db.execute(insert(PLACE), [{"cursor": cursor}])


def apply(db: Connection, page: FeedPage) -> None:
    """What a page brings. A business is in the feed at its last change alone, so the order within a page is free."""
    remove(db, [each.id for each in page.changes if not isinstance(each, Business)])
    put(db, [each for each in page.changes if isinstance(each, Business)])
    go_to(db, page.cursor)


def start_over(api: Client, engine: Engine) -> str:
    """Replace everything by an export, in one transaction: who reads the copy meanwhile sees the former one."""
    with tempfile.TemporaryDirectory() as folder:
        export = api.export(Path(folder) / "register.ndjson")
        assert export.feed_cursor is not None  # it has no filters
        with engine.begin() as db, export.path.open(encoding="utf-8") as lines:
            db.execute(delete(BUSINESS))
            rows = ({"id": columns["business_id"], "columns": columns} for columns in map(json.loads, lines))
            while some := list(itertools.islice(rows, AT_ONCE)):
                db.execute(insert(BUSINESS), some)
            go_to(db, export.feed_cursor)
    return export.feed_cursor


def main(address: str, *, once: bool) -> None:
    """Follow the feed into the database at that address."""
    engine = create_engine(address)
    METADATA.create_all(engine)
    system = ClientCredentials(os.environ["KUMKM_CLIENT"], os.environ["KUMKM_SECRET"])
    with Client(os.environ["KUMKM_URL"], system) as api:
        while True:
            with engine.begin() as db:
                cursor = db.scalar(select(PLACE.c.cursor))
            cursor = cursor or start_over(api, engine)
            try:
                for page in api.feed(cursor) if once else api.follow(cursor):
                    with engine.begin() as db:
                        apply(db, page)
            except CursorLost:
                start_over(api, engine)
            else:
                return


if __name__ == "__main__":
    main(sys.argv[1], once="--once" in sys.argv)
