"""Another secret for a subscription: former ones sign as long as was promised, and the same request is one rotation."""

import os
from uuid import UUID

import asyncpg

from app.audit.actions import Action
from app.core.bulk import Fault, Faulty
from app.core.ids import new_id
from app.core.problems import Code, Problem, Text
from app.webhooks.managing import SALT_BYTES, By, locked, note
from app.webhooks.schemas import Rotating

MOST_FORMER = 4
"""Former secrets of one subscription that sign at the same time."""

_TOO_MANY_SECRETS = Text(
    "Sudah ada empat rahasia lama yang masih berlaku; tunggu sampai salah satunya berakhir, atau isi 0 agar semuanya"
    " berakhir sekarang.",
    "Four former secrets are still valid; wait until one of them ends, or say 0, which ends all of them now.",
)

_ROTATION = """
SELECT good_until IS NULL AND made_at > now() - interval '1 day' AS repeatable FROM webhook_secret
WHERE webhook_id = $1 AND id = $2
"""
# The first secret of a subscription has no row until it is a former one.
_KEEP_FORMER = """
WITH kept AS (
    UPDATE webhook_secret SET good_until = now() + make_interval(hours => $3::int)
    WHERE webhook_id = $1 AND good_until IS NULL RETURNING id
)
INSERT INTO webhook_secret (webhook_id, id, salt, good_until)
SELECT id, $2::uuid, salt, now() + make_interval(hours => $3) FROM webhook
WHERE id = $1 AND NOT EXISTS (SELECT FROM kept)
"""


async def rotate(pg: asyncpg.Connection, by: By, webhook_id: UUID, asked: Rotating) -> None:
    """Give it another secret; the one that it has signs for so many hours, too, and those before it as long as was said
    then, but with no hours none of them any more. Idempotent by the id that is asked under, for a day.

    Raises:
        Faulty: more former secrets would be valid than may be. Problem: `not_found`; `already_exists` where a rotation
            of that id was followed by another one, or is older.
    """
    await locked(pg, by, webhook_id)
    if asked.id is not None:
        known = await pg.fetchrow(_ROTATION, webhook_id, asked.id)
        if known is not None and known["repeatable"]:
            return
        if known is not None:
            raise Problem(Code.ALREADY_EXISTS)
    if asked.former_hours == 0:
        await pg.execute(
            "UPDATE webhook_secret SET good_until = now() WHERE webhook_id = $1"
            " AND (good_until IS NULL OR good_until > now())",
            webhook_id,
        )
    else:
        valid = "SELECT count(*) FROM webhook_secret WHERE webhook_id = $1 AND good_until > now()"
        if await pg.fetchval(valid, webhook_id) >= MOST_FORMER:
            raise Faulty([Fault(0, "former_hours", "too_many_secrets", _TOO_MANY_SECRETS)])
        await pg.execute(_KEEP_FORMER, webhook_id, new_id(), asked.former_hours)
    salt = os.urandom(SALT_BYTES)
    await pg.execute(
        "INSERT INTO webhook_secret (webhook_id, id, salt) VALUES ($1, $2, $3)", webhook_id, asked.id or new_id(), salt
    )
    await pg.execute("UPDATE webhook SET salt = $2 WHERE id = $1", webhook_id, salt)
    await note(pg, by, Action.WEBHOOK_SECRET_ROTATED, webhook_id, {"former_hours": asked.former_hours})
