"""Alembic in the program: location of the migrations, and upgrade to head."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import migrations


def config(database_url: str | None = None) -> Config:
    """Alembic's configuration, whether the project is a checkout or an installed wheel."""
    made = Config()
    made.set_main_option("script_location", str(Path(migrations.__file__).parent))
    if database_url is not None:
        made.attributes["database_url"] = database_url
    return made


def migrate(database_url: str) -> None:
    """Bring the database to head and give the server's role its rights. To be run as the owner of the tables.

    Safe to run again, and by several processes at once.
    """
    upgrading = config(database_url)
    upgrading.attributes["grant"] = True
    command.upgrade(upgrading, "head")
