"""Test the points of a card, and which cards are refused by name."""

from __future__ import annotations

import json

import ibis
import pytest

from features.catalogue import BY_NAME, SIGNALS
from models.card.scorecard import EXPERT, Scorecard, load
from models.errors import ScorecardError

pytestmark = pytest.mark.dear

WHY = "A reason that can be looked up somewhere."


def card(*terms, **more):
    return {"name": "try", "version": "1", "terms": list(terms)} | more


def term(signal="complaints_90d", bands=((1, 0), (3, 4), (None, 9)), **more):
    shaped = [{"below": below, "points": points} for below, points in bands]
    return {"signal": signal, "why": WHY, "bands": shaped} | more


def scored(body, **columns):
    read = Scorecard.model_validate_json(json.dumps(body))
    features = ibis.memtable(
        {"corporatie_id": ["C"], "overeenkomst_id": ["A"], "as_of": ["2026-11-16"]} | columns
    )
    return ibis.duckdb.connect().to_pyarrow(read.points(features)).to_pylist()[0]


@pytest.fixture
def written(tmp_path):
    def write(body):
        path = tmp_path / "card.json"
        path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(("value", "points"), [(-1, 0), (0, 0), (1, 4), (2, 4), (3, 9), (100, 9)])
def test_a_bound_belongs_to_the_band_above_it(value, points):
    assert scored(card(term()), complaints_90d=[value])["points_complaints_90d"] == points


def test_missing_has_points_of_its_own():
    columns = {
        "complaints_90d": ibis.memtable({"x": [None]}, schema={"x": "int64"}).to_pyarrow()["x"].to_pylist()
    }
    body = card(term(missing=2), term("worries_90d"))
    features = ibis.memtable(
        {"corporatie_id": ["C"], "overeenkomst_id": ["A"], "as_of": ["x"], **columns, "worries_90d": [5]},
        schema={
            "corporatie_id": "string",
            "overeenkomst_id": "string",
            "as_of": "string",
            "complaints_90d": "int64",
            "worries_90d": "int64",
        },
    )
    read = Scorecard.model_validate_json(json.dumps(body))
    row = ibis.duckdb.connect().to_pyarrow(read.points(features)).to_pylist()[0]
    assert (row["points_complaints_90d"], row["points_worries_90d"], row["score"]) == (2, 9, 11)


def test_columns_and_types():
    read = Scorecard.model_validate_json(json.dumps(card(term(), term("worries_90d"))))
    features = ibis.table(
        {
            "corporatie_id": "string",
            "overeenkomst_id": "string",
            "as_of": "date",
            "complaints_90d": "int64",
            "worries_90d": "int64",
            "fact_x": "date",
        },
        name="features",
    )
    schema = read.points(features).schema()
    assert list(schema) == [
        "corporatie_id",
        "overeenkomst_id",
        "as_of",
        "points_complaints_90d",
        "points_worries_90d",
        "score",
        "score_exact",
    ]
    assert all(str(schema[name]) == "int32" for name in list(schema)[3:-1])
    assert str(schema["score_exact"]) == "float64"
    assert list(read.added(features).schema()) == [*features.columns, *list(schema)[3:]]


def test_fewer_points_where_more_is_better():
    body = card(term("plan_running", ((1, 0), (None, -5))))
    assert scored(body, plan_running=[1])["score"] == -5


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (card(term("complaint_90d")), r"unknown signal 'complaint_90d'\. Did you mean 'complaints_90d'\?"),
        (card(term("wijk")), r"unknown signal 'wijk'\.$"),
        (card(term(), term()), "has two terms"),
        (card(term(bands=((3, 0), (1, 4), (None, 9)))), r"must rise, they are \[3\.0, 1\.0\]"),
        (card(term(bands=((1, 0), (1, 4), (None, 9)))), "must rise"),
        (card(term(bands=((1, 0), (3, 4)))), "only the last band is without a bound"),
        (card(term(bands=((None, 0), (None, 4)))), "only the last band is without a bound"),
        (card(term(bands=((1, 4), (None, 0)))), "more is worse, so points may not fall"),
        (card(term(bands=((1, -2), (None, 0)))), "points below 0 make no sense"),
        (card(term(missing=-1)), "points below 0 make no sense"),
        (card(term("plan_running", ((1, 0), (None, 5)))), "more is better, so points may not rise"),
        (card(term("quarrels_365d")), r"says nothing by itself \(direction 0\)"),
        (card(term(bands=((None, 3),))), "at least two bands"),
        (card(), "terms: "),
        (card(term(), weight=3), r"weight: unknown key\."),
        (card(term(), versoin="2"), r"versoin: unknown key\. Did you mean 'version'\?"),
        (card(term(mising=0)), r"terms\.0\.mising: unknown key\. Did you mean 'missing'\?"),
        (card(term(missing="0")), "terms.0.missing: "),
        (card(term(missing=1.5)), "terms.0.missing: "),
        (card(term(why="because")), "terms.0.why: "),
        ("{", "the file: "),
    ],
)
def test_a_wrong_card_is_refused_by_name(written, body, message):
    with pytest.raises(ScorecardError, match=message):
        load(written(body))


