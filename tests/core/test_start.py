"""What a server loads when it starts: nothing that only its child processes, or a few requests, need."""

import subprocess
import sys

import pytest

FOR_CHILDREN = ("numpy", "polars", "pyarrow", "pyreadstat", "typst", "xlsxwriter")
OF_THE_SERVER = ("asyncpg", "fastapi", "sqlalchemy", "sqlmodel")
READERS = ("app.core.table_files", "app.attachments.metadata", "app.regions.boundary_files")
ENCODERS = ("to_package", "to_parquet", "to_statistics", "to_xlsx")


def loaded_by(module: str, names: tuple[str, ...]) -> str:
    """Which of these libraries a module loads with it, as it is printed."""
    program = f"import sys; import {module}; print([name for name in {names} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.proof
def test_a_server_starts_without_the_libraries_of_its_child_processes() -> None:
    assert loaded_by("app.main", FOR_CHILDREN) == "[]"


def test_a_child_that_reads_a_file_starts_without_those_of_the_server() -> None:
    modules = ("app.core.child_side", *READERS)
    assert loaded_by(", ".join(modules), ("asyncio", "pydantic", *OF_THE_SERVER)) == "[]"


@pytest.mark.parametrize("encoder", ENCODERS)
def test_a_child_that_encodes_an_export_starts_without_those_of_the_server(encoder: str) -> None:
    assert loaded_by(f"app.exchange.{encoder}", OF_THE_SERVER) == "[]"
