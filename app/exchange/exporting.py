"""Making exports: the filtered register, in the requested format, as of one moment.

PostgreSQL itself writes CSV and JSON, row by row, so an export costs this process nothing but the passing on. What it
cannot write (Parquet, XLSX) a process of its own makes from that CSV (`encode.py`): its memory is not the server's, and
it blocks no writer. Unmasked exports are put together here, since the database has no key to what is sealed.
"""

import asyncio
import csv
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import asyncpg
import orjson

from app.core.excel import BOM, DELIMITER, as_number, as_text
from app.core.sealing import KeyRing
from app.exchange.column import Column
from app.exchange.columns import COLUMNS, NAMES, SEALED
from app.exchange.selecting import SOURCE, selected
from app.questionnaires.assessment import whole
from app.register.filters import Where
from app.submissions.records import unsealed

Format = Literal["csv", "ndjson", "parquet", "geojson", "xlsx"]
Sink = Callable[[bytes], Awaitable[None]]

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_GEOJSON = b'{"type":"FeatureCollection","features":[', b"\n]}\n"
_PREFETCH = 2_000
_PIPE = 256 * 1024
# JSON text has no control signs, so these two never make PostgreSQL quote a line of it.
_BARE: Mapping[str, Any] = {"format": "csv", "quote": "\x01", "delimiter": "\x02"}


class EncoderFailed(Exception):
    """The process that makes Parquet or XLSX ended before its work."""


@dataclass(slots=True)
class ExportProgress:
    """About how many rows have been read; a line break within a cell counts as one."""

    rows: int = 0


