"""Leftovers: objects of the storage to which nothing in the database leads, so that nothing would ever delete them.

The server makes none: the row of an object is there before it, and goes after it. They are left where a database is
restored to an earlier moment and its storage is not, or by hand.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import asyncpg

from app.accounts.permissions import OPERATOR
from app.attachments.queries import nobodys
from app.audit import trail
from app.audit.actions import Action
from app.core.storage import Storage, StoredObject
from app.exchange.jobs import names_without_job

Kind = Literal["photo", "export", "strange"]
_NAMES: Mapping[Kind, re.Pattern[str]] = {
    "photo": re.compile(r"[0-9a-f]{64}"),
    "export": re.compile(r"[0-9a-f]{32}-\d+(-\d+)?"),
}


class Leftovers(NamedTuple):
    """What was looked at and found. `strange`: objects with a name that this program gives none; they are left alone,
    and are not among the `leftovers`.
    """

    objects: int = 0
    photos: int = 0
    exports: int = 0
    size: int = 0  # bytes of the leftovers
    strange: int = 0

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.photos or self.exports)


async def look_for_leftovers(
    pg: asyncpg.Connection, storage: Storage, advance: Callable[[int], None], *, remove: bool
) -> Leftovers:
    """Go through the storage, and with `remove` delete what nothing leads to. Servers may work meanwhile: what they
    write at this moment is known to the database before. Can be cut off and run again; idempotent by nature.

    Raises:
        Problem: `overloaded` where the store does not answer.
    """
    found = Leftovers()
    async for objects in storage.objects():
        found = _both(found, await _of_some(pg, storage, objects, remove=remove))
        advance(len(objects))
    if remove and found:
        await trail.record_many(
            pg,
            Action.LEFTOVERS_REMOVED,
            actor_id=OPERATOR.account_id,
            trace_id=None,
            subjects=[("storage", "all", {"photos": found.photos, "exports": found.exports, "bytes": found.size})],
        )
    return found


async def _of_some(
    pg: asyncpg.Connection, storage: Storage, objects: Sequence[StoredObject], *, remove: bool
) -> Leftovers:
    sizes = {each.name: each.size for each in objects}
    kinds = {name: _kind_of(name) for name in sizes}
    async with pg.transaction():  # no photo is laid where one is deleted at this moment
        gone = await nobodys(pg, {bytes.fromhex(name) for name, kind in kinds.items() if kind == "photo"})
        gone += await names_without_job(pg, [name for name, kind in kinds.items() if kind == "export"])
        for name in gone if remove else ():
            await storage.delete(name)
    number = Counter(kinds[name] for name in gone)
    strange = sum(kind == "strange" for kind in kinds.values())
    return Leftovers(len(sizes), number["photo"], number["export"], sum(sizes[name] for name in gone), strange)


def _kind_of(name: str) -> Kind:
    return next((kind for kind, pattern in _NAMES.items() if pattern.fullmatch(name)), "strange")


def _both(before: Leftovers, more: Leftovers) -> Leftovers:
    return Leftovers(*map(sum, zip(before, more, strict=True)))
