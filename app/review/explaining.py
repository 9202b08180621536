"""Why a likely duplicate is one, as a reader may see it: what weighed how much in the model, and a sentence. Pure."""

from collections.abc import Mapping
from typing import Any

REASONS = "reasons"
"""In a stored explanation, beside the weights: Indonesian words by respect, of which the sentence is made."""

_OF_SEALED = frozenset(("nik", "nib", "phone", "address", "birth", "money"))
_AGAINST = "tetapi "


def explained(stored: Mapping[str, Any], *, unmasked: bool) -> dict[str, Any]:
    """The weights, and `sentence` if there are words: what speaks for it, the strongest first, then what speaks against
    it. Of sealed answers only if the reader may compare them, since what they weigh would answer guesses."""
    hidden = frozenset[str]() if unmasked else _OF_SEALED
    weights = {name: weight for name, weight in stored.items() if name not in hidden and name != REASONS}
    worded = [(stored.get(name, 0), said) for name, said in stored.get(REASONS, {}).items() if name not in hidden]
    speaks = [said for _, said in sorted(worded, key=lambda each: (-each[0], each[1])) if not said.startswith(_AGAINST)]
    against = [said.removeprefix(_AGAINST) for _, said in sorted(worded) if said.startswith(_AGAINST)]
    sentence = ", ".join(filter(None, (", ".join(speaks), _AGAINST * bool(speaks and against) + " dan ".join(against))))
    return weights | ({"sentence": f"{sentence[0].upper()}{sentence[1:]}."} if sentence else {})
