"""Test the manager's counts of work: whole quarters, without undone work and without work after the Monday."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from portal.accounts.models import Role, Scope, User
from portal.casework.codes import Kind, PickedUp, Result, State
from portal.casework.models import Contact, Handover, Listing
from portal.trends import coaches, pace, work
from portal.trends.reach import reach
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.test_manager import files

pytestmark = [pytest.mark.django_db, pytest.mark.dear]


@pytest.fixture
def client(enter, corporation):
    return enter(factories.user(Role.MANAGER, corporation))


def cases(corporation, coach, number: int, first: date, wijk: str = "Noord", **contact) -> list:
    """Cases on a list for the first time on a day, each with a contact a week later, if one is given."""
    result = []
    for _ in range(number):
        case = factories.case(corporation, wijk=wijk)
        Listing.objects.create(
            case=case, as_of=first, position=1, coach="c", since=first - timedelta(days=20)
        )
        if contact:
            on = first + timedelta(days=4)
            at = timezone.make_aware(datetime(on.year, on.month, on.day, 12))
            given = {"kind": Kind.VISIT, "state": State.APPROACHED, "on": on, "created_at": at}
            Contact.objects.create(case=case, by=coach, **(given | contact))
        result.append(case)
    return result


FIRST = MONDAY - timedelta(weeks=60)


def funnel(client, first: date = FIRST) -> dict[str, str]:
    head, *rows = files(client, "trechter", van=str(first), tot=str(first + timedelta(days=60)))
    return dict(zip(head, rows[0], strict=True))


def test_the_funnel_counts_each_step(client, corporation, coach):
    cases(corporation, coach, 15, FIRST)
    cases(corporation, coach, 20, FIRST, reached=False)
    cases(corporation, coach, 10, FIRST, reached=True, state=State.WATCH)
    cases(corporation, coach, 25, FIRST, reached=True, result=Result.ADVICE, state=State.CLOSED)
    cases(corporation, coach, 10, FIRST, kind=Kind.ADMINISTRATIVE, state=State.NOT_FITTING)
    report = funnel(client)
    assert report["Nieuwe adressen"] == "80"
    assert tuple(report[f"Daarvan {step}"] for step in ("benaderd", "bereikt", "geholpen")) == (
        "55",
        "35",
        "25",
    )
    assert (report["Nu waakvlam"], report["Nu afgesloten"]) == ("10", "35")


def test_what_was_taken_back_or_came_after_monday_does_not_count(client, corporation, coach):
    now = timezone.now()
    cases(corporation, coach, 20, FIRST, undone_at=now - timedelta(days=7))
    cases(corporation, coach, 20, FIRST, created_at=now + timedelta(days=7))
    report = funnel(client)
    assert (report["Nieuwe adressen"], report["Daarvan benaderd"]) == ("40", "0")


def test_a_withdrawn_listing_does_not_count(client, corporation, coach):
    result = cases(corporation, coach, 30, FIRST)
    Listing.objects.filter(case__in=result[:10]).update(withdrawn=True)
    assert funnel(client)["Nieuwe adressen"] == "20"


def test_a_period_within_a_quarter_shows_the_whole_quarter(client, corporation, coach):
    quarter = work.quarter(FIRST)
    for week in range(13):
        cases(corporation, coach, 10, quarter + timedelta(weeks=week, days=3))
    whole = files(client, "trechter", van=str(quarter), tot=str(quarter + timedelta(days=88)))
    assert whole == files(
        client, "trechter", van=str(quarter + timedelta(days=30)), tot=str(quarter + timedelta(days=40))
    )
    assert whole[1][1] == "130"


def test_months_too_small_to_show_are_in_the_quarter(client, corporation, coach):
    quarter = work.quarter(FIRST)
    for days in (3, 40, 70):
        for wijk in ("Noord", "Zuid"):
            cases(corporation, coach, 4, quarter + timedelta(days=days), wijk)
    asked = {"van": str(quarter), "tot": str(quarter + timedelta(days=88))}
    assert [row[1] for row in files(client, "nieuw", **asked)[1:]] == ["1 t/m 9"] * 3
    assert files(client, "trechter", **asked)[1][1] == "25"


def test_no_step_of_the_funnel_is_larger_than_the_one_before(client, corporation, coach):
    """Months of 9, 9 and 17 show as at least 15, and the 35 approached are of one quarter."""
    quarter = work.quarter(FIRST)
    for days, number in ((3, 9), (40, 9), (70, 17)):
        cases(corporation, coach, number, quarter + timedelta(days=days), reached=True)
    asked = {"van": str(quarter), "tot": str(quarter + timedelta(days=88))}
    for row in files(client, "trechter", **asked)[1:]:
        listed, approached, reached = (int(cell.removeprefix("ten minste ")) for cell in row[1:4])
        assert listed >= approached >= reached == 35


def test_days_to_the_first_contact(client, corporation, coach):
    cases(corporation, coach, 30, FIRST, reached=True)
    asked = {"van": str(FIRST), "tot": str(FIRST)}
    assert files(client, "tijd", **asked)[1][1:] == ["24", "24", "24", "30", "0"]
    Contact.objects.last().delete()
    assert files(client, "tijd", **asked)[1][1:] == ["", "", "", "", ""]


def test_waiting_counts_from_the_first_list_in_bands(client, corporation, coach):
    """Contacts on the last day of a band and the first of the next; an administrative one is none, and waits until now."""
    for days, number in ((14, 10), (15, 15), (21, 10), (22, 15), (42, 5), (43, 10), (91, 5), (92, 25)):
        cases(corporation, coach, number, FIRST, on=FIRST + timedelta(days=days))
    cases(corporation, coach, 10, FIRST)
    cases(corporation, coach, 5, FIRST, kind=Kind.ADMINISTRATIVE)
    asked = {"van": str(FIRST), "tot": str(FIRST)}
    assert files(client, "wachten", **asked)[1][1:] == [
        "100", "55", "0", "15", "10", "0", "0", "25", "20", "15", "40",
    ]  # fmt: skip


def test_the_page_says_that_visits_per_coach_are_not_counted_and_why_a_tile_shows_a_quarter(
    client, corporation, coach
):
    cases(corporation, coach, 12, FIRST, reached=True)
    url = reverse("manager:trends")
    page = client.get(url, {"van": "2026-11-01", "tot": "2026-11-30"}).content.decode()
    assert "Huisbezoeken per coach telt Waakvlam met opzet niet" in page
    assert "Hoeveel huisbezoeken deed elke coach?" in client.get(reverse("help")).content.decode()
    assert "Huisbezoeken staan er per heel kwartaal" in page
    year = client.get(url, {"kwartaal": str(MONDAY.year)}).content.decode()
    assert "Huisbezoeken staan er per heel kwartaal" not in year


@pytest.mark.parametrize("weeks", [1, 8])
def test_each_new_address_is_in_one_column_also_without_a_contact(client, corporation, coach, weeks):
    """Of 65, 15 had contact at once; of those without, 20 are on the list of now, and 30 left it (unfit, objection, no reasons)."""
    first = MONDAY - timedelta(weeks=weeks)
    cases(corporation, coach, 15, first, reached=True, on=first)
    for case in cases(corporation, coach, 20, first):
        factories.Case.objects.filter(pk=case.pk).update(listed_on=MONDAY)
    cases(corporation, coach, 30, first)
    head, *rows = files(client, "wachten", van=str(first), tot=str(first))
    row = {title: int(cell) for title, cell in zip(head[1:], rows[0][1:], strict=True)}
    assert (row["Nog geen contact, op de lijst van nu"], row["Geen contact, van de lijst af"]) == (20, 30)
    parts = ("Contact binnen twee weken", "Nog geen contact, korter dan twee weken", "Langer dan twee weken")
    assert sum(row[part] for part in parts) == 65
    assert row["Langer dan zes weken"] == (50 if weeks == 8 else 0)


@pytest.mark.parametrize(("few", "shown"), [(5, ("10", "1 t/m 9")), (9, ("verborgen", "verborgen"))])
def test_a_partner_has_its_answers_and_from_ten_on_its_days(client, corporation, coach, few, shown):
    """Of 10 and 9 answers in a quarter of about 20, the 9 would be known to be 6 or more: neither is shown."""
    at = timezone.now() - timedelta(days=300)
    for partner, number in (("ggd", 10), ("wijkteam", few)):
        for case in cases(corporation, coach, number, FIRST):
            answered = {"picked_up": PickedUp.YES, "answered_on": FIRST + timedelta(days=6)}
            Handover.objects.create(case=case, by=coach, on=FIRST, partner=partner, created_at=at, **answered)
    rows = files(client, "partners", van=str(FIRST), tot=str(FIRST))
    assert rows[1:] == [
        ["GGD", "0", shown[0], "0", "6", "geen"],
        ["Wijkteam", "0", shown[1], "0", "", "geen"],
    ]


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        (2, "tot twee weken"),
        (5, "twee tot zes weken"),
        (12, "zes tot dertien weken"),
        (20, "langer dan dertien weken"),
    ],
)
def test_how_long_the_oldest_hand_over_of_a_partner_waits_is_said_in_steps(
    client, corporation, coach, weeks, said
):
    """The manager reads the partner's name and who has the addresses; a single day or small count is nowhere."""
    first = MONDAY - timedelta(weeks=30)
    for partner, back in (("ggd", weeks), ("ggd", 1), ("wijkteam", 1)):
        (case,) = cases(corporation, coach, 1, first)
        at = timezone.now() - timedelta(weeks=weeks)
        on = MONDAY - timedelta(weeks=back)
        Handover.objects.create(case=case, by=coach, on=on, partner=partner)
        Handover.objects.filter(case=case).update(created_at=at)
    rows = files(client, "partners", van=str(first), tot=str(MONDAY))
    assert [row[-1] for row in rows] == ["Oudste wacht", said, "tot twee weken"]
    text = client.get(reverse("manager:corporation", args=("dewaard",))).content.decode()
    assert (f"Nu te lang zonder antwoord: GGD 1–9 (de oudste: {said}). Welke adressen" in text) == (weeks > 2)
    assert "Wijkteam 1–9 (" not in text and ("„nog geen antwoord”. Die vraagt het na." in text) == (weeks > 2)


