"""Test the effect report, from the log of decisions to what can and cannot be said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from models.effect.estimate import Estimate
from models.effect.words import BY_NAME, REASONS, sentence
from pipelines.evidence import costs, effect, effect_file, effect_report, helped
from pipelines.installation.evidence_settings import Amount, Costs
from pipelines.installation.settings import Settings
from pipelines.publishing import paper
from tests.support.deliveries import corporation, deliver_all, make_workspace, waakvlam, with_settings
from tests.support.effect_warehouse import START, Story, warehouse

pytestmark = pytest.mark.slow

SETTINGS = Settings(corporatie_id="demo", naam="Voorbeeld")
COACH = Amount(range=[70000, 90000], source="eigen begroting")


@cache
def measured(story: Story) -> effect.Effect:
    """Measure a story, once for all tests: none of them changes what it gets."""
    with warehouse(story) as con:
        return effect.measure(con)


def report(found: effect.Effect, settings: Settings = SETTINGS) -> str:
    return paper.page(effect_report.TITLE, effect_report.sections(found, settings))


def test_a_trial_that_went_well_shows_what_it_shows() -> None:
    actual = measured(Story())
    assert actual.problems == ()
    main = actual.by_lot[0]
    assert isinstance(main, Estimate)
    # 0.4 x 0.7 spared x (0.9 - 0.1) met x 0.7 reached = 16 in 100
    assert main.low <= -0.157 <= main.high
    assert main.shown
    arms = actual.arms.set_index("arm")
    assert arms.loc["now", "contacted"] == pytest.approx(0.9, abs=0.05)
    assert arms.loc["wait", "reached"] == pytest.approx(0.07, abs=0.04)
    by_name = {one.outcome: one for one in actual.by_lot}
    assert isinstance(by_name["arrears_6"], Estimate)
    assert by_name["arrears_6"].high < 0
    assert not isinstance(by_name["kept_52"], Estimate)  # nobody lost the home: no estimate of it
    text = report(actual)
    assert re.search(r"Escalatie binnen 26 weken: [0-9,]+ op de 100 minder \(95%-interval: ", text)
    assert "Wat dit niet laat zien" in text
    assert text.count("<svg") == 1


def test_no_effect_is_claimed_without_an_effect() -> None:
    actual = measured(Story(spared=0.0))
    main = actual.by_lot[0]
    assert isinstance(main, Estimate)
    assert not main.shown
    text = report(actual)
    assert "er is geen effect aangetoond" in text
    assert "no effect is shown" in text


@pytest.mark.parametrize(
    ("story", "reason"),
    [
        (Story(weeks=5), "few_weeks"),
        (Story(met_now=0.0, met_wait=0.0), "no_contacts"),
        (Story(met_now=1.0, met_wait=1.0, reached=1.0), "no_contrast"),
        (Story(met_now=0.02, met_wait=0.0), "not_worked"),
        (Story(capacity_from=20), "capacity_changed"),
        (Story(model_from=20), "model_changed"),
        (Story(trial=None), "no_lots"),  # a random share of 0 is no trial
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_bad_input_is_named_and_no_effect_is_printed(story: Story, reason: str) -> None:
    actual = measured(story)
    assert reason in [problem.reason for problem in actual.problems]
    assert actual.by_lot == ()
    text = report(actual)
    assert (
        "Of de bezoeken helpen tegen escalatie binnen 26 weken, is met deze gegevens niet te zeggen." in text
    )
    assert "<svg" not in text or not story.trial
    start = re.split(r"[{]", REASONS[reason].nl)[0]
    assert start.split("[")[0] in text
    if story.trial:
        assert "interval:" not in text
        assert not re.search(r"[0-9] op de 100 (minder|meer)", text)


def test_administrative_rows_alone_are_no_logged_contacts() -> None:
    with warehouse(Story()) as con:
        con.execute("UPDATE versions.contacten SET soort = 'Administratief'")
        actual = effect.measure(con)
    assert "no_contacts" in [problem.reason for problem in actual.problems]


def test_everyone_reached_leaves_nothing_to_set_beside() -> None:
    actual = measured(Story(met_now=1.0, met_wait=1.0, reached=1.0))
    assert "Iedereen op de lijst is bereikt of niemand" in report(actual)


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (Story(trial=None, capacity_from=20, households=80), "De capaciteit is veranderd op 2025-05-26."),
        (Story(trial=None, model_from=20, households=80), "Het model is veranderd op 2025-05-26."),
        (Story(trial=None, households=40), "te weinig adressen rond de grens van de lijst: "),
    ],
)
def test_at_the_cut_too_the_refusal_is_in_words_and_without_a_figure(story: Story, said: str) -> None:
    actual = measured(story)
    assert effect.estimates(actual.at_cut) == {}
    text = report(actual)
    assert said in text
    assert not re.search(r"[0-9] op de 100 (minder|meer)", text)
    assert "95%-interval: " not in text


def test_a_random_share_of_nought_is_refused_before_anybody_waits(tmp_path: Path) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), '[trial]\nname = "p"\nshare = 0\n')
    said = waakvlam(place, "effect")
    assert (said.code, "trial.share" in said.err, "greater than 0" in said.err) == (2, True, True), said.err


def test_needs_are_shown_by_rank_and_by_lot_and_never_as_an_effect() -> None:
    with warehouse(Story(trial=None, met_now=1.0, reached=1.0, households=600)) as con:
        con.execute("UPDATE run.decisions SET outcome = 'exploration' WHERE place BETWEEN 20 AND 30")
        con.execute("UPDATE versions.contacten SET stand = 'in_contact' WHERE bereikt")
        actual = effect.measure(con)
    top, lot = actual.needs
    assert top.listed > 60 and lot.listed > 60
    assert top.confirmed == top.known == top.listed
    assert lot.confirmed < lot.listed
    text = report(actual)
    assert "Op volgorde vond de coach vaker een behoefte. Verschil: " in text
    assert "Het zegt niet of een bezoek helpt" in text
    rows = effect_file.as_plain(actual)["confirmed_needs"]
    assert isinstance(rows, list)
    assert rows[1] == {
        "by": "exploration", "listed": lot.listed, "known": lot.known, "confirmed": lot.confirmed,
    }  # fmt: skip


def test_without_places_by_lot_needs_are_not_compared() -> None:
    text = report(measured(Story(households=80)))
    assert "Er kwam geen adres door loting op de lijst" in text
    assert "Behoefte bevestigd" not in text


def test_nobody_is_counted_before_the_time_has_passed() -> None:
    with warehouse(Story(weeks=12)) as con:
        con.execute("UPDATE run.deliveries SET peildatum = ?", [date(2025, 5, 1)])
        actual = effect.measure(con)
    assert [problem.reason for problem in actual.problems] == ["not_ripe"]
    assert dict(actual.problems[0].figures)["date"] == date(2025, 7, 7)


def test_a_period_can_be_chosen_after_a_change() -> None:
    with warehouse(Story(capacity_from=10, households=1200)) as con:
        actual = effect.measure(con, since=date.fromordinal(START.toordinal() + 70))
    assert actual.problems == ()
    assert isinstance(actual.by_lot[0], Estimate)


def test_a_change_is_written_in_plain_words() -> None:
    one = Estimate("escalated_26", -0.157, -0.215, -0.098, 0.03, 441, 459, 0.37)
    outcome = BY_NAME["escalated_26"]
    assert sentence(one, outcome).nl == (
        "escalatie binnen 26 weken: 15,7 op de 100 minder (95%-interval: 21,5 op de 100 minder tot 9,8 op de 100 minder). "
        "441 huishoudens aan de beurt, 459 in de wacht; bij wie wachtte 37,0 op de 100."
    )
    unsure = sentence(replace(one, high=0.02), outcome, at_cut=True)
    assert "Alles tussen 21,5 op de 100 minder en 2,0 op de 100 meer past bij de cijfers" in unsure.nl
    assert "above the cut, 459 below; below the cut 37.0 in 100" in unsure.en


def test_the_cut_is_used_outside_trials_and_only_where_it_is_straight() -> None:
    actual = measured(Story(trial=None, households=6000, met_wait=0.0, met_now=1.0, reached=1.0, spared=0.9))
    jump = actual.at_cut[0]
    assert isinstance(jump, Estimate)
    assert jump.low <= -0.36 <= jump.high
    assert actual.checks is not None
    assert not actual.checks.failed
    assert [one.reason for one in actual.problems] == ["no_lots"]
    in_trial = measured(Story())
    assert [one.reason for one in in_trial.at_cut] == ["in_trial"]  # type: ignore[union-attr]


def test_costs_always_have_a_range() -> None:
    actual = measured(Story())
    bare = report(actual)
    assert "de kosten van de coach zijn nog niet ingevuld" in bare
    text = report(actual, SETTINGS.model_copy(update={"costs": Costs(coach=COACH)}))
    assert "€ 70.000 tot € 90.000 per jaar" in text and "coach: eigen begroting; ontruiming: " in text
    assert "terugverdiend bij 7 tot 18 voorkomen ontruimingen per jaar" in text
    assert "Hoeveel ontruimingen zijn voorkomen is niet bekend" in text


def test_net_comes_with_the_interval_of_the_effect_and_says_when_the_case_is_social() -> None:
    kept = Estimate("kept_52", 0.01, -0.005, 0.025, 0.0075, 400, 400, 0.97)
    result = costs.balance(Costs(coach=COACH), kept, visited=400, lost_share=0.03)
    assert result is not None
    assert (result.averted, result.break_even) == (costs.Range(-2.0, 10.0), costs.Range(7.0, 18.0))
    assert result.net == costs.Range(-2 * 10000 - 90000, 10 * 10000 - 70000)
    assert not result.mainly_social
    few = costs.balance(Costs(coach=COACH), kept, visited=200, lost_share=0.03)
    assert few is not None
    assert few.mainly_social
    assert "vooral voor de bewoners" in " ".join(costs.sentences(Costs(coach=COACH), few))
    assert costs.balance(Costs(), kept, 400, 0.03) is None


@pytest.mark.parametrize(
    ("given", "team", "helped", "said"),
    [
        (None, costs.Team(1), 9, "is nog niet te zeggen: in het laatste jaar zijn het er minder dan 10"),
        (None, costs.Team(1), 10, "werden ongeveer 10 adressen geholpen"),
        (None, costs.Team(1, 1), 101, "kost € 680 tot € 920, gerekend met 1 voltijds coach."),  # 70,000 / 102 and 90,000 / 98
        (1.5, costs.Team(1, 3), 101, "kost € 1.000 tot € 1.400, gerekend met 1,5 voltijds coaches. Zoveel mensen werkten er in dat jaar"),
        (2, costs.Team(1, 1), 101, "kost € 1.300 tot € 1.900, gerekend met 2 voltijds coaches. Zoveel"),
        (None, costs.Team(1, 3), 101, "staat 1 coach, en in het portaal werkten er in het laatste jaar 3"),
        (None, costs.Team(2, 1), 101, "staan 2 coaches, en in het portaal werkte er in het laatste jaar 1"),
    ],
)  # fmt: skip
def test_a_helped_address_costs_the_work_of_everybody_who_worked(given, team, helped, said) -> None:
    """The range holds whatever was rounded; one coach is never set against the work of several."""
    lines = costs.per_helped(Costs(coach=COACH, coaches=given), team, helped)
    text = " ".join(lines).replace("\xa0", " ")
    assert said in text
    assert ("€" in text) == ("kost €" in said or "ongeveer" in said)
    assert costs.per_helped(Costs(), team, helped) == []


def test_the_price_of_a_helped_address_stands_second_so_that_the_board_reads_it() -> None:
    (_effect, _slot, sent, _needs) = effect_report.answers(
        replace(measured(Story()), helped=100), SETTINGS.model_copy(update={"costs": Costs(coach=COACH)}), 3
    )
    assert "staat 1 coach, en in het portaal werkten er in het laatste jaar 3" in sent.lines[1]


def test_helped_addresses_of_the_last_year_are_counted_once() -> None:
    until = date(2026, 11, 23)
    with warehouse(Story()) as con:
        con.execute("UPDATE versions.contacten SET resultaat = 'Klant doet niet mee'")
        assert helped.in_a_year(con, until) == 0
        query = "SELECT overeenkomst_id, max(datum) FROM staged.contacten GROUP BY 1 ORDER BY 1 LIMIT 12"
        days = con.execute(query).fetchall()
        for number, (agreement, _day) in enumerate(days):
            con.execute(
                "UPDATE versions.contacten SET resultaat = 'Verwijzing naar wijkteam', datum = ? WHERE overeenkomst_id = ?",
                [until - timedelta(days=364 if number < 7 else 365), agreement],
            )
        assert helped.in_a_year(con, until) == 7


def test_visits_of_the_last_year_are_counted_without_those_of_an_objection() -> None:
    """Of six visits one is before the year, one after it, and one of an objector; a call is no visit."""
    until = date(2026, 11, 23)
    with warehouse(Story()) as con:
        con.execute(
            "UPDATE versions.contacten SET soort = 'Telefoon', datum = ?", [until - timedelta(days=1)]
        )
        assert helped.visits_in_a_year(con, until) == 0
        query = "SELECT corporatie_id, overeenkomst_id FROM staged.contacten ORDER BY 2 LIMIT 6"
        rows = con.execute(query).fetchall()
        for (_part, agreement), before in zip(rows, (364, 363, 1, 365, 0, 2), strict=True):
            con.execute(
                "UPDATE versions.contacten SET soort = 'Huisbezoek', datum = ? WHERE overeenkomst_id = ?",
                [until - timedelta(days=before), agreement],
            )
        assert helped.visits_in_a_year(con, until) == 4
        con.execute(
            "INSERT INTO versions.bezwaren BY NAME SELECT 1 AS row_id, 1 AS key_hash, ? AS corporatie_id, ? AS overeenkomst_id, "
            "? AS datum, ? AS known_from",
            [*rows[-1], until, until],
        )
        assert helped.visits_in_a_year(con, until) == 3


def test_a_visit_costs_all_work_by_the_visits_and_the_settings_are_named() -> None:
    lines = costs.per_helped(Costs(coach=COACH), costs.Team(1, 1), 101, 401)
    said = "ongeveer 400 huisbezoeken. Eén huisbezoek kost € 170 tot € 230"
    assert said in " ".join(lines).replace("\xa0", " ")  # 70,000 / 402 and 90,000 / 398
    assert not any(
        "huisbezoek" in line for line in costs.per_helped(Costs(coach=COACH), costs.Team(1, 1), 101, 9)
    )
    assert (
        "[costs]"
        in costs.sentences(
            SETTINGS.costs, costs.balance(SETTINGS.costs.model_copy(update={"coach": COACH}), None, 1, 0)
        )[-1]
    )


@pytest.mark.parametrize("bad", [[5000], [5000, 5000], [9000, 5000], [0, 10]])
def test_one_amount_without_a_range_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="range"):
        Amount(range=bad, source="van horen zeggen")


def test_the_yield_of_one_more_slot_has_an_interval_or_is_left_out() -> None:
    assert "nog niet te zeggen (12 adressen gevolgd" in costs.one_more_slot(3, 12)[0]
    assert "escaleerde 15 tot 31 op de 100" in costs.one_more_slot(22, 100)[0]


def test_installations_pool_without_sharing_anybody(tmp_path: Path) -> None:
    one, two = measured(Story(households=500)), measured(replace(Story(households=500), spared=0.4))
    shared = tmp_path / "effect.json"
    shared.write_text(json.dumps(effect_file.as_plain(two), default=str), encoding="utf-8")
    assert "O1" not in shared.read_text(encoding="utf-8")
    pooled = effect_file.pooled(one, effect_file.read(shared))
    main, own, other = pooled[0], one.by_lot[0], two.by_lot[0]
    assert isinstance(main, Estimate) and isinstance(own, Estimate) and isinstance(other, Estimate)
    assert main.error < min(own.error, other.error)
    assert min(own.value, other.value) < main.value < max(own.value, other.value)
    assert main.now == own.now + other.now


def test_effect_names_what_it_cannot_estimate_and_exits_with_1(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    deliver_all(place, "2026-11-15", corporation(12))
    assert waakvlam(place, "weekly", "--as-of", "2026-11-16").code == 0
    said = waakvlam(place, "effect")
    assert said.code == 1
    assert "No lots were drawn" in said.out
    page = (place.output / "effect" / "effect.html").read_text(encoding="utf-8")
    assert "niet te zeggen" in page
    (tmp_path / "other.json").write_text("{}")
    assert waakvlam(place, "effect", "--with", tmp_path / "other.json").code == 2
    assert waakvlam(place, "effect", "--with", place.output / "effect" / "effect.json", "--json").code == 1
