"""Making exports: the filtered register, in the requested format, as of one moment.

PostgreSQL itself writes CSV and JSON, row by row, so an export costs this process nothing but the passing on. What it
cannot write (Parquet, XLSX, Stata, SPSS, packages) a process of its own makes from that CSV (`encode.py`): its memory
is not the server's, and it blocks no writer. Unmasked exports are put together here, since the database has no key to
what is sealed.
"""

import asyncio
import codecs
import csv
import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import orjson

from app.core import excel as spreadsheets
from app.core.child_processes import end_child
from app.core.problems import Code, Problem
from app.core.rows import Row, read_the
from app.core.sealing import KeyRing
from app.exchange.column import Column
from app.exchange.columns import COLUMNS, NAMES, SEALED
from app.exchange.manifest import Manifest
from app.exchange.selecting import SOURCE, selected
from app.questionnaires.assessment import whole
from app.register.filters import Where
from app.submissions.records import unsealed

Format = Literal["csv", "ndjson", "parquet", "geojson", "xlsx", "zip", "geoparquet", "dta", "sav"]
Sink = Callable[[bytes], Awaitable[None]]

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "geoparquet": "application/vnd.apache.parquet",
    "dta": "application/x-stata-dta",
    "sav": "application/x-spss-sav",
}
ENDINGS: Mapping[str, str] = {"geoparquet": "geo.parquet"}
"""Of names of files, where it is not the name of the format."""
MOST_ROWS: Mapping[str, int] = {"xlsx": 1_048_575, "dta": 100_000, "sav": 100_000}
"""Of a sheet; and of what is made in memory, since a file of Stata or SPSS begins with how long its texts are."""
_ENCODED = ("parquet", "xlsx", "zip", "geoparquet", "dta", "sav")
_TEXTS = tuple(column.name for column in COLUMNS if column.type == "text")
_GEOJSON = b'{"type":"FeatureCollection","features":[', b"\n]"
_PREFETCH = 2_000
_PIPE = 256 * 1024
# JSON text has no control signs, so these two never make PostgreSQL quote a line of it.
_BARE: Mapping[str, Any] = {"format": "csv", "quote": "\x01", "delimiter": "\x02"}


class _Counted(Row):
    """How many rows there are at that moment."""

    made_at: datetime
    rows: int


class RowsDiffer(Exception):
    """A file that does not have the rows that it says it has; it must not be taken for whole."""


class EncoderFailed(Exception):
    """The process that makes Parquet or XLSX ended before its work."""


