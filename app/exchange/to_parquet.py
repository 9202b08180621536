"""CSV to Parquet, and to GeoParquet 1.1: the same with a point for each business that has one."""

import io
import os
import struct
from collections.abc import Callable, Iterator
from typing import IO, Any

import orjson

from app.exchange.code_labels import labels_of
from app.exchange.column import Column
from app.exchange.columns import COLUMNS
from app.exchange.manifest import Manifest

_ROW_GROUP = 20_000
_BLOCK = 512 * 1024  # bytes of CSV at once: more than the longest row by far
_MAGIC = b"PAR1"
_GEO_VERSION = "1.1.0"
_POINT = struct.Struct("<BIdd")  # little-endian, the type of a point, longitude, latitude (OGC 06-103r4)
_SIDES = ("xmin", "ymin", "xmax", "ymax")


def parquet(source: IO[bytes], target: IO[bytes], manifest: Manifest) -> None:
    """Typed as the columns are; what they mean is in the metadata of each field, what the file is in that of the
    file."""
    _write(source, target, manifest, None)


def geoparquet(source: IO[bytes], target: IO[bytes], manifest: Manifest) -> None:
    """With `geometry` in WKB, `bbox` of each row, by which readers leave out row groups, and the bounds of all."""
    _write(source, target, manifest, _Points())


class _Points:
    """The points of rows, and the bounds of those that were read so far."""

    def __init__(self) -> None:
        self._bounds: list[float] = []

    def add(self, table: Any) -> Any:
        """The table with its points."""
        import pyarrow as pa  # noqa: PLC0415  (as in `_write`)

        pairs = list(zip(table.column("longitude").to_pylist(), table.column("latitude").to_pylist(), strict=True))
        there = [(x, y) for x, y in pairs if x is not None and y is not None]
        if there:
            xs, ys = zip(*there, strict=True)
            before = self._bounds or [xs[0], ys[0], xs[0], ys[0]]
            self._bounds = [min(before[0], *xs), min(before[1], *ys), max(before[2], *xs), max(before[3], *ys)]
        points = [None if x is None or y is None else _POINT.pack(1, 1, x, y) for x, y in pairs]
        boxes = [None if x is None or y is None else dict(zip(_SIDES, (x, y, x, y), strict=True)) for x, y in pairs]
        table = table.append_column("geometry", pa.array(points, pa.binary()))
        return table.append_column("bbox", pa.array(boxes, self.box()))

    @staticmethod
    def box() -> Any:
        """The type of the bounds of a row."""
        import pyarrow as pa  # noqa: PLC0415  (as in `_write`)

        return pa.struct([pa.field(side, pa.float64(), nullable=False) for side in _SIDES])

    def metadata(self) -> bytes:
        """What GeoParquet has of a file; without `crs` it is WGS 84, longitude first."""
        column = {
            "encoding": "WKB",
            "geometry_types": ["Point"] if self._bounds else [],
            "covering": {"bbox": {side: ["bbox", side] for side in _SIDES}},
            **({"bbox": self._bounds} if self._bounds else {}),
        }
        return orjson.dumps({"version": _GEO_VERSION, "primary_column": "geometry", "columns": {"geometry": column}})


def _write(source: IO[bytes], target: IO[bytes], manifest: Manifest, points: _Points | None) -> None:
    target.write(_MAGIC)  # every such file begins so: the client gets it before the library is loaded
    target.flush()
    # Of its three allocators this one gives back what is no longer needed: a quarter less memory.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
    import pyarrow as pa  # noqa: PLC0415  (takes a while)
    import pyarrow.parquet as pq  # noqa: PLC0415  (as above)

    plain = arrow_schema(manifest)
    schema = plain
    if points is not None:
        schema = plain.append(pa.field("geometry", pa.binary())).append(pa.field("bbox", points.box()))
    add: Callable[[Any], Any] = (lambda table: table) if points is None else points.add
    with pq.ParquetWriter(_Behind(target, len(_MAGIC)), schema, compression="zstd", compression_level=1) as writer:
        for table in tables(source, plain, _ROW_GROUP):
            writer.write_table(add(table).cast(schema))
        meaning = {b"kumkm": orjson.dumps(manifest.as_members())}
        writer.add_key_value_metadata(meaning if points is None else meaning | {b"geo": points.metadata()})


def tables(source: IO[bytes], schema: Any, rows: int) -> Iterator[Any]:
    """The CSV as Arrow tables of at least so many rows, the last one of what is left, or of none."""
    import pyarrow as pa  # noqa: PLC0415  (takes a while)
    import pyarrow.csv as pa_csv  # noqa: PLC0415  (as above)

    pa.set_cpu_count(1)
    reader = pa_csv.open_csv(
        source,
        read_options=pa_csv.ReadOptions(use_threads=False, block_size=_BLOCK),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types={field.name: field.type for field in schema},
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )
    buffered: list[Any] = []
    for batch in reader:
        buffered.append(batch)
        if sum(each.num_rows for each in buffered) >= rows:
            yield pa.Table.from_batches(buffered).cast(schema)
            buffered = []
    yield pa.Table.from_batches(buffered, schema=reader.schema).cast(schema)


def arrow_schema(manifest: Manifest) -> Any:
    """The columns as Arrow has them, with what they mean."""
    import pyarrow as pa  # noqa: PLC0415  (takes a while)

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema(
        [pa.field(each.name, types[each.type], metadata=_meaning(each, manifest)) for each in COLUMNS],
        metadata={"kumkm": orjson.dumps(manifest.as_members())},
    )


def _meaning(column: Column, manifest: Manifest) -> dict[str, str | bytes]:
    meaning: dict[str, str | bytes] = {
        "label": column.label_id,
        "label_en": column.label_en,
        "definition": column.definition_en,
        "definition_id": column.definition_id,
        "concept": column.concept,
    }
    meaning |= {name: value for name in ("unit", "classification", "question") if (value := getattr(column, name))}
    labels = labels_of(column)
    if labels:
        meaning["codes"] = orjson.dumps({code: label._asdict() for code, label in labels.items()})
    if column.sealed:
        meaning["personal"] = "all" if manifest.unmasked else column.seen
    return meaning


class _Behind(io.RawIOBase):
    """The rest of a file whose first bytes are written already."""

    def __init__(self, target: IO[bytes], begun: int) -> None:
        self._target, self._begun = target, begun

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data)
        rest = view[self._begun :]
        self._begun = max(0, self._begun - len(view))
        self._target.write(rest)
        return len(view)
