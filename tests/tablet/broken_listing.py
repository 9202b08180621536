"""Broken clients: how they read the listing."""

from collections.abc import Mapping
from typing import Any

from broken_clients import breaks, instead

from kumkm_tablet.listing import Listing
from kumkm_tablet.network import Refused
from kumkm_tablet.outbox import Outbox

# R59: page by page, on from the cursor, from the start after 410.


@breaks("R59", "the_listing_comes_in_pages")
def reads_the_first_page_of_the_listing_alone() -> None:
    """Five hundred doors are enough for a day."""
    real = Listing._keep

    def keep(self: Listing, campaign: str, page: dict[str, Any]) -> None:
        real(self, campaign, page)
        page["more"] = False

    instead(Listing, _keep=keep)


@breaks("R59", "the_listing_comes_in_pages")
def reads_the_listing_anew_with_each_sync() -> None:
    """The cursor lives as long as the app does."""
    real = Listing.sync

    async def sync(self: Listing, shaken: Mapping[str, Any]) -> None:
        for campaign in shaken["campaigns"]:
            self.outbox.set(f"listing cursor {campaign['code']}", None)
        await real(self, shaken)

    instead(Listing, sync=sync)


@breaks("R59", "the_listing_comes_in_pages")
def waits_behind_a_cursor_that_is_refused() -> None:
    """Perhaps the server knows it tomorrow."""
    real = Listing._read

    async def read(self: Listing, campaign: str) -> None:
        kept = self.outbox.get(f"listing cursor {campaign}")
        set_ = Outbox.set

        def keeping(outbox: Outbox, name: str, value: Any) -> None:
            if name.startswith("listing cursor") and value is None:
                raise Refused(410, "cursor_outdated", kept or "")
            set_(outbox, name, value)

        instead(Outbox, set=keeping)
        try:
            await real(self, campaign)
        except Refused:
            return
        finally:
            instead(Outbox, set=set_)

    instead(Listing, _read=read)
