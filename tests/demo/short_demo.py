"""`kumkm demo` with a tenth of the field work: of OKU's tablets every tenth and the second, which has an item held; and
those of Palembang.

All the rest is the demo's own: the command, its server, migrations, people, targets, sending, figures and examples.
"""

from app.cli import main
from kumkm_proof.demo import run
from kumkm_proof.demo.fieldwork import Batch

_all_field_work = run._all_field_work


def chosen(username: str) -> bool:
    """Whether the tablet of that enumerator sends in the short form."""
    place, _, number = username.removeprefix("enumerator.").rpartition(".")
    return place == "palembang" or (not place and (int(number) % 10 == 1 or int(number) == 2))


def a_tenth(villages: dict[str, list[str]]) -> list[Batch]:
    return [batch for batch in _all_field_work(villages) if chosen(batch.enumerator)]


if __name__ == "__main__":
    run._all_field_work = a_tenth
    main()
