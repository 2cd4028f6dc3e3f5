"""Test odd requests (sent twice, stale, expired, gone, tampered): each gets an explanation, and nothing is lost."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

import portal
from portal.accounts import idle
from portal.accounts.models import Role
from portal.casework import services, worries
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Case, Contact
from portal.casework.workdays import works
from portal.exchange import receive
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import form, shown, url

WORKED = next(day for day in (TODAY - timedelta(days=n) for n in range(1, 10)) if works(day))
"""The last working day before today: another day is refused for another reason."""

pytestmark = [pytest.mark.django_db, pytest.mark.dear]


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.mark.parametrize("state", ["", State.WATCH, State.CLOSED, State.IN_CONTACT])
def test_the_same_form_twice_is_one_contact(browser, case, state):
    sent = form(case, state=state, note="  twee  keer ", reached="ja")
    first, second = (browser.post(url("contact", case), sent) for _ in range(2))
    assert first.url == second.url
    assert "gedaan" in first.url
    assert Contact.objects.count() == 1


def test_going_back_and_choosing_otherwise_shows_a_message_and_keeps_the_text(browser, case):
    browser.post(url("contact", case), form(case))
    page = browser.post(url("contact", case), form(case, reached="ja", note="Liever na vijven"), follow=True)
    for text in ("al bewaard", "Liever na vijven", "intussen zelf"):
        assert text in shown(page)
    assert Contact.objects.get().reached is False
    offered = {name: page.context[name] for name in ("token", "version")}
    browser.post(url("contact", case), form(case, reached="ja", **offered))
    assert Contact.objects.count() == 2


def test_a_stale_form_shows_what_the_colleague_did_and_can_then_be_saved(browser, coach, case, corporation):
    colleague = factories.user(Role.COACH, corporation, first_name="Samir")
    services.log_contact(
        colleague, case.pk, version=1, token="theirs", kind=Kind.PHONE, reached=True, result=Result.ADVICE
    )
    page = browser.post(url("contact", case), form(case, note="Mijn notitie"), follow=True)
    text = shown(page)
    for part in ("Samir", "Telefoon", "gesproken", "In contact", "Mijn notitie"):
        assert part in text
    assert browser.post(url("contact", case), form(case, version=page.context["version"])).status_code == 302
    assert Contact.objects.count() == 2


def test_what_was_typed_survives_an_expired_session(browser, coach, case):
    browser.get(reverse("coach:week"))
    session = browser.session
    session[idle.SEEN] = int(time.time()) - 3600
    session.save()
    sent = browser.post(url("contact", case), form(case, note="Belt morgen terug", reached="ja"))
    assert sent.url == f"{reverse('account_login')}?next={url('contact', case)}"
    assert not Contact.objects.exists()
    credentials = {"login": coach.username, "password": factories.PASSWORD}
    assert browser.post(sent.url, credentials).url == url("contact", case)
    page = browser.get(url("contact", case))
    text = shown(page)
    assert "Belt morgen terug" in text
    assert "Nog niet bewaard" in text
    assert re.search(r'value="ja"[^>]* checked', text)
    assert page.context["token"] == "t1"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"on": (TODAY + timedelta(days=1)).isoformat()}, "moet nog komen"),
        ({"on": "2026-13-45"}, "geen dag op de kalender"),
        ({"follow_up_on": WORKED.isoformat()}, "al voorbij"),
        ({"follow_up_on": "9999-12-31"}, "twee jaar vooruit"),
        ({"reached": ""}, "Kies er een"),
        ({"kind": "Duif"}, "Duif"),
        ({"next": "-3"}, "-3"),
        ({"state": State.NOT_FITTING}, "waarom dit adres niet past"),
        ({"note": "n" * 501}, "501"),
    ],
)
def test_what_cannot_be_is_told_and_the_rest_stays(browser, case, values, told):
    page = shown(
        browser.post(url("contact", case), form(case, **({"note": "Blijft staan"} | values)), follow=True)
    )
    assert "Blijft staan" not in shown(browser.get(url("contact", case)))  # offered again once
    assert told in page
    assert "Nog niet bewaard" in page
    assert values.get("note", "Blijft staan") in page
    assert not Contact.objects.exists()


def test_html_and_formulas_in_a_note_are_text(browser, case):
    browser.post(url("contact", case), form(case, note="<script>alert(1)</script> =1+1"))
    page = shown(browser.get(url("case", case)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =1+1" in page
    assert "<script>" not in page


def test_an_address_that_left_the_list_gives_back_what_was_typed(browser, case):
    Case.objects.update(listed_on=MONDAY - timedelta(days=7))
    page = shown(browser.post(url("contact", case), form(case, note="Niet verliezen")), 404)
    assert "Niet verliezen" in page
    assert "Huisbezoek" in page
    assert case.address not in page


@pytest.mark.parametrize(
    "values", [{"version": "x"}, {"version": ""}, {"version": "9" * 30}, {"version": "-1"}]
)
def test_a_tampered_version_counts_as_old(browser, case, values):
    page = shown(browser.post(url("contact", case), form(case, note="Blijft", **values), follow=True))
    assert "veranderde dit adres intussen" in page
    assert "Blijft" in page
    assert not Contact.objects.exists()


def test_tampered_ids_are_answered_kindly(browser, case, other):
    strange = factories.listed_case(other)
    theirs = factories.contact(strange)
    for address in (f"/week/adres/{10**30}/", "/week/adres/0/", url("case", strange), url("growth", strange)):
        assert "Niet (meer) op uw lijst" in shown(browser.get(address), 404)
    assert browser.post(reverse("coach:undo", args=(theirs.pk,)), {"version": 1}).status_code == 404
    for given in (theirs.pk, "x", "9" * 40, "1 OR 1=1"):
        assert strange.address not in shown(browser.get(reverse("coach:week"), {"gedaan": given}))
    assert Contact.objects.get().undone_at is None


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        (
            "handover",
            {"partner": "wijkteam", "on": TODAY.isoformat(), "consent": "bewoner"},
            {"partner": "ggd"},
        ),
        ("state", {"state": State.CLOSED}, {"state": State.IN_CONTACT}),
    ],
)
def test_the_same_form_with_another_choice_shows_a_message(browser, case, name, first, then):
    sent = {"version": 1, "token": "same", **first}
    browser.post(url(name, case), sent)
    assert "al bewaard" in shown(browser.post(url(name, case), sent | then, follow=True))
    own = case.contacts.exclude(pk__in=case.handovers.values("step"))
    assert case.handovers.count() + own.count() == 1


def test_new_means_new_on_the_list_on_every_page(browser, corporation):
    old = factories.entry(1, listed_before=True, news=("Stond vorige week ook op de lijst; niets nieuws.",))
    receive.publish(factories.publication(old, factories.entry(2)))
    for case, new in (
        (Case.objects.get(overeenkomst_id="H00001"), False),
        (Case.objects.get(overeenkomst_id="H00002"), True),
    ):
        week = shown(browser.get(reverse("coach:week")))
        row = week[week.index(f'id="adres-{case.pk}"') :].partition("</li>")[0]
        page = shown(browser.get(url("case", case)))
        assert [">Nieuw<" in row, "Ook vorige week" in row] == [new, not new]
        assert ">Nieuw<" not in page
        assert ">Nog geen contact<" in page
        assert ("Nieuw op de lijst." in page, "Stond vorige week ook" in page) == (new, not new)


def test_a_long_week_is_folded_and_a_day_of_another_year_has_its_year(browser, coach, corporation):
    long_ago = TODAY.replace(year=TODAY.year - 1, day=1)
    for day in (TODAY, long_ago):
        for _each in range(7):
            factories.case(corporation, worked_on=True, state=State.IN_CONTACT, owner=coach, follow_up_on=day)
    page = shown(browser.get(reverse("coach:week")))
    assert page.count(f"{long_ago.year}</strong>") == 7
    folded = [
        part.partition("</details>")[0] for part in page.split("<details>")[2:]
    ]  # the first is the menu
    assert ["Nog 4 adressen aan de beurt" in part for part in folded] == [True, False]
    assert ["7 adressen zijn meer dan vier weken te laat" in part for part in folded] == [False, True]
    assert [part.count("<li>") for part in folded] == [4, 7]


def test_an_urgent_worry_comes_first_then_what_waits_longest_but_not_what_is_stale(
    browser, coach, corporation
):
    def due(days: int, **values) -> Case:
        day = TODAY - timedelta(days=days)
        return factories.case(
            corporation, worked_on=True, state=State.IN_CONTACT, owner=coach, follow_up_on=day, **values
        )

    older, today, yesterday, stale = due(20), due(0), due(1), due(60)
    worried = factories.listed_case(corporation)
    worries.take_up(coach, factories.worry(worried, urgent=True).pk)
    response = browser.get(reverse("coach:week"))
    page, context = shown(response), response.context
    assert 0 < page.index(">De melder wacht op antwoord<") < page.index(">Aan de beurt<")
    assert [worry.case_id for worry in context["to_answer"]] == [worried.pk]
    assert [case.pk for case in context["turn"]] == [older.pk, yesterday.pk, today.pk]
    assert [case.pk for case in context["stale"]] == [stale.pk]


def test_a_closed_case_is_in_nobodys_care(browser, coach, case):
    services.log_contact(coach, case.pk, version=1, token="t", kind=Kind.VISIT, state=State.CLOSED)
    assert "In zorg bij" not in shown(browser.get(url("case", case)))


def test_no_hidden_part_of_a_name_begins_with_a_sign():
    """A browser puts a blank before it, so it is read as "Opgepakt , Wijkteam"; `aria-label` has the whole name."""
    pages = sorted(Path(portal.__file__).parent.rglob("templates/**/*.html"))
    assert {path.parent.name for path in pages} >= {"templates", "coach", "manager", "analyst", "melder"}
    found = [
        path.name for path in pages if re.search(r'visually-hidden">[,:;.]', path.read_text(encoding="utf-8"))
    ]
    assert not found
