"""Test the output of backtest, fairness, monitor and model-card on a small demo corporation."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.as_json import as_json
from models.card.scorecard import Calibration
from models.evaluate.stability import CAUSES
from pipelines.cli.backtest import for_the_manager
from pipelines.delivery import ingest
from pipelines.evidence.bench import Bench
from pipelines.installation import workspace
from pipelines.installation.settings import Shortlist
from pipelines.installation.workspace import Workspace
from pipelines.learning import backtest, changes, fairness, monitor, training
from pipelines.reading import inbox
from pipelines.sample.write import write_corporation
from pipelines.scoring import cards, panel
from pipelines.warehouse.stores import open_warehouse
from pipelines.week.report import watch_signals
from tests.support.cases import cases
from tests.support.deliveries import waakvlam
from tests.support.small import loaded, no_gate

pytestmark = pytest.mark.slow

UNTIL = date(2026, 11, 16)


@pytest.fixture(scope="module", autouse=True)
def environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", "7" * 64)
        for name in ("WAAKVLAM_HOME", "PREFECT_API_URL", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory, environment) -> Workspace:
    return loaded(tmp_path_factory.mktemp("verbs") / "home", until=UNTIL, weeks=110)


def self_contained(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text and "default-src 'none'" in text
    assert not [u for u in re.findall(r'(?:src|href)="([^"]+)"', text) if u != "data:,"]
    return text


def test_the_backtest_of_the_demo_compares_the_expert_card_with_simple_rankings_only(place, capsys):
    found, lead = backtest.expert_only(place)
    assert found.capacities[0] == place.settings.capacity and found.positives > 20
    assert {row.kind for row in found.rankings} == {"card", "simple"}
    said_for = {
        name: f"{100 * found.by_name()[name].at[str(found.capacities[0])].precision[0]:.0f} op de 100"
        for name in ("expert", "largest_amount")
    }
    for_the_manager(place)
    verdict, figures, *rest = capsys.readouterr().out.splitlines()
    assert f"stonden er {100 * lead.listed_before / lead.escalations:.0f} eerder op de lijst" in " ".join(
        rest
    )
    card, debt = figures.split(";")
    assert said_for["expert"] in card and said_for["largest_amount"] in debt
    assert ("niet aangetoond" in verdict) is not found.by_name()["expert"].beats_best_simple


def test_a_backtest_writes_its_report_and_says_yes_or_no(place):
    said = waakvlam(place, "backtest", "--every", 8)
    assert said.code == 0, said.err
    assert re.search(r"^(Yes|No): ", said.out, re.M)
    report = json.loads((place.output / "backtest" / "backtest.json").read_text(encoding="utf-8"))
    text = self_contained(place.output / "backtest" / "backtest.html")
    assert all(verdict.split(":")[0] in text for verdict in report["verdicts"].values())
    assert text.count("<svg") >= 3
    assert text.count('weeks: precision</th><th scope="col">recall</th>') == 4
    assert {row["name"] for row in report["rankings"]} >= {
        "learned",
        "in_use",
        "largest_amount",
        "random",
        "boosting",
    }
    assert report["dates"][-1] <= (UNTIL - timedelta(weeks=26)).isoformat()
    for week in report["changes"]:
        assert set(week["causes"]) == set(CAUSES)
        assert week["causes"]["model"] == week["causes"]["capacity"] == {"entered": 0, "left": 0}
    agreements = re.compile(r"OVK\d{4,}")
    assert not agreements.search(text) and not agreements.search(json.dumps(report)), "figures, no addresses"

    card = waakvlam(place, "model-card")
    assert card.code == 0, card.err
    written = (place.output / "model-card.md").read_text(encoding="utf-8")
    assert "waakvlam backtest" in written and "against best simple" in written


def test_groups_are_compared_and_the_group_file_is_forgotten(place, tmp_path):
    with open_warehouse(place, read_only=True) as con:
        asked = "SELECT DISTINCT overeenkomst_id FROM staged.huurovereenkomsten ORDER BY 1"
        names = [name for (name,) in con.execute(asked).fetchall()]
    path = tmp_path / "groups.csv"
    lines = [f"{name};{'geheimegroep' if n % 2 else 'andere'}" for n, name in enumerate(names)]
    path.write_text("overeenkomst_id;groep\n" + "\n".join(lines), encoding="utf-8")
    said = waakvlam(place, "fairness", "--every", 12, "--groups", path)
    assert said.code == 0, said.err
    report = json.loads((place.output / "fairness" / "fairness.json").read_text(encoding="utf-8"))
    named = [d["name"] for d in report["dimensions"]]
    assert named == ["Wijk", "Length of the tenancy", "Rent", "Groups of the file"]
    for dimension in report["dimensions"]:
        for group in dimension["groups"]:
            assert ("recall" in group) is not group["too_few"]
            assert group["too_few"] is (group["households"] is None), "a small number could point at someone"
    self_contained(place.output / "fairness" / "fairness.html")
    quick = as_json(
        fairness.without_proxies(place, every_weeks=12)
    )  # what the demo shows, without the proxies
    assert [each["groups"] for each in quick] == [d["groups"] for d in report["dimensions"][:3]]
    with open_warehouse(place, read_only=True) as con:
        tables = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse'"
        ).fetchall()
    assert tables and not [name for (name,) in tables if "groep" in name]


def test_the_first_watch_pins_a_reference_and_later_ones_compare(place):
    assert watch_signals(place, UNTIL) is None, "nothing is watched before something is pinned"
    said = waakvlam(place, "monitor", "--as-of", UNTIL, "--weeks", 30)
    assert said.code == 0, said.err + said.out
    assert "Pinned as reference of expert" in said.out
    again = waakvlam(place, "monitor", "--as-of", UNTIL, "--json")
    report = json.loads(again.out)
    assert report["warnings"] == [] and report["reference"][1] == (UNTIL - timedelta(weeks=4)).isoformat()
    kinds = {shift["kind"] for shift in report["shifts"]}
    assert kinds == {"psi", "missing", "volume"} and any(
        shift["name"] == "score" for shift in report["shifts"]
    )
    self_contained(place.output / UNTIL.isoformat() / "monitor.html")
    noted = watch_signals(place, UNTIL)
    assert noted is not None and list(noted.reference) == report["reference"] and not noted.warnings


def test_a_reference_in_the_first_year_of_the_history_is_refused(place):
    said = waakvlam(place, "monitor", "--as-of", UNTIL, "--reference", "2025-11-10", "--weeks", 52)
    assert said.code == 2
    assert "The history begins on 2024-10-14: up to 2025-11-10 there are 5 weeks" in said.err


def test_a_history_shorter_than_the_horizon_is_refused(tmp_path):
    short = loaded(tmp_path / "home", until=UNTIL, weeks=20, homes=100)
    said = waakvlam(short, "backtest")
    assert said.code == 1
    assert "no outcome of 26 weeks is complete" in said.err


def test_every_change_of_the_list_has_a_cause_and_late_data_is_one(place):
    """A complaint that happened before the earlier list and was known after it is late data, not news."""
    before, after = UNTIL - timedelta(weeks=5), UNTIL - timedelta(weeks=4)
    card = cards.scorecard(place)
    with open_warehouse(place) as con:
        old, new, actual = changes.explain(con, place, before, after, card)
        assert {c.agreement for c in actual} == old ^ new
        assert len(old) == len(new) == 7  # eight places, one of them by lot
        quiet = con.execute(
            """SELECT corporatie_id, overeenkomst_id FROM scored WHERE exclusion IS NULL AND hold IS NULL AND score = 0
            AND as_of = ? ORDER BY overeenkomst_id LIMIT 1""",
            [after],
        ).fetchall()[0]
        row = con.execute("SELECT * FROM staged.overlastmeldingen LIMIT 1").df().iloc[0]
        con.execute("BEGIN")
        for n in range(8):
            report = row.to_dict() | {
                "corporatie_id": quiet[0], "overeenkomst_id": quiet[1], "zaak_id": f"LATE{n}", "melder_id": f"M{n}",
                "gebeurd_op": before - timedelta(days=3 + n), "registratiedatum": after - timedelta(days=2), "begindatum": None,
                "known_from": after - timedelta(days=2), "known_until": None, "zaaktypesoort_code": "SOC",
                "zaaktypedetailsoort_code": "AGR", "status_code": "INB", "einddatum": None,
            }  # fmt: skip
            names = ", ".join(report)
            con.execute(
                f"INSERT INTO staged.overlastmeldingen ({names}) VALUES ({', '.join('?' for _ in report)})",
                [None if v is None or v != v else v for v in report.values()],
            )
        _, _, actual = changes.explain(con, place, before, after, card)
        con.execute("ROLLBACK")
    causes = {c.agreement: (c.entered, c.cause) for c in actual}
    assert causes[quiet] == (True, "late_data")


def test_comparisons_of_several_weeks_equal_those_of_each(place):
    dates = [UNTIL - timedelta(weeks=weeks) for weeks in (6, 5, 4)]
    card = cards.scorecard(place)
    with open_warehouse(place, read_only=True) as con:
        counts = changes.weekly_changes(con, place, dates, card)
        old, new, actual = changes.explain(con, place, *dates[1:], card)
    assert counts[1].stayed == len(old & new)
    entered = {cause: sum(c.cause == cause and c.entered for c in actual) for cause in CAUSES}
    assert {cause: moved.entered for cause, moved in counts[1].causes.items()} == entered


def test_another_card_and_another_capacity_are_causes(place):
    before, after = UNTIL - timedelta(weeks=5), UNTIL - timedelta(weeks=4)
    card = cards.scorecard(place)
    arrears = card.model_copy(
        update={"terms": tuple(t for t in card.terms if t.signal == "complaints_365d") or card.terms[-1:]}
    )
    few = place.settings.model_copy(
        update={"shortlist": place.settings.shortlist.model_copy(update={"capacity": 4})}
    )
    with open_warehouse(place, read_only=True) as con:
        old, new, actual = changes.explain(
            con, place, before, after, card, card_before=arrears, settings_before=few
        )
    assert {c.agreement for c in actual} == old ^ new
    assert len(old) < len(new)
    assert {"model", "capacity"} & {c.cause for c in actual}


def test_chances_are_held_against_what_came_once_outcomes_are_in(place):
    card = cards.scorecard(place)
    with open_warehouse(place, read_only=True) as con:
        assert monitor.calibrated(con, card, UNTIL, cooldown_days=28) is None, "a card that tells no chances"
        for intercept, warns in ((-6.3, False), (-2.0, True)):
            chance = Calibration(
                outcome="escalated", horizon_weeks=26, intercept=intercept, slope=1.0, variance=(0.0, 0.0, 0.0),
                escalations=10, first="2024-01-01", last="2025-01-06",
            )  # fmt: skip
            report = monitor.calibrated(
                con, card.model_copy(update={"calibration": chance}), UNTIL, cooldown_days=28
            )
            assert report is not None and report.end == UNTIL - timedelta(weeks=26)
            estimate, low, high = report.came_per_told
            assert low <= estimate <= high
            assert report.warning.startswith("Chances: 0.0") is warns, report
        too_young = UNTIL - timedelta(weeks=100)
        assert (
            monitor.calibrated(
                con, card.model_copy(update={"calibration": chance}), too_young, cooldown_days=28
            )
            is None
        )


def test_the_cool_down_of_the_settings_reaches_every_panel(place, tmp_path, monkeypatch):
    class ReachedError(Exception):
        """The panel was asked for."""

    settings = place.settings.model_copy(update={"shortlist": Shortlist(cooldown_weeks=9)})
    monkeypatch.setattr(Workspace, "settings", settings)
    place = Workspace(place.home)
    asked: list[int] = []

    def build(*_: object, cooldown_days: int, **__: object) -> int:
        asked.append(cooldown_days)
        raise ReachedError

    monkeypatch.setattr(panel, "build", build)
    card = cards.scorecard(place)
    chance = Calibration(
        outcome="escalated", horizon_weeks=26, intercept=-6.3, slope=1.0, variance=(0.0, 0.0, 0.0),
        escalations=10, first="2024-01-01", last="2025-01-06",
    )  # fmt: skip
    monkeypatch.setattr(monitor, "scorecard", lambda _: card.model_copy(update={"calibration": chance}))
    reference = tmp_path / "reference.json"
    pinned = monitor.Reference("", "", "", dates=0, agreements=0.0, bands={}, counts={}, volumes={})
    reference.write_text(json.dumps(as_json(pinned)), encoding="utf-8")
    monkeypatch.setattr(monitor, "reference_path", lambda *_: reference)
    monkeypatch.setattr(monitor, "_history", lambda *_: None)
    monkeypatch.setattr(monitor, "shifts", lambda *_: [])
    ways = (
        lambda: backtest.run(place),
        lambda: fairness.run(place),
        lambda: training.propose(place, UNTIL),
        lambda: monitor.watch(place, UNTIL),
        lambda: Bench(place.home).outcomes([UNTIL]),
    )
    for way in ways:
        with pytest.raises(ReachedError):
            way()
    assert asked == [63] * len(ways)


@pytest.mark.long
def test_watching_for_long_warns_at_most_once_and_a_planted_shift_is_seen_within_four_weeks(tmp_path):
    weeks = cases(28, 56)
    place = Workspace(tmp_path / "home")
    workspace.init(place.home)
    write_corporation(place.inbox, homes=1500, weeks=weeks + 108, seed=8, until=UNTIL, deliveries=2)
    with no_gate():
        ingest.load_all(place, inbox.find(place.inbox)[0], lambda _: None)
    reference = monitor.pin(place, UNTIL - timedelta(weeks=weeks))
    card = cards.scorecard(place)
    dates = [UNTIL - timedelta(weeks=n) for n in range(weeks - 1, -1, -1)]
    with open_warehouse(place) as con:
        monitor._history(con, place, dates, card)
        watched = [monitor.shifts(con, reference, day) for day in dates[3:]]
        report = {
            (s.name, s.kind)
            for one, other in zip(watched[1:], watched, strict=False)
            for s in monitor.drift.lasting(one, other)
        }
        assert len(report) <= 1, report

        con.execute("BEGIN")
        # From one list onwards an interface reports twice the amount owed, and more.
        con.execute(
            f"UPDATE versions.huurachterstanden SET saldo = saldo * 2 + 300 WHERE peildatum >= DATE '{dates[-16]}'"
        )
        monitor._history(con, place, dates[-20:-12], card)
        late = [monitor.shifts(con, reference, day) for day in dates[-17:-12]]
        seen = [bool(monitor.drift.lasting(one, other)) for one, other in zip(late[1:], late, strict=False)]
        con.execute("ROLLBACK")
    assert any(seen), "within four weeks of the first list that is wrong"
