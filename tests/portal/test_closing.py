"""Test what the analyst reads about the addresses of a coach whose account closes, before and after."""

from __future__ import annotations

import html
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from portal.accounts.models import AuditEntry, Role
from portal.casework import lending
from portal.casework.models import Transfer
from tests.portal import factories
from tests.portal.factories import TODAY

pytestmark = pytest.mark.django_db
NORTH = json.dumps(("dewaard", "Noord"))
WORKING = {"wijk": "Noord", "state": "in_contact", "worked_on": True}


@pytest.fixture
def client(enter, corporation):
    factories.case(corporation, wijk="Noord")
    return enter(factories.user(Role.ANALYST, corporation))


def closing(coach, active: str, taker: str = "niemand") -> dict:
    url = reverse("analyst:user", args=(coach.pk,))
    names = {"first_name": coach.first_name, "last_name": coach.last_name}
    return {
        "path": url,
        "data": {**names, "role": Role.COACH, "active": active, "areas": [NORTH], "taker": taker},
    }


@pytest.mark.parametrize("number", [0, 1, 3])
def test_closing_an_account_says_what_happens_with_its_addresses(client, corporation, number):
    coach = factories.user(Role.COACH, corporation, first_name="Noor", last_name="<b>Kok</b>")
    for _each in range(number):
        factories.case(corporation, wijk="Noord", owner=coach, state="in_contact", worked_on=True)
    factories.case(corporation, wijk="Noord", owner=coach, state="closed", worked_on=True)
    assert "in zorg. " not in client.post(**closing(coach, "ja"), follow=True).content.decode()
    page = client.post(**closing(coach, "nee"), follow=True).content.decode()
    assert ("had nog" in page) is bool(number)
    if number:
        assert f"had nog {number} {'adres' if number == 1 else 'adressen'} in zorg" in page
        assert f'<a href="{reverse("coach:care")}?van=weg">' in page and "<b>Kok" not in page


def test_closing_an_account_counts_no_objection_and_says_who_keeps_what_was_lent(client, corporation, enter):
    noor, samira = (
        factories.user(Role.COACH, corporation, first_name=name, last_name="") for name in ("Noor", "Samira")
    )
    working = {"wijk": "Noord", "state": "in_contact", "worked_on": True}
    factories.case(corporation, owner=noor, objected_on=TODAY, **working)
    lent = factories.case(corporation, owner=samira, lent_by=noor, lent_until=TODAY, **working)
    page = client.post(**closing(noor, "nee"), follow=True).content.decode()
    assert "Samira neemt 1 adres waar voor Noor." in page and "maar blijft bij Samira" in page
    assert 'class="message warning"' not in page, "it is in good hands"
    assert "Bewaard. Het account van Noor is gesloten." in page
    assert "had nog" not in page
    lent.refresh_from_db()
    assert (lent.owner, lent.lent_by, lent.lent_until) == (samira, None, None)


@pytest.mark.parametrize("how", ["closed", "role"])
def test_whoever_counted_on_a_coach_who_leaves_is_named(client, corporation, how):
    noor, samira = (
        factories.user(Role.COACH, corporation, first_name=name, last_name="") for name in ("Noor", "Samira")
    )
    factories.case(corporation, wijk="Noord", state="in_contact", worked_on=True, owner=noor)
    first = TODAY + timedelta(days=21)
    lending.plan(noor, to=samira, first=first, until=first + timedelta(days=13))
    stays = closing(samira, "ja")
    assert "zou waarnemen" not in client.post(**stays, follow=True).content.decode()
    gone = closing(samira, "nee" if how == "closed" else "ja")
    if how == "role":
        gone["data"]["role"] = Role.MANAGER
    page = client.post(**gone, follow=True).content.decode()
    assert f"Samira zou waarnemen voor Noor van {date_format(first, 'j F Y')} tot en met" in page
    assert "Noor ziet dit bij Waarneming" in page


def before(client, coach) -> str:
    """Return what the form says before the account closes."""
    page = html.unescape(client.get(reverse("analyst:user", args=(coach.pk,))).content.decode())
    _form, mark, said = page.partition('id="voor-sluiten"')
    return said.partition("</section>")[0] if mark else ""


