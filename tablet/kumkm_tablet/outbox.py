"""The outbox: everything that was recorded on this tablet and is not yet known to be safe on the server.

One SQLite file in WAL mode. Every change of state is one transaction, so that a crash at any instant, of the app or the
tablet, leaves a state from which the next sync continues. The states of a record are drawn in `openapi/README.md`.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from kumkm_tablet.canonical import canonical, content_sha256, uuid7


class State(StrEnum):
    """The state of a revision of a record."""

    QUEUED = "queued"  # recorded, to be sent
    SENDING = "sending"  # in a batch whose receipt has not come
    ACKNOWLEDGED = "acknowledged"  # the receipt said purge; deleted only after reconciling says stored
    CONFIRMED = "confirmed"  # stored, confirmed by reconciling; deleted three days later
    KEPT = "kept"  # held or in conflict: waits for a decision
    TO_FIX = "to_fix"  # the server found faults: a person corrects it as the next revision
    RETURNED = "returned"  # a supervisor returned it: a person corrects it as the next revision
    SUPERSEDED = "superseded"  # a later revision was recorded here
    PURGED = "purged"  # only its id is left


class Row(NamedTuple):
    """One revision of one record; `content` is its canonical JSON, None if it is purged."""

    record_id: str
    revision: int
    campaign: str
    content: str | None
    sha256: str
    state: State
    batch_id: str | None
    outcome: str | None
    told: str | None  # its line of the receipt, or why it was returned; JSON


@dataclass(frozen=True)
class Batch:
    """Revisions that are sent together, under the same id until the receipt arrives."""

    id: str
    campaign: str
    rows: Sequence[Row]


class Verdict(NamedTuple):
    """The server's answer about one revision."""

    state: State
    outcome: str | None = None
    told: Any = None


