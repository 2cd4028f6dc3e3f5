"""Test the page for a tenant who asks what is known: complete, true, and in Dutch that is easy to read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.installation.retention_settings import Retention
from pipelines.installation.settings import Account, Settings
from pipelines.operations import own_page
from pipelines.publishing.paper import OPEN
from tests.support.readability import flesch_douma, sentences, syllables, words

TODAY = date(2026, 11, 16)
SETTINGS = Settings(
    corporatie_id="demo",
    naam="Woonstichting Voorbeeld",
    account=Account(contact="info@voorbeeld.example", officer="mevrouw De Vries"),
)
HELD: dict[str, Any] = {
    "huurder_id": "H1",
    "huurovereenkomsten": [{}],
    "huurachterstanden": [{}, {}, {}],
    "contacten": [{}],
    "warehouse.run.seal_openings": [
        {"as_of": date(2026, 10, 19), "list": "list"},
        {"as_of": date(2026, 10, 26), "list": "card in use"},
        {"as_of": date(2026, 11, 9), "list": "list"},
    ],
    "warehouse.run.decisions": [
        {"as_of": date(2026, 11, 2), "version": 1, "outcome": "beyond_capacity"},
        {"as_of": date(2026, 11, 9), "version": 1, "outcome": "top"},
        {"as_of": date(2026, 11, 9), "version": 2, "outcome": "top"},
    ],
}


def text(held: dict[str, Any], settings: Settings = SETTINGS) -> str:
    """Return all sentences of the page."""
    return " ".join(t for section in own_page.sections(settings, held, TODAY) for t in section.texts)


def test_the_page_lists_the_data_used_and_the_results() -> None:
    said = text(HELD)
    assert "De computer keek in twee weken naar uw gegevens." in said
    assert "U stond één keer op de lijst van de wooncoach. De laatste keer was 9 november 2026." in said
    assert "De wooncoach schreef één keer op dat er contact was." in said
    assert "bezwaar" in said and "info@voorbeeld.example" in said
    assert "Autoriteit Persoonsgegevens" in said
    page = own_page.page(SETTINGS, HELD, TODAY)
    assert "Huurachterstanden" in page
    assert OPEN not in page


def test_the_page_names_a_sealed_list_that_nobody_saw() -> None:
    assert "U stond ook één keer op een lijst die niemand zag. De laatste keer was 19 oktober 2026." in text(
        HELD
    )
    published = {**HELD, "warehouse.run.seal_openings": [{"as_of": date(2026, 11, 9), "list": "list"}]}
    assert "niemand zag" not in text(published)


def test_the_page_says_who_sees_it_and_how_long_it_is_kept() -> None:
    kept = SETTINGS.model_copy(update={"retention": Retention(lists_months=18, identities_months=1)})
    said = text(HELD, kept)
    assert "De wooncoach ziet uw adres als het op de lijst staat." in said
    assert "Een lijst bewaren wij achttien maanden." in said or "Een lijst bewaren wij 18 maanden." in said
    assert "Gaat u weg? Dan wissen wij uw naam na één maand." in said


def test_the_page_says_that_a_tenant_was_never_listed() -> None:
    said = text({"huurder_id": "H1"})
    assert "De computer heeft nog niet naar uw gegevens gekeken." in said
    assert "U stond niet op een lijst van de wooncoach." in said
    assert "Wij hebben niets van u." in said


def test_what_only_the_corporation_knows_is_marked_as_open() -> None:
    bare = Settings(corporatie_id="demo", naam="Woonstichting Voorbeeld")
    assert OPEN in own_page.page(bare, HELD, TODAY)


def test_the_page_is_easy_to_read() -> None:
    said = text(HELD)
    assert flesch_douma(said) >= 70
    assert max(len(words(sentence)) for sentence in sentences(said)) <= 16


def test_the_measure_tells_hard_text_from_easy_text() -> None:
    assert [syllables(word) for word in ("huis", "computer", "gegevens", "lijst", "bezwaar")] == [
        1,
        3,
        3,
        1,
        2,
    ]
    hard = (
        "Verwerkingsverantwoordelijken dienen betrokkenen overeenkomstig toepasselijke privacywetgeving te informeren over "
        "geautomatiseerde gegevensverwerkingen en bijbehorende bezwaarmogelijkheden."
    )
    assert flesch_douma(hard) < 0 < 90 < flesch_douma("U mag nee zeggen. Dat kan altijd. Bel ons gerust.")
    assert flesch_douma("Ik kom langs.") == pytest.approx(206.84 - 77 - 0.93 * 3)
