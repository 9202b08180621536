"""Withdrawing exports that read what is erased now. Whose job it is to make them notices by itself (`jobs.py`)."""

import asyncpg

# Nobody takes, adds or finishes a job from here to the commit. So what is taken later reads what this transaction
# wrote, and what was taken before is seen here.
_HOLD = "LOCK TABLE export_job IN SHARE ROW EXCLUSIVE MODE"
# In 1970: so a server deletes the files with its next round (`Jobs.remove_old`).
_WITHDRAW = "UPDATE export_job SET state = 'failed', sha256 = NULL, finished_at = 'epoch' WHERE state = 'done'"
_MAKE_AGAIN = "UPDATE export_job SET state = 'queued', lease_until = NULL WHERE state = 'running'"


async def withdraw_exports(pg: asyncpg.Connection) -> int:
    """Give out no export that read what the caller's transaction erases; how many finished ones that are.

    Finished ones are read by nobody from the commit on, and a server deletes their files soon. Those that are being
    made are made again, and those that wait read afterwards. To be called near the end: nobody works on an export from
    here to the commit. Idempotent by nature. To be run as the owner.
    """
    await pg.execute(_HOLD)
    withdrawn = await pg.execute(_WITHDRAW)
    await pg.execute(_MAKE_AGAIN)
    return int(withdrawn.split()[-1])
