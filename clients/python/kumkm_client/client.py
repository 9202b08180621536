"""The client: one object, one method for each thing that a system reads."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, cast

import httpx

from kumkm_client import exports, feed
from kumkm_client.asking import Asking
from kumkm_client.exports import ExportedFile
from kumkm_client.feed import FeedPage
from kumkm_client.rows import DateRow, EnumeratorRow, Figures, RegionRow

Basis = Literal["received", "captured"]
Day = date | str
_Row = TypeVar("_Row")
_MOST_ROWS = 1000


class Client:
    """Reads from one server. Use it as a context manager, or `close` it. Safe for several threads.

    Requests that the server puts off (429, 503) or that got no answer are repeated, for `patience_s` seconds at most.

    Args:
        url: The server, such as `https://kumkm.example.go.id`.
        auth: `ClientCredentials` or `ApiKey`.
        patience_s: Seconds after which a request is given up.
        timeout_s: Seconds without a byte after which an answer is taken for lost. More than `wait_s` of the feed.
        language: `id` or `en`, for the sentences of problems.
        transport: Another way to the server, as tests use it.
    """

    def __init__(
        self,
        url: str,
        auth: httpx.Auth,
        *,
        patience_s: float = 300.0,
        timeout_s: float = 60.0,
        language: str = "en",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"Accept-Language": language, "User-Agent": "kumkm-client/1.0"}
        self._http = httpx.Client(base_url=url, auth=auth, timeout=timeout_s, headers=headers, transport=transport)
        self._asking = Asking(self._http, patience_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def me(self) -> Mapping[str, Any]:
        """The account, its territory and its scopes."""
        return cast("Mapping[str, Any]", self._asking.json("/v1/me"))

    # --- progress

    def region(
        self, code: str, *, campaign: str | None = None, as_of: Day | None = None, basis: Basis | None = None
    ) -> Figures[RegionRow]:
        """One region's progress, as one row. Code: Kemendagri's, dotted; `ID` is the nation."""
        return self._figures(f"/v1/progress/regions/{code}", campaign=campaign, as_of=as_of, basis=basis)

    def regions(
        self,
        parent: str | None = None,
        *,
        campaign: str | None = None,
        as_of: Day | None = None,
        basis: Basis | None = None,
    ) -> Figures[RegionRow]:
        """The progress of a region's children; of the provinces without `parent`."""
        return self._figures("/v1/progress/regions", parent=parent, campaign=campaign, as_of=as_of, basis=basis)

    def enumerators(
        self, region: str, *, campaign: str | None = None, as_of: Day | None = None, basis: Basis | None = None
    ) -> Figures[EnumeratorRow]:
        """The progress of each enumerator who is or was at work in a region, page after page. `generated_at` is that of
        the first page."""
        path = "/v1/progress/enumerators"
        params = {"region": region, "campaign": campaign, "as_of": as_of, "basis": basis, "limit": _MOST_ROWS}
        said = self._asking.json(path, params)
        rows, cursor = list[EnumeratorRow](said["items"]), said["next_cursor"]
        while cursor is not None:
            page = self._asking.json(path, {**params, "cursor": cursor})
            if (page["campaign"], page["as_of"]) != (said["campaign"], said["as_of"]):
                # The day ended in between, so this page is of another one.
                return self.enumerators(region, campaign=said["campaign"], as_of=said["as_of"], basis=basis)
            rows += page["items"]
            cursor = page["next_cursor"]
        return Figures(said["campaign"], said["as_of"], said["basis"], said["generated_at"], rows)

    def dates(
        self,
        region: str,
        *,
        since: Day | None = None,
        until: Day | None = None,
        campaign: str | None = None,
        as_of: Day | None = None,
        basis: Basis | None = None,
    ) -> Figures[DateRow]:
        """The progress of a region day by day, with the running total; both days included."""
        params = {"region": region, "from": since, "to": until, "campaign": campaign, "as_of": as_of, "basis": basis}
        return self._figures("/v1/progress/dates", **params)

    def _figures(self, path: str, **params: Any) -> Figures[_Row]:
        said = self._asking.json(path, params)
        rows = said["items"] if "items" in said else [said["item"]]
        return Figures(said["campaign"], said["as_of"], said["basis"], said["generated_at"], rows)

    # --- the register

    def businesses(self, *, limit: int = 1000, **filters: Any) -> Iterator[Mapping[str, Any]]:
        """Each business that the filters select (`region`, `campaign`, `kind`, `kbli`, `size_class`, `review_state`,
        `enumerator`, `updated_since`, `q`, …), page after page. To keep a copy, use the feed."""
        cursor: str | None = None
        while True:
            page = self._asking.json("/v1/businesses", {**filters, "limit": limit, "cursor": cursor})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def business(self, business_id: str) -> Mapping[str, Any]:
        """One business with its records and its history; where it was merged into another, that one."""
        said = self._asking.ask("GET", f"/v1/businesses/{business_id}", follow_redirects=True)
        return cast("Mapping[str, Any]", said)

    def metadata(self) -> list[Mapping[str, Any]]:
        """What each column of exports and of the feed means."""
        return cast("list[Mapping[str, Any]]", self._asking.json("/v1/metadata")["items"])

    def export(
        self,
        path: str | Path,
        *,
        format: str | None = None,  # noqa: A002  (the contract's word)
        reason: str | None = None,
        progress: Callable[[int, int | None], None] | None = None,
        **filters: Any,
    ) -> ExportedFile:
        """Export what the filters select into a file. It appears under its name when it is whole: its size and its
        digest are those that the server tells. A download that is cut goes on where it was.

        Args:
            path: The file, which is replaced where it exists.
            format: `csv`, `ndjson`, `parquet`, `geojson`, `xlsx`, …; by default what the file's name ends with.
            reason: Why personal data is read, with `unmasked=True`; the server keeps it.
            progress: Called with how many rows are written, and how many there are.
            filters: As of `businesses`, and `unmasked`, `excel`.

        Raises:
            NotWhole: The file was cut for good, or changed on the way.
            ApiProblem, Unreachable: As everywhere.
        """
        path = Path(path)
        asked = {"format": format or path.suffix.removeprefix("."), **filters}
        return exports.export(self._asking, path, asked, reason=reason, progress=progress)

    # --- the feed

    def feed(
        self, cursor: str | None = None, *, region: str | None = None, limit: int = 1000, wait_s: int = 0
    ) -> Iterator[FeedPage]:
        """Pages of changes after a cursor, up to the last one that there is now. Without a cursor, from the first
        business on.

        Raises:
            CursorLost: Replace your copy by an export, and go on from its `feed_cursor`.
        """
        for page in feed.pages(self._asking, cursor, region=region, limit=limit, wait_s=wait_s):
            yield page
            if not page.more:
                return

    def follow(
        self, cursor: str | None = None, *, region: str | None = None, limit: int = 1000, wait_s: int = 30
    ) -> Iterator[FeedPage]:
        """As `feed`, without an end: each request waits at the server until something is new, for up to `wait_s`
        seconds (at most 30). A page may have no changes."""
        return feed.pages(self._asking, cursor, region=region, limit=limit, wait_s=wait_s)
