"""Test the morning mail: counts in Dutch, sent once, and only where the setting says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.exchange import morning, recheck
from pipelines.installation import notify
from pipelines.installation.settings import Portal
from portal.exchange.payload import Morning
from tests.support.deliveries import make_workspace, waakvlam, with_settings

DAY = date(2026, 11, 24)
COUNTS = Morning(due=3, flared_up=0, asleep=1, urgent=1, handovers=2)
TEXT = (
    "Dinsdag 24 november 2026: 1 zorg kan niet wachten, 3 adressen zijn aan de beurt, 1 adres heeft nog geen volgende "
    "stap en 2 overdrachten wachten op antwoord."
)


def test_counts_in_words_without_zeros():
    assert morning.words(COUNTS, DAY) == TEXT
    assert morning.words(Morning(0, 0, 0, 0, 0), DAY) == "Dinsdag 24 november 2026: er wacht niets."


def test_the_counts_of_a_day_are_sent_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    sent: list[tuple[str, str]] = []
    monkeypatch.setenv(notify.VARIABLE, "json://127.0.0.1")
    monkeypatch.setattr(notify, "_send", lambda _where, title, body: bool(sent.append((title, body))) or True)
    monkeypatch.setattr(morning, "reach", lambda _workspace, _count: COUNTS)
    place = make_workspace(tmp_path / "home")
    assert morning.send(place, DAY)
    assert morning.send(place, DAY)
    assert sent == [("Waakvlam, 24 november 2026", f"- {TEXT}")]


def test_a_mail_that_does_not_arrive_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place = with_settings(
        make_workspace(tmp_path / "home"), "[portal]\nenabled = true\nmorning_mail = true\n"
    )
    monkeypatch.setenv(
        notify.VARIABLE, "mailto://127.0.0.1:9?from=a@example.nl&to=b@example.nl&mode=insecure"
    )
    monkeypatch.setattr(morning, "reach", lambda _workspace, _count: COUNTS)
    monkeypatch.setattr(recheck, "recheck", lambda _workspace, _day: (None, 0))
    answer = waakvlam(place, "recheck")
    assert answer.code == 1 and "The morning mail did not reach every address." in answer.out
    monkeypatch.setattr(notify, "_send", lambda _where, _title, _body: True)
    answer = waakvlam(place, "recheck")
    assert answer.code == 0 and "morning mail" not in answer.out


def test_the_mail_is_off_unless_the_settings_say_so():
    assert not Portal().morning_mail
