"""Every question of every questionnaire leaves in a column, and none that is sealed leaves open."""

from app.exchange.column import open_answer
from app.exchange.columns import COLUMNS
from app.exchange.form_columns import asked
from app.questionnaires.catalogue import CATALOGUE

ASKED = [
    (each.name, path, is_open)
    for each in CATALOGUE.values()
    if each.kind != "visit"
    for path, _, _, is_open in asked(each.model)
]


def test_the_parts_of_the_whole_form_are_looked_at() -> None:
    assert ("umkm@2", ("owner", "residence", "village"), False) in ASKED
    assert ("umkm@1", ("permits", "sni"), True) in ASKED
    assert len(ASKED) > 250


def test_every_question_has_its_column() -> None:
    of_the_business = {("legal_name",): "name", ("kbli",): "kbli", ("kbli_version",): "kbli_version"}
    names = {each.name for each in COLUMNS}
    opened = "\n".join(each.sql for each in COLUMNS).replace("->>", "->")
    sealed = {path for each in COLUMNS for path in each.sealed}
    missing = [
        (form, path)
        for form, path, is_open in ASKED
        if path not in sealed
        and not (is_open and open_answer(".".join(path)).replace("->>", "->") in opened)
        and of_the_business.get(path) not in names
    ]
    assert missing == []


def test_no_sealed_answer_is_read_from_the_open_ones() -> None:
    for _, path, is_open in ASKED:
        if not is_open:
            assert not [each.name for each in COLUMNS if open_answer(".".join(path)) in each.sql], path
