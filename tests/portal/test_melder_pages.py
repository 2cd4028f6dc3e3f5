"""Test reporting a worry: it counts once, errors are explained, and nothing is revealed about the address."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.accounts import idle
from portal.accounts.models import AuditEntry, Role
from portal.casework import queries, worries
from portal.casework.models import Case, Worry
from portal.exchange import give
from tests.portal import factories

pytestmark = pytest.mark.django_db
PAGE = reverse("melder:worry")
WITHDRAW = reverse("melder:withdraw")


@pytest.fixture
def melder(corporation):
    return factories.user(Role.MELDER, corporation)


def form(part, /, **values):
    given = {"token": "w1", "corporation": part.pk, "postcode": "1811 ab", "house_number": "9"}
    return given | {"worry": "post_hoopt_op", "source": "huismeester"} | values


def text(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_worry_sent_twice_is_one(enter, melder, corporation):
    client = enter(melder)
    for _twice in range(2):
        assert client.post(PAGE, form(corporation)).url == reverse("melder:thanks")
    assert Worry.objects.get().postcode == "1811AB"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"postcode": "18111"}, "vier cijfers en twee letters"),
        ({"postcode": "", "house_number": ""}, "Vul postcode en huisnummer in"),
        ({"house_number": "x"}, "Een huisnummer heeft een cijfer"),
        ({"worry": ""}, "Kies er een"),
        ({"worry": "psychose"}, "psychose"),
        ({"source": "buurvrouw"}, "buurvrouw"),
        ({"corporation": "elders"}, "Nog niet bewaard"),
    ],
)
def test_what_cannot_be_is_told_and_the_rest_stays(enter, melder, corporation, other, values, told):
    page = text(enter(melder).post(PAGE, form(corporation, urgent="on", **values), follow=True))
    assert told in page
    assert re.search(r'name="urgent"[^>]* checked', page)
    assert not Worry.objects.exists()


def test_the_answer_is_the_same_whether_the_address_is_on_a_list_or_not(enter, melder, corporation):
    case = factories.listed_case(corporation)
    client, answers = enter(melder), []
    for token, number in (("a", case.address.split()[-1]), ("b", "99999")):
        sent = form(corporation, token=token, postcode=case.town[:7], house_number=number)
        page = text(client.post(PAGE, sent, follow=True))
        place = f'<p class="label">{case.town[:7]} {number}</p>'
        assert place in page
        page = re.sub(r'name="worry" value="\d+"', "", page.replace(place, ""))
        answers.append(re.sub(r'value="[^"]{20,}"', "", page))
    assert answers[0] == answers[1]
    assert Worry.objects.filter(case=case).count() == 1


def test_what_was_typed_survives_an_expired_session(enter, melder, corporation):
    client = enter(melder)
    client.get(PAGE)
    session = client.session
    session[idle.SEEN] = int(time.time()) - 3600
    session.save()
    login = client.post(PAGE, form(corporation, house_number="7"))
    assert client.post(login.url, {"login": melder.username, "password": factories.PASSWORD}).url == PAGE
    page = text(client.get(PAGE))
    assert 'value="7"' in page
    assert not Worry.objects.exists()


def test_a_worry_that_can_wait_counts_from_a_monday_and_gets_no_answer(enter, melder, corporation):
    client = enter(melder)
    client.post(PAGE, form(corporation))
    page = text(client.get(PAGE))
    assert "als de woning van de corporatie is" in page
    assert "telt alleen mee als de corporatie deze woning verhuurt" in page
    assert "Alleen bij een zorg die niet kon wachten" in page


@pytest.mark.parametrize("on", [date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 22)])
def test_the_monday_after_is_named(enter, melder, corporation, on):
    Worry.objects.create(
        by=melder, corporation=corporation, postcode="1811AB", house_number="9", on=on, worry="overig"
    )
    assert "Telt mee vanaf ma 23 nov" in text(enter(melder).get(PAGE))


def test_without_a_corporation_there_is_a_word_in_place_of_a_form(enter, db):
    page = text(enter(factories.user(Role.MELDER)).get(PAGE))
    assert "aan geen corporatie gekoppeld" in page
    assert "Doorgeven" not in page


def test_a_worry_of_ones_own_is_withdrawn_and_then_counts_nowhere(enter, melder, corporation):
    client, coach = enter(melder), factories.user(Role.COACH, corporation)
    client.post(PAGE, form(corporation, urgent="on"))
    row = Worry.objects.get()
    assert queries.urgent(coach).to_take == [row]
    page = text(client.post(WITHDRAW, {"worry": row.pk}, follow=True))
    assert "De zorg is ingetrokken" in page
    assert "Ingetrokken." in page
    assert queries.urgent(coach).to_take == []
    assert give.feedback(row.on).meldingen_medewerkers == ()
    assert AuditEntry.objects.filter(action="worry.withdraw", username=melder.username).count() == 1
    with pytest.raises(Case.DoesNotExist):
        worries.take_up(coach, row.pk)


def test_a_correction_starts_with_what_was_typed(enter, melder, corporation):
    client = enter(melder)
    client.post(PAGE, form(corporation, house_number="12 B", urgent="on"))
    assert "Verbeteren" in text(client.get(reverse("melder:thanks")))
    page = text(client.post(WITHDRAW, {"worry": Worry.objects.get().pk, "anew": "1"}, follow=True))
    assert 'value="12 B"' in page
    assert re.search(r'value="post_hoopt_op"[^>]* checked', page)
    assert re.search(r'name="urgent"[^>]* checked', page)
    assert 'value="12 B"' not in text(client.get(PAGE))


def test_a_worry_that_somebody_took_up_collected_or_reported_stays(enter, melder, corporation):
    """Taken up, collected by the weekly run, of a week ago, or another person's."""
    client, coach = enter(melder), factories.user(Role.COACH, corporation)
    for number in range(4):
        client.post(PAGE, form(corporation, token=f"w{number}", house_number=f"{number}", urgent="on"))
    taken, collected, old, another = Worry.objects.order_by("pk")
    worries.take_up(coach, taken.pk)
    Worry.objects.filter(pk=old.pk).update(on=old.on - timedelta(days=7))
    Worry.objects.filter(pk=another.pk).update(by=factories.user(Role.MELDER, corporation))
    give.feedback(collected.on)
    for row in (taken, collected, old):
        assert "al in behandeling" in text(client.post(WITHDRAW, {"worry": row.pk}, follow=True))
    assert client.post(WITHDRAW, {"worry": another.pk}).status_code == 404
    assert not Worry.objects.exclude(withdrawn_at=None).exists()
    assert "Intrekken" not in text(client.get(PAGE)).split("eerder meldde")[1].split("<details")[0]


