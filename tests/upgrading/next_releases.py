"""Releases that do not exist yet: this program with one more migration."""

import shutil
from pathlib import Path

import app as package
import migrations
from app.core.schema_version import head

ROOT = Path(package.__file__).parent.parent
_MIGRATION = '''"""The next release."""

import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {statements}
'''


def with_migration(folder: Path, *statements: str) -> Path:
    """A copy of the program in this folder, whose newest migration does this."""
    (folder / "app").symlink_to(ROOT / "app")
    shutil.copytree(Path(migrations.__file__).parent, folder / "migrations")
    number = f"{int(head() or '') + 1:04}"
    path = folder / "migrations" / "versions" / f"{number}_next.py"
    path.write_text(_MIGRATION.format(number=number, before=head(), statements="\n    ".join(statements)))
    return folder