def test_the_form_says_before_saving_what_falls_when_and_where_it_can_go(client, corporation):
    noor, samira = (
        factories.user(Role.COACH, corporation, first_name=name, last_name="") for name in ("Noor", "Samira")
    )
    days = (TODAY - timedelta(days=2), TODAY, TODAY + timedelta(days=9), TODAY + timedelta(days=5), None)
    for day in days:
        case = factories.case(corporation, owner=noor, follow_up_on=day, **WORKING)
    factories.handover(case)
    factories.case(corporation, owner=noor, objected_on=TODAY, **WORKING)
    factories.case(corporation, owner=samira, lent_by=noor, lent_until=TODAY, **WORKING)
    covered = factories.case(corporation, owner=noor, lent_by=samira, lent_until=TODAY, **WORKING)
    first, day = date_format(TODAY + timedelta(days=5), "j F Y"), date_format(TODAY, "j F Y")
    said = before(client, noor)
    assert (
        f"Noor heeft 5 adressen in zorg: 1 te laat, 1 vandaag aan de beurt, 2 later, het eerste op {first}, 1 zonder volgende stap. "
        "Er wacht 1 overdracht op antwoord."
    ) in said
    assert "Samira (5 van de 5 adressen)" in said
    assert f'<a href="{reverse("coach:care")}?van={noor.pk}">In zorg, „Noor”</a>' in said
    assert f"Noor neemt 1 adres waar voor Samira. Het gaat na {day} vanzelf terug." in said
    assert "Samira neemt 1 adres waar voor Noor." in said
    page = client.post(**closing(noor, "nee"), follow=True).content.decode()
    assert "Noor had nog 5 adressen in zorg." in page and "Samira (5 van de 5 adressen)" in page
    assert "Noor neemt 1 adres waar voor Samira." in page
    assert before(client, noor) == ""
    covered.refresh_from_db()
    assert (covered.owner, covered.lent_by) == (noor, samira)


def test_a_wijk_without_another_coach_is_named_with_who_gives_it_one(client, corporation):
    noor = factories.user(Role.COACH, corporation, first_name="Noor", last_name="")
    factories.user(Role.COACH, corporation, wijk="Zuid")
    factories.case(corporation, owner=noor, **WORKING)
    said = before(client, noor)
    assert "In Noord (De Waard) werkt geen andere coach: daar is 1 van deze adressen." in said
    assert "Overnemen kunnen" not in said and f'href="{reverse("analyst:users")}"' in said


def test_a_coach_without_work_leaves_nothing_and_nobody_else_is_told_so(client, corporation):
    coach, manager = (factories.user(role, corporation) for role in (Role.COACH, Role.MANAGER))
    assert "er blijft niets liggen" in before(client, coach)
    assert before(client, manager) == ""


def test_what_a_coach_leaves_who_gets_another_role_is_said_with_the_link_to_it(client, corporation):
    noor, _samira = (
        factories.user(Role.COACH, corporation, first_name=name, last_name="") for name in ("Noor", "Samira")
    )
    factories.case(corporation, owner=noor, **WORKING)
    form = closing(noor, "ja")
    assert "had nog" not in client.post(**form, follow=True).content.decode()
    form["data"]["role"] = Role.MANAGER
    page = client.post(**form, follow=True).content.decode()
    assert "Noor had nog 1 adres in zorg." in page
    assert f'<a href="{reverse("coach:care")}?van={noor.pk}">' in page


def test_the_manager_reads_which_analyst_closes_an_account(enter, corporation, other):
    factories.user(Role.ANALYST, corporation, first_name="Anna", last_name="")
    factories.user(Role.ANALYST, other, first_name="Elders", last_name="")
    page = enter(factories.user(Role.MANAGER, corporation)).get(reverse("manager:trends")).content.decode()
    assert "welke coach diens adressen overneemt. Analist: Anna." in page


def two(corporation) -> list:
    return [
        factories.user(Role.COACH, corporation, first_name=name, last_name="") for name in ("Noor", "Zoe")
    ]


