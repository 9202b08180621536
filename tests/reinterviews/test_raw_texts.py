"""What an item that was kept raw says is found, whatever is wrong with it. Pure."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.canonical import canonical
from app.core.exact_json import read_exactly
from app.reinterviews.naming import Sentences, in_sentences, keys_of
from app.reinterviews.raw_texts import Said, said_in

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
        json.dumps({"answers": {"owner": {"nik": "a".join(NIK)}}}),
        json.dumps({"answers": {"owner": {"nik": NIK.replace("0", "O")}}}),
        json.dumps({"answers": {"owner": {"nik": NIK.replace("0", "o").replace("1", "l")}}}),
        json.dumps({"answers": {"owner": {"nik": NIK.replace("1", "I")}}}),
        json.dumps({"answers": {"owner": {"nik": "".join(f"%{ord(digit):02X}" for digit in NIK)}}}),
        json.dumps({"answers": {"owner": {"nik": "".join(f"%25{ord(digit):02X}" for digit in NIK)}}}),
        json.dumps({"answers": {"owner": {"nik": "".join(f"&#{ord(digit)};" for digit in NIK)}}}),
        json.dumps({"answers": {"owner": {"nik": "".join(f"&#x{ord(digit):x}" for digit in NIK)}}}),
        json.dumps({"answers": {"".join(f"%{ord(digit):02x}" for digit in NIK): True}}),
        json.dumps({"answers": {"owner": {"nik": "".join("〇一二三四五六七八九"[int(digit)] for digit in NIK)}}}),
        json.dumps({"answers": {"owner": {"nik": "".join("零壹貳參肆伍陸柒捌玖"[int(digit)] for digit in NIK)}}}),
        json.dumps({"answers": {"owner": {"nik": NIK[:8], "nik2": NIK[8:]}}}),
        json.dumps({"answers": {"owner": {"nik": NIK[6:]}, "postcode": NIK[:6]}}),
        json.dumps({"answers": {"owner": {"nik": int(NIK[:8]), "rest": NIK[8:]}}}),
    ],
)
def test_a_number_is_found_wherever_it_stands(text: str) -> None:
    assert ("nik", NIK) in said_in(kept(text)).numbers


@pytest.mark.parametrize(
    ("answers", "number"),
    [
        ({"nib": NIB}, ("nib", NIB)),
        ({"nib": int(NIB)}, ("nib", NIB)),
        ({"nib": NIB.replace("0", "O")}, ("nib", NIB)),
        ({"nib": NIB[:6], "rest": NIB[6:]}, ("nib", NIB)),
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


def names(name: str, said: Said) -> bool:
    """Whether an item names a business of that name, from whose village it is."""
    keys = keys_of(name)
    in_texts = Sentences(in_sentences(name, of_person=False)).found_in(said.sentences)
    return keys.heard in said.heard or keys.full in said.full or bool(in_texts)


@pytest.mark.parametrize(
    "item",
    [
        {"answers": {"legal_name": NAME}},
        {"answers": {"trade_name": f"UD. {NAME}, S.Pd."}},
        {"answers": {"owner": {"name": NAME}}},
        {"answers": {"nama_usaha": [NAME.upper()]}},
        {"answers": {"legal_name": NAME.split()}},
        {"answers": json.dumps({"legal_name": NAME})},
        json.dumps({"answers": {"legal_name": NAME}}),
        NAME,
        [NAME],
        {"answers": {NAME: 1}},
        {"answers": {"Delima Sakti": {"ada": True}}},
        {"answers": {"legal_name": "\u200b".join(NAME)}},
        {"answers": {"legal_name": "\u00ad".join(NAME)}},
        {"answers": {"legal_name": "\U000e0041".join(NAME)}},
        {"answers": {"legal_name": "\u0301".join(NAME)}},
        {"answers": {"legal_name": NAME.replace(" ", "%20")}},
        {"answers": {"legal_name": "".join(f"&#{ord(sign)};" for sign in NAME)}},
        {"answers": {"notes": f"ini usaha {NAME} di pasar"}},
        {"answers": {"notes": f"milik ibu, {NAME.upper()}."}},
        {"answers": {"main_activity": NAME}},
        {"answers": {"products": [{"name": NAME}]}},
        {"answers": {"nama": "Delima Sakti"}},
        {"answers": {"keterangan": f"usaha {NAME} di pasar"}},
    ],
)
def test_a_name_is_found(item: Any) -> None:
    assert names(NAME, said_in(canonical(item)))


@pytest.mark.parametrize("text", ["{}\ud800", "\ud800{}", "{}\u0000"])
def test_a_name_is_found_among_what_cannot_be_stored(text: str) -> None:
    told = text.format(NAME)
    escaped = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in told)
    assert names(NAME, said_in(kept(f'{{"answers":{{"legal_name":"{escaped}"}}}}')))


@pytest.mark.parametrize(
    "name",
    [
        *("Toko Mulia", "Warung Umi", "Warung Kopi", "Warung Tio", "Warung Oma", "Warung Pamela", "Toko Stella"),
        *("Warung Pecel Lele", "Pecel Lele", "Toko Kelontong", "Toko Maju Jaya", "88", "3", "Bengkel Motor"),
        *("Warung Melati", "Warung Bagus", "Kain Tenun"),
    ],
)
def test_an_ordinary_item_names_nobody_else(name: str) -> None:
    """Not by its choices, its goods, its neighbours and suppliers, its numbers, nor by what a newer form asks."""
    said = {
        "legal_name": "Depot Zulkifli",
        "trade_name": "Depot Zul",
        "kbli": "BAD!",
        "legal_form": "individual",
        "place_type": "home",
        "address": "Dusun Melati, samping Toko Maju Jaya",
        "main_activity": "warung makan dan toko kelontong",
        "main_product": "Pecel Lele",
        "products": [{"name": "Kopi", "unit": "kg"}, {"name": "Pecel lele"}, {"name": "Kain tenun"}],
        "inputs": {"materials": ["Kopi"], "material_table": [{"name": "Kopi", "supplier": "Toko Maju Jaya"}]},
        "partner_table": [{"name": "Toko Maju Jaya"}],
        "practice": {"partners": ["Toko Maju Jaya"]},
        "marketing": {"channels": ["Warung Umi"]},
        "workers": {"total": 3},
        "notes": "bagus, menjual pecel lele di dekat warung kopi",
        "owner": {"name": "Zulkifli Baskoro", "sex": "male", "education": "junior"},
        "jenis_tempat": "stall",
        "jumlah_kursi": 88,
        "nomor": "88",
    }
    found = said_in(canonical({"region_code": "16.01.14.1003", "answers": said}))
    assert not names(name, found)
    female = {"legal_name": "Depot Zulkifli", "owner": {"sex": "female"}, "place_type": "stall", "besar": "male"}
    assert not names(name, said_in(canonical({"answers": female})))


def test_the_code_of_a_choice_is_a_name_where_one_is_asked_for() -> None:
    assert names("Male", said_in(canonical({"answers": {"legal_name": "male"}})))


@pytest.mark.parametrize("item", ["Ratna Kusuma", {"notes": "rumah ibu Ratna Kusuma, S.Pd."}])
def test_a_persons_name_is_found_in_a_sentence(item: Any) -> None:
    of_person = in_sentences("Ratna Kusuma", of_person=True)
    assert Sentences(of_person).found_in(said_in(canonical(item)).sentences) == of_person != frozenset()
    assert in_sentences("Ratna Kusuma", of_person=False) == frozenset()


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
    said = said_in(canonical({"answers": {"legal_name": NAME, "owner": {"name": NAME}}}))
    assert said.heard == {keys_of(NAME).heard}
    assert said.full == {"delima sakti"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.binary())
def test_nothing_that_was_kept_cannot_be_searched(item: Any, damaged: bytes) -> None:
    said_in(canonical(item))
    said_in(damaged)
