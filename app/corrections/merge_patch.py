"""JSON merge patches (RFC 7396). Pure."""

from typing import Any


def merged(target: Any, patch: Any) -> Any:
    """A patch applied: null takes a member away."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
