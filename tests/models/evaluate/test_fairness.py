"""Test the comparison of groups: by hand, with a planted difference, and with too few data."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from models.evaluate.at_capacity import places
from models.evaluate.fairness import audit, proxies, proxy_verdict, rent, tenure
from models.evaluate.ground import ground
from pipelines.installation.errors import ConfigurationError
from pipelines.learning.fairness import read_groups
from tests.support.panels import panel, thrown

pytestmark = pytest.mark.dear


def test_classes_by_hand():
    rows = pd.DataFrame(
        {
            "as_of": [date(2026, 1, 5)] * 4,
            "begindatum": [date(2025, 6, 1), date(2023, 1, 1), date(2010, 1, 1), None],
            "brutohuur": [499.99, 500.0, 900.0, np.nan],
        }
    )
    assert tenure(rows).tolist() == ["less than 1 year", "1 to 5 years", "10 years or more", "unknown"]
    assert rent(rows).tolist() == ["below € 500", "€ 500 to 650", "€ 800 or more", "unknown"]


def test_rates_of_a_group_by_hand():
    # Twelve escalated in A and listed; twelve in B of whom none is; four more of B are listed for nothing.
    rows = [{"s": 2, "g": "A", "escalated": 1} for _ in range(12)]
    rows += [{"s": 0, "g": "B", "escalated": 1} for _ in range(12)]
    rows += [{"s": 1, "g": "B"} for _ in range(4)] + [{"s": -1, "g": "A"} for _ in range(8)]
    result = panel(rows)
    on = ground(result)
    report = audit(on, places(on, on.of(result["s"])), 16, result["g"])
    a, b = report.groups
    assert (a.group, a.households, a.escalated, a.recall[0]) == ("A", 20, 12, 1.0)
    assert a.selection[0] == pytest.approx(12 / 20) and a.precision[0] == 1.0 and a.omission[0] == 0
    assert b.recall[0] == 0 and b.selection[0] == pytest.approx(4 / 16)
    assert b.precision is None  # four listed are too few
    assert b.omission[0] == 1.0
    assert report.flags and "of the escalations in B, 0.0% stood among the first 16" in report.verdict


def test_a_group_with_few_escalations_gets_no_figures():
    rows = [{"s": n, "g": "A" if n < 30 else "B", "escalated": int(n < 11 or n == 35)} for n in range(40)]
    result = panel(rows)
    on = ground(result)
    report = audit(on, places(on, on.of(result["s"])), 10, result["g"])
    assert [one.too_few for one in report.groups] == [False, True]
    assert report.groups[1].recall is None
    assert report.verdict.startswith("Nothing can be said") and "1 of 2 groups" in report.verdict


def test_no_difference_is_seldom_flagged_and_never_called_a_pass():
    flagged = 0
    for seed in range(12):
        result = thrown(households=500, dates=6, seed=seed)
        group = pd.Series(
            np.where(result["household"].str[-1].astype(int) < 5, "even", "odd"), index=result.index
        )
        on = ground(result)
        report = audit(on, places(on, on.of(result["arrears_months"])), 25, group)
        flagged += bool(report.flags)
        assert report.flags or "proof" in report.verdict
    assert flagged <= 2


def test_a_group_that_is_missed_is_flagged():
    result = thrown(households=800, dates=6, strength=1.5)
    # Of one group the arrears never reach the office.
    unseen = result["household"].str[-1].astype(int) < 3
    result.loc[unseen, "arrears_months"] = 0.0
    on = ground(result)
    group = unseen.map({True: "unseen", False: "seen"})
    report = audit(on, places(on, on.of(result["arrears_months"])), 40, group)
    assert any("in unseen" in flag for flag in report.flags)


@pytest.mark.slow
def test_a_signal_that_stands_in_for_a_group_is_found_and_an_innocent_one_is_not():
    result = thrown(households=600, dates=1)
    group = pd.Series(np.where(np.arange(600) % 3 == 0, "A", "B"), index=result.index)
    result["proxy"] = (group == "A") * 1.0 + np.random.default_rng(1).normal(scale=0.4, size=600)
    telling = proxies(result, group, ["arrears_months", "proxy"])
    assert all(one.tells and one.auc[0] > 0.9 for one in telling)
    assert proxy_verdict(telling).startswith("The signals distinguish members of A")
    innocent = proxies(result, group, ["arrears_months", "complaints_90d"])
    assert not any(one.tells for one in innocent)
    assert all(one.auc[1] < 0.55 for one in innocent)
    assert "do not distinguish these groups" in proxy_verdict(innocent)
    assert proxy_verdict(()).startswith("Too few")


@pytest.mark.parametrize("between", [";", ","])
def test_a_group_file_is_read(tmp_path, between: str):
    path = tmp_path / "groups.csv"
    path.write_text(f"\ufeffovereenkomst_id{between}groep\nA1{between}x\nA2{between}\n", encoding="utf-8")
    assert read_groups(path).to_dict("list") == {"overeenkomst_id": ["A1", "A2"], "groep": ["x", ""]}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"overeenkomst_id;group\nA1;x\n", "lacks the column groep"),
        (b"overeenkomst_id;groep\nA1;x\nA2;y\nA1;y\n", "Line 4 names an agreement for the second time"),
        (b"\xff\xfe\x00", "cannot be read as UTF-8"),
        (b"", "lacks the column overeenkomst_id and groep"),
    ],
)
def test_a_wrong_group_file_is_named(tmp_path, content: bytes, problem: str):
    path = tmp_path / "groups.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=problem):
        read_groups(path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_groups(tmp_path / "absent.csv")
