"""Examples of parameters that work together, so that "Execute" on `/docs` answers at the first try.

By operation and parameter, or by parameter; None: it is left out, since no value is good for everybody.
"""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Any] = {
    "region": "16.01",
    "parent": "16.01",
    "kbli": "47",
    "coordinator": "coordinator.1",
    "enumerator": "enumerator.1",
    "get_region?code": "16.01",
    "as_of": "2022-09-12",
    "cursor": None,  # each is good for one account and one question
    "since": None,
    "excel": None,  # only good with CSV
    "unmasked": False,
    "wait": 0,
    "Range": None,
    "if-range": None,
    "actor": None,
    "get_reviews?warnings": True,
    "get_reviews?state": "unreviewed",
    "get_reviews?coordinator": None,
    "get_reviews?enumerator": None,
    "get_audit?from": "2022-09-12T00:00:00+07:00",
    "get_audit?to": "2022-09-13T00:00:00+07:00",
}