def test_results_hand_overs_and_places(client, corporation, coach):
    result = cases(corporation, coach, 110, FIRST, reached=True, result=Result.PAID, state=State.CLOSED)
    for case in result[:20]:
        row = Handover.objects.create(case=case, by=coach, on=FIRST, partner="ggd", picked_up=PickedUp.YES)
        Handover.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=300))
    asked = {"van": str(FIRST), "tot": str(FIRST)}
    results = files(client, "resultaten", **asked)
    assert dict(zip(results[0], results[1], strict=True))["Bewoner regelt het zelf"] == "110"
    assert dict(zip(*files(client, "overdrachten", **asked)[:2], strict=True))["Opgepakt"] == "20"
    assert files(client, "capaciteit", **asked)[1][1:] == ["110", "110", "100%"]


def test_waiting_addresses_are_shown_at_the_top(client, corporation, coach):
    late = {"state": State.IN_CONTACT, "owner": coach, "worked_on": True}
    for _ in range(25):
        factories.listed_case(corporation, follow_up_on=MONDAY - timedelta(days=9), **late)
    for _ in range(15):
        factories.listed_case(corporation, follow_up_on=None, **late)
    text = client.get(reverse("manager:trends")).content.decode()
    for title, count in (("Opvolging te laat", 25), ("Zonder volgende stap of eigenaar", 15)):
        assert f'{title}</dt><dd class="big">{count}</dd>' in text


