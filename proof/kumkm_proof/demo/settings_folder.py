"""The demo's settings as files, for commands that are typed beside it; see `app/cli/demo_settings.py`."""

import os
from pathlib import Path

from app.core.settings import Settings


def leave_settings(data_dir: Path, settings: Settings, owner_dsn: str) -> None:
    """Write the settings folder: a file for each variable, for this user alone, with the owner's database login."""
    folder = data_dir / "settings"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    ring = {name: key.get_secret_value() for name, key in settings.token_keys.items()}
    sealing = {name: key.get_secret_value() for name, key in settings.sealing_keys.items()}
    told = {
        "DATABASE_URL": owner_dsn,
        "KUMKM_TOKEN_KEYS": ",".join(f"{name}:{key}" for name, key in ring.items()),
        "KUMKM_SEALING_KEYS": ",".join(f"{number}:{key}" for number, key in sealing.items()),
        "KUMKM_DIGEST_KEY": settings.digest_key.get_secret_value(),
        "KUMKM_STORAGE": settings.storage,
        "KUMKM_DEMO_STARTS_AT": settings.demo_starts_at.isoformat() if settings.demo_starts_at else "",
    }
    for name, value in told.items():
        place = folder / name
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(value)
