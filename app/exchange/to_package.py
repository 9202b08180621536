"""CSV to a data package (Frictionless): a ZIP of the CSV and of what it is, with its rows, bytes and checksum.

Plain CSV cannot say that it is whole. Here the description comes behind it, and the directory of the ZIP at the end:
what was cut off does not open, and what opens can be checked, by `frictionless validate` or by hand.
"""

import hashlib
import zipfile
from typing import IO

import orjson

from app.exchange.manifest import Manifest

CSV_NAME = "businesses.csv"
DESCRIPTION = "datapackage.json"
_CHUNK = 256 * 1024


def package(source: IO[bytes], target: IO[bytes], manifest: Manifest) -> None:
    """The CSV as it comes, then its description."""
    size, digest = 0, hashlib.sha256()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        with book.open(CSV_NAME, "w", force_zip64=True) as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)
                size += len(chunk)
                digest.update(chunk)
        described = manifest.package(CSV_NAME, rows=manifest.rows, size=size, sha256=digest.hexdigest())
        book.writestr(DESCRIPTION, orjson.dumps(described, option=orjson.OPT_INDENT_2))
