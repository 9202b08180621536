"""Which pairs of businesses are looked at: those that share something that few share, and resemble each other besides.
DuckDB finds them; everything is in memory, since rows are not encrypted.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from app.linkage.comparing import METRE
from app.linkage.features import OF_BUSINESSES, Features

_BATCH = 100_000
_MOST = 120
"""A block of more businesses says too little to compare all of them; what is in it is found by another one."""

_FEWER = {"owner": 25, "name": 25, "name's word in the village": 50}

_METRES = f"({1 / METRE})"
# Keys by name: an expression over `business` that gives a list of texts, each of them shared by few.
_BLOCKS = {
    "phone or e-mail": "contacts",
    "nik, not its serial": "[substr(nik, 1, 12)]",
    "nik, not its day": "[substr(nik, 1, 6) || substr(nik, 9, 8)]",
    "nik, not its month": "[substr(nik, 1, 8) || substr(nik, 11, 6)]",
    "nik, not its year": "[substr(nik, 1, 10) || substr(nik, 13, 4)]",
    "nik, not its place": "[substr(nik, 7, 10)]",
    "nib": "[substr(nib, 1, 8) || '-', '-' || substr(nib, 7, 7)]",
    "owner's word in the village": "list_transform(owner, lambda word: village || word)",
    "owner's word near by": "list_transform(owner, lambda word: cell_1 || word)",
    "owner's word next door": "list_transform(owner, lambda word: cell_2 || word)",
    "owner": "[district[1:5] || owner_text]",
    "name's word in the village": "list_transform(telling, lambda word: village || word)",
    "name's word near by": "list_transform(telling, lambda word: cell_1 || word)",
    "name": "[district || name_text]",
    "birth in the district": "[district || birth]",
    "activity at the point": "[point_1 || kbli[1:2]]",
    "activity next to the point": "[point_2 || kbli[1:2]]",
    "point": "[point_3]",
}
# What a pair must have besides: so many of these points.
_ALIKE = """
  CASE WHEN l.kbli = r.kbli THEN 3 WHEN l.kbli[1:3] = r.kbli[1:3] THEN 2 WHEN l.kbli[1:2] = r.kbli[1:2] THEN 1
       ELSE 0 END
+ CASE WHEN abs(l.y - r.y) + abs(l.x - r.x) <= 60 THEN 3 WHEN abs(l.y - r.y) + abs(l.x - r.x) <= 250 THEN 2
       WHEN l.village = r.village OR abs(l.y - r.y) + abs(l.x - r.x) <= 1500 THEN 1 ELSE 0 END
+ CASE WHEN l.owner_text = r.owner_text THEN 5 WHEN jaro_winkler_similarity(l.owner_text, r.owner_text) >= 0.9 THEN 4
       WHEN list_has_any(l.owner, r.owner) THEN 3
       WHEN jaro_winkler_similarity(l.owner_text, r.owner_text) >= 0.78 THEN 2
       WHEN l.owner_text IS NULL OR r.owner_text IS NULL THEN 1 ELSE 0 END
+ CASE WHEN l.name_text = r.name_text THEN 5 WHEN jaro_winkler_similarity(l.name_text, r.name_text) >= 0.9 THEN 4
       WHEN list_has_any(l.names, r.names) THEN 3 WHEN jaro_winkler_similarity(l.name_text, r.name_text) >= 0.78 THEN 1
       ELSE 0 END
+ CASE WHEN list_has_any(l.contacts, r.contacts) THEN 4 ELSE 0 END
+ CASE WHEN l.birth = r.birth THEN 3 ELSE 0 END
+ CASE WHEN list_has_any(l.owner, r.names) OR list_has_any(r.owner, l.names) THEN 1 ELSE 0 END
+ CASE WHEN list_has_any(l.activity, r.activity) THEN 1 ELSE 0 END
+ CASE WHEN abs(l.year - r.year) <= 1 THEN 1 ELSE 0 END
+ CASE WHEN l.nik IS NULL OR r.nik IS NULL THEN 1 WHEN damerau_levenshtein(l.nik, r.nik) <= 2 THEN 4 ELSE 0 END
"""
_LEAST = 11
_CREATED = """
CREATE TABLE business AS
SELECT i, kind, village, village[1:8] AS district, kbli, owner, names, contacts, nik, nib, birth, year, activity,
    list_filter(names, lambda word: NOT list_contains({common}, word)) AS telling,
    nullif(array_to_string(owner, ' '), '') AS owner_text, nullif(array_to_string(names, ' '), '') AS name_text,
    latitude * {metres} AS y, longitude * {metres} AS x,
    floor(y / 800)::INT || ',' || floor(x / 800)::INT || ':' AS cell_1,
    floor(y / 800 + 0.5)::INT || ',' || floor(x / 800 + 0.5)::INT || ';' AS cell_2,
    floor(y / 110)::INT || ',' || floor(x / 110)::INT || ':' AS point_1,
    floor(y / 110 + 0.5)::INT || ',' || floor(x / 110 + 0.5)::INT || ';' AS point_2,
    round(y / 40)::INT || ',' || round(x / 40)::INT AS point_3
