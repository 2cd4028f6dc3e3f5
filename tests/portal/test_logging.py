"""Test what the portal prints of the logs of libraries."""

from __future__ import annotations

import logging
from logging.config import DictConfigurator


def test_a_warning_is_printed_and_a_note_is_not(settings, capsys):
    console = dict(settings.LOGGING["handlers"]["console"])
    library = logging.Logger("a library with a level of its own", logging.INFO)
    library.addHandler(DictConfigurator(settings.LOGGING).configure_handler(console))
    library.info("a note")
    library.warning("a warning")
    assert capsys.readouterr().err == "a warning\n"