@pytest.mark.parametrize("how", ["closed", "role"])
def test_an_account_with_addresses_closes_only_once_it_is_chosen_who_takes_over(client, corporation, how):
    noor, _zoe = two(corporation)
    case = factories.case(corporation, owner=noor, **WORKING)
    gone = closing(noor, "nee" if how == "closed" else "ja", taker="")
    if how == "role":
        gone["data"]["role"] = Role.MANAGER
    page = client.post(**gone).content.decode()
    assert "Kies wie de adressen overneemt, of „Nog niemand”." in page and "Zoe: 1 van de 1 adressen" in page
    noor.refresh_from_db()
    case.refresh_from_db()
    assert (noor.is_active, noor.role, case.owner) == (True, Role.COACH, noor)
    client.post(**closing(noor, "ja", taker=""))  # nothing to choose while the account stays open
    assert (
        "Noor had nog 1 adres in zorg"
        in client.post(**gone | {"data": gone["data"] | {"taker": "niemand"}}, follow=True).content.decode()
    )


def test_whoever_takes_over_gets_what_is_in_the_areas_and_reads_it_on_deze_week(client, corporation, enter):
    noor, zoe = two(corporation)
    south = factories.user(Role.COACH, corporation, first_name="Sam", last_name="", wijk="Zuid")
    own = [factories.case(corporation, owner=noor, **WORKING) for _each in range(3)]
    factories.case(corporation, owner=noor, **WORKING | {"wijk": "Zuid"})
    objected = factories.case(corporation, owner=noor, objected_on=TODAY, **WORKING)
    back = factories.case(corporation, owner=noor, lent_by=zoe, lent_until=TODAY, **WORKING)
    page = client.post(**closing(noor, "nee", taker=str(south.pk)), follow=True).content.decode()
    assert "Sam heeft nu 1 adres van Noor in zorg, en leest dat op Deze week." in page
    assert "Noor had nog 3 adressen in zorg." in page
    noor.is_active = True
    noor.save()
    page = client.post(**closing(noor, "nee", taker=str(zoe.pk)), follow=True).content.decode()
    assert "Zoe heeft nu 3 adressen van Noor in zorg" in page and "had nog" not in page
    for case in (*own, objected, back):
        case.refresh_from_db()
    assert {case.owner for case in own} == {zoe}
    assert (objected.owner, back.owner) == (noor, noor)
    assert AuditEntry.objects.filter(action="case.owner", detail__owner=zoe.username).count() == 3
    week = html.unescape(enter(zoe).get(reverse("coach:week")).content.decode())
    assert "3 adressen van Noor. Ze zijn nu bij u in zorg." in week
    assert "adressen van Noor" not in enter(south).get(reverse("coach:week")).content.decode()
    Transfer.objects.update(on=TODAY - timedelta(days=8))
    assert "adressen van Noor" not in enter(zoe).get(reverse("coach:week")).content.decode()


def test_nobody_outside_the_areas_or_of_another_corporation_can_be_chosen(client, corporation):
    noor, _zoe = two(corporation)
    case = factories.case(corporation, owner=noor, **WORKING)
    for other in (
        factories.user(Role.COACH),
        factories.user(Role.COACH, corporation, wijk="Zuid"),
        factories.user(Role.MANAGER, corporation),
    ):
        page = client.post(**closing(noor, "nee", taker=str(other.pk))).content.decode()
        assert 'class="ask ask-taker wrong"' in page
    case.refresh_from_db()
    assert case.owner == noor


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COACH])
def test_who_is_the_only_one_with_a_role_is_named_as_such(client, corporation, role):
    first = factories.user(role, corporation)
    url = reverse("analyst:user", args=(first.pk,))
    words = f"de enige met de rol {Role(role).label.lower()}"
    assert words in client.get(url).content.decode()
    second = factories.user(role, corporation, is_active=False)
    assert words in client.get(url).content.decode()
    type(second).objects.filter(pk=second.pk).update(is_active=True)
    assert words not in client.get(url).content.decode()
