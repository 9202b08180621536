"""What answers mean: the state belongs to the pair that was asked. Pure."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.verification.states import (
    ANSWERS,
    KINDS,
    WORDS,
    Answer,
    Answered,
    Kind,
    Pair,
    Standing,
    as_stored,
    fingerprint,
    is_about,
    read_word,
    standings,
)

DAY, AT = date(2022, 9, 12), datetime(2022, 9, 12, 3, tzinfo=UTC)


def said(
    answer: Answer = "match", *, number: bytes = b"1", name: str = "Sari", days: int = 0, kind: Kind = "nik"
) -> Answered:
    salt = b"request"
    later = timedelta(days=days)
    return Answered(kind, number, fingerprint(name, salt), salt, answer, "dukcapil", DAY + later, AT + later)


def test_a_state_holds_for_the_pair_that_was_asked_and_for_no_other() -> None:
    answers = [said("match")]
    assert standings(answers, {"nik": Pair(b"1", "Sari")}) == {"nik": Standing("match", "dukcapil", DAY)}
    assert standings(answers, {"nik": Pair(b"2", "Sari")}) == {}, "another number"
    assert standings(answers, {"nik": Pair(b"1", "Dewi")}) == {}, "another name"
    assert standings(answers, {"nib": Pair(b"1", "Sari")}) == {}, "another kind"
    assert standings(answers, {}) == {}, "no number any more"


def test_capitals_and_blanks_are_no_other_name() -> None:
    assert fingerprint(" SARI  dewi", b"s") == fingerprint("Sari Dewi", b"s")
    assert fingerprint("Sari Dewi", b"s") != fingerprint("Sari Dewi", b"t"), "of another request it is another one"
    assert not is_about(said(), None)


def test_the_newest_answer_about_the_pair_holds() -> None:
    older, newer = said("mismatch", days=0), said("match", days=3)
    elsewhere = said("not_found", number=b"2", days=9)
    for answers in ([older, newer, elsewhere], [elsewhere, newer, older]):
        assert standings(answers, {"nik": Pair(b"1", "sari")})["nik"].state == "match"


def test_what_the_register_keeps_says_state_source_and_day() -> None:
    found = standings([said(), said("not_found", kind="nib")], {"nik": Pair(b"1", "Sari"), "nib": Pair(b"1", "Sari")})
    assert as_stored(found) == {
        "nib": {"state": "not_found", "source": "dukcapil", "on": "2022-09-12"},
        "nik": {"state": "match", "source": "dukcapil", "on": "2022-09-12"},
    }


_answers = st.builds(
    said,
    st.sampled_from(ANSWERS),
    number=st.sampled_from([b"1", b"2"]),
    name=st.sampled_from(["Sari", "Dewi"]),
    days=st.integers(0, 4),
    kind=st.sampled_from(KINDS),
)
_pairs = st.dictionaries(
    st.sampled_from(KINDS), st.builds(Pair, st.sampled_from([b"1", b"2"]), st.sampled_from(["SARI", "Dewi"]))
)


@given(st.lists(_answers), st.lists(_pairs, min_size=1, max_size=6))
def test_the_state_depends_on_the_pair_alone_however_the_business_came_to_it(
    answers: list[Answered], walk: list[dict[Kind, Pair]]
) -> None:
    for pairs in (*walk, walk[0]):
        found = standings(answers, pairs)
        for kind, pair in pairs.items():
            about = [each for each in answers if each.kind == kind and is_about(each, pair)]
            assert (kind in found) == bool(about)
            if about:
                assert found[kind].on == max(each.answered_on for each in about)
        assert found.keys() <= pairs.keys()


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_is_read_however_it_is_typed(word: str) -> None:
    for typed in (word, word.upper(), f" {word} ", word.replace(" ", "  "), word.replace(" ", "_")):
        assert read_word(typed) == WORDS[word]


@pytest.mark.parametrize("text", ["", "0", "1", "2", "mungkin", "SESUAI?", "=SESUAI", "\u202eSESUAI", "x" * 10_000])
def test_everything_else_is_no_answer(text: str) -> None:
    assert read_word(text) is None
