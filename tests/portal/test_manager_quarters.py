"""Test the choice of a calendar quarter: the page follows it everywhere, one that runs says so, and the board gets one page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Listing
from portal.exchange import receive
from portal.trends import quarters
from portal.trends.models import EvidenceName, WeekFigure
from portal.trends.reach import Reach, reach
from tests.portal import factories, two_years

pytestmark = [pytest.mark.django_db, pytest.mark.dear]
NEWEST = date(2026, 11, 23)


@pytest.fixture
def part(corporation):
    corporation.newest_list = NEWEST
    corporation.save()
    return corporation


@pytest.fixture
def client(enter, part):
    return enter(factories.user(Role.MANAGER, part))


def read(client, name: str = "corporation", **asked: str) -> str:
    args = ("dewaard", "trechter") if name == "csv" else ("dewaard",)
    return client.get(reverse(f"manager:{name}", args=args), asked).content.decode()


def figure(part, day: date, count: int) -> None:
    WeekFigure.objects.create(
        corporation=part, as_of=day, wijk="Noord", family="arrears", agreements=1000, signalled=count
    )


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026-3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2025-4", date(2025, 10, 1), date(2025, 12, 31)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-4", date(2026, 10, 1), NEWEST),
        ("2026", date(2026, 1, 1), NEWEST),
    ],
)
def test_a_quarter_or_year_is_read_from_the_address_and_recognised_in_dates(part, code, first, last):
    asked = reach(part, None, {"kwartaal": code, "van": "2020-01-01"}, [])
    assert (asked.first, asked.last, asked.notices) == (first, last, ())
    assert asked.calendar == quarters.parse(code)
    assert reach(part, None, {"van": str(first), "tot": str(last)}, []).calendar == asked.calendar


@pytest.mark.parametrize("code", ["2026-5", "2026-0", "26-3", "2026-3x", "derde", "٢٠٢٦-3"])
def test_a_quarter_that_cannot_be_read_gives_the_usual_period_and_says_so(client, part, code):
    assert quarters.parse(code) is None
    assert "Dit kwartaal is niet te lezen" in read(client, kwartaal=code)
    assert reach(part, None, {"kwartaal": code}, []).calendar is None


def test_the_choices_hold_no_quarter_that_has_yet_to_begin():
    codes = [span.code for span in quarters.choices(date(2026, 5, 4))]
    assert codes[:4] == ["2026", "2026-2", "2026-1", "2025"] and len(codes) == 13
    assert all(span.last + timedelta(days=1) == quarters.quarter_of(span.last + timedelta(days=1)).first
               for span in quarters.choices(NEWEST))  # fmt: skip


def test_tiles_tables_and_links_follow_the_chosen_quarter(client, part):
    for day, count in ((date(2026, 9, 28), 80), (NEWEST, 120), (date(2026, 6, 29), 50)):
        figure(part, day, count)
    text = read(client, kwartaal="2026-3")
    assert '<option value="2026-3" selected>3e kwartaal 2026</option>' in text
    assert "3e kwartaal 2026 · 1 juli 2026 tot en met 30 september 2026" in text
    week = '<dd class="big">80</dd><dd class="soft">Week van 28 sep 2026. {}</dd>'
    assert week.format("Dertien weken eerder: 50") in text
    longer = {"van": "2026-06-01", "tot": "2026-09-30"}
    assert week.format("Dertien weken eerder: 50") in read(client, **longer)
    WeekFigure.objects.filter(as_of=date(2026, 6, 29)).delete()
    assert week.format("Van dertien weken eerder is er geen cijfer.") in read(client, **longer)
    assert text.count("van=2026-07-01&amp;tot=2026-09-30") >= 3
    assert "Dit is van nu; wat van de gekozen periode is, noemt het kwartaal." in text
    assert "Dit is van nu" not in read(client, kwartaal="2026-4")


def test_every_answer_that_ignores_the_chosen_quarter_says_so_after_its_conclusion(client, part):
    for day in (date(2026, 9, 28), NEWEST):
        figure(part, day, 80)
    for name in EvidenceName.values:
        receive.evidence("dewaard", name, NEWEST, ["De conclusie.", "Een cijfer.", "Nog een."], sure=True)
    cards = read(client, kwartaal="2026-3").split('<div class="card answer')[1:]
    follow = (
        "Is er nog een coach nodig?",
        "Wat veranderde",
        "Welke wijk",
        "Hoe lang wachten",
        "Hoe gaat het",
        "Hoeveel bezwaren",
        "Wat weten wij niet?",
    )
    fixed = [card for card in cards if not any(question in card for question in follow)]
    assert len(fixed) == 6
    for card in fixed:
        assert "Dit volgt de gekozen periode niet." in card.split("<details>")[0], card
    assert read(client, "board", kwartaal="2026-3").count("Dit volgt de gekozen periode niet.") == 6
    assert "volgt de gekozen periode niet" not in read(client, kwartaal="2026-4")


def test_answers_count_the_chosen_quarter_and_not_its_year(client, part):
    coach = factories.user(Role.COACH, part)
    for day, number in ((date(2026, 5, 4), 30), (date(2026, 8, 3), 20)):
        for _each in range(number):
            case = factories.listed_case(part, as_of=day)
            long_ago = factories.timezone.now() - timedelta(days=60)
            factories.handover(case, on=day, picked_up="ja", answered_on=day, created_at=long_ago)
            factories.contact(case, by=coach, on=day + timedelta(days=50), created_at=long_ago)
    quarter = read(client, kwartaal="2026-3")
    assert "Partners pakten in het 3e kwartaal 2026 ongeveer 20 overdrachten op" in quarter
    assert (
        "Langer dan zes weken wachtten ongeveer 20 adressen die in het 3e kwartaal 2026 nieuw op de lijst kwamen"
        in quarter
    )
    assert "Partners pakten in 2026 (tot nu toe) ongeveer 50 overdrachten op" in read(client)


def test_the_share_reached_within_two_weeks_is_said_in_words(client, part):
    """A share is of a hundred addresses or more; before that there are counts alone."""
    coach = factories.user(Role.COACH, part)
    long_ago = factories.timezone.now() - timedelta(days=60)
    for day, number in ((date(2026, 5, 4), 80), (date(2026, 8, 3), 40)):
        for each in range(number):
            case = factories.listed_case(part, as_of=day)
            on = day + timedelta(days=9 if each < number * 3 // 4 else 20)
            factories.contact(case, by=coach, on=on, created_at=long_ago, reached=each < number // 2)
    said = "hadden er {} binnen twee weken contact. Bij {} werd in die twee weken ook iemand bereikt."
    for page in ("corporation", "board"):
        year, quarter = (read(client, page, kwartaal=code) for code in ("2026", "2026-3"))
        assert "Van ongeveer 120 adressen die in 2026 (tot nu toe) nieuw op de lijst kwamen, " in year
        assert said.format("ongeveer 90 (75%)", "ongeveer 60 (50%)") in year
        assert "Van ongeveer 40 adressen die in het 3e kwartaal 2026 nieuw op de lijst kwamen, " in quarter
        assert said.format("ongeveer 30", "ongeveer 20") in quarter
        assert "Geen enkel van hen is nu nog zonder contact." in quarter
    factories.listed_case(part, as_of=date(2026, 8, 3))
    assert "Geen enkel van hen" not in read(client, kwartaal="2026-3")


def test_a_quarter_and_a_year_that_run_say_so_in_table_and_file(client, part):
    for day in (date(2026, 8, 3), date(2026, 11, 2)):
        for _each in range(12):
            factories.listed_case(part, as_of=day)
    text = read(client, kwartaal="2026")
    assert "4e kwartaal 2026 (loopt nog)" in text and "2026 (loopt nog)" in text and "Heel 2026" not in text
    assert "3e kwartaal 2026 (loopt nog)" not in text
    file = client.get(reverse("manager:csv", args=("dewaard", "trechter")), {"kwartaal": "2026"})
    assert "4e kwartaal 2026 (loopt nog);10;" in file.content.decode()
    asked = Reach(part, None, None, date(2026, 10, 1), NEWEST)
    assert asked.span.named(asked.newest) == "4e kwartaal 2026 (loopt nog)"


def test_a_year_and_quarter_in_which_the_lists_began_say_from_when(client, part):
    factories.run(part, as_of=date(2025, 6, 2))
    for day in (date(2025, 6, 9), date(2026, 8, 3)):
        for _each in range(12):
            factories.listed_case(part, as_of=day)
    text = read(client, kwartaal="2025")
    assert "2025 (vanaf 2 juni)" in text and "Heel 2025" not in text and "Heel 2024" not in text
    assert "2e kwartaal 2025 (vanaf 2 juni)" in text and "1e kwartaal 2025" not in text
    assert "3e kwartaal 2025<" in text
    assert "Lijsten zijn er pas vanaf 2 juni 2025." in text
    assert "Lijsten zijn er pas" not in read(client, kwartaal="2026")
    assert "2e kwartaal 2025 (vanaf 2 juni);10;" in read(client, "csv", kwartaal="2025")


def test_three_quarters_stand_side_by_side_with_how_many_lists_each_has(client, part):
    coach = factories.user(Role.COACH, part)
    long_ago = factories.timezone.now() - timedelta(days=60)
    for day, number in ((date(2025, 11, 3), 40), (date(2026, 8, 3), 30), (date(2026, 11, 2), 20)):
        factories.run(part, as_of=day)
        for _each in range(number):
            case = factories.listed_case(part, as_of=day)
            factories.contact(case, by=coach, on=day, created_at=long_ago, result=Result.ADVICE)
    file = client.get(reverse("manager:csv", args=("dewaard", "naast")), {"kwartaal": "2026-4"})
    rows = [line.split(";") for line in file.content.decode("utf-8-sig").splitlines()]
    quarters_ = ["4e kwartaal 2025 (vanaf 3 november)", "3e kwartaal 2026", "4e kwartaal 2026 (loopt nog)"]
    assert rows[0] == ["Cijfer", *quarters_]
    assert rows[1] == ["Weken met een lijst", "1", "1", "1"]
    assert ["Huisbezoeken", "40", "30", "20"] in rows and ["Nieuwe adressen", "40", "30", "20"] in rows
    assert ["Adviezen, ook bij eerdere adressen", "40", "30", "20"] in rows
    year = client.get(
        reverse("manager:csv", args=("dewaard", "naast")), {"kwartaal": "2026"}
    ).content.decode()
    assert "Nieuwe adressen;40;50" in year.replace("\r", "")


def test_periods_of_unequal_length_are_compared_per_week_and_by_share(client, part):
    """A count is divided by its lists: new addresses by all of them, work by those before the newest, up to which it counts."""
    coach = factories.user(Role.COACH, part)
    long_ago = factories.timezone.now() - timedelta(days=60)
    lists = {2025: (date(2025, 7, 7), 4, 120), 2026: (date(2026, 7, 6), 8, 160)}
    for first, weeks, number in lists.values():
        for week in range(weeks):
            factories.run(part, as_of=first + timedelta(weeks=week))
        for each in range(number):
            case = factories.listed_case(part, as_of=first)
            if each % 4:
                factories.contact(case, by=coach, on=first, created_at=long_ago, reached=each % 4 == 1)
    factories.run(part, as_of=NEWEST)
    for _each in range(5):
        factories.contact(factories.listed_case(part, as_of=NEWEST), by=coach, on=NEWEST)
    file = client.get(reverse("manager:csv", args=("dewaard", "naast")), {"kwartaal": "2026-3"})
    rows = dict(line.split(";", 1) for line in file.content.decode("utf-8-sig").splitlines())
    assert rows["Weken met een lijst"] == "4;0;8"
    assert rows["Nieuwe adressen: per week"] == "30,0;;20,0"
    assert rows["Huisbezoeken: per week"] == "22,5;;15,0"
    assert rows["Huisbezoeken: niemand bereikt"] == "60;0;80"
    assert rows["Niemand bereikt, deel van de huisbezoeken"] == ";;67%", "90 visits are too few for a share"
    assert rows["Daarvan benaderd: deel"] == "75%;;75%"
    assert rows["Daarvan bereikt: deel"] == "25%;;25%"
    for page in ("corporation", "board"):
        text = read(client, page, kwartaal="2026-4")
        assert "Huisbezoeken, 4e kw. 2026<" in text
        assert "3e kw. 2026: 15,0 per week<" in text, "the running quarter has no week of work yet"
    running = client.get(reverse("manager:csv", args=("dewaard", "naast")), {"kwartaal": "2026-4"})
    rows = dict(line.split(";", 1) for line in running.content.decode("utf-8-sig").splitlines())
    assert rows["Weken met een lijst"].endswith(";1")
    assert rows["Huisbezoeken: per week"].endswith(";15,0;"), "no week of work is over yet"
    assert rows["Daarvan benaderd: deel"].endswith(";75%;"), "too few new addresses for a share"


def test_an_address_that_comes_back_after_work_is_counted_and_one_that_missed_a_list_is_not(client, part):
    """Thirty came back after a visit or a closing; the others missed a list, stayed on it, or had only a note of the office."""
    coach = factories.user(Role.COACH, part)
    days = [date(2026, 7, 6) + timedelta(weeks=week) for week in range(4)]
    long_ago = factories.timezone.now() - timedelta(days=60)
    closing = {"kind": Kind.ADMINISTRATIVE, "state": State.CLOSED}
    for number, on, given in (
        (20, (0, 2), {"kind": Kind.VISIT}),
        (10, (0, 3), closing),
        (15, (0, 2), {}),
        (15, (0, 2), {"kind": Kind.ADMINISTRATIVE}),
        (15, (0, 1, 2), {"kind": Kind.VISIT}),
        (70, (1,), {"kind": Kind.VISIT}),
    ):
        for _each in range(number):
            case = factories.listed_case(part, as_of=days[on[0]])
            for week in on[1:]:
                Listing.objects.create(case=case, as_of=days[week], position=1, coach="c")
            if given:
                factories.contact(case, by=coach, on=days[0], created_at=long_ago, **given)
    file = client.get(reverse("manager:csv", args=("dewaard", "naast")), {"kwartaal": "2026-3"})
    rows = dict(line.split(";", 1) for line in file.content.decode("utf-8-sig").splitlines())
    assert rows["Adressen terug op de lijst"].rpartition(";")[2] == "30"
    assert rows["Terug, deel van wie op de lijst kwam"].rpartition(";")[2] == "17%"  # 30 of 145 new and 30


def test_the_page_for_the_board_has_each_answer_with_its_certainty(client, part):
    two_years.figures(part, 3, 20)
    text = read(client, "board", kwartaal="2026-3")
    assert text.count('<div class="answer ') == 13
    assert '<h2>Helpt het?</h2><p class="tone">Nog niet te zeggen</p><p>Nog niet gemeten:' in text
    assert "<table" not in text
    assert "Vraagt nu aandacht" not in text
    case = factories.listed_case(part, worked_on=True, state="in_contact")
    case.follow_up_on = factories.TODAY - timedelta(days=3)
    case.save()
    assert "Vraagt nu aandacht" in read(client, "board")
    assert reverse("manager:board", args=("dewaard",)) in read(client)


def test_a_manager_of_several_corporations_sees_them_side_by_side(enter, part, other):
    """The total adds only what is shown; work of a corporation of which only a wijk is theirs is left out."""
    for corporation, count in ((part, 40), (other, 5)):
        figure(corporation, NEWEST, count)
        for _each in range(12):
            factories.listed_case(corporation, as_of=date(2026, 8, 3))
    manager = factories.user(Role.MANAGER, part, other)
    client = enter(manager)
    text = client.get(reverse("manager:together"), {"kwartaal": "2026-3"}).content.decode()
    assert "Uw corporaties naast elkaar: 3e kwartaal 2026" in text
    rows = [row.split("</tr>")[0] for row in text.split("<tr>")[2:]]
    cells = [
        [cell.split("<")[0] for cell in row.split(">") if "<" in cell and cell.split("<")[0]] for row in rows
    ]
    assert cells[0][:3] == ["De Waard", "–", "10"]
    assert cells[-1][0] == "Samen" and cells[-1][2] == "20"
    assert "Alle corporaties" in read(client)
    alone = enter(factories.user(Role.MANAGER, part))
    assert alone.get(reverse("manager:together")).url == reverse("manager:trends")
    assert "Alle corporaties" not in read(alone)
