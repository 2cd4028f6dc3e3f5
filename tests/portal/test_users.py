"""Test how an analyst adds users, gives them areas and closes their accounts."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role, Scope, User
from portal.accounts.people import change
from portal.casework import queries, services
from portal.casework.codes import Kind
from tests.portal import factories
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db
NORTH, ALL = json.dumps(("dewaard", "Noord")), json.dumps(("dewaard", ""))


@pytest.fixture
def analyst(corporation):
    for wijk in ("Noord", "Zuid"):
        factories.case(corporation, wijk=wijk)
    return factories.user(Role.ANALYST, corporation)


@pytest.fixture
def client(enter, analyst):
    return enter(analyst)


def send(client, user: User | None = None, **given):
    """Send the form of a user, or of a new one."""
    url = reverse("analyst:user", args=(user.pk,)) if user else reverse("analyst:add_user")
    fresh = {} if user else {"username": "fatima", "login": "password"}
    names = {"first_name": "Fatima", "last_name": "El Idrissi"}
    return client.post(url, {**names, "role": Role.COACH, "active": "ja", "areas": [NORTH], **fresh, **given})


def areas(user: User) -> set[tuple[str, str]]:
    return set(Scope.objects.filter(user=user).values_list("corporation_id", "wijk"))


def test_a_new_coach_gets_a_password_that_is_shown_once_and_works(client):
    page = send(client).content.decode()
    made = User.objects.get(username="fatima")
    password = re.search("<code>(.+)</code>", page)
    assert password
    assert made.check_password(password[1])
    assert (made.role, made.second_factor, areas(made)) == (Role.COACH, True, {("dewaard", "Noord")})
    detail = AuditEntry.objects.get(action="user.add").detail
    assert (detail["subject"], detail["areas"]) == ("fatima", ["dewaard Noord"])
    assert password[1] not in json.dumps(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert password[1] not in client.get(reverse("analyst:user", args=(made.pk,))).content.decode()


def test_the_page_of_a_new_user_says_who_gets_which_address_in_a_shared_wijk_and_the_portal_does_that(
    client, corporation, enter
):
    """Both coaches see the address of the list; it goes to whoever logs the first contact, and stays there."""
    page = client.get(reverse("analyst:add_user")).content.decode()
    assert "Coaches die een wijk delen, zien daar allemaal dezelfde adressen van de lijst." in page
    assert "komt in zorg bij wie er het eerst een contact vastlegt" in page
    assert "Wat een collega nu in zorg heeft, blijft bij die collega" in page
    first = factories.user(Role.COACH, corporation, wijk="Noord")
    corporation.newest_list = MONDAY
    corporation.save()
    case = factories.listed_case(corporation, wijk="Noord", as_of=MONDAY)
    send(client)
    second = User.objects.get(username="fatima")
    assert [entry.case for user in (first, second) for entry in queries.this_week(user)] == [case, case]
    services.log_contact(first, case.pk, version=case.version, token="a", kind=Kind.PHONE, reached=True)
    case.refresh_from_db()
    services.log_contact(second, case.pk, version=case.version, token="b", kind=Kind.PHONE, reached=True)
    case.refresh_from_db()
    assert case.owner == first


def test_a_new_user_has_no_role_until_one_is_chosen(client):
    page = client.get(reverse("analyst:add_user")).content.decode()
    assert not re.search(r'name="role"[^>]*checked', page)
    assert send(client, role="").status_code == 200
    assert not User.objects.filter(username="fatima").exists()


def test_who_logs_in_by_work_account_gets_no_password(client):
    page = send(client, login="work").content.decode()
    assert not User.objects.get(username="fatima").has_usable_password()
    assert "logt in met het werkaccount" in page
    assert "<code>" not in page


def test_a_name_that_looks_like_another_is_refused_and_nothing_is_lost(client):
    factories.user(Role.COACH, username="Fatima")
    page = send(client).content.decode()
    assert "lijkt te veel op die van een andere gebruiker" in page
    assert 'value="El Idrissi"' in page
    assert not User.objects.filter(username="fatima").exists()


def test_areas_come_from_the_register_and_a_whole_corporation_replaces_its_wijken(client, corporation):
    coach = factories.user(Role.COACH, corporation, wijk="Nord")
    text = client.get(reverse("analyst:user", args=(coach.pk,))).content.decode()
    for words in (
        "De Waard: Alle wijken",
        "De Waard: Noord",
        "De Waard: Zuid",
        "De Waard: Nord (niet in de gegevens)",
    ):
        assert words in text
    assert send(client, coach, areas=[json.dumps(("dewaard", "Verzonnen"))]).status_code == 200
    assert areas(coach) == {("dewaard", "Nord")}
    assert send(client, coach, areas=[ALL, NORTH]).status_code == 302
    assert areas(coach) == {("dewaard", "")}
    assert AuditEntry.objects.get(action="user.change").detail["areas"] == ["dewaard"]


def test_a_closed_account_stays_in_the_list_and_can_be_opened_again(client, corporation):
    coach = factories.user(Role.COACH, corporation)
    send(client, coach, active="nee")
    assert not User.objects.get(pk=coach.pk).is_active
    assert "<strong>Gesloten</strong>" in client.get(reverse("analyst:users")).content.decode()
    send(client, coach, active="ja")
    assert User.objects.get(pk=coach.pk).is_active


def test_nobody_changes_their_own_access(client, analyst, corporation):
    given = {"role": Role.AUDITOR, "active": "nee", "areas": [NORTH]}
    assert send(client, analyst, **given).status_code == 302  # the name is saved, the rest is not read
    analyst.refresh_from_db()
    assert (analyst.first_name, analyst.role, analyst.is_active) == ("Fatima", Role.ANALYST, True)
    assert areas(analyst) == {(corporation.pk, "")}
    assert 'name="role"' not in client.get(reverse("analyst:user", args=(analyst.pk,))).content.decode()
    with pytest.raises(PermissionError):
        change(analyst, analyst, {("dewaard", "Noord")})
    analyst.role = Role.AUDITOR
    with pytest.raises(PermissionError):
        change(analyst, analyst, None)


def test_users_and_areas_of_another_corporation_stay_as_they_are(client, corporation, other):
    strange = factories.user(Role.COACH, other, first_name="Vreemd")
    both = factories.user(Role.COACH, corporation, other)
    assert "Vreemd" not in client.get(reverse("analyst:users")).content.decode()
    assert send(client, strange).status_code == 404
    assert str(other) not in client.get(reverse("analyst:user", args=(both.pk,))).content.decode()
    assert send(client, both, areas=[json.dumps((other.pk, ""))]).status_code == 200  # cannot be chosen
    assert send(client, both, areas=[NORTH]).status_code == 302
    assert areas(both) == {("dewaard", "Noord"), (other.pk, "")}


def test_who_has_no_area_yet_can_be_given_one(client):
    coach = factories.user(Role.COACH)
    assert send(client, coach).status_code == 302
    assert areas(coach) == {("dewaard", "Noord")}


def test_the_list_asks_as_much_of_the_database_for_many_users_as_for_few(
    client, corporation, django_assert_num_queries
):
    factories.user(Role.COACH, corporation)
    client.get(reverse("analyst:users"))
    with django_assert_num_queries(9):
        client.get(reverse("analyst:users"))
    for _ in range(20):
        factories.user(Role.COACH, corporation)
    with django_assert_num_queries(9):
        client.get(reverse("analyst:users"))


def test_the_form_asks_as_much_of_the_database_for_many_wijken_as_for_few(
    client, corporation, django_assert_num_queries
):
    coach = factories.user(Role.COACH, corporation)
    url = reverse("analyst:user", args=(coach.pk,))
    client.get(url)
    with django_assert_num_queries(19):
        client.get(url)
    for number in range(20):
        factories.case(corporation, wijk=f"Wijk {number}")
    with django_assert_num_queries(19):
        client.get(url)


def test_the_list_says_what_each_has_in_care_so_that_a_closed_account_leaves_nobody_behind(
    client, corporation, monkeypatch
):
    coach, gone = (factories.user(Role.COACH, corporation, username=name) for name in ("blijft", "weg"))
    for owner, number in ((coach, 3), (gone, 2)):
        for _each in range(number):
            case = factories.planned(factories.listed_case(corporation))
            case.owner, case.state, case.worked_on = owner, "in_contact", True
            case.save()
            factories.handover(case)
    factories.handover(case, picked_up="ja")
    closed = factories.case(corporation, owner=coach, state="closed", worked_on=True)
    factories.handover(closed)
    page = client.get(reverse("analyst:users"))
    actual = {row["user"].username: (row["user"].in_care, row["user"].asked) for row in page.context["rows"]}
    assert (actual["blijft"], actual["weg"]) == ((3, 4), (2, 2))
    assert "gesloten account" not in page.content.decode()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    page = client.get(reverse("analyst:users")).content.decode()
    assert "2 adressen staan op naam van een gesloten account." in page
    assert "<strong>2</strong>" in page and "<strong>3</strong>" not in page
    monkeypatch.setattr("portal.analyst.users.PER_PAGE", 1)
    page = client.get(reverse("analyst:users")).content.decode()
    assert "2 adressen staan op naam van een gesloten account." in page, (
        "the closed account is on a later page"
    )
