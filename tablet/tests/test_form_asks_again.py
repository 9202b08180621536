"""What was typed at the door is never thrown away: what is wrong is asked again, what is unfinished is a draft."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kumkm_tablet import asking
from kumkm_tablet.form import Form
from kumkm_tablet.outbox import Outbox
from kumkm_tablet.saying import Told

NIK = "1601145203850001"
SCHEMA = {
    "type": "object",
    "required": ["legal_name", "kbli"],
    "properties": {
        "legal_name": {"type": "string", "minLength": 2, "x-label-id": "Nama"},
        "kbli": {"type": "string", "x-list": "kbli", "x-label-id": "KBLI"},
        "owner": {"anyOf": [{"$ref": "#/$defs/Owner"}, {"type": "null"}]},
        "started_year": {"type": "integer", "minimum": 1900, "maximum": 2100, "x-label-id": "Tahun"},
    },
    "$defs": {
        "Owner": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "x-label-id": "Pemilik"},
                "nik": {"type": "string", "x-number": "nik", "x-label-id": "NIK"},
            },
        }
    },
}
FORM = Form(SCHEMA, kbli={"47112"}, provinces={"16"})


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "outbox.db")
    made.set("reference", {"regions": [{"code": "16.01.14.1003", "name": "Kemalaraja", "level": "village"}]})
    yield made
    made.close()


Types = Callable[..., list[str]]


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Types:
    """Answers to the questions, in order; an exception is raised where one stands; gives the questions."""

    def types(*answers: str) -> list[str]:
        asked, waiting = [], iter(answers)

        def answer(question: str) -> str:
            asked.append(question)
            given = next(waiting, EOFError)
            if isinstance(given, str):
                return given
            raise given

        monkeypatch.setattr("builtins.input", answer)
        return asked

    return types


def ask(outbox: Outbox) -> dict[str, Any]:
    return asking.ask_item(FORM, outbox, "umkm@1", every=True)


def test_only_what_is_wrong_is_asked_again(outbox: Outbox, typing: Types) -> None:
    asked = typing("kemala", "Warung Sari", "4711", "Sari", "160114520385000", "dua ribu", "2015", "47112", NIK)
    item = ask(outbox)
    assert item["answers"] == {
        "legal_name": "Warung Sari",
        "kbli": "47112",
        "owner": {"name": "Sari", "nik": NIK},
        "started_year": 2015,
    }
    assert [each.split(":")[0].split(" (")[0] for each in asked[-2:]] == ["KBLI", "NIK"]


def test_a_block_that_is_not_whole_is_asked_for_what_it_lacks_or_emptied(outbox: Outbox, typing: Types) -> None:
    asked = typing("kemala", "Warung", "47112", "", NIK, "", "Sari", "")
    assert ask(outbox)["answers"]["owner"] == {"nik": NIK, "name": "Sari"}
    assert sum(each.startswith("Pemilik") for each in asked) == 2
    typing("t", "kemala", "Warung", "47112", "", "123", "", "", "-")
    assert "owner" not in ask(outbox)["answers"]


@pytest.mark.parametrize("stopped", [EOFError, KeyboardInterrupt])
def test_whoever_stops_finds_everything_that_was_typed(
    outbox: Outbox, typing: Types, stopped: type[BaseException]
) -> None:
    typing("kemala", "Warung Sari", "4711", stopped)
    with pytest.raises(Told if stopped is EOFError else KeyboardInterrupt):
        ask(outbox)
    asked = typing("y", "", "47112", stopped)
    with pytest.raises(Told if stopped is EOFError else KeyboardInterrupt):
        ask(outbox)
    assert "Warung Sari" in asked[0]
    assert asked[1] == "Nama (Warung Sari): ", "what is there is shown, and an empty line leaves it"
    typing("y", "", "", "", "", "")
    item = ask(outbox)
    assert (item["region_code"], item["answers"]) == ("16.01.14.1003", {"legal_name": "Warung Sari", "kbli": "47112"})
    asking.drop_draft(outbox, "umkm@1")
    asked = typing(stopped)
    with pytest.raises(Told if stopped is EOFError else KeyboardInterrupt):
        ask(outbox)
    assert asked[0].startswith("Kode desa")


def test_a_draft_that_is_not_wanted_is_dropped(outbox: Outbox, typing: Types) -> None:
    typing("kemala", "Warung Sari", EOFError)
    with pytest.raises(Told):
        ask(outbox)
    typing("x", "t", "kemala", "Toko Lain", "47112", "", "", "")
    assert ask(outbox)["answers"]["legal_name"] == "Toko Lain"


def test_a_record_that_is_mended_keeps_its_draft_too(outbox: Outbox, typing: Types) -> None:
    answers = {"legal_name": "Warung Sari", "kbli": "47112"}
    typing("Warung Sari Rasa", EOFError)
    with pytest.raises(Told):
        asking.mend(FORM, outbox, "r1", dict(answers))
    typing("y", "", "", "", "", "")
    asking.mend(FORM, outbox, "r1", answers)
    assert answers["legal_name"] == "Warung Sari Rasa"
