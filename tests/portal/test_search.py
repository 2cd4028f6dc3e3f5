"""Finished cases are found again, by their own coaches only, and the log says so."""

from __future__ import annotations

import pytest
from django.urls import reverse, reverse_lazy

from portal.accounts.models import AuditEntry, Role
from portal.casework import care, finding, services
from portal.casework.codes import Result, State
from tests.portal import factories
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
SEARCH, FINISHED = reverse("coach:search"), reverse("coach:finished")


@pytest.fixture
def closed(coach, corporation):
    """A closed case that is on no list any more."""
    case = factories.listed_case(
        corporation, address="Kerkplein 12", town="1823 KL Alkmaar", name="Proef van Dijk"
    )
    services.set_state(coach, case.pk, version=1, token="s", state=State.CLOSED)
    type(case).objects.filter(pk=case.pk).update(listed_on=None)
    return case


@pytest.mark.parametrize("text", ["kerkplein", "1823kl", "1823 KL", "van dijk", "KERKPLEIN 12", "id"])
def test_a_closed_case_is_found(enter, coach, closed, text):
    text = closed.overeenkomst_id if text == "id" else text
    page = shown(enter(coach).post(SEARCH, {"text": text}))
    assert url("case", closed) in page
    assert AuditEntry.objects.filter(
        action="search.view", overeenkomst_id=closed.overeenkomst_id
    ).exists()  # fmt: skip


@pytest.mark.parametrize("text", ["crepelaan", "CRÊPELAAN", "fantasie", "loi", "FANTASIÉ 1823kl"])
def test_accents_and_capitals_make_no_difference(coach, closed, text):
    type(closed).objects.filter(pk=closed.pk).update(address="Crêpelaan 3", name="Loïs Fantasié")
    assert finding.search(coach, text, 5) == [closed]
    assert finding.search(coach, text + " anders", 5) == []


@pytest.mark.parametrize("text", ["vliegersingel 2 2h", "Vliegersingel 2-2H", "vliegersingel 2-2h", "2 2h"])
def test_dashes_make_no_difference(coach, closed, text):
    type(closed).objects.filter(pk=closed.pk).update(address="Vliegersingel 2-2H")
    assert finding.search(coach, text, 5) == [closed]
    assert finding.search(coach, text.replace("2h", "3h").replace("2H", "3h"), 5) == []
    type(closed).objects.filter(pk=closed.pk).update(address="Vliegersingel 2 2H")
    assert finding.search(coach, text, 5) == [closed]
    type(closed).objects.filter(pk=closed.pk).update(address="Elders 1", overeenkomst_id="OVK-22-H")
    assert finding.search(coach, "ovk-22-h", 5) == [closed]
    assert finding.search(coach, "22", 5) == []


def test_a_search_that_finds_nothing_says_what_can_be_found(enter, coach, closed):
    assert "Alleen adressen die op een lijst stonden" in shown(
        enter(coach).post(SEARCH, {"text": "dorpsweg"})
    )


def test_a_search_leaves_no_text_in_the_log(enter, coach, closed):
    enter(coach).post(SEARCH, {"text": "van dijk"})
    assert AuditEntry.objects.get(action="case.search").detail == {"found": 1}


def test_another_wijk_or_corporation_finds_nothing(enter, closed, corporation, other):
    for stranger in (
        factories.user(Role.COACH, corporation, wijk="Zuid"),
        factories.user(Role.COACH, other),
    ):
        client = enter(stranger)
        assert "0 adressen gevonden" in shown(client.post(SEARCH, {"text": "kerkplein"}))
        assert closed.address not in shown(client.get(FINISHED))


def test_what_is_finished_is_on_one_page(enter, coach, closed, corporation):
    unfit = factories.listed_case(corporation)
    services.set_state(
        coach, unfit.pk, version=1, token="n", state=State.NOT_FITTING, result=Result.MOVED
    )  # fmt: skip
    objected = factories.listed_case(corporation)
    care.object_to(coach, objected.pk)
    open_ = factories.listed_case(corporation)
    page = shown(enter(coach).get(FINISHED))
    for case in (closed, unfit, objected):
        assert url("case", case) in page
    assert open_.address not in page
    assert objected.name not in page
    assert FINISHED in shown(enter(coach).get(reverse("coach:care")))


