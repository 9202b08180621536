"""Sums of money as Indonesian offices write them: `Rp1.234.000`, and in words (*terbilang*). Pure."""

_WORDS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_GROUPS = (
    *((10**15, "kuadriliun"), (10**12, "triliun"), (10**9, "miliar"), (10**6, "juta")),
    *((1_000, "ribu"), (100, "ratus"), (10, "puluh")),
)
_ONE_OF = {1_000: "seribu", 100: "seratus"}
MOST = 10**18
"""From here on there are no words."""


def rupiah(amount: int) -> str:
    """`Rp1.234.000`; less than nothing is `-Rp50.000`."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{abs(amount):,}".replace(",", ".")


def in_words(amount: int) -> str:
    """`satu juta dua ratus tiga puluh empat ribu rupiah`.

    Raises:
        ValueError: there are no words for so much.
    """
    if abs(amount) >= MOST:
        raise ValueError(f"no words for {amount}")
    words = _words(abs(amount)) or ["nol"]
    return " ".join([*(["minus"] if amount < 0 else []), *words, "rupiah"])


def _words(number: int) -> list[str]:
    if number < len(_WORDS):
        return [_WORDS[number]] if number else []
    if number < len(_WORDS) + 8:
        return [_WORDS[number - 10], "belas"]
    size, name = next(group for group in _GROUPS if number >= group[0])
    many, rest = divmod(number, size)
    first = [_ONE_OF[size]] if many == 1 and size in _ONE_OF else [*_words(many), name]
    return first + _words(rest)
