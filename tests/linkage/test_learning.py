"""The model as data: read, summed for many pairs as for one, and weighed again by what reviewers decided."""

import json
import math
from random import Random
from uuid import UUID

import numpy as np
import pytest

from app.linkage.columns import Columns
from app.linkage.comparing import MEASURES, RESPECTS, Corpus, Figures
from app.linkage.features import features_of
from app.linkage.model import Model, Unreadable, model_of, packaged, rivalled
from app.linkage.retraining import LEAST, Decided, TooFew, learn
from app.linkage.sentences import reasons


def some_figures(count: int) -> list[Figures]:
    rng = Random(3)
    return [
        tuple(None if rng.random() < 0.3 else rng.choice((0, 1, 4, 12)) * rng.random() for _ in MEASURES)
        for _ in range(count)
    ]


def test_many_sums_are_those_that_the_trees_give_one_by_one() -> None:
    model, figures = packaged(), some_figures(300)
    forest = model.forest()
    found = forest.sums(forest.bins(np.array(figures, np.float64)))
    assert found == pytest.approx([model.margin(each) for each in figures])
    assert len({round(each, 6) for each in found.tolist()}) > 200


def test_a_figure_at_a_limit_goes_left_and_an_unknown_one_where_the_tree_says() -> None:
    model = Model(1.0, ((0, 2.0, True, 10.0, (1, 3.0, False, 20.0, 40.0)), 100.0), ((0.0, 0.0), (1.0, 1.0)))
    said = [(2.0, 3.0), (2.1, 3.0), (2.1, 3.1), (2.1, None), (None, 3.0)]
    figures = [(*each, *[0.0] * (len(MEASURES) - 2)) for each in said]
    forest = model.forest()
    assert forest.sums(forest.bins(np.array(figures, np.float64))).tolist() == [111, 121, 141, 141, 111]
    assert [model.margin(each) for each in figures] == [111, 121, 141, 141, 111]


def test_a_part_is_what_the_sum_loses_without_that_respect() -> None:
    model, figures = packaged(), some_figures(20)
    forest = model.forest()
    hidden = [[at for at, each in enumerate(MEASURES) if each.respect == name] for name in RESPECTS]
    lost = forest.losses(forest.bins(np.array(figures, np.float64)), hidden)
    for respect, parts in zip(RESPECTS, lost.tolist(), strict=True):
        for each, part in zip(figures, parts, strict=True):
            without = tuple(None if at.respect == respect else value for at, value in zip(MEASURES, each, strict=True))
            assert part == pytest.approx(model.margin(each) - model.margin(without))


def test_a_better_pair_of_one_of_the_two_speaks_against() -> None:
    one, other = np.array([0, 0, 2, 5]), np.array([1, 2, 3, 6])
    sums = rivalled(one, other, np.array([4.0, 1.0, 1.0, -2.0]), 7).tolist()
    assert sums[0] == 4.0, "nothing is better"
    assert sums[1] < sums[2] == 1.0, "0 is met in 1 already; what 2 and 3 are like together is as good as any"
    assert sums[3] == -2.0, "nobody else"


def test_a_third_business_that_fits_both_speaks_for_them_and_is_no_rival() -> None:
    one, other = np.array([0, 0, 1, 3, 3]), np.array([1, 2, 2, 4, 5])
    sums = rivalled(one, other, np.array([1.0, 5.0, 4.0, 1.0, 5.0]), 6).tolist()
    assert sums[0] > 1.0, "2 is the one and the other"
    assert sums[1] == 5.0, "nothing fits 0 or 2 better"
    assert sums[2] > sums[0], "what is certain by itself stays before what follows from it"
    assert sums[3] < 1.0, "5 fits 3 better, and nobody looked at it and 4"


def test_where_nobody_is_met_a_third_time_a_third_business_is_a_rival() -> None:
    couples = np.arange(0, 600, 2)
    one, other = np.append(couples, [0, 0, 1]), np.append(couples + 1, [600, 601, 600])
    sums = rivalled(one, other, np.array([*[5.0] * 300, 1.0, -3.0, 1.0]), 602).tolist()
    assert sums[0] == 5.0
    assert sums[300] == sums[302] < 0.0, "600 fits 0 and 1 alike, and is the third"


def test_what_others_say_of_a_pair_does_not_hang_on_the_order_of_pairs() -> None:
    rng = np.random.default_rng(5)
    one, other = (each.ravel() for each in np.triu_indices(12, 1))
    margins = np.round(rng.normal(0, 3, len(one)))  # many are as good as others
    mixed = rng.permutation(len(one))
    assert (
        rivalled(one, other, margins, 12)[mixed].tolist()
        == rivalled(other[mixed], one[mixed], margins[mixed], 12).tolist()
    )


