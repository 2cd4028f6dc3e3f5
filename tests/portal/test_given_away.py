"""Test what a coach reads of addresses that a colleague has now, or will have during a leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.casework import lending, services
from portal.casework.codes import Kind, State
from portal.casework.models import Case
from portal.coach.templatetags.days import on
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
UNTIL = TODAY + timedelta(days=14)


def listed(client, choice: str) -> dict[int, str]:
    """Return the rows of a choice of *In zorg* by case."""
    page = client.get(reverse("coach:care"), {"van": choice})
    rows = shown(page).partition('<ul class="rows">')[2].partition("</ul>")[0].split("<li>")[1:]
    return {row.case.pk: text for row, text in zip(page.context["rows"], rows, strict=True)}


def test_what_went_to_a_colleague_and_what_came_from_one_can_be_asked(enter, coach, samira, in_care):
    """Also what was lent, until when; not what came back, nor what is finished."""
    given, lent, came, returned, ended = (in_care() for _each in range(5))
    for case in (given, came, ended):
        services.give_to(coach, case, samira, note="Woont bij de haven.")
    services.give_to(coach, lent, samira, lent_by=coach, until=UNTIL)
    services.give_to(samira, came, coach)
    services.give_to(coach, returned, samira, lent_by=coach, until=UNTIL)
    services.give_to(coach, returned, coach)
    Case.objects.filter(pk=ended.pk).update(state=State.CLOSED)
    client = enter(coach)
    page = shown(client.get(reverse("coach:care")))
    assert "van u naar een collega (2)" in page and "van een collega naar u (1)" in page
    theirs = listed(client, "gegeven")
    assert set(theirs) == {given.pk, lent.pk}
    since = on(TODAY, "D j b")
    assert f"bij Samira sinds {since} · Woont bij de haven." in theirs[given.pk]
    assert f"tot en met {on(UNTIL, 'D j b')}" in theirs[lent.pk]
    mine = listed(client, "gekregen")
    assert set(mine) == {came.pk} and f"van Samira, sinds {since}" in mine[came.pk]
    assert set(listed(enter(samira), "gekregen")) == {given.pk, lent.pk}


def test_an_address_that_a_colleague_took_went_to_a_colleague_too_until_it_is_undone(
    enter, coach, samira, in_care
):
    taken, worked = in_care(), in_care()
    services.take_over(samira, taken.pk, version=1)
    row = services.log_contact(samira, worked.pk, version=1, token="w", kind=Kind.VISIT, takes=True)
    client = enter(coach)
    assert set(listed(client, "gegeven")) == {taken.pk, worked.pk}
    worked.refresh_from_db()
    services.undo(samira, row.pk, version=worked.version)
    assert set(listed(client, "gegeven")) == {taken.pk}
    assert not listed(client, "gekregen")
    assert "U hebt nu geen adres dat van een collega kwam." in shown(
        client.get(reverse("coach:care"), {"van": "gekregen"})
    )


def test_a_colleague_who_takes_only_some_addresses_is_no_promise_for_the_others(
    enter, coach, samira, in_care
):
    """The page lists what falls in the leave, with whether anybody does it."""
    first = TODAY + timedelta(days=3)
    covered = in_care(follow_up_on=first)
    other = in_care(wijk="Zuid", follow_up_on=first + timedelta(days=1))
    in_care(wijk="Zuid")
    coach.scopes.update(wijk="")
    browser = enter(coach)
    lending.plan(coach, to=samira, first=first, until=UNTIL)
    for name in ("holiday", "care"):
        page = shown(browser.get(reverse(f"coach:{name}")))
        assert "Behalve 2 adressen: daar werkt Samira niet, en niemand houdt ze dan in het oog." in page, name
    page = shown(browser.get(reverse("coach:holiday")))
    part = page.partition("2 volgende stappen vallen in deze dagen")[2].partition("</section>")[0]
    mine, theirs = part.split("<li>")[1:]
    assert url("case", covered) in mine and "Samira neemt waar" in mine
    assert url("case", other) in theirs and "niemand neemt waar" in theirs and url("state", other) in theirs
