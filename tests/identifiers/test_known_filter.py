"""The filter: no number that is in it is missed, about one of a hundred others hits, and it is no list of numbers,
whatever its reader knows about names, serials and birthdays."""

import hmac
from collections.abc import Iterable, Sequence
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from population import DISTRICTS, Owner, birthdays, commonest, nik_of, owners_of

from app.identifiers.known_filter import HEADER, KnownFilter, Said, bits_for, filter_of, hash64, write
from app.identifiers.phonetic_name import phonetic_name
from kumkm_tablet.known import Known  # what a tablet makes of the bytes

TOGETHER = True
KEY, OTHER_KEY = bytes(range(32)), bytes(32)
OKU = 42_000
WITH_NIB = 14_700
STRANGERS = 4_000
TRIED = 2_500
MOST_PRECISE = 0.02


def said(owner: Owner, nik: str = "") -> Said:
    return Said("nik", nik or owner.nik, phonetic_name(owner.name))


class Census(NamedTuple):
    """Who is recorded under which number and name, who is not, and the hashes of all that is recorded."""

    owners: list[Owner]
    sayings: list[Said]
    strangers: list[Said]
    hashes: list[int]
    recorded: frozenset[Said]
    filter: KnownFilter


def census_of(owners: list[Owner], strangers: list[Owner]) -> Census:
    sayings = list(map(said, owners))
    nibs = [Said("nib", f"{9_120_000_000_000 + 7 * at}", each.heard) for at, each in enumerate(sayings[:WITH_NIB])]
    hashes = [hash64(KEY, each) for each in [*sayings, *nibs]]
    return Census(owners, sayings, list(map(said, strangers)), hashes, frozenset(sayings), filter_of(hashes))


@pytest.fixture(scope="module")
def oku() -> Census:
    everybody = owners_of(OKU + STRANGERS)
    return census_of(everybody[:OKU], everybody[OKU:])


def precision(
    census: Census, names: Iterable[tuple[str, bool]], districts: Sequence[int], also: KnownFilter | None = None
) -> float:
    """How much of what is found is right, where each of these names (with its sex) is tried with every birthday and
    serial 0001 in these districts. What is right is counted; what is wrong is estimated from a sample."""
    rng, wrong = Random(1), 0
    heard = sorted({(phonetic_name(name), female) for name, female in names})
    asked = [census.filter, *([also] if also else [])]
    for _ in range(TRIED):
        name, female = rng.choice(heard)
        guess = Said("nik", nik_of(rng.choice(districts), rng.choice(birthdays()), female, 1), name)
        wrong += guess not in census.recorded and all(known.has(KEY, guess) for known in asked)
    wanted, where = set(heard), set(districts)
    right = sum(
        owner.nik.endswith("0001")
        and owner.district in where
        and (each.heard, owner.female) in wanted
        and (also is None or also.has(KEY, each))
        for owner, each in zip(census.owners, census.sayings, strict=True)
    )
    assert right, "it would have found some"
    return right / (right + wrong / TRIED * len(heard) * len(birthdays()) * len(districts))


ALL = range(1, 14)
DENSEST = [1 + DISTRICTS.index(max(DISTRICTS))]


@pytest.mark.proof
def test_the_filter_of_oku_is_small_and_right(oku: Census) -> None:
    known = oku.filter
    assert len(write(KEY, known)) <= 70_000
    assert all(known.has(KEY, each) for each in oku.sayings[::7])
    rate = sum(known.has(KEY, each) for each in oku.strangers) / len(oku.strangers)
    assert 0.005 < rate <= 0.025
    uncommon = [each._replace(heard=f"x{at}") for at, each in enumerate(oku.strangers)]
    assert sum(known.has(KEY, each) for each in uncommon) / len(uncommon) <= 0.012


@pytest.mark.proof
@pytest.mark.parametrize("names", [10, 100, 1_000])
def test_who_tries_the_commonest_names_finds_nearly_nobody(oku: Census, names: int) -> None:
    assert precision(oku, commonest(oku.owners, names), ALL) <= MOST_PRECISE


@pytest.mark.proof
def test_who_has_the_whole_list_of_names_finds_nearly_nobody(oku: Census) -> None:
    names = {(each.name, each.female) for each in oku.owners}
    assert precision(oku, names, ALL) <= MOST_PRECISE
    assert precision(oku, names, DENSEST) <= MOST_PRECISE


