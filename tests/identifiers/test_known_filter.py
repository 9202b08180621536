"""The filter: no number that is in it is missed, about one of a hundred others hits, and it is no list."""

import random

from hypothesis import given
from hypothesis import strategies as st

from app.identifiers.known_filter import HEADER, MOST_FALSE, KnownFilter, filter_of, hash64, write
from kumkm_tablet.known import Known  # what a tablet makes of the bytes

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
OKU = 42_000


def numbers(count, seed=1):
    """So many NIKs of OKU: districts, birth dates and the low serials that there really are."""
    rng = random.Random(seed)
    found = set()
    while len(found) < count:
        found.add(candidate(rng))
    return sorted(found)


def candidate(rng):
    day = rng.randint(1, 28) + rng.choice((0, 40))
    return (
        f"1601{rng.randint(1, 13):02d}{day:02d}{rng.randint(1, 12):02d}{rng.randint(0, 99):02d}{rng.randint(1, 20):04d}"
    )


def made(digits, kind="nik"):
    return filter_of(hash64(KEY, kind, each) for each in digits)


def test_the_filter_of_oku_is_small_and_right():
    inside = numbers(OKU)
    known = made(inside)
    written = write(KEY, known)
    assert len(written) <= 70_000
    assert all(known.has(KEY, "nik", each) for each in inside)
    outside = set(numbers(250_000, seed=2)) - set(inside)
    rate = sum(known.has(KEY, "nik", each) for each in outside) / len(outside)
    assert 0.8 * MOST_FALSE / 2 < rate <= 0.012


def test_it_cannot_be_listed():
    """Who tries every number that could be gets more that are not recorded than such that are, and knows no better
    by holding on to older editions."""
    rng = random.Random(3)
    inside = numbers(2_000)
    editions = [made(inside[:size]) for size in (1_300, 1_600, 2_000)]
    # 13 districts, 24 times 28 days of birth and sex, a hundred years, twenty serials: seventeen million numbers.
    space = 13 * 28 * 2 * 12 * 100 * 20
    tried = [candidate(rng) for _ in range(200_000)]
    hits = [each for each in tried if editions[-1].has(KEY, "nik", each)]
    listed = len(hits) / len(tried) * space
    assert len(inside) / listed < 0.02
    refined = [each for each in hits if all(edition.has(KEY, "nik", each) for edition in editions[:2])]
    never = [each for each in hits if each not in set(inside)]
    # An older edition rules out what has come since, and nothing else.
    assert len(set(refined) & set(never)) >= 0.5 * len(never)
    older_only = [each for each in tried if editions[0].bits == editions[-1].bits and editions[0].has(KEY, "nik", each)]
    assert set(older_only) <= set(hits)


def test_without_its_key_it_tells_nothing():
    inside = numbers(5_000)
    known = made(inside)
    rate = sum(known.has(OTHER_KEY, "nik", each) for each in inside) / len(inside)
    assert rate < 0.02


def test_kinds_are_kept_apart():
    known = made(["1234567890123"], kind="nib")
    assert known.has(KEY, "nib", "1234567890123")
    assert not known.has(KEY, "cooperative_number", "1234567890123")


@given(st.sets(st.integers(0, 2**64 - 1), max_size=400))
def test_a_tablet_reads_what_was_written(hashes):
    known = filter_of(hashes)
    read = Known.read(write(KEY, known))
    assert (read.bits, list(read.fingerprints), read.key) == (known.bits, list(known.fingerprints), KEY)


@given(st.sets(st.integers(0, 2**40 - 1), max_size=200), st.sets(st.integers(0, 2**40 - 1), max_size=200))
def test_a_tablet_adds_what_is_new(before, new):
    old, now = KnownFilter(40, sorted(before)), KnownFilter(40, sorted(before | new))
    delta = write(KEY, KnownFilter(40, sorted(new - before)), base=old.tag)
    assert Known.read(write(KEY, old)).plus(Known.read(delta)).tag == now.tag


def test_the_bytes_are_as_documented():
    written = write(KEY, KnownFilter(12, [3, 10, 4000]))
    assert written[:9] == b"KUMKM-KI\x01"
    assert (written[9], written[10], written[12:16]) == (0, 12, b"\x00\x00\x00\x03")
    assert written[16:32] == bytes(16)
    assert written[32:64] == KEY
    assert HEADER == 64