def test_the_addresses_that_wait_longer_than_two_weeks_are_counted(client, corporation, coach):
    late = {"state": State.IN_CONTACT, "owner": coach, "worked_on": True}
    for days, number in ((14, 10), (15, 20)):
        for _ in range(number):
            factories.case(corporation, follow_up_on=TODAY - timedelta(days=days), **late)
    text = client.get(reverse("manager:trends")).content.decode()
    assert "Bij ongeveer 30 adressen is de afgesproken dag voorbij." in text
    assert "Langer dan twee weken te laat: ongeveer 20 adressen." in text


def test_a_worry_that_was_taken_up_and_then_left_counts_as_late(client, corporation, coach):
    for owner, number in ((coach, 20), (None, 5)):  # nobody promised a day for the five
        for _ in range(number):
            factories.case(corporation, state=State.NEW, owner=owner, follow_up_on=TODAY - timedelta(days=40))
    text = client.get(reverse("manager:trends")).content.decode()
    assert "Bij ongeveer 20 adressen is de afgesproken dag voorbij." in text
    table = coaches.per_coach(User.objects.get(role=Role.MANAGER), reach(corporation, None, {}, []), TODAY)
    assert [[cell["text"] for cell in row["cells"]][3] for row in table.texts] == ["20"]


def test_open_work_is_shown_per_coach_by_name_and_never_exactly(client, corporation):
    for name, days, number in (("Zoe", -1, 12), ("Anna", 60, 9), ("Anna", -1, 4)):
        owner = User.objects.filter(first_name=name).first() or factories.user(
            Role.COACH, corporation, first_name=name
        )
        for _ in range(number):
            factories.case(
                corporation, state=State.WATCH, owner=owner, follow_up_on=TODAY + timedelta(days=days)
            )
    manager = User.objects.get(role=Role.MANAGER)
    table = coaches.per_coach(manager, reach(corporation, None, {}, []), TODAY)
    cells = [[cell["text"] for cell in row["cells"]] for row in table.texts]
    assert cells == [["Anna", "1–9", "0", "15"], ["Zoe", "10", "0", "10"]]
    assert "Werk dat nu openstaat, per coach" in client.get(reverse("manager:trends")).content.decode()
    assert client.get(reverse("manager:csv", args=(corporation.pk, "coaches"))).status_code == 404


