"""A coach who types in what somebody told keeps whom to call back, until nobody has to call any more."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import translation

from portal.accounts.models import Role
from portal.casework import care, queries, services, worries
from portal.casework.codes import Answer, Kind, State
from portal.casework.models import Case, Worry
from portal.exchange import give, subject
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
WEEK = reverse("coach:week")
CALLED = "mevrouw De Wit, beheer"


@pytest.fixture
def melder(corporation):
    return factories.user(Role.MELDER, corporation)


def typed_in(case=None, **values):
    """What a coach sends who types in what a caretaker told by telephone."""
    given = {"token": "w1", "worry": "overig", "source": "huismeester", "urgent": "on", "call_back": CALLED}
    if case is None:
        return given | {"corporation": "dewaard", "postcode": "1999 ZZ", "house_number": "7"} | values
    return given | {"version": case.version} | values


@pytest.mark.parametrize("at", ["address", "elsewhere"])
def test_a_colleague_reads_whom_to_call_back_and_who_typed_it(enter, coach, corporation, at):
    coach.first_name, coach.last_name = "Noor", ""
    coach.save()
    case = factories.listed_case(corporation) if at == "address" else None
    page = url("worry", case) if case else reverse("melder:worry")
    assert "Wie kan een collega terugbellen?" in shown(enter(coach).get(page))
    enter(coach).post(page, typed_in(case))
    who = f"Huismeester ({CALLED}), ingevoerd door Noor"
    fatima = enter(factories.user(Role.COACH, corporation))
    assert who in shown(fatima.get(WEEK)) and who in shown(fatima.get(reverse("coach:paper")))
    fatima.post(reverse("coach:take", args=(Worry.objects.get().pk,)))
    assert who in shown(fatima.get(WEEK))
    assert shown(fatima.get(url("case", Case.objects.get(worries__isnull=False)))).count(who) == 2


@pytest.mark.parametrize("reply", [choice for choice in Answer.values if choice != Answer.NOT_OURS])
def test_whom_to_call_back_goes_once_nobody_has_to_call(enter, coach, corporation, reply):
    enter(coach).post(reverse("melder:worry"), typed_in())
    worry = Worry.objects.get()
    worries.take_up(coach, worry.pk)
    worries.answer(coach, worry.pk, reply=reply)
    worry.refresh_from_db()
    assert worry.call_back == (CALLED if reply == Answer.TRYING else "")


@pytest.mark.parametrize("end", ["closed", "objection"])
@pytest.mark.parametrize("tried", [True, False])
def test_it_goes_where_nobody_tries_again(enter, coach, corporation, end, tried):
    """A closed address leaves an unanswered worry waiting, so whom to call stays until that answer."""
    case = factories.listed_case(corporation)
    enter(coach).post(url("worry", case), typed_in(case))
    worry = Worry.objects.get()
    worries.take_up(coach, worry.pk)
    if tried:
        worries.answer(coach, worry.pk, reply=Answer.TRYING)
    case.refresh_from_db()
    if end == "closed":
        services.set_state(coach, case.pk, version=case.version, token="c", state=State.CLOSED)
    else:
        care.object_to(coach, case.pk)
    worry.refresh_from_db()
    assert worry.call_back == (CALLED if end == "closed" and not tried else "")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_form_says_that_it_stays_after_a_try(enter, coach, corporation, language):
    with translation.override(language):
        words = str(Answer.TRYING.label).split(" en " if language == "nl" else " and ")[0]
    browser = enter(coach)
    browser.cookies["django_language"] = language
    assert shown(browser.get(reverse("melder:worry"))).count(words) == 2


def test_it_goes_with_a_home_of_another_landlord_and_with_a_withdrawal_but_not_out_of_the_corrected_form(
    enter, coach, corporation
):
    browser, page = enter(coach), reverse("melder:worry")
    browser.post(page, typed_in())
    worries.answer(coach, Worry.objects.get().pk, reply=Answer.NOT_OURS)
    browser.post(page, typed_in(token="w2", house_number="8"))
    sent = {"worry": Worry.objects.get(token="w2").pk, "anew": "1"}
    assert f'value="{CALLED}"' in shown(browser.post(reverse("melder:withdraw"), sent, follow=True))
    assert not Worry.objects.exclude(call_back="").exists()


def test_whom_to_call_back_is_not_kept_where_nobody_calls_and_says_so(enter, coach, corporation):
    page = reverse("melder:worry")
    told = shown(enter(coach).post(page, typed_in(urgent=""), follow=True))
    assert "Dit wordt alleen bewaard bij" in told and CALLED in told
    assert not Worry.objects.exists()


def test_a_melder_types_no_name_and_is_not_named(enter, coach, melder, corporation):
    melder.first_name = "Henk"
    melder.save()
    page = reverse("melder:worry")
    assert "terugbellen" not in shown(enter(melder).get(page))
    told = shown(enter(melder).post(page, typed_in(), follow=True))
    assert "Waakvlam kan niet nagaan of dit adres bestaat" in told
    assert Worry.objects.get().call_back == ""
    week = shown(enter(coach).get(WEEK))
    assert "Huismeester," in week and "Henk" not in week and "ingevoerd door" not in week


def test_only_a_coach_of_the_address_reads_that_it_is_on_a_list(enter, coach, melder, corporation):
    case = factories.listed_case(corporation)
    known = {"postcode": case.town[:7], "house_number": case.address.split()[-1]}
    for by, number in ((coach, 1), (melder, 2)):
        pages = []
        for place, token in ((known, f"k{number}"), ({}, f"u{number}")):
            sent = typed_in(token=token, **place) | {"call_back": ""}
            page = shown(enter(by).post(reverse("melder:worry"), sent, follow=True))
            pages.append(page.partition("<main")[2].partition('class="card"')[2].partition("</div>")[2])
        hidden = [
            re.sub(r'(name="(csrfmiddlewaretoken|worry)") value="[^"]*"', r"\1", page) for page in pages
        ]
        link, unsure = f'href="{url("case", case)}"', "Waakvlam kan niet nagaan of dit adres bestaat"
        assert unsure in hidden[1] and link not in hidden[1] and "Naar dit adres" not in hidden[1]
        assert ("Naar dit adres" in hidden[0], link in hidden[0]) == (by == coach, by == coach)
        assert (unsure in hidden[0]) is (by == melder)
        assert (hidden[0] == hidden[1]) is (by == melder)


def test_a_resident_does_not_read_whom_to_call_back(enter, coach, corporation):
    case = factories.listed_case(corporation)
    enter(coach).post(url("worry", case), typed_in(case))
    assert Worry.objects.get().call_back == CALLED
    assert CALLED not in str(subject.held([(case.corporation_id, case.overeenkomst_id)], []))
    assert CALLED not in str(give.feedback(TODAY))


def test_no_gas_stroom_of_water_is_a_worry_of_its_own(enter, coach, corporation):
    page = reverse("melder:worry")
    assert "Er is geen gas, stroom of water" in shown(enter(coach).get(page))
    enter(coach).post(page, typed_in(worry="geen_gas_stroom_water"))
    assert "Er is geen gas, stroom of water" in shown(enter(coach).get(WEEK))


def test_a_worry_waits_until_somebody_was_reached(enter, coach, corporation):
    """ "We try again" promises another try, so nobody may lose sight of it."""
    case = factories.listed_case(corporation)
    worry = factories.worry(case, urgent=True)
    worries.take_up(coach, worry.pk)
    browser, pages = enter(coach), (WEEK, reverse("coach:paper"), url("case", case))
    for reply, waits in ((Answer.TRYING, True), (Answer.TRYING, True), (Answer.PASSED_ON, False)):
        worries.answer(coach, worry.pk, reply=reply)
        top = [shown(browser.get(page)).partition("Wat er gebeurde")[0] for page in pages]
        assert [worry.get_worry_display() in text for text in top] == [waits] * 3, reply
        assert [str(Answer.TRYING.label) in text.partition("Antwoord geven")[0] for text in top] == [
            waits
        ] * 3
    assert [row.urgent for row in queries.in_care(coach)] == [False]


@pytest.mark.parametrize("then", ["reached", "closed"])
def test_a_promised_try_waits_no_longer_once_somebody_was_reached(enter, coach, corporation, then):
    case = factories.listed_case(corporation)
    worry = factories.worry(case, urgent=True)
    worries.take_up(coach, worry.pk)
    worries.answer(coach, worry.pk, reply=Answer.TRYING)
    case.refresh_from_db()
    if then == "closed":
        services.set_state(coach, case.pk, version=case.version, token="c", state=State.CLOSED)
    else:
        for reached in (False, True):
            case.refresh_from_db()
            assert queries.urgent(coach).to_answer, "nobody was reached yet"
            services.log_contact(
                coach, case.pk, version=case.version, token=f"r{reached}", kind=Kind.PHONE, reached=reached
            )
    assert not queries.urgent(coach).to_answer
    top = shown(enter(coach).get(url("case", case))).partition("Wat er gebeurde")[0]
    assert str(Answer.TRYING.label) not in top
