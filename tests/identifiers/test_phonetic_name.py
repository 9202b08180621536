"""A name as it is heard: what two people write of one name is one, what two names are stays two, the tablet agrees."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from population import owners_of

from app.identifiers.phonetic_name import LENGTH, phonetic_name
from kumkm_tablet.heard import heard_name as on_the_tablet

SAME = (
    ("Siti Aminah", "Hj. Siti Aminah, S.Pd.", "St. Aminah", "Aminah", "SITI AMINA", "siti  amínah", "Ibu Aminah"),
    ("Muhammad Rizki Pratama", "M. Riski Pratama", "Mochammad Rizky Pratama Putra", "Moh. Rizqi Pratama"),
    ("Nurhayati", "Nur Hayati", "Noer Hayati", "Noerhayati", "Nur Hayatie"),
    ("Tjahjadi Soekarno", "Tjahjadi Sukarno"),
    ("Djoko Santoso", "Joko Santosa", "H. Joko Santoso, S.E."),
    ("Achmad Fauzi", "Ahmad Fauzi", "Akhmad Pauji", "AHMAD FAUZI SE"),
    ("Syamsul Ma'arif", "Samsul Maarif", "Shamsul Ma’arif"),
    ("Abdullah bin Umar", "Abdullah", "Abdulah"),
    ("KUD Makmur", "Koperasi Unit Desa Makmur", "Makmur"),
    ("Muhammad", "MUHAMMAD", "muhammad"),
    ("李明", "李　明"),
)
VARIANTS = (
    ("u", "oe"),
    ("j", "dj"),
    ("c", "tj"),
    ("s", "sy"),
    ("h", "kh"),
    ("ah", "a"),
    ("i", "y"),
    ("i", "ie"),
    ("f", "p"),
    ("z", "s"),
    ("ia", "iya"),
    ("ua", "uwa"),
    ("n", "nn"),
    ("ai", "ae"),
    ("o", "u"),
    ("e", "i"),
    ("d", "dh"),
    ("k", "q"),
)
TITLES = ("H. {}", "Hj. {}", "Bu {}", "Pak {}", "{}, S.E.", "{} S.Pd", "Drs. {}", "{}, SH", "Alm. {}")


@pytest.mark.parametrize("names", SAME)
def test_what_is_written_of_one_name_is_heard_alike(names: Sequence[str]) -> None:
    assert len(set(map(phonetic_name, names))) == 1, list(map(phonetic_name, names))


def test_a_name_without_letters_is_none() -> None:
    assert {phonetic_name(name) for name in ("", " ", "-", "123", "...", "\u0301", "😀")} == {""}


def test_what_is_left_out_is_heard_where_nothing_else_is_said() -> None:
    assert all(phonetic_name(name) for name in ("Siti", "H.", "Haji", "Muhammad", "M", "Bin", "Koperasi", "Hhh"))


def written_otherwise(rng: Random, name: str) -> str:
    low = name.lower()
    for written, otherwise in rng.sample(VARIANTS, len(VARIANTS)):
        if written in low:
            return low.replace(written, otherwise, 1)
    return name


def short(_rng: Random, name: str) -> str:
    return name.replace("Muhammad ", "M. ").replace("Siti ", "St. ")


def cut(_rng: Random, name: str) -> str:
    return " ".join(name.split()[:2])


def joined(_rng: Random, name: str) -> str:
    return name.replace(" ", "", 1)


def mistyped(rng: Random, name: str) -> str:
    at = rng.randrange(1, len(name))
    return name[:at] + rng.choice((name[at] * 2, rng.choice("aeiou"), "")) + name[at + 1 :]


@pytest.mark.parametrize(
    ("slip", "least"),
    [
        (written_otherwise, 0.9),
        (lambda rng, name: rng.choice(TITLES).format(name), 0.99),
        (short, 0.99),
        (joined, 0.9),
        (cut, 0.7),
        (mistyped, 0.6),
    ],
)
def test_slips_of_the_pen_are_heard_through(slip: Callable[[Random, str], str], least: float) -> None:
    rng, tried, heard = Random(1), 0, 0
    for owner in owners_of(1_500, seed=7):
        other = slip(rng, owner.name)
        if other != owner.name:
            tried, heard = tried + 1, heard + (phonetic_name(other) == phonetic_name(owner.name))
    assert heard / tried >= least, heard / tried


def test_names_stay_apart() -> None:
    """Two owners are heard alike about as often as they are called alike."""
    owners = owners_of(8_000, seed=7)

    def alike(names: Iterable[Any]) -> float:
        return sum(many * many for many in Counter(names).values()) / len(owners) ** 2

    assert alike(phonetic_name(each.name) for each in owners) < 2.5 * alike(each.name for each in owners)


@given(st.text(max_size=40) | st.text(alphabet="abhjkszxq '.,-É", max_size=30))
def test_the_tablet_hears_as_the_server_does(name: str) -> None:
    heard = phonetic_name(name)
    assert heard == on_the_tablet(name)
    assert len(heard) <= LENGTH