@pytest.mark.parametrize("most", [300, 3_000, 33_000, 42_000])
def test_who_knows_name_sex_and_district_of_everybody_finds_nearly_nobody(oku: Census, most: int) -> None:
    """Of each owner on the list the district is known as well: one in fifty hits is right, in a village as in all of
    OKU, whether its numbers just took another bit or not."""
    known = filter_of(oku.hashes[:most])
    rng, wrong, right = Random(2), 0, 0
    for _ in range(TRIED):
        at = rng.randrange(most)
        owner, each = oku.owners[at], oku.sayings[at]
        guess = each._replace(digits=nik_of(owner.district, rng.choice(birthdays()), owner.female, 1))
        wrong += guess not in oku.recorded and known.has(KEY, guess)
        right += owner.nik.endswith("0001")
    assert right / (right + wrong * len(birthdays())) <= MOST_PRECISE


def test_where_all_have_one_name_it_tells_no_more_than_chance(oku: Census) -> None:
    """Nothing rests on the spread of names: the more people have one, the more numbers hit under it."""
    alike = census_of([each._replace(name="Sari") for each in oku.owners[:5_000]], [])
    right = sum(each.nik.endswith("0001") for each in alike.owners)
    by_chance = right / (2 * len(ALL) * len(birthdays()))
    assert precision(alike, [("Sari", True), ("Sari", False)], ALL) <= max(MOST_PRECISE, 1.1 * by_chance)


def test_a_second_filter_tells_no_more(oku: Census) -> None:
    """An earlier edition, that of another campaign, that of a village: all are under one key, and fewer bits of the
    same hash."""
    for other in (oku.hashes[::2], oku.hashes[:5_000]):
        assert precision(oku, commonest(oku.owners, 100), ALL, also=filter_of(other)) <= MOST_PRECISE


def test_without_the_name_it_would_be_a_list(oku: Census) -> None:
    """The attack is a good one: it has most of what fingerprints of the number alone would hold."""
    fingerprints = {_number_alone(each.nik) for each in oku.owners}
    recorded = {each.nik for each in oku.owners}
    rng, wrong = Random(3), 0
    for _ in range(TRIED):
        nik = nik_of(rng.choice(ALL), rng.choice(birthdays()), rng.random() < 0.5, 1)
        wrong += nik not in recorded and _number_alone(nik) in fingerprints
    right = sum(each.nik.endswith("0001") for each in oku.owners)
    assert right / (right + wrong / TRIED * 2 * len(ALL) * len(birthdays())) > 0.7
    assert right > 0.6 * OKU


def _number_alone(nik: str) -> int:
    return int.from_bytes(hmac.digest(KEY, f"nik:{nik}".encode(), "sha256")[:8]) >> (64 - 23)


def test_without_its_key_it_tells_nothing(oku: Census) -> None:
    assert sum(oku.filter.has(OTHER_KEY, each) for each in oku.sayings[:3_000]) / 3_000 < 0.02


def test_kinds_and_names_are_kept_apart() -> None:
    known = filter_of([hash64(KEY, Said("nib", "1234567890123", "sr"))])
    assert known.has(KEY, Said("nib", "1234567890123", "sr"))
    assert not known.has(KEY, Said("cooperative_number", "1234567890123", "sr"))
    assert not known.has(KEY, Said("nib", "1234567890123", "srt"))
    assert not known.has(KEY, Said("nib", "1234567890125", "sr"))


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_bits_only_grow_with_the_numbers(one: int, other: int) -> None:
    assert bits_for(min(one, other)) <= bits_for(max(one, other))


@given(st.sets(st.integers(0, 2**64 - 1), max_size=400))
def test_a_tablet_reads_what_was_written(hashes: set[int]) -> None:
    known = filter_of(hashes)
    read = Known.read(write(KEY, known))
    assert (read.bits, list(read.fingerprints), read.key) == (known.bits, list(known.fingerprints), KEY)


def test_the_bytes_are_as_documented() -> None:
    written = write(KEY, KnownFilter(19, [3, 10, 4000]))
    assert written[:9] == b"KUMKM-KI\x02"
    assert (written[9], written[11:15]) == (19, b"\x00\x00\x00\x03")
    assert written[15:47] == KEY
    assert HEADER == 47
