"""Test what passes the gate and what does not, and that Great Expectations decides it."""

from __future__ import annotations

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from pipelines.gate import expectations as quality
from pipelines.gate.expectations import judge, profile, suite
from pipelines.gate.verdicts import Figure, Gate, number

PEILDATUM = date(2026, 11, 16)


def figure(
    value: float | None, least: float | None = None, most: float | None = None, **other: Any
) -> Figure:
    report = {
        "name": "saldo.bad_amount.share",
        "severity": "critical",
        "meaning": "Share of unreadable amounts.",
    }
    return Figure(value=value, least=least, most=most, **{**report, **other})


def gate(*figures: Figure) -> Gate:
    return judge("huurachterstanden", PEILDATUM, figures)


@pytest.mark.parametrize(
    ("value", "least", "most", "success"),
    [
        (0.05, None, 0.05, True),
        (0.0500001, None, 0.05, False),
        (0.1 + 0.2, None, 0.3, False),
        (0.5, 0.5, 2.0, True),
        (2.0, 0.5, 2.0, True),
        (0.4999999, 0.5, 2.0, False),
        (2.0000001, 0.5, 2.0, False),
        (1.0, 1.0, None, True),
        (0.0, 1.0, None, False),
        (0.0, 0.0, 0.0, True),
        (-3.0, None, 0.0, True),
        (50_000_001.0, None, 50_000_000.0, False),
        (12.0, None, None, True),
        # Not a number, not finite: no expectation is met, whatever its bounds.
        (math.nan, 0.0, 1.0, False),
        (math.nan, None, 1.0, False),
        (math.nan, None, None, False),
        (math.inf, 0.0, None, False),
        (-math.inf, None, 1.0, False),
        (math.inf, None, None, False),
        # Not computable: not evaluated.
        (None, 0.0, 1.0, None),
        (None, None, None, None),
    ],
)
def test_bounds_are_inclusive(value, least, most, success):
    verdict = gate(figure(value, least, most)).verdicts[0]
    assert verdict.success is success
    assert gate(figure(value, least, most)).passed is (success is not False)


def test_only_a_critical_failure_stops_a_delivery():
    wrong, warned = (
        figure(0.12, most=0.05),
        figure(3.0, 0.5, 2.0, name="saldo.total.ratio", severity="warning"),
    )
    assert not gate(wrong, warned).passed
    assert [v.figure for v in gate(wrong, warned).failures] == [wrong]
    assert [v.figure for v in gate(wrong, warned).warnings] == [warned]
    assert gate(warned).passed


def test_description_names_figure_value_and_expectation_critical_first():
    report = gate(
        figure(
            3.0, 0.5, 2.0, name="saldo.total.ratio_to_previous", severity="warning", meaning="Control total."
        ),
        figure(0.12, most=0.05),
        figure(None, least=0.5, name="rows.ratio_to_previous"),
        figure(120.0, least=1.0, name="rows"),
    ).describe()
    assert report == [
        "saldo.bad_amount.share is 0.12, expected at most 0.05 (critical): Share of unreadable amounts.",
        "saldo.total.ratio_to_previous is 3, expected between 0.5 and 2 (warning): Control total.",
    ]


@pytest.mark.parametrize(
    ("value", "least", "most", "told"),
    [
        (math.nan, 1.0, None, "is not a number, expected at least 1"),
        (math.inf, None, None, "is infinite, expected a number"),
        (4.0, 3.0, 3.0, "is 4, expected exactly 3"),
        (0.050000001, None, 0.05, "is 0.050000001, expected at most 0.05"),
    ],
)
def test_description_of_the_unusual(value, least, most, told):
    assert told in gate(figure(value, least, most)).describe()[0]


@pytest.mark.parametrize(
    ("value", "bounds", "told"),
    [
        (1 / 3, (), "0.3333"),
        (24_000.0, (), "24000"),
        (1_834_211.37, (), "1834211.37"),
        (1e-7, (), "0.0000001"),
        (0.1 + 0.2, (0.3,), "0.30000000000000004"),
        (0.29999999, (0.3,), "0.29999999"),
        (1e16 / 3, (), "3333333333333333.5"),
    ],
)
def test_a_number_is_short_but_never_rounded_onto_a_bound(value, bounds, told):
    assert number(value, *bounds) == told


