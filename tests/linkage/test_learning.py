"""The model as data: read, scored in DuckDB as in Python, and weighed again by what reviewers decided."""

import json
from random import Random
from uuid import UUID

import pytest

from app.linkage.blocking import connect
from app.linkage.comparing import MEASURES, RESPECTS, Corpus, Figures
from app.linkage.features import features_of
from app.linkage.model import Model, Unreadable, model_of, packaged, scored, weighed
from app.linkage.retraining import LEAST, Decided, TooFew, learn
from app.linkage.sentences import reasons


def some_figures(count: int) -> list[Figures]:
    rng = Random(3)
    return [
        tuple(None if rng.random() < 0.3 else rng.choice((0, 1, 4, 12)) * rng.random() for _ in MEASURES)
        for _ in range(count)
    ]


@pytest.mark.proof
def test_duckdb_gives_the_sums_that_the_trees_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.linkage.model._FEW", 0)
    model, figures = packaged(), some_figures(300)
    found = scored(connect(), model, [((at, at), each) for at, each in enumerate(figures)])
    assert [each.margin for each in found] == pytest.approx([model.margin(each) for each in figures])
    assert len({round(each.margin, 6) for each in found}) > 200


def test_a_part_is_what_the_sum_loses_without_that_respect() -> None:
    model, (figures, *_) = packaged(), some_figures(1)
    (whole,) = weighed(connect(), model, scored(connect(), model, [((0, 1), figures)]))
    without = tuple(None if each.respect == "phone" else value for each, value in zip(MEASURES, figures, strict=True))
    assert whole.parts["phone"] == pytest.approx(model.margin(figures) - model.margin(without))
    assert tuple(whole.parts) == RESPECTS


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
    assert packaged().calibrated(-99) == curve[0][1]
    assert packaged().calibrated(99) == curve[-1][1]


def test_a_model_is_read_as_it_was_written() -> None:
    model = packaged().local(0.5, {"phone": -0.25})
    assert model_of(json.loads(json.dumps(model.as_json()))) == model


@pytest.mark.parametrize(
    "harm",
    [
        {"edition": 1},
        {"measures": ["phone"]},
        {"trees": [[0, 1.0, True, "0); DROP TABLE business; --", 1.0]]},
        {"trees": [[999, 1.0, True, 0.0, 1.0]]},
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
    assert model.localised(1.0, {}) == 1.0
    assert model.local(0.5, {"phone": -0.5}).localised(1.0, {"phone": 3.0}) == 0.0


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
    figures = Corpus(pair).compare(mine, theirs)
    told = reasons(
        mine, theirs, figures, dict.fromkeys(RESPECTS, 0.0) | {"phone": 3.0, "place": 2.0, "nik": 1.0, "owner": -1.0}
    )
    assert ", ".join(told.values()) == "telepon sama, jarak 11 m, NIK beda satu angka, tetapi nama pemilik lain"
    assert list(reasons(mine, theirs, figures, dict.fromkeys(RESPECTS, 0.0)).values()), "never without a word"
