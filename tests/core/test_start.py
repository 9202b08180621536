"""What a server loads when it starts: nothing that only its child processes, or a few requests, need."""

import subprocess
import sys

FOR_CHILDREN = ("numpy", "polars", "pyarrow", "pyreadstat", "typst", "xlsxwriter")


def test_a_server_starts_without_the_libraries_of_its_child_processes() -> None:
    program = f"import sys; import app.main; print([name for name in {FOR_CHILDREN} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_a_child_that_encodes_an_export_starts_without_the_database() -> None:
    program = (
        "import sys; import app.exchange.to_parquet, app.exchange.to_xlsx, app.exchange.to_package,"
        " app.exchange.to_statistics; print([name for name in ('asyncpg', 'fastapi', 'sqlalchemy', 'sqlmodel') if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
