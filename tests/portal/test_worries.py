"""An urgent worry is somebody's task until it is answered, also at an address that the portal does not know."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.accounts import access
from portal.accounts.models import AuditEntry, Role
from portal.casework import care, notices, queries, services, worries
from portal.casework.codes import Answer, Kind, State
from portal.casework.models import Case, Contact, Worry
from portal.exchange import give, subject
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
WEEK = reverse("coach:week")


@pytest.fixture
def melder(corporation):
    return factories.user(Role.MELDER, corporation)


def report(melder, corporation, **values):
    given = {"token": "w", "source": "vakman", "worry": "veiligheid", "urgent": True}
    place = {"postcode": "1999 ZZ", "house_number": "7"}
    return worries.pass_on_worry(melder, corporation=corporation.pk, **(given | place | values))


def test_a_worry_taken_up_is_a_case_with_an_owner_and_a_next_step(enter, coach, melder, corporation):
    worry = report(melder, corporation)
    browser = enter(coach)
    assert "Kan niet wachten" in shown(browser.get(WEEK))
    for _twice in range(2):
        response = browser.post(reverse("coach:take", args=(worry.pk,)))
    case = Case.objects.get(from_worry=True)
    assert response.url == url("case", case)
    assert (case.owner, case.follow_up_on, case.asleep) == (coach, TODAY, False)
    assert Contact.objects.get().case == case  # a line in its log
    page = shown(browser.get(WEEK))
    assert "Kan niet wachten" not in page
    assert "De melder wacht op antwoord" in page and "vandaag opvolgen" in page
    assert "Aan de beurt" not in page  # once is enough
    assert page.count(f'href="{url("contact", case)}"') == 1
    assert list(queries.in_care(coach)) == [case]
    page = shown(browser.get(url("case", case)))
    assert "opgepakt door" in page
    assert "iemand maakt zich zorgen" in page
    assert "computerprogramma" not in page  # no list holds this address
    assert AuditEntry.objects.filter(action="worry.take", username=coach.username).count() == 1


def test_a_home_on_no_list_is_named_as_it_was_told_with_the_street_where_that_is_known(
    enter, coach, melder, corporation
):
    factories.listed_case(corporation, address="Korenmaathof 3", town="1811 AB Voorbeeldstad")
    known = report(melder, corporation, token="k", postcode="1811 ab", house_number="9")
    other = report(melder, corporation, token="o")
    cases = [worries.take_up(coach, worry.pk) for worry in (known, other)]
    assert [case.street for case in cases] == ["Korenmaathof 9", "Huisnummer 7, 1999 ZZ"]
    assert all(case.located for case in cases)
    page = shown(enter(coach).get(url("case", cases[0])))
    assert "<h1>Korenmaathof 9</h1>" in page and "1811 AB" in page
    assert "Huisnummer 7, 1999 ZZ" in shown(enter(coach).get(WEEK))


def test_the_page_shows_two_reports_without_an_answer_and_folds_the_rest(enter, coach, melder, corporation):
    for number in range(1, 5):
        place = {"postcode": f"1999 Z{'ABCD'[number - 1]}", "house_number": str(number)}
        worries.take_up(coach, report(melder, corporation, token=f"w{number}", **place).pk)
    page = shown(enter(coach).get(WEEK))
    assert page.index("Nog 2 meldingen zonder antwoord") > page.index("De melder wacht op antwoord")
    assert page.count(">Antwoord geven<") == 4


def test_of_worries_that_wait_those_that_are_due_stand_outside_the_fold(enter, coach, corporation):
    for number in range(4):
        case = factories.listed_case(corporation, position=number + 1)
        worries.take_up(coach, factories.worry(case, urgent=True).pk)
        Case.objects.filter(pk=case.pk).update(follow_up_on=TODAY + timedelta(days=5 if number < 3 else 0))
    waits = enter(coach).get(WEEK).context["to_answer"]
    assert waits[0].case_id == case.pk and len(waits) == 4


def test_a_home_known_by_its_id_alone_is_named_as_such(enter, coach, melder, corporation, settings):
    settings.ROUTE = "geo:0,0?q={address}"
    worry = report(melder, corporation, postcode="", house_number="", eenheid_id="EH12")
    browser = enter(coach)
    assert "Eenheid EH12, adres niet bekend" in shown(browser.get(WEEK))
    page = shown(browser.get(url("case", worries.take_up(coach, worry.pk))))
    assert "Eenheid EH12, adres niet bekend" in page
    assert "geo:" not in page  # a map does not know the id of a home
    assert "Op " in page and "meldde iemand: het voelt niet veilig" in page
    assert "geen waarschuwing" not in page


def test_every_coach_of_the_corporation_can_open_the_case_of_a_worry(melder, corporation, other):
    worry = report(melder, corporation)
    north = factories.user(Role.COACH, corporation, wijk="Noord")
    case = worries.take_up(north, worry.pk)
    south = factories.user(Role.COACH, corporation, wijk="Zuid")
    assert services.take_over(north, case.pk, version=case.version, owner=south).owner == south
    stranger = factories.user(Role.COACH, other)
    with pytest.raises(Case.DoesNotExist):
        services.take_over(stranger, case.pk, version=3)


def test_it_reminds_until_answered_and_the_melder_reads_the_answer(enter, coach, melder, corporation):
    worry = report(melder, corporation)
    with pytest.raises(ValidationError):
        worries.answer(coach, worry.pk, reply=Answer.VISITED)  # nobody took it up yet
    case = worries.take_up(coach, worry.pk)
    services.set_state(coach, case.pk, version=case.version, token="s", state=State.CLOSED)
    browser = enter(coach)
    assert "De melder wacht op antwoord" in shown(browser.get(WEEK))  # closing is no answer
    melding = reverse("melder:worry")
    assert "Een wooncoach heeft dit opgepakt op" in shown(enter(melder).get(melding))
    browser.post(reverse("coach:reply", args=(worry.pk,)), {"answer": "iets anders"})
    assert Worry.objects.get().answer == ""
    browser.post(reverse("coach:reply", args=(worry.pk,)), {"answer": Answer.VISITED})
    assert "De melder wacht op antwoord" not in shown(browser.get(WEEK))
    page = shown(enter(melder).get(melding))
    assert "Wij hebben contact gehad" in page
    assert str(coach) not in page


def test_only_one_coach_takes_a_worry_up(coach, melder, corporation):
    worry = report(melder, corporation)
    worries.take_up(coach, worry.pk)
    with pytest.raises(ValidationError):
        worries.take_up(factories.user(Role.COACH, corporation), worry.pk)
    for role in (Role.MELDER, Role.MANAGER):
        with pytest.raises(Case.DoesNotExist):
            worries.take_up(factories.user(role, corporation), worry.pk)


def test_a_closed_case_opens_again_for_a_worry(coach, case, melder, corporation):
    services.set_state(coach, case.pk, version=1, token="s", state=State.CLOSED)
    number = case.address.split()[-1]
    worry = report(melder, corporation, postcode=case.town[:7], house_number=number)
    assert worry.case == case
    worries.take_up(coach, worry.pk)
    case.refresh_from_db()
    assert (case.state, case.owner, case.follow_up_on) == (State.NEW, coach, TODAY)


def test_nothing_of_a_case_without_an_agreement_goes_to_the_run(coach, melder, corporation):
    worry = report(melder, corporation)
    case = worries.take_up(coach, worry.pk)
    services.log_contact(coach, case.pk, version=case.version, token="c", kind=Kind.VISIT)
    case.refresh_from_db()
    care.object_to(coach, case.pk)
    sent = give.feedback(TODAY)
    assert (sent.contacten, sent.bezwaren) == ((), ())
    assert [row["overeenkomst_id"] for row in sent.meldingen_medewerkers] == [None]
    assert give.in_care() == frozenset()


def test_the_erasure_of_a_tenant_takes_the_case_of_a_worry_along(coach, melder, corporation):
    from portal.exchange.payload import Home

    worry = report(melder, corporation)
    worries.take_up(coach, worry.pk)
    home = Home(corporation.pk, "E1", "1999 ZZ", "7", since=TODAY)
    assert "portal.case" in subject.held([], [home])
    assert subject.erase([], [home]) > 0
    assert not Case.objects.exists()
    assert not Worry.objects.exists()


def test_an_urgent_worry_sends_a_notice_without_personal_data(
    melder, corporation, monkeypatch, django_capture_on_commit_callbacks
):
    sent, came = [], threading.Event()
    monkeypatch.setattr(notices, "_sender", [lambda text: (sent.append(text), came.set())])
    with django_capture_on_commit_callbacks(execute=True):
        report(melder, corporation, token="later", urgent=False)
        worry = report(melder, corporation)
    assert came.wait(10)
    assert len(sent) == 1
    assert worry.reference in sent[0]
    text = sent[0].replace(worry.reference, "")  # its random digits can be anything
    for private in ("1999", "ZZ", "veilig", melder.username):
        assert private not in text


def test_an_urgent_worry_about_an_address_that_left_the_list_is_seen_and_taken_up(enter, coach, corporation):
    case = factories.listed_case(corporation, as_of=MONDAY - timedelta(days=7))
    elsewhere = factories.user(Role.COACH, corporation, wijk="Elders")
    worry = factories.worry(case, urgent=True)
    calm = factories.worry(case)
    page = shown(enter(coach).get(reverse("coach:week")))
    assert case.street in page
    assert reverse("coach:case", args=(case.pk,)) not in page
    assert queries.urgent(elsewhere).to_take == []
    assert calm not in access.worries_for(coach)
    enter(coach).post(reverse("coach:take", args=(worry.pk,)))
    assert case.street in shown(enter(coach).get(reverse("coach:case", args=(case.pk,))))
    case.refresh_from_db()
    assert case.owner == coach


def test_a_worry_about_a_home_of_another_landlord_is_given_back_without_a_case(
    enter, coach, case, melder, corporation
):
    worry = report(melder, corporation)
    browser = enter(coach)
    assert "Niet van ons" in shown(browser.get(WEEK))
    browser.post(reverse("coach:reply", args=(worry.pk,)), {"answer": Answer.NOT_OURS})
    worry.refresh_from_db()
    assert (worry.answer, worry.taken_by, worry.case) == (Answer.NOT_OURS, coach, None)
    page = shown(browser.get(WEEK))
    assert "Niet van ons" not in page and "wacht op antwoord" not in page
    assert "niet van ons; meld het bij de verhuurder" in shown(enter(melder).get(reverse("melder:worry")))
    known = factories.worry(case, urgent=True)
    with pytest.raises(ValidationError):
        worries.answer(coach, known.pk, reply=Answer.NOT_OURS)
    assert "Niet van ons" not in shown(browser.get(WEEK))  # a home of the list is ours
