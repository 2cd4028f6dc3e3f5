"""Test what is printed: the list with a map where the register delivers places, and the note to leave at a door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import environment
from portal.accounts.models import AuditEntry, Role
from portal.casework import lending
from portal.casework.codes import State, Worries
from portal.casework.models import Case
from portal.coach import leaflets
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db


def test_the_paper_list_has_a_map_only_with_places(enter, coach, case):
    assert "Kaart van de adressen" not in shown(enter(coach).get(reverse("coach:paper")))
    Case.objects.filter(pk=case.pk).update(latitude=52.75, longitude=5.4)
    page = shown(enter(coach).get(reverse("coach:paper")))
    assert page.index("Kaart van de adressen") < page.index('class="card paper"')


def test_the_paper_has_the_coach_s_name_what_cannot_wait_and_who_is_due(enter, coach, corporation):
    coach.first_name = "Noor"
    coach.save()
    colleague = factories.user(Role.COACH, corporation)
    at_work = {"state": State.IN_CONTACT, "worked_on": True, "wijk": "Noord"}
    due = factories.case(corporation, **at_work, owner=coach, follow_up_on=TODAY, address="Duplo 1")
    theirs = factories.case(corporation, **at_work, owner=colleague, follow_up_on=TODAY, address="Elders 2")
    later = {"follow_up_on": TODAY + timedelta(days=9), "address": "Later 3"}
    factories.case(corporation, **at_work, owner=coach, **later)
    urgent = factories.case(corporation, **at_work, owner=coach, address="Snel 4")
    factories.worry(urgent, urgent=True, worry=Worries.SAFETY)
    page = shown(enter(coach).get(reverse("coach:paper")))
    today, lists = page.partition("Kan niet wachten")[::2]
    worries, turn = lists.partition("Aan de beurt")[::2]
    assert "<h1>Noor" in today
    assert "Snel 4" in worries and "Duplo 1" not in worries
    assert "Duplo 1" in turn and due.phone in turn and "Later 3" not in page and "Elders 2" not in page
    printed = AuditEntry.objects.filter(action="list.print").values_list("overeenkomst_id", flat=True)
    assert {due.overeenkomst_id, urgent.overeenkomst_id} <= set(printed)
    assert theirs.overeenkomst_id not in printed


def test_a_worry_that_is_taken_up_waits_for_an_answer_and_no_longer_for_a_coach(enter, coach, corporation):
    colleague = factories.user(Role.COACH, corporation)
    for number, by in enumerate((None, coach, colleague), 1):
        case = factories.listed_case(corporation, address=f"Zorgpad {number}", worked_on=True)
        factories.worry(case, urgent=True, taken_by=by, taken_at=timezone.now() if by else None)
    page = shown(enter(coach).get(reverse("coach:paper"))).partition('class="printed list"')[0]
    cannot_wait, _h2, answer = page.partition("De melder wacht op antwoord")
    assert ["Zorgpad 1" in cannot_wait, "Zorgpad 2" in cannot_wait] == [True, False]
    answer, _h2, _turn = answer.partition("Aan de beurt")
    assert ["Zorgpad 2" in answer, "Zorgpad 3" in answer] == [True, False]
    assert "alleen op het scherm" in page


def test_what_a_coach_does_in_place_of_a_colleague_is_on_the_paper(enter, coach, corporation):
    away = factories.user(Role.COACH, corporation, first_name="Samira")
    at_work = {"state": State.IN_CONTACT, "worked_on": True, "owner": away, "follow_up_on": TODAY}
    factories.case(corporation, address="Waarnemerpad 1", **at_work)
    urgent = factories.case(corporation, address="Waarnemerpad 2", **at_work)
    factories.worry(urgent, urgent=True, taken_by=away, taken_at=timezone.now())
    before = shown(enter(coach).get(reverse("coach:paper")))
    assert "Waarnemerpad" not in before and "alleen op het scherm" in before
    lending.stand_in_for(coach, away=away, until=TODAY + timedelta(days=5))
    page = shown(enter(coach).get(reverse("coach:paper")))
    answer, _h2, turn = page.partition("De melder wacht op antwoord")[2].partition("Aan de beurt")
    assert "Waarnemerpad 2" in answer and "Waarnemerpad 1" in turn
    assert "u neemt waar voor Samira" in turn and "alleen op het scherm" not in page


def test_the_paper_names_what_is_long_past_as_the_screen_does(enter, coach, corporation):
    factories.case(
        corporation, address="Langpad 1", owner=coach, worked_on=True, state=State.IN_CONTACT,
        follow_up_on=TODAY - timedelta(weeks=5),
    )  # fmt: skip
    page = shown(enter(coach).get(reverse("coach:paper")))
    assert "1 adres is meer dan vier weken te laat</strong>: Langpad 1" in page
    assert "1 adres is meer dan vier weken te laat" in shown(enter(coach).get(reverse("coach:week")))


def test_an_address_that_is_done_has_no_empty_form(enter, coach, corporation):
    done = factories.listed_case(corporation, address="Klaarpad 1")
    factories.listed_case(corporation, address="Openpad 2", position=2)
    factories.contact(done, by=coach)
    page = shown(enter(coach).get(reverse("coach:paper")))
    forms, _h2, finished = page.partition("Al gedaan")
    assert forms.count('class="tick"') == 1 and "Openpad 2" in forms
    assert "Klaarpad 1" in finished and 'class="tick"' not in finished


def test_the_note_at_the_door_names_coach_and_corporation_and_nobody_else(enter, coach, case):
    coach.first_name = "Noor"
    coach.save()
    page = shown(enter(coach).get(reverse("coach:leaflet")))
    note = page.partition('class="leaflet"')[2]
    assert "Ik ben Noor, wooncoach van De Waard" in note and "U mag nee zeggen" in note
    for word in (case.name, case.address, case.overeenkomst_id, "huurachterstand", "overlast", "schuld"):
        assert word not in note


def test_the_note_of_a_coach_of_two_corporations_is_made_for_each(enter, corporation, other):
    page = shown(enter(factories.user(Role.COACH, corporation, other)).get(reverse("coach:leaflet")))
    assert "wooncoach van De Waard" in page and "wooncoach van Elders Wonen" in page


def test_the_note_has_a_chosen_language_beside_the_dutch_one(enter, coach, settings):
    settings.LEAFLET = ["en", "ar"]
    client = enter(coach)
    page = shown(client.get(reverse("coach:leaflet"), {"taal": "ar"}))
    notes = page.split('class="leaflet')[1:]
    assert ['lang="nl" dir="ltr"' in notes[0], 'lang="ar" dir="rtl"' in notes[1], len(notes)] == [
        True,
        True,
        2,
    ]
    assert "only-print" not in page and "De Waard" in notes[1] and "nog niet nagelezen" in page
    english = shown(client.get(reverse("coach:leaflet"), {"taal": "en"}))
    assert "You may say no" in english and "nog niet nagelezen" not in english
    assert "?taal=tr" not in english  # the installation did not choose it
    assert "Ook vertaald: Türkçe" in english and "PORTAL_LEAFLET" in english
    other = shown(client.get(reverse("coach:leaflet"), {"taal": "tr"}))
    assert other.count('lang="nl"') == 3  # the page and two copies


def test_every_language_of_the_note_is_complete_and_known_to_the_settings(monkeypatch):
    assert {each.code for each in leaflets.OTHERS} == set(environment.LEAFLETS)
    for each in (leaflets.DUTCH, *leaflets.OTHERS):
        assert "Noor" in each.introduced("Noor", "De Waard") and "De Waard" in each.introduced(
            "Noor", "De Waard"
        )
        assert all(value for value in vars(each).values() if isinstance(value, str))
    monkeypatch.setenv("PORTAL_LEAFLET", "en, xx")
    with pytest.raises(ValueError, match="xx"):
        environment.leaflet()


def test_an_urgent_worry_on_paper_has_its_telephone_and_a_place_to_tick(enter, coach, corporation):
    case = factories.listed_case(corporation, phone="06-00000077")
    taken = factories.worry(case, urgent=True)
    unknown = factories.worry(case, urgent=True)
    unknown.case, unknown.postcode, unknown.house_number = None, "1811AB", "9"
    unknown.save()
    browser = enter(coach)
    page = shown(browser.get(reverse("coach:paper")))
    for place, phone in ((case.street, True), (unknown.place, False)):
        row = page.partition(f"<strong>{place}")[2].partition("</li>")[0]
        assert ("06-00000077" in row) is phone and ">Gesproken<" in row and ">Niet bereikt<" in row
    browser.post(reverse("coach:take", args=(taken.pk,)))
    row = shown(browser.get(reverse("coach:paper"))).partition("De melder wacht op antwoord")[2]
    assert "06-00000077" in row.partition("</ul>")[0] and ">Gesproken<" in row.partition("</ul>")[0]


def test_the_next_step_has_a_row_of_its_own_and_nobody_reached_is_a_result(enter, coach, case):
    page = shown(enter(coach).get(reverse("coach:paper")))
    row = page.partition('<th scope="row">Opvolgen</th>')[2].partition("</tr>")[0]
    assert ">Dag<" in row and ">Hoe laat<" in row
    assert page.count(">Geen contact<") == 1