def test_an_unknown_key_of_a_band_names_the_nearest(written):
    body = card(term())
    body["terms"][0]["bands"][0]["bellow"] = 1
    with pytest.raises(ScorecardError, match=r"bands\.0\.bellow: unknown key\. Did you mean 'below'\?"):
        load(written(body))


def test_an_absent_or_unreadable_file_is_refused(tmp_path):
    with pytest.raises(ScorecardError, match="cannot be read"):
        load(tmp_path / "absent.json")
    (tmp_path / "latin.json").write_bytes("{'ë'}".encode("latin-1"))
    with pytest.raises(ScorecardError, match="cannot be read"):
        load(tmp_path / "latin.json")


# The expert card: what it must do, whatever its exact weights.


def expert_score(**values) -> int:
    read = load(EXPERT)
    nothing = dict.fromkeys(BY_NAME, 0) | {
        "plan_broken_days": None,
        "oldest_open_days": None,
        "silent_days": None,
    }
    row = nothing | {"last_payment_days": None} | values
    schema = {"corporatie_id": "string", "overeenkomst_id": "string", "as_of": "string"}
    schema |= {signal.name: signal.dtype for signal in SIGNALS}
    data = {"corporatie_id": ["C"], "overeenkomst_id": ["A"], "as_of": ["x"]} | {
        k: [v] for k, v in row.items()
    }
    features = ibis.memtable(data, schema=schema)
    return ibis.duckdb.connect().to_pyarrow(read.points(features)).column("score").to_pylist()[0]


LATE_PAYER = {
    "arrears_months": 1.0,
    "oldest_open_days": 12,
    "arrears_change_3m": 1.0,
    "arrears_weeks_365d": 13,
    "last_payment_days": 40,
}
TWO_MONTHS = {
    "arrears_months": 2.0,
    "oldest_open_days": 45,
    "arrears_change_3m": 1.5,
    "arrears_weeks_365d": 8,
    "last_payment_days": 70,
    "active_families": 1,
    "families_growth": 1,
}
COMPLAINTS = {
    "complaints_separate_90d": 2,
    "complaints_separate_365d": 2,
    "complaints_rise_90d": 2,
    "reporters_365d": 2,
    "active_families": 1,
    "families_growth": 1,
}


def test_nothing_is_zero():
    assert expert_score() == 0


def test_a_harmless_late_payer_stays_low():
    assert expert_score(**LATE_PAYER) < 10
    assert expert_score(**LATE_PAYER) < expert_score(**COMPLAINTS) < expert_score(**TWO_MONTHS)


def test_a_running_plan_lowers_and_a_broken_one_raises():
    running = expert_score(**TWO_MONTHS, plan_running=1)
    assert running < expert_score(**TWO_MONTHS) < expert_score(**TWO_MONTHS, plan_broken_days=20)


def test_together_is_more_than_the_sum():
    both = TWO_MONTHS | COMPLAINTS | {"active_families": 2, "families_growth": 2}
    assert expert_score(**both) > expert_score(**TWO_MONTHS) + expert_score(**COMPLAINTS)


def test_one_missed_appointment_or_one_clogged_drain_is_nearly_nothing():
    assert expert_score(not_home_90d=1, not_home_365d=1) == 0
    assert expert_score(neglect_365d=1, same_defect_365d=1) <= 1


def test_the_expert_card_never_scores_what_it_may_not_and_explains_every_weight():
    read = load(EXPERT)
    assert all(len(term.why) > 60 for term in read.terms)
    assert all(term.missing == 0 for term in read.terms)