_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS blob (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS record (
    record_id TEXT NOT NULL, revision INTEGER NOT NULL, campaign TEXT NOT NULL, content TEXT, sha256 TEXT NOT NULL,
    state TEXT NOT NULL, batch_id TEXT, outcome TEXT, told TEXT, confirmed_at REAL,
    PRIMARY KEY (record_id, revision)
) STRICT;
CREATE INDEX IF NOT EXISTS record_state ON record (state);
CREATE INDEX IF NOT EXISTS record_batch ON record (batch_id) WHERE batch_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS photo_of (
    sha256 TEXT NOT NULL, record_id TEXT NOT NULL, purpose TEXT NOT NULL, media_type TEXT NOT NULL,
    content BLOB NOT NULL, fault TEXT, PRIMARY KEY (sha256, record_id, purpose)
) STRICT;
"""
_COLUMNS = ", ".join(Row._fields)


_IS_VISIT = "coalesce(json_extract({}.content, '$.questionnaire') LIKE 'visit@%', false)"
_FROM_SERVER = f"(record.content IS NULL OR {_IS_VISIT.format('record')})"


class Outbox:
    """The file. Used by one process at a time; not for several threads."""

    def __init__(self, path: Path | str, *, synchronous: str = "FULL") -> None:
        """`synchronous`: as in SQLite; FULL survives a power loss, OFF only a crash of the app."""
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {synchronous}")
        self._db.execute("PRAGMA busy_timeout = 5000")
        self._db.executescript(_SCHEMA)
        if self._db.execute("SELECT name FROM sqlite_master WHERE name = 'photo'").fetchone():
            # An older app kept a photo for one record only.
            self._db.executescript(
                "BEGIN; INSERT OR IGNORE INTO photo_of SELECT sha256, record_id, purpose, media_type, content, fault"
                " FROM photo; DROP TABLE photo; COMMIT;"
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything in the block, or nothing of it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # For parts of the tablet that have a table of their own.

    def prepare(self, schema: str) -> None:
        """Make a table, unless it is there."""
        self._db.executescript(schema)

    def rows_of(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that a query finds."""
        return self._db.execute(query, values).fetchall()

    def change(self, statement: str, *values: Any) -> None:
        """Change rows; on disk when this returns, or when the transaction around it ends."""
        self._db.execute(statement, values)

    # What the tablet stores beside records.

    def get(self, name: str, default: Any = None) -> Any:
        """A stored value."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def set(self, name: str, value: Any) -> None:
        """Store a value; None deletes it."""
        if value is None:
            self._db.execute("DELETE FROM meta WHERE name = ?", (name,))
        else:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))

    def get_blob(self, name: str) -> bytes | None:
        """Stored bytes."""
        row = self._db.execute("SELECT value FROM blob WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_blob(self, name: str, value: bytes) -> None:
        """Store bytes."""
        self._db.execute("INSERT OR REPLACE INTO blob VALUES (?, ?)", (name, value))

    # Recording.

    def add(self, campaign: str, item: Mapping[str, Any]) -> Row:
        """Record an item as it will be sent: a new record, or if its id is known, that record's next revision. It is on
        disk when this returns. `record_id` and `revision` are given here where the item has none.
        """
        with self.transaction():
            record_id = item.get("record_id") or uuid7()
            known = self._db.execute("SELECT max(revision) FROM record WHERE record_id = ?", (record_id,)).fetchone()[0]
            revision = (known or 0) + 1
            content = canonical({**item, "record_id": record_id, "revision": revision})
            row = Row(
                record_id, revision, campaign, content.decode(), content_sha256(content), State.QUEUED, None, None, None
            )
            self._db.execute(f"INSERT INTO record ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._supersede()
            return row

    def add_photo(self, record_id: str, sha256: str, purpose: str, media_type: str, content: bytes) -> None:
        """Keep a photo until the server has it."""
        self._db.execute(
            "INSERT OR IGNORE INTO photo_of VALUES (?, ?, ?, ?, ?, NULL)",
            (sha256, record_id, purpose, media_type, content),
        )

    # Sending.

    def open_batches(self) -> list[Batch]:
        """Batches that were made and have no receipt yet, the oldest first."""
        ids = self._db.execute("SELECT DISTINCT batch_id FROM record WHERE state = ? ORDER BY 1", (State.SENDING,))
        return [self._batch(row[0]) for row in ids.fetchall()]

    def next_batch(self, *, max_items: int, max_bytes: int) -> Batch | None:
        """Put the oldest waiting records into a batch, within limits of items and bytes; None if nothing waits."""
        with self.transaction():
            first = self._db.execute(
                "SELECT campaign FROM record WHERE state = ? ORDER BY rowid LIMIT 1", (State.QUEUED,)
            ).fetchone()
            if first is None:
                return None
            chosen: list[tuple[str, int]] = []
            size = 0
            for record_id, revision, content in self._db.execute(
                "SELECT record_id, revision, content FROM record WHERE state = ? AND campaign = ?"
                " ORDER BY rowid LIMIT ?",
                (State.QUEUED, first[0], max_items),
            ):
                size += len(content.encode()) + 1
                if chosen and size > max_bytes:
                    break
                chosen.append((record_id, revision))
            return self._put_into_batch(chosen)

    def split(self, batch: Batch) -> list[Batch]:
        """Two batches of half the items each, under new ids; the old id is never used again."""
        middle = (len(batch.rows) + 1) // 2
        with self.transaction():
            return [
                self._put_into_batch([(row.record_id, row.revision) for row in half])
                for half in (batch.rows[:middle], batch.rows[middle:])
                if half
            ]

    def renamed(self, batch: Batch) -> Batch:
        """The same items under another id."""
        with self.transaction():
            return self._put_into_batch([(row.record_id, row.revision) for row in batch.rows])

    def settle(self, verdicts: Iterable[tuple[Row, Verdict]]) -> None:
        """Store the server's answers, all of them or none. A revision that has to be corrected, but was corrected while
        it was on its way, is superseded; an interview by no visit."""
        with self.transaction():
            self._db.executemany(
                "UPDATE record SET state = ?, outcome = ?, told = ?, batch_id = NULL"
                " WHERE record_id = ? AND revision = ?",
                [
                    (verdict.state, verdict.outcome, json.dumps(verdict.told), row.record_id, row.revision)
                    for row, verdict in verdicts
                ],
            )
            self._supersede()

    def _supersede(self) -> None:
        """What was to be corrected is superseded by a higher revision; an interview by no visit."""
        self._db.execute(
            "UPDATE record SET state = ?, content = NULL WHERE state IN (?, ?)"
            " AND EXISTS (SELECT 1 FROM record AS newer"
            "  WHERE newer.record_id = record.record_id AND newer.revision > record.revision"
            f"  AND ({_IS_VISIT.format('record')} OR NOT {_IS_VISIT.format('newer')}))",
            (State.SUPERSEDED, State.TO_FIX, State.RETURNED),
        )

    # Deleting.

    def rows(self, *states: State, limit: int = -1) -> list[Row]:
        """Revisions in these states, or all, in the order in which they were recorded."""
        where = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        found = self._db.execute(f"SELECT {_COLUMNS} FROM record {where} ORDER BY rowid LIMIT ?", (*states, limit))
        return [_row(row) for row in found.fetchall()]

    def revisions(self, record_id: str) -> list[Row]:
        """Every revision of a record that this tablet knows."""
        found = self._db.execute(f"SELECT {_COLUMNS} FROM record WHERE record_id = ? ORDER BY revision", (record_id,))
        return [_row(row) for row in found.fetchall()]

    def confirm(self, rows: Iterable[Row], moment: float) -> None:
        """Reconciling confirmed these; `moment` is the server's time, in seconds since 1970. Revisions that were
        confirmed before keep their earlier moment."""
        with self.transaction():
            self._db.executemany(
                "UPDATE record SET confirmed_at = CASE WHEN state = ? THEN confirmed_at ELSE ? END, state = ?"
                " WHERE record_id = ? AND revision = ?",
                [(State.CONFIRMED, moment, State.CONFIRMED, row.record_id, row.revision) for row in rows],
            )

    def due(self, before: float) -> list[Row]:
        """Revisions that were confirmed before a moment of the server's time."""
        found = self._db.execute(
            f"SELECT {_COLUMNS} FROM record WHERE state = ? AND confirmed_at <= ? ORDER BY rowid",
            (State.CONFIRMED, before),
        )
        return [_row(row) for row in found.fetchall()]

    def purge(self, before: float) -> int:
        """Remove revisions that were confirmed before a moment of the server's time; how many."""
        with self.transaction():
            return self._db.execute(
                "UPDATE record SET state = ?, content = NULL WHERE state = ? AND confirmed_at <= ?",
                (State.PURGED, State.CONFIRMED, before),
            ).rowcount

    def forget(self, record_id: str) -> None:
        """Remove everything of a record, its id too."""
        with self.transaction():
            self._db.execute("DELETE FROM record WHERE record_id = ?", (record_id,))
            self._db.execute("DELETE FROM photo_of WHERE record_id = ?", (record_id,))

    def give_back(self, record_id: str, revision: int, campaign: str, item: Mapping[str, Any], reason: str) -> None:
        """Store a returned record, as the server has it, to be corrected as the next revision. What this tablet has of
        the revision stays, unless it is a visit: then the answers are those of the interview before it."""
        content = canonical(item)
        with self.transaction():
            self._db.execute(
                f"INSERT INTO record ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, ?)"
                " ON CONFLICT (record_id, revision) DO UPDATE SET state = excluded.state, told = excluded.told,"
                f" content = CASE WHEN {_FROM_SERVER} THEN excluded.content ELSE record.content END,"
                f" sha256 = CASE WHEN {_FROM_SERVER} THEN excluded.sha256 ELSE record.sha256 END",
                (
                    record_id,
                    revision,
                    campaign,
                    content.decode(),
                    content_sha256(content),
                    State.RETURNED,
                    json.dumps({"reason": reason}),
                ),
            )

    # Photos.

    def photos(self) -> list[tuple[str, str, str, str, bytes]]:
        """Photos that the server does not have yet: hash, record, purpose, media type, content."""
        found = self._db.execute(
            "SELECT sha256, record_id, purpose, media_type, content FROM photo_of WHERE fault IS NULL ORDER BY rowid"
        )
        return found.fetchall()

    def drop_photo(self, sha256: str, record_id: str, purpose: str) -> None:
        """Delete a photo that the server has for this record."""
        self._db.execute(
            "DELETE FROM photo_of WHERE (sha256, record_id, purpose) = (?, ?, ?)", (sha256, record_id, purpose)
        )

    def blame_photo(self, sha256: str, record_id: str, purpose: str, fault: str) -> None:
        """Mark a photo that the server refuses: it stays on the tablet for a person to look at."""
        self._db.execute(
            "UPDATE photo_of SET fault = ? WHERE (sha256, record_id, purpose) = (?, ?, ?)",
            (fault, sha256, record_id, purpose),
        )

    def counts(self) -> dict[str, int]:
        """How many revisions are in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM record GROUP BY state").fetchall())

    @property
    def unsent(self) -> int:
        """How many revisions the server has not acknowledged."""
        counts = self.counts()
        return counts.get(State.QUEUED, 0) + counts.get(State.SENDING, 0)

    def _batch(self, batch_id: str) -> Batch:
        found = self._db.execute(f"SELECT {_COLUMNS} FROM record WHERE batch_id = ? ORDER BY rowid", (batch_id,))
        rows = [_row(row) for row in found.fetchall()]
        return Batch(batch_id, rows[0].campaign, rows)

    def _put_into_batch(self, chosen: Sequence[tuple[str, int]]) -> Batch:
        batch_id = uuid7()
        self._db.executemany(
            "UPDATE record SET state = ?, batch_id = ? WHERE record_id = ? AND revision = ?",
            [(State.SENDING, batch_id, *each) for each in chosen],
        )
        return self._batch(batch_id)


def _row(row: Iterable[Any]) -> Row:
    made = Row(*row)
    return made._replace(state=State(made.state))
