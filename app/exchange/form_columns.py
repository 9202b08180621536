"""Columns of all that the questionnaires ask and no column made by hand says, made from their questions.

In flat files (`docs/questionnaires.md`): a question of a block is `block_question`; several choices are their codes
with blanks between them; a table, or a list of texts, is its JSON text, with the sealed columns of its rows only for
accounts that may see them. Of sums by year there is a column with the newest year, and one with its sum, beside the
table.
"""

from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from app.core.table_schema import Type
from app.exchange.column import QUESTIONNAIRE, Column, open_answer
from app.questionnaires.catalogue import CATALOGUE
from app.questionnaires.dividing import block_of
from app.questionnaires.fields import Block

_CONCEPTS = {
    "owner": "Pemilik",
    "workers": "Tenaga kerja",
    "marketing": "Pemasaran",
    "guidance": "Pembinaan",
    "office": "Koperasi",
    "finance": "Keuangan",
    "trade": "Keuangan",
    "income": "Keuangan",
}
_ELSEWHERE = {("legal_name",), ("kbli",), ("kbli_version",)}
"""Answers that the business itself has, whose columns are made from it."""
_UNITS = {"_idr": "rupiah", "_m2": "meter persegi"}


def _inside(annotation: Any) -> Any:
    """A type without its bounds and without None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _inside(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return next(_inside(each) for each in get_args(annotation) if each is not type(None))
    return annotation


def asked(
    model: type[Block], path: tuple[str, ...] = (), labels: tuple[str, str] = ("", "")
) -> Iterator[tuple[Any, ...]]:
    """Path, labels, type, and whether it is open, of every question that has none inside."""
    for name, info in model.model_fields.items():
        extra: dict[str, Any] = info.json_schema_extra  # type: ignore[assignment]  # `ask` makes it
        mine = (extra["x-label-id"], extra["x-label-en"])
        said = tuple(f"{before}: {label}" if before else label for before, label in zip(labels, mine, strict=True))
        block = block_of(info.annotation)
        if block is not None:
            yield from asked(block, (*path, name), said)  # type: ignore[arg-type]  # two labels
        else:
            yield (*path, name), said, _inside(info.annotation), not extra["x-sealed"]


def _column(path: tuple[str, ...], labels: tuple[str, str], kind: Any, *, is_open: bool) -> Column:
    name, dotted = "_".join(path), ".".join(path)
    is_list = get_origin(kind) is list
    row = _inside(get_args(kind)[0]) if is_list else None
    codes = get_args(row if is_list else kind) if Literal in (get_origin(kind), get_origin(row)) else ()
    plain: Type = {int: "integer", float: "number", bool: "boolean"}.get(kind, "text")  # type: ignore[assignment]  # words of it
    cast = {"integer": "bigint", "number": "float8", "boolean": "boolean"}.get(plain)
    if not is_open:
        sql = f"NULL::{cast or 'text'}"
    elif is_list:
        found = open_answer(dotted).replace("->>", "->")
        # Codes have neither quotes nor commas of their own.
        sql = (
            f"nullif(translate(({found})::text, '[]\",', ''), 'null')" if codes else f"nullif(({found})::text, 'null')"
        )
    else:
        sql = f"({open_answer(dotted)})::{cast}" if cast else open_answer(dotted)
    unit = next((unit for end, unit in _UNITS.items() if name.endswith(end)), None)
    how = ("", "") if codes or not is_list else ("; baris sebagai JSON", "; rows as JSON")
    return Column(
        name,
        plain,
        sql,
        *labels,
        f"Jawaban atas “{labels[0]}”{how[0]}.",
        f"The answer to “{labels[1]}”{how[1]}.",
        _CONCEPTS.get(path[0], "Pelaku usaha"),
        unit=unit,
        classification=QUESTIONNAIRE if codes else None,
        sealed=(path,) if not is_open or (is_list and not codes) else (),
        codes=() if is_list else tuple(map(str, codes)),
        is_list=is_list,
        items=tuple(map(str, codes)) if is_list else (),
        question=dotted,
    )


def _by_year(column: Column, series: str) -> Iterator[Column]:
    """The newest year of a table of sums, and its sum."""
    for part, label_id, label_en in (("year", "tahun terbaru", "newest year"), ("idr", "nilai tahun itu", "its sum")):
        yield column._replace(
            name=f"{series}_newest_{part}",
            type="integer",
            sql="NULL::bigint",
            label_id=f"{column.label_id}: {label_id}",
            label_en=f"{column.label_en}: {label_en}",
            definition_id=f"{column.label_id}: {label_id}.",
            definition_en=f"{column.label_en}: {label_en}.",
            concept="Keuangan",
            unit="rupiah" if part == "idr" else "tahun",
            is_list=False,
            items=(),
            newest=part,
        )


def form_columns(by_hand: Sequence[Column]) -> Iterator[Column]:
    """One column for each question of any version that `by_hand` leaves out; the newest version's words first."""
    seen = _ELSEWHERE | {path for column in by_hand for path in column.sealed}
    statements = " ".join(column.sql for column in by_hand)
    forms = [each for each in CATALOGUE.values() if each.kind in ("umkm", "koperasi")]
    for each in sorted(forms, key=lambda each: -each.version):
        for path, labels, kind, is_open in asked(each.model):
            if path in seen or open_answer(".".join(path)) in statements:
                continue
            seen.add(path)
            column = _column(path, labels, kind, is_open=is_open)
            yield column
            if path[-1] in each.series:
                yield from _by_year(column, path[-1])