@dataclass(slots=True)
class ExportProgress:
    """How many rows have been read: about, since a line break within a cell counts as one, until all are."""

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
    region: str = ""  # that it is of
    filters: Mapping[str, str] = field(default_factory=dict)  # as the file tells them

    async def manifest(self, pg: asyncpg.Connection) -> Manifest:
        """What the file says of itself, in the caller's transaction.

        Raises:
            Problem: `export_too_long` where its format does not take so many rows.
        """
        statement = f"SELECT now() AS made_at, count(*) AS rows FROM business WHERE {self.where}"
        counted = await read_the(pg, _Counted, statement, *self.where.parameters)
        rows = counted.rows
        if rows > MOST_ROWS.get(self.format, rows):
            raise Problem(Code.EXPORT_TOO_LONG)
        unmasked = self.ring is not None
        return Manifest(made_at=counted.made_at, rows=rows, region=self.region, filters=self.filters, unmasked=unmasked)

    async def write(self, pg: asyncpg.Connection, sink: Sink, manifest: Manifest) -> None:
        """Write the whole, in the caller's transaction, which sees one moment."""
        if self.format in _ENCODED:
            await self._encoded(pg, sink, manifest)
        elif self.format == "csv":
            await (self._excel if self.excel else self._csv)(pg, sink)
        elif self.format == "ndjson":
            await self._json(pg, sink)
        else:
            await self._geojson(pg, sink, manifest)
        if self.progress.rows != manifest.rows:
            raise RowsDiffer

    async def _csv(self, pg: asyncpg.Connection, sink: Sink) -> None:
        """Texts in quotes, numbers bare; nothing where there is no value."""
        await sink(",".join(NAMES).encode() + b"\n")
        if self.ring is None:
            statement = f"SELECT {selected(as_text=True)} FROM {self._source()}"
            await self._copy(pg, statement, sink, format="csv", force_quote=_TEXTS)
            return
        async for rows in self._opened(pg):
            lines = (",".join(_quoted(column, row[column.name]) for column in COLUMNS) for row in rows)
            await sink("".join(f"{line}\n" for line in lines).encode())

    async def _excel(self, pg: asyncpg.Connection, sink: Sink) -> None:
        """As spreadsheets read it (`core/excel.py`)."""
        decode = codecs.getincrementaldecoder("utf-8")().decode

        async def recoded(data: bytes) -> None:
            await sink(decode(data).encode(spreadsheets.ENCODING))

        delimiter = spreadsheets.DELIMITER
        await sink(spreadsheets.BOM)
        await recoded(delimiter.join(NAMES).encode() + b"\n")
        if self.ring is None:
            columns = selected(as_text=True, excel=True)
            statement = f"SELECT {columns} FROM {self._source()}"
            await self._copy(pg, statement, recoded, format="csv", delimiter=delimiter)
            return
        async for rows in self._opened(pg):
            out = io.StringIO(newline="")
            writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
            writer.writerows([_excel_cell(column, row[column.name]) for column in COLUMNS] for row in rows)
            await recoded(out.getvalue().encode())

    async def _json(self, pg: asyncpg.Connection, sink: Sink) -> None:
        if self.ring is None:
            lines = f"SELECT row_to_json(exported)::text FROM (SELECT {selected()} FROM {self._source()}) AS exported"
            await self._copy(pg, lines, sink, **_BARE)
            return
        async for rows in self._opened(pg):
            await sink(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))

    async def _geojson(self, pg: asyncpg.Connection, sink: Sink, manifest: Manifest) -> None:
        """A feature to a line, each but the first behind a comma (RFC 7946); behind them what the file is, by the names
        that OGC API Features has for it."""
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
        members = {
            "timeStamp": manifest.made_at.isoformat(),
            "numberReturned": manifest.rows,
            "kumkm": manifest.as_members(),
        }
        await sink(_GEOJSON[1] + b"," + orjson.dumps(members)[1:] + b"\n")

    async def _encoded(self, pg: asyncpg.Connection, sink: Sink, manifest: Manifest) -> None:
        """Through a process of its own, which reads what the file is and CSV, and writes the format."""
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
            await feed(manifest.model_dump_json().encode() + b"\n")
            await self._csv(pg, feed)
            stdin.close()
            await taking
            if await process.wait():
                raise EncoderFailed
        except (BrokenPipeError, ConnectionResetError) as exc:
            raise EncoderFailed from exc
        finally:
            taking.cancel()
            await end_child(process)

    async def _copy(self, pg: asyncpg.Connection, statement: str, sink: Sink, **options: Any) -> None:
        async def counted(data: bytes) -> None:
            self.progress.rows += data.count(b"\n")
            await sink(data)

        try:
            ended = await pg.copy_from_query(statement, *self.where.parameters, output=counted, **options)
            self.progress.rows = int(ended.rpartition(" ")[2])  # `COPY 13495`
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
    found: dict[str, Any] = {"personal_answers": "shown"}
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


def _quoted(column: Column, value: Any) -> str:
    """A cell of plain CSV."""
    if value is None:
        return ""
    if column.type == "text":
        inner = str(value).replace('"', '""')
        return f'"{inner}"'
    return str(_plain(column, value))


def _excel_cell(column: Column, value: Any) -> Any:
    """A cell of CSV for spreadsheets."""
    if value is None:
        return None
    if column.type == "text":
        return spreadsheets.as_text(str(value))
    return spreadsheets.as_number(value) if column.type in ("integer", "number") else _plain(column, value)


def _plain(column: Column, value: Any) -> Any:
    if column.type == "boolean":
        return "true" if value else "false"
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if column.type == "datetime" else value


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    located = row["longitude"] is not None
    geometry = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]} if located else None
    return {"type": "Feature", "id": row["business_id"], "geometry": geometry, "properties": row}
