"""Reading an answer file: which columns it has, what each line says, and what is wrong with its cells."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from app.core.bulk import Fault, unhurried
from app.core.cells import Column
from app.core.problems import Text
from app.core.sheets import Sheet, sheet_of
from app.verification.answering import Reply
from app.verification.schemas import ANSWER_HEADINGS, DAY_HEADINGS, MOST_ASKED, ColumnIn
from app.verification.states import read_word

MOST_LINES = MOST_ASKED
REFERENCE_HEADINGS = ("referensi", "reference")
_NO_REFERENCE = Text("Referensi kosong.", "There is no reference.")
_NO_ANSWER = Text(
    "Jawaban tidak dikenal; tulis SESUAI, TIDAK SESUAI, atau TIDAK DITEMUKAN.",
    "This is no answer; write SESUAI, TIDAK SESUAI or TIDAK DITEMUKAN (match, mismatch, not_found).",
)
_NOT_THEN = Text(
    "Tanggal jawaban di luar masa antara permintaan dan hari ini.",
    "The day of the answer is not between that of the request and today.",
)


class Headings(NamedTuple):
    """Where a file has what matters, of the headings that it may have."""

    reference: tuple[str, ...]
    answer: tuple[str, ...]
    day: tuple[str, ...]
    others: tuple[str, ...]  # of the request's own file; nothing of them is read

    @classmethod
    def of(cls, columns: Sequence[ColumnIn]) -> "Headings":
        """What an answer to a request with these columns may have."""
        own = [each.heading.lower() for each in columns if each.field == "reference"]
        others = [each.heading.lower() for each in columns if each.field != "reference"]
        return cls(tuple(dict.fromkeys((*own, *REFERENCE_HEADINGS))), ANSWER_HEADINGS, DAY_HEADINGS, tuple(others))

    @property
    def columns(self) -> dict[str, Column]:
        """What each column takes."""
        texts = dict.fromkeys((*self.reference, *self.answer), Column.TEXT)
        return dict.fromkeys(self.others, Column.IGNORED) | texts | dict.fromkeys(self.day, Column.DAY)


class AnswerSheet(NamedTuple):
    """An answer file, and the headings that it has."""

    sheet: Sheet
    reference: str
    answer: str
    day: str | None


def answer_sheet(said: Mapping[str, Any], headings: Headings) -> AnswerSheet:
    """The file that `read_table` read.

    Raises:
        Problem: `invalid_fields` where columns are missing, unknown or repeated.
    """
    found = set(said["heading"])
    reference = next((each for each in headings.reference if each in found), headings.reference[0])
    answer = next((each for each in headings.answer if each in found), headings.answer[0])
    day = next((each for each in headings.day if each in found), None)
    sheet = sheet_of(said, required=[reference, answer], known=[*headings.columns])
    return AnswerSheet(sheet, reference, answer, day)


class Lines(NamedTuple):
    """What some lines say, how many say nothing yet, and what is wrong with others."""

    replies: list[Reply]
    empty: int
    faults: list[Fault]


async def read_lines(file: AnswerSheet, first: int, end: int, *, today: date, since: date) -> Lines:
    """The lines from the first one on."""
    faults = [fault for fault in file.sheet.faults if first <= fault.row < end]
    broken = {fault.row for fault in faults}
    replies, empty = list[Reply](), 0
    async for at, row in unhurried(enumerate(file.sheet.rows[first:end], first)):
        if at in broken:
            continue
        reference, said = _plain(row[file.reference]), _plain(row[file.answer])
        day = row.get(file.day, "") if file.day else ""
        on = date.fromisoformat(day) if day else today
        answer = read_word(said) if said else None
        if not said:
            empty += 1
        elif not reference:
            faults.append(Fault(at, file.reference, "required", _NO_REFERENCE))
        elif answer is None:
            faults.append(Fault(at, file.answer, "answer_unknown", _NO_ANSWER))
        elif not since <= on <= today:
            faults.append(Fault(at, file.day or "", "day_out_of_range", _NOT_THEN))
        else:
            replies.append(Reply(at, reference.upper(), answer, on))
    return Lines(replies, empty, faults)


def _plain(cell: str) -> str:
    """A cell as it is meant: `="V7K3"` is how a text is written for spreadsheets (`core/excel.py`)."""
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell
