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

_REUSED = Text(
    "id ini sudah dipakai untuk penggantian dengan jam yang lain; pakai id baru, atau isi 0.",
    "This id was used for a rotation with other hours; take a new id, or say 0.",
)

# The hours that a rotation promised are those that its moment and the end of the secret before it lie apart.
_ROTATION = """
SELECT r.good_until IS NULL AND r.made_at > now() - interval '1 day' AS repeatable, EXISTS (
    SELECT FROM webhook_secret f WHERE f.webhook_id = r.webhook_id AND f.id <> r.id
    AND f.good_until = r.made_at + make_interval(hours => $3::int)) AS is_same
FROM webhook_secret r WHERE r.webhook_id = $1 AND r.id = $2
"""
_END_FORMER = """
UPDATE webhook_secret SET good_until = now() WHERE webhook_id = $1 AND good_until > now()
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
    then, but with no hours none of them any more. Idempotent by the id that is asked under, for a day; under an id that
    came before, no hours end all former secrets as well, and make no other one.

    Raises:
        Faulty: more former secrets would be valid than may be; the id was used with other hours (`id_reused`). Problem:
            `not_found`; `already_exists` where a rotation of that id was followed by another one, or is older.
    """
    await locked(pg, by, webhook_id)
    known = None if asked.id is None else await pg.fetchrow(_ROTATION, webhook_id, asked.id, asked.former_hours)
    if known is not None:
        await _again(pg, by, webhook_id, asked, known)
        return
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


async def _again(pg: asyncpg.Connection, by: By, webhook_id: UUID, asked: Rotating, known: asyncpg.Record) -> None:
    if not known["repeatable"]:
        raise Problem(Code.ALREADY_EXISTS)
    if asked.former_hours == 0:
        ended = await pg.execute(_END_FORMER, webhook_id)
        if not ended.endswith(" 0"):
            await note(pg, by, Action.WEBHOOK_SECRET_ROTATED, webhook_id, {"former_hours": 0})
    elif not known["is_same"]:
        raise Faulty([Fault(0, "id", "id_reused", _REUSED)])
