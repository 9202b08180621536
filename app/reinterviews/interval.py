"""How sure a share of agreeing answers is. Pure.

Answers of one business are not independent: of a business that was mistaken for another, none agrees. Businesses are
what was drawn, and answers are what is counted of each: the share is one from a sample of clusters.
"""

import math

from app.core.rows import Row

FEWEST = 3
"""Of fewer businesses nothing is known of how much businesses differ, and so nothing of the share of all."""

_Z = 1.959964
# The same of Student's t, of 1, 2, 3 … degrees of freedom, as in any table of it; of more it is near enough to _Z.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131),
    *(2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


class Sums(Row):
    """Over businesses of which something was compared: how many they are, how many answers agree, of how many compared;
    and the sums of the squares and of the product of the two."""

    businesses: int
    agreed: int
    compared: int
    agreed_squared: int
    product: int
    compared_squared: int


def worth(sums: Sums) -> float:
    """How many independent answers these are worth: at least one, at most as many as were compared (0 of none).

    The variance is that of a ratio from clusters drawn at random (Cochran 1977, 6.4); what it is above that of
    independent answers is the design effect, at least 1 and at most what it would be if all answers of a business were
    the same. The degrees of freedom are one less than the businesses (Korn and Graubard 1998).
    """
    n, compared = sums.businesses, sums.compared
    if not compared:
        return 0.0
    most = sums.compared_squared / compared
    if n == 1:
        return compared / most
    share = sums.agreed / compared
    spread = sums.agreed_squared - 2 * share * sums.product + share * share * sums.compared_squared
    independent = share * (1 - share) * compared
    effect = min(most, max(1.0, n / (n - 1) * spread / independent)) if independent else 1.0
    certainty = (_Z / _T[n - 2]) ** 2 if n - 2 < len(_T) else 1.0
    return max(1.0, compared / effect * certainty)


def interval(sums: Sums) -> tuple[float, float] | None:
    """Between which shares the true one lies, with 95 %; None where nothing was compared.

    Of one business or two it is anything: with no degree of freedom, or one, the variance between businesses is not
    known. Where nothing agrees at two of them, none is seen, though each may be another door.
    """
    if not sums.compared:
        return None
    return wilson(sums.agreed / sums.compared, worth(sums)) if sums.businesses >= FEWEST else (0.0, 1.0)


def wilson(share: float, of: float) -> tuple[float, float]:
    """The interval of a share of so many independent answers (Wilson 1927), with 95 %."""
    z2 = _Z**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)
