"""Names in any script are names; what shows nothing is none."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from shapes import Json

from app.accounts.schemas import AccountIn
from app.campaigns.schemas import CampaignIn
from app.core.name_cleaning import Stated, is_name, is_plain, tidied
from app.questionnaires.findings import code_of_pydantic
from app.workforce.schemas import TeamIn
from kumkm_tablet.numbers import is_name as is_name_on_the_tablet

SCRIPTS = ("ꦮꦫꦸꦁ", "ᬯᬭᬸᬂ", "وارُوڠ", "莎莉", "சாரி", "क्‍ष", "ᮝᮛᮥᮀ", "ᨓᨑᨘ", "Ñandú", "O’Hara", "Ma'ruf", "٩٩", "99", "Kopi ☕")
UNSEEN = "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\U000e0041"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_name_in_any_script_is_kept_as_it_was_typed(name: str) -> None:
    assert is_name(name)
    assert tidied(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "text", ["", " ", "-", "...", "–—", "☕", "?!", "\u202e\u202c", "\u200b", "\u3164", "\u0640", "\u0301"]
)
def test_what_has_no_letter_and_no_digit_names_nothing(text: str) -> None:
    assert not is_name(text)


@given(st.text(max_size=30))
def test_tidying_takes_away_only_what_shows_nothing(text: str) -> None:
    tidy = tidied(text)
    assert tidied(tidy) == tidy
    assert not set(tidy) & set(UNSEEN)
    assert is_name(tidy) is is_name(text) is is_name_on_the_tablet(text)
    assert unicodedata.is_normalized("NFC", tidy)
    assert "\n" not in tidy


ROWS = (
    (AccountIn, {"username": "sari", "role": "enumerator", "region_code": "16.01"}),
    (TeamIn, {"campaign": "pl-kumkm-2022", "region_code": "16.01", "coordinator": "budi"}),
    (CampaignIn, {"code": "pl", "starts_on": "2022-04-01", "ends_on": "2022-10-31", "accepts_until": "2022-11-30"}),
)


@pytest.mark.parametrize(("model", "row"), ROWS)
def test_people_teams_and_campaigns_have_names_of_any_script_and_never_none(
    model: type[AccountIn | TeamIn | CampaignIn], row: Json
) -> None:
    for name in SCRIPTS:
        assert model.model_validate({**row, "name": name}).name == tidied(name)
    for name in ("-", "\u202e\u202c", "☕", "\u3164"):
        with pytest.raises(ValidationError) as told:
            model.model_validate({**row, "name": name})
        assert [(each["loc"], code_of_pydantic(each["type"])) for each in told.value.errors()] == [
            (("name",), "name_without_letters")
        ]


@given(st.text(st.characters(max_codepoint=0x200F), max_size=12))
def test_a_name_that_is_plain_at_a_glance_needs_no_tidying(name: str) -> None:
    assert not is_plain(name) or (tidied(name) == name and is_name(name))


@pytest.mark.parametrize("name", ["Siti", "Warung 1", "O'Hara", "Toko A & B.", "7"])
def test_nearly_every_name_is_plain(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize("text", ["", "…", "\u200b", "\u3164", "-"])
def test_a_reason_without_a_letter_or_a_digit_says_nothing(text: str) -> None:
    reason: TypeAdapter[str] = TypeAdapter(Stated)
    assert reason.validate_python("Usaha pindah ke RT 3") == "Usaha pindah ke RT 3"
    with pytest.raises(ValidationError) as refused:
        reason.validate_python(text)
    assert refused.value.errors()[0]["type"] == "text_without_letters"
