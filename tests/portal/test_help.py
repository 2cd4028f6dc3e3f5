"""Test that each role finds help in its menu, with links that it may follow."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import translation

from portal.accounts.models import Role
from portal.casework.codes import Need, Partner
from portal.exchange import receive
from tests.portal import factories
from tests.portal.factories import MONDAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role.values)
def test_every_link_of_the_help_page_opens(enter, corporation, role):
    client = enter(factories.user(role, corporation, is_staff=role == Role.ANALYST))
    text = client.get(reverse("help")).content.decode()
    assert f'href="{reverse("help")}"' in text  # in the menu
    links = set(re.findall(r'href="(/[^"]*)"', text.partition("<main")[2]))
    assert len(links) >= 2
    for link in links:
        assert client.get(link, follow=True).status_code == 200, link


def test_the_words_that_the_coach_is_told_to_choose_are_on_the_pages(enter, corporation):
    coach = factories.user(Role.COACH, corporation)
    case = factories.listed_case(corporation, worked_on=True, state="in_contact", owner=coach)
    client = enter(coach)
    told = client.get(reverse("help")).content.decode()
    pages = "".join(
        client.get(page).content.decode()
        for page in (reverse("coach:week"), reverse("coach:care"), reverse("coach:case", args=(case.pk,)))
    )
    for words in (
        "Een collega neemt dit adres over",
        "Afgeronde adressen",
        "Stand of dag wijzigen",
        "Wat er gebeurde",
        "De bewoner maakt bezwaar",
        "Lijst op papier",
        "In zorg",
        "Waarneming",
    ):
        assert words in told
        assert words in pages


def test_the_coach_reads_what_help_there_is_and_where_a_repair_is_reported(enter, corporation):
    client = enter(factories.user(Role.COACH, corporation))
    text = client.get(reverse("help")).content.decode()
    for label in (*Partner.labels, *Need.labels):
        assert str(label) in text
    assert "In het reparatiesysteem van uw corporatie, of bij de afdeling reparaties." in text
    client.post(reverse("set_language"), {"language": "en"})
    with translation.override("en"):
        text = client.get(reverse("help")).content.decode()
        assert f"You can hand over to: {', '.join(map(str, Partner.labels))}." in text


def test_the_manager_reads_which_data_are_used_on_what_ground_and_for_how_long(enter, corporation):
    """The terms are those of the settings with which the newest list was made."""
    client = enter(factories.user(Role.MANAGER, corporation))
    text = client.get(reverse("help")).content.decode()
    assert "AVG artikel 6 lid 1 onder f" in text and "de volgende lijst meldt het hier" in text
    run = factories.run(corporation)
    run.settings = {
        "retention.cases_months": 18,
        "retention.lists_months": 1,
        "retention.deliveries_days": 90,
        "shortlist.capacity": 8,
    }
    run.save()
    text = client.get(reverse("help")).content.decode()
    assert (
        "Zo lang blijft het bewaard: werk van coaches 18 maanden, lijsten 1 maand, geleverde bestanden 90 dagen."
        in text
    )
    overview = client.get(reverse("manager:trends")).content.decode()
    assert "op welke grond, en hoe lang ze bewaard blijven, staat bij Hulp" in overview


def test_the_analyst_is_led_to_points_model_and_signals(enter, corporation):
    client = enter(factories.user(Role.ANALYST, corporation, is_staff=True))
    text = client.get(reverse("help")).content.decode().replace("\xa0", " ")
    for command in ("waakvlam explain", "waakvlam model-card", "waakvlam monitor", "waakvlam status"):
        assert command in text


def test_the_coach_reads_how_often_the_list_was_right_or_that_it_is_not_known_yet(enter, corporation):
    client = enter(factories.user(Role.COACH, corporation))

    def answer() -> str:
        page = client.get(reverse("help")).content.decode().replace("\xa0", " ")
        return page.partition("Kan de lijst het mis hebben?")[2].partition("</details>")[0]

    assert "Nog niet geteld: de analist heeft dit nog niet laten uitrekenen." in answer()
    assert "&lt;" not in answer()
    lines = ["Van elke 100 adressen hadden er 75 hulp nodig.", "Op volgorde meer dan door loting."]
    receive.evidence("dewaard", "needs", MONDAY, lines, sure=True)
    assert lines[0] in answer() and "Gemeten met wat tot" in answer()
    assert lines[1] not in answer()
    receive.evidence("dewaard", "needs", MONDAY, ["Nog niet te zeggen: te weinig adressen."], sure=False)
    assert "Nog niet te zeggen: te weinig adressen." in answer()
