"""What a column of an export is, and the usual kinds of it."""

from typing import Literal, NamedTuple

from app.core.table_schema import Type
from app.questionnaires.catalogue import choices

Seen = Literal["open", "digits", "rows", "hidden"]
"""What a file without personal data shows of a column: all of it; some digits of a number; the rows of a table without
their personal columns; nothing."""

KEMENDAGRI = "Kode wilayah administrasi Kemendagri"
BPS = "Kode wilayah BPS"
KBLI = "KBLI (edisi: kbli_version)"
PP_7 = "PP 7/2021, pasal 35"
QUESTIONNAIRE = "Kuesioner PL-KUMKM"


class Column(NamedTuple):
    """One column. `sql` is what everybody sees of it; `sealed` the paths of the answer in the questionnaires."""

    name: str
    type: Type
    sql: str
    label_id: str
    label_en: str
    definition_id: str
    definition_en: str
    concept: str = "Pelaku usaha"
    unit: str | None = None
    classification: str | None = None
    sealed: tuple[tuple[str, ...], ...] = ()
    codes: tuple[str, ...] = ()
    """All values that there are, where they are few."""
    is_list: bool = False
    """Whether the answer is a list, or a table, which is written as JSON text."""
    newest: str | None = None
    """Of a table of sums by year: what is shown of the row with the newest year."""
    items: tuple[str, ...] = ()
    """Of several choices, which are codes with blanks between them: all codes that there are."""
    question: str | None = None
    """The question that it is the answer to, by its path: `owner.education`."""

    @property
    def seen(self) -> Seen:
        """What is seen of it without the right to personal data."""
        if not self.sealed:
            return "open"
        if self.sql.startswith("NULL"):
            return "hidden"
        return "rows" if self.is_list else "digits"


def open_answer(path: str) -> str:
    """An open answer as text; `owner.name` or the answer of a block."""
    *blocks, last = path.split(".")
    return "s.answers" + "".join(f" -> '{block}'" for block in blocks) + f" ->> '{last}'"


def text(name: str, path: str, label_id: str, label_en: str, concept: str = "Pelaku usaha") -> Column:
    """A text that everybody may read."""
    return Column(
        name,
        "text",
        open_answer(path),
        label_id,
        label_en,
        f"Jawaban atas “{label_id}”.",
        f"The answer to “{label_en}”.",
        concept,
        question=path,
    )


def code(name: str, path: str, label_id: str, label_en: str, concept: str = "Pelaku usaha") -> Column:
    """One of the choices of a question."""
    return text(name, path, label_id, label_en, concept)._replace(
        definition_id=f"Pilihan jawaban atas “{label_id}”.",
        definition_en=f"The choice for “{label_en}”.",
        classification=QUESTIONNAIRE,
        codes=choices(path),
    )


def number_of(name: str, path: str, label_id: str, label_en: str, concept: str = "Tenaga kerja") -> Column:
    """A count of people or things."""
    return Column(
        name,
        "integer",
        f"({open_answer(path)})::bigint",
        label_id,
        label_en,
        f"Banyaknya: {label_id}.",
        f"Number of: {label_en}.",
        concept,
        unit="orang",
        question=path,
    )


def yes_or_no(name: str, path: str, label_id: str, label_en: str) -> Column:
    """A question that is answered by yes or no."""
    return Column(
        name,
        "boolean",
        f"({open_answer(path)})::boolean",
        label_id,
        label_en,
        f"Ya atau tidak: {label_id}.",
        f"Yes or no: {label_en}.",
        "Praktik usaha",
        question=path,
    )


def rupiah(name: str, path: str, label_id: str, label_en: str) -> Column:
    """An amount of money, in rupiah."""
    return Column(
        name,
        "integer",
        "NULL::bigint",
        label_id,
        label_en,
        f"{label_id}, rupiah penuh.",
        f"{label_en}, whole rupiah.",
        "Keuangan",
        unit="rupiah",
        sealed=((path,),),
        question=path,
    )


def personal(name: str, paths: tuple[tuple[str, ...], ...], label_id: str, label_en: str) -> Column:
    """A personal answer: sealed, and opened only for accounts that may see it."""
    return Column(
        name,
        "text",
        "NULL::text",
        label_id,
        label_en,
        f"{label_id}; data pribadi.",
        f"{label_en}; personal data.",
        "Data pribadi",
        sealed=paths,
        question=".".join(paths[0]),
    )