@dataclass(frozen=True, slots=True)
class Export:
    """What is asked for. `ring`: opens what is sealed; None for a masked export."""

    format: Format
    where: Where
    excel: bool = False
    ring: KeyRing | None = None
    progress: ExportProgress = field(default_factory=ExportProgress)
    only: tuple[UUID, ...] | None = None  # whose work it holds, where not everybody's

    async def write(self, pg: asyncpg.Connection, sink: Sink) -> None:
        """Write the whole, in the caller's transaction, which sees one moment."""
        if self.format in ("parquet", "xlsx"):
            await self._encoded(pg, sink)
        elif self.format == "csv":
            await self._csv(pg, sink, excel=self.excel)
        elif self.format == "ndjson":
            await self._json(pg, sink)
        else:
            await self._geojson(pg, sink)

    async def _csv(self, pg: asyncpg.Connection, sink: Sink, *, excel: bool = False) -> None:
        delimiter = DELIMITER if excel else ","
        await sink((BOM if excel else "").encode() + delimiter.join(NAMES).encode() + b"\n")
        if self.ring is None:
            columns = selected(as_text=True, excel=excel)
            await self._copy(pg, f"SELECT {columns} FROM {self._source()}", sink, format="csv", delimiter=delimiter)
            return
        async for rows in self._opened(pg):
            out = io.StringIO(newline="")
            writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
            writer.writerows([_cell(column, row[column.name], excel=excel) for column in COLUMNS] for row in rows)
            await sink(out.getvalue().encode())

    async def _json(self, pg: asyncpg.Connection, sink: Sink) -> None:
        if self.ring is None:
            lines = f"SELECT row_to_json(exported)::text FROM (SELECT {selected()} FROM {self._source()}) AS exported"
            await self._copy(pg, lines, sink, **_BARE)
            return
        async for rows in self._opened(pg):
            await sink(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))

    async def _geojson(self, pg: asyncpg.Connection, sink: Sink) -> None:
        """A feature to a line, each but the first behind a comma (RFC 7946)."""
        first = True

        async def features(data: bytes) -> None:
            nonlocal first
            if data and first:
                first, data = False, data[1:]
            await sink(data)

        await sink(_GEOJSON[0])
        if self.ring is None:
            lines = (
                "SELECT ',' || json_build_object('type', 'Feature', 'id', business_id, 'geometry',"
                " CASE WHEN longitude IS NOT NULL THEN"
                " json_build_object('type', 'Point', 'coordinates', json_build_array(longitude, latitude)) END,"
                f" 'properties', row_to_json(exported))::text"
                f" FROM (SELECT {selected()} FROM {self._source()}) AS exported"
            )
            await self._copy(pg, lines, features, **_BARE)
        else:
            async for rows in self._opened(pg):
                await features(b"".join(b"," + orjson.dumps(_feature(row)) + b"\n" for row in rows))
        await sink(_GEOJSON[1])

    async def _encoded(self, pg: asyncpg.Connection, sink: Sink) -> None:
        """Through a process of its own, which reads CSV and writes the format."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.exchange.encode",
            self.format,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_PIPE,
        )
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018  (pipes were asked for)

        async def feed(data: bytes) -> None:
            stdin.write(data)
            await stdin.drain()

        async def take() -> None:
            while chunk := await stdout.read(_PIPE):
                await sink(chunk)

        taking = asyncio.create_task(take())
        try:
            await self._csv(pg, feed)
            stdin.close()
            await taking
            if await process.wait():
                raise EncoderFailed
        except (BrokenPipeError, ConnectionResetError) as exc:
            raise EncoderFailed from exc
        finally:
            taking.cancel()
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _copy(self, pg: asyncpg.Connection, statement: str, sink: Sink, **options: Any) -> None:
        async def counted(data: bytes) -> None:
            self.progress.rows += data.count(b"\n")
            await sink(data)

        try:
            await pg.copy_from_query(statement, *self.where.parameters, output=counted, **options)
        except BaseException:
            # After an interrupted COPY the driver waits for ever for the server's confirmation.
            pg.terminate()
            raise

    async def _opened(self, pg: asyncpg.Connection) -> AsyncIterator[list[dict[str, Any]]]:
        """Rows with what is sealed, some thousand at a time."""
        ring = self.ring
        assert ring is not None  # noqa: S101  (asked for only where there is one)
        statement = f"SELECT {selected()}, s.sealed FROM {self._source()}"
        rows: list[dict[str, Any]] = []
        async for row in pg.cursor(statement, *self.where.parameters, prefetch=_PREFETCH):
            fields = dict(row)
            fields |= _answers(ring, fields, fields.pop("sealed"))
            rows.append(fields)
            self.progress.rows += 1
            if len(rows) == _PREFETCH:
                yield rows
                rows = []
                await asyncio.sleep(0)  # others want to be served, too
        if rows:
            yield rows

    def _source(self) -> str:
        return SOURCE.replace("business AS b", f"(SELECT * FROM business WHERE {self.where}) AS b", 1)


def _answers(ring: KeyRing, row: Mapping[str, Any], sealed: bytes | None) -> dict[str, Any]:
    """The sealed columns; a number from another record is masked."""
    answers = unsealed(ring, UUID(row["record_id"]), row["revision"], sealed)
    if answers is None:
        return {}
    found = {}
    for column in SEALED:
        for path in column.sealed:
            value: Any = answers
            for name in path:
                value = value.get(name) if isinstance(value, dict) else None
            if value is not None:
                found[column.name] = _shown(column, value, row[column.name])
                break
    return found


def _shown(column: Column, value: Any, visible: Any) -> Any:
    """A sealed answer as its column has it. `visible`: what everybody sees of it."""
    if column.newest is not None:
        years = [row for row in value if row.get("year") is not None] if isinstance(value, list) else []
        return max(years, key=lambda row: int(row["year"])).get(column.newest) if years else None
    if not column.is_list:
        return value
    rows = orjson.loads(visible) if visible is not None else None
    joined = whole({"": rows}, {"": value})[""]
    return orjson.dumps(joined).decode()


def _cell(column: Column, value: Any, *, excel: bool) -> Any:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if column.type == "datetime":
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if excel and column.type == "text":
        return as_text(str(value))
    return as_number(value) if excel and column.type == "number" else value


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    located = row["longitude"] is not None
    geometry = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]} if located else None
    return {"type": "Feature", "id": row["business_id"], "geometry": geometry, "properties": row}
