"""Commands that are killed in the middle of their work."""

import asyncio
import sys
from pathlib import Path

from clusters import Backups


async def attempt(backups: Backups, *arguments: object) -> str:
    """What a command prints, be it done or not."""
    try:
        return (await backups.kumkm(*arguments)).output
    except AssertionError as refused:
        return str(refused)


async def killed(backups: Backups, folder: Path, sign: str, *arguments: object) -> None:
    """Run a command and kill it as soon as there is a file of that pattern."""
    command = [sys.executable, "-m", "app.cli", *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(*command, env=backups.environment)
    while not any(files(folder, sign)):
        assert process.returncode is None, "it ended before"
        await asyncio.sleep(0.005)
    process.kill()
    await process.wait()


def files(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))
