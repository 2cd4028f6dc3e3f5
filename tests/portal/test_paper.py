"""Test what is printed: the list with a map where the register delivers places, and the note to leave at a door."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.models import Case
from tests.portal import factories
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db


def test_the_paper_list_has_a_map_only_with_places(enter, coach, case):
    assert "Kaart van de adressen" not in shown(enter(coach).get(reverse("coach:paper")))
    Case.objects.filter(pk=case.pk).update(latitude=52.75, longitude=5.4)
    page = shown(enter(coach).get(reverse("coach:paper")))
    assert page.index("Kaart van de adressen") < page.index('class="card paper"')


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
