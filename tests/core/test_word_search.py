"""What words of a search become in SQL."""

from app.core.word_search import WORDS_OF_NAME, beginning, containing, inside, words_asked


def test_words_are_parted_by_blanks_and_asked_for_once_at_most_eight() -> None:
    assert words_asked("  Siti\tAMINAH siti ") == ["siti", "aminah"]
    assert len(words_asked("a b c d e f g h i j")) == 8
    assert words_asked(" ") == []


def test_signs_that_part_words_of_names_part_those_that_are_asked() -> None:
    assert beginning("al-fatih") == "% al fatih%"
    assert beginning("h.") == "% h%"
    assert beginning("-.") is None
    assert "'\"''(),-./'" in WORDS_OF_NAME


def test_what_patterns_know_as_signs_stands_for_itself() -> None:
    assert beginning("100%_\\") == "% 100\\%\\_\\\\%"
    assert containing("a_b") == "%a\\_b%"


def test_of_other_texts_a_word_is_a_part_and_a_short_one_the_beginning() -> None:
    assert containing("tor.1") == "%tor.1%"
    assert containing("en") == "en%"
    assert inside("jaya") == "%jaya%"
    assert inside("'jaya.raya'") == "%jaya raya%"
    assert inside("ja") == "% ja%"
    assert inside("--") is None
