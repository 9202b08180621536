"""How names are searched by: as they sound, in any script, and by the words that tell one from another."""

import pytest

from app.register.names import searchable, telling_words

EMBEDDED_IS_ENOUGH = True


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Warung Bu Sari", "WARUNG  bu-sari"),
        ("Café Tønder", "cafe tonder"),
        ("Łódź", "lodz"),
        ("Æsop", "aesop"),
        ("Toko ２４", "toko 24"),
        ("Kios ١٢", "kios 12"),
        ("Sa\u200dri", "sari"),
        ("Sa\u034fri", "sari"),
    ],
)
def test_names_that_sound_alike_are_searched_alike(name: str, other: str) -> None:
    assert searchable(name) == searchable(other)


@pytest.mark.parametrize("name", ["", "   ", "!?", "\u200b", "\u0301"])
def test_what_shows_no_word_is_searched_by_nothing(name: str) -> None:
    assert searchable(name) == ""
    assert telling_words(name) == []


def test_other_scripts_are_kept_sign_by_sign_with_their_vowels() -> None:
    assert searchable("ꦧꦠꦶꦏ꧀") != searchable("ꦧꦠꦏ")
    assert searchable("好 吃").split() == ["022909", "021507"]


def test_a_name_is_told_by_its_rare_words_or_by_the_common_ones_alone() -> None:
    assert telling_words("Warung Bu Sari Sari") == searchable("sari").split()
    assert telling_words("Toko Ibu") == searchable("Toko Ibu").split()
    assert len(telling_words(" ".join(f"kata{chr(97 + n)}" for n in range(20)))) == 8
