"""Test the answer to "does it help?": there is always more than "we do not know yet"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from models.effect.estimate import CannotSay, Estimate
from models.effect.power import REPORTED, Horizon
from pipelines.evidence import effect_answer, effect_report
from pipelines.evidence.effect import Effect

ARREARS = Estimate("arrears_6", -174.0, -376.2, 28.0, 102.5, 94, 122, 411.3)
HORIZON = (Horizon(0.15, 0.01, 44000, 10213), Horizon(REPORTED, 0.02, 4964, 1174))


def effect(*by_lot: Estimate | CannotSay, weeks: int = 1174) -> Effect:
    horizon = (HORIZON[0], replace(HORIZON[1], weeks=weeks))
    return Effect(date(2026, 11, 30), "demo", pd.DataFrame(), by_lot=by_lot, horizon=horizon)


def too_few(events: int) -> CannotSay:
    return CannotSay("escalated_26", "few_events", (("events", events), ("least", 20)))


@pytest.mark.parametrize(
    ("events", "said"), [(16, "16 keer"), (10, "10 keer"), (9, "minder dan 10 keer"), (0, "0 keer")]
)
def test_not_known_yet_says_how_many_events_are_needed_and_no_small_count(events: int, said: str) -> None:
    answer = effect_answer.answer(effect(too_few(events)), [])
    assert answer.lines[0].startswith("Dat weten wij nog niet: wat er verschilt, kan toeval zijn.")
    assert answer.lines[1] == (
        "Of de bezoeken helpen tegen escalatie binnen 26 weken, is met deze gegevens niet te zeggen. Het kwam te weinig voor "
        f"om te rekenen ({said}; dat kan pas vanaf 20, en dan is de marge nog breed)."
    )
    assert not answer.sure


def test_a_difference_that_may_be_chance_has_its_margin() -> None:
    answer = effect_answer.answer(effect(too_few(16), ARREARS), [])
    assert (
        "Huurachterstand na 6 maanden: er is geen effect aangetoond. Alles tussen € 376 minder en € 28 meer past bij de cijfers."
        in answer.lines[2].replace("\xa0", " ")
    )
    assert not answer.sure
    shown = effect_answer.answer(effect(too_few(16), replace(ARREARS, high=-20.0)), [])
    assert shown.sure and shown.lines[0].startswith("Het lijkt erop")
    assert len(shown.lines) == len(answer.lines), "the same lines follow whatever the conclusion is"


@pytest.mark.parametrize(("weeks", "said"), [(1174, "ongeveer 23 jaar."), (80, "ongeveer 80 weken.")])
def test_it_says_after_how_long_an_effect_can_be_seen(weeks: int, said: str) -> None:
    last = effect_answer.answer(effect(too_few(16), weeks=weeks), []).lines[-1]
    assert (
        "kan voorkomen; meer is nergens gemeld. Om dat te zien, zijn ongeveer 5.000 huishoudens nodig" in last
    )
    assert f"bij het tempo van nu {said}" in last
    assert len(effect_answer.answer(effect(too_few(16), weeks=0), []).lines) == 2


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (0, "kan toeval zijn."),
        (80, "Bij het tempo van nu duurt het in totaal ongeveer 80 weken tot een effect te zien is."),
        (1174, "Deze pilot is te klein om het te zien: bij het tempo van nu duurt dat ongeveer 23 jaar."),
    ],
)
def test_the_first_line_does_not_promise_an_answer_soon(weeks: int, said: str) -> None:
    counted = effect(too_few(16), weeks=weeks)
    assert effect_answer.answer(counted, []).lines[0].endswith(said)
    in_short = effect_report._in_short(counted, counted.by_lot)
    assert (said in in_short) is bool(weeks), "the report says it in its first section"


def test_no_pace_is_said_of_lots_that_nobody_drew() -> None:
    assert "tempo" not in effect_answer.answer(replace(effect(), trial=None), ["Er is niet geloot."]).lines[0]


def test_a_first_line_about_another_outcome_says_how_long_the_main_one_takes() -> None:
    first = effect_answer.answer(effect(too_few(16), replace(ARREARS, high=-20.0)), []).lines[0]
    assert first.endswith("bij het tempo van nu duurt dat ongeveer 23 jaar.")


def test_what_is_shown_needs_no_pace() -> None:
    known = Estimate("escalated_26", -0.1, -0.15, -0.05, 0.02, 94, 122, 0.3)
    assert "tempo" not in effect_answer.answer(effect(known), []).lines[0]
    assert "tempo" not in " ".join(effect_report._in_short(effect(known), [known]))


def test_without_an_estimate_by_lot_it_says_what_is_wrong_with_the_trial() -> None:
    assert effect_answer.answer(effect(), ["Er is niet geloot."]).lines[1] == "Er is niet geloot."
