"""Test that the manager's page answers its questions from shown figures, and says so where there is no answer yet."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.formats import date_format as written

from portal.accounts.models import Role
from portal.casework.models import Case, Contact, Listing
from portal.exchange import receive
from portal.manager.answer import Answer, fitted
from portal.runs.models import Run, StopRule
from portal.trends.models import WeekFigure
from tests.portal import factories, two_years
from tests.portal.factories import MONDAY, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.dear]


@pytest.fixture
def text(corporation, enter):
    client = enter(factories.user(Role.MANAGER, corporation))
    return lambda **asked: client.get(
        reverse("manager:corporation", args=("dewaard",)), asked
    ).content.decode()


def test_one_page_drops_the_last_lines_and_keeps_every_conclusion():
    one, two = Answer("Een?", ("ja" * 5, "b" * 20, "c" * 9)), Answer("Twee?", ("nee", "d" * 30))
    assert [each.short for each in fitted([one, two], 77)] == [one.lines, two.lines]
    assert [each.short for each in fitted([one, two], 70)] == [one.lines[:2], two.lines]
    assert [each.short for each in fitted([one, two], 0)] == [one.lines[:1], two.lines[:1]]


def first_line(shown: str, question: str) -> str:
    """Return the conclusion of an answer."""
    answer = shown.split(f"<h2>{question}</h2>")[1]
    return unescape(answer.split('class="lead"')[1].split(">", 1)[1].split("</p>")[0]).replace("\xa0", " ")


def figure(corporation, wijk: str, weeks: int, count: int, family: str = "arrears") -> None:
    WeekFigure.objects.create(
        corporation=corporation,
        as_of=MONDAY - timedelta(weeks=weeks),
        wijk=wijk,
        family=family,
        agreements=1000,
        signalled=count,
    )


def test_without_evidence_the_page_names_the_unknown(text):
    shown = text()
    assert "Nog niet gemeten" in shown
    assert "met uw eigen gegevens nog niet nagegaan" in shown
    assert "meer dan de beste simpele regel" not in shown


def test_the_newest_evidence_is_shown_with_its_day(corporation, text):
    receive.evidence("dewaard", "backtest", MONDAY - timedelta(weeks=9), ["Oud."], sure=False)
    receive.evidence("dewaard", "backtest", MONDAY, ["Een zin uit de terugblik."], sure=True)
    shown = text()
    assert "Een zin uit de terugblik." in shown
    assert "Oud." not in shown


def test_the_verdict_on_groups_is_shown_or_who_makes_it(corporation, enter, text):
    """Also on the page for the board, where a command for the server helps nobody."""
    never = "Afkomst, geslacht, leeftijd, gezondheid en inkomen zijn nooit een signaal."
    assert "Vergeleken worden wijken, woonduur, huur" in text()
    receive.evidence("dewaard", "fairness", MONDAY, ["Per wijk is geen verschil te zien."], sure=True)
    shown = text()
    assert "Per wijk is geen verschil te zien." in shown and never in shown
    assert "waakvlam fairness" not in shown
    client = enter(factories.user(Role.MANAGER, corporation))
    assert (
        "Per wijk is geen verschil te zien."
        in client.get(reverse("manager:board", args=("dewaard",))).content.decode()
    )


def test_the_page_and_the_board_say_how_many_addresses_needed_help(corporation, enter, text):
    question = "Hoeveel adressen hadden hulp nodig?"
    assert first_line(text(), question).startswith("Nog niet geteld")
    lines = [
        "Van elke 100 adressen hadden er 75 hulp nodig.",
        "Op volgorde meer dan door loting.",
        "Hulp nodig: zo.",
    ]
    receive.evidence("dewaard", "needs", MONDAY, lines, sure=True)
    assert first_line(text(), question) == lines[0]
    client = enter(factories.user(Role.MANAGER, corporation))
    board = client.get(reverse("manager:board", args=("dewaard",))).content.decode().replace("\xa0", " ")
    assert lines[0] in board and lines[1] in board and lines[2] not in board


def test_only_a_wijk_that_changed_beyond_chance_is_named(corporation, text):
    for weeks, risen, still in ((52, 50, 100), (0, 120, 105)):
        figure(corporation, "Noord", weeks, risen)
        figure(corporation, "Zuid", weeks, still)
    shown = text()
    assert "Noord stijgt: van 5 op de 100 woningen naar 12." in shown
    assert "Zuid stijgt" not in shown
    assert "in 2 wijken" in shown


def test_the_page_says_which_weeks_are_compared_and_which_wijken_are_left_out_why(corporation, text):
    for weeks in (52, 0):
        figure(corporation, "Noord", weeks, 50)
        figure(corporation, "Parkzicht", weeks, 600)
    figure(corporation, "Nieuwbouw", 0, 50)
    for asked in ({}, {"van": (MONDAY - timedelta(weeks=12)).isoformat()}):
        shown = text(**asked)
        now, before = (written(MONDAY - timedelta(weeks=weeks), "j F Y") for weeks in (0, 52))
        assert f"de week van {now} met die van {before}, in 1 wijk." in shown
        assert "Niet vergeleken: Parkzicht. Daar zijn minder dan 100 woningen, of" in shown
        assert "Niet vergeleken: Nieuwbouw. Van een jaar eerder" in shown


def test_the_page_says_how_to_decide_about_a_coach_until_the_yield_is_known(corporation, text):
    two_years.runs(corporation, 4)
    assert first_line(text(), "Is er nog een coach nodig?").startswith(
        "Probeer het eerst: geef de lijst een half jaar één"
    )
    case = factories.listed_case(corporation, worked_on=True, state="in_contact")
    case.follow_up_on = MONDAY - timedelta(weeks=3)
    case.save()
    assert first_line(text(), "Is er nog een coach nodig?").startswith(
        "Nu nog niet beslissen: er zijn afspraken te laat."
    )
    receive.evidence("dewaard", "slot", MONDAY, ["Van 60 adressen escaleerde 5 tot 12 op de 100."], sure=True)
    assert first_line(text(), "Is er nog een coach nodig?") == "Er is werk genoeg voor een coach erbij."
    Run.objects.update(counts={"not_listed": {}})
    assert first_line(text(), "Is er nog een coach nodig?").startswith(
        "Nee: op de laatste 4 lijsten was er plaats"
    )


def test_the_table_of_wijken_has_a_month_and_a_year_ago_and_what_is_more_than_chance(
    corporation, text, enter
):
    for weeks, risen, small in ((52, 50, 5), (4, 90, 6), (0, 120, 7)):
        figure(corporation, "Noord", weeks, risen)
        figure(corporation, "Zuid", weeks, small)
    figure(corporation, "Nieuw", 0, 40)
    manager = enter(factories.user(Role.MANAGER, corporation))
    file = manager.get(reverse("manager:csv", args=("dewaard", "wijken"))).content.decode("utf-8-sig")
    rows = {line.split(";")[0]: line.split(";")[1:5] for line in file.splitlines()[1:]}
    assert rows["Noord"] == ["120", "90", "50", "stijgt sinds een jaar"]
    few = "1 t/m 9"
    assert rows["Zuid"] == [few, few, few, "nee"] and rows["Nieuw"] == ["40", "", "", ""]
    assert "Meer dan toeval?" in text()


def test_hidden_counts_are_not_called_missing_years(corporation, text):
    figure(corporation, "Noord", 0, 5)
    assert "als er ook cijfers van een jaar eerder zijn" in text()
    figure(corporation, "Noord", 52, 5)
    shown = text()
    assert "Geen enkele: de verschillen kunnen toeval zijn." in shown
    assert "in 1 wijk" in shown and "Kleine aantallen zijn verborgen" in shown


def test_a_wijk_with_a_hidden_count_is_named_only_if_it_rose_whatever_is_hidden(corporation, text):
    for wijk, risen in (("Noord", 150), ("Zuid", 66)):
        for weeks, count in ((52, 50), (0, risen)):
            figure(corporation, wijk, weeks, count)
            figure(corporation, wijk, weeks, 5, family="nuisance")
    shown = text()
    assert "Noord stijgt" in shown and "Zuid stijgt" not in shown and "Zuid daalt" not in shown


def test_addresses_without_a_place_are_counted_in_fives(corporation, text):
    two_years.runs(corporation, 4)
    assert "voor ongeveer 250 adressen met genoeg redenen geen plaats" in text()


def test_one_wijk_gets_no_answer_about_the_work_of_coaches(corporation, text):
    figure(corporation, "Noord", 0, 50)
    shown = text(wijk="Noord")
    assert "Welke wijk stijgt" in shown
    assert "Hoe lang wachten" not in shown


def test_the_page_says_how_many_waited_long_for_the_first_contact(corporation, text):
    """Thirty addresses were visited five weeks after they came on the list; one of the newest list was not."""
    coach = factories.user(Role.COACH, corporation)
    first = MONDAY - timedelta(weeks=12)
    for _each in range(30):
        case = factories.listed_case(corporation, as_of=first, worked_on=True)
        row = factories.contact(case, by=coach, on=first + timedelta(weeks=5))
        Contact.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(days=30))
    waiting = factories.listed_case(corporation)
    Listing.objects.create(case=waiting, as_of=first, position=1, coach="x")
    shown = text().replace("\xa0", " ")
    assert (
        "duurde het bij ongeveer 30 langer dan drie weken van eerste signaal tot eerste contact, en bij ongeveer 30 van hen langer dan zes"
        in shown
    )
    assert "Op de lijst van nu staan 1–9 adressen al langer dan drie weken zonder contact" in shown


def test_the_table_says_between_which_limits_a_share_with_a_hidden_count_lies(corporation, text):
    figure(corporation, "Noord", 0, 120)
    figure(corporation, "Noord", 0, 4, family="worries")
    assert "12–13%" in text()


def test_the_page_says_who_gives_a_coach_a_wijk_and_who_takes_over(corporation, text):
    assert "De analist maakt het account van een nieuwe coach" in text()


@pytest.mark.parametrize("stop", StopRule.values)
def test_no_answer_for_a_director_names_a_command(corporation, enter, stop):
    two_years.runs(corporation, 1)
    Run.objects.update(stop=stop, decides=["bestuurder"])
    client = enter(factories.user(Role.MANAGER, corporation))
    for page in ("corporation", "board", "report"):
        shown = client.get(reverse(f"manager:{page}", args=("dewaard",))).content.decode()
        assert not re.findall(r"waakvlam [a-z]+|\[[a-z_]+\]", shown.split("<main")[1])


@pytest.mark.parametrize(
    ("stop", "said", "tone"),
    [
        (StopRule.ON, "Ja: de stopregel staat aan, en geen grens is bereikt.", "known"),
        (StopRule.OFF, "Nee: de stopregel staat uit.", "act"),
        (StopRule.PAUSED, "De lijst ligt stil: een afgesproken grens is bereikt.", "act"),
        (StopRule.BY_HAND, "De lijst ligt stil: iemand zette haar met de hand stil.", "act"),
        (StopRule.SHADOW, "Dit is een proefperiode: niemand ziet de lijst.", "known"),
        ("", "Van de nieuwste lijst is niet bewaard of de stopregel aan staat.", "open"),
    ],
)
def test_the_director_reads_where_the_stop_rule_stands_and_who_decides(corporation, enter, stop, said, tone):
    two_years.runs(corporation, 2)
    Run.objects.filter(as_of=MONDAY).update(stop=stop, decides=["bestuurder", "directeur"])
    client = enter(factories.user(Role.MANAGER, corporation))
    for page in ("corporation", "board"):
        shown = (
            client.get(reverse(f"manager:{page}", args=("dewaard",))).content.decode().replace("\xa0", " ")
        )
        assert said in shown
        assert re.search(rf'answer {tone}">\s*<h2>Stopt de lijst als het misgaat', shown)
        assert ("bestuurder of directeur" in shown) == (stop in StopRule.values)
        assert ("schade door een bezoek, klachten" in shown) == bool(stop)


def test_all_expected_deliveries_came_only_where_that_was_measured(corporation, text):
    """The second newest run came without a description, of the third a source was late."""
    two_years.runs(corporation, 3)
    fresh = [{"extract": "huurachterstanden", "state": "fresh"}]
    Run.objects.filter(as_of=MONDAY).update(sources=fresh, deliveries=[], notices=["Let op: een bezwaar."])
    Run.objects.filter(as_of=MONDAY - timedelta(weeks=1)).update(sources=[], deliveries=[])
    Run.objects.filter(as_of=MONDAY - timedelta(weeks=2)).update(notices=[])
    newest, bare, late = text().split("Runs: model en gegevens</caption>")[1].split("<tr>")[2:5]
    assert "Let op: een bezwaar." in newest and "Alle verwachte leveringen waren er." in newest
    assert "Niet bewaard welke leveringen er waren." in bare and "Alle verwachte" not in bare
    unmarked = "Van weken waarvan niet is bewaard welke leveringen er waren"
    assert "Een levering kwam te laat of niet." in late and "Alle verwachte" not in late
    assert unmarked in text()
    assert Run.objects.filter(sources=[]).update(sources=fresh) and unmarked not in text()


def test_the_biggest_change_of_a_quarter_is_named_with_what_began_to_count(corporation, text):
    question = "Wat veranderde het meest in een kwartaal?"
    assert first_line(text(), question) == "Dat is te zeggen zodra er cijfers van dertien weken eerder zijn."
    for weeks, stacked in ((13, 140), (1, 160), (0, 195)):
        figure(corporation, "Noord", weeks, 300)
        figure(corporation, "Noord", weeks, stacked, family="stacked")
    two_years.runs(corporation, 14)
    worries = {
        "signal": "worries_90d",
        "question": "Hoeveel zorgen zijn er doorgegeven in 90 dagen?",
        "agreements": 40,
    }
    rare = {"signal": "a_rare", "question": "Kwam dit zelden voor?", "agreements": 9}
    for run in Run.objects.all():
        run.fired = [row for row in run.fired if row["signal"] != "worries_90d"]
        run.fired += [worries] if run.as_of == MONDAY else []
        run.fired += [rare] if run.as_of > MONDAY - timedelta(weeks=9) else []
        run.save()
    shown = text().replace("\xa0", " ")
    said = "„Gestapeld: twee of meer” steeg het meest: van ongeveer 140 naar 195 huishoudens (ongeveer 40% meer)."
    assert first_line(shown, question) == said
    reason = "nieuwe gegevens meetellen: „Hoeveel zorgen zijn er doorgegeven in 90 dagen?”"
    jump = f"De grootste sprong was in de week van {written(MONDAY, 'j F')}: van ongeveer 160 naar 195."
    assert 0 < shown.index(said) < shown.index(reason) < shown.index(jump)
    assert f"sinds {written(MONDAY, 'j F Y')} nieuwe gegevens" in shown
    assert rare["question"] not in shown, "nine households do not explain a change of 55"
    marked = f"{MONDAY.day}-{MONDAY.month}-{MONDAY.year}: levering te laat of niet volledig, nieuwe gegevens tellen mee"
    assert marked in shown
    assert (
        f'{question}</h2><p class="tone">Nog niet te zeggen</p>' in shown
    )  # the data rose, perhaps not the need
    Run.objects.filter(as_of=MONDAY).update(model="expert 2027.1", fired=Run.objects.earliest("as_of").fired)
    assert "Sindsdien rekent een ander model: expert 2027.1." in text()
    Run.objects.filter(as_of=MONDAY).update(model=Run.objects.earliest("as_of").model)
    assert f'{question}</h2><p class="tone">Vraagt nu aandacht</p>' in text()
    alike = "Het model en de soorten gegevens bleven in die tijd dezelfde."
    assert alike in text()
    earliest = Run.objects.earliest("as_of")
    silent = [row | {"agreements": 0} if row["agreements"] == 31 else row for row in earliest.fired]
    Run.objects.filter(as_of=MONDAY).update(fired=silent)
    said = "Dat kan komen doordat dit nu nergens meer punten geeft: „Hoeveel meldingen zijn er in 90 dagen?”."
    assert said in text() and "gegevens tellen niet meer mee" in text() and alike not in text()
    Run.objects.filter(as_of=MONDAY).update(fired=[])
    assert alike not in text(), "an older version kept no signals"
    Run.objects.filter(as_of=MONDAY).update(fired=earliest.fired)
    WeekFigure.objects.filter(family="stacked").update(signalled=150)
    assert first_line(text(), question) == "Niets: de verschillen kunnen toeval zijn."


def test_what_is_not_recorded_is_shown_as_no_good_news(text):
    before, _mark, after = text().partition("Wat weten wij niet?")
    assert before.rpartition('"card answer ')[2].startswith("never")
    assert "Of een zorg van een collega vaker klopt dan een adres van de lijst, telt Waakvlam niet." in after


def test_who_has_nobody_is_said_before_how_long_the_late_ones_wait(text, corporation):
    coach = factories.user(Role.COACH, corporation, is_active=False)
    for _each in range(30):
        case = factories.planned(factories.listed_case(corporation))
        Case.objects.filter(pk=case.pk).update(
            owner=coach, state="in_contact", worked_on=True, follow_up_on=TODAY - timedelta(days=3)
        )
    shown = text()
    late, nobody, half = (
        shown.index(words)
        for words in (
            "de afgesproken dag voorbij",
            "Bij ongeveer 30 adressen is er geen volgende stap of geen eigenaar.",
            "De helft wacht",
        )
    )
    assert late < nobody < half