FROM arrived
"""
_JOINED = """
INSERT INTO pair
WITH keyed AS (SELECT DISTINCT hash(unnest({keys})) AS key, i FROM business),
few AS (SELECT key, i FROM keyed WHERE key IS NOT NULL QUALIFY count(*) OVER (PARTITION BY key) BETWEEN 2 AND {most})
SELECT DISTINCT l.i, r.i FROM few AS a JOIN few AS b ON a.key = b.key AND a.i < b.i
JOIN business AS l ON l.i = a.i JOIN business AS r ON r.i = b.i WHERE l.kind = r.kind AND {alike} >= {least}
"""
_CROSSED = """
INSERT INTO pair
WITH
owned AS (SELECT DISTINCT hash(unnest(list_transform(owner, lambda word: village || word))) AS key, i FROM business),
named AS (SELECT DISTINCT hash(unnest(list_transform(telling, lambda word: village || word))) AS key, i FROM business),
few AS (SELECT key, i FROM owned QUALIFY count(*) OVER (PARTITION BY key) <= {most}),
others AS (SELECT key, i FROM named QUALIFY count(*) OVER (PARTITION BY key) <= {most})
SELECT DISTINCT l.i, r.i FROM few AS a JOIN others AS b ON a.key = b.key AND a.i <> b.i
JOIN business AS l ON l.i = least(a.i, b.i) JOIN business AS r ON r.i = greatest(a.i, b.i)
WHERE l.kind = r.kind AND {alike} >= {least}
"""
_WORDS = pa.list_(pa.string())
_SCHEMA = pa.schema(
    [
        ("i", pa.int32()),
        *((name, pa.string()) for name in ("kind", "village", "kbli", "nik", "nib", "birth")),
        *((name, _WORDS) for name in ("owner", "names", "contacts", "activity")),
        ("year", pa.int32()),
        *((name, pa.float64()) for name in ("latitude", "longitude")),
    ]
)


def connect(*, threads: int = 2, memory: str = "5GB") -> duckdb.DuckDBPyConnection:
    """A database in memory only: its rows are not encrypted, so nothing of it may be written to a disk."""
    connection = duckdb.connect(":memory:")
    connection.execute(
        f"SET threads = {threads}; SET memory_limit = '{memory}'; SET temp_directory = '';"
        " SET preserve_insertion_order = false"
    )
    return connection


def load(connection: duckdb.DuckDBPyConnection, rows: Sequence[Features]) -> None:
    """Put the rows into the table `business`, numbered as they come."""
    connection.execute("CREATE TABLE pair (l INT, r INT)")
    batches = [_batch(rows[start : start + _BATCH], start) for start in range(0, len(rows), _BATCH)]
    connection.register("arrived", pa.Table.from_batches(batches, _SCHEMA))
    connection.execute(_CREATED.format(metres=_METRES, common=list(OF_BUSINESSES)))
    connection.unregister("arrived")


def _batch(rows: Sequence[Features], start: int) -> pa.RecordBatch:
    columns: list[Sequence[object]] = [
        range(start, start + len(rows)),
        *([getattr(row, name) for row in rows] for name in ("kind", "village", "kbli", "nik", "nib", "birth")),
        [list(row.owner) for row in rows],
        [list(dict.fromkeys((*row.name, *row.trade))) for row in rows],
        [list(row.contacts) for row in rows],
        [list(row.activity) for row in rows],
        [row.year for row in rows],
        [row.latitude for row in rows],
        [row.longitude for row in rows],
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)


def candidates(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """The pairs that are worth a closer look, by the numbers of their rows, the lower first, in order."""
    for name, keys in _BLOCKS.items():
        connection.execute(_JOINED.format(keys=keys, most=_FEWER.get(name, _MOST), alike=_ALIKE, least=_LEAST))
    connection.execute(_CROSSED.format(most=_MOST, alike=_ALIKE, least=_LEAST))
    return connection.execute("SELECT DISTINCT l, r FROM pair ORDER BY l, r").fetchall()
