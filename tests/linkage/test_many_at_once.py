"""What is done for millions of pairs at once is what one would do for each of them."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pair_by_pair
import pytest
from hypothesis import given
from hypothesis import strategies as st
from some_worlds import some_worlds

from app.linkage import blocking
from app.linkage.columns import Columns
from app.linkage.comparing import MEASURES, Corpus
from app.linkage.features import Features
from app.linkage.wording import like
from kumkm_proof.bench.learning import World
from kumkm_proof.bench.worlds import figures, markets


def chosen(rows: list[Features]) -> tuple[list[tuple[int, int]], Columns]:
    columns = Columns(rows)
    with ThreadPoolExecutor(2) as threads:
        one, other = blocking.candidates(columns, threads)
    return list(zip(one.tolist(), other.tolist(), strict=True)), columns


@pytest.mark.parametrize("world", some_worlds())
def test_the_same_pairs_are_chosen_and_compare_the_same(world: World) -> None:
    rows = [row.features for row in world(7, 900)]
    pairs, columns = chosen(rows)
    assert pairs == sorted(pair_by_pair.candidates(rows))
    corpus, plain = Corpus(columns), pair_by_pair.Corpus(rows)
    one, other = np.array(pairs).T
    assert corpus.judged(one, other).tolist() == [plain.judged(rows[a], rows[b]) for a, b in pairs]
    found = corpus.compare(one, other)
    expected = np.array([plain.compare(rows[a], rows[b]) for a, b in pairs], np.float64)
    for at, measure in enumerate(MEASURES):
        assert found[:, at] == pytest.approx(expected[:, at], nan_ok=True), measure.name


def test_in_small_portions_the_same_pairs_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row.features for row in markets.world(7, 900)]
    whole, _ = chosen(rows)
    monkeypatch.setattr(blocking, "_AT_ONCE", 700)
    monkeypatch.setattr(blocking, "_PART", 64)
    assert chosen(rows)[0] == whole != []


@given(
    st.lists(st.tuples(*[st.text("abj", min_size=1, max_size=6)] * 2).filter(lambda two: two[0] != two[1]), max_size=9)
)
def test_words_are_alike_as_they_read(pairs: list[tuple[str, str]]) -> None:
    one, other = (np.array([pair[at] for pair in pairs], np.object_) for at in (0, 1))
    worth = {0: 0.0, 1: 0.3, 2: 0.6, 3: 0.85}
    assert [worth[each] for each in like(one, other).tolist()] == [pair_by_pair._like(*pair) for pair in pairs]


def test_a_words_place_in_the_list_does_not_matter_to_what_is_chosen() -> None:
    rows = [row.features for row in figures.world(7, 900)]
    mixed = rows.copy()
    Random(1).shuffle(mixed)
    ids = [{frozenset((each[a].unique_id, each[b].unique_id)) for a, b in chosen(each)[0]} for each in (rows, mixed)]
    assert ids[0] == ids[1]
