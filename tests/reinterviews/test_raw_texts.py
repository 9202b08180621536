"""What an item that was kept raw says is found, whatever is wrong with it. Pure."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.canonical import canonical
from app.core.exact_json import read_exactly
from app.identifiers.phonetic_name import phonetic_name
from app.reinterviews.raw_texts import said_in

NIK, NIB = "1601145203850001", "0220001234567"
NAME = "Warung Delima Sakti"


def kept(text: str) -> bytes:
    """An item as it is kept, of its JSON text."""
    return canonical(read_exactly(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        f'{{"answers":{{"owner":{{"nik":"{NIK}"}}}}}}',
        f'{{"answers":{{"owner":{{"nik":{NIK}}}}}}}',
        f'{{"answers":{{"owner":{{"nik":{NIK}.0}}}}}}',
        f'{{"answers":{{"owner":{{"nik":{NIK}}},"annual_sales_idr":NaN}}}}',
        f'{{"answers":{{"owner":{{"nik":"{NIK}"}},"annual_sales_idr":-Infinity}}}}',
        f'{{"answers":{{"owner":{{"nik":"{NIK}"}},"annual_sales_idr":1e400}}}}',
        f'{{"answers":{{"owner":{{"nik":"{NIK}"}},"notes":"bagus \\ud83d"}}}}',
        f'{{"answers":{{"owner":{{"nik":"{NIK}\\u0000"}}}}}}',
        f'{{"answers":{{"owner":{{"nik":"{NIK}","nik":null}}}}}}',
        f'{{"answers":{{"owner":{{"nik":["{NIK}"]}}}}}}',
        f'{{"answers":{{"owner":{{"nik":{{"value":"{NIK}"}}}}}}}}',
        f'{{"answers":{{"{NIK}":true}}}}',
        f'{{"answers":{{"nib":"{NIK}"}}}}',
        f'{{"answers":{{"notes":"Pemilik ada, NIK: {NIK}; HP 081234567890"}}}}',
        '{"answers":{"owner":{"nik":"1601 1452 0385 0001"}}}',
        '{"answers":{"owner":{"nik":"1601.1452/0385_0001"}}}',
        '{"answers":{"owner":{"nik":"NIK. 160114-520385-0001"}}}',
        '{"answers":{"owner":{"nik":"\uff11\uff16\uff10\uff11\uff11\uff14\uff15\uff12\uff10\uff13\uff18\uff15\uff10\uff10\uff10\uff11"}}}',
        '{"answers":{"owner":{"nik":"\u0661\u0666\u0660\u0661\u0661\u0664\u0665\u0662\u0660\u0663\u0668\u0665\u0660\u0660\u0660\u0661"}}}',
        '{"answers":{"owner":{"nik":"1601\\n1452\\t0385\\u200b0001"}}}',
        f'{{"answers":{{"owner":{{"nik":"{NIK}9"}}}}}}',
        f'{{"answers":{{"notes":"081234567890 {NIK} 160101"}}}}',
        f"[{NIK}]",
        NIK,
        json.dumps({"answers": {"owner": {"nik": [*map(int, NIK)]}}}),
        json.dumps({"answers": json.dumps({"owner": {"nik": NIK}, "notes": "\ud83d"})}),
        json.dumps({"answers": json.dumps({"owner": {"nik": "1601\n14520385\n0001"}})}),
        json.dumps(json.dumps({"answers": {"owner": {"nik": int(NIK)}}})),
        json.dumps(json.dumps({"answers": json.dumps({"owner": {"nik": NIK}})})),
        f'{{"answers":{"[" * 90}"{NIK}"{"]" * 90}}}',
    ],
)
def test_a_number_is_found_wherever_it_stands(text: str) -> None:
    assert ("nik", NIK) in said_in(kept(text)).numbers


@pytest.mark.parametrize(
    ("answers", "number"),
    [
        ({"nib": NIB}, ("nib", NIB)),
        ({"nib": int(NIB)}, ("nib", NIB)),
        ({"nib": "NIB 0220.0012.34567"}, ("nib", NIB)),
        ({"cooperative_number": 1601130010002}, ("cooperative_number", "1601130010002")),
        ({"cooperative_number": "12 345"}, ("cooperative_number", "12345")),
        ({"owner": {"passport": "a1234567"}}, ("passport", "A1234567")),
        ({"owner": {"passport": "A 1234567"}}, ("passport", "A1234567")),
        ({"notes": "KITAS 2C21JE0123-A"}, ("kitas", "2C21JE0123A")),
    ],
)
def test_numbers_of_every_kind_are_found(answers: Any, number: tuple[str, str]) -> None:
    assert number in said_in(canonical({"answers": answers})).numbers


@pytest.mark.parametrize(
    "item",
    [
        {"answers": {"legal_name": NAME}},
        {"answers": {"trade_name": f"UD. {NAME}, S.Pd."}},
        {"answers": {"nama_usaha": [NAME.upper()]}},
        {"answers": json.dumps({"legal_name": NAME})},
        json.dumps({"answers": {"legal_name": NAME}}),
    ],
)
def test_a_name_is_found_as_it_is_heard(item: Any) -> None:
    assert phonetic_name(NAME) in said_in(canonical(item)).names


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("16.01.14.1003", "16.01.14.1003"),
        ("1601141003", "16.01.14.1003"),
        (1601141003, "16.01.14.1003"),
        (" 16 01 14 1003 ", "16.01.14.1003"),
        ("16.01.14.1003.0001", "16.01.14.1003"),
        ("\uff11\uff16.01.14.1003", "16.01.14.1003"),
        ("16.01.14", "16.01.14"),
        ("160114", "16.01.14"),
        ("16.01", None),
        ("Desa Melati", None),
        (None, None),
    ],
)
def test_the_village_is_found_however_it_is_written(told: Any, place: str | None) -> None:
    expected = frozenset() if place is None else frozenset({place})
    assert said_in(canonical({"region_code": told, "answers": {}})).places == expected
    assert said_in(canonical(json.dumps({"region_code": told}))).places == expected


def test_an_item_full_of_digits_hides_no_number_in_another_field() -> None:
    """And costs a bounded number of digests."""
    full = " ".join(f"{each:05}" for each in range(20_000))
    found = said_in(canonical({"answers": {"a": full, "owner": {"nik": NIK}, "z": full}})).numbers
    assert ("nik", NIK) in found
    assert len(found) <= 5_000


def test_the_names_of_questions_are_no_names() -> None:
    assert said_in(canonical({"answers": {"legal_name": NAME}})).names == {phonetic_name(NAME)}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.binary())
def test_nothing_that_was_kept_cannot_be_searched(item: Any, damaged: bytes) -> None:
    said_in(canonical(item))
    said_in(damaged)
