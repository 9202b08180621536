"""The feed: every change of the register, nothing skipped."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kumkm_client.asking import Asking


@dataclass(frozen=True, slots=True)
class Business:
    """A business is new or has changed: replace what you have of it.

    Args:
        id: The business.
        columns: All its columns, as `Client.metadata` explains them.
    """

    id: str
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """A business was merged into another one: remove it. If that is undone, it comes again."""

    id: str
    into: str


@dataclass(frozen=True, slots=True)
class MovedOut:
    """A business is no longer in your territory: remove it."""

    id: str


Change = Business | Merged | MovedOut


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Some changes in order.

    Args:
        changes: May be none.
        cursor: Where to go on. Store it in the same transaction as what you made of the changes.
        more: Whether there is more at this moment.
    """

    changes: tuple[Change, ...]
    cursor: str
    more: bool


def pages(asking: Asking, cursor: str | None, *, region: str | None, limit: int, wait_s: int) -> Iterator[FeedPage]:
    """Pages after a cursor, without an end: where nothing is new, the server waits `wait_s` and the page is empty."""
    while True:
        page = page_of(asking.json("/v1/feed", {"cursor": cursor, "region": region, "limit": limit, "wait": wait_s}))
        yield page
        cursor = page.cursor


def page_of(said: Mapping[str, Any]) -> FeedPage:
    """A page as the server wrote it. A kind of change that a newer server has, and this client does not know, is an
    error: to skip it would be a gap.

    Raises:
        KeyError: Such a kind.
    """
    return FeedPage(tuple(_change_of(each) for each in said["items"]), said["next_cursor"], said["more"])


def _change_of(said: Mapping[str, Any]) -> Change:
    match said["kind"]:
        case "business":
            return Business(said["business_id"], said["business"])
        case "merged":
            return Merged(said["business_id"], said["into"])
        case "moved_out":
            return MovedOut(said["business_id"])
        case kind:
            raise KeyError(kind)
