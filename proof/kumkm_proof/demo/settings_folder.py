"""The demo's settings as files, for commands that are typed beside it; see `app/cli/demo_settings.py`."""

from pathlib import Path

from app.core.files import write_whole
from app.core.settings import Settings


def leave_settings(data_dir: Path, settings: Settings, owner_dsn: str) -> None:
    """Write the settings folder: a file for each variable, for this user alone, with the owner's database login."""
    folder = data_dir / "settings"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    told = {
        "DATABASE_URL": owner_dsn,
        **settings.key_variables(),
        "KUMKM_STORAGE": settings.storage,
        "KUMKM_DEMO_STARTS_AT": settings.demo_starts_at.isoformat() if settings.demo_starts_at else "",
    }
    for name, value in told.items():
        write_whole(folder / name, value.encode())