def test_the_page_says_what_is_kept_and_on_whose_behalf_the_last_one_was(enter, melder, corporation):
    client = enter(melder)
    client.post(PAGE, form(corporation, source="wijkteam"))
    page = text(client.get(PAGE))
    assert "Wat bewaren wij, en wie leest het?" in page
    assert "Namens wie meldt u?" in page
    assert re.search(r'value="wijkteam"[^>]* checked', page)


@pytest.mark.parametrize(
    ("role", "postcode", "said"),
    [
        (Role.COACH, "1811AB", "Bij 1811 AB kennen wij de straat <strong>Korenmaathof</strong>."),
        (Role.COACH, "1811AC", ""),
        (Role.MELDER, "1811AB", ""),
    ],
)
def test_only_a_coach_reads_which_street_a_postcode_has(enter, corporation, role, postcode, said):
    """The street comes from the coach's own addresses; a melder would learn that somebody there is on a list."""
    for number in ("30", "4-1H"):
        factories.listed_case(corporation, address=f"Korenmaathof {number}", town="1811 AB Voorbeeldstad")
    client = enter(factories.user(role, corporation))
    client.post(PAGE, form(corporation, postcode=postcode, house_number="12"))
    page = client.get(reverse("melder:thanks")).content.decode()
    assert ("Korenmaathof" in page) is bool(said) and said in page
