"""Learning from what reviewers decided: how much more or less each respect weighs in their region. Pure.

The trees stay, and every decided pair is one equation: the logit that the model gives, plus a constant, plus a share of
each respect's part of it, against *same* or *separate*. It is solved with a ridge (logistic regression, Newton's
method), so that what few decisions say moves little. Without decisions it is the packaged model.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.linkage.comparing import RESPECTS

LEAST = 50
"""Decisions of either kind below which nothing can be learnt."""

_RIDGE, _RIDGE_OF_BIAS = 12.0, 1.0
_ROUNDS, _ENOUGH = 30, 1e-8
_FAR = 30.0  # nats


class TooFew(ValueError):
    """Too few decisions, or all of one kind."""


class Decided(NamedTuple):
    """A pair that somebody decided: what the packaged model says, the parts of it, and whether it was one business."""

    logit: float
    parts: Mapping[str, float]
    same: bool


class Learnt(NamedTuple):
    """What a region's weights are, for `Model.local`."""

    bias: float
    weights: dict[str, float]


def learn(decided: Sequence[Decided]) -> Learnt:
    """The weights of a region.

    Raises:
        TooFew: fewer than `LEAST`, or nobody decided the other way.
    """
    if len(decided) < LEAST or len({each.same for each in decided}) == 1:
        raise TooFew
    rows = [(1.0, *(each.parts.get(name, 0.0) for name in RESPECTS)) for each in decided]
    ridge = [_RIDGE_OF_BIAS, *[_RIDGE] * len(RESPECTS)]
    found = [0.0] * len(ridge)
    for _ in range(_ROUNDS):
        slope = [-weight * strength for weight, strength in zip(found, ridge, strict=True)]
        bend = [
            [strength if at == across else 0.0 for across in range(len(ridge))] for at, strength in enumerate(ridge)
        ]
        for row, each in zip(rows, decided, strict=True):
            logit = each.logit + sum(weight * value for weight, value in zip(found, row, strict=True))
            share = 1 / (1 + math.exp(-max(-_FAR, min(_FAR, logit))))
            missed, doubt = each.same - share, share * (1 - share)
            for at, value in enumerate(row):
                slope[at] += missed * value
                for across, other in enumerate(row):
                    bend[at][across] += doubt * value * other
        step = _solved(bend, slope)
        found = [weight + each for weight, each in zip(found, step, strict=True)]
        if max(map(abs, step)) < _ENOUGH:
            break
    return Learnt(
        found[0], {name: round(weight, 6) for name, weight in zip(RESPECTS, found[1:], strict=True) if weight}
    )


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """By Gauss's elimination; a ridge makes the matrix positive definite, so no pivot is zero."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for below in rows[at + 1 :]:
            share = below[at] / pivot[at]
            for column in range(at, len(pivot)):
                below[column] -= share * pivot[column]
    found = [0.0] * len(rows)
    for at in reversed(range(len(rows))):
        rest = sum(rows[at][column] * found[column] for column in range(at + 1, len(rows)))
        found[at] = (rows[at][-1] - rest) / rows[at][at]
    return found
