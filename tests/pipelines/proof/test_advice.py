"""Test that advice is recorded, blocks a promotion that goes against it, and appears in the public account."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from models.card.scorecard import EXPERT, load
from pipelines.evidence import account
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.learning.promotion import promote
from pipelines.proof import advice, verify
from tests.support.deliveries import make_workspace
from tests.support.seals import AMSTERDAM

pytestmark = pytest.mark.dear

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=AMSTERDAM)
TODAY = date(2026, 11, 16)
TEXT = "Buren klagen over wie zij niet mogen."


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "home")


def advise(place: Workspace, about: str, opinion: str, body: str = "huurdersraad") -> None:
    advice.add(place, about, body=body, opinion=opinion, text=TEXT, now=NOW)


def test_advice_against_a_card_blocks_it_until_a_named_person_sets_it_aside(place: Workspace) -> None:
    advise(place, "expert", "against")
    with pytest.raises(WaakvlamError, match="huurdersraad advises against expert"):
        promote(place, "expert", approved_by="noor", today=TODAY)
    with pytest.raises(ConfigurationError, match="in a sentence"):
        advice.set_aside(place, "expert", by="B. Bestuurder", reason="nee", now=NOW)
    advice.set_aside(place, "expert", by="B. Bestuurder", reason="Meldingen tellen nu half.", now=NOW)
    assert promote(place, "expert", approved_by="noor", today=TODAY).scorecard == "expert"

    account.write(place, load(EXPERT))
    page = (place.output / "account" / "dpia.html").read_text(encoding="utf-8")
    assert TEXT in page
    assert "B. Bestuurder: Meldingen tellen nu half." in page
    assert verify.verify(place).problems == ()
    chain = (place.proof / "demo.jsonl").read_text(encoding="utf-8")
    assert "Bestuurder" not in chain and "Buren" not in chain


def test_advice_against_an_extract_blocks_every_card_that_reads_it(place: Workspace) -> None:
    advise(place, "overlastmeldingen", "against", "ethische commissie")
    with pytest.raises(WaakvlamError, match="ethische commissie advises against overlastmeldingen"):
        promote(place, "expert", approved_by="noor", today=TODAY)


@pytest.mark.parametrize("opinion", ["for", "conditions"])
def test_other_advice_and_revised_advice_do_not_block(place: Workspace, opinion: str) -> None:
    advise(place, "expert", "against")
    advise(place, "expert", opinion)
    assert promote(place, "expert", approved_by="noor", today=TODAY).scorecard == "expert"
    assert [one.opinion for one in advice.every(place)] == [opinion]


def test_new_advice_after_it_was_set_aside_blocks_again(place: Workspace) -> None:
    advise(place, "expert", "against")
    advice.set_aside(place, "expert", by="B. Bestuurder", reason="Meldingen tellen nu half.", now=NOW)
    advise(place, "expert", "against")
    with pytest.raises(WaakvlamError, match="advises against"):
        promote(place, "expert", approved_by="noor", today=TODAY)


def test_the_account_is_stale_after_new_advice_and_marks_missing_advice(place: Workspace) -> None:
    card = load(EXPERT)
    account.write(place, card)
    assert "nog geen advies vastgelegd" in (place.output / "account" / "dpia.html").read_text(
        encoding="utf-8"
    )
    advise(place, "expert", "for")
    assert "a change of: advice" in account.stale(place, card)[0]


def test_what_cannot_be_advice_is_refused(place: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="'against'"):
        advise(place, "expert", "agains")
    with pytest.raises(ConfigurationError, match="No advice against expert stands"):
        advice.set_aside(place, "expert", by="B. Bestuurder", reason="Meldingen tellen nu half.", now=NOW)


def test_advice_against_is_not_lost_with_its_file_or_its_line(place: Workspace) -> None:
    advise(place, "expert", "against")
    (record,) = (place.proof / "records").iterdir()
    content = record.read_text(encoding="utf-8")
    for damage in (content.replace("against", "for"), content.replace("}", ""), None):
        record.unlink() if damage is None else record.write_text(damage, encoding="utf-8")
        with pytest.raises(WaakvlamError, match=r"weg of veranderd\] advises against expert"):
            promote(place, "expert", approved_by="noor", today=TODAY)
    chain = place.proof / "demo.jsonl"
    line = chain.read_text(encoding="utf-8")
    chain.write_text(line.replace("against", "for"), encoding="utf-8")
    with pytest.raises(WaakvlamError, match="The chain of decisions was altered: line 1 of the file differs"):
        promote(place, "expert", approved_by="noor", today=TODAY)
    chain.unlink()
    with pytest.raises(WaakvlamError, match="advises against expert"):
        promote(place, "expert", approved_by="noor", today=TODAY)
    assert chain.read_text(encoding="utf-8") == line
    advice.set_aside(place, "expert", by="B. Bestuurder", reason="Meldingen tellen nu half.", now=NOW)
    assert promote(place, "expert", approved_by="noor", today=TODAY).scorecard == "expert"