def test_suite_and_profile_hold_one_entry_per_figure_that_has_a_value():
    figures = [
        figure(0.12, None, 0.05),
        figure(7.0, 1.0, 9.0, name="rows", severity="warning"),
        figure(2.5, name="saldo.total"),
        figure(None, 0.5, 2.0, name="rows.ratio_to_previous"),
    ]
    result = suite("huurachterstanden", figures)
    assert result.name == "huurachterstanden"
    rows = [(e.expectation_type, e.column, e.severity.value, e.description) for e in result.expectations]
    report = "Share of unreadable amounts."
    assert rows == [
        ("expect_column_max_to_be_between", "saldo.bad_amount.share", "critical", report),
        ("expect_column_max_to_be_between", "rows", "warning", report),
        ("expect_column_values_to_not_be_null", "saldo.total", "critical", report),
    ]
    assert [(e.min_value, e.max_value) for e in result.expectations[:2]] == [(None, 0.05), (1.0, 9.0)]
    assert profile(figures).to_dict("list") == {
        "saldo.bad_amount.share": [0.12],
        "rows": [7.0],
        "saldo.total": [2.5],
    }
    verdicts = judge("huurachterstanden", PEILDATUM, figures).verdicts
    assert [v.figure for v in verdicts] == figures
    assert [v.expectation for v in verdicts] == [r[0] for r in rows] + ["expect_column_max_to_be_between"]


def test_the_verdict_is_that_of_great_expectations(monkeypatch):
    lenient = suite("huurachterstanden", [figure(0.12, most=0.5)])
    monkeypatch.setattr(quality, "suite", lambda extract, figures: lenient)
    assert gate(figure(0.12, most=0.05)).passed


def test_an_expectation_that_cannot_be_evaluated_raises(monkeypatch):
    elsewhere = suite("huurachterstanden", [figure(1.0, least=0.0, name="another_column")])
    monkeypatch.setattr(quality, "suite", lambda extract, figures: elsewhere)
    with pytest.raises(RuntimeError, match="could not evaluate another_column"):
        gate(figure(0.01, most=0.05))


def test_a_figure_that_was_not_judged_does_not_pass(monkeypatch):
    one_left_out = suite("huurachterstanden", [figure(1.0, least=0.0, name="rows")])
    monkeypatch.setattr(quality, "suite", lambda extract, figures: one_left_out)
    with pytest.raises(KeyError, match="saldo"):
        gate(figure(1.0, name="rows"), figure(0.01, most=0.05))


def test_hostile_names_are_only_names():
    names = ['a "quoted" name', "$PARAMETER", "naam; DROP TABLE", "{{ x }}", "é\n"]
    result = gate(*(figure(2.0, most=1.0, name=name) for name in names))
    assert [v.figure.name for v in result.failures] == names


@pytest.fixture
def hasty_threads():
    """Switch threads as often as possible, so that what they share shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_deliveries_judged_at_the_same_time_get_their_own_verdict():
    with ThreadPoolExecutor(4) as pool:
        gates = list(pool.map(lambda share: gate(figure(share, most=0.05)), [0.01, 0.09] * 40))
    assert [g.passed for g in gates] == [True, False] * 40


@pytest.mark.parametrize(
    ("least", "most"), [(2.0, 1.0), (math.nan, None), (0.0, math.nan), (None, math.inf), (-math.inf, 1.0)]
)
def test_bounds_that_no_value_meets_are_refused_by_name(least, most):
    with pytest.raises(ValueError, match=r"saldo\.bad_amount\.share"):
        figure(1.0, least, most)


def test_a_profile_without_figures_or_with_one_twice_is_refused():
    with pytest.raises(ValueError, match="without figures"):
        gate()
    with pytest.raises(ValueError, match=r"given twice: rows$"):
        gate(figure(1.0, name="rows"), figure(2.0, name="rows"), figure(3.0))


@pytest.mark.dear
def test_importing_is_cheap_and_judging_is_silent():
    program = """
import sys
from datetime import date
from pipelines.gate.expectations import judge
from pipelines.gate.verdicts import Figure
assert "great_expectations" not in sys.modules
judge("boekingen", date(2026, 11, 16), [Figure(f"f{i}", 1.0, 0.0, 2.0, "critical", "m") for i in range(30)])
import great_expectations
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
