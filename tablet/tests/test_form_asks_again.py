"""What was typed at the door is never thrown away: what is wrong is asked again, what is unfinished is a draft."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from kumkm_tablet import asking
from kumkm_tablet.form import Form
from kumkm_tablet.outbox import Outbox
from kumkm_tablet.saying import Told
from kumkm_tablet.tablet import Tablet

NIK = "1601145203850001"
SCHEMA: dict[str, Any] = {
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


TITLES = {
    "96111": "Aktivitas Pangkas Rambut",
    "96112": "Aktivitas Salon Kecantikan",
    "47712": "Perdagangan Eceran Rambut Palsu dan Alat Pangkas Rambut",
}


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("pangkas", ["96111", "47712"]),
        ("rambut pangkas", ["96111", "47712"]),  # in any order
        ("ram PANG eceran", ["47712"]),  # from the beginnings of words
        ("angkas", []),
        ("", []),
        ("!?", []),
    ],
)
def test_activities_are_found_by_words_of_their_titles(words: str, codes: list[str]) -> None:
    assert [code for code, _ in Form(SCHEMA, kbli=TITLES).activities(words)] == codes
    assert Form(SCHEMA, kbli=set(TITLES)).activities(words) == [], "without titles nothing is found"


def test_words_in_the_place_of_a_code_show_activities_and_the_question_comes_again(
    outbox: Outbox, typing: Types, capsys: pytest.CaptureFixture[str]
) -> None:
    form = Form(SCHEMA, kbli=TITLES, provinces={"16"})
    asked = typing("kemala", "Pangkas Jaya", "pangkas rambut", "naga", "96111", "", "", "")
    item = asking.ask_item(form, outbox, "umkm@1", every=True)
    assert item["answers"]["kbli"] == "96111"
    assert sum(each.startswith("KBLI") for each in asked) == 3
    said = capsys.readouterr()
    assert "96111 Aktivitas Pangkas Rambut" in said.out + said.err
    assert "Tidak ada kegiatan" in said.out + said.err


def test_an_unknown_code_is_a_doubt_and_each_edition_has_its_own_list() -> None:
    form = Form(SCHEMA, {"47112"}, {"16"}, {"2020": {"47112"}, "2025": {"96210"}})
    answers = {"legal_name": "Warung", "kbli": "96210", "owner": {"name": "Sari", "nik": NIK}}
    today = date(2022, 9, 12)
    known = Form({**SCHEMA, "properties": {**SCHEMA["properties"], "kbli_version": {"type": "string"}}}, *_of(form))
    assert known.check(answers, today=today) == ([], [("/answers/kbli", "kbli_unknown")])
    assert known.check(answers | {"kbli_version": "2025"}, today=today) == ([], [])
    assert known.check(answers | {"kbli": "9621"}, today=today)[0] == [("/answers/kbli", "kbli_not_five_digits")]


def _of(form: Form) -> tuple[Any, ...]:
    return form.kbli, form.provinces, form.other_kbli


@pytest.mark.parametrize(("campaign", "code"), [("baru", "96210"), ("lama", "47112"), ("tidak ada", "47112")])
def test_a_form_has_the_activities_of_its_campaigns_edition(outbox: Outbox, campaign: str, code: str) -> None:
    lists = {
        "kbli_version": "2020",
        "kbli": [{"code": "47112", "title": "Perdagangan Eceran"}],
        "other_kbli": [{"kbli_version": "2025", "kbli": [{"code": "96210", "title": "Penataan Rambut"}]}],
    }
    outbox.set("reference", {**lists, "questionnaires": {"umkm@1": SCHEMA}, "provinces": ["16"]})
    campaigns = [{"code": "baru", "kbli_versions": ["2025", "2020"]}, {"code": "lama", "kbli_versions": ["2020"]}]
    outbox.set("handshake", {"campaigns": campaigns})
    form = Tablet(httpx.AsyncClient(), outbox).form("umkm@1", campaign)
    assert list(form.kbli) == [code]
