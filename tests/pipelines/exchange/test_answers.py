"""Test the answers that effect, backtest and fairness send to the manager's page."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from models.effect.estimate import Estimate
from models.evaluate.fairness import GroupFigures
from models.evaluate.found import LeadTime
from models.evaluate.rankings import SIMPLE
from pipelines.evidence import effect_report
from pipelines.evidence.effect import Effect
from pipelines.exchange.answers import SentAnswer, send_answers
from pipelines.installation.settings import Settings
from pipelines.learning import backtest_answer, fairness_answer
from pipelines.learning.fairness import Dimension


def ranking(
    name: str, precision: list[float], *, beats: bool = False, best: str = "most_months"
) -> SimpleNamespace:
    apart = SimpleNamespace(ranking=best, difference=[0.1, 0.02 if beats else -0.01, 0.18])
    at = {"8": SimpleNamespace(precision=precision)}
    return SimpleNamespace(name=name, at=at, beats_best_simple=beats, against_best_simple=apart)


LEAD = LeadTime(50, 28, 14, [4.2, 9.4, 15.0])


def answer(*, beats: bool, lead: LeadTime = LEAD, best: str = "most_months") -> SentAnswer:
    rows = [
        ranking("expert", [0.3, 0.25, 0.36], beats=beats, best=best),
        ranking("largest_amount", [0.2, 0.15, 0.26]),
        *(ranking(name, [0.21, 0.16, 0.27]) for name in backtest_answer.RULES if name != "largest_amount"),
    ]
    (sent,) = backtest_answer.answers(SimpleNamespace(capacities=[8], rankings=rows), "expert", lead)  # type: ignore[arg-type]
    return sent


def test_the_list_is_called_better_only_if_the_backtest_shows_it():
    assert answer(beats=True).lines[0].startswith("Ja: de lijst vindt er meer")
    assert "niet aangetoond" in answer(beats=False).lines[0]
    assert "30 op de 100 (25 tot 36)" in answer(beats=False).lines[1]
    assert not answer(beats=False).sure
    assert (
        "op dezelfde lijsten: ongeveer 10 op de 100 (2 tot 18). Dat ligt boven nul"
        in answer(beats=True).lines[2]
    )
    assert "10 op de 100 (-1 tot 18). Dat ligt niet zeker boven nul" in answer(beats=False).lines[2]


@pytest.mark.parametrize("best", [*SIMPLE, "area_mean"])
def test_the_best_simple_rule_is_named_with_what_it_found(best: str) -> None:
    said = answer(beats=False, best=best).lines[1]
    if best == "largest_amount":
        assert said.endswith("schuld 20 op de 100 (15 tot 26). Dat is ook de beste simpele regel.")
    else:
        assert said.endswith(
            f"De beste simpele regel was {backtest_answer.RULES[best]}: 21 op de 100 (16 tot 27)."
        )


def test_no_difference_is_written_as_less_than_none():
    against = SimpleNamespace(difference=[-0.001, -0.04, 0.01])
    ours = SimpleNamespace(against_best_simple=against, beats_best_simple=False)
    assert "dezelfde lijsten: ongeveer 0 op de 100 (-4 tot 1)." in backtest_answer._apart(ours)[0]  # type: ignore[arg-type]


def test_the_manager_reads_how_early_the_list_was_and_nothing_of_a_few():
    shares, weeks = answer(beats=True).lines[3:]
    assert "stonden er 56 eerder op de lijst, en 28 al 8 weken eerder" in shares
    assert "was er na de eerste keer nog minstens 9 weken tijd" in weeks
    assert len(answer(beats=True, lead=LeadTime(9, 4, 2, [1.0, 5.0, 9.0])).lines) == 3
    assert len(answer(beats=True, lead=LeadTime(50, 0, 0, [])).lines) == 4


def test_without_an_estimate_every_answer_names_the_unknown():
    sent = effect_report.answers(
        Effect(date(2026, 11, 23), None, pd.DataFrame()), Settings(corporatie_id="demo", naam="Voorbeeld")
    )
    assert [one.name for one in sent] == ["effect", "slot", "costs", "needs"]
    assert not any(one.sure for one in sent)
    assert all(one.lines for one in sent)


def test_the_answer_says_how_few_escalations_a_pilot_would_need():
    effect = Effect(date(2026, 11, 23), None, pd.DataFrame(), visible=0.03)
    first, *_rest = effect_report.answers(effect, Settings(corporatie_id="demo", naam="Voorbeeld"))
    assert (
        "Een pilot met 24 bewoners is klein: een daling valt pas op bij hoogstens 3 escalaties op de 100"
        in (" ".join(first.lines))
    )


def estimate(outcome: str, value: float, error: float) -> Estimate:
    return Estimate(outcome, value, value - 2 * error, value + 2 * error, error, 100, 100, 0.2)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            [estimate("escalated_26", -0.10, 0.02)],
            "Ja: escalatie binnen 26 weken gemiddeld 10,0 op de 100 minder",
        ),
        (
            [estimate("escalated_26", 0.10, 0.02)],
            "Nee: escalatie binnen 26 weken gemiddeld 10,0 op de 100 meer",
        ),
        ([estimate("escalated_26", -0.02, 0.02)], "Dat weten wij nog niet"),
        (
            [estimate("escalated_26", -0.02, 0.02), estimate("arrears_6", -339, 50)],
            "Het lijkt erop: huurachterstand na 6 maanden gemiddeld € 339 minder",
        ),
        ([estimate("kept_52", 0.05, 0.01)], "Het lijkt erop: woning behouden"),
        ([estimate("kept_52", -0.05, 0.01)], "Het lijkt van niet: woning behouden"),
    ],
)
def test_whether_it_helps_is_said_first_in_plain_words(found, said):
    effect = Effect(date(2026, 11, 23), "demo", pd.DataFrame(), by_lot=tuple(found), visible=0.004)
    first, *_rest = effect_report.answers(effect, Settings(corporatie_id="demo", naam="Voorbeeld"))
    assert first.lines[0].replace("\xa0", " ").startswith(said)
    assert ("toeval eerder een effect" in first.lines[0]) == said.startswith("Het lijkt")
    assert "hoogstens 0" not in " ".join(first.lines)
    assert "pilot" not in " ".join(first.lines)


def test_the_report_never_asks_for_at_most_zero_escalations():
    effect = Effect(date(2026, 11, 23), None, pd.DataFrame(), visible=0.004)
    shown = effect_report.sections(effect, Settings(corporatie_id="demo", naam="Voorbeeld"))[0].texts
    assert "minder dan 1 escalatie op de 100" in " ".join(shown)


def test_an_installation_without_a_portal_sends_nothing():
    workspace = SimpleNamespace(settings=Settings(corporatie_id="demo", naam="Voorbeeld"))
    assert not send_answers(workspace, date(2026, 11, 23), [])  # type: ignore[arg-type]


def dimension(name: str, judged: int, few: int = 0, flags: tuple[str, ...] = ()) -> Dimension:
    groups = [GroupFigures(f"Geheim {n}", None, None, None, too_few=n >= judged) for n in range(judged + few)]
    return Dimension(name, tuple(groups), flags, "verdict", (), "proxies")


@pytest.mark.parametrize(
    ("dimensions", "said", "sure"),
    [
        (
            [dimension("Wijk", 5), dimension("Length of the tenancy", 3), dimension("Rent", 4)],
            ["Per wijk, woonduur en huur is geen verschil te zien dat groter is dan 0,8 tot 1,25 keer."],
            True,
        ),
        (
            [dimension("Wijk", 5, 2, ("of Geheim 1", "of Geheim 2")), dimension("Rent", 3), dimension("Groups of the file", 1, 4)],
            ["Niet overal: per wijk zijn er 2 verschillen", "Per huur is geen", "Per groep uit het bestand van de analist is het niet te"],
            True,
        ),
        ([dimension("Wijk", 1, 3), dimension("Rent", 0, 4)], ["Per wijk en huur is het niet te zeggen"], False),
    ],
)  # fmt: skip
def test_the_verdict_on_groups_names_dimensions_and_no_group(dimensions, said, sure):
    (sent,) = fairness_answer.answers(dimensions)
    assert (sent.name, sent.sure, len(sent.lines)) == ("fairness", sure, len(said))
    assert all(line.startswith(start) for line, start in zip(sent.lines, said, strict=True))
    assert "Geheim" not in " ".join(sent.lines)


def test_the_group_that_differs_most_has_its_ratio_and_margin_and_no_name():
    def group(ratio: list[float] | None) -> GroupFigures:
        return GroupFigures("Geheim", None, None, None, too_few=ratio is None, recall_ratio=ratio)

    wijk = [group(ratio) for ratio in ([1.3, 1.0, 1.7], [0.6, 0.4, 1.1], None, [1.5, 0.9, 2.2])]
    rent = [group([1.04, 0.9, 1.2]), group([0.96, 0.8, 1.1])]
    dimensions = [
        Dimension(name, tuple(groups), (), "", (), "") for name, groups in (("Wijk", wijk), ("Rent", rent))
    ]
    (sent,) = fairness_answer.answers(dimensions)
    assert sent.lines[-1].endswith(
        "per wijk 0,6 keer (marge 0,4 tot 1,1; 3 groepen); per huur 1,0 keer (marge 0,8 tot 1,1; 2 groepen). 1 keer is even groot."
    )
    assert "Geheim" not in " ".join(sent.lines)