def test_a_coach_without_addresses_has_a_row_and_nobody_else_who_has_none(
    client, corporation, django_assert_num_queries
):
    """Noor starts today: she has room. A coach of elsewhere, one who left, a program and a melder are no answer to that."""
    noor, owner = (
        factories.user(Role.COACH, corporation, first_name=name, wijk="Noord") for name in ("Noor", "Anna")
    )
    Scope.objects.create(user=noor, corporation=corporation, wijk="Zuid")
    factories.user(Role.COACH, corporation, is_active=False)
    factories.user(Role.COACH)
    factories.user(Role.MELDER, corporation)
    factories.program(corporation)
    for _each in range(12):
        factories.case(corporation, state=State.WATCH, owner=owner, follow_up_on=TODAY)
    manager = User.objects.get(role=Role.MANAGER)
    chosen = reach(corporation, None, {}, [])
    with django_assert_num_queries(4):
        table = coaches.per_coach(manager, chosen, TODAY)
    cells = [[cell["text"] for cell in row["cells"]] for row in table.texts]
    assert cells == [["Anna", "0", "10", "10"], ["Noor", "0", "0", "0"]]
    assert "Noor" in client.get(reverse("manager:trends")).content.decode()


def test_a_coach_who_is_away_keeps_a_row_that_says_who_stands_in(client, corporation):
    away, colleague = (factories.user(Role.COACH, corporation, first_name=name) for name in ("Anna", "Zoe"))
    until = TODAY + timedelta(days=4)
    for _each in range(12):
        factories.case(
            corporation, state=State.WATCH, owner=colleague, lent_by=away, lent_until=until,
            follow_up_on=TODAY + timedelta(days=60),
        )  # fmt: skip
    table = coaches.per_coach(User.objects.get(role=Role.MANAGER), reach(corporation, None, {}, []), TODAY)
    cells = [[cell["text"] for cell in row["cells"]] for row in table.texts]
    assert cells == [
        [f"Anna (Zoe neemt waar tot en met {date_format(until, 'j F')})", "0", "0", "0"],
        ["Zoe", "0", "0", "10"],
    ]


def test_the_addresses_of_a_coach_who_left_count_as_without_an_owner(client, corporation):
    left = factories.user(Role.COACH, corporation, is_active=False)
    given = {"worked_on": True, "state": State.IN_CONTACT, "follow_up_on": TODAY}
    for _each in range(12):
        factories.case(corporation, owner=left, **given)
    chosen = reach(corporation, None, {}, [])
    manager = User.objects.get(role=Role.MANAGER)
    assert pace.open_now(manager, chosen, TODAY)["asleep"].value == 10


def test_a_hidden_wait_is_bounded_by_the_new_addresses(client, corporation, coach):
    """Fifty of 58 had contact in time, and two in each slower band: four hidden cells alone would allow 36."""
    day = {"created_at": timezone.make_aware(datetime(FIRST.year, FIRST.month, FIRST.day, 12))}
    cases(corporation, coach, 50, FIRST, reached=True)
    for weeks in (3, 5, 9, 20):
        cases(
            corporation,
            coach,
            2,
            FIRST,
            reached=True,
            on=FIRST + timedelta(weeks=weeks) - timedelta(days=2),
            **day,
        )
    head, *rows = files(client, "wachten", van=str(FIRST), tot=str(FIRST + timedelta(days=60)))
    row = dict(zip(head, rows[0], strict=True))
    assert (row["Contact binnen twee weken"], row["Drie tot zes weken"]) == ("50", "1 t/m 9")
    assert row["Langer dan twee weken"] == "1 t/m 18"  # 60 and 50 are rounded: at most 66 less at least 48
