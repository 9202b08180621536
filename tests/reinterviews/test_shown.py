"""What the second enumerator is shown is no answer: who copies it agrees in nothing. Pure."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.reinterviews import Reinterviews
from app.questionnaires.assessment import leaves
from app.questionnaires.masking import without_long_numbers
from app.reinterviews.comparing import Agreement, Interview, agrees, compare, is_no_interview, questions
from app.reinterviews.shown import SHOWN, Shown

BY = Reinterviews(share_percent=2.0, seed="benih-rahasia")


def of(first: dict[str, Any], second: dict[str, Any], form: str = "umkm@2") -> Agreement:
    return compare(form, Interview(first, None), Interview(second, None), BY)


def compared(said: dict[str, Any], form: str = "umkm@2") -> set[str]:
    """Of an interview that is copied whole: what counts."""
    found = of(said, said, form)
    assert found.different == ()
    return set(found.same) - SHOWN


def test_what_stands_in_what_is_shown_is_not_compared() -> None:
    said = {
        "legal_name": "CV Kopi Melati",
        "address": "Jalan Melati 5 RT 03 RW 007, 32112",
        "main_activity": "Penjualan eceran kopi bubuk",
        "rt": "3",
        "rw": "07",
        "postcode": "32112",
        "owner": {"name": "Sari", "address": "Jl. Melati No. 5", "nik": "1601145203850001", "sex": "female"},
        "main_product": "kopi bubuk",
        "trade_name": "Kopi Sari",
        "legal_form": "cv",
        "products": [{"name": "Kopi"}, {"name": "kopi bubuk"}],
        "phone": "081234567890",
        "kbli": "47221",
        "place_type": "house",
        "permits": {"others": ["halal"]},
    }
    rest = {"/owner/nik", "/owner/sex", "/phone", "/place_type", "/permits/others"}
    assert compared(said) == rest
    told = {"/rt", "/rw", "/postcode", "/owner/address", "/main_product", "/trade_name", "/legal_form", "/products"}
    elsewhere = {**said, "legal_name": "PT Merapi", "address": "Jalan Merdeka 6", "main_activity": "Warung"}
    elsewhere["owner"] = {**said["owner"], "name": "Budi"}  # type: ignore[dict-item]  # a mapping of texts
    assert compared(elsewhere) == rest | told
    assert "/postcode" in compared({**elsewhere, "postcode": "47221"}), "no code is shown"
    assert compared(said, "umkm@9") == set()


def test_years_money_and_people_that_are_shown_are_not_compared() -> None:
    told = {"started_year": 2015, "annual_sales_idr": 40_000_000, "workers": {"paid_male": 2, "paid_female": 3}}
    said = {**told, "address": "Jalan Kenanga 44 sejak 2015, 2 pekerja laki", "main_activity": "omzet 40000000 setahun"}
    assert compared(said) == {"/workers/paid_female"}
    assert compared({**said, "address": "Jalan Kenanga 44", "main_activity": "warung"}) == {
        *(at for at, _ in leaves(told)),
    }
    heard = {**said, "started_year": 1999, "workers": {"paid_male": 9, "paid_female": 9}}
    assert of(said, heard).different == ("/workers/paid_female",)


@pytest.mark.parametrize(
    ("text", "answer", "is_told"),
    [
        ("omzet 40.000.000", 40_000_000, True),
        ("omzet Rp40,000,000/tahun", 40_000_000, True),
        ("omzet 40 000 000", 40_000_000, True),
        ("omzet 40 juta", 40_000_000, True),
        ("omzet 40jt", 40_000_000, True),
        ("omzet 1,5 miliar", 1_500_000_000, True),
        ("omzet 500 ribu sehari", 500_000, True),
        ("omzet 42 juta", 40_000_000, True),  # copied, it would agree
        ("omzet 60 juta", 40_000_000, False),
        ("Jalan Kenanga 44", 40_000_000, False),
    ],
)
def test_a_sum_of_money_is_told_however_it_is_written(text: str, answer: int, is_told: bool) -> None:
    for at in ("/annual_sales_idr", "/founding_capital_idr"):
        same = agrees(at, "exact", answer, answer, BY, Shown.of({"address": text}))
        assert same is (None if is_told else True)


@pytest.mark.parametrize(
    ("at", "answer", "is_told"),
    [
        ("/started_year", 2015, True),
        ("/started_year", 2016, True),  # copied, it would agree
        ("/started_year", 2017, False),
        ("/workers/paid_male", 7, True),
        ("/workers/paid_male", 6, False),  # a house number takes no other count out of the comparison
        ("/workers/paid_male", 8, False),
        ("/workers/paid_male", 0, False),
        ("/workers/paid_male", 1, False),
        ("/practice/internet", True, False),
        ("/owner/birth_date", "1985-03-12", True),
        ("/owner/birth_date", "1985-03-13", False),
    ],
)
def test_a_house_number_takes_out_only_what_it_equals(at: str, answer: Any, is_told: bool) -> None:
    address = "Gang B No. 7 RT 000, sejak 2015, lahir 12-03-1985"
    same = agrees(at, "exact", answer, answer, BY, Shown.of({"address": address}))
    assert same is (None if is_told else True)


@pytest.mark.parametrize(
    ("at", "first", "second", "same"),
    [
        # Shown: Warung Sederhana, warung nasi goreng, Jalan Melati 5; the owner Sari Wijaya.
        ("/main_product", "nasi goreng dan mie", "nasi goreng", None),
        ("/main_product", "nasi goreng dan mie", "warung nasi", None),
        ("/main_product", "nasi goreng dan mie", "nasi goreng dan", None),
        ("/main_product", "nasi goreng dan mie", "mie", True),
        ("/main_product", "nasi goreng dan mie", "mie goreng", True),
        ("/main_product", "nasi goreng dan mie", "nasi goreng dan bakso", False),
        ("/owner/address", "Jalan Melati 5", "Jl. Melati No. 5", None),
        ("/owner/address", "Jalan Melati 5 Baturaja", "Jalan Melati 5", None),
        ("/owner/address", "Jalan Melati 5 Baturaja", "Jl Melati, Baturaja", True),
        ("/owner/address", "Jalan Melati 5 Baturaja", "Jalan Melati 5 Palembang", False),
        ("/trade_name", "Warung Barokah", "Warung", None),
        ("/trade_name", "Warung Barokah", "Warung Sederhana", None),
        ("/trade_name", "Warung Barokah Sari", "Barokah", True),
        ("/trade_name", "Warung Barokah", "Toko Barokkah", True),
        ("/trade_name", "Toko Barokah", "Toko Barokah Jaya", False),
        ("/trade_name", "Toko Barokah", "Toko Makmur", False),
        ("/products", [{"name": "Nasi goreng"}, {"name": "Mie"}], [{"name": "nasi"}], None),
        ("/products", [{"name": "Nasi goreng"}, {"name": "Mie"}], [{"name": "mie"}], True),
        ("/products", [{"name": "Nasi goreng"}, {"name": "Mie"}], [{"name": "Bakso"}], False),
        ("/products", [{"name": "Nasi goreng"}, {"name": "Mie"}], [], None),
        ("/products", [{"price_idr": 5}], [{"price_idr": 5}], None),
    ],
)
def test_of_a_text_only_what_is_not_shown_is_compared(at: str, first: Any, second: Any, same: bool | None) -> None:
    shown = Shown.of(
        {
            "legal_name": "Warung Sederhana",
            "main_activity": "warung nasi goreng",
            "address": "Jalan Melati 5",
            "owner": {"name": "Sari Wijaya"},
        }
    )
    kind = questions("umkm@2")[at]
    assert agrees(at, kind, first, second, BY, shown) is same
    assert agrees(at, kind, second, first, BY, shown) is same


SHOWN_THERE = Shown.of(
    {
        "legal_name": "CV Kopi Melati",
        "address": "Jalan Melati 12 sejak 1998",
        "main_activity": "kopi bubuk",
        "owner": {"name": "Sari Wijaya"},
    }
)


@pytest.mark.parametrize(
    ("said", "is_none"),
    [
        ({"legal_name": "Warung Baru", "kbli": "47112", "address": "Jalan Lain"}, True),
        ({"respondent": {"name": "Budi"}, "notes": "ramai", "email": "a@b.id", "unknown": 1}, True),
        ({"trade_name": "Kopi Melati", "main_product": "bubuk kopi", "products": [{"name": "Kopi"}]}, True),
        ({"legal_form": "cv", "rt": "012", "workers": {"paid_male": 12}, "started_year": 1998}, True),
        ({"trade_name": "", "products": [], "permits": {"others": []}, "phone": None}, True),
        ({"legal_form": "pt"}, False),
        ({"started_year": 1999}, False),
        ({"workers": {"paid_male": 0}}, False),
        ({"practice": {"internet": False}}, False),
        ({"phone": "0811111111"}, False),
        ({"main_product": "kopi dan teh"}, False),
        ({"permits": {"others": ["SIUP"]}}, False),
        ({"owner": {"nik": "1601145203850001"}}, False),
    ],
)
def test_an_interview_is_none_where_it_answers_nothing_but_what_is_shown(said: dict[str, Any], is_none: bool) -> None:
    assert is_no_interview("umkm@2", SHOWN_THERE, said) is is_none


def test_who_copies_what_is_shown_agrees_in_nothing() -> None:
    """As somebody did who had only the task."""
    first = {
        "legal_name": "Warung Sederhana",
        "address": "Jalan Melati 5",
        "main_activity": "warung nasi goreng",
        "main_product": "nasi goreng dan mie",
        "trade_name": "Warung Barokah",
        "owner": {"name": "Sari", "address": "Jalan Melati 5 Baturaja"},
    }
    copied = {**first, "main_product": "warung nasi goreng", "trade_name": "Warung Sederhana"}
    copied["owner"] = {"name": "Sari", "address": "Jalan Melati 5"}
    assert of(first, copied).compared == 0
    assert of(first, first).compared == 3


WORDS = st.lists(st.sampled_from(["nasi", "Mie", "toko", "5", "05", "2015", "Melati", "dan", "-"]), max_size=4)
TEXTS = WORDS.map(" ".join)
FIRST = st.fixed_dictionaries(
    {},
    optional={
        "address": TEXTS,
        "main_activity": TEXTS,
        "legal_name": TEXTS,
        "trade_name": TEXTS,
        "main_product": TEXTS,
        "rt": st.sampled_from(["5", "05", "2015"]),
        "started_year": st.sampled_from([5, 2015, 2016]),
        "products": st.lists(TEXTS, min_size=1, max_size=3),
    },
)


@given(FIRST)
def test_no_answer_that_is_made_of_what_is_shown_counts(first: dict[str, Any]) -> None:
    texts = (str(first.get(each, "")) for each in ("address", "main_activity", "legal_name"))
    shown = " ".join(map(without_long_numbers, texts))
    copied: dict[str, Any] = dict.fromkeys(("trade_name", "main_product"), shown)
    copied |= {"products": shown.split(), "rt": next((each for each in shown.split() if each.isdigit()), "")}
    for pointer in of(first, copied).same:
        assert pointer in SHOWN
