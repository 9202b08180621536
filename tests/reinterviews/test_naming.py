"""When two names are the same, and which ones are looked for in sentences. Pure."""

import pytest

from app.reinterviews.naming import Sentences, in_sentences, is_distinctive, keys_of, visible


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Warung Delima Sakti", "UD. Delima Sakti, S.Pd."),
        ("Achmad Yusuf", "ahmad yusup"),
        ("88", "\u0668\u0668"),
        ("88", "\uff18\uff18"),
        ("\u798f", "\ufa1b"),  # the same sign, one of them a compatibility form
        ("Toko 99", "toko  99"),
        ("Toko 99", "\u200bToko\u200b 9\u200b9"),
        ("Warung", "WARUNG"),
        ("\u0e01\u0e32\u0e41\u0e1f", "\u0e01\u0e32\u0e41\u0e1f "),
    ],
)
def test_names_that_are_the_same_as_they_are_heard(one: str, other: str) -> None:
    assert keys_of(one).heard == keys_of(other).heard != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Toko 99", "Toko 77"),
        ("88", "89"),
        ("\u798f", "\u58fd"),
        ("Toko 99", "Toko"),
        ("\u2116 5", "\u2116 6"),
        ("Warung", "Toko"),
        ("Ai", "Iu"),
        ("Toko KP", "Warung Kopi"),
        ("\u0e01\u0e32\u0e41\u0e1f", "\u0e0a\u0e32"),
    ],
)
def test_names_in_which_little_is_heard_are_compared_in_full(one: str, other: str) -> None:
    assert keys_of(one).heard != keys_of(other).heard


@pytest.mark.parametrize("name", ["", " ", "-", "\u200b", ",", "\u3164"])
def test_what_says_nothing_is_no_name(name: str) -> None:
    assert keys_of(name) == ("", "")
    assert in_sentences(name, of_person=True) == in_sentences(None, of_person=True) == frozenset()


def test_what_is_only_seen_is_left() -> None:
    assert visible("Wa\u200br\ud800u\x00ng\u2066 \ufe0fSari\n") == "Warung Sari\n"
    assert visible("Toko Sari") == "Toko Sari"


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("delima sakti", True), ("mulia", False), ("toko mulia", False), ("toko 99 88", False), ("ai jaya", False)],
)
def test_a_distinctive_name_has_two_words_that_say_something(name: str, is_one: bool) -> None:
    assert is_distinctive(name) is is_one


@pytest.mark.parametrize(
    ("name", "text", "stands"),
    [
        ("Warung Delima Sakti", "ini warung Delima Sakti.", True),
        ("Warung Delima Sakti", "ini warung-delima  sakti", True),
        ("Warung Delima Sakti", "WARUNG\u200b DELIMA SAKTI", True),
        ("Warung Delima Sakti", "ini Delima Sakti", False),
        ("Warung Delima Sakti", "warung delima, warung sakti", False),
        ("Lain Warung Delima", "warung delima", False),
        ("Warung Delima Sakti", "warung delima saktia", False),
        ("Toko Mulia", "dekat toko mulia", False),
        ("Pecel Lele", "pecel lele", False),
        ("Warung Makan Padang", "warung makan padang", False),
        ("Salon Cantik Ayu", "salon cantik ayu", True),
    ],
)
def test_which_names_stand_in_a_sentence(name: str, text: str, stands: bool) -> None:
    others = in_sentences("Warung Delima Indah", of_person=False)
    found = Sentences({*in_sentences(name, of_person=False), *others}).found_in(["lain", text])
    assert bool(found) is stands
