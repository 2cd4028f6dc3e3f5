"""Test the day of manager, analyst and auditor in a real browser, on a desk and on a phone."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Role
from portal.exchange import receive
from portal.trends import quarters
from tests.browser.conftest import DESK, PHONE
from tests.browser.look import fine, in_english, picture
from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.support.cases import cases as tried

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


PHONE_HEIGHT = 9000
"""Most pixels of the manager's page on a phone, as long as no figure is unfolded."""


def drawn(page) -> int:
    """Count the charts; the text of each must be 12 px or more."""
    heights = page.locator(".multiple svg").evaluate_all(
        """charts => charts.map(chart => 14 * chart.getBoundingClientRect().width / chart.viewBox.baseVal.width)"""
    )
    assert min(heights) >= 12
    return len(heights)


@SIZES
def test_a_manager_reads_the_overview(visit, manager, size):
    page = visit(manager, "/", size)
    expect(page.get_by_role("heading", level=1)).to_have_text("Overzicht")
    fine(page)
    folded = page.locator(".fold:not([open])")
    expect(folded).to_have_count(page.locator(".fold").count() if size is PHONE else 0)
    if size is PHONE:  # all of it unfolds to three times this height
        assert page.evaluate("document.documentElement.scrollHeight") < PHONE_HEIGHT
        page.locator(".answer", has_text="Hoe lang wachten adressen?").get_by_role(
            "link", name="Naar de cijfers"
        ).click()
        expect(page.locator("#tabel-wachten")).to_be_visible()
        page.evaluate("document.querySelectorAll('.fold').forEach(part => { part.open = true })")
    assert drawn(page) >= 4
    fine(page)
    page.evaluate("window.scrollTo(0, 0)")
    picture(page, "manager")
    table = page.locator(
        "section", has=page.get_by_role("heading", name="Huishoudens met signalen, per week")
    )
    expect(table.get_by_role("table")).to_be_hidden()
    table.locator("summary").last.click()
    expect(table.get_by_role("row")).to_have_count(27)
    fine(page)


LOOKS = [(320, "dark"), (768, "forced"), (1920, "light")]


@pytest.mark.long
@pytest.mark.parametrize(("width", "look"), LOOKS[: tried(1, 3)])
def test_overview_and_report_have_no_violation_in_any_look(visit, manager, width, look):
    media = {"forced_colors": "active"} if look == "forced" else {"color_scheme": look}
    page = visit(manager, "/overzicht/", {"viewport": {"width": width, "height": 800}}, **media)
    for name in ("", "Rapport om te printen"):
        if name:
            page.evaluate("document.querySelector('.me details').open = false")  # it lies over the button
            page.get_by_role("link", name=name).click()
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        assert drawn(page) >= 5
        fine(page)


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_every_table_shows_what_is_asked_most_without_scrolling(visit, manager, width):
    """On a desk and a tablet a table shows all of its columns; on a phone at least the first with a figure."""
    page = visit(manager, "/overzicht/", {"viewport": {"width": width, "height": 900}})
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    hidden = page.locator("main .scroll").evaluate_all(
        """(parts, all) => parts.map(part => {
          const shown = part.getBoundingClientRect().right + 1
          const heads = [...part.querySelectorAll('thead th')].slice(0, all ? undefined : 2)
          return [part.ariaLabel, heads.filter(head => head.getBoundingClientRect().right > shown).map(head => head.textContent)]
        }).filter(([_name, heads]) => heads.length)""",
        width > 390,
    )
    assert hidden == []
    assert page.locator("#tabel-wachten thead th").nth(1).inner_text() == "Langer dan twee weken"
    if width == 1280:  # no half of the page stays empty, and no tile or answer stands alone
        for name in (".tile", ".answer"):
            places = page.locator(name).evaluate_all(
                "parts => parts.map(part => [part.offsetTop, part.offsetWidth])"
            )
            tops, whole = [top for top, _width in places], 1.8 * min(width for _top, width in places)
            assert all(tops.count(top) > 1 or width > whole for top, width in places), name
        rights = page.locator(".board > section").evaluate_all(
            """parts => parts.map(part => [part.offsetTop, part.offsetLeft + part.offsetWidth])"""
        )
        lines = {top: max(right for each, right in rights if each == top) for top, _right in rights}
        assert len(set(lines.values())) == 1


def test_filters_stand_in_the_address_and_come_back(visit, manager):
    page = visit(manager, "/overzicht/", DESK)
    page.get_by_text("Kwartaal, jaar, wijk of eigen periode").click()
    page.locator("select[name=wijk]").select_option("Wijk 02")
    first = MONDAY - timedelta(weeks=3)
    page.locator("input[name=van]").fill(first.isoformat())
    page.get_by_role("button", name="Tonen", exact=True).click()
    page.wait_for_url(f"**wijk=Wijk+02&van={first}*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overzicht · Wijk 02")
    expect(page.get_by_text("alleen voor alle wijken samen")).to_be_visible()
    page.get_by_role("link", name="Laatste 13 weken", exact=True).click()
    expect(page.locator("select[name=wijk]")).to_have_value("Wijk 02")
    page.go_back()
    expect(page.locator("input[name=van]")).to_have_value(first.isoformat())


