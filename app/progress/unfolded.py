"""What is not rolled up yet, of records, of doors without an interview and of listings, as one relation of a
statement's FROM."""

from app.progress.models import COUNTERS, OF_LISTING, OF_RECORDS, RESULTS

_PLACE = "campaign_id, enumerator_id, region_code, received_on, captured_on"


def _part(counters: tuple[str, ...], source: str) -> str:
    columns = ", ".join(each if each in counters else f"0 AS {each}" for each in COUNTERS)
    return f"SELECT {_PLACE}, {columns} FROM {source}"


def together(of_records: str, of_doors: str, of_listing: str) -> str:
    """Deltas of every kind, from these relations."""
    parts = _part(OF_RECORDS, of_records), _part(RESULTS, of_doors), _part(OF_LISTING, of_listing)
    return f"({' UNION ALL '.join(parts)})"


UNFOLDED = together("progress_delta", "progress_door_delta", "progress_listing_delta")
"""All of them, where what is asked of it is said outside."""
