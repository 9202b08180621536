"""How sealed answers look to who may not see them: masked, so that people can still tell two records apart. Pure."""

from typing import Any

MASK = "***"
_LONG = 8  # digits of a number that identifies somebody
_FIRST, _LAST = 4, 2


def masked(value: Any) -> Any:
    """A sealed answer without what it tells; the shape of blocks and lists stays.

    Long numbers keep their first four signs and their last two (`1601**********01`, as the domain's texts show a NIK),
    everything else is stars.
    """
    if isinstance(value, dict):
        return {key: masked(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if value is None:
        return None
    if isinstance(value, str) and value.isdigit() and len(value) >= _LONG:
        return value[:_FIRST] + "*" * (len(value) - _FIRST - _LAST) + value[-_LAST:]
    return MASK
