"""The model of linkage: by what two businesses are compared, which pairs are looked at, and how much each agreement and
disagreement weighs (Fellegi and Sunter), estimated by Splink on DuckDB.

The packaged model is versioned (`model-1.json`, with where it was trained on); `kumkm link --train` makes another from
the deployment's own register.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import duckdb
import pyarrow as pa
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from app.linkage.features import Features

PACKAGED = Path(__file__).parent / "model-1.json"
_BATCH = 100_000
_TABLE = "compared"
_COMPARED = ("nik", "nib", "phone", "name", "owner", "place", "kbli")
_BY_FREQUENCY = ("name", "owner")
_TYPES = {"latitude": pa.float64(), "longitude": pa.float64()}

# Which pairs are looked at: those that agree in one of these. Few enough people share each.
BLOCKING = (
    block_on("substr(nik, 1, 8)", "substr(nik, 9, 4)"),
    block_on("substr(nik, 5, 12)"),
    block_on("substr(nik, 1, 6)", "substr(nik, 11, 6)", "owner_first"),
    block_on("substr(nib, 7, 7)"),  # not how it begins: numbers are given out in a row
    block_on("phone"),
    block_on("owner_first", "village"),
    block_on("owner", "district"),
    block_on("name", "district"),
    block_on("floor(latitude * 2000)", "floor(longitude * 2000)"),
    block_on("floor(latitude * 2000 + 0.5)", "floor(longitude * 2000 + 0.5)"),
)


def settings() -> SettingsCreator:
    """What is compared, and in which degrees."""
    return SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=1e-6,
        comparisons=[
            _number("nik"),
            _number("nib"),
            cl.ExactMatch("phone"),
            _words("name", (0.92, 0.8)),
            _words("owner", (0.92, 0.8)),
            _place(),
            cl.CustomComparison(
                output_column_name="kbli",
                comparison_levels=[
                    cll.ExactMatchLevel("kbli"),
                    cll.CustomLevel("substr(kbli_l, 1, 2) = substr(kbli_r, 1, 2)", "same division"),
                    cll.ElseLevel(),
                ],
            ),
        ],
        blocking_rules_to_generate_predictions=list(BLOCKING),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def connect(*, threads: int = 2, memory: str = "6GB") -> duckdb.DuckDBPyConnection:
    """A database in memory only: its rows are not encrypted, so nothing of it may be written to a disk."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET threads = {threads}; SET memory_limit = '{memory}'; SET temp_directory = ''")
    return connection


def linker(connection: duckdb.DuckDBPyConnection, model: SettingsCreator | dict[str, Any]) -> Linker:
    """A linker over the table `compared` of the connection."""
    return Linker(DuckDBAPI(connection).register(_TABLE), model, log_level=40)


def load(connection: duckdb.DuckDBPyConnection, rows: Iterable[tuple[Any, ...]], *more: str) -> None:
    """Put rows of features into the table `compared`; `more`: columns that come behind them."""
    names = (*Features._fields, *more)
    schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in names])
    created, buffered = False, list[tuple[Any, ...]]()

    def flush() -> None:
        nonlocal created
        columns: list[Any] = list(zip(*buffered, strict=True)) if buffered else [[] for _ in names]
        batch = pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)
        connection.register("arrived", batch)
        connection.execute(
            f"INSERT INTO {_TABLE} FROM arrived" if created else f"CREATE TABLE {_TABLE} AS FROM arrived"
        )
        connection.unregister("arrived")
        created = True
        buffered.clear()

    for row in rows:
        buffered.append(row)
        if len(buffered) == _BATCH:
            flush()
    if buffered or not created:
        flush()


class Predicted(NamedTuple):
    """Two businesses that are likely one: how likely, and what weighed how much (log2 of odds; positive values speak
    for one business)."""

    ids: tuple[UUID, UUID]
    probability: float
    weights: dict[str, float]


def predict(rows: Iterable[Features], model: dict[str, Any], threshold: float) -> list[Predicted]:
    """The pairs among these businesses that are at least so likely to be one, the likeliest first."""
    connection = connect()
    try:
        load(connection, rows)
        found = linker(connection, model).inference.predict(threshold_match_probability=threshold)
        weights = ", ".join(
            f"mw_{name}" + (f" + coalesce(mw_tf_adj_{name}, 0)" if name in _BY_FREQUENCY else "") for name in _COMPARED
        )
        pairs = connection.execute(
            f"SELECT unique_id_l, unique_id_r, match_probability, {weights} FROM {found.physical_name}"
            " ORDER BY match_probability DESC, unique_id_l, unique_id_r"
        ).fetchall()
    finally:
        connection.close()
    return [
        Predicted(
            (UUID(one), UUID(other)),
            probability,
            {name: round(weight, 2) for name, weight in zip(_COMPARED, each, strict=True) if weight},
        )
        for one, other, probability, *each in pairs
    ]


def packaged() -> dict[str, Any]:
    """The model that comes with the program."""
    found: dict[str, Any] = json.loads(PACKAGED.read_text("utf-8"))["model"]
    return found


def train(connection: duckdb.DuckDBPyConnection, *, label: str | None = None, pairs: float = 2e6) -> dict[str, Any]:
    """A model of the table `compared`: with labels from them, without by expectation maximisation."""
    made = linker(connection, settings())
    made.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=1)
    if label is not None:
        made.training.estimate_m_from_label_column(label)
    else:
        for rule in (block_on("phone"), block_on("owner_first", "village")):
            made.training.estimate_parameters_using_expectation_maximisation(rule)
    found: dict[str, Any] = made.misc.save_model_to_json(None)
    return found


def _number(name: str) -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name=name,
        comparison_levels=[
            cll.NullLevel(name),
            cll.ExactMatchLevel(name),
            cll.DamerauLevenshteinLevel(name, 1),
            cll.DamerauLevenshteinLevel(name, 2),
            cll.ElseLevel(),
        ],
    )


def _words(name: str, likenesses: tuple[float, ...]) -> cl.CustomComparison:
    return cl.CustomComparison(
        output_column_name=name,
        comparison_levels=[
            cll.NullLevel(name),
            cll.ExactMatchLevel(name).configure(tf_adjustment_column=name),
            *(cll.JaroWinklerLevel(name, likeness) for likeness in likenesses),
            cll.CustomLevel(f"split_part({name}_l, ' ', -1) = split_part({name}_r, ' ', -1)", "same last word"),
            cll.ElseLevel(),
        ],
    )


def _place() -> cl.CustomComparison:
    """How far they are from each other in metres, good enough for so near the equator."""
    metres = "111000 * sqrt(power(latitude_l - latitude_r, 2) + power(longitude_l - longitude_r, 2))"
    return cl.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            cll.CustomLevel("latitude_l IS NULL OR latitude_r IS NULL", "not known").configure(is_null_level=True),
            cll.CustomLevel(f"{metres} <= 25", "25 m"),
            cll.CustomLevel(f"{metres} <= 60", "60 m"),
            cll.CustomLevel(f"{metres} <= 250", "250 m"),
            cll.CustomLevel("village_l = village_r", "same village"),
            cll.ElseLevel(),
        ],
    )
