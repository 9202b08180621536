"""Whether enumerators finish in time: the rule and its texts. Pure."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from app.core.problems import Text

State = Literal["done", "safe", "at_risk", "not_moving"]
SILENT_DAYS = 7
"""An enumerator who brought nothing in so many full days, nor on the day asked about, does not move."""


class Work(NamedTuple):
    """What is known of an enumerator's work. `in_window` is what they entered in the seven full days of the pace,
    `lately` the same with the day that is asked about; `begun` whether the campaign has begun by then.
    """

    entered: int
    quota: int | None
    in_window: int
    lately: int
    days_left: int
    begun: bool


RULE: Mapping[State, Text] = {
    "done": Text("Selesai: jumlah masuk sudah mencapai kuota.", "Done: what is entered has reached the quota."),
    "not_moving": Text(
        "Tidak bergerak: tidak ada yang masuk dalam tujuh hari penuh terakhir dan hari ini.",
        "Not moving: nothing was entered in the last seven full days, nor on the day itself.",
    ),
    "safe": Text(
        "Aman: rata-rata per hari dalam tujuh hari penuh terakhir cukup untuk sisa kuota.",
        "Safe: the average of the last seven full days is enough for what is left of the quota.",
    ),
    "at_risk": Text(
        "Berisiko: rata-rata itu kurang dari yang diperlukan, atau waktunya habis.",
        "At risk: that average is less than what is needed, or no day is left.",
    ),
}
"""The rule in the order in which it is asked: the first that holds is the state."""


def state_of(work: Work) -> State | None:
    """The state by `RULE`; None before the campaign begins, and for enumerators who move and have no quota."""
    if not work.begun:
        return None
    if work.quota and work.entered >= work.quota:
        return "done"
    if work.lately <= 0:
        return "not_moving"
    if not work.quota:
        return None
    # In whole numbers: at 10 a day needed and 70 in the week it is exactly enough.
    enough = work.days_left > 0 and work.in_window * work.days_left >= (work.quota - work.entered) * 7
    return "safe" if enough else "at_risk"