def test_one_letter_is_not_searched(enter, coach, closed):
    assert "ten minste twee" in shown(enter(coach).post(SEARCH, {"text": "k"}))


def test_a_house_number_comes_before_the_same_digits_in_a_postcode(coach, corporation):
    factories.listed_case(corporation, address="Knikkerdreef 2", town="1347 AA Wakerstad")
    wanted = factories.listed_case(corporation, address="Knikkerdreef 34", town="1300 AA Wakerstad")
    assert finding.search(coach, "knikkerdreef 34", 5)[0] == wanted
    assert finding.search(coach, "knikkerdreef 34", 1) == [wanted]


def test_the_exact_address_comes_first_and_a_house_number_finds_no_postcode(coach, corporation):
    """Molenweg 34 finds neither number 5 in postcode 1347 nor number 134."""
    streets = (
        ("Molenweg 5", "1347 AB Dorp"),
        ("Molenweg 134", "1311 AB Dorp"),
        ("Molenweg 34-2H", "1311 AB Dorp"),
    )
    for address, town in (*streets, ("Molenweg 34", "1311 AC Dorp")):
        factories.listed_case(corporation, address=address, town=town, name="Proef")
    assert [case.address for case in finding.search(coach, "molenweg 34", 5)] == [
        "Molenweg 34",
        "Molenweg 34-2H",
    ]
    assert [case.address for case in finding.search(coach, "1347", 5)] == ["Molenweg 5"]


def test_the_way_back_from_an_address_leads_to_what_was_found(enter, coach, closed):
    client = enter(coach)
    link = f"{url('case', closed)}?via=zoeken"
    assert link in shown(client.post(SEARCH, {"text": "kerkplein"}))
    assert f'href="{SEARCH}?weer"' in shown(client.get(link))
    assert link in shown(client.get(f"{SEARCH}?weer"))
    assert "kerkplein" not in shown(client.get(SEARCH))


@pytest.mark.parametrize(
    ("via", "back"), [("zoeken", f"{SEARCH}?weer"), ("zorg", reverse_lazy("coach:care"))]
)
def test_the_way_back_stays_after_an_action_until_the_week_is_opened(enter, coach, case, via, back):
    client = enter(coach)
    client.get(url("case", case), {"via": via})
    page = client.post(url("own", case), {"version": 1}, follow=True)
    assert page.redirect_chain[-1][0].partition("?")[0] == url("case", case)
    assert f'class="back no-print"><a href="{back}"' in page.text
    client.get(reverse("coach:week"))
    assert f'class="back no-print"><a href="{back}"' not in client.get(url("case", case)).text


@pytest.mark.parametrize("text", ["Eenhoornsingl 35", "eenhoormsingel 35", "Eénhoornnsingel 35"])
def test_one_typo_in_a_street_asks_what_was_meant(enter, coach, corporation, other, text):
    # a name without a number: that of a factory may hold the 36 below
    factories.listed_case(corporation, address="Eénhoornsingel 35", name="Vera Fictema")
    factories.listed_case(other, address="Kabouterlaan 1")
    client = enter(coach)
    page = shown(client.post(SEARCH, {"text": text}))
    assert "0 adressen gevonden" in page and "Bedoelde u" in page
    assert 'name="text" value="Eénhoornsingel 35"' in page
    assert "1 adres gevonden" in shown(client.post(SEARCH, {"text": "Eénhoornsingel 35"}))
    for nothing in (text.replace("35", "36"), "Kabouterlaam 1", "Knikkerpad 2"):
        assert "Bedoelde u" not in shown(client.post(SEARCH, {"text": nothing}))


def test_a_found_address_says_that_it_is_on_the_list_of_this_week(enter, coach, corporation, closed):
    client, said = enter(coach), "Op de lijst van deze week"
    factories.listed_case(corporation, address="Vuurtorendreef 4-1H", worked_on=True, state=State.CLOSED)
    assert said in shown(client.post(SEARCH, {"text": "vuurtorendreef"}))
    assert said not in shown(client.post(SEARCH, {"text": "kerkplein"}))