def test_agreement_never_speaks_against() -> None:
    model = packaged()
    for figures in some_figures(100):
        for at, measure in enumerate(MEASURES):
            if measure.sense and figures[at] is not None:
                more = (*figures[:at], (figures[at] or 0) + 1, *figures[at + 1 :])
                assert (model.margin(more) - model.margin(figures)) * measure.sense >= -1e-9, measure.name


def test_a_curve_rises() -> None:
    curve = packaged().curve
    assert list(curve) == sorted(curve)
    assert [logit for _, logit in curve] == sorted(logit for _, logit in curve)
    assert packaged().calibrated(np.array([-99, 99])).tolist() == [curve[0][1], curve[-1][1]]
    assert Model(0, (), ((0.0, 0.0), (1.0, 4.0))).calibrated(np.array([0.25])).tolist() == [1.0]


def test_a_model_is_read_as_it_was_written() -> None:
    model = packaged().local(0.5, {"phone": -0.25})
    assert model_of(json.loads(json.dumps(model.as_json()))) == model
    assert len(model_of({**model.as_json(), "trees": [many_leaves(16)]}).trees) == 1


def many_leaves(count: int) -> object:
    return 1.0 if count == 1 else [0, float(count), True, 0.0, many_leaves(count - 1)]


@pytest.mark.parametrize(
    "harm",
    [
        {"edition": 1},
        {"measures": ["phone"]},
        {"trees": [[0, 1.0, True, "0); DROP TABLE business; --", 1.0]]},
        {"trees": [[999, 1.0, True, 0.0, 1.0]]},
        {"trees": [many_leaves(17)]},
        {"curve": [1]},
        {"weights": {"phone": "x"}},
        {"base": None},
        {"base": "inf"},
    ],
)
def test_a_file_that_is_no_model_is_refused(harm: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        model_of({**packaged().as_json(), **harm})
    with pytest.raises(Unreadable):
        model_of([])


def decisions(count: int, worth: float) -> list[Decided]:
    """Of a region where phones are worth so much of what the model thinks."""
    rng, found = Random(5), []
    for _ in range(count):
        parts = {name: rng.gauss(0, 2) for name in RESPECTS}
        logit = sum(parts.values()) / 4
        told = logit + (worth - 1) * parts["phone"]
        found.append(Decided(logit, parts, rng.random() < 1 / (1 + 2.718**-told)))
    return found


def test_a_region_where_phones_are_passed_on_is_learnt() -> None:
    bias, weights = learn(decisions(400, 0.2))
    assert weights["phone"] < -0.4
    assert all(abs(weight) < 0.35 for name, weight in weights.items() if name != "phone")
    assert abs(bias) < 0.5


def test_few_decisions_or_all_of_one_kind_teach_nothing() -> None:
    with pytest.raises(TooFew):
        learn(decisions(LEAST - 1, 1))
    with pytest.raises(TooFew):
        learn([each._replace(same=True) for each in decisions(400, 1)])


def test_a_regions_weights_move_the_probability() -> None:
    model = Model(0, (), ((0.0, 0.0), (1.0, 1.0)))
    parts = np.array([[3.0 if name == "phone" else 0.0 for name in RESPECTS]])
    assert model.localised(np.array([1.0]), parts).tolist() == [1.0]
    assert model.local(0.5, {"phone": -0.5}).localised(np.array([1.0]), parts).tolist() == [0.0]


def test_a_sentence_says_what_speaks_for_and_what_against() -> None:
    shared = {"legal_name": "Warung Sari", "kbli": "47112"}
    one = {**shared, "owner": {"name": "Sari", "nik": "1601014708850002", "phone": "081234567890"}}
    other = {**shared, "owner": {"name": "Joko", "nik": "1601014708860002", "phone": "081234567890"}}
    village = "16.01.14.1003"
    pair = [
        features_of(UUID(int=n), "umkm", village, "47112", each, -4.1, 104.1 + n * 1e-4)
        for n, each in enumerate((one, other))
    ]
    mine, theirs = pair
    (found,) = Corpus(Columns(pair)).compare(np.array([0]), np.array([1])).tolist()
    figures = tuple(None if math.isnan(each) else each for each in found)
    told = reasons(
        mine, theirs, figures, dict.fromkeys(RESPECTS, 0.0) | {"phone": 3.0, "place": 2.0, "nik": 1.0, "owner": -1.0}
    )
    assert ", ".join(told.values()) == "telepon sama, jarak 11 m, NIK beda satu angka, tetapi nama pemilik lain"
    assert list(reasons(mine, theirs, figures, dict.fromkeys(RESPECTS, 0.0)).values()), "never without a word"
