"""Test that the portal is told the settings that it has words for."""

from __future__ import annotations

from pipelines.exchange.shown_settings import shown_settings
from pipelines.installation.settings import CoachSettings, Settings, Shortlist
from portal.runs.made_with import COACH, NAMES


def test_each_setting_that_is_told_has_words_and_a_coach_has_the_places_of_all_unless_it_has_its_own() -> (
    None
):
    settings = Settings(
        corporatie_id="demo",
        naam="Voorbeeld",
        shortlist=Shortlist(capacity=9),
        coaches=[CoachSettings(name="Noor"), CoachSettings(name="Sem", capacity=5)],
    )
    sent = shown_settings(settings)
    assert {key for key in sent if not key.startswith(COACH)} == NAMES.keys()
    assert (sent["coaches.Noor"], sent["coaches.Sem"], sent["shortlist.capacity"]) == (9, 5, 9)
    assert sent["retention.deliveries_days"] == settings.retention.deliveries_days