def test_a_file_is_what_the_table_shows(visit, manager):
    page = visit(manager, "/overzicht/", DESK)
    section = page.locator("section", has=page.get_by_role("heading", name="per wijk"))
    shown = section.get_by_role("row").nth(1).get_by_role("cell").first.inner_text()
    with page.expect_download() as download:
        section.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    assert rows[1][1].replace("ten minste", "≥").replace("1 t/m 9", "1–9") == shown


def test_the_report_prints(visit, manager):
    page = visit(manager, "/overzicht/", DESK)
    page.get_by_role("link", name="Rapport om te printen").click()
    assert drawn(page) >= 5
    fine(page)
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_role("table").first).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_english_by_one_switch_and_keyboard_only(visit, manager):
    page = visit(manager, "/overzicht/", DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#inhoud"
    for wanted in (str(manager), "English"):
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == wanted:
                break
        if wanted != "English":
            page.keyboard.press("Enter")  # opens the menu
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("figcaption").first).to_have_text("Payment only")
    fine(page)


@SIZES
def test_an_analyst_looks_at_a_run(visit, year, size):
    page = visit(factories.user(Role.ANALYST, year), "/", size)
    fine(page)
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_text("GELUID-X", exact=True)).to_be_visible()
    fine(page)
    picture(page, "analyst")


@SIZES
def test_an_analyst_adds_a_program_and_helps_somebody_to_log_in(visit, year, size):
    page = visit(factories.user(Role.ANALYST, year), "/runs/gebruikers/", size)
    page.get_by_role("link", name="Gebruiker toevoegen").click()
    page.get_by_label("Gebruikersnaam").fill("koppeling")
    page.get_by_label("Wooncoach").check()
    page.get_by_label("dit is een programma").check()
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_role("link", name="Naar de sleutels").click()
    page.get_by_role("button", name="Nieuwe sleutel").click()
    expect(page.locator("code")).to_contain_text("waakvlam_")
    fine(page)
    page.get_by_role("link", name="koppeling").click()
    expect(page.get_by_role("button", name="Intrekken")).to_be_visible()
    fine(page)
    page.goto(f"/runs/gebruikers/{factories.user(Role.COACH, year).pk}/")
    fine(page)
    again = page.get_by_role("button", name="Ja, maak een nieuw wachtwoord")
    expect(again).to_be_hidden()  # one tap does not end a password
    page.get_by_text("Wachtwoord vergeten?").click()
    again.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nieuw wachtwoord voor")
    fine(page)


@SIZES
def test_an_auditor_reads_the_log(visit, year, size):
    page = visit(factories.user(Role.AUDITOR), "/", size)
    expect(page.get_by_role("heading", level=1)).to_have_text("Logboek")
    fine(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Als CSV").click()
    assert download.value.suggested_filename.startswith("logboek_")


def test_a_quarter_is_chosen_and_its_page_for_the_board_is_one_a4(visit, manager):
    """Light on paper whatever the screen, and without any violation."""
    page = visit(manager, "/overzicht/", PHONE, color_scheme="dark")
    page.get_by_text("Kwartaal, jaar, wijk of eigen periode").click()
    page.get_by_label("Kwartaal of jaar").select_option(value=quarters.quarter_of(MONDAY).code)
    page.get_by_role("button", name="Kwartaal tonen").click()
    expect(page.locator(".page-head")).to_contain_text("(loopt nog)")
    page.get_by_role("link", name="Eén A4 voor het bestuur").click()
    expect(page.locator(".answer")).to_have_count(13)
    fine(page)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_the_report_keeps_a_table_on_one_page_and_a_year_of_weeks_at_its_end(visit, manager, year):
    page = visit(manager, f"/overzicht/{year.pk}/rapport/", DESK)
    page.emulate_media(media="print")
    heads = page.locator(".report h2").all_inner_texts()
    assert heads[-1] == "Huishoudens met signalen, per week"
    expect(page.get_by_text("De tabel staat achteraan.")).to_have_count(1)
    kept = page.locator(".figure:not(.long), .figure:not(.long) .scroll").evaluate_all(
        "parts => parts.map(part => getComputedStyle(part).breakInside)"
    )  # of the whole figure, so that its heading is with it
    tops = page.locator(".tile").evaluate_all("parts => parts.map(part => part.offsetTop)")
    assert min(tops.count(top) for top in tops) > 1, "no tile stands alone"
    assert kept and set(kept) == {"avoid"}


def test_sentences_of_the_pipeline_keep_their_own_language_on_an_english_page(visit, manager, year):
    receive.evidence(year.pk, "costs", MONDAY, ["Een coach kost € 75.000 per jaar."], sure=True)
    page = visit(manager, "/overzicht/", DESK)
    in_english(page)
    sentence = page.get_by_text("Een coach kost")
    assert sentence.evaluate("each => each.closest('[lang]').lang") == "nl"
    assert page.get_by_text("Does it help?").evaluate("each => each.closest('[lang]').lang") == "en"
