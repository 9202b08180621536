"""Converts CSV to a form that PostgreSQL does not write: a process of its own, from standard input to standard output.

`python -m app.exchange.encode parquet|geoparquet|xlsx|zip|dta|sav`. The first line says what the export is
(`manifest.py`), the rest is plain CSV of all columns. In constant memory, but for Stata and SPSS, of which `MOST_ROWS`
is the bound. Where its input ends before its time it is ended with it, so that what it wrote lacks its end, which all
these forms need to be opened at all.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import IO

from app.exchange.manifest import Manifest

Encoder = Callable[[IO[bytes], IO[bytes], Manifest], None]
_ENCODERS: Mapping[str, tuple[str, str]] = {
    "parquet": ("to_parquet", "parquet"),
    "geoparquet": ("to_parquet", "geoparquet"),
    "xlsx": ("to_xlsx", "xlsx"),
    "zip": ("to_package", "package"),
    "dta": ("to_statistics", "stata"),
    "sav": ("to_statistics", "spss"),
}


def encode(format_: str, source: IO[bytes], target: IO[bytes]) -> None:
    """Read a manifest and CSV, write the form."""
    module, name = _ENCODERS[format_]
    manifest = Manifest.model_validate_json(source.readline())
    encoder: Encoder = getattr(import_module(f"app.exchange.{module}"), name)  # each loads libraries of its own
    encoder(source, target, manifest)


if __name__ == "__main__":
    encode(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
